package explorer

import (
	"net/url"
	"slices"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// flowForm is the form that narrows the list.
type flowForm struct {
	Kinds      []option
	Categories []option
	Orders     []option
	From, Upto ledger.Date
	Least      string // as it was typed
	Most       string
	Party      string
	Unit       ledger.AssetID // in which the amounts are
	Hidden     []chip         // filters without a field: Word is the name
}

// option is a value that a field can have.
type option struct {
	Value, Label string
	Here         bool
}

// flowKinds are all kinds of flows.
var flowKinds = []ledger.FlowKind{ledger.Donation, ledger.Membership, ledger.Service, ledger.Grant, ledger.Sale, ledger.Investment, ledger.Allocation, ledger.Other,
	ledger.Opening, ledger.Return, ledger.Transfer, ledger.Conversion, ledger.Expenditure, ledger.Refund, ledger.Reversal}

// kindWords says what kinds of flows a list has: all, all income, or those named.
func (v visit) kindWords(f view.FlowFilter) string {
	t := v.tongue
	switch {
	case len(f.Kinds) == 0 && len(f.Categories) == 0:
		return t.say("flows.title")
	case kindText(f.Kinds) == incomes:
		return t.say("money.income")
	case len(f.Categories) > 0:
		return t.term("kind", ledger.Expenditure) + t.say("list.colon") + join(t, "category", f.Categories)
	}
	return join(t, "kind", f.Kinds)
}

func kindText(kinds []ledger.FlowKind) string {
	texts := make([]string, len(kinds))
	for i, k := range kinds {
		texts[i] = string(k)
	}
	return strings.Join(texts, ",")
}

// join names several values of a family.
func join[T ~string](t *tongue, family string, values []T) string {
	words := make([]string, len(values))
	for i, value := range values {
		words[i] = t.term(family, value)
	}
	return strings.Join(words, t.say("list.comma"))
}

// chosenFlows gives the filters that were chosen, each with the list without it.
func (s *Site) chosenFlows(v visit, f flowAsk) (chosen []chip) {
	t := v.tongue
	add := func(word, value string, names ...string) {
		if value == "" {
			return
		}
		pairs := []string{"after", ""}
		for _, name := range names {
			pairs = append(pairs, name, "")
		}
		chosen = append(chosen, chip{word, value, v.with(pairs...)})
	}
	if f.project != nil {
		add("published.project", f.project.Name, "project")
	}
	if f.owner != nil {
		add("filter.organization", f.owner.Name, "organization")
	}
	if f.Cause != "" {
		add("filter.cause", t.term("cause", f.Cause), "cause")
	}
	if f.Place != "" {
		add("filter.place", v.placeAndCode(f.Place), "place")
	}
	if f.pool != nil {
		add("word.pool", f.pool.Name(), "pool")
	}
	if f.Transit {
		add("money.transit", t.say("holdings.transit"), "transit")
	}
	if len(f.Kinds) > 0 {
		add("flow.kind", v.kindWords(view.FlowFilter{Kinds: f.Kinds}), "kind")
	}
	add("budget.category", join(t, "category", f.Categories), "category")
	if v.query.Get("asset") != "" {
		add("flows.asset", s.assets.name(t)(f.Asset), "asset")
	}
	add("flows.days", v.dayWords(f.From, f.Upto), "from", "to")
	money := s.assets.money(t)
	if f.Least > 0 {
		add("flows.least", money(f.Asset, f.Least), "min")
	}
	if f.Most > 0 {
		add("flows.most", money(f.Asset, f.Most), "max")
	}
	if f.partyName != "" {
		add("flow.party", f.partyName, "party")
	} else {
		add("flow.party", f.Party, "party")
	}
	if f.at > 0 {
		add("statement.at", t.number(f.at), "at")
	}
	return chosen
}

// dayWords names a range of days of which an end may be open.
func (v visit) dayWords(from, upto ledger.Date) string {
	t := v.tongue
	switch {
	case from == "" && upto == "":
		return ""
	case upto == "":
		return t.say("flows.since", "from", t.date(from))
	case from == "":
		return t.say("flows.until", "upto", t.date(upto))
	}
	return t.period(ledger.Period{First: from, Last: upto})
}

// flowForm gives the form with what was chosen filled in.
func (s *Site) flowForm(v visit, f flowAsk) flowForm {
	t := v.tongue
	chosen, category := kindText(f.Kinds), v.query.Get("category")
	out := flowForm{From: f.From, Upto: f.Upto, Least: v.query.Get("min"), Most: v.query.Get("max"), Party: f.Party, Unit: f.Asset,
		Kinds: []option{{"", t.say("filter.all"), chosen == ""}, {incomes, t.say("flows.incomes"), chosen == incomes}}, Categories: []option{{"", t.say("filter.all"), category == ""}}}
	for _, k := range flowKinds {
		out.Kinds = append(out.Kinds, option{string(k), t.term("kind", k), chosen == string(k)})
	}
	if !slices.ContainsFunc(out.Kinds, func(o option) bool { return o.Here }) {
		out.Kinds = append(out.Kinds, option{chosen, join(t, "kind", f.Kinds), true})
	}
	for _, c := range ledger.Categories() {
		out.Categories = append(out.Categories, option{string(c), t.term("category", c), category == string(c)})
	}
	if len(f.Categories) > 1 {
		out.Categories = append(out.Categories, option{category, join(t, "category", f.Categories), true})
	}
	for i, o := range orders {
		out.Orders = append(out.Orders, option{o, t.term("order", o), f.Oldest == (i == 1)})
	}
	if out.Unit == "" {
		out.Unit = yuan
	}
	for _, name := range []string{"project", "organization", "cause", "place", "pool", "transit", "asset", "at"} {
		if value := v.query.Get(name); value != "" {
			out.Hidden = append(out.Hidden, chip{Word: name, Value: value})
		}
	}
	return out
}

// flowFiles gives the filters of the same list as files, whose amounts are in smallest
// units.
func (s *Site) flowFiles(v visit, f flowAsk) url.Values {
	of := v.kept("project", "organization", "cause", "place", "pool", "transit", "kind", "category", "from", "to", "party")
	for name, value := range map[string]string{"asset": string(f.Asset), "min": text64(f.Least), "max": text64(f.Most)} {
		if value != "" && value != "0" {
			of.Set(name, value)
		}
	}
	return of
}
