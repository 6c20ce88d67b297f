package store_test

import (
	"testing"

	"mingzhang/ledger/book"
	"mingzhang/ledger/record"
)

// TestCorrections: what is corrected has to be said by then, as a whole or in part.
func TestCorrections(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		b := openBook(t, openStore(t, address))
		found(t, b)
		p := do(t, b, gift(east, 5000), pay(east, 400))
		report := do(t, b, book.Disclose{Project: east, Period: "2026-07-01/2026-09-30", Kind: "progress", Title: "三季度", Text: "第一行\n第二行", At: p})
		correct := func(of int64, field, old, new string) book.Correct {
			return book.Correct{Of: of, Field: field, Old: old, New: new, Reason: "误写"}
		}
		for _, c := range []struct {
			what book.Correct
			code string // "" is taken
		}{
			{correct(p, "payee.name", "某学校", "某小学"), ""},
			{correct(p, "payee.name", "某学校", "某中学"), "correction-old"},
			{correct(p, "payee.name", "某小学", "某中学"), ""},
			{correct(report, "text", "第二行", "次行"), ""},
			{correct(report, "text", "第二行", "又一行"), "correction-old"},
			{correct(report, "text", "第一行\n次行", "一行"), ""},
			{correct(p, "remark", "", "补记"), ""},
			{correct(p, "remark", "", "再补"), "correction-old"},
			{correct(p, "purpose", "", "课桌"), "correction-old"},
			{correct(p, "../purpose", "课桌", "椅"), "word-unknown"},
		} {
			_, err := b.Submit(ctx, ask(c.what, ""))
			if c.code == "" {
				must(t, err)
			} else {
				wantCode(t, c.what.Field+" "+c.what.Old, err, c.code)
			}
		}
		do(t, b, book.Erase{Of: p, Seal: record.Public, Basis: "pipl-47"},
			correct(p, "purpose", "不再知道", "课桌")) // what was erased cannot be held against it
	})
}
