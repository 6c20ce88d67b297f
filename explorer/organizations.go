package explorer

import (
	"context"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// organizationList is the list of organizations.
type organizationList struct {
	Text    string
	Kind    ledger.OrganizationKind
	Kinds   []kindChoice
	Only    kindChoice // those qualified for public fundraising
	Hidden  []chip     // filters that the search form carries on: Word is the name
	Rows    []organizationRow
	Clear   string
	Chosen  bool
	First   string
	Next    string
	Exports []takeaway
}

// kindChoice is a filter of the list, set or not.
type kindChoice struct {
	Kind ledger.OrganizationKind // "" is all
	Link string
	Here bool
}

// organizationRow is an organization with what its projects add up to in yuan.
type organizationRow struct {
	view.Organization
	Money view.Holding
}

const organizationsPage = 50

var organizationKinds = []ledger.OrganizationKind{ledger.Charity, ledger.Partner, ledger.Platform, ledger.Regulator, ledger.Auditor}

// organizations lists organizations, or leads from a code to whose it is.
func (s *Site) organizations(ctx context.Context, v visit, r Reads) (*page, error) {
	a := v.ask()
	code, after := strings.ToUpper(a.text("code")), a.index("after")
	f := view.OrganizationFilter{Text: a.text("q"), Kind: choose(a, "kind", organizationKinds), Fundraising: a.flag("fundraising"), After: -1, Limit: organizationsPage + 1}
	if after != nil {
		f.After = *after
	}
	if err := a.done(); err != nil {
		return nil, err
	}
	if code != "" {
		return nil, s.byCode(ctx, v, r, code)
	}
	list, err := r.Organizations(ctx, f)
	if err != nil {
		return nil, err
	}
	out := organizationList{Text: f.Text, Kind: f.Kind, Clear: v.link(v.path), Chosen: f.Text != "" || f.Kind != "" || f.Fundraising,
		Exports: v.exports("organizations", v.kept("q", "kind", "fundraising"))}
	if len(list) > organizationsPage {
		list = list[:organizationsPage]
		out.Next = v.with("after", text64(list[organizationsPage-1].Index))
	}
	if after != nil {
		out.First = v.with("after", "")
	}
	v.organizationChoices(&out, f)
	out.Rows, err = withMoney(ctx, r, list)
	return &page{Name: "organizations", Title: v.tongue.say("nav.organizations"), Wide: true, Data: out}, err
}

// byCode leads to the organization with a code, or, where none is registered under it,
// to the flows that it is a party of.
func (s *Site) byCode(ctx context.Context, v visit, r Reads, code string) error {
	if _, _, err := ledger.ParseUSCC(code); err != nil {
		return badQuery("code")
	}
	index, err := r.OrganizationByCode(ctx, ledger.SchemeUSCC, code)
	switch {
	case err == nil:
		return moved(v.link("/organizations/" + text64(index)))
	case ledger.KindOf(err) == ledger.NotFound:
		return moved(v.link("/flows", "party", code))
	}
	return err
}

// organizationChoices gives the filters beside the text.
func (v visit) organizationChoices(out *organizationList, f view.OrganizationFilter) {
	out.Kinds = []kindChoice{{"", v.with("kind", "", "after", ""), f.Kind == ""}}
	for _, k := range organizationKinds {
		out.Kinds = append(out.Kinds, kindChoice{k, v.with("kind", string(k), "after", ""), f.Kind == k})
	}
	out.Only = kindChoice{Link: v.with("fundraising", "true", "after", ""), Here: f.Fundraising}
	if f.Fundraising {
		out.Only.Link = v.with("fundraising", "", "after", "")
	}
	for _, name := range []string{"kind", "fundraising"} {
		if value := v.query.Get(name); value != "" {
			out.Hidden = append(out.Hidden, chip{Word: name, Value: value})
		}
	}
}

// withMoney puts beside organizations what their projects add up to.
func withMoney(ctx context.Context, r Reads, list []view.Organization) ([]organizationRow, error) {
	groups, err := r.Groups(ctx, view.ByOrganization)
	if err != nil {
		return nil, err
	}
	of := map[string]view.Holding{}
	for _, g := range groups {
		of[g.Value], _ = inYuan(g.Holdings)
	}
	rows := make([]organizationRow, len(list))
	for i, o := range list {
		rows[i] = organizationRow{o, of[text64(o.Index)]}
	}
	return rows, nil
}

// inYuan splits what is held into yuan and the rest.
func inYuan(holdings []view.Holding) (money view.Holding, others []view.Holding) {
	money.Asset = yuan
	for _, h := range holdings {
		if h.Asset == yuan {
			money = h
		} else {
			others = append(others, h)
		}
	}
	return money, others
}
