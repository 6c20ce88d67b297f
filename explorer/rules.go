package explorer

import (
	"context"
	"html/template"

	"mingzhang/explorer/chart"
)

// rulesPage explains how a gift is followed, with a small worked picture.
type rulesPage struct {
	Picture template.HTML
	Gifts   []lesson
	Uses    []lesson
}

// lesson is a row of the worked picture.
type lesson struct {
	Name       string
	From, Upto int64
	Class      chart.Class
}

func (s *Site) rules(_ context.Context, v visit, _ Reads) (*page, error) {
	t := v.tongue
	out := &rulesPage{
		Gifts: []lesson{{t.say("rules.gift.a"), 0, 2000, chart.In}, {t.say("rules.gift.b"), 2000, 2500, chart.In}, {t.say("rules.gift.c"), 2500, 5500, chart.In}},
		Uses: []lesson{{t.say("rules.use.payment"), 0, 2100, chart.Out}, {t.say("rules.use.partner"), 2100, 3700, chart.Transit},
			{t.say("rules.use.held"), 3700, 5500, chart.In}},
	}
	var err error
	out.Picture, err = s.drawRules(v, out)
	return &page{Name: "rules", Title: t.say("nav.rules"), Data: out}, err
}

// drawRules draws the gifts end to end, and below them what they became.
func (s *Site) drawRules(v visit, p *rulesPage) (template.HTML, error) {
	t, money := v.tongue, s.assets.money(v.tongue)
	segments := func(list []lesson) (out []chart.Segment) {
		for _, l := range list {
			out = append(out, chart.Segment{From: l.From, Upto: l.Upto, Label: l.Name, Amount: money(yuan, l.Upto-l.From), Class: l.Class})
		}
		return out
	}
	h := chart.Hops{Head: chart.Head{ID: "rules", Title: t.say("rules.picture"), Desc: t.say("rules.answer")},
		Rows: []chart.Row{{Label: t.say("rules.row.gifts"), Segments: segments(p.Gifts)}, {Label: t.say("rules.row.uses"), Segments: segments(p.Uses)}}}
	for _, g := range p.Gifts {
		for _, u := range p.Uses {
			if from, upto := max(g.From, u.From), min(g.Upto, u.Upto); from < upto {
				h.Links = append(h.Links, chart.Link{From: from, Upto: upto, Into: from, Unto: upto, Title: g.Name + " → " + u.Name + " " + money(yuan, upto-from)})
			}
		}
	}
	return h.SVG()
}
