package anchor_test

import (
	"fmt"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/book"
)

// TestFullProject: the ledger refuses totals beyond what it can add up. A book never gets
// there: what it took from as many full pools as that needs is anchored.
func TestFullProject(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		h := s.History(15)
		purposes := make([]book.Designation, 600)
		for i := range purposes {
			purposes[i] = book.Designation{ID: fmt.Sprintf("d%d", i), Name: fmt.Sprintf("用途%d", i), Class: ledger.Restricted}
		}
		owner, err := s.Store.Organization(ctx, 1)
		must(t, err)
		project := h.Do(book.RegisterProject{Organization: owner.Code, Name: "大项目", Kind: ledger.Fund, Cause: "education", Place: "440100", Designations: purposes})[0]
		gifts := func(each int64) (requests []book.Request) {
			for _, d := range purposes {
				requests = append(requests, book.Request{By: anchortest.Platform, What: book.Income{PoolRef: book.PoolRef{Project: project, Designation: d.ID}, Asset: "CNY", Amount: each,
					Occurred: anchortest.Day, Donor: &book.Party{Display: "李*"}}})
			}
			return requests
		}
		recorded := 0
		for _, each := range []int64{ledger.MaxUnits, book.MaxLaid / int64(len(purposes)-1)} {
			results, err := s.Book.SubmitAll(ctx, gifts(each), false)
			must(t, err)
			for _, r := range results {
				if r.Err == nil {
					recorded++
				}
			}
		}
		if recorded != len(purposes)-1 {
			t.Errorf("%d gifts were recorded", recorded)
		}
		l := s.loop(s.Store, s.ledger)
		stop := run(l)
		s.anchored(l)
		stop()
	})
}
