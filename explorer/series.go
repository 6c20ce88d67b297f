package explorer

import (
	"context"
	"fmt"
	"html/template"
	"slices"
	"strconv"
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
	Years   bool // and not months, of which there are too many

	filter view.SeriesFilter // what it is of
}

// seriesPeriod is what came in and went out in a month or a year.
type seriesPeriod struct {
	Period          string // 2026-11, or 2026
	Link            string // its flows
	InLink, OutLink string // those that its figures add up
	In, Out         int64
	Gifts, Payments int64
}

// mostMonths are as many as a picture can show: what lasted longer is shown by year.
const mostMonths = 36

// series reads income and expenditure in yuan by month or year. Months in which nothing
// happened are in it, so that time runs evenly.
func (s *Site) series(ctx context.Context, v visit, r Reads, f view.SeriesFilter, id string) (out series, err error) {
	moments, err := r.Series(ctx, f)
	if err != nil {
		return out, err
	}
	return s.shape(v, moments, f, id)
}

// shape makes a series of what was read by month.
func (s *Site) shape(v visit, moments []view.Moment, f view.SeriesFilter, id string) (out series, err error) {
	out.filter = f
	if out.Periods = periods(moments, monthAfter); len(out.Periods) > mostMonths {
		years := slices.Clone(moments)
		for i := range years {
			years[i].Period, _, _ = strings.Cut(years[i].Period, "-")
		}
		out.Periods, out.Years = periods(years, yearAfter), true
	}
	links := newStretchLinks(v, f)
	for i := range out.Periods {
		p := &out.Periods[i]
		p.Link, p.InLink, p.OutLink = links.of(p.Period)
	}
	err = s.drawSeries(v, &out, id)
	return out, err
}

// periods adds up the moments of each period, which are in order, and has those between in
// which nothing happened, too.
func periods(moments []view.Moment, after func(string) string) []seriesPeriod {
	list := []seriesPeriod{}
	for _, m := range moments {
		if m.Asset != yuan || !m.Line.Income() && !m.Line.Spent() {
			continue
		}
		for len(list) > 0 && list[len(list)-1].Period < m.Period {
			list = append(list, seriesPeriod{Period: after(list[len(list)-1].Period)})
		}
		if len(list) == 0 {
			list = append(list, seriesPeriod{Period: m.Period})
		}
		p := &list[len(list)-1]
		if m.Line.Income() {
			p.In, p.Gifts = p.In+m.Units, p.Gifts+m.Flows
		} else {
			p.Out, p.Payments = p.Out+m.Units, p.Payments+m.Flows
		}
	}
	return list
}

// stretchLinks gives the flows of a month or a year, of one at an end of the range those
// within it: all, income, and expenditure. The links of all are the same but for the days,
// and so are cut at them.
type stretchLinks struct {
	from, upto   ledger.Date // the range
	all, in, out []string
}

func newStretchLinks(v visit, f view.SeriesFilter) stretchLinks {
	const day = "0000-00-00"
	cut := func(kind string) []string {
		return strings.Split(v.link("/flows", "from", day, "kind", kind, "organization", indexText(f.Organization), "project", indexText(f.Project), "to", day), day)
	}
	return stretchLinks{f.From, f.Upto, cut(""), cut(incomes), cut(string(ledger.Expenditure))}
}

func (l stretchLinks) of(period string) (all, in, out string) {
	first, last := period+"-01", lastDay(period)
	if len(period) == len("2026") {
		first, last = period+"-01-01", period+"-12-31"
	}
	first = max(first, string(l.from))
	if l.upto != "" {
		last = min(last, string(l.upto))
	}
	link := func(cut []string) string { return cut[0] + first + cut[1] + last + cut[2] }
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
	c := chart.Columns{Head: chart.Head{ID: id, Title: t.say(out.Title())}, In: t.say("money.income"), Out: t.say("money.spent")}
	var in, spent int64
	best := out.Periods[0]
	for _, p := range out.Periods {
		in, spent = in+p.In, spent+p.Out
		if p.In > best.In {
			best = p
		}
		c.Periods = append(c.Periods, chart.Period{Label: p.Period, Name: t.stretch(p.Period), In: mark(p.In, p.InLink), Out: mark(p.Out, p.OutLink)})
	}
	low, high := c.Range()
	for _, value := range chart.Steps(low, high, 4) {
		c.Ticks = append(c.Ticks, chart.Tick{Value: value, Label: even(s.assets.brief(t, yuan, value))})
	}
	out.Finding = t.say(out.finding(), "n", len(out.Periods), "in", s.assets.brief(t, yuan, in), "out", s.assets.brief(t, yuan, spent), "best", t.stretch(best.Period))
	c.Desc = out.Finding
	out.SVG, err = c.SVG()
	return err
}

// Title is the word of the catalogue for what the picture shows, Stretch that for one of
// its periods.
func (s series) Title() string {
	if s.Years {
		return "series.title.years"
	}
	return "series.title"
}

func (s series) Stretch() string {
	if s.Years {
		return "series.year"
	}
	return "series.month"
}

// finding is the sentence of the catalogue for what the picture shows.
func (s series) finding() string {
	switch {
	case s.Years:
		return "series.finding.years"
	case len(s.Periods) == 1:
		return "series.finding.single"
	}
	return "series.finding"
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

// yearAfter gives the year after one. What is no year ends every series.
func yearAfter(year string) string {
	n, err := strconv.Atoi(year)
	if err != nil || n >= 9999 {
		return "9999"
	}
	return fmt.Sprintf("%04d", n+1)
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
