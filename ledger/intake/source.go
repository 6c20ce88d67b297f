package intake

import (
	"context"
	"errors"
	"io"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// entry is one thing to be asked of the book, and what became of it.
type entry struct {
	row     row
	request book.Request
	asset   ledger.AssetID
	amount  int64
	before  bool  // not a row's own, but the registration of what it counts
	none    bool  // the row says that there is nothing
	err     error // why the row is refused without asking
}

// groupSize is the most that is asked of the book in one transaction. The keys of rows
// are scattered all over their index, so that a transaction pays for most of its pages;
// fewer transactions pay less.
const groupSize = 16384

// author is who a record says wrote it: whoever runs commands on the machine of the
// book acts for the platform.
var author = ledger.Author{Org: 0, Key: "import"}

// source is a file on its way into the book.
type source struct {
	*list
	file   *file
	id     *identity
	rows   rows
	groups chan []entry
	size   func() int // how many rows the next group is to have
	err    error      // after the last group
}

// groupBytes ends a group whose rows are long, so that no list takes all memory.
const groupBytes = 16 << 20

// read sends the rows in groups, in their order, until the end or until nobody takes
// them.
func (s *source) read(ctx context.Context) {
	defer close(s.groups)
	for more := true; more; {
		var group []entry
		if group, s.err = s.group(); errors.Is(s.err, io.EOF) {
			s.err, more = nil, false
		}
		more = more && s.err == nil
		if len(group) == 0 {
			continue
		}
		select {
		case s.groups <- group:
		case <-ctx.Done():
			return
		}
	}
}

// group reads the next group. An error, io.EOF at the end, comes with the rows before it.
func (s *source) group() ([]entry, error) {
	group := make([]entry, 0, s.size()+1)
	for bytes := 0; len(group) < s.size() && bytes < groupBytes; {
		r, err := s.rows.next()
		if err != nil {
			return group, err
		}
		if r.fault == nil && len(r.cells) == 0 {
			continue // a blank line
		}
		for _, c := range r.cells {
			bytes += len(c)
		}
		group = s.enter(group, r)
	}
	return group, nil
}

// enter adds a row to a group, after what must be registered for it.
func (s *source) enter(group []entry, r row) []entry {
	w, err := s.wish(r)
	e := entry{row: r, asset: w.asset, amount: w.amount, none: w.none, err: err}
	if err != nil || w.none {
		return append(group, e)
	}
	if w.first != nil {
		s.things.learn(w.first)
		group = append(group, entry{asset: w.first.ID, before: true,
			request: book.Request{By: author, Key: "asset:" + string(w.first.ID), What: *w.first}})
	}
	e.request = book.Request{By: author, Key: s.id.key(r.cells), What: w.what}
	return append(group, e)
}
