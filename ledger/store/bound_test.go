package store_test

import (
	"fmt"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/book"
	"mingzhang/ledger/store"
	"mingzhang/ledger/view"
)

// wide registers a project with n designations, d0 and so on.
func wide(t *testing.T, b *book.Book, name string, n int) int64 {
	t.Helper()
	purposes := make([]book.Designation, n)
	for i := range purposes {
		purposes[i] = book.Designation{ID: fmt.Sprintf("d%d", i), Name: fmt.Sprintf("用途%d", i), Class: ledger.Restricted}
	}
	return do(t, b, book.RegisterProject{Organization: uscc(2), Name: name, Filing: uscc(2) + name, Kind: ledger.Campaign, Cause: "education", Place: "440100", Designations: purposes})
}

// given is a gift of a company for one of the designations of a wide project.
func given(project int64, purpose int, units int64) book.Income {
	g := gift(project, units)
	g.Designation, g.Donor = fmt.Sprintf("d%d", purpose), &book.Party{Kind: ledger.Organized, Name: "某公司", USCC: ledger.USCC(uscc(9))}
	return g
}

// outcomes asks for requests in one group and holds each answer against the code of its
// refusal, "" for none.
func outcomes(t *testing.T, b *book.Book, atomic bool, requests []any, codes ...string) {
	t.Helper()
	var group []book.Request
	for _, what := range requests {
		group = append(group, ask(what, ""))
	}
	results, err := b.SubmitAll(ctx, group, atomic)
	must(t, err)
	for i, r := range results {
		if code := codes[min(i, len(codes)-1)]; code != "" {
			wantCode(t, fmt.Sprintf("request %d", i), r.Err, code)
		} else {
			must(t, r.Err)
		}
	}
}

// TestOverflow: no pools of a project together take in what a sum cannot hold.
func TestOverflow(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		p := wide(t, b, "A26098", 1100)
		before, err := s.Head(ctx)
		must(t, err)
		var gifts []any
		for i := range 1100 {
			gifts = append(gifts, given(p, i, ledger.MaxUnits))
		}
		outcomes(t, b, false, gifts, "project-full")
		if after, err := s.Head(ctx); err != nil || after != before {
			t.Errorf("the log went from %d to %d records (%v)", before.Size, after.Size, err)
		}
		do(t, b, gift(east, 100))
		addsUp(t, s, p)
	})
}

// TestBound takes a project to its bound in many pools, and then asks for one unit more in
// every way.
func TestBound(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		p := wide(t, b, "A26099", 8)
		first := do(t, b, given(p, 0, book.MaxLaid/2), given(p, 1, book.MaxLaid/2-10_000))
		outcomes(t, b, true, []any{given(p, 2, 9_000), given(p, 3, 1_001)}, "batch-refused", "project-full")
		outcomes(t, b, true, []any{given(p, 2, 9_000), book.Refund{Of: first, Amount: 1, Occurred: "2026-11-20"}, given(p, 3, 1_001)}, "batch-refused", "batch-refused", "project-full")
		outcomes(t, b, false, []any{gift(east, 100), given(p, 2, 10_001), given(p, 3, 6_000), given(p, 4, 4_001), given(p, 4, 3_000), gift(west, 100)},
			"", "project-full", "", "project-full", "", "")
		paid := pay(p, 500)
		paid.Designation = "d3"
		payment := do(t, b, paid)
		plan, partner := p+1, int64(3)
		d3, d4 := book.PoolRef{Project: p, Designation: "d3"}, book.PoolRef{Project: p, Designation: "d4"}
		do(t, b, book.Transfer{From: d3, To: d4, Asset: "CNY", Amount: 900, Occurred: "2026-11-20", Basis: plan},
			book.Return{Of: payment, Amount: 50, Occurred: "2026-11-20"}, given(p, 5, 50))
		dollars := given(p, 5, 70)
		dollars.Asset = "USD"
		outcomes(t, b, false, []any{
			given(p, 6, 1),
			book.Transfer{From: d4, To: d3, Asset: "CNY", Amount: 1, Occurred: "2026-11-20", Basis: plan},
			book.Transfer{From: d4, To: book.PoolRef{Project: p, Designation: "d4", Holder: &partner}, Asset: "CNY", Amount: 1, Occurred: "2026-11-20"},
			book.Return{Of: payment, Amount: 1, Occurred: "2026-11-20"},
			dollars,
			book.Convert{Pool: book.PoolRef{Project: p, Designation: "d5"}, From: ledger.Sum{Asset: "USD", Amount: 1}, To: ledger.Sum{Asset: "CNY", Amount: 7}, Occurred: "2026-11-20", Basis: "牌价"},
			book.Transfer{From: d4, To: book.PoolRef{Project: east}, Asset: "CNY", Amount: 400, Occurred: "2026-11-20", Basis: plan},
			gift(east, 100),
		}, "project-full", "project-full", "project-full", "project-full", "", "project-full", "", "")
		must(t, b.Close())
		b = openBook(t, s) // which remembers nothing
		outcomes(t, b, false, []any{gift(east, 100), given(p, 6, 1), gift(west, 100)}, "", "project-full", "")

		st, err := s.Statement(ctx, account.Scope{Project: p}, "", "", 0)
		must(t, err)
		given := int64(book.MaxLaid - 900 - 50) // the rest is what moved within and came back
		if a := st.Assets[0]; a.Asset != "CNY" || a.Income[0].Amount != given || a.Closing != given-500+50-400 {
			t.Errorf("the statement is %+v", a)
		}
		parties, err := s.Parties(ctx, view.PartyFilter{Project: &p, Limit: 1})
		must(t, err)
		if len(parties) != 1 || parties[0].Units != given {
			t.Errorf("of the company: %+v, want %d", parties, given)
		}
		addsUp(t, s, p)
		checkLog(t, s)
	})
}

// addsUp asks for all that adds up flows over pools and projects.
func addsUp(t *testing.T, s *store.Store, project int64) {
	t.Helper()
	organization := int64(1)
	for _, scope := range []account.Scope{{Project: project}, {Organization: &organization}, {}} {
		_, err := s.Statement(ctx, scope, "", "", 0)
		must(t, err)
	}
	_, err := s.Groups(ctx, view.ByAsset)
	must(t, err)
	_, err = s.Sizes(ctx, nil, nil)
	must(t, err)
	_, err = s.Series(ctx, view.SeriesFilter{Every: view.Month})
	must(t, err)
	_, _, err = s.Projects(ctx, view.ProjectFilter{Sort: view.Raised, Limit: 10, Today: "2026-11-20"})
	must(t, err)
}
