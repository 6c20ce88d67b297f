package record_test

import (
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// benchGift is a donation with both seals: what most records are.
func benchGift() *record.Record {
	r := newRecord(&ledger.Flow{
		Kind: ledger.Donation, Amount: 2000, Occurred: ledger.On("2026-11-20"), Channel: "wechat", Party: person(),
		In: &ledger.Inflow{Pool: general, Span: ledger.Span{From: 50000, Upto: 52000}},
	})
	r.Private, r.Public = record.Commitment{1}, record.Commitment{2}
	return r
}

func BenchmarkFormatDonation(b *testing.B) {
	r, buf := benchGift(), make([]byte, 0, 1000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := record.AppendFormat(buf, r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseDonation(b *testing.B) {
	data := mustFormat(b, benchGift())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := record.Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseLongPlan parses a record near the limit, of 9,000 numbers.
func BenchmarkParseLongPlan(b *testing.B) {
	plan := &ledger.Plan{Project: 5}
	for i := range int64(9000) {
		plan.Partners = append(plan.Partners, 10000+i)
	}
	r := newRecord(plan)
	r.Index = 20000
	data := mustFormat(b, r)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := record.Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHashDonation(b *testing.B) {
	data := mustFormat(b, benchGift())
	b.ReportAllocs()
	for b.Loop() {
		record.Hash(data)
	}
}

func BenchmarkSealUp(b *testing.B) {
	o := record.Opening{Seal: record.Public, Salt: make([]byte, 16), Texts: []record.Text{{"display", "李*"}, {"note", "加油"}}}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := record.SealUp(o); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	o := record.Opening{Seal: record.Public, Salt: make([]byte, 16), Texts: []record.Text{{"display", "李*"}, {"note", "加油，孩子们"}}}
	commitment, opening, err := record.SealUp(o)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := record.Open(commitment, opening); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGuard shows that the longest text there is costs milliseconds, however its
// digits stand: time grows with the length and no faster.
func BenchmarkGuard(b *testing.B) {
	for _, c := range []struct{ name, unit string }{
		{"prose", "今天收到捐款，谢谢大家的支持"},
		{"digits", "2"},
		{"digits apart", "2 "},
		{"pairs apart", "20-"},
		{"groups of six", "202611 "},
		{"full-width digits", "２"},
		{"separators", " -"},
	} {
		text := strings.Repeat(c.unit, 20000)
		text = string([]rune(text)[:20000])
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if err := record.Guard("text", text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
