package explorer

import (
	"strconv"

	"mingzhang/ledger"
	"mingzhang/ledger/trace"
)

// ranged says that days or a moment of the log are in the address.
func (v visit) ranged() bool { return v.query.Has("from") || v.query.Has("to") || v.query.Has("at") }

// day reads a day from the address, "" where there is none.
func (v visit) day(name string) (ledger.Date, error) {
	text := v.query.Get(name)
	if text == "" {
		return "", nil
	}
	d, err := ledger.ParseDate(text)
	if err != nil {
		return "", badQuery(name)
	}
	return d, nil
}

// index reads the index of a record from the address, 0 where there is none.
func (v visit) index(name string) (int64, error) {
	text := v.query.Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > ledger.MaxUnits {
		return 0, badQuery(name)
	}
	return n, nil
}

// mark reads from the address where a page of a flow's sources begins, nil where that is
// the beginning.
func (v visit) mark(name string, total int64) (trace.Mark, error) {
	text := v.query.Get(name)
	if text == "" || text == "0" {
		return nil, nil
	}
	m, ok := trace.ParseMark(text)
	if !ok || m[0] >= total {
		return nil, badQuery(name)
	}
	return m, nil
}
