package explorer

import (
	"cmp"
	"context"
	"html/template"
	"slices"
	"strings"

	"mingzhang/explorer/chart"
	"mingzhang/ledger"
	"mingzhang/ledger/trace"
	"mingzhang/ledger/view"
)

// fate is what became of units, as a page says it: the states of a trace, of which what
// was paid to nobody is apart.
type fate string

const lost fate = "lost" // written off

// fates are in the order in which a sentence names them.
var fates = []fate{fate(trace.Spent), lost, fate(trace.InTransit), fate(trace.Converted), fate(trace.Held), fate(trace.Refunded), fate(trace.Reversed)}

// fateClasses are the colours of fates.
var fateClasses = map[fate]chart.Class{fate(trace.Spent): chart.Out, lost: chart.Out, fate(trace.InTransit): chart.Transit, fate(trace.Converted): chart.In,
	fate(trace.Held): chart.In, fate(trace.Refunded): chart.Muted, fate(trace.Reversed): chart.Muted}

// course is what became of a flow's units. Its parts lie end to end from the first unit
// to the last, over all pages.
type course struct {
	Asset    ledger.AssetID
	Total    int64
	Sums     []outcome // in the order of fates; they add up to Total
	Complete bool      // false where the parts are too many to add up for a page
	Count    int       // of all parts, if complete
	Parts    []stretch // of this page
	ledger.Span
	Next    string // address of the next page, "" at the end
	First   string // of the first page, "" on it
	Caption string // of the picture
	Picture template.HTML
	all     []trace.Part
}

// outcome is how many units had one fate.
type outcome struct {
	Fate   fate
	Amount int64
	Parts  int
}

// stretch is a run of units that went the same way.
type stretch struct {
	trace.Part
	Fate   fate
	Amount int64
	Now    *ledger.Sum // behind a conversion: what they are, or were when they left
	Place  *place      // where they lie, or from where they left
	Steps  []step      // what they went through before Last
	Last   *row        // the record that moved them last; nil where they lie as they came
}

// step is a record that units went through.
type step struct {
	Index int64
	Kind  ledger.FlowKind
}

// How many parts of a trace a page shows, and how many it adds up at most.
var (
	partsShown = 50
	partsAdded = 10_000
)

// course follows a flow forward.
func (s *Site) course(ctx context.Context, v visit, r Reads, d *directory, w watch, index int64) (*course, error) {
	f, err := w.Flow(ctx, index)
	if err != nil {
		return nil, err
	}
	c := &course{Asset: f.Entered().Asset}
	c.Total, _ = trace.Units(f)
	from, err := v.place("after", c.Total)
	if err != nil {
		return nil, err
	}
	parts, err := c.read(ctx, v, w, index, from)
	if err != nil {
		return nil, err
	}
	if c.Parts, err = stretches(ctx, r, d, w, index, parts); err != nil {
		return nil, err
	}
	c.Caption = v.tongue.pieces("course.picture", c.Count)
	c.Picture, err = s.drawCourse(v, d, w, index, c)
	return c, err
}

// place reads from the address the place within a flow at which a page begins.
func (v visit) place(name string, total int64) (int64, error) {
	n, err := v.index(name)
	if err == nil && n > 0 && n >= total {
		err = badQuery(name)
	}
	return n, err
}

// read reads all parts, adds them up, and gives those of the page.
func (c *course) read(ctx context.Context, v visit, w watch, index, from int64) ([]trace.Part, error) {
	all, rest, err := trace.ForwardFrom(ctx, w, index, 0, partsAdded)
	if err != nil {
		return nil, err
	}
	next := int64(-1)
	if c.Complete = rest < 0; c.Complete {
		c.all, c.Count = all, len(all)
		c.add(w, index)
		all, next = pageOf(all, from)
	} else if all, next, err = trace.ForwardFrom(ctx, w, index, from, partsShown); err != nil {
		return nil, err
	}
	if len(all) > 0 {
		c.Span = ledger.Span{From: all[0].From, Upto: all[len(all)-1].Upto}
	}
	if from > 0 {
		c.First = v.with("after", "") + "#parts"
	}
	if next >= 0 {
		c.Next = v.with("after", text64(next)) + "#parts"
	}
	return all, nil
}

// pageOf gives the parts of a page from a place on, and where the next page begins: −1
// at the end.
func pageOf(all []trace.Part, from int64) (page []trace.Part, next int64) {
	begin, _ := slices.BinarySearchFunc(all, from, func(p trace.Part, from int64) int { return cmp.Compare(p.From, from) })
	if page = all[begin:]; len(page) <= partsShown {
		return page, -1
	}
	return page[:partsShown], page[partsShown].From
}

// add adds the parts up by their fates.
func (c *course) add(w watch, index int64) {
	sums := map[fate]outcome{}
	for _, p := range c.all {
		f := fateOf(w, index, p)
		o := sums[f]
		sums[f] = outcome{f, o.Amount + p.Len(), o.Parts + 1}
	}
	for _, f := range fates {
		if o := sums[f]; o.Parts > 0 {
			c.Sums = append(c.Sums, o)
		}
	}
}

// fateOf tells what was lost from what was paid.
func fateOf(w watch, index int64, p trace.Part) fate {
	if f := w.flows[lastOf(index, p.Path)]; p.State == trace.Spent && f.Category.Account() == string(ledger.Impairment) {
		return lost
	}
	return fate(p.State)
}

// lastOf is the record that moved units last: of the traced flow itself, where nothing
// came after it.
func lastOf(index int64, path []int64) int64 {
	if len(path) == 0 {
		return index
	}
	return path[len(path)-1]
}

// stretches shows parts with the records that moved them.
func stretches(ctx context.Context, r Reads, d *directory, w watch, index int64, parts []trace.Part) ([]stretch, error) {
	var last []int64
	for _, p := range parts {
		last = append(last, lastOf(index, p.Path))
	}
	flows, err := r.Several(ctx, last)
	if err != nil {
		return nil, err
	}
	out := make([]stretch, len(parts))
	for i, p := range parts {
		if out[i], err = asStretch(d, w, index, p, flows); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func asStretch(d *directory, w watch, index int64, p trace.Part, flows map[int64]view.Flow) (stretch, error) {
	x := stretch{Part: p, Fate: fateOf(w, index, p), Amount: p.Len()}
	if p.Changed {
		x.Now = &ledger.Sum{Asset: p.Pool.Asset, Amount: p.At.Len()}
	}
	for _, step := range p.Path[:max(len(p.Path)-1, 0)] {
		x.Steps = append(x.Steps, asStep(w, step))
	}
	if len(p.Path) > 0 || w.flows[index].In == nil {
		last := asRow(flows[lastOf(index, p.Path)])
		x.Last = &last
	}
	var err error
	x.Place, err = d.place(p.Pool)
	return x, err
}

func asStep(w watch, index int64) step { return step{index, w.flows[index].Kind} }

// Class is the colour of a part.
func (x stretch) Class() string { return fateColour(x.Fate) }

// Class is the colour of a sum.
func (o outcome) Class() string { return fateColour(o.Fate) }

func fateColour(f fate) string {
	return map[chart.Class]string{chart.In: "in", chart.Transit: "transit", chart.Out: "out", chart.Muted: "muted"}[fateClasses[f]]
}

// Delivery says how far recipients signed for the payment: "all", "part", "none" where
// one is to be expected, "" elsewhere.
func (x stretch) Delivery() string {
	switch {
	case x.Last == nil || x.Last.Kind != ledger.Expenditure:
		return ""
	case x.Last.Delivered >= x.Last.Amount-x.Last.Undone && x.Last.Delivered > 0:
		return "all"
	case x.Last.Delivered > 0:
		return "part"
	case x.Last.Category == "5101.direct_aid" || x.Last.Category == "5101.purchase":
		return "none"
	}
	return ""
}

// Share says that the payment was larger than this part of it.
func (x stretch) Share() bool {
	units := x.Amount
	if x.Now != nil {
		units = x.Now.Amount
	}
	return x.Last != nil && x.Last.Kind == ledger.Expenditure && x.Last.Amount > units
}

// Of is how many units had a fate.
func (c *course) Of(f fate) int64 {
	for _, o := range c.Sums {
		if o.Fate == f {
			return o.Amount
		}
	}
	return 0
}

// Frozen are the projects of the page's parts whose payments the regulator stopped, if
// something of the flow is still in them.
func (c *course) Frozen() (projects []*view.Project) {
	for _, x := range c.Parts {
		still := x.State == trace.Held || x.State == trace.InTransit || x.State == trace.Converted
		if p := x.Place.Project; still && p.Frozen && !slices.Contains(projects, p) {
			projects = append(projects, p)
		}
	}
	return projects
}

// Word is the name under which the catalogue has the words for a fate: what is paid in
// money is handed out in goods.
func (f fate) Word(id ledger.AssetID) string {
	if id.Class() != ledger.Money && (f == fate(trace.Spent) || f == lost) {
		return string(f) + ".goods"
	}
	return string(f)
}

// sentence says in one sentence what became of the units.
func (c *course) sentence(s *Site, t *tongue, subject string) string {
	money := s.assets.money(t)
	whole := t.say(subject, "amount", money(c.Asset, c.Total))
	if !c.Complete {
		return t.say("course.long", "whole", whole)
	}
	if len(c.Sums) == 1 {
		return t.say("course.all."+c.Sums[0].Fate.Word(c.Asset), "whole", whole)
	}
	var parts []string
	for _, o := range c.Sums {
		part := t.say("course.part."+o.Fate.Word(c.Asset), "amount", money(c.Asset, o.Amount))
		parts = append(parts, strings.ReplaceAll(part, " ", "\u00a0")) // which no line breaks
	}
	return t.say("course.mixed", "whole", whole, "parts", strings.Join(parts, t.say("course.comma")))
}
