package explorer

import (
	"context"
	"slices"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// flowList is the list of flows of any filter: every figure of the other pages leads to
// one, which says at its top what it is of and what it adds up to.
type flowList struct {
	Words        string // what kinds of flows these are
	Project      *view.Project
	Organization *view.Organization
	Pool         *place
	At           int64 // as the log then stood, 0 for now
	Chosen       []chip
	Sums         *listSums // nil where the book keeps no sum of the filter
	Partner      bool      // it has flows of others' projects, too, which the sums have not
	Rows         []row
	Form         flowForm
	Clear        string
	First        string
	Next         string
	Exports      []takeaway
}

// flowAsk is what flows somebody asks for.
type flowAsk struct {
	view.FlowFilter
	at        int64
	project   *view.Project
	owner     *view.Organization
	partyName string
	pool      *place
}

// flowsPage is how many flows a page has.
const flowsPage = 30

var orders = []string{"newest", "oldest"}

// flowFilter reads the filters of the list. They are those of the interface, except that
// min and max are in whole units as people write them (100.50 yuan), because a form
// without scripts sends what was typed; without an asset or pool they are yuan. at gives the list
// as the log then stood, as a statement has it.
func (s *Site) flowFilter(a *ask) flowAsk {
	f := flowAsk{FlowFilter: view.FlowFilter{Project: a.index("project"), Organization: a.index("organization"), Cause: a.text("cause"), Place: a.region(),
		Pool: a.pool("pool"), Transit: a.flag("transit"), Asset: ledger.AssetID(a.text("asset")),
		From: a.date("from"), Upto: a.date("to"), Party: a.text("party"), Oldest: choose(a, "order", orders) == "oldest", After: a.index("after"), Limit: flowsPage}}
	a.check(f.Asset == "" || f.Asset.Check("") == nil, "asset")
	if f.Pool != nil && f.Asset == "" {
		f.Asset = f.Pool.Asset // in whose units min and max are
	}
	a.check(f.Upto == "" || f.Upto >= f.From, "to")
	for _, text := range a.list("kind") {
		kind := ledger.FlowKind(text)
		a.check(kind.Known(), "kind")
		f.Kinds = append(f.Kinds, kind)
	}
	for _, text := range a.list("category") {
		category := ledger.Category(text)
		a.check(category.Check() == nil, "category")
		f.Categories = append(f.Categories, category)
	}
	if at := a.index("at"); at != nil {
		f.at = *at
	}
	f.Least, f.Most = s.amountOf(a, &f, "min"), s.amountOf(a, &f, "max")
	a.check(f.Most == 0 || f.Most >= f.Least, "max")
	return f
}

// amountOf reads an amount in whole units.
func (s *Site) amountOf(a *ask, f *flowAsk, name string) int64 {
	text := a.text(name)
	if text == "" {
		return 0
	}
	if f.Asset == "" {
		f.Asset = yuan
	}
	n, err := ledger.ParseAmount(text, s.assets.of(f.Asset).Scale)
	a.check(err == nil && (name == "min" || n > 0), name)
	return n
}

func (s *Site) flows(ctx context.Context, v visit, r Reads) (*page, error) {
	a := v.ask()
	f := s.flowFilter(a)
	if err := a.done(); err != nil {
		return nil, err
	}
	if err := f.find(ctx, r, newDirectory(ctx, v, r)); err != nil {
		return nil, err
	}
	out := flowList{Words: v.kindWords(f.FlowFilter), Project: f.project, Organization: f.owner, Pool: f.pool, At: f.at, Chosen: s.chosenFlows(v, f), Form: s.flowForm(v, f), Clear: v.link(v.path)}
	var err error
	if out.Sums, err = s.listSums(ctx, v, r, f); err != nil {
		return nil, err
	}
	if f.Organization != nil {
		pools, err := r.Pools(ctx, nil, f.Organization)
		if err != nil {
			return nil, err
		}
		out.Partner = f.Project == nil && len(pools) > 0
	}
	if err := s.readFlows(ctx, v, r, f, &out); err != nil {
		return nil, err
	}
	out.Exports = v.exports("flows", s.flowFiles(v, f))
	return &page{Name: "flows", Title: out.title(), Wide: true, Data: out}, nil
}

// title is what the list is called in a browser's tab.
func (l flowList) title() string {
	switch {
	case l.Project != nil:
		return l.Words + " · " + l.Project.Name
	case l.Pool != nil:
		return l.Words + " · " + l.Pool.Name()
	case l.Organization != nil:
		return l.Words + " · " + l.Organization.Name
	}
	return l.Words
}

// find reads whose flows are asked for; absent is a ledger.NotFound.
func (f *flowAsk) find(ctx context.Context, r Reads, d *directory) (err error) {
	if f.Project != nil {
		if f.project, err = d.project(*f.Project); err != nil {
			return asked(*f.Project, err)
		}
	}
	if f.Organization != nil {
		if f.owner, err = d.organization(*f.Organization); err != nil {
			return asked(*f.Organization, err)
		}
	}
	if f.Pool != nil {
		pools, err := r.Pools(ctx, &f.Pool.Project, nil)
		if err == nil && !slices.ContainsFunc(pools, func(p view.Pool) bool { return p.Pool == *f.Pool }) {
			err = refuse(ledger.NotFound, "pool-unknown")
		}
		if err == nil {
			f.pool, err = d.place(*f.Pool)
		}
		if err != nil {
			return err
		}
	}
	if f.Party == "" {
		return nil
	}
	list, err := r.Parties(ctx, view.PartyFilter{Party: f.Party, Limit: 1})
	if len(list) > 0 {
		f.partyName = list[0].Name
	}
	return err
}

// readFlows reads the page's rows. As the log stood at a record, the list has the records
// before it.
func (s *Site) readFlows(ctx context.Context, v visit, r Reads, f flowAsk, out *flowList) error {
	if f.After != nil {
		out.First = v.with("after", "")
	}
	if f.at > 0 && !f.Oldest && (f.After == nil || *f.After > f.at) {
		f.After = &f.at
	}
	list, err := r.Flows(ctx, f.FlowFilter)
	if err != nil {
		return err
	}
	if n := len(list.Rows); f.at > 0 && f.Oldest {
		for n > 0 && list.Rows[n-1].Record.Index >= f.at {
			n, list.Next = n-1, nil
		}
		list.Rows = list.Rows[:n]
	}
	if list.Next != nil {
		out.Next = v.with("after", text64(*list.Next))
	}
	out.Rows, err = namedRows(ctx, r, list.Rows, f.Project == nil)
	return err
}

// namedRows gives rows with the names of their projects, and of transfers whose money
// went to whom.
func namedRows(ctx context.Context, r Reads, list []view.Flow, several bool) ([]row, error) {
	var indices []int64
	for _, v := range list {
		if several {
			indices = append(indices, v.Flow.Project())
		}
		if v.Flow.Kind == ledger.Transfer {
			out, in := v.Flow.Out.Pool, v.Flow.In.Pool
			indices = append(indices, out.Project, out.Holder, in.Project, in.Holder)
		}
	}
	names, err := r.Names(ctx, indices)
	rows := asRows(list)
	for i, v := range list {
		if several {
			rows[i].Where = names[rows[i].Project]
		}
		if v.Flow.Kind != ledger.Transfer {
			continue
		}
		out, in := v.Flow.Out.Pool, v.Flow.In.Pool
		from, to := names[out.Holder], names[in.Holder]
		if out.Project != in.Project {
			from, to = names[out.Project], names[in.Project]
		}
		if rows[i].Between = from + " → " + to; from == to { // from one purpose to another
			rows[i].Between = from
		}
	}
	return rows, err
}
