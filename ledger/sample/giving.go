package sample

import (
	"fmt"
	"strings"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// weighted is a choice and how often it is made.
type weighted[T any] struct {
	what   T
	weight int
}

func choose[T any](f *filling, list []weighted[T]) (what T) {
	sum := 0
	for _, w := range list {
		sum += w.weight
	}
	n := f.rand.IntN(sum)
	for _, w := range list {
		if n -= w.weight; n < 0 {
			return w.what
		}
	}
	return what
}

// Amounts of gifts, in fen. In a real city 82 of 100 gifts are of 100 yuan or less,
// and the rest brings most of the money.
var (
	small = []weighted[int64]{{1_00, 4}, {2_00, 3}, {5_00, 6}, {6_66, 1}, {8_80, 1}, {9_90, 3}, {10_00, 16}, {12_34, 1}, {15_00, 2}, {20_00, 14},
		{30_00, 7}, {50_00, 15}, {52_00, 1}, {66_00, 2}, {88_00, 2}, {88_88, 1}, {99_00, 2}, {100_00, 19}}
	large = []weighted[int64]{{120_00, 2}, {150_00, 2}, {166_00, 1}, {188_00, 2}, {200_00, 24}, {300_00, 11}, {365_00, 3}, {500_00, 18}, {520_00, 2},
		{666_00, 2}, {800_00, 2}, {888_00, 2}, {1_000_00, 14}, {1_500_00, 1}, {2_000_00, 5}, {3_000_00, 2}, {5_000_00, 2}, {8_888_00, 1}, {10_000_00, 2}, {20_000_00, 1}}
)

const smallShare = 82 // of 100 gifts

func (f *filling) amount() int64 {
	if f.rand.IntN(100) < smallShare {
		return choose(f, small)
	}
	return choose(f, large)
}

// channels are the ways that gifts of a size take.
func channels(amount int64) []weighted[string] {
	switch {
	case amount <= 100_00:
		return []weighted[string]{{"wechat", 62}, {"alipay", 25}, {"platform", 8}, {"unionpay", 5}}
	case amount <= 1_000_00:
		return []weighted[string]{{"wechat", 45}, {"alipay", 28}, {"bank", 12}, {"unionpay", 8}, {"platform", 4}, {"cash", 3}}
	}
	return []weighted[string]{{"bank", 55}, {"wechat", 20}, {"alipay", 15}, {"cash", 5}, {"unionpay", 5}}
}

// number gives a number that nothing else in the city has.
func (f *filling) number() int64 {
	f.numbers++
	return f.numbers
}

// gift makes up a gift of today to a project.
func (f *filling) gift(p *project, amount int64) book.Income {
	channel := choose(f, channels(amount))
	in := book.Income{PoolRef: p.of(p.owner, ""), Asset: "CNY", Amount: amount, Occurred: f.date(f.day), Channel: channel, Donor: f.giver(amount)}
	paid := f.now.Add(-time.Duration(f.rand.IntN(6*60*60)) * time.Second)
	if f.dayOf(paid) != f.day {
		paid = f.now
	}
	in.Time = paid.In(china).Format(time.RFC3339)
	if channel != "cash" {
		in.Serial = fmt.Sprintf("42%s%012d", strings.ReplaceAll(f.date(f.day), "-", ""), f.number())
	}
	if channel == "bank" {
		in.Account = fmt.Sprintf("尾号 %04d", f.rand.IntN(10000))
	}
	if amount >= 1_000_00 {
		in.Invoice = fmt.Sprintf("440199%08d", f.number())
	}
	if in.Donor.Kind == ledger.Person && f.rand.IntN(4) == 0 {
		in.Note = pick(f, append(wishes[:len(wishes):len(wishes)], p.words...))
	}
	return in
}

// collector records a gift: the platform what was paid online, the charity the rest.
func (p *project) collector(channel string) *body {
	if channel == "bank" || channel == "cash" {
		return p.owner
	}
	return p.platform
}

// receive records so many gifts.
func (p *project) receive(n int) {
	for range n {
		in := p.gift(p, p.amount())
		p.ask(p.collector(in.Channel), in)
	}
}

// curve says how far between the first and the last day a gift comes, from a chance
// between 0 and 1.
type curve func(x float64) float64

func even(x float64) float64  { return x }
func early(x float64) float64 { return x * x * x } // as after bad news
func ahead(x float64) float64 { return x * (0.4 + 0.6*x) }

// raise plans gifts to a project between two days, those that the future would bring
// left out.
func (p *project) raise(gifts, from, upto int, c curve) {
	daily := make([]int, upto-from+1)
	for range gifts {
		daily[int(c(p.rand.Float64())*float64(len(daily)))]++
	}
	for i, n := range daily {
		if n > 0 {
			p.at(from+i, 20*60+p.rand.IntN(90), func() { p.receive(n) })
		}
	}
}

// company plans a gift of an organization by bank, with a designation or none.
func (p *project) company(day int, from *body, designation string, yuan int64, note string) {
	p.on(day, func() {
		in := p.gift(p, yuan*100)
		in.PoolRef, in.Channel, in.Donor, in.Note = p.of(p.owner, designation), "bank", from.party(), note
		in.Account = "对公账户"
		p.ask(p.owner, in)
	})
}

// income plans an income that is no gift.
func (p *project) income(day int, kind ledger.FlowKind, from *book.Party, yuan int64, note string) {
	p.on(day, func() {
		p.ask(p.owner, book.Income{PoolRef: p.of(p.owner, ""), Kind: kind, Asset: "CNY", Amount: yuan*100 + int64(p.rand.IntN(100)),
			Occurred: p.date(p.day), Channel: "bank", Payer: from, Note: note})
	})
}
