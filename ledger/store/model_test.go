package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/ledgertest"
	"mingzhang/ledger/store"
	"mingzhang/ledger/trace"
)

// shadow plays what the real book records on the book in memory, which is held
// against the model of single units elsewhere.
type shadow struct {
	*ledgertest.Book
	real     map[int64]int64 // from the shadow's indices to the real ones
	projects map[int64]int64 // likewise; a project's plan comes right behind it
}

func (s *shadow) pool(p ledger.Pool) ledger.Pool {
	p.Project = s.projects[p.Project]
	return p
}

func (s *shadow) ref(p ledger.Pool) book.PoolRef {
	p = s.pool(p)
	return book.PoolRef{Project: p.Project, Holder: &p.Holder, Designation: p.Designation}
}

// request turns a drawn flow into what a caller would ask for.
func (s *shadow) request(f ledger.Flow) any {
	of, there := s.real[f.Of]
	if !there {
		of = 1 << 40
	}
	day := f.Occurred.String()
	switch f.Kind {
	case ledger.Expenditure:
		return book.Spend{PoolRef: s.ref(f.Out.Pool), Asset: f.Out.Pool.Asset, Amount: f.Amount, Occurred: day, Category: f.Category, Payee: &book.Party{}}
	case ledger.Transfer:
		t := book.Transfer{From: s.ref(f.Out.Pool), To: s.ref(f.In.Pool), Asset: f.Out.Pool.Asset, Amount: f.Amount, Occurred: day,
			Basis: s.projects[f.In.Pool.Project] + 1, Consent: &ledger.Author{Org: ledgertest.Owners[f.In.Pool.Project], Key: "k"}}
		if f.Of != 0 {
			t.Of = of
		}
		return t
	case ledger.Conversion:
		return book.Convert{Pool: s.ref(f.Out.Pool), From: ledger.Sum{Asset: f.Out.Pool.Asset, Amount: f.Amount},
			To: ledger.Sum{Asset: f.In.Pool.Asset, Amount: f.Into}, Occurred: day, Basis: "牌价"}
	case ledger.Refund:
		r := book.Refund{Of: of, Amount: f.Amount, Occurred: day}
		if f.Out != nil {
			ref := s.ref(f.Out.Pool)
			r.From = &ref
		}
		return r
	case ledger.Return:
		return book.Return{Of: of, Amount: f.Amount, Occurred: day}
	case ledger.Reversal:
		return book.Reverse{Of: of, Reason: "误录"}
	}
	in := book.Income{PoolRef: s.ref(f.In.Pool), Kind: f.Kind, Asset: f.In.Pool.Asset, Amount: f.Amount, Occurred: day}
	if f.Kind == ledger.Donation {
		in.Donor = &book.Party{}
	}
	return in
}

// translate writes a shadow's flow with the real indices.
func (s *shadow) translate(f ledger.Flow) string {
	var takes []string
	if f.Out != nil {
		for _, t := range f.Out.Takes {
			takes = append(takes, fmt.Sprint(t.Span, s.path(t.Path)))
		}
		takes = append(takes, fmt.Sprint(s.pool(f.Out.Pool), f.Out.Span))
	}
	if f.In != nil {
		takes = append(takes, fmt.Sprint(s.pool(f.In.Pool), f.In.Span))
	}
	return fmt.Sprint(f.Kind, s.real[f.Of], f.Amount, f.Into, f.Cut, takes)
}

func (s *shadow) path(path []int64) []int64 {
	real := []int64{}
	for _, index := range path {
		real = append(real, s.real[index])
	}
	return real
}

// untranslated is translate of a flow that has the real indices already.
func untranslated(f *ledger.Flow) string {
	same := &shadow{real: map[int64]int64{}}
	for _, index := range append(pathsOf(f), f.Of) {
		same.real[index] = index
	}
	var takes []string
	if f.Out != nil {
		for _, t := range f.Out.Takes {
			takes = append(takes, fmt.Sprint(t.Span, same.path(t.Path)))
		}
		takes = append(takes, fmt.Sprint(f.Out.Pool, f.Out.Span))
	}
	if f.In != nil {
		takes = append(takes, fmt.Sprint(f.In.Pool, f.In.Span))
	}
	return fmt.Sprint(f.Kind, f.Of, f.Amount, f.Into, f.Cut, takes)
}

func pathsOf(f *ledger.Flow) []int64 {
	var all []int64
	if f.Out != nil {
		for _, t := range f.Out.Takes {
			all = append(all, t.Path...)
		}
	}
	return all
}

// TestHistories plays random histories, alone and in groups, on the real book over
// both databases.
func TestHistories(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		do(t, b, book.RegisterAsset{ID: "goods/mask", Class: ledger.Goods, Name: "口罩", Unit: "个"})
		rapid.Check(t, func(t *rapid.T) { history(t, b, s) })
	})
}

// history is one random history, in projects of its own.
func history(t *rapid.T, b *book.Book, s *store.Store) {
	sh := &shadow{ledgertest.New(ledgertest.Owners), map[int64]int64{}, map[int64]int64{}}
	for project, org := range ledgertest.Owners {
		a, err := b.Submit(ctx, book.Request{By: platform, What: book.RegisterProject{
			Organization: uscc(int(org) + 1), Name: "一项", Kind: ledger.Fund, Cause: "education", Place: "440100"}})
		if err != nil {
			t.Fatal(err)
		}
		sh.projects[project] = a.Index
	}
	for range rapid.IntRange(1, 12).Draw(t, "groups") {
		var flows []ledger.Flow
		var requests []book.Request
		for range rapid.IntRange(1, 6).Draw(t, "flows") {
			f := ledgertest.Draw(t, sh.Book)
			if of, err := sh.State().Flow(f.Of); err == nil && f.Kind == ledger.Refund && f.Out != nil && of.In != nil {
				f.Out.Pool.Asset = of.In.Pool.Asset // a caller names no asset: it is the gift's
			}
			f.Occurred, _ = ledger.ParsePeriod(rapid.SampledFrom([]string{"2026-11-01", "2026-11-05/2026-11-10", "2026-11-20"}).Draw(t, "day"))
			flows = append(flows, f)
			requests = append(requests, book.Request{By: platform, What: sh.request(f)})
		}
		later.Add(int64(rapid.SampledFrom([]time.Duration{0, time.Hour, 24 * time.Hour}).Draw(t, "time goes by")))
		results, err := b.SubmitAll(ctx, requests, false)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range flows {
			compare(t, sh, f, results[i])
		}
	}
	tx, err := s.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	for _, index := range sh.Indices() {
		compareTraces(t, sh, tx.Reader(), index)
		compareDraws(t, sh, tx.Reader(), index)
	}
	tx.Rollback()
	compareStatements(t, s, sh)
}

func compare(t *rapid.T, sh *shadow, f ledger.Flow, got book.Result) {
	effect, err := ledger.Apply(sh.State(), f)
	var refused *ledger.Error
	if errors.As(got.Err, &refused) && refused.Code == "date-before" { // which the shadow does not look at
		if of, e := sh.State().Flow(f.Of); e != nil || f.Occurred.Last >= of.Occurred.First {
			t.Fatalf("%s of %d: %v", f.Kind, f.Of, got.Err)
		}
		return
	}
	if (err == nil) != (got.Err == nil) {
		t.Fatalf("%s of %d: the book says %v, the shadow %v", f.Kind, f.Of, got.Err, err)
	}
	if err != nil {
		return
	}
	sh.real[sh.Next()] = got.Answer.Index
	if f.Kind == ledger.Reversal {
		effect.Flow.Occurred = ledger.On("2026-11-20")
	}
	want, have := sh.translate(effect.Flow), untranslated(got.Answer.Record.What.(*ledger.Flow))
	if want != have {
		t.Fatalf("the book recorded\n %s\nthe shadow\n %s", have, want)
	}
	sh.Commit(effect)
}

func compareTraces(t *rapid.T, sh *shadow, r trace.Reader, index int64) {
	want, err := trace.Forward(ctx, sh.Reader(), index)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		want[i].Pool, want[i].Path = sh.pool(want[i].Pool), sh.path(want[i].Path)
	}
	got, err := trace.Forward(ctx, r, sh.real[index])
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("forward of %d: %v\n got %v\nwant %v", index, err, got, want)
	}
	wantBack, err := trace.Back(ctx, sh.Reader(), index)
	if err != nil {
		t.Fatal(err)
	}
	for i := range wantBack {
		wantBack[i].Flow, wantBack[i].Path = sh.real[wantBack[i].Flow], sh.path(wantBack[i].Path)
	}
	back, err := trace.Back(ctx, r, sh.real[index])
	if err != nil || !reflect.DeepEqual(back, wantBack) {
		t.Fatalf("back of %d: %v\n got %v\nwant %v", index, err, back, wantBack)
	}
}

// compareDraws: what a refund or reversal would take of a flow is what the book in memory
// would, which looks at all outflows.
func compareDraws(t *rapid.T, sh *shadow, r trace.Drawer, index int64) {
	if f, _ := sh.State().Flow(index); f.In == nil {
		return
	}
	for _, pool := range sh.Pools() {
		for _, amount := range []int64{1, 4, 1000} {
			want, refused := trace.Draw(ctx, sh.Reader(), index, pool, amount)
			for i := range want {
				want[i].Path = sh.path(want[i].Path)
			}
			got, err := trace.Draw(ctx, r, sh.real[index], sh.pool(pool), amount)
			if !reflect.DeepEqual(got, want) || (err == nil) != (refused == nil) || err != nil && left(err) != left(refused) {
				t.Fatalf("%d of %d in %s:\n got %v %v\nwant %v %v", amount, index, pool, got, err, want, refused)
			}
		}
	}
}

// left is what a refused draw found.
func left(err error) int64 {
	var refused *ledger.Error
	if !errors.As(err, &refused) {
		return -1
	}
	return refused.Data.(trace.Elsewhere).Left
}
