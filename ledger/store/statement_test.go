package store_test

import (
	"reflect"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/ledgertest"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store"
)

// compareStatements holds statements of a history's projects and of one of their
// organizations, for several ranges and moments, against a plain sum over the records.
func compareStatements(t *rapid.T, s *store.Store, sh *shadow) {
	head, err := s.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	first := min(sh.projects[11], sh.projects[12])
	var records []*record.Record
	for i := first; i < head.Size; i++ {
		data, err := s.Stored(ctx, i)
		if err != nil {
			t.Fatal(err)
		}
		r, err := record.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	for range 4 {
		at := rapid.Int64Range(first+1, head.Size).Draw(t, "at")
		from := rapid.SampledFrom([]ledger.Date{"", "2026-11-01", "2026-11-06", "2026-11-10", "2026-11-20"}).Draw(t, "from")
		upto := rapid.SampledFrom([]ledger.Date{"", "2026-11-05", "2026-11-10", "2026-11-20"}).Draw(t, "upto")
		scope := account.Scope{Project: sh.projects[rapid.Int64Range(11, 12).Draw(t, "project")]}
		got, err := s.Statement(ctx, scope, from, upto, at)
		if err != nil {
			t.Fatal(err)
		}
		want := plainStatement(records[:at-first], sh, scope.Project, from, upto)
		if len(got.Assets)+len(want) > 0 && !reflect.DeepEqual(got.Assets, want) {
			t.Fatalf("statement of %d from %q to %q at %d:\n got %+v\nwant %+v", scope.Project, from, upto, at, got.Assets, want)
		}
		for _, a := range got.Assets {
			if sum := balance(a); sum != a.Closing {
				t.Fatalf("the statement closes at %d, and its lines give %d: %+v", a.Closing, sum, a)
			}
		}
	}
}

// balance is the equation of a statement.
func balance(a account.AssetStatement) int64 {
	n := a.Opening + a.Returns + a.TransfersIn + a.ConvertedIn - a.Refunds - a.TransfersOut - a.ConvertedOut
	for _, k := range a.Income {
		n += k.Amount
	}
	for _, c := range a.Expenditure {
		n -= c.Amount
	}
	return n
}

// plainStatement adds up the flows that nothing reversed.
func plainStatement(records []*record.Record, sh *shadow, project int64, from, upto ledger.Date) []account.AssetStatement {
	reversed := map[int64]bool{}
	for _, r := range records {
		if f, ok := r.What.(*ledger.Flow); ok && f.Kind == ledger.Reversal {
			reversed[f.Of], reversed[r.Index] = true, true
		}
	}
	assets := map[ledger.AssetID]*account.AssetStatement{}
	owner := ledgertest.Owners[11]
	if project == sh.projects[12] {
		owner = ledgertest.Owners[12]
	}
	for _, r := range records {
		f, ok := r.What.(*ledger.Flow)
		if ok && !reversed[r.Index] && (upto == "" || f.Occurred.Last <= upto) {
			plainFlow(assets, f, project, owner, from)
		}
	}
	var all []account.AssetStatement
	for _, a := range assets {
		if empty := (account.AssetStatement{Asset: a.Asset, Income: a.Income, Expenditure: a.Expenditure}); len(a.Income)+len(a.Expenditure) == 0 && reflect.DeepEqual(*a, empty) {
			continue
		}
		slices.SortFunc(a.Income, func(x, y account.KindAmount) int { return strings.Compare(string(x.Kind), string(y.Kind)) })
		all = append(all, *a)
	}
	slices.SortFunc(all, func(x, y account.AssetStatement) int { return strings.Compare(string(x.Asset), string(y.Asset)) })
	return all
}

func plainAsset(assets map[ledger.AssetID]*account.AssetStatement, id ledger.AssetID) *account.AssetStatement {
	if assets[id] == nil {
		assets[id] = &account.AssetStatement{Asset: id, Income: []account.KindAmount{}, Expenditure: []account.CategoryAmount{}}
	}
	return assets[id]
}

func plainFlow(assets map[ledger.AssetID]*account.AssetStatement, f *ledger.Flow, project, owner int64, from ledger.Date) {
	if f.In != nil && f.In.Pool.Project == project {
		n := f.In.Span.Len()
		a := plainAsset(assets, f.In.Pool.Asset)
		a.Closing += n
		if f.In.Pool.Holder != owner {
			a.InTransit += n
		}
		switch {
		case f.Occurred.Last < from || f.Kind == ledger.Opening:
			a.Opening += n
		case f.Kind == ledger.Return:
			a.Returns += n
		case f.Kind == ledger.Conversion:
			a.ConvertedIn += n
		case f.Kind == ledger.Transfer && f.Out.Pool.Project != project:
			a.TransfersIn += n
		case f.Kind != ledger.Transfer:
			i := slices.IndexFunc(a.Income, func(k account.KindAmount) bool { return k.Kind == f.Kind })
			if i < 0 {
				i, a.Income = len(a.Income), append(a.Income, account.KindAmount{Kind: f.Kind})
			}
			a.Income[i].Amount += n
			a.Income[i].Flows++
		}
	}
	if f.Out != nil && f.Out.Pool.Project == project {
		n := f.Amount
		a := plainAsset(assets, f.Out.Pool.Asset)
		a.Closing -= n
		if f.Out.Pool.Holder != owner {
			a.InTransit -= n
		}
		switch {
		case f.Occurred.Last < from:
			a.Opening -= n
		case f.Kind == ledger.Refund:
			a.Refunds += n
		case f.Kind == ledger.Conversion:
			a.ConvertedOut += n
		case f.Kind == ledger.Transfer && f.In.Pool.Project != project:
			a.TransfersOut += n
		case f.Kind == ledger.Expenditure:
			if len(a.Expenditure) == 0 {
				a.Expenditure = append(a.Expenditure, account.CategoryAmount{Category: f.Category})
			}
			a.Expenditure[0].Amount += n
			a.Expenditure[0].Flows++
		}
	}
}
