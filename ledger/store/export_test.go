package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"mingzhang/ledger/view"
)

// DB shows the tables to tests that look at them past the store's own methods. It
// only reads.
func (s *Store) DB() *gorm.DB { return s.reads }

// MoveLog has SQLite's write-ahead log moved into the file beside the writer, as after many
// records.
func (s *Store) MoveLog() { s.moves.wrote(0, checkpointEach) }

// Tamper runs statements as somebody would who has the database in their hands.
func (s *Store) Tamper(statements ...string) error {
	tx, err := s.Begin(context.Background())
	if err != nil {
		return err
	}
	for _, sql := range statements {
		if err := tx.(*Tx).db.Exec(sql).Error; err != nil {
			tx.Rollback()
			return err
		}
	}
	return tx.Commit()
}

// Question gives what the database is asked for a page, where that is one question.
func (s *Store) Question(f view.FlowFilter) (text string, args []any, err error) {
	plans, asked := draftPlans(s.reads, []view.FlowFilter{f})
	plans[0].whole = true
	page, err := plans[0].page(s.reads, &flowPage{})
	if len(asked) > 0 || len(page) != 1 {
		return "", nil, errors.Join(err, errors.New("a page is more than one question"))
	}
	return page[0].text, page[0].args, err
}

// TakeTurns has all other questions to SQLite wait for the release.
func (s *Store) TakeTurns() (release func()) {
	for range cap(s.turns) {
		s.turns <- struct{}{}
	}
	return func() {
		for range cap(s.turns) {
			<-s.turns
		}
	}
}

// MovedQuestions are what the database is asked for the outflows of a span, and for those
// that moved on where there are many.
func (s *Store) MovedQuestions() map[string]string {
	args := map[string]any{"pool": int64(1), "from": int64(0), "at": int64(10), "after": int64(10)}
	text := map[string]string{}
	for name, query := range map[string]string{"named": selectNamed, "below": selectBelow, "in turn": selectInTurn(firstInTurn)} {
		q := s.reads.Session(&gorm.Session{NewDB: true, DryRun: true}).Raw(query, args)
		text[name] = s.reads.Dialector.Explain(q.Statement.SQL.String(), q.Statement.Vars...)
	}
	q := s.reads.Session(&gorm.Session{NewDB: true, DryRun: true}).Raw(selectTaken, among("t.idx", []int64{11, 12}))
	outflows := s.reads.Session(&gorm.Session{NewDB: true, DryRun: true}).Raw(selectOutflows, 1, 4000, 0, 1, 0)
	text["outflows"] = s.reads.Dialector.Explain(outflows.Statement.SQL.String(), outflows.Statement.Vars...)
	text["taken"] = s.reads.Dialector.Explain(q.Statement.SQL.String(), q.Statement.Vars...)
	return text
}
