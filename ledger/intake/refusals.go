package intake

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"

	"mingzhang/ledger"
)

// refusals is a file of the rows that were refused, with the reasons and the rows as
// they were: put right, it can be imported as it is. It holds what the list held, and so
// only its owner may read it.
type refusals struct {
	file *os.File
	buf  *bufio.Writer
	csv  *csv.Writer
}

// newRefusals makes the file; without a name there is none. Its columns are those of the
// first list.
func newRefusals(path string, sources []*source) (*refusals, error) {
	if path == "" {
		return &refusals{}, nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make the file of refused rows: %w", err)
	}
	r := &refusals{file: f, buf: bufio.NewWriter(f)}
	r.buf.WriteString("\uFEFF") // spreadsheets take it for UTF-8 then
	r.csv = csv.NewWriter(r.buf)
	head := []string{"refused_file", "refused_line", "refused_code", "refused_field", "refused_zh", "refused_en"}
	if len(sources) > 0 {
		for _, name := range sources[0].header {
			head = append(head, guarded(name))
		}
	}
	return r, r.csv.Write(head)
}

// write adds a row.
func (r *refusals) write(s *source, e *entry, why *ledger.Error) error {
	if r.csv == nil {
		return nil
	}
	record := []string{guarded(s.file.name), strconv.Itoa(e.row.line), why.Code, why.Field, guarded(why.Zh), guarded(why.En)}
	for _, cell := range e.row.cells {
		record = append(record, guarded(cell))
	}
	return r.csv.Write(record)
}

// close writes what is left.
func (r *refusals) close() error {
	if r.csv == nil {
		return nil
	}
	r.csv.Flush()
	return errors.Join(r.csv.Error(), r.buf.Flush(), r.file.Sync(), r.file.Close())
}
