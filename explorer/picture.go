package explorer

import (
	"context"
	"html/template"
	"slices"
	"strings"

	"mingzhang/explorer/chart"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// picture is where a project's money came from and where it went: sources on the left,
// the project, its partners, categories, and the largest payees.
type picture struct {
	SVG     template.HTML
	Finding string
	Rows    []pictureRow
}

// pictureRow is a band of the picture, for the table behind it.
type pictureRow struct {
	From, To string
	Amount   int64
	Link     string
}

// mostParties is how many givers and payees stand by themselves; the rest is one node.
const mostParties = 6

// painter lays out a picture.
type painter struct {
	s       *Site
	v       visit
	project *view.Project
	members []card // that got money from it
	flow    chart.Flow
	nodes   map[string]int // by key
	out     *picture
}

// picture draws a project's money in yuan, nil where there is none. What was given for
// named beneficiaries is in it: it is held and paid like any other.
func (s *Site) picture(ctx context.Context, v visit, r Reads, p *projectPage, sums []account.MonthSum) (*picture, error) {
	givers, err := r.Parties(ctx, view.PartyFilter{Project: &p.Index, Asset: yuan, Lines: []account.Line{account.LineDonation}, Limit: mostParties})
	if err != nil {
		return nil, err
	}
	payees, err := r.Parties(ctx, view.PartyFilter{Project: &p.Index, Asset: yuan, Lines: payingLines, Limit: mostParties})
	if err != nil {
		return nil, err
	}
	draw := &painter{s: s, v: v, project: p.Project, members: p.Members, nodes: map[string]int{}, out: &picture{}}
	draw.flow.Head = chart.Head{ID: "picture", Title: v.tongue.say("picture.title", "name", p.Name)}
	m := moneyOf(sums)
	m.givers, m.payees = positive(givers), positive(payees)
	if m.in == 0 {
		return nil, nil
	}
	draw.sources(m)
	draw.holders(m, p.Partners)
	draw.payees(m)
	draw.amounts()
	draw.out.Finding = draw.finding(m)
	draw.flow.Desc = draw.out.Finding
	draw.out.SVG, err = draw.flow.SVG()
	return draw.out, err
}

// money is what the picture of a project adds up.
type money struct {
	in       int64
	sources  map[account.Line]int64 // what came in, by line
	holders  map[int64]*holding     // by organization, 0 the project's own
	own      int64
	givers   []view.Party // organizations that gave, the largest first
	payees   []view.Party // that were paid
	spent    map[ledger.Category]int64
	left     map[account.Line]int64 // refunds, conversions and transfers to other projects
	internal map[int64]int64        // what a partner got from the project, net of what it gave back
}

// holding is what one organization did with the project's money.
type holding struct {
	spent map[ledger.Category]int64
	left  map[account.Line]int64
	held  int64
}

// lines that bring units to a project, but for transfers within it.
func brings(l account.Line) bool {
	return l < account.LineRefund && l != account.LineInternalIn
}

// positive leaves out what reversals brought to less than nothing.
func positive(list []view.Party) []view.Party {
	return slices.DeleteFunc(list, func(p view.Party) bool { return p.Units <= 0 })
}

func moneyOf(sums []account.MonthSum) *money {
	m := &money{sources: map[account.Line]int64{}, holders: map[int64]*holding{}, spent: map[ledger.Category]int64{},
		left: map[account.Line]int64{}, internal: map[int64]int64{}, own: -1}
	for _, x := range sums {
		if x.Pool.Asset != yuan || x.Units == 0 {
			continue
		}
		m.add(x.PoolSum)
	}
	return m
}

// add counts one line of one pool.
func (m *money) add(x account.PoolSum) {
	if !x.Partner {
		m.own = x.Pool.Holder
	}
	h := m.holders[x.Pool.Holder]
	if h == nil {
		h = &holding{spent: map[ledger.Category]int64{}, left: map[account.Line]int64{}}
		m.holders[x.Pool.Holder] = h
	}
	switch {
	case x.Line == account.LineInternalIn:
		m.internal[x.Pool.Holder] += x.Units
		h.held += x.Units
	case x.Line == account.LineInternalOut:
		m.internal[x.Pool.Holder] -= x.Units
		h.held -= x.Units
	case brings(x.Line):
		m.in += x.Units
		m.sources[x.Line] += x.Units
		h.held += x.Units
		if x.Partner { // paid to the partner directly: the picture leads it through the project
			m.internal[x.Pool.Holder] += x.Units
		}
	case x.Line.Spent():
		m.spent[x.Line.Category()] += x.Units
		h.spent[x.Line.Category()] += x.Units
		h.held -= x.Units
	default:
		m.left[x.Line] += x.Units
		h.left[x.Line] += x.Units
		h.held -= x.Units
	}
}

// node gives the node of a key, and makes it where there is none.
func (d *painter) node(key string, n chart.Node) int {
	if i, ok := d.nodes[key]; ok {
		return i
	}
	d.nodes[key] = len(d.flow.Nodes)
	d.flow.Nodes = append(d.flow.Nodes, n)
	return d.nodes[key]
}

// band leads money from one node to another. What is nothing, or less, has none.
func (d *painter) band(from, to int, amount int64, class chart.Class, link string) {
	if amount <= 0 {
		return
	}
	text := d.s.assets.money(d.v.tongue)(yuan, amount)
	a, b := d.flow.Nodes[from].Label, d.flow.Nodes[to].Label
	d.flow.Bands = append(d.flow.Bands, chart.Band{From: from, To: to, Value: amount, Amount: text, Title: a + " → " + b, Class: class, Href: link})
	d.out.Rows = append(d.out.Rows, pictureRow{a, b, amount, link})
}

// flows gives the list of flows that a band stands for.
func (d *painter) flows(pairs ...any) string {
	return d.v.link("/flows", append([]any{"project", d.project.Index}, pairs...)...)
}

const (
	columnSources = iota
	columnProject
	columnPartners
	columnCategories
	columnPayees
)

// sources draws where money came from: of donations, the largest givers that are
// organizations stand by themselves.
func (d *painter) sources(m *money) {
	t := d.v.tongue
	project := d.node("project", chart.Node{Column: columnProject, Label: d.project.Name, Class: chart.In, Href: d.v.link(d.v.path)})
	named := int64(0)
	for _, g := range m.givers {
		named += g.Units
		n := d.node("giver/"+g.Key, chart.Node{Column: columnSources, Label: g.Name, Class: chart.In})
		d.band(n, project, g.Units, chart.In, d.flows("kind", "donation", "party", g.Key))
	}
	for _, line := range account.Lines() {
		amount, word := m.sources[line], "line."+string(line.Kind())
		if line == account.LineDonation {
			amount, word = amount-named, "picture.donations"
		}
		if !brings(line) || amount <= 0 {
			continue
		}
		label := t.say(word)
		n := d.node("line/"+label, chart.Node{Column: columnSources, Label: label, Class: chart.In})
		d.band(n, project, amount, chart.In, d.flows("kind", line.Kind()))
	}
}

// holders draws what the project's own organization and its partners did with it.
func (d *painter) holders(m *money, partners []holder) {
	project, names := d.nodes["project"], map[int64]string{}
	for _, p := range partners {
		names[p.Index] = p.Name
	}
	own := m.holders[m.own]
	for _, index := range sorted(m.holders) {
		h := m.holders[index]
		if index == m.own || m.internal[index] <= 0 {
			continue
		}
		n := d.node("partner/"+text64(index), chart.Node{Column: columnPartners, Label: names[index], Class: chart.Transit,
			Href: d.v.link("/organizations/" + text64(index))})
		d.band(project, n, m.internal[index], chart.Transit, d.flows("kind", "transfer", "organization", index))
		d.uses(n, h, "organization", index)
		d.lake(n, "lake/"+text64(index), "picture.transit", chart.Transit, h.held)
	}
	if own != nil {
		d.uses(project, own)
		d.lake(project, "lake", "picture.held", chart.In, own.held)
	}
}

// amounts writes at every node what runs through it.
func (d *painter) amounts() {
	in, out := make([]int64, len(d.flow.Nodes)), make([]int64, len(d.flow.Nodes))
	for _, b := range d.flow.Bands {
		out[b.From] += b.Value
		in[b.To] += b.Value
	}
	for i := range d.flow.Nodes {
		d.flow.Nodes[i].Amount = d.s.assets.brief(d.v.tongue, yuan, max(in[i], out[i]))
	}
}

// lake draws what is still held.
func (d *painter) lake(from int, key, word string, class chart.Class, held int64) {
	if held <= 0 {
		return
	}
	column := columnCategories
	n := d.node(key, chart.Node{Column: column, Label: d.v.tongue.say(word), Class: class, Lake: true})
	d.band(from, n, held, class, d.v.link(d.v.path)+"#statement")
}

// uses draws what a holder spent, by category, and what left otherwise. The flows of a
// partner are those that a filter tells.
func (d *painter) uses(from int, h *holding, whose ...any) {
	t := d.v.tongue
	for _, c := range ledger.Categories() {
		if h.spent[c] > 0 {
			n := d.node("category/"+string(c), chart.Node{Column: columnCategories, Label: t.term("category", c), Class: chart.Out})
			d.band(from, n, h.spent[c], chart.Out, d.flows(append([]any{"kind", "expenditure", "category", c}, whose...)...))
		}
	}
	d.passOn(from, h)
	for _, line := range account.Lines() {
		if h.left[line] > 0 {
			n := d.node("left/"+string(line.Kind()), chart.Node{Column: columnCategories, Label: t.say("left." + string(line.Kind())), Class: chart.Muted})
			d.band(from, n, h.left[line], chart.Muted, d.flows(append([]any{"kind", line.Kind()}, whose...)...))
		}
	}
}

// passOn draws what went to other projects, one for each of the largest.
func (d *painter) passOn(from int, h *holding) {
	for _, line := range []account.Line{account.LineSisterOut, account.LineTransferOut} {
		for i, c := range d.members {
			if i >= mostParties*2 || c.Given <= 0 || h.left[line] < c.Given || d.nodes["member/"+text64(c.Index)] != 0 {
				continue
			}
			h.left[line] -= c.Given
			n := d.node("member/"+text64(c.Index), chart.Node{Column: columnCategories, Label: c.Name, Class: chart.Muted, Href: d.v.link("/projects/" + text64(c.Index))})
			d.band(from, n, c.Given, chart.Muted, d.flows("kind", ledger.Transfer, "organization", c.Organization))
		}
	}
}

// payees draws who was paid: of each category the largest, and the rest as one.
func (d *painter) payees(m *money) {
	t := d.v.tongue
	rest := map[ledger.Category]int64{}
	for c, amount := range m.spent {
		rest[c] = amount
	}
	for _, p := range m.payees {
		c := p.Line.Category()
		from, ok := d.nodes["category/"+string(c)]
		if !ok || rest[c] < p.Units {
			continue
		}
		rest[c] -= p.Units
		n := d.node("payee/"+p.Key, chart.Node{Column: columnPayees, Label: p.Name, Class: chart.Out})
		d.band(from, n, p.Units, chart.Out, d.flows("kind", "expenditure", "category", c, "party", p.Key))
	}
	for _, c := range ledger.Categories() {
		if from, ok := d.nodes["category/"+string(c)]; ok && rest[c] > 0 {
			n := d.node("payee", chart.Node{Column: columnPayees, Label: t.say("picture.others"), Class: chart.Muted})
			d.band(from, n, rest[c], chart.Out, d.flows("kind", "expenditure", "category", c))
		}
	}
}

// finding says in words what the picture shows: what came in, and all that it went to.
func (d *painter) finding(m *money) string {
	t := d.v.tongue
	var spent, held, transit int64
	for _, amount := range m.spent {
		spent += amount
	}
	for index, h := range m.holders {
		if index == m.own {
			held += h.held
		} else {
			transit += h.held
		}
	}
	brief := func(n int64) string { return d.s.assets.brief(t, yuan, n) }
	parts := []string{t.say("picture.finding.spent", "out", brief(spent), "share", share(spent, m.in))}
	for _, kind := range []ledger.FlowKind{ledger.Transfer, ledger.Conversion, ledger.Refund} {
		if left := m.leftBy(kind); left > 0 {
			parts = append(parts, t.say("picture.finding."+string(kind), "amount", brief(left)))
		}
	}
	if transit > 0 {
		parts = append(parts, t.say("picture.finding.transit", "amount", brief(transit)))
	}
	parts = append(parts, t.say("picture.finding.held", "amount", brief(held)))
	return t.say("picture.finding", "in", brief(m.in), "parts", strings.Join(parts, t.say("picture.finding.and")))
}

// leftBy is what left the project in flows of a kind.
func (m *money) leftBy(kind ledger.FlowKind) (sum int64) {
	for line, amount := range m.left {
		if line.Kind() == kind {
			sum += amount
		}
	}
	return sum
}

func sorted(m map[int64]*holding) []int64 {
	var list []int64
	for index := range m {
		list = append(list, index)
	}
	slices.Sort(list)
	return list
}
