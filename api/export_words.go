package api

import (
	"context"
	"time"

	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// wordsRow is a record about a project that is no flow: what was published, corrected or
// ordered.
type wordsRow struct {
	ID        int64             `json:"id"`
	Project   int64             `json:"project,omitempty"`
	Recorded  time.Time         `json:"recorded"`
	Withdrawn bool              `json:"withdrawn,omitempty"` // the texts were
	Texts     map[string]string `json:"texts,omitempty"`
	what      any
}

type (
	disclosureRow struct {
		wordsRow
		Kind   string `json:"kind"`
		Period string `json:"period"`
		At     int64  `json:"at"`
	}
	correctionRow struct {
		wordsRow
		Of    int64  `json:"of"`
		Field string `json:"field"`
	}
	freezeRow struct {
		wordsRow
		Order   string `json:"order"`
		Release bool   `json:"release"`
	}
)

// exportDisclosures plans the export of what was published: reports, and what was claimed
// elsewhere or could not be recorded.
func (s *server) exportDisclosures(ctx context.Context, q *query) (exported, error) {
	return exportWords(s, ctx, q, "disclosure", disclosureColumns, func(w wordsRow) disclosureRow {
		d, _ := w.what.(*ledger.Disclosure)
		return disclosureRow{w, d.Kind, d.Period.String(), d.At}
	})
}

// exportCorrections plans the export of corrections, with the old word and the new one.
func (s *server) exportCorrections(ctx context.Context, q *query) (exported, error) {
	return exportWords(s, ctx, q, "correction", correctionColumns, func(w wordsRow) correctionRow {
		c, _ := w.what.(*ledger.Correction)
		return correctionRow{w, c.Of, c.Field}
	})
}

// exportFreezes plans the export of the orders that stopped payments, or released them.
func (s *server) exportFreezes(ctx context.Context, q *query) (exported, error) {
	return exportWords(s, ctx, q, "freeze", freezeColumns, func(w wordsRow) freezeRow {
		f, _ := w.what.(*ledger.Freeze)
		return freezeRow{w, f.Order, f.Release}
	})
}

// exportWords plans the export of records of one type.
func exportWords[T any](s *server, ctx context.Context, q *query, of string, columns []export.Column[T], row func(wordsRow) T) (exported, error) {
	f := view.RecordFilter{Project: q.index("project"), Types: []string{of}}
	if err := q.whole(); err != nil {
		return nil, err
	}
	return listed[T]{columns, func(ctx context.Context, upto int64, do func(T) error) error {
		return s.Store.EachRecord(ctx, f, upto, func(r *view.Record) error {
			return do(row(wordsRow{r.Record.Index, r.Project, r.Record.Recorded, r.Withdrawn, textMap(r.Texts), r.Record.What}))
		})
	}, func(v T) any { return v }}, s.known(ctx, f.Project, nil)
}

// wordsColumns are the columns that all of them begin with.
func wordsColumns[T any](of func(T) wordsRow) []export.Column[T] {
	return []export.Column[T]{
		numberColumn("id", "记录编号", "Record", func(r T) int64 { return of(r).ID }),
		{Name: "project", Zh: "项目编号", En: "Project", Put: func(x export.Sheet, r T) { reference(x, of(r).Project) }},
		{Name: "recorded", Zh: "入账时间（UTC）", En: "Recorded (UTC)", Put: func(x export.Sheet, r T) { x.Moment(of(r).Recorded) }},
		flagColumn("withdrawn", "文字已撤回", "Text withdrawn", func(r T) bool { return of(r).Withdrawn }),
	}
}

var disclosureColumns = append(wordsColumns(func(r disclosureRow) wordsRow { return r.wordsRow }),
	textColumn("kind", "公开类型", "Kind", func(r disclosureRow) string { return r.Kind }),
	textColumn("period", "期间", "Period", func(r disclosureRow) string { return r.Period }),
	numberColumn("at", "账本当时的记录数", "Records that the log had", func(r disclosureRow) int64 { return r.At }),
	textColumn("title", "标题", "Title", func(r disclosureRow) string { return r.Texts["title"] }),
	textColumn("text", "正文", "Text", func(r disclosureRow) string { return r.Texts["text"] }))

var correctionColumns = append(wordsColumns(func(r correctionRow) wordsRow { return r.wordsRow }),
	numberColumn("of", "更正对象", "Of record", func(r correctionRow) int64 { return r.Of }),
	textColumn("field", "更正栏目", "Field", func(r correctionRow) string { return r.Field }),
	textColumn("old", "原文", "Was", func(r correctionRow) string { return r.Texts["old"] }),
	textColumn("new", "更正为", "Now", func(r correctionRow) string { return r.Texts["new"] }),
	textColumn("reason", "原因", "Reason", func(r correctionRow) string { return r.Texts["reason"] }))

var freezeColumns = append(wordsColumns(func(r freezeRow) wordsRow { return r.wordsRow }),
	textColumn("order", "文号", "Order", func(r freezeRow) string { return r.Order }),
	flagColumn("release", "解除冻结", "Released", func(r freezeRow) bool { return r.Release }),
	textColumn("reason", "原因", "Reason", func(r freezeRow) string { return r.Texts["reason"] }))
