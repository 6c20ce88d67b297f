package export

import (
	"archive/zip"
	"compress/flate"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"mingzhang/ledger"
)

// MaxRows is how many rows a sheet of a workbook can have, the headings among them.
const MaxRows = 1_048_576

// maxSheets is how many sheets a workbook gets: a row waits on the disk as about a
// kilobyte, so that the longest workbook takes some two gigabytes there, and no program
// shows a longer one.
const maxSheets = 2

// maxExact is the first integer that a spreadsheet program does not keep: it has 15
// digits for a number, and makes zeros of the others. From there on the digits are
// written as text.
const maxExact = 1_000_000_000_000_000

// maxCell is how many UTF-16 units a cell can hold, and cut what is written where a
// text is longer: nothing may be lost in silence.
const (
	maxCell = 32_767
	cut     = "… [cut: a cell holds 32,767 characters; CSV and JSON have all / 单元格只容 32,767 字，全文见 CSV 或 JSON]"
)

// XLSX writes a table as a workbook. The rows go to a temporary file first, because
// the parts of a workbook come in an order of their own: the writer sees the first
// byte when the table is closed. What a sheet cannot hold goes on in the next one,
// under the same headings, and what a workbook cannot hold is refused (Invalid,
// "workbook-too-long") before the first byte.
type XLSX struct {
	w        io.Writer
	title    string
	headings []string
	limit    int // rows of a sheet
	most     int // sheets
	file     *excelize.File
	stream   *excelize.StreamWriter
	sheets   int
	rows     int // of this sheet
	bold     int
	decimals map[int]int // style by scale
	row      []any
	err      error
}

// NewXLSX begins a workbook whose sheets have a title.
func NewXLSX(w io.Writer, title string, headings []string) *XLSX {
	return newXLSX(w, title, headings, MaxRows, maxSheets)
}

func newXLSX(w io.Writer, title string, headings []string, limit, most int) *XLSX {
	x := &XLSX{w: w, title: title, headings: headings, limit: limit, most: most, file: excelize.NewFile(), decimals: map[int]int{}}
	x.file.SetZipWriter(x.archive)
	if x.bold, x.err = x.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); x.err == nil {
		x.err = kept(tried())
	}
	x.begin()
	return x
}

// tried tries to make a temporary file. excelize would hold all rows in memory where it
// cannot.
func tried() error {
	f, err := os.CreateTemp("", "mingzhang-")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// kept says in words that rows could not be kept on the disk.
func kept(err error) error {
	if err == nil {
		return nil
	}
	return errors.Join(ledger.Refuse(ledger.Unavailable, "workbook-unavailable", "",
		"服务器暂时没有空间制作工作簿，请改取 CSV 或 JSON，或稍后重试", "the server has no room to make a workbook at the moment: take CSV or JSON, or try again later"), err)
}

// begin begins a sheet: its headings are bold and stay where they are.
func (x *XLSX) begin() {
	if x.err == nil {
		x.err = x.sheet()
	}
	if x.err != nil {
		return
	}
	x.rows = 0
	head := make([]any, len(x.headings))
	for i, h := range x.headings {
		head[i] = excelize.Cell{StyleID: x.bold, Value: h}
	}
	x.write(head)
}

func (x *XLSX) sheet() (err error) {
	x.sheets++
	name := x.title
	if x.sheets == 1 {
		err = x.file.SetSheetName("Sheet1", name)
	} else {
		name = fmt.Sprint(x.title, " ", x.sheets)
		_, err = x.file.NewSheet(name)
	}
	if err == nil {
		x.stream, err = x.file.NewStreamWriter(name)
	}
	if err == nil {
		err = x.stream.SetColWidth(1, len(x.headings), 16)
	}
	if err == nil {
		err = x.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	}
	return err
}

func (x *XLSX) write(row []any) {
	x.rows++
	if x.err == nil {
		x.err = kept(x.stream.SetRow(fmt.Sprint("A", x.rows), row))
	}
}

func (x *XLSX) Text(s string) {
	if s == "" {
		x.row = append(x.row, nil)
		return
	}
	x.row = append(x.row, fitting(s))
}

// fitting cuts a text to what a cell holds.
func fitting(s string) string {
	if len(s) <= maxCell { // a UTF-16 unit is a byte or more
		return s
	}
	units := utf16.Encode([]rune(s))
	if len(units) <= maxCell {
		return s
	}
	kept := units[:maxCell-len(utf16.Encode([]rune(cut)))]
	if utf16.IsSurrogate(rune(kept[len(kept)-1])) && utf16.IsSurrogate(rune(units[len(kept)])) && units[len(kept)] >= 0xDC00 {
		kept = kept[:len(kept)-1]
	}
	return string(utf16.Decode(kept)) + cut
}

func (x *XLSX) Number(n int64) {
	if n >= maxExact || n <= -maxExact {
		x.row = append(x.row, fmt.Sprint(n))
		return
	}
	x.row = append(x.row, n)
}

func (x *XLSX) Amount(units int64, scale int) {
	if units >= maxExact || units <= -maxExact {
		x.row = append(x.row, ledger.FormatAmount(units, scale))
		return
	}
	x.row = append(x.row, excelize.Cell{StyleID: x.style(scale), Value: float64(units) / math.Pow10(scale)})
}

// style gives the style of numbers with so many decimal places.
func (x *XLSX) style(scale int) int {
	if id, ok := x.decimals[scale]; ok {
		return id
	}
	format := "#,##0"
	if scale > 0 {
		format += "." + strings.Repeat("0", scale)
	}
	id, err := x.file.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if x.err == nil {
		x.err = err
	}
	x.decimals[scale] = id
	return id
}

func (x *XLSX) Moment(t time.Time) { x.Text(t.Format(time.RFC3339)) }

func (x *XLSX) Hash(sum [32]byte) { x.Text(hashed + hex.EncodeToString(sum[:])) }

func (x *XLSX) Flag(b bool) { x.row = append(x.row, b) }

func (x *XLSX) Blank() { x.row = append(x.row, nil) }

func (x *XLSX) End() error {
	if x.rows == x.limit {
		if x.err == nil {
			x.err = kept(x.stream.Flush())
		}
		if x.err == nil && x.sheets == x.most {
			x.err = ledger.Refuse(ledger.Invalid, "workbook-too-long", "",
				"清单超过 %d 行，工作簿容纳不下：请改取 CSV 或 JSON，或缩小范围", "the list has more than %d rows, too many for a workbook: take CSV or JSON, or choose fewer", x.most*(x.limit-1))
		}
		x.begin()
	}
	x.write(x.row)
	clear(x.row)
	x.row = x.row[:0]
	return x.err
}

// Close writes the workbook.
func (x *XLSX) Close() error {
	if x.err == nil {
		x.err = kept(x.stream.Flush())
	}
	if x.err == nil {
		x.err = x.file.Write(io.Discard) // all that it writes goes to the archive
	}
	return x.err
}

// archive begins the archive that a workbook is. excelize would make it in memory and
// write it at the end; this one goes to its reader as it is made.
func (x *XLSX) archive(io.Writer) excelize.ZipWriter {
	z := zip.NewWriter(x.w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	return z
}

// Discard removes the temporary files.
func (x *XLSX) Discard() { x.file.Close() }
