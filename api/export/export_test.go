package export

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"mingzhang/ledger"
)

// hostile are texts that break a format, a reader, or the reader's trust.
var hostile = []string{
	"", " ", "课桌", "a,b", `say "so"`, "two\nlines", "two\r\nlines", "\r", "\ttab", "semi;colon", "'", "'quoted'", "'=1+1", "''@x",
	"=1+1", "=HYPERLINK(\"http://x\",\"y\")", "+86 20", "-5", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠x", " =1", "\u3000=1", "\ufeff=1", "\ufeff",
	"=cmd|' /C calc'!A0", "😀🧑‍🤝‍🧑", "\u202eabc", "مرحبا", "_x0041_", "<b>&amp;</b>", "]]>", "1e5", "007", "2026-11-20", "TRUE", strings.Repeat("长", 32_767), strings.Repeat("x", 40_000),
}

func TestCSVGivesTextsBack(t *testing.T) {
	var b bytes.Buffer
	c := NewCSV(&b, []string{"text", "number"})
	for _, text := range hostile {
		c.Text(text)
		c.Number(-5)
		if err := c.End(); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), bom))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range hostile {
		cell := rows[i+1][0]
		want := strings.ReplaceAll(text, "\r\n", "\n") // as encoding/csv reads every line end
		if got := Unmark(cell); got != want {
			t.Errorf("%.60q came back as %.60q", want, got)
		}
		if Formula(cell) {
			t.Errorf("%.60q is still a formula: %.60q", text, cell)
		}
		if rows[i+1][1] != "-5" {
			t.Errorf("a number became %q", rows[i+1][1])
		}
	}
}

func TestCSVBytes(t *testing.T) {
	var b bytes.Buffer
	c := NewCSV(&b, []string{"kind", "amount", "amount_whole", "note", "late", "of"})
	c.Text("donation")
	c.Number(2000)
	c.Amount(2000, 2)
	c.Text(`加油,"孩子们"`)
	c.Flag(false)
	c.Blank()
	if err := errors.Join(c.End(), c.Close()); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffkind,amount,amount_whole,note,late,of\r\ndonation,2000,20.00,\"加油,\"\"孩子们\"\"\",false,\r\n"
	if b.String() != want {
		t.Errorf("got %q\nwant %q", b.String(), want)
	}
}

func FuzzCSV(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var b bytes.Buffer
		c := NewCSV(&b, []string{"h", "i"})
		c.Text("first")
		c.Text(text)
		c.End()
		c.Close()
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != 2 {
			t.Fatalf("%q: %v %q", text, err, rows)
		}
		if got, want := Unmark(rows[1][1]), strings.ReplaceAll(text, "\r\n", "\n"); got != want && !strings.Contains(text, "\r") {
			t.Errorf("%.60q came back as %.60q", want, got)
		}
		if Formula(rows[1][1]) {
			t.Errorf("%q is still a formula", text)
		}
	})
}

// workbook writes texts, a number and an amount a row, and opens the result.
func workbook(t *testing.T, texts []string, limit int) *excelize.File {
	t.Helper()
	var b bytes.Buffer
	x := newXLSX(&b, "流水", []string{"text", "number", "amount"}, limit, 9)
	defer x.Discard()
	for i, text := range texts {
		x.Text(text)
		x.Number(int64(i))
		x.Amount(int64(i)*100+1, 2)
		if err := x.End(); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestXLSXGivesTextsBack(t *testing.T) {
	f := workbook(t, hostile, MaxRows)
	for i, text := range hostile {
		cell := fmt.Sprint("A", i+2)
		got, err := f.GetCellValue("流水", cell)
		want := strings.ReplaceAll(fitting(text), "\r\n", "\n")
		if err != nil || strings.ReplaceAll(got, "\r\n", "\n") != want {
			t.Errorf("%.40q came back as %.40q, %v", text, got, err)
		}
		formula, _ := f.GetCellFormula("流水", cell)
		kind, _ := f.GetCellType("流水", cell)
		if formula != "" || text != "" && kind != excelize.CellTypeInlineString {
			t.Errorf("%.40q is a formula, or no text: %q, type %v", text, formula, kind)
		}
	}
	if got := fitting(strings.Repeat("😀", 20_000)); !strings.HasSuffix(got, cut) || strings.ContainsRune(got, '\ufffd') {
		t.Errorf("a text that is too long is cut to %.10q…%q", got, got[len(got)-20:])
	}
}

// TestXLSXNumbers holds numbers to be numbers, as long as a program keeps their digits.
func TestXLSXNumbers(t *testing.T) {
	var b bytes.Buffer
	x := NewXLSX(&b, "s", []string{"n", "a"})
	defer x.Discard()
	units := []int64{0, 1, -250, 123456, maxExact - 1, maxExact, 1<<53 - 1}
	for _, n := range units {
		x.Number(n)
		x.Amount(n, 2)
		x.End()
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for i, want := range []string{"0.00", "0.01", "-2.50", "1,234.56", "9,999,999,999,999.99", "10000000000000.00", "90071992547409.91"} {
		n, _ := f.GetCellValue("s", fmt.Sprint("A", i+2))
		a, _ := f.GetCellValue("s", fmt.Sprint("B", i+2))
		kind, _ := f.GetCellType("s", fmt.Sprint("B", i+2))
		if n != fmt.Sprint(units[i]) || a != want || (kind == excelize.CellTypeInlineString) != (units[i] >= maxExact) {
			t.Errorf("%d is shown as %s and %s (type %v), want %s", units[i], n, a, kind, want)
		}
	}
}

// TestXLSXSheets goes on in another sheet where one is full.
func TestXLSXSheets(t *testing.T) {
	texts := make([]string, 7)
	f := workbook(t, texts, 4)
	if got := fmt.Sprint(f.GetSheetList()); got != "[流水 流水 2 流水 3]" {
		t.Fatalf("the sheets are %s", got)
	}
	next := 0
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil || len(rows) > 4 || rows[0][1] != "number" {
			t.Fatalf("%s: %v %v", sheet, rows, err)
		}
		panes, err := f.GetPanes(sheet)
		if err != nil || !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("%s: the headings are not frozen: %+v %v", sheet, panes, err)
		}
		id, _ := f.GetCellStyle(sheet, "A1")
		if style, err := f.GetStyle(id); err != nil || style.Font == nil || !style.Font.Bold {
			t.Errorf("%s: the headings are not bold: %v", sheet, err)
		}
		for _, row := range rows[1:] {
			if row[1] != fmt.Sprint(next) {
				t.Errorf("%s: row %s, want %d", sheet, row[1], next)
			}
			next++
		}
	}
	if next != len(texts) {
		t.Errorf("%d rows, want %d", next, len(texts))
	}
}

// TestXLSXBound: what is too long for a workbook is refused before the first byte, and says
// how long it may be.
func TestXLSXBound(t *testing.T) {
	for rows, refused := range map[int]bool{8: false, 9: true, 50: true} {
		var b bytes.Buffer
		x := newXLSX(&b, "s", []string{"n"}, 5, 2)
		var err error
		for i := 0; i < rows && err == nil; i++ {
			x.Number(int64(i))
			err = x.End()
		}
		err = errors.Join(err, x.Close())
		x.Discard()
		if got := errors.Is(err, &ledger.Error{Code: "workbook-too-long"}); got != refused || got && (b.Len() > 0 || !strings.Contains(err.Error(), "more than 8 rows")) {
			t.Errorf("%d rows: got %v and %d bytes", rows, err, b.Len())
		}
	}
}

// TestXLSXRoom: rows wait in a temporary file and are gone with it, whether the table is
// closed or given up; without a place for them a workbook is refused, and not held in
// memory.
func TestXLSXRoom(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	left := func() int {
		files, _ := os.ReadDir(dir)
		return len(files)
	}
	long := strings.Repeat("长", 10_000)
	for _, closed := range []bool{true, false} {
		x := NewXLSX(io.Discard, "s", []string{"h"})
		for range 1000 { // 30 megabytes
			if x.Text(long); x.End() != nil {
				t.Fatal(x.err)
			}
		}
		if left() == 0 {
			t.Error("the rows wait nowhere")
		}
		if closed {
			if err := x.Close(); err != nil {
				t.Error(err)
			}
		}
		if x.Discard(); left() != 0 {
			t.Errorf("closed %v: %d files are left behind", closed, left())
		}
	}
	t.Setenv("TMPDIR", filepath.Join(dir, "none"))
	x := NewXLSX(io.Discard, "s", []string{"h"})
	defer x.Discard()
	if err := x.End(); ledger.KindOf(err) != ledger.Unavailable {
		t.Errorf("without a folder for temporary files: got %v", err)
	}
}

// full fails after some bytes, as a disk or a reader does.
type full struct{ left int }

var errFull = errors.New("full")

func (f *full) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestFaultsAreTold(t *testing.T) {
	for name, sheet := range map[string]func(io.Writer) Sheet{
		"csv":  func(w io.Writer) Sheet { return NewCSV(w, []string{"h"}) },
		"xlsx": func(w io.Writer) Sheet { return NewXLSX(w, "s", []string{"h"}) },
	} {
		s := sheet(&full{100})
		s.Text(strings.Repeat("长", 1000))
		if err := errors.Join(s.End(), s.Close()); !errors.Is(err, errFull) {
			t.Errorf("%s: got %v, want that it is full", name, err)
		}
		s.Discard()
	}
	j := NewJSON(&full{10})
	if err := errors.Join(j.Item("x"), j.Close()); !errors.Is(err, errFull) {
		t.Errorf("json: got %v", err)
	}
}

func BenchmarkCSV(b *testing.B) {
	c := NewCSV(io.Discard, []string{"h"})
	for b.Loop() {
		for range 20 {
			c.Text("5101.direct_aid")
		}
		for range 10 {
			c.Number(123456)
		}
		c.Text("加油,孩子们")
		c.End()
	}
}

// BenchmarkEncodingCSV is the same row by the standard library.
func BenchmarkEncodingCSV(b *testing.B) {
	w := csv.NewWriter(io.Discard)
	w.UseCRLF = true
	row := make([]string, 31)
	for b.Loop() {
		for i := range 20 {
			row[i] = "5101.direct_aid"
		}
		for i := range 10 {
			row[20+i] = fmt.Sprint(123456)
		}
		row[30] = "加油,孩子们"
		w.Write(row)
	}
}
