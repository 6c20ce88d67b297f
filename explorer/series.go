package explorer

import (
	"context"
	"html/template"
	"strings"
	"time"

	"mingzhang/explorer/chart"
	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// series is income and expenditure over time: a picture, what it says, and the table
// behind it.
type series struct {
	SVG     template.HTML
	Finding string
	Periods []seriesPeriod
	Cut     bool // there are earlier ones
}

// seriesPeriod is what came in and went out in a month.
type seriesPeriod struct {
	Period          string
	Link            string // the month's flows
	InLink, OutLink string // those that its figures add up
	In, Out         int64
	Gifts, Payments int64
}

// series reads income and expenditure in yuan by month. Months in which nothing
// happened are in it, so that time runs evenly; of more than three years, the last.
func (s *Site) series(ctx context.Context, v visit, r Reads, f view.SeriesFilter, id string) (out series, err error) {
	moments, err := r.Series(ctx, f)
	if err != nil {
		return out, err
	}
	return s.shape(v, moments, f, id)
}

// shape makes a series of what was read by month.
func (s *Site) shape(v visit, moments []view.Moment, f view.SeriesFilter, id string) (out series, err error) {
	periods := []seriesPeriod{}
	for _, m := range moments {
		if m.Asset != yuan || !m.Line.Income() && !m.Line.Spent() {
			continue
		}
		for len(periods) > 0 && periods[len(periods)-1].Period < m.Period {
			periods = append(periods, seriesPeriod{Period: monthAfter(periods[len(periods)-1].Period)})
		}
		if len(periods) == 0 {
			periods = append(periods, seriesPeriod{Period: m.Period})
		}
		p := &periods[len(periods)-1] // the moments are in order
		if m.Line.Income() {
			p.In, p.Gifts = p.In+m.Units, p.Gifts+m.Flows
		} else {
			p.Out, p.Payments = p.Out+m.Units, p.Payments+m.Flows
		}
	}
	out.Periods, out.Cut = periods[max(0, len(periods)-36):], len(periods) > 36
	links := newMonthLinks(v, f)
	for i := range out.Periods {
		p := &out.Periods[i]
		p.Link, p.InLink, p.OutLink = links.of(p.Period)
	}
	err = s.drawSeries(v, &out, id)
	return out, err
}

// monthLinks gives the flows of a month, of one at an end of the range those within it:
// all, income, and expenditure. The links of all months are the same but for the days, and
// so are cut at them.
type monthLinks struct {
	from, upto   ledger.Date // the range
	all, in, out []string
}

func newMonthLinks(v visit, f view.SeriesFilter) monthLinks {
	const day = "0000-00-00"
	cut := func(kind string) []string {
		return strings.Split(v.link("/flows", "from", day, "kind", kind, "organization", indexText(f.Organization), "project", indexText(f.Project), "to", day), day)
	}
	return monthLinks{f.From, f.Upto, cut(""), cut(incomes), cut(string(ledger.Expenditure))}
}

func (l monthLinks) of(month string) (all, in, out string) {
	from, upto := max(month+"-01", string(l.from)), lastDay(month)
	if l.upto != "" {
		upto = min(upto, string(l.upto))
	}
	link := func(cut []string) string { return cut[0] + from + cut[1] + upto + cut[2] }
	return link(l.all), link(l.in), link(l.out)
}

// drawSeries draws the picture, and says what it shows.
func (s *Site) drawSeries(v visit, out *series, id string) (err error) {
	if len(out.Periods) == 0 {
		return nil
	}
	t, money := v.tongue, s.assets.money(v.tongue)
	mark := func(n int64, href string) chart.Mark {
		if n == 0 {
			return chart.Mark{} // which is not drawn
		}
		return chart.Mark{Value: n, Amount: money(yuan, n), Href: href}
	}
	c := chart.Columns{Head: chart.Head{ID: id, Title: t.say("series.title")}, In: t.say("money.income"), Out: t.say("money.spent")}
	var in, spent int64
	best := out.Periods[0]
	for _, p := range out.Periods {
		in, spent = in+p.In, spent+p.Out
		if p.In > best.In {
			best = p
		}
		c.Periods = append(c.Periods, chart.Period{Label: p.Period, Name: t.month(p.Period), In: mark(p.In, p.InLink), Out: mark(p.Out, p.OutLink)})
	}
	low, high := c.Range()
	for _, value := range chart.Steps(low, high, 4) {
		c.Ticks = append(c.Ticks, chart.Tick{Value: value, Label: even(s.assets.brief(t, yuan, value))})
	}
	out.Finding = t.say("series.finding", "n", len(out.Periods), "in", s.assets.brief(t, yuan, in), "out", s.assets.brief(t, yuan, spent), "best", t.month(best.Period))
	c.Desc = out.Finding
	out.SVG, err = c.SVG()
	return err
}

// even leaves out the decimals of a round amount on an axis.
func even(amount string) string {
	for _, none := range []string{".00", ".0"} {
		if whole, rest, found := strings.Cut(amount, none); found {
			return whole + rest
		}
	}
	return amount
}

// lastDay gives the last day of a month.
func lastDay(month string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return ""
	}
	return string(ledger.Day(t.AddDate(0, 1, -1)))
}

// monthAfter gives the month after one, 2026-11 after 2026-10. What is no month, as of
// a date that nobody checked, ends every series.
func monthAfter(month string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return "9999-12"
	}
	return t.AddDate(0, 1, 0).Format("2006-01")
}
