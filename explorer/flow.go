package explorer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// flowPage is everything about one flow that anyone may see.
type flowPage struct {
	row
	View     *view.Flow
	From, To *place // the pools that its units left and entered, nil where there is none
	Into     *ledger.Sum
	Author   *view.Organization
	Consent  *view.Organization
	Texts    []record.Text // public, but for the name
	Of       *row          // what it refers to
	Undoers  []row         // what gave back or undid units of it
	Papers   []paper
	Changes  []change
	Signed   []signed
	More     int      // deliveries that are not shown
	Sentence string   // of the course, or else of the origins
	Whence   string   // of the origins
	Course   *course  // what became of its units; nil where none stayed in the book
	Origins  *origins // whose they were; nil of an income
}

func (s *Site) flow(ctx context.Context, v visit, r Reads) (*page, error) {
	if v.id < 0 {
		return nil, missing()
	}
	f, err := r.Flow(ctx, v.id)
	if err != nil {
		return nil, err
	}
	out := &flowPage{row: asRow(*f), View: f, Texts: words(f.Texts)}
	d := newDirectory(ctx, v, r)
	if err := s.readPlaces(d, out); err != nil {
		return nil, err
	}
	if err := s.readTraces(ctx, v, r, d, out); err != nil {
		return nil, err
	}
	if err := readPapers(ctx, r, out); err != nil {
		return nil, err
	}
	scribe := scribe{v.tongue, s.assets, false}
	amount := strings.TrimSpace(scribe.goods(out.unit()) + " " + scribe.money(out.unit(), out.Amount))
	title := v.tongue.say("flowpage.title", "kind", v.tongue.term("kind", out.Kind), "amount", amount)
	return &page{Name: "flow", Title: title, Data: out}, nil
}

// unit is the asset that the flow's amount counts: what left, where both sides moved.
func (p *flowPage) unit() ledger.AssetID { return p.View.Flow.Left().Asset }

// readPlaces names the pools of a flow and who wrote and agreed.
func (s *Site) readPlaces(d *directory, out *flowPage) (err error) {
	f := out.View.Flow
	if f.Out != nil {
		if out.From, err = d.place(f.Out.Pool); err != nil {
			return err
		}
	}
	if f.In != nil {
		if out.To, err = d.place(f.In.Pool); err != nil {
			return err
		}
	}
	if f.Kind == ledger.Conversion {
		out.Into = &ledger.Sum{Asset: f.In.Pool.Asset, Amount: f.Into}
	}
	if out.Author, err = d.organization(out.View.Record.By.Org); err == nil && f.Consent != nil {
		out.Consent, err = d.organization(f.Consent.Org)
	}
	return err
}

// readTraces follows the flow's units forward and back, and finds what undid them.
func (s *Site) readTraces(ctx context.Context, v visit, r Reads, d *directory, out *flowPage) (err error) {
	f, w := out.View.Flow, newWatch(r.Trace())
	if f.In != nil || out.Undone > 0 {
		if out.Course, err = s.course(ctx, v, r, d, w, v.id); err != nil {
			return err
		}
		out.Sentence = out.Course.sentence(s, v.tongue, "course.this")
	}
	if !f.Kind.Brings() {
		if out.Origins, err = s.origins(ctx, v, r, d, w, v.id); err != nil {
			return err
		}
		if out.Whence = out.Origins.sentence(s, v.tongue, "course.this"); f.In == nil {
			out.Sentence = out.Whence
		}
	}
	return s.readUndoers(ctx, r, w, out)
}

// mostUndoers is how many refunds, returns and reversals a page lists by themselves; the
// trace has them all.
const mostUndoers = 50

// readUndoers reads what the flow refers to, and what refers to it.
func (s *Site) readUndoers(ctx context.Context, r Reads, w watch, out *flowPage) error {
	index, f := out.Index, out.View.Flow
	var undoers []int64
	if f.Out != nil && out.Undone > 0 {
		if _, err := w.Returns(ctx, index); err != nil { // which w keeps
			return err
		}
	}
	for at, by := range w.flows {
		if by.Of == index && at != index {
			undoers = append(undoers, at)
		}
	}
	slices.Sort(undoers)
	undoers = undoers[:min(len(undoers), mostUndoers)]
	wanted := undoers
	if f.Of != 0 {
		wanted = append(slices.Clone(undoers), f.Of)
	}
	flows, err := r.Several(ctx, wanted)
	if err != nil {
		return err
	}
	for _, at := range undoers {
		out.Undoers = append(out.Undoers, asRow(flows[at]))
	}
	if of, ok := flows[f.Of]; ok && f.Of != 0 {
		row := asRow(of)
		out.Of = &row
	}
	return nil
}

// Incoming says whether the party gave, and did not get.
func (p *flowPage) Incoming() bool { return p.Kind.Brings() }

// Unit is unit for the template.
func (p *flowPage) Unit() ledger.AssetID { return p.unit() }

// Latest is what a public text was corrected to last, "" where it was not.
func (p *flowPage) Latest(field string) (text string) {
	for _, c := range p.Changes {
		if c.Field == field {
			text = c.New
		}
	}
	return text
}

// mostSpans is how many spans of a named outflow a page lists.
const mostSpans = 20

// Spans are the addresses that the flow took and laid: pool and interval.
func (p *flowPage) Spans() (list []string) {
	f := p.View.Flow
	switch {
	case f.Named():
		for _, t := range f.Out.Takes[:min(len(f.Out.Takes), mostSpans)] {
			list = append(list, fmt.Sprint(f.Out.Pool, t.Span))
		}
	case f.Out != nil:
		list = append(list, fmt.Sprint(f.Out.Pool, f.Out.Span))
	}
	if f.In != nil {
		list = append(list, fmt.Sprint(f.In.Pool, f.In.Span))
	}
	return list
}
