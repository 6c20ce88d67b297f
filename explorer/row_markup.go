package explorer

import (
	"html/template"
	"net/url"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// flows writes rows of flows: see the table "flows" in templates/parts.html.
func (s scribe) flows(rows []row) template.HTML {
	m := sized(900 * len(rows))
	for i := range rows {
		s.flow(m, &rows[i])
	}
	return m.html()
}

func (s scribe) flow(m *markup, r *row) {
	m.raw(`<tr class="`).text(r.Class)
	if r.Gone() {
		m.raw(" undone")
	}
	m.raw("\">\n<td class=\"day\">").text(s.period(r.Occurred)).raw("</td>\n<td>")
	s.kind(m, r)
	m.raw("</td>\n<td>")
	if r.Between != "" {
		m.text(r.Between)
	} else {
		s.party(m, r.Party)
	}
	m.raw("</td>\n<td class=\"words\">")
	s.words(m, r)
	m.raw("</td>\n<td class=\"n ").text(r.Class).raw(`"><span class="figure">`)
	if r.Minus {
		m.raw("−")
	}
	m.text(s.money(r.Asset, r.Amount)).raw("</span>")
	if name := s.goods(r.Asset); name != "" {
		m.raw("<br><small>").text(name).raw("</small>")
	}
	m.raw("</td>\n<td class=\"n\">")
	s.record(m, r.Index)
	m.raw("</td>\n</tr>")
}

// kind writes what sort of flow it is, with its category and channel.
func (s scribe) kind(m *markup, r *row) {
	m.link("", s.at("/flows/", r.Index)).text(s.term("kind", r.Kind)).raw("</a>")
	if r.Category != "" {
		m.raw("<br><small>").text(s.term("category", r.Category)).raw("</small>")
	}
	if r.Channel != "" {
		m.raw("<br><small>").text(s.term("channel", r.Channel)).raw("</small>")
	}
}

// words writes what was said of a flow, its papers, and what became of it since.
func (s scribe) words(m *markup, r *row) {
	if r.Where != "" {
		m.link("where", s.at("/projects/", r.Project)).text(r.Where).raw("</a> ")
	}
	m.text(r.Words)
	if r.Withdrawn {
		m.raw(`<i class="muted">`).text(s.say("text.withdrawn")).raw("</i>")
	}
	for i, file := range r.Evidence {
		path := evidencePath(file.Hash)
		if !file.Public { // what is closed is said beside the flow's other papers
			path = s.at("/flows/", r.Index) + "#papers"
		}
		m.raw("\n").link("evidence", path).text(s.say("flow.evidence", "i", i+1)).raw("</a>")
	}
	s.since(m, " in", "flow.delivered", r.Asset, r.Delivered)
	s.since(m, " muted", "flow.undone", r.Asset, r.Undone)
	s.since(m, " muted", "flow.refunded", r.Asset, r.Refunded)
	if r.Late {
		m.raw("\n").badge("", s.say("flow.late"))
	}
	for _, index := range r.Corrections {
		m.raw("\n").link("badge", s.at("/records/", index)).text(s.say("flow.corrected")).raw("</a>")
	}
}

// since writes how much of a flow was delivered, undone or given back.
func (s scribe) since(m *markup, class literal, word string, asset ledger.AssetID, n int64) {
	if n != 0 {
		m.raw("\n").badge(class, s.say(word, "amount", s.money(asset, n)))
	}
}

// evidencePath is where a file of evidence is served.
func evidencePath(hash string) string { return "/v1/evidence/" + url.PathEscape(hash) }

// months writes the months of a series: see the table "months" in
// templates/parts_project.html.
func (s scribe) months(periods []seriesPeriod) template.HTML {
	m := sized(700 * len(periods))
	for _, p := range periods {
		m.raw(`<tr><th scope="row">`).link("", p.Link).text(p.Period).raw(`</a></th><td class="n in">`)
		m.link("", p.InLink).text(s.assets.amount(yuan, p.In)).raw(`</a></td><td class="n">`).link("", p.InLink).text(s.number(p.Gifts))
		m.raw(`</a></td><td class="n out">`).link("", p.OutLink).text(s.assets.amount(yuan, p.Out))
		m.raw(`</a></td><td class="n">`).link("", p.OutLink).text(s.number(p.Payments)).raw("</a></td></tr>")
	}
	return m.html()
}

// files writes the links to a list as files, with its filters in pairs, by name.
func (s scribe) files(list string, pairs ...any) template.HTML {
	m := sized(400)
	s.links(m, list, pairs)
	return m.html()
}

// take writes the line below a table that leads to it as files.
func (s scribe) take(list string, pairs ...any) template.HTML {
	m := sized(400)
	m.raw(`<p class="downloads">`).text(s.say("download.this")).raw(" ")
	s.links(m, list, pairs)
	return m.raw("</p>").html()
}

func (s scribe) links(m *markup, list string, pairs []any) {
	query := ""
	for i := 0; i+1 < len(pairs); i += 2 {
		if v := asText(pairs[i+1]); v != "" {
			query += "&" + asText(pairs[i]) + "=" + url.QueryEscape(v)
		}
	}
	if query != "" {
		query = "?" + query[1:]
	}
	for _, format := range formats {
		m.raw(`<a href="`).text(s.export(s.fixed, list+"."+format+query)).raw(`" download>`).text(s.say("download." + format)).raw("</a> ")
	}
}

// formats are those that every list can be taken away in.
var formats = []string{"csv", "xlsx", "json"}

// seriesFiles writes the line below the table of a series.
func (s scribe) seriesFiles(x series) template.HTML {
	by, f := view.Month, x.filter
	if x.Years {
		by = view.Year
	}
	return s.take("statistics", "by", by, "from", f.From, "organization", indexText(f.Organization), "project", indexText(f.Project), "to", f.Upto)
}

// bands writes the bands of a picture: see the table behind it in templates/project.html.
func (s scribe) bands(rows []pictureRow) template.HTML {
	m := sized(300 * len(rows))
	for _, r := range rows {
		m.raw(`<tr><th scope="row">`).text(r.From).raw("</th><td>").text(r.To).raw(`</td><td class="n">`)
		m.link("", r.Link).text(s.assets.amount(yuan, r.Amount)).raw("</a></td></tr>")
	}
	return m.html()
}
