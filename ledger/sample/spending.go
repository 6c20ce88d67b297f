package sample

import (
	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// bill is something that is paid now and again.
type bill struct {
	category  ledger.Category
	payee     *body // nil: a natural person
	purpose   string
	low, high int64 // yuan
	signs     *body // who signs for what was paid for; nil: nobody does
}

// pay pays a bill from what a holder has in the project, as far as that reaches.
func (p *project) pay(holder *body, designation string, b bill) {
	most := min(b.high*100, p.left(holder, designation, "CNY"))
	if p.err != nil || most < b.low*100 {
		return
	}
	amount := b.low*100 + p.rand.Int64N(most-b.low*100+1)
	if p.rand.IntN(3) > 0 {
		amount -= amount % 10_00
	}
	p.then(holder, p.spend(holder, designation, b, amount), func(index int64, _ *ledger.Flow) {
		if b.signs != nil {
			p.deliver(holder, index, amount, b.signs)
		}
	})
}

// spend makes up the payment of a bill, with its invoice where it is of some size.
func (p *project) spend(holder *body, designation string, b bill, amount int64) book.Spend {
	s := book.Spend{PoolRef: p.of(holder, designation), Asset: "CNY", Amount: amount, Occurred: p.date(p.day - p.rand.IntN(3)),
		Category: b.category, Purpose: b.purpose}
	if b.payee != nil {
		s.Payee, s.Account = b.payee.party(), "对公账户"
	} else {
		s.Payee = p.person()
	}
	if b.payee != nil && amount >= 2_000_00 {
		s.Evidence = []string{p.invoice(holder, b.purpose, amount)}
	}
	return s
}

// pays plans a round of bills, one every so many days.
func (p *project) pays(holder *body, designation string, step, from, upto int, bills ...bill) {
	turn := 0
	p.every(step, from, upto, func() {
		p.pay(holder, designation, bills[turn%len(bills)])
		turn++
	})
}

// fees plans the monthly fee of the payment services: 6 of 1,000 of what came in.
func (p *project) fees(from, upto int) {
	var before int64
	p.every(30, from+30, upto, func() {
		left := p.left(p.owner, "", "CNY")
		fee := (p.raised - before) * 6 / 1000
		before = p.raised
		if fee > 0 && fee <= left {
			p.ask(p.owner, p.spend(p.owner, "", bill{category: "5401.payment_fee", payee: cashier, purpose: "网络支付手续费（千分之六）"}, fee))
		}
	})
}

// deliver plans the sign-off for a payment: mostly all of it, sometimes in two parts, of
// which the second may still be open.
func (p *project) deliver(by *body, of, amount int64, recipient *body) {
	days := 3 + p.rand.IntN(8)
	first := amount
	if p.rand.IntN(4) == 0 {
		first = amount / 2
	}
	p.after(days, func() { p.sign(by, of, first, recipient) })
	if first < amount && p.rand.IntN(2) == 0 {
		p.after(days+10, func() { p.sign(by, of, amount-first, recipient) })
	}
}

func (p *project) sign(by *body, of, amount int64, recipient *body) {
	p.ask(by, book.Deliver{Of: of, Amount: amount, Occurred: p.date(p.day), Recipient: recipient.party(), Evidence: []string{p.signatures(by, recipient)}})
}

// hand moves a share of what the charity holds to a partner that carries the project out.
func (p *project) hand(day int, partner *body, share float64, purpose string) {
	p.on(day, func() {
		amount := int64(float64(p.left(p.owner, "", "CNY"))*share) / 100_00 * 100_00
		if amount > 0 {
			p.ask(p.owner, book.Transfer{From: p.of(p.owner, ""), To: p.of(partner, ""), Asset: "CNY", Amount: amount, Occurred: p.date(p.day), Purpose: purpose})
		}
	})
}
