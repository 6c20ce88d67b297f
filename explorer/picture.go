package explorer

import (
	"context"
	"html/template"
	"slices"
	"strings"

	"mingzhang/explorer/chart"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/figures"
)

// picture is where a project's money came from and where it went: sources on the left,
// the project, its partners, categories, and the largest payees.
type picture struct {
	SVG     template.HTML
	Finding string
	Agency  string // that money for named beneficiaries is in it, "" where there is none
	Rest    bool   // a band is of all but those who stand by themselves, whom its list has, too
	Rows    []pictureRow
}

// pictureRow is a band of the picture, for the table behind it.
type pictureRow struct {
	From, To string
	Amount   int64
	Link     string
}

// painter draws a flow of money.
type painter struct {
	s            *Site
	v            visit
	project      int64
	organization int64
	flow         *figures.Flow
	own          string // the only pool of the project's own organization, "" where it is not alone or has no partner's beside it
	chart        chart.Flow
	out          *picture
}

// picture draws a project's money in yuan, nil where there is none.
func (s *Site) picture(ctx context.Context, v visit, r Reads, p *projectPage, sums []account.MonthSum) (*picture, error) {
	givers, err := r.Parties(ctx, figures.GiversOf(p.Index))
	if err != nil {
		return nil, err
	}
	payees, err := r.Parties(ctx, figures.PayeesOf(p.Index))
	if err != nil {
		return nil, err
	}
	names := map[int64]string{}
	for _, partner := range p.Partners {
		names[partner.Index] = partner.Name
	}
	flow := figures.FlowOf(figures.FlowParts{Project: p.Project, Sums: sums, Givers: givers, Payees: payees, Members: p.handed, Names: names})
	if flow == nil {
		return nil, nil
	}
	d := &painter{s: s, v: v, project: p.Index, organization: p.Organization, flow: flow, own: onlyOwn(sums), out: &picture{}}
	d.chart.Head = chart.Head{ID: "picture", Title: v.tongue.say("picture.title", "name", p.Name)}
	for _, place := range flow.Places {
		d.chart.Nodes = append(d.chart.Nodes, d.node(place))
	}
	for _, b := range flow.Bands {
		d.band(b)
	}
	d.amounts()
	d.out.Finding, d.out.Agency, d.out.Rest = d.finding(), d.agency(), d.rest()
	d.chart.Desc = d.out.Finding
	d.out.SVG, err = d.chart.SVG()
	return d.out, err
}

const (
	columnSources = iota
	columnProject
	columnPartners
	columnCategories
	columnPayees
)

// node is how a place is drawn.
func (d *painter) node(p figures.Place) chart.Node {
	t := d.v.tongue
	n := chart.Node{Column: columnCategories, Label: p.Name}
	switch p.Kind {
	case figures.PlaceGiver:
		n.Column, n.Class = columnSources, chart.In
	case figures.PlaceIncome:
		n.Column, n.Class, n.Label = columnSources, chart.In, t.say("line."+p.Key)
		if p.Key == string(ledger.Donation) {
			n.Label = t.say("picture.donations")
		}
	case figures.PlaceProject:
		n.Column, n.Class, n.Href = columnProject, chart.In, d.v.link(d.v.path)
	case figures.PlacePartner:
		n.Column, n.Class, n.Href = columnPartners, chart.Transit, d.v.link("/organizations/"+text64(p.ID))
	case figures.PlaceCategory:
		n.Class, n.Label = chart.Out, t.term("category", p.Key)
	case figures.PlaceMember:
		n.Class, n.Href = chart.Muted, d.v.link("/projects/"+text64(p.ID))
	case figures.PlaceLeft:
		n.Class, n.Label = chart.Muted, t.say("left."+p.Key)
	case figures.PlacePayee:
		n.Column, n.Class = columnPayees, chart.Out
	case figures.PlaceOthers:
		n.Column, n.Class, n.Label = columnPayees, chart.Muted, t.say("picture.others")
	case figures.PlaceHeld:
		n.Class, n.Label, n.Lake = chart.In, t.say("picture.held"), true
	case figures.PlaceTransit:
		n.Class, n.Label, n.Lake = chart.Transit, t.say("picture.transit"), true
	}
	return n
}

// band draws a band in the colour of where it goes, of a source in that of income, and
// leads it to the flows that it adds up.
func (d *painter) band(b figures.Band) {
	from, to := d.chart.Nodes[b.From], d.chart.Nodes[b.To]
	class := to.Class
	if d.flow.Places[b.To].Kind == figures.PlaceOthers {
		class = chart.Out
	}
	text, link := d.s.assets.money(d.v.tongue)(yuan, b.Units), d.link(d.flow.Places[b.From], d.flow.Places[b.To])
	d.chart.Bands = append(d.chart.Bands, chart.Band{From: b.From, To: b.To, Value: b.Units, Amount: text, Title: from.Label + " → " + to.Label, Class: class, Href: link})
	d.out.Rows = append(d.out.Rows, pictureRow{from.Label, to.Label, b.Units, link})
}

// onlyOwn gives the pool of yuan that a project's own organization holds, where there is one
// beside those of partners: its flows are apart from theirs. Otherwise it gives "".
func onlyOwn(sums []account.MonthSum) string {
	own, partners := map[ledger.Pool]bool{}, false
	for _, s := range sums {
		if s.Pool.Asset == yuan && !s.Partner {
			own[s.Pool] = true
		}
		partners = partners || s.Pool.Asset == yuan && s.Partner
	}
	for pool := range own {
		if partners && len(own) == 1 {
			return pool.String()
		}
	}
	return ""
}

// link gives the list of flows that a band stands for, of what is held that of the pools. The
// flows of a partner are those that a filter tells, and so are those of the only pool that
// the project's own organization has beside partners.
func (d *painter) link(from, to figures.Place) string {
	flows := func(pairs ...any) string {
		if from.Kind == figures.PlacePartner && to.Kind != figures.PlaceMember {
			pairs = append(pairs, "organization", from.ID)
		}
		return d.v.link("/flows", append([]any{"project", d.project}, pairs...)...)
	}
	switch to.Kind {
	case figures.PlaceProject:
		if from.Kind == figures.PlaceGiver {
			return flows("kind", ledger.Donation, "party", from.Key)
		}
		return flows("kind", from.Key)
	case figures.PlacePartner:
		return flows("kind", ledger.Transfer, "organization", to.ID)
	case figures.PlaceCategory:
		if from.Kind == figures.PlaceProject && d.own != "" {
			return d.v.link("/flows", "pool", d.own, "kind", ledger.Expenditure, "category", to.Key)
		}
		return flows("kind", ledger.Expenditure, "category", to.Key)
	case figures.PlaceMember:
		return flows("kind", ledger.Transfer, "organization", to.Of)
	case figures.PlaceLeft:
		return flows("kind", to.Key)
	case figures.PlacePayee:
		return flows("kind", ledger.Expenditure, "category", from.Key, "party", to.Key)
	case figures.PlaceOthers:
		return flows("kind", ledger.Expenditure, "category", from.Key)
	}
	holder := d.organization
	if to.Kind == figures.PlaceTransit {
		holder = from.ID
	}
	return d.v.link("/holdings", "project", d.project, "holder", holder)
}

// amounts writes at every node what runs through it.
func (d *painter) amounts() {
	in, out := make([]int64, len(d.chart.Nodes)), make([]int64, len(d.chart.Nodes))
	for _, b := range d.chart.Bands {
		out[b.From] += b.Value
		in[b.To] += b.Value
	}
	for i := range d.chart.Nodes {
		d.chart.Nodes[i].Amount = d.s.assets.brief(d.v.tongue, yuan, max(in[i], out[i]))
	}
}

// finding says in words what the picture shows: what came in, and all that it went to.
func (d *painter) finding() string {
	t, f := d.v.tongue, d.flow
	brief := func(n int64) string { return d.s.assets.brief(t, yuan, n) }
	parts := []string{t.say("picture.finding.spent", "out", brief(f.Spent), "share", share(f.Spent, f.In))}
	for _, kind := range []ledger.FlowKind{ledger.Transfer, ledger.Conversion, ledger.Refund} {
		if left := f.Left[kind]; left > 0 {
			parts = append(parts, t.say("picture.finding."+string(kind), "amount", brief(left)))
		}
	}
	if f.Transit > 0 {
		parts = append(parts, t.say("picture.finding.transit", "amount", brief(f.Transit)))
	}
	parts = append(parts, t.say("picture.finding.held", "amount", brief(f.Held)))
	return t.say("picture.finding", "in", brief(f.In), "parts", strings.Join(parts, t.say("picture.finding.and")))
}

// rest says whether there is a band for those who do not stand by themselves.
func (d *painter) rest() bool {
	has := func(is figures.Place) bool {
		return slices.ContainsFunc(d.flow.Places, func(p figures.Place) bool { return p.Kind == is.Kind && (is.Key == "" || p.Key == is.Key) })
	}
	return has(figures.Place{Kind: figures.PlaceGiver}) && has(figures.Place{Kind: figures.PlaceIncome, Key: string(ledger.Donation)}) ||
		has(figures.Place{Kind: figures.PlacePayee}) && has(figures.Place{Kind: figures.PlaceOthers})
}

// agency says how much of the picture was given for named beneficiaries: the project's first
// figures leave it out, as statements do.
func (d *painter) agency() string {
	if d.flow.Agency.In == 0 {
		return ""
	}
	t := d.v.tongue
	exact := d.s.assets.money(t)
	return t.say("picture.agency", "in", exact(yuan, d.flow.Agency.In), "out", exact(yuan, d.flow.Agency.Spent))
}
