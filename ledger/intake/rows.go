package intake

import "mingzhang/ledger"

// rows are the rows of a list, one after the other. next gives io.EOF after the last;
// after any other error nothing more can be read. The cells are tidied and the caller's
// to keep; empty ones at the end may be missing.
type rows interface {
	next() (row, error)
	close() error
}

// row is a row and where it stands: the line of a text, the row of a sheet.
type row struct {
	line  int
	cells []string
	fault error // why this row cannot be read; those after it can
}

// maxRow is the longest row of a text in bytes: beyond it, a quotation mark was never
// closed.
const maxRow = 1 << 20

// maxColumns is more than any list has.
const maxColumns = 1000

// rows opens a file for its rows.
func (f *file) rows(l Layout) (rows, error) {
	if f.sheets {
		return f.openSheet(l.Sheet)
	}
	in, err := f.content()
	if err != nil {
		return nil, err
	}
	return newText(in, f.encoding, l.Delimiter)
}

// tidyRow tidies all cells and drops the empty ones at the end.
func tidyRow(cells []string) []string {
	for i := range cells {
		cells[i] = tidy(cells[i])
	}
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// newRow is a row that was read.
func newRow(line int, cells []string) row {
	if len(cells) > maxColumns {
		return row{line: line, fault: ledger.Refuse(ledger.Invalid, "row-too-wide", "",
			"这一行有 %d 列，最多 %d 列", "the row has %d columns, of at most %d", len(cells), maxColumns)}
	}
	cells = tidyRow(cells)
	return row{line, cells, readable(cells)}
}
