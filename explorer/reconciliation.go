package explorer

import (
	"cmp"
	"context"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"mingzhang/explorer/chart"
	"mingzhang/ledger"
	"mingzhang/ledger/intake"
	"mingzhang/ledger/view"
)

// reconciliation is what somebody published of a project's totals, held against the book.
type reconciliation struct {
	*view.Project
	Lines    []claimLine
	Claims   int // days that something was claimed of
	Wrong    int // differences that rounding does not explain
	Channels int // claims about single channels, which are not compared here
	Findings []notice
}

// claimLine is the claims of one measure in one currency.
type claimLine struct {
	Measure    intake.Measure
	Asset      ledger.AssetID
	Class      string
	Finding    string // what the picture shows
	SVG        template.HTML
	Rows       []claimRow
	Unclaimed  int // days on which something is recorded and nothing was claimed
	Cumulative bool
	Daily      bool
}

// claimRow is a day of a line.
type claimRow struct {
	intake.Comparison
	Day, Upto string // what is recorded on the day, and up to it
	Said      []string
}

// Gap is what was claimed for the day beyond what is recorded, GapInAll that of the
// cumulative claim; nil where nothing was claimed.
func (r claimRow) Gap() *int64      { return beyond(r.Claimed, r.Recorded) }
func (r claimRow) GapInAll() *int64 { return beyond(r.CumulativeClaimed, r.CumulativeRecorded) }

func beyond(claimed *intake.Amount, recorded int64) *int64 {
	if claimed == nil {
		return nil
	}
	gap := claimed.Amount - recorded
	return &gap
}

// Has says whether a row has a finding.
func (r claimRow) Has(codes ...any) bool {
	return slices.ContainsFunc(r.Findings, func(f intake.Finding) bool { return slices.Contains(codes, any(f.Code)) })
}

func (s *Site) reconciliation(ctx context.Context, v visit, r Reads) (*page, error) {
	if v.id < 0 {
		return nil, missing()
	}
	out := &reconciliation{}
	var err error
	if out.Project, err = r.Project(ctx, v.id, v.today); err != nil {
		return nil, err
	}
	all, channels, err := intake.Reconciled(ctx, r, v.id)
	if err != nil {
		return nil, err
	}
	out.Channels = channels
	for len(all) > 0 {
		n := slices.IndexFunc(all, func(c intake.Comparison) bool { return c.Asset != all[0].Asset || c.Measure != all[0].Measure })
		if n < 0 {
			n = len(all)
		}
		line, err := s.claimLine(v, all[:n])
		if err != nil {
			return nil, err
		}
		out.add(line)
		all = all[n:]
	}
	slices.SortStableFunc(out.Lines, func(a, b claimLine) int { return cmp.Compare(assetOrder(a.Asset), assetOrder(b.Asset)) })
	if out.Findings, err = findings(ctx, r, v.id); err != nil {
		return nil, err
	}
	return &page{Name: "reconciliation", Title: v.tongue.say("reconcile.title") + " · " + out.Project.Name, Wide: true, Data: out}, nil
}

func (p *reconciliation) add(line claimLine) {
	p.Lines = append(p.Lines, line)
	p.Claims += len(line.Rows)
	for _, row := range line.Rows {
		p.Wrong += len(row.Findings)
	}
}

// claimLine makes the rows of one line: the days of which something was claimed.
func (s *Site) claimLine(v visit, days []intake.Comparison) (claimLine, error) {
	line := claimLine{Measure: days[0].Measure, Asset: days[0].Asset, Class: "in"}
	kinds := incomes
	if line.Measure == intake.Spent {
		kinds, line.Class = string(ledger.Expenditure), "out"
	}
	list := func(pairs ...any) string {
		return v.link("/flows", append([]any{"project", v.id, "kind", kinds, "asset", line.Asset}, pairs...)...)
	}
	for _, c := range days {
		if len(c.Records) == 0 {
			line.Unclaimed++
			continue
		}
		row := claimRow{Comparison: c, Day: list("from", c.Day, "to", c.Day), Upto: list("to", c.Day)}
		for _, f := range c.Findings {
			row.Said = append(row.Said, s.told(v.tongue, c, f))
		}
		line.Cumulative, line.Daily = line.Cumulative || c.CumulativeClaimed != nil, line.Daily || c.Claimed != nil || c.ClaimedFlows != nil
		line.Rows = append(line.Rows, row)
	}
	return line, s.drawClaims(v, &line)
}

// drawClaims draws what is recorded as bars, and what was claimed as their outlines: in
// all where that was claimed, else of each day.
func (s *Site) drawClaims(v visit, line *claimLine) (err error) {
	t, money := v.tongue, s.assets.money(v.tongue)
	picture := chart.Bars{Head: chart.Head{ID: "claims-" + string(line.Measure) + "-" + string(line.Asset), Title: t.term("measure", line.Measure)}}
	wrong := 0
	for _, row := range line.Rows {
		if len(row.Findings) > 0 {
			wrong++
		}
		claimed, recorded, link := row.Claimed, row.Recorded, row.Day
		if line.Cumulative {
			claimed, recorded, link = row.CumulativeClaimed, row.CumulativeRecorded, row.Upto
		}
		if claimed == nil {
			continue
		}
		bar := chart.Bar{Label: t.date(row.Comparison.Day), Value: recorded, Amount: money(line.Asset, recorded), Budget: claimed.Amount, BudgetAmount: money(line.Asset, claimed.Amount), Class: chart.In, Href: link}
		if line.Measure == intake.Spent {
			bar.Class = chart.Out
		}
		picture.Rows = append(picture.Rows, bar)
	}
	line.Finding = t.say("reconcile.finding", "n", len(line.Rows), "wrong", wrong)
	picture.Desc, picture.Rows = line.Finding, picture.Rows[max(0, len(picture.Rows)-mostClaims):]
	line.SVG, err = picture.SVG()
	return err
}

// told says what a finding is.
func (s *Site) told(t *tongue, c intake.Comparison, f intake.Finding) string {
	money := func(units int64) string { return s.assets.money(t)(c.Asset, units) }
	say := func(claimed, recorded any, more ...any) string {
		return t.say("reconcile.found."+f.Code, append([]any{"claimed", claimed, "recorded", recorded}, more...)...)
	}
	switch f.Code {
	case intake.DayDiffers:
		return say(money(c.Claimed.Amount), money(c.Recorded))
	case intake.FlowsDiffer:
		return say(*c.ClaimedFlows, c.RecordedFlows)
	case intake.CumulativeDiffers:
		return say(money(c.CumulativeClaimed.Amount), money(c.CumulativeRecorded))
	}
	between := c.Step.Recorded
	if f.Code == intake.StepDiffers {
		between = c.Step.Claimed.Amount
	}
	if step := c.Step.Amount.Amount; step < 0 {
		return t.say("reconcile.fell."+f.Code, "claimed", money(-step), "recorded", money(between), "since", t.date(c.Step.Since))
	}
	return say(money(c.Step.Amount.Amount), money(between), "since", t.date(c.Step.Since))
}

// mostClaims is how many days the picture has, the last ones; the table has all.
const mostClaims = 31

// findings are what was published about rows of lists that could not be recorded.
func findings(ctx context.Context, r Reads, project int64) (list []notice, err error) {
	for before := int64(0); ; {
		page, err := r.About(ctx, project, []string{"disclosure"}, before, 1000)
		if err != nil || len(page) == 0 {
			return list, err
		}
		for _, rec := range page {
			if d := rec.Record.What.(*ledger.Disclosure); d.Kind == ledger.Finding {
				list = append(list, asNotice(rec, d))
			}
		}
		before = page[len(page)-1].Record.Index
	}
}

// reconciliationFile leads from where the comparison was a file to where all files are.
func (s *Site) reconciliationFile(c *gin.Context) {
	v := s.visit(c)
	if v.id < 0 {
		s.Missing(c)
		return
	}
	_, format, _ := strings.Cut(c.FullPath(), ".")
	c.Redirect(http.StatusMovedPermanently, v.tongue.export(v.chosen, "reconciliation"+"."+format+"?project="+text64(v.id)))
}
