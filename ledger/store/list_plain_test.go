package store_test

import (
	"cmp"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store"
	"mingzhang/ledger/view"
)

// plain is a book as its records alone tell it. What a list must show, it finds by
// looking through all of them.
type plain struct {
	s       *store.Store
	records []*record.Record
	bytes   [][]byte

	undone      map[int64]int64 // of a flow: units that came back or were reversed
	netted      map[int64]bool  // reversals, and what they reversed
	delivered   map[int64]int64
	deliveries  map[int64][]int64
	corrections map[int64][]int64
	erased      map[int64]bool // public openings
	projects    map[int64]*plainProject
	orgs        map[int64]*ledger.Organization
	classes     map[purpose]ledger.Class
	shown       map[ledger.Date][]view.Project // on a day, of the records read so far
}

type plainProject struct {
	*ledger.Project
	status ledger.Status
	frozen bool
	plan   ledger.Plan
	at     int64 // of the plan
}

type purpose struct {
	project int64
	id      string
}

func newPlain(s *store.Store) *plain {
	return &plain{s: s, undone: map[int64]int64{}, netted: map[int64]bool{}, delivered: map[int64]int64{}, deliveries: map[int64][]int64{},
		corrections: map[int64][]int64{}, erased: map[int64]bool{}, projects: map[int64]*plainProject{}, orgs: map[int64]*ledger.Organization{},
		classes: map[purpose]ledger.Class{}}
}

// read reads the records that have come since.
func (p *plain) read(t rapid.TB) {
	t.Helper()
	var rows [][]byte
	if err := p.s.DB().Raw("SELECT bytes FROM records WHERE idx >= ? ORDER BY idx", len(p.records)).Scan(&rows).Error; err != nil {
		t.Fatal(err)
	}
	p.shown = map[ledger.Date][]view.Project{}
	for _, data := range rows {
		r, err := record.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		p.records, p.bytes = append(p.records, r), append(p.bytes, data)
		p.play(r)
	}
}

func (p *plain) play(r *record.Record) {
	switch w := r.What.(type) {
	case *ledger.Organization:
		p.orgs[r.Index] = w
	case *ledger.Project:
		p.projects[r.Index] = &plainProject{Project: w, status: ledger.Draft}
	case *ledger.Plan:
		p.projects[w.Project].plan, p.projects[w.Project].at = *w, r.Index
	case *ledger.StatusChange:
		p.projects[w.Project].status = w.Status
	case *ledger.Freeze:
		p.projects[w.Project].frozen = !w.Release
	case *ledger.Designation:
		p.classes[purpose{w.Project, w.ID}] = w.Class
	case *ledger.Delivery:
		p.delivered[w.Of], p.deliveries[w.Of] = p.delivered[w.Of]+w.Amount, append(p.deliveries[w.Of], r.Index)
	case *ledger.Correction:
		p.corrections[w.Of] = append(p.corrections[w.Of], r.Index)
	case *ledger.Erasure:
		p.erased[w.Of] = p.erased[w.Of] || w.Seal == string(record.Public)
	case *ledger.Flow:
		p.playFlow(r.Index, w)
	}
}

func (p *plain) playFlow(index int64, f *ledger.Flow) {
	switch f.Kind {
	case ledger.Return:
		p.undone[f.Of] += f.Amount
	case ledger.Reversal:
		of := p.flow(f.Of)
		p.netted[index], p.netted[f.Of] = true, true
		p.undone[f.Of] += of.Amount
		if of.Kind == ledger.Return {
			p.undone[of.Of] -= of.Amount
		}
	}
}

// flow gives a flow by its index, nil for another record.
func (p *plain) flow(index int64) *ledger.Flow {
	f, _ := p.records[index].What.(*ledger.Flow)
	return f
}

// refunded is what the giver of a flow got back and kept.
func (p *plain) refunded(of int64) (units int64) {
	for i, r := range p.records {
		if f, ok := r.What.(*ledger.Flow); ok && f.Kind == ledger.Refund && f.Of == of {
			units += f.Amount - p.undone[int64(i)]
		}
	}
	return units
}

// owner is the organization of a pool's project.
func (p *plain) owner(pool ledger.Pool) int64 { return p.projects[pool.Project].Organization }

func (p *plain) agency(pool ledger.Pool) bool {
	return p.classes[purpose{pool.Project, pool.Designation}] == ledger.Agency
}

// opened reads the texts of a public seal, nil for none and for what was erased.
func (p *plain) opened(t rapid.TB, r *record.Record) []record.Text {
	t.Helper()
	if r.Public == (record.Commitment{}) || p.erased[r.Index] {
		return nil
	}
	public, _, err := p.s.Openings(ctx, r.Index)
	if err != nil {
		t.Fatal(err)
	}
	o, err := record.Open(r.Public, public)
	if err != nil {
		t.Fatalf("the opening of record %d: %v", r.Index, err)
	}
	return o.Texts
}

// touched are the pools that a flow changes.
func touched(f *ledger.Flow) (pools []ledger.Pool) {
	if f.Out != nil {
		pools = append(pools, f.Out.Pool)
	}
	if f.In != nil {
		pools = append(pools, f.In.Pool)
	}
	return pools
}

// has says whether a list of flows has a record.
func (p *plain) has(f view.FlowFilter, r *record.Record) bool {
	w, ok := r.What.(*ledger.Flow)
	if !ok {
		return false
	}
	some := func(is func(ledger.Pool) bool) bool { return slices.ContainsFunc(touched(w), is) }
	switch {
	case f.Project != nil && !some(func(o ledger.Pool) bool { return o.Project == *f.Project }),
		f.Organization != nil && !some(func(o ledger.Pool) bool { return p.owner(o) == *f.Organization || o.Holder == *f.Organization }),
		f.Cause != "" && !some(func(o ledger.Pool) bool { return p.projects[o.Project].Cause == f.Cause }),
		f.Place != "" && !some(func(o ledger.Pool) bool { return strings.HasPrefix(p.projects[o.Project].Place, f.Place) }),
		f.Pool != nil && !some(func(o ledger.Pool) bool { return o == *f.Pool && (f.Asset == "" || o.Asset == f.Asset) }),
		f.Transit && !some(func(o ledger.Pool) bool { return o.Holder != p.owner(o) }),
		f.Asset != "" && !some(func(o ledger.Pool) bool { return o.Asset == f.Asset }),
		len(f.Kinds) > 0 && !slices.Contains(f.Kinds, w.Kind),
		len(f.Categories) > 0 && !slices.Contains(f.Categories, w.Category),
		f.From != "" && w.Occurred.Last < f.From,
		f.Upto != "" && w.Occurred.Last > f.Upto,
		w.Amount < f.Least,
		f.Most != 0 && w.Amount > f.Most,
		f.Party != "" && w.Party.Key() != f.Party:
		return false
	}
	return true
}

// list gives the indices of a whole list from its place After on, in its order.
func (p *plain) list(f view.FlowFilter) []int64 {
	indices := []int64{}
	for _, r := range p.records {
		passed := f.After != nil && (f.Oldest && r.Index <= *f.After || !f.Oldest && r.Index >= *f.After)
		if !passed && p.has(f, r) {
			indices = append(indices, r.Index)
		}
	}
	if !f.Oldest {
		slices.Reverse(indices)
	}
	return indices
}

// counted is one line that one standing flow adds to.
type counted struct {
	pool  ledger.Pool
	line  account.Line
	day   ledger.Date
	units int64
	flow  *ledger.Flow
}

// counts gives the lines of all flows that nothing reversed.
func (p *plain) counts() (all []counted) {
	for _, r := range p.records {
		f, ok := r.What.(*ledger.Flow)
		if !ok || p.netted[r.Index] {
			continue
		}
		if f.Out != nil {
			all = append(all, counted{f.Out.Pool, p.line(f, true), f.Occurred.Last, f.Amount, f})
		}
		if f.In != nil {
			all = append(all, counted{f.In.Pool, p.line(f, false), f.Occurred.Last, f.In.Span.Len(), f})
		}
	}
	return all
}

// line says what one side of a flow counts as.
func (p *plain) line(f *ledger.Flow, out bool) account.Line {
	switch {
	case f.Kind == ledger.Expenditure:
		return account.LineOfCategory(f.Category)
	case f.Kind == ledger.Conversion && out:
		return account.LineConvertedOut
	case f.Kind == ledger.Conversion:
		return account.LineConvertedIn
	case f.Kind != ledger.Transfer:
		return account.LinesOfKind(f.Kind)[0]
	}
	line := account.LineTransferIn
	switch {
	case f.Out.Pool.Project == f.In.Pool.Project:
		line = account.LineInternalIn
	case p.owner(f.Out.Pool) == p.owner(f.In.Pool):
		line = account.LineSisterIn
	}
	if out {
		return line - account.LineInternalIn + account.LineInternalOut
	}
	return line
}

// balances are what is in each pool, by the flows from a record on.
func (p *plain) balances(from int64) map[ledger.Pool]int64 {
	held := map[ledger.Pool]int64{}
	for _, r := range p.records[from:] {
		f, ok := r.What.(*ledger.Flow)
		if ok && f.In != nil {
			held[f.In.Pool] += f.In.Span.Len()
		}
		if ok && f.Out != nil {
			held[f.Out.Pool] -= f.Amount
		}
	}
	return held
}

// holdings adds up the pools of a group.
func (p *plain) holdings(in func(ledger.Pool) bool) []view.Holding {
	sums := map[ledger.AssetID]*view.Holding{}
	of := func(pool ledger.Pool) *view.Holding {
		if sums[pool.Asset] == nil {
			sums[pool.Asset] = &view.Holding{Asset: pool.Asset}
		}
		return sums[pool.Asset]
	}
	for pool, units := range p.balances(0) {
		switch {
		case !in(pool):
		case p.agency(pool):
			of(pool).Agency += units
		default:
			of(pool).Held += units
			if pool.Holder != p.owner(pool) {
				of(pool).InTransit += units
			}
		}
	}
	for _, c := range p.counts() {
		switch {
		case !in(c.pool) || p.agency(c.pool):
		case c.flow.Kind.Account() != "":
			h := of(c.pool)
			h.Income = account.Sum{Units: h.Income.Units + c.units, Flows: h.Income.Flows + 1}
		case c.flow.Kind == ledger.Expenditure:
			h := of(c.pool)
			h.Spent = account.Sum{Units: h.Spent.Units + c.units, Flows: h.Spent.Flows + 1}
		}
	}
	var list []view.Holding
	for _, h := range sums {
		list = append(list, *h)
	}
	slices.SortFunc(list, func(a, b view.Holding) int { return cmp.Compare(a.Asset, b.Asset) })
	return list
}
