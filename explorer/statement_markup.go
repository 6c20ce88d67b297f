package explorer

import (
	"html/template"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/figures"
)

// sheetLine is a line of a statement.
type sheetLine struct {
	class  literal // of its row
	column literal // the colour of its figure
	name   string
	amount int64
	href   string // the flows that it adds up, "" for none
	out    bool   // in parentheses, as accountants have it
}

// sheet writes the lines of a statement in one asset: see "statement" in
// templates/parts.html.
func (s scribe) sheet(p *page, st *statementShown, a account.AssetStatement) template.HTML {
	m := sized(4 << 10)
	for _, line := range s.lines(p, st, a) {
		s.line(m, a.Asset, line)
	}
	return m.html()
}

func (s scribe) line(m *markup, asset ledger.AssetID, line sheetLine) {
	m.raw("<tr")
	if line.class != "" {
		m.raw(` class="`).raw(line.class).raw(`"`)
	}
	m.raw(`><th scope="row">`).text(line.name).raw(`</th><td class="n`)
	if line.column != "" {
		m.raw(" ").raw(line.column)
	}
	if line.out {
		m.raw(" paren")
	}
	m.raw(`">`)
	amount := s.assets.amount(asset, line.amount)
	if line.out {
		amount = "(" + amount + ")"
	}
	if line.href == "" {
		m.text(amount)
	} else {
		m.link("", line.href).text(amount).raw("</a>")
	}
	m.raw("</td></tr>\n")
}

// lines are those of a statement in one asset, from the opening to the closing and what of
// it is held apart.
func (s scribe) lines(p *page, st *statementShown, a account.AssetStatement) []sheetLine {
	all := []sheetLine{{name: s.say("statement.opening"), amount: a.Opening, href: st.Before(p, a.Asset)}}
	for _, i := range a.Income {
		all = append(all, sheetLine{class: "in", column: "in", name: s.term("kind", i.Kind), amount: i.Amount, href: st.Link(p, a.Asset, "kind", i.Kind)})
	}
	between := func(name string, amount int64, column literal, out bool, asset ledger.AssetID, kind ledger.FlowKind) {
		if amount != 0 {
			all = append(all, sheetLine{column: column, name: name, amount: amount, href: st.Link(p, asset, "kind", kind), out: out})
		}
	}
	between(s.term("kind", ledger.Return), a.Returns, "in", false, a.Asset, ledger.Return)
	between(s.say("statement.transfers_in"), a.TransfersIn, "in", false, a.Asset, ledger.Transfer)
	between(s.say("statement.converted_in"), a.ConvertedIn, "in", false, "", ledger.Conversion)
	for _, e := range a.Expenditure {
		all = append(all, sheetLine{class: "out", column: "out", name: s.term("category", e.Category), amount: e.Amount,
			href: st.Link(p, a.Asset, "kind", ledger.Expenditure, "category", e.Category), out: true})
	}
	between(s.term("kind", ledger.Refund), a.Refunds, "", true, a.Asset, ledger.Refund)
	between(s.say("statement.transfers_out"), a.TransfersOut, "", true, a.Asset, ledger.Transfer)
	between(s.say("statement.converted_out"), a.ConvertedOut, "", true, "", ledger.Conversion)
	all = append(all, sheetLine{class: "sum", name: s.say("statement.closing"), amount: a.Closing, href: st.Whole(p, a.Asset)})
	if a.InTransit != 0 {
		all = append(all, sheetLine{column: "transit", name: s.say("statement.transit"), amount: a.InTransit, href: st.Transit(p, a.Asset)})
	}
	if a.Agency != 0 {
		all = append(all, sheetLine{name: s.say("statement.agency"), amount: a.Agency, href: st.Whole(p, a.Asset)})
	}
	return all
}

// budget writes the lines of a budget: see the table in templates/project.html. They add up
// what was spent from the first day on.
func (s scribe) budget(p *page, st *statementShown, b *figures.Budget) template.HTML {
	whole := *st.Statement
	whole.From = ""
	st = &statementShown{Statement: &whole, Whose: st.Whose, Field: st.Field}
	m := sized(600 * len(b.Lines))
	for _, line := range b.Lines {
		m.raw(`<tr><th scope="row">`).text(s.term("category", line.Category)).raw("</th>")
		s.planned(m, line)
		s.spent(m, line, st.Link(p, yuan, "kind", ledger.Expenditure, "category", joined(line.Of)))
		s.done(m, line)
	}
	return m.html()
}

// joined lists categories as the filter of flows.
func joined(categories []ledger.Category) string {
	texts := make([]string, len(categories))
	for i, c := range categories {
		texts[i] = string(c)
	}
	return strings.Join(texts, ",")
}

// cell opens a cell of a table that is a list on a phone, where it has its column's name.
func (s scribe) cell(m *markup, word string) *markup {
	return m.raw(`<td class="n" data-label="`).text(s.say(word)).raw(`">`)
}

func (s scribe) planned(m *markup, line figures.BudgetLine) {
	s.cell(m, "budget.planned")
	if line.Planned != 0 {
		m.text(s.assets.amount(yuan, line.Planned)).raw("</td>")
	} else {
		m.raw("–</td>")
	}
}

func (s scribe) spent(m *markup, line figures.BudgetLine, href string) {
	s.cell(m, "budget.spent")
	if line.Spent != 0 {
		m.link("", href).text(s.assets.amount(yuan, line.Spent)).raw("</a></td>")
	} else {
		m.raw("0.00</td>")
	}
}

// done writes how much of what was planned was spent.
func (s scribe) done(m *markup, line figures.BudgetLine) {
	s.cell(m, "budget.share")
	switch {
	case line.Planned == 0:
		m.badge("", s.say("budget.unplanned"))
	case line.Spent > line.Planned:
		m.text(share(line.Spent, line.Planned)).raw(" ").badge(" wrong", s.say("budget.over"))
	default:
		m.text(share(line.Spent, line.Planned))
	}
	m.raw("</td></tr>")
}
