package store_test

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store"
	"mingzhang/ledger/view"
)

// walk is a list read page by page, each row held against the records.
type walk struct {
	p       *plain
	s       *store.Store
	between func()  // what happens between two pages
	tight   bool    // a page may run out of records to look at
	rows    []int64 // found so far
	pages   int
}

// read reads the list to its end.
func (w *walk) read(t rapid.TB, f view.FlowFilter) {
	t.Helper()
	for {
		page, err := w.s.Flows(ctx, f)
		if err != nil {
			t.Fatalf("%s: %v", filterText(f), err)
		}
		w.pages++
		w.p.read(t)
		for _, row := range page.Rows {
			w.p.sameFlow(t, row)
			w.rows = append(w.rows, row.Record.Index)
		}
		switch n := len(page.Rows); {
		case n > f.Limit, page.Next != nil && !w.tight && n < f.Limit:
			t.Fatalf("%s: a page has %d rows, next %v", filterText(f), n, page.Next)
		case page.Next == nil:
			return
		case f.After != nil && (*page.Next <= *f.After) == f.Oldest:
			t.Fatalf("%s: the next page begins after %d, no further than this one", filterText(f), *page.Next)
		}
		f.After = page.Next
		if w.between != nil {
			w.between()
		}
	}
}

func filterText(f view.FlowFilter) string {
	number := func(n *int64) string {
		if n == nil {
			return "–"
		}
		return fmt.Sprint(*n)
	}
	return fmt.Sprintf("project %s organization %s after %s %+v", number(f.Project), number(f.Organization), number(f.After), f)
}

// sameFlow holds a row against its record and those that say something about it.
func (p *plain) sameFlow(t rapid.TB, got view.Flow) {
	t.Helper()
	i := got.Record.Index
	want := view.Flow{Record: p.records[i], Flow: p.flow(i), Leaf: record.Hash(p.bytes[i]), Texts: p.opened(t, p.records[i]),
		Undone: p.undone[i], Refunded: p.refunded(i), Delivered: p.delivered[i], Corrections: p.corrections[i]}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("the row of record %d:\n got %+v\nwant %+v", i, got, want)
	}
}

// sameList holds a whole list against the records.
func (p *plain) sameList(t rapid.TB, f view.FlowFilter, tight bool) {
	t.Helper()
	w := walk{p: p, s: p.s, tight: tight, rows: []int64{}}
	w.read(t, f)
	want := p.list(f)
	if !slices.Equal(w.rows, want) {
		t.Fatalf("%s:\n got %v\nwant %v", filterText(f), w.rows, want)
	}
	if pages := max(1, (len(want)+f.Limit-1)/f.Limit); !tight && w.pages != pages {
		t.Fatalf("%s: %d rows come in %d pages, not %d", filterText(f), len(want), w.pages, pages)
	}
}

// filter draws which flows to list: those of the scene, mostly.
func (sc *scene) filter(t *rapid.T) view.FlowFilter {
	f := view.FlowFilter{Limit: rapid.IntRange(1, 7).Draw(t, "limit"), Oldest: rapid.Bool().Draw(t, "oldest first")}
	some := func(name string, of int) bool { return rapid.IntRange(1, of).Draw(t, name) == 1 }
	scope := rapid.IntRange(0, 5).Draw(t, "scope")
	if scope == 0 || scope == 1 {
		f.Project = &sc.projects[rapid.IntRange(0, 2).Draw(t, "of project")]
	}
	if scope == 1 || scope == 2 {
		f.Organization = &sc.orgs[rapid.IntRange(0, 2).Draw(t, "of organization")]
	}
	if scope == 3 {
		f.Party = sc.party
	}
	if pools := sc.pools(); scope == 5 && len(pools) > 0 {
		f.Pool = &pools[rapid.IntRange(0, len(pools)-1).Draw(t, "of pool")]
	}
	if some("cause", 5) {
		f.Cause = rapid.SampledFrom([]string{"education", "health"}).Draw(t, "of cause")
	}
	if some("place", 5) {
		f.Place = rapid.SampledFrom([]string{"44", "4403", "US"}).Draw(t, "of place")
	}
	f.Transit = some("transit", 5)
	if some("kinds", 3) {
		f.Kinds = rapid.SliceOfNDistinct(rapid.SampledFrom([]ledger.FlowKind{ledger.Donation, ledger.Grant, ledger.Opening, ledger.Return, ledger.Transfer,
			ledger.Conversion, ledger.Expenditure, ledger.Refund, ledger.Reversal}), 1, 4, rapid.ID).Draw(t, "of kinds")
	}
	if some("categories", 4) {
		f.Categories = rapid.SliceOfNDistinct(rapid.SampledFrom(categories), 1, 3, rapid.ID).Draw(t, "of categories")
	}
	if some("asset", 3) {
		f.Asset = drawAsset(t)
	}
	days := []ledger.Date{"2025-12-31", "2026-01-01", "2026-11-07", "2026-11-10", "2026-11-20", "2026-11-21"}
	if some("from", 4) {
		f.From = rapid.SampledFrom(days).Draw(t, "from day")
	}
	if some("upto", 4) {
		f.Upto = rapid.SampledFrom(days).Draw(t, "upto day")
	}
	amounts := rapid.SampledFrom([]int64{1, 2, 10, 11, 200, 8000, 9000})
	if some("least", 5) {
		f.Least = amounts.Draw(t, "least amount")
	}
	if some("most", 5) {
		f.Most = amounts.Draw(t, "most amount")
	}
	if some("party", 6) {
		f.Party = rapid.SampledFrom([]string{partyCode, sc.party, "甲公司"}).Draw(t, "of party")
	}
	sc.placed(t, &f)
	return f
}

// pools are those that the scene's flows touch, in one order.
func (sc *scene) pools() (list []ledger.Pool) {
	for pool := range sc.p.balances(sc.first) {
		list = append(list, pool)
	}
	slices.SortFunc(list, func(a, b ledger.Pool) int { return cmp.Compare(a.String(), b.String()) })
	return list
}

// placed lets a list begin anywhere, and one that is not the scene's own near its end:
// others have played on the same book before.
func (sc *scene) placed(t *rapid.T, f *view.FlowFilter) {
	last := int64(len(sc.p.records)) + 1
	own := f.Project != nil || f.Organization != nil || f.Pool != nil || f.Party == sc.party
	switch {
	case own && rapid.IntRange(0, 2).Draw(t, "from its end") > 0:
	case own:
		after := rapid.Int64Range(sc.first-1, last).Draw(t, "after")
		f.After = &after
	case f.Oldest:
		after := max(last-40, -1)
		f.After = &after
	default:
		after := int64(40)
		f.After = &after
	}
}

// TestFlowLists holds lists of flows of random histories, under random filters, against
// all records: page by page to the end, and while records come in between pages.
func TestFlowLists(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		p := newPlain(s)
		n := 100
		rapid.Check(t, func(t *rapid.T) {
			sc := newScene(t, b, p, n)
			n += 3
			for range rapid.IntRange(1, 6).Draw(t, "rounds") {
				sc.play(t, 5)
				p.sameList(t, sc.filter(t), false)
			}
			p.sameList(t, sc.filter(t), false)
			defer store.GlanceAt(rapid.IntRange(0, 3).Draw(t, "many pools"), rapid.IntRange(1, 30).Draw(t, "glance at"))()
			p.sameList(t, sc.filter(t), false)
			sc.whileOthersWrite(t)
			defer store.LookAt(rapid.IntRange(1, 12).Draw(t, "look at"))()
			p.sameList(t, sc.filter(t), true)
			p.sameList(t, sc.filter(t), true)
		})
		for _, f := range []view.FlowFilter{{Limit: 7}, {Limit: 7, Oldest: true}, {Limit: 1, Kinds: []ledger.FlowKind{ledger.Return}}, {Limit: 5000}} {
			p.sameList(t, f, false)
		}
	})
}

// whileOthersWrite reads a list while its project gets more records between the pages:
// nothing that was there is missed, nothing comes twice.
func (sc *scene) whileOthersWrite(t *rapid.T) {
	f := sc.filter(t)
	sc.p.read(t)
	want, more := sc.p.list(f), 4
	w := walk{p: sc.p, s: sc.p.s, rows: []int64{}, between: func() {
		if more--; more >= 0 {
			sc.play(t, 3)
		}
	}}
	w.read(t, f)
	if f.Oldest { // the end of the list moves on
		want = sc.p.list(f)
	}
	if !slices.Equal(w.rows, want) {
		t.Fatalf("%s, read while records came in:\n got %v\nwant %v", filterText(f), w.rows, want)
	}
}

// TestFlowsOfManyProjects: an organization with more strands than one query takes, and
// with transfers between its own projects, which are in two of them.
func TestFlowsOfManyProjects(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		var projects []int64
		for i := range 27 {
			projects = append(projects, do(t, b, book.RegisterProject{Organization: uscc(2), Name: fmt.Sprintf("第%d项", i), Kind: ledger.Fund, Cause: "education", Place: "440100"}))
		}
		var requests []book.Request
		for round := range 3 {
			for i, project := range projects {
				to := projects[(i+round+1)%len(projects)]
				requests = append(requests, ask(gift(project, 100), ""), ask(pay(project, 1), ""), ask(book.Transfer{From: book.PoolRef{Project: project}, To: book.PoolRef{Project: to},
					Asset: "CNY", Amount: 5, Occurred: "2026-11-20", Basis: to + 1}, ""))
			}
		}
		results, err := b.SubmitAll(ctx, requests, true)
		must(t, err)
		must(t, results[0].Err)
		p := newPlain(s)
		p.read(t)
		one := int64(1)
		transfers := []ledger.FlowKind{ledger.Transfer}
		for _, c := range []struct {
			name string
			f    view.FlowFilter
		}{
			{"all, the last first", view.FlowFilter{Limit: 17}},
			{"all, the first first", view.FlowFilter{Limit: 17, Oldest: true}},
			{"one by one", view.FlowFilter{Limit: 1, After: ptr(projects[26] + 20)}},
			{"transfers", view.FlowFilter{Limit: 50, Kinds: transfers}},
			{"transfers, the first first", view.FlowFilter{Limit: 50, Kinds: transfers, Oldest: true}},
			{"all at once", view.FlowFilter{Limit: 5000}},
			{"transfers at once", view.FlowFilter{Limit: 81, Kinds: transfers}},
		} {
			t.Run(c.name, func(t *testing.T) {
				c.f.Organization = &one
				p.sameList(t, c.f, false)
			})
		}
	})
}

// TestFlowsOfACrowd: a page of more pools than are asked for one by one is taken from the
// flows of the whole book, where it is among the first of them; and where it is not, from
// the strands of its projects, so that it is full all the same.
func TestFlowsOfACrowd(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		var gifts []book.Request
		for i := range int64(12) {
			project := do(t, b, book.RegisterProject{Organization: uscc(2), Name: fmt.Sprintf("第%d项", i), Kind: ledger.Fund, Cause: "health", Place: "440300"})
			gifts = append(gifts, ask(gift(project, 100), ""), ask(gift(project, 200+i), ""), ask(pay(project, 1), ""))
		}
		for range 30 { // others, behind which those of the cause are hidden
			gifts = append(gifts, ask(gift(west, 100), ""), ask(pay(west, 1), ""))
		}
		_, err := b.SubmitAll(ctx, gifts, true)
		must(t, err)
		p := newPlain(s)
		p.read(t)
		defer store.GlanceAt(5, 40)()
		for _, c := range []struct {
			name    string
			f       view.FlowFilter
			strands bool
		}{
			{"the first are theirs", view.FlowFilter{Cause: "health", Oldest: true, Limit: 7}, false},
			{"payments lie apart", view.FlowFilter{Cause: "health", Kinds: []ledger.FlowKind{ledger.Expenditure}, Limit: 7}, false},
			{"the last are others'", view.FlowFilter{Cause: "health", Limit: 7}, true},
			{"most are theirs, and few large enough", view.FlowFilter{Cause: "health", Least: 205, Oldest: true, Limit: 7}, false},
			{"of few pools", view.FlowFilter{Cause: "education", Limit: 7}, true},
		} {
			t.Run(c.name, func(t *testing.T) {
				p.sameList(t, c.f, false)
				if n, err := s.Strands(ctx, c.f); err != nil || n > 1 != c.strands {
					t.Errorf("the first page was found in %d strands, %v", n, err)
				}
			})
		}
	})
}

// TestBudget: a page of a narrow filter ends after a bounded number of records, and the
// next one goes on from there.
func TestBudget(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		var requests []book.Request
		for i := range int64(300) {
			requests = append(requests, ask(gift(east, 100+i), ""))
		}
		_, err := b.SubmitAll(ctx, requests, true)
		must(t, err)
		p := newPlain(s)
		p.read(t)
		defer store.LookAt(20)()
		project := east
		for _, c := range []struct {
			name        string
			least, most int64
			oldest      bool
		}{
			{"nothing", 10_000, 0, false},
			{"nothing, the first first", 10_000, 0, true},
			{"the first", 0, 100, false},
			{"the last", 399, 0, true},
			{"a few in the middle", 250, 255, false},
		} {
			t.Run(c.name, func(t *testing.T) {
				f := view.FlowFilter{Project: &project, Least: c.least, Most: c.most, Oldest: c.oldest, Limit: 3}
				p.sameList(t, f, true)
				page, err := s.Flows(ctx, f)
				must(t, err)
				if page.Next == nil {
					t.Fatal("a page looked at all 300 records, and should at no more than some 40")
				}
				looked := *page.Next - p.records[len(p.records)-300].Index
				if !c.oldest {
					looked = p.records[len(p.records)-1].Index - *page.Next
				}
				if looked < 19 || looked > 40 {
					t.Errorf("a page went on for %d records, and may for some 20 to 40", looked)
				}
			})
		}
	})
}

// TestRareKind: a kind of flow that is rare is found on one page, however many others lie
// between, also among days.
func TestRareKind(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		index := do(t, b, gift(east, 1000), pay(east, 1))
		for range 200 {
			do(t, b, gift(east, 1))
		}
		defer store.LookAt(10)()
		project := east
		page, err := s.Flows(ctx, view.FlowFilter{Project: &project, Kinds: []ledger.FlowKind{ledger.Expenditure}, From: "2026-01-01", Upto: "2026-12-31", Limit: 5})
		if err != nil || len(page.Rows) != 1 || page.Rows[0].Record.Index != index || page.Next != nil {
			t.Errorf("got %+v, %v, want the payment %d and no further page", page, err, index)
		}
	})
}

// TestFlowsOfNothing: filters that nothing can pass end at once.
func TestFlowsOfNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		page, err := s.Flows(ctx, view.FlowFilter{Limit: 5})
		if err != nil || len(page.Rows) != 0 || page.Next != nil {
			t.Errorf("an empty book has the flows %+v, %v", page, err)
		}
		b := openBook(t, s)
		found(t, b)
		do(t, b, gift(east, 100), pay(east, 1))
		nobody, charity := int64(99), int64(2)
		for _, c := range []struct {
			name string
			f    view.FlowFilter
		}{
			{"a project that is not there", view.FlowFilter{Project: &nobody}},
			{"a project without flows", view.FlowFilter{Project: ptr(west)}},
			{"an organization without flows", view.FlowFilter{Organization: &charity}},
			{"a kind that is none", view.FlowFilter{Kinds: []ledger.FlowKind{"theft"}}},
			{"a category that is none", view.FlowFilter{Categories: []ledger.Category{"9999"}}},
			{"donations under a category of payments", view.FlowFilter{Kinds: []ledger.FlowKind{ledger.Donation}, Categories: []ledger.Category{"5101.direct_aid"}}},
			{"an asset nobody has", view.FlowFilter{Asset: "EUR"}},
			{"days before the first", view.FlowFilter{Upto: "2026-11-19"}},
			{"days after the last", view.FlowFilter{From: "2026-11-21"}},
			{"no party", view.FlowFilter{Party: "乙"}},
			{"before the first", view.FlowFilter{After: ptr(int64(0))}},
			{"after the last", view.FlowFilter{After: ptr(int64(1 << 40)), Oldest: true}},
		} {
			t.Run(c.name, func(t *testing.T) {
				c.f.Limit = 5
				page, err := s.Flows(ctx, c.f)
				if err != nil || len(page.Rows) != 0 || page.Next != nil {
					t.Errorf("got %d rows, next %v, %v", len(page.Rows), page.Next, err)
				}
			})
		}
	})
}

func ptr[T any](v T) *T { return &v }
