package explorer_test

import (
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// hamlet is a book of its own with a platform, a charity, a partner, and a project.
type hamlet struct {
	*site
	charity, partner, project int64
	author                    ledger.Author // the charity
	changed                   changed       // in a wicked book
}

// today is the day on which everything happens there.
const today = "2025-09-20"

func newHamlet(t testing.TB) *hamlet {
	t.Helper()
	h := &hamlet{site: fresh(), author: ledger.Author{Key: "k1"}}
	h.record(t, book.RegisterOrganization{USCC: code("51440100MADE00091"), Name: "小村平台", Kind: ledger.Platform})
	h.charity = h.record(t, book.RegisterOrganization{USCC: code("51440100MADE00092"), Name: "小村慈善会", Kind: ledger.Charity, PublicFundraising: true})
	h.partner = h.record(t, book.RegisterOrganization{USCC: code("52440100MADE00093"), Name: "小村服务社", Kind: ledger.Partner})
	h.project = h.record(t, book.RegisterProject{Organization: code("51440100MADE00092"), Name: "村口的桥", Filing: "51440100MADE000114A25001", Kind: ledger.Campaign,
		Cause: "poverty-relief", Place: "440100", PlanFields: book.PlanFields{Starts: "2025-09-01", Ends: "2025-12-31"}})
	h.author.Org = h.charity
	return h
}

// record has something recorded and gives its index.
func (h *hamlet) record(t testing.TB, what any) int64 {
	t.Helper()
	answer, err := h.book.Submit(ctx, book.Request{By: h.author, What: what})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Index
}

// records has many things recorded and gives the index of the first.
func (h *hamlet) records(t testing.TB, what []any) int64 {
	t.Helper()
	var requests []book.Request
	for _, w := range what {
		requests = append(requests, book.Request{By: h.author, What: w})
	}
	results, err := h.book.SubmitAll(ctx, requests, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	return results[0].Answer.Index
}

// pool is the project's own one.
func (h *hamlet) pool() book.PoolRef { return book.PoolRef{Project: h.project} }

// give is a gift of an anonymous giver.
func (h *hamlet) give(fen int64) book.Income {
	return book.Income{PoolRef: h.pool(), Asset: "CNY", Amount: fen, Occurred: today, Donor: &book.Party{Kind: ledger.Anonymous}}
}

// pay is a payment for the bridge.
func (h *hamlet) pay(fen int64) book.Spend {
	return book.Spend{PoolRef: h.pool(), Asset: "CNY", Amount: fen, Occurred: today, Category: "5101.purchase", Payee: &book.Party{Kind: ledger.Organized, Name: "石料场"}, Purpose: "修桥石料"}
}

// code makes a unified social credit code of its first 17 characters.
func code(stem string) string {
	for _, c := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
		if whole, legacy, err := ledger.ParseUSCC(stem + string(c)); err == nil && !legacy {
			return string(whole)
		}
	}
	panic("no check digit fits " + stem)
}
