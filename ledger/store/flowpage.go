package store

import (
	"context"

	"gorm.io/gorm"

	"mingzhang/ledger/view"
)

// FlowLists gives a page of each of some filters, all of one moment and in the order of
// the filters.
func (s *Store) FlowLists(ctx context.Context, filters ...view.FlowFilter) ([]view.Flows, error) {
	lists := make([]view.Flows, len(filters))
	plans, asked := draftPlans(s.reads.WithContext(ctx), filters)
	during := s.moment
	if len(plans) == 1 && len(asked) == 0 && plans[0].plain() {
		// The page is a single question, which is of one moment anyway. What it does not
		// give, the files, cannot contradict it.
		during = func(ctx context.Context, do func(*gorm.DB) error) error { return do(s.reads.WithContext(ctx)) }
	}
	err := during(ctx, func(db *gorm.DB) error {
		if err := finishPlans(db, plans, asked); err != nil {
			return err
		}
		pages, err := readPages(db, plans)
		if err != nil {
			return err
		}
		var all []view.Flow
		for _, p := range pages {
			flows, err := p.flows()
			if err != nil {
				return err
			}
			all = append(all, flows...)
		}
		err = readFiles(db, all)
		for i, p := range pages {
			n := len(p.rows)
			lists[i], all = view.Flows{Rows: all[:n:n], Next: p.next}, all[n:]
		}
		return err
	})
	return lists, err
}

// flowPage is a page of a list as it is stored, and the place where the next one goes on.
type flowPage struct {
	noted
	next *int64
}

// readPages reads a page of each list, of all in one go.
func readPages(db *gorm.DB, plans []*flowQuery) ([]flowPage, error) {
	pages := make([]flowPage, len(plans))
	var asked []question
	for i, q := range plans {
		this, err := q.page(db, &pages[i])
		if err != nil {
			return nil, err
		}
		asked = append(asked, this...)
	}
	err := together(db, asked...)
	for i, q := range plans {
		pages[i].inOrder(q.Oldest)
		pages[i].cut(limited(q.Limit))
	}
	return pages, err
}

// page asks for the flows of a page; where there are none, for nothing. Where all in the
// strands matches, the first of them are the page, and one more tells whether there is
// another.
func (q *flowQuery) page(db *gorm.DB, p *flowPage) ([]question, error) {
	if q.whole && len(q.strands) <= atOnce && len(q.strands) > 0 {
		all := q.among[0]
		beyond, order, ends := q.beyond(all, q.start(all))
		text, args := sideBySide(dialectOf(db.Statement), q.strands, "idx", beyond, order, ends, limited(q.Limit)+1, true)
		return []question{p.these(db, text, args...)}, nil
	}
	found, next, err := q.find(db)
	p.next = next // of an empty page, too: the next one goes on looking
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return []question{p.these(db, "?", listOf(found))}, nil
}

// cut ends a page that has one more.
func (p *flowPage) cut(n int) {
	if len(p.rows) > n {
		p.rows = p.rows[:n]
		last := p.rows[n-1].Idx
		p.next = &last
	}
}
