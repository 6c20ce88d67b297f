package store_test

import (
	"fmt"
	"testing"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/store/pgtest"
)

// TestFlightOfManyStatements: the answers to a group that touches many rows are more than
// a unix socket holds, which is what a server of pgtest listens on.
func TestFlightOfManyStatements(t *testing.T) {
	b := openImpatient(t, openStore(t, pgtest.DSN(t)), 20*time.Second)
	found(t, b)
	const pools, many = 2000, 4000
	purposes := make([]book.Designation, pools)
	incomes, first, group := make([]book.Request, pools), make([]book.Request, pools), make([]book.Request, many)
	for i := range purposes {
		purposes[i] = book.Designation{ID: fmt.Sprintf("d%d", i), Name: fmt.Sprintf("用途%d", i), Class: ledger.Restricted}
	}
	project := do(t, b, book.RegisterProject{Organization: uscc(2), Name: "大项目", Filing: uscc(2) + "A26099", Kind: ledger.Campaign, Cause: "education", Place: "440100", Designations: purposes})
	exchange := func(i int) book.Request {
		return ask(book.Convert{Pool: book.PoolRef{Project: project, Designation: purposes[i%pools].ID}, From: ledger.Sum{Asset: "CNY", Amount: 7}, To: ledger.Sum{Asset: "USD", Amount: 1},
			Occurred: noon.AddDate(0, 0, -i).Format(time.DateOnly), Basis: "牌价", Payee: &book.Party{Kind: ledger.Organized, Name: fmt.Sprintf("银行%d", i)}}, "")
	}
	for i := range pools {
		g := gift(project, 1000)
		g.Designation = purposes[i].ID
		incomes[i], first[i] = ask(g, ""), exchange(i)
	}
	for i := range many {
		group[i] = exchange(pools + i)
	}
	for _, requests := range [][]book.Request{incomes, first, group} {
		results, err := b.SubmitAll(ctx, requests, false)
		must(t, err)
		for _, r := range results {
			must(t, r.Err)
		}
	}
}
