package api

import (
	"context"
	"time"

	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/figures"
	"mingzhang/ledger/store"
	"mingzhang/ledger/view"
)

// dueRow is what a project published last, and by when it has to again.
type dueRow struct {
	Project      int64       `json:"project"`
	Name         string      `json:"name"`
	Organization int64       `json:"organization"`
	Last         *lastReport `json:"last,omitempty"`
	Due          ledger.Date `json:"due,omitempty"` // the last day, "" where nothing is
	Overdue      bool        `json:"overdue"`
}

// lastReport is a disclosure, of whatever kind.
type lastReport struct {
	ID       int64     `json:"id"`
	Kind     string    `json:"kind"`
	Title    string    `json:"title,omitempty"` // "" where it was withdrawn
	Recorded time.Time `json:"recorded"`
}

// dueAtOnce is how many projects are looked at together.
const dueAtOnce = 500

// exportDue plans the export of what projects published last and have to publish next.
func (s *server) exportDue(ctx context.Context, q *query) (exported, error) {
	project, today := q.index("project"), account.Today(s.Now())
	f := view.ProjectFilter{Organization: q.index("organization"), Today: today}
	q.check(project == nil || f.Organization == nil, "organization", "")
	if err := q.whole(); err != nil {
		return nil, err
	}
	return listed[dueRow]{dueColumns, func(ctx context.Context, upto int64, do func(dueRow) error) error {
		if project != nil {
			p, err := s.Store.Project(ctx, *project, today)
			if err != nil {
				return err
			}
			return s.dueOf(ctx, []view.Project{*p}, today, do)
		}
		var some []view.Project
		err := s.Store.EachProject(ctx, f, upto, func(p view.Project) (err error) {
			if some = append(some, p); len(some) == dueAtOnce {
				err, some = s.dueOf(ctx, some, today, do), nil
			}
			return err
		})
		if err != nil {
			return err
		}
		return s.dueOf(ctx, some, today, do)
	}, func(r dueRow) any { return r }}, s.known(ctx, project, f.Organization)
}

func (s *server) dueOf(ctx context.Context, list []view.Project, today ledger.Date, do func(dueRow) error) error {
	var all []figures.Published
	err := s.Store.At(ctx, func(r *store.Store) (err error) {
		all, err = figures.PublishedBy(ctx, r, list, today)
		return err
	})
	rows := make([]dueRow, len(all))
	for i, p := range all {
		rows[i] = dueRow{Project: p.Index, Name: p.Name, Organization: p.Organization}
		if p.Last != nil {
			d, _ := p.Last.Record.What.(*ledger.Disclosure)
			rows[i].Last = &lastReport{p.Last.Record.Index, d.Kind, textMap(p.Last.Texts)["title"], p.Last.Record.Recorded}
		}
		if p.Due != nil {
			rows[i].Due, rows[i].Overdue = p.Due.On, p.Due.Late
		}
	}
	return doAll(rows, err, do)
}

var dueColumns = []export.Column[dueRow]{
	numberColumn("project", "项目编号", "Project", func(r dueRow) int64 { return r.Project }),
	textColumn("name", "名称", "Name", func(r dueRow) string { return r.Name }),
	numberColumn("organization", "组织编号", "Organization", func(r dueRow) int64 { return r.Organization }),
	lastColumn("last", "最近一次公开的记录", "Last published, record", func(x export.Sheet, l *lastReport) { x.Number(l.ID) }),
	lastColumn("last_kind", "公开类型", "Kind", func(x export.Sheet, l *lastReport) { x.Text(l.Kind) }),
	lastColumn("last_title", "公开标题", "Title", func(x export.Sheet, l *lastReport) { x.Text(l.Title) }),
	lastColumn("last_recorded", "公开时间（UTC）", "Published (UTC)", func(x export.Sheet, l *lastReport) { x.Moment(l.Recorded) }),
	textColumn("due", "下次公开不迟于", "Next by", func(r dueRow) string { return string(r.Due) }),
	flagColumn("overdue", "逾期未公开", "Overdue", func(r dueRow) bool { return r.Overdue }),
}

// lastColumn writes something of the last disclosure, where there is one.
func lastColumn(name, zh, en string, put func(export.Sheet, *lastReport)) export.Column[dueRow] {
	return export.Column[dueRow]{Name: name, Zh: zh, En: en, Put: func(x export.Sheet, r dueRow) {
		if r.Last == nil {
			x.Blank()
			return
		}
		put(x, r.Last)
	}}
}
