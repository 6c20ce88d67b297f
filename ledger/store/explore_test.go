package store_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/book"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// TestSumsWithin holds what a list of flows adds up to, and the largest parties of an
// organization, against the records alone.
func TestSumsWithin(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		p := newPlain(s)
		n := 100
		rapid.Check(t, func(t *rapid.T) {
			sc := newScene(t, b, p, n)
			n += 3
			for range rapid.IntRange(1, 4).Draw(t, "rounds") {
				sc.play(t, 5)
			}
			sc.sameWithin(t)
			sc.sameLargest(t)
		})
	})
}

// sameWithin asks for the sums of a project and of an organization on some days.
func (sc *scene) sameWithin(t *rapid.T) {
	days := []ledger.Date{"", "2025-12-31", "2026-01-01", "2026-11-08", "2026-11-10"}
	from, upto := rapid.SampledFrom(days).Draw(t, "from"), rapid.SampledFrom(days).Draw(t, "upto")
	project, organization := sc.projects[0], sc.orgs[0]
	for _, scope := range []account.Scope{{Project: project}, {Organization: &organization}} {
		in := sc.p.within(&project, nil)
		if scope.Organization != nil {
			in = sc.p.within(nil, &organization)
		}
		type place struct {
			pool            ledger.Pool
			line            account.Line
			before          bool
			partner, agency bool
		}
		order := func(a, b account.PoolSum) int {
			return cmp.Or(cmp.Compare(a.Pool.String(), b.Pool.String()), cmp.Compare(a.Line, b.Line), cmp.Compare(fmt.Sprint(a.Before), fmt.Sprint(b.Before)))
		}
		want := tally(sc.p.counts(), func(c counted) (place, bool) {
			return place{c.pool, c.line, c.day < from, c.pool.Holder != sc.p.owner(c.pool), sc.p.agency(c.pool)}, in(c.pool) && (upto == "" || c.day <= upto)
		}, func(k place, sum account.Sum) account.PoolSum {
			return account.PoolSum{Pool: k.pool, Line: k.line, Before: k.before, Partner: k.partner, Agency: k.agency, Sum: sum}
		}, order)
		got, err := sc.p.s.SumsWithin(ctx, scope, from, upto, 0)
		got = slices.DeleteFunc(got, func(s account.PoolSum) bool { return s.Sum == account.Sum{} }) // brought to nothing by reversals
		slices.SortFunc(got, order)
		same(t, fmt.Sprintf("sums of %+v from %q to %q", scope, from, upto), listOf(got), err, want)
	}
}

// sameLargest asks for the parties of an organization over all its projects.
func (sc *scene) sameLargest(t *rapid.T) {
	organization := sc.orgs[rapid.IntRange(0, 1).Draw(t, "largest of")]
	lines := rapid.SampledFrom([][]account.Line{{account.LineDonation, account.LineGrant}, account.LinesOfKind(ledger.Expenditure)}).Draw(t, "largest on")
	type key struct{ key, name string }
	sums := map[key]account.Sum{}
	for _, v := range sc.p.parties(view.PartyFilter{Organization: &organization, Lines: lines}) {
		if k := (key{v.Key, v.Name}); v.Asset == "CNY" {
			sums[k] = account.Sum{Units: sums[k].Units + v.Units, Flows: sums[k].Flows + v.Flows}
		}
	}
	var want []view.Party
	for k, sum := range sums {
		want = append(want, view.Party{Asset: "CNY", Key: k.key, Name: k.name, Sum: sum})
	}
	got, err := sc.p.s.Largest(ctx, organization, "CNY", lines, 5000)
	if !slices.IsSortedFunc(got, func(a, b view.Party) int { return cmp.Compare(b.Units, a.Units) }) {
		t.Fatalf("not the largest first: %+v", got)
	}
	slices.SortFunc(want, largest)
	slices.SortFunc(got, largest)
	same(t, fmt.Sprintf("largest on %v", lines), listOf(got), err, want)
	if len(want) > 1 {
		first, err := sc.p.s.Largest(ctx, organization, "CNY", lines, 1)
		if err != nil || len(first) != 1 || first[0].Units != want[0].Units {
			t.Fatalf("the largest of all: %+v, %v; want %+v", first, err, want[0])
		}
	}
}

// TestNamesAndLast: organizations and projects have names, other records and what is not
// there have none; of disclosures the last one of each project counts.
func TestNamesAndLast(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		names, err := s.Names(ctx, []int64{1, east, west, west + 1, 999})
		same(t, "names", names, err, map[int64]string{1: "甲慈善会", east: "东项目", west: "西项目"})
		names, err = s.Names(ctx, nil)
		same(t, "names of nothing", names, err, map[int64]string{})

		told := func(project int64, title string) int64 {
			return do(t, b, book.Disclose{Project: project, Period: "2026-10-01/2026-10-31", Kind: "progress", Title: title, Text: "无", At: 5})
		}
		told(east, "第一期")
		second := told(east, "第二期")
		other := told(west, "西一期")
		do(t, b, book.Erase{Of: other, Seal: record.Public, Basis: "pipl-47"})
		list, err := s.LastAbout(ctx, []int64{east, west, 999}, "disclosure")
		must(t, err)
		var got []string
		for _, r := range list {
			got = append(got, fmt.Sprint(r.Record.Index, r.Project, record.Opening{Texts: r.Texts}.Get("title"), r.Withdrawn))
		}
		same(t, "the last ones", got, nil, []string{fmt.Sprint(other, west, "", true), fmt.Sprint(second, east, "第二期", false)})
		list, err = s.LastAbout(ctx, nil, "disclosure")
		if err != nil || list != nil {
			t.Errorf("of no project: %+v, %v", list, err)
		}
	})
}
