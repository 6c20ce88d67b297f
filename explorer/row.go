package explorer

import (
	"context"
	"net/url"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// row is a flow as a table shows it.
type row struct {
	Index       int64
	Kind        ledger.FlowKind
	Class       string // in, out or transit
	Minus       bool   // it took units out of the book
	Occurred    ledger.Period
	Category    ledger.Category
	Channel     string
	Party       party
	Words       string // note, purpose or reason: public text
	Withdrawn   bool
	Asset       ledger.AssetID
	Amount      int64
	Value       *ledger.Value
	Undone      int64
	Refunded    int64 // to the giver
	Delivered   int64
	Evidence    []view.File
	Late        bool
	Corrections []int64
	Project     int64
	Where       string // the project's name, in a list of several
	Between     string // of a transfer: from whom to whom
}

// party is the other end of a flow as it may be shown: a person by the name that they
// agreed to.
type party struct {
	Kind    ledger.PartyKind
	Name    string
	Link    string
	Related bool
}

// classes are the colours of flows, by what they do with the money.
var classes = map[ledger.FlowKind]string{ledger.Transfer: "transit", ledger.Conversion: "transit", ledger.Reversal: "muted",
	ledger.Expenditure: "out", ledger.Refund: "muted"}

func asRow(v view.Flow) row {
	f := v.Flow
	out := row{Index: v.Record.Index, Kind: f.Kind, Class: classes[f.Kind], Minus: f.In == nil, Occurred: f.Occurred, Category: f.Category, Channel: f.Channel,
		Party: asParty(f.Party, v.Texts), Asset: f.Entered().Asset, Amount: f.Amount, Value: f.Value, Undone: v.Undone, Refunded: v.Refunded, Delivered: v.Delivered,
		Evidence: v.Files, Late: f.Late, Corrections: v.Corrections, Project: f.Project()}
	if out.Class == "" {
		out.Class = "in"
	}
	if f.Out != nil {
		out.Asset = f.Out.Pool.Asset
	}
	for _, name := range []string{"purpose", "note", "reason"} {
		if out.Words == "" {
			out.Words = text(v.Texts, name)
		}
	}
	out.Withdrawn = v.Texts == nil && v.Record.Public != (record.Commitment{})
	return out
}

// Gone says that all of a flow was undone.
func (r row) Gone() bool { return r.Undone > 0 && r.Undone >= r.Amount }

func asRows(list []view.Flow) []row {
	rows := make([]row, len(list))
	for i, v := range list {
		rows[i] = asRow(v)
	}
	return rows
}

func asParty(p *ledger.Party, texts []record.Text) party {
	if p == nil {
		return party{}
	}
	out := party{Kind: p.Kind, Name: p.Name, Related: p.Related}
	switch {
	case p.USCC != "":
		out.Link = "/organizations?code=" + string(p.USCC)
	case p.Key() != "":
		out.Link = "/flows?" + url.Values{"party": {p.Key()}}.Encode()
	}
	if out.Name == "" {
		out.Name = text(texts, "display")
	}
	return out
}

// newest gives the first rows of a list of each kind, of several projects with their
// names.
func newest(ctx context.Context, r Reads, project *int64, n int, kinds ...ledger.FlowKind) ([][]row, error) {
	filters := make([]view.FlowFilter, len(kinds))
	for i, kind := range kinds {
		filters[i] = view.FlowFilter{Project: project, Kinds: []ledger.FlowKind{kind}, Limit: n}
	}
	pages, err := r.FlowLists(ctx, filters...)
	if err != nil {
		return nil, err
	}
	var all []view.Flow
	for _, p := range pages {
		all = append(all, p.Rows...)
	}
	rows, err := namedRows(ctx, r, all, project == nil)
	lists := make([][]row, len(pages))
	for i, p := range pages {
		lists[i], rows = rows[:len(p.Rows)], rows[len(p.Rows):]
	}
	return lists, err
}
