package explorer

import (
	"context"
	"html/template"

	"mingzhang/explorer/chart"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// statistics are what all projects add up to: by month within some days, and of all time
// by cause, place, organization, asset and size of gift.
type statistics struct {
	Money         view.Holding // in yuan, of all time
	Projects      int64
	From, Upto    ledger.Date
	Series        series
	Sum           seriesPeriod // of the months that are listed
	Causes        grouping
	Places        grouping
	Organizations grouping
	Assets        []view.Holding
	Sizes         sizing
}

// grouping is what the projects of each cause, place or organization add up to: a picture
// of what they received, what it says, and the table behind it.
type grouping struct {
	By      view.By
	Word    string // of the catalogue: what it is by
	SVG     template.HTML
	Finding string
	Rows    []groupRow
}

// groupRow is one group.
type groupRow struct {
	Label    string
	Link     string // its projects
	In, Out  string // its income, and what it spent
	Held     string // where its balance is
	Projects int64
	Money    view.Holding
}

// sizing is how many gifts there are of each size.
type sizing struct {
	SVG     template.HTML
	Finding string
	Rows    []sizeRow
	Sum     account.Sum
}

// sizeRow is the gifts whose amounts have so many digits.
type sizeRow struct {
	Label string
	Link  string
	account.Sum
}

func (s *Site) statistics(ctx context.Context, v visit, r Reads) (*page, error) {
	a := v.ask()
	out := statistics{From: a.date("from"), Upto: a.date("to")}
	a.check(out.Upto == "" || out.Upto >= out.From, "to")
	if err := a.done(); err != nil {
		return nil, err
	}
	all, err := r.Groups(ctx, view.ByAsset)
	if err != nil {
		return nil, err
	}
	for _, g := range all {
		out.Projects += g.Projects
		out.Money, _ = inYuan(g.Holdings)
		out.Assets = g.Holdings
	}
	f := view.SeriesFilter{From: out.From, Upto: out.Upto, Every: view.Month}
	if out.Series, err = s.series(ctx, v, r, f, "months"); err != nil {
		return nil, err
	}
	for _, p := range out.Series.Periods {
		out.Sum.In, out.Sum.Out, out.Sum.Gifts, out.Sum.Payments = out.Sum.In+p.In, out.Sum.Out+p.Out, out.Sum.Gifts+p.Gifts, out.Sum.Payments+p.Payments
	}
	if err := s.readGroupings(ctx, v, r, &out); err != nil {
		return nil, err
	}
	out.Sizes, err = s.sizes(ctx, v, r)
	return &page{Name: "statistics", Title: v.tongue.say("nav.statistics"), Wide: true, Data: out}, err
}

// readGroupings reads the projects by cause, place and organization.
func (s *Site) readGroupings(ctx context.Context, v visit, r Reads, out *statistics) (err error) {
	t := v.tongue
	out.Causes, err = s.grouping(ctx, v, r, view.ByCause, "causes", func(g view.Group) groupRow {
		return groupRow{Label: t.term("cause", g.Value), Link: v.link("/projects", "cause", g.Value), Held: v.link("/holdings", "cause", g.Value)}
	})
	if err != nil {
		return err
	}
	out.Places, err = s.grouping(ctx, v, r, view.ByPlace, "places", func(g view.Group) groupRow {
		return groupRow{Label: t.term("place", g.Value), Link: v.link("/projects", "place", g.Value), Held: v.link("/holdings", "place", g.Value)}
	})
	if err != nil {
		return err
	}
	out.Organizations, err = s.grouping(ctx, v, r, view.ByOrganization, "organizations", func(g view.Group) groupRow {
		return groupRow{Label: g.Name, Link: v.link("/organizations/" + g.Value), Held: v.link("/holdings", "owner", g.Value)}
	})
	return err
}

// mostBars are in a picture; the table behind it has the rest.
const mostBars = 12

// grouping reads and draws one grouping, what received most first.
func (s *Site) grouping(ctx context.Context, v visit, r Reads, by view.By, id string, name func(view.Group) groupRow) (grouping, error) {
	groups, err := r.Groups(ctx, by)
	if err != nil {
		return grouping{}, err
	}
	out := grouping{By: by, Word: "statistics." + id}
	sum := int64(0)
	for _, g := range groups {
		row := name(g)
		row.Projects = g.Projects
		row.Money, _ = inYuan(g.Holdings)
		row.In = v.link("/flows", string(by), g.Value, "kind", incomes, "asset", yuan)
		row.Out = v.link("/flows", string(by), g.Value, "kind", ledger.Expenditure, "asset", yuan)
		sum += row.Money.Income.Units
		out.Rows = append(out.Rows, row)
	}
	mostFirst(out.Rows)
	if len(out.Rows) == 0 || sum == 0 {
		return out, nil
	}
	t, top := v.tongue, out.Rows[0]
	out.Finding = t.say("statistics.most", "name", top.Label, "share", share(top.Money.Income.Units, sum))
	picture := chart.Bars{Head: chart.Head{ID: id, Title: t.say(out.Word), Desc: out.Finding}}
	for _, row := range out.Rows[:min(len(out.Rows), mostBars)] {
		n := row.Money.Income.Units
		picture.Rows = append(picture.Rows, chart.Bar{Label: row.Label, Value: n, Amount: s.assets.brief(t, yuan, n), Share: share(n, sum), Class: chart.In, Href: row.Link})
	}
	out.SVG, err = picture.SVG()
	return out, err
}
