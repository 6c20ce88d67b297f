// Package export writes lists as people take them away: as CSV, as an XLSX workbook
// and as JSON. All three are written row by row as the rows come, so that a list of
// any length takes the same memory.
//
// A table is described once, by its columns; what a cell is, a text, a number, an
// amount, each format writes in its own way:
//
//	kind,amount,amount_whole,note
//	donation,2000,20.00,"加油,孩子们"
//	donation,500,5.00,'=1+1
//
// In CSV, a text that a spreadsheet program would take for a formula gets an
// apostrophe in front; [Unmark] takes it away again. In XLSX a text is a text by its
// type and stays as it is.
package export

import (
	"time"

	"golang.org/x/text/language"
)

// Sheet takes the cells of a table, row by row. Cells cannot fail; what went wrong is
// told by End, and from then on the sheet is of no use.
type Sheet interface {
	Text(string) // an empty one is an empty cell
	Number(int64)
	Amount(units int64, scale int) // as a decimal number: 2000 at scale 2 is 20.00
	Moment(time.Time)              // in UTC to the second (RFC 3339)
	Hash([32]byte)                 // "sha256:" and 64 hexadecimal digits
	Flag(bool)
	Blank()
	End() error   // of the row
	Close() error // of the table: nothing is complete before
	Discard()     // frees what the sheet holds; after Close it does nothing
}

// Column is a column of a table of rows of type T. Its name is for programs and never
// changes; the others are headings for readers.
type Column[T any] struct {
	Name, Zh, En string
	Put          func(Sheet, T) // writes one cell
}

// Heading is what a column is called.
type Heading struct {
	Name string `json:"name" example:"amount"`                          // for programs: it never changes
	Zh   string `json:"zh" example:"数额（最小单位，人民币为分）"`                    // for readers of Chinese
	En   string `json:"en" example:"Amount (smallest units; CNY: fen)"` // for all others
}

// In gives a heading in "zh-Hans", "en" or [Machine].
func (h Heading) In(language string) string {
	switch language {
	case Machine:
		return h.Name
	case "en":
		return h.En
	}
	return h.Zh
}

// List describes a list that can be taken away.
type List struct {
	Name       string    `json:"name" example:"flows"`
	Formats    []string  `json:"formats" example:"csv,xlsx,json"`   // endings of the file's name
	Parameters []string  `json:"parameters" example:"project,kind"` // beside headings and lang, which all lists take
	Needs      []string  `json:"needs,omitempty" example:"project"` // of the parameters, exactly one
	Columns    []Heading `json:"columns"`                           // of CSV and XLSX
}

// Describe gives what the columns of a table are called.
func Describe[T any](columns []Column[T]) []Heading {
	all := make([]Heading, len(columns))
	for i, c := range columns {
		all[i] = Heading{c.Name, c.Zh, c.En}
	}
	return all
}

// Languages are those of headings.
var Languages = []string{"zh-Hans", "en"}

var nearest = language.NewMatcher([]language.Tag{language.SimplifiedChinese, language.English})

// Nearest gives the one of [Languages] for a reader of another: "zh-Hans" for "zh-Hant".
func Nearest(tag string) string {
	_, i := language.MatchStrings(nearest, tag)
	return Languages[i]
}

// Machine is the language of headings that are the columns' names.
const Machine = "machine"

// Headings gives the first row of a table, in "zh-Hans", "en" or [Machine].
func Headings[T any](columns []Column[T], language string) []string {
	headings := make([]string, len(columns))
	for i, h := range Describe(columns) {
		headings[i] = h.In(language)
	}
	return headings
}

// Put writes a row.
func Put[T any](to Sheet, columns []Column[T], row T) error {
	for i := range columns {
		columns[i].Put(to, row)
	}
	return to.End()
}
