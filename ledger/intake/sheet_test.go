package intake

import (
	"archive/zip"
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// workbook makes a workbook of one sheet.
func workbook(t testing.TB, sheet string, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	must(t, f.SetSheetName("Sheet1", sheet))
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		must(t, err)
		must(t, f.SetSheetRow(sheet, cell, &row))
	}
	_, err := f.NewSheet("别的")
	must(t, err)
	must(t, f.SetCellStr("别的", "B2", "x"))
	out, err := f.WriteToBuffer()
	must(t, err)
	return out.Bytes()
}

func TestSheet(t *testing.T) {
	tenth := 0.1
	content := workbook(t, "明细",
		[]any{"日期", "金额", "捐赠人"},
		[]any{time.Date(2020, 1, 22, 0, 0, 0, 0, time.UTC), 1234.56, "某公司"},
		[]any{"2020年1月23日", tenth + 0.2, " 李*\t", ""},
		[]any{},
		[]any{nil, nil, "合计"},
	)
	for _, c := range []struct{ sheet, want string }{
		{"", "1:日期|金额|捐赠人 2:43852|1234.56|某公司 3:2020年1月23日|0.30000000000000004|李* 4: 5:||合计"},
		{"别的", "1: 2:|x"},
	} {
		all, err := readAll(t, content, "", Layout{Sheet: c.sheet})
		if got := cellsOf(all); err != nil || got != c.want {
			t.Errorf("%q: got %q and %v, want %q", c.sheet, got, err, c.want)
		}
	}
	if _, err := readAll(t, content, "", Layout{Sheet: "没有"}); !isCode(err, "sheet-unknown") {
		t.Errorf("a sheet that is not there: %v", err)
	}
}

// rewritten changes one part of a workbook.
func rewritten(t testing.TB, content []byte, part string, change func([]byte) []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	must(t, err)
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range in.File {
		r, err := f.Open()
		must(t, err)
		data, err := io.ReadAll(r)
		must(t, err)
		if f.Name == part {
			data = change(data)
		}
		w, err := z.Create(f.Name)
		must(t, err)
		_, err = w.Write(data)
		must(t, err)
	}
	must(t, z.Close())
	return out.Bytes()
}

func TestSheetHostile(t *testing.T) {
	const part = "xl/worksheets/sheet1.xml"
	plain := workbook(t, "明细", []any{"a", "b"}, []any{1, 2}, []any{3, 4})
	row := func(xml string) []byte {
		return rewritten(t, plain, part, func(b []byte) []byte {
			return []byte(strings.Replace(string(b), "</sheetData>", xml+"</sheetData>", 1))
		})
	}
	for _, c := range []struct {
		name    string
		content []byte
		code    string
	}{
		{"XML that ends early", rewritten(t, plain, part, func(b []byte) []byte { return b[:len(b)/2] }), "file-damaged"},
		{"XML that is none", rewritten(t, plain, part, func(b []byte) []byte { return bytes.Replace(b, []byte("<row"), []byte("<<row"), 1) }), "file-damaged"},
		{"a file that ends early", plain[:len(plain)*2/3], "file-damaged"},
		{"a sheet of nothing", rewritten(t, plain, part, func(b []byte) []byte { return append(b, make([]byte, 8<<20)...) }), "file-bomb"},
		{"a row far below", row(`<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>`), "file-bomb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := readAll(t, c.content, "", Layout{}); !isCode(err, c.code) {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
	all, err := readAll(t, row(`<row r="4"><c r="XFD4"><v>1</v></c></row>`), "", Layout{})
	if got := cellsOf(all); err != nil || got != "1:a|b 2:1|2 3:3|4 4:!row-too-wide" {
		t.Errorf("a cell far to the right: got %q and %v", got, err)
	}
}

// TestSheetFrom1904 reads the dates of a workbook from an old Macintosh.
func TestSheetFrom1904(t *testing.T) {
	f := excelize.NewFile()
	old := true
	must(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &old}))
	must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"date", "amount"}))
	must(t, f.SetSheetRow("Sheet1", "A2", &[]any{42390, 5}))
	path := filepath.Join(t.TempDir(), "old.xlsx")
	must(t, f.SaveAs(path))
	file, err := examine(path, "")
	must(t, err)
	l, rows, err := openList(file, &Profile{Kind: Donations, Columns: map[string]string{"date": "date", "amount": "amount"}})
	must(t, err)
	defer rows.close()
	r, err := rows.next()
	must(t, err)
	if w, err := l.when(r); err != nil || w.Occurred != "2020-01-22" {
		t.Errorf("got %v and %v", w, err)
	}
}

// FuzzSheet puts a stranger's rows into a workbook.
func FuzzSheet(f *testing.F) {
	plain := workbook(f, "明细", []any{"a", "b"})
	for _, xml := range []string{`<row r="2"><c r="A2"><v>1</v></c></row>`, `<row><c t="s"><v>9</v></c></row>`, `<row r="1"><c r="ZZ"/></row>`,
		`<c t="inlineStr"><is><t>x</t></is></c>`, `<row r="-1"><c t="d" s="99"><v>NaN</v><f>A1</f></c></row></sheetData>`} {
		f.Add(xml)
	}
	f.Fuzz(func(t *testing.T, xml string) {
		content := rewritten(t, plain, "xl/worksheets/sheet1.xml", func(b []byte) []byte {
			return []byte(strings.Replace(string(b), "</sheetData>", xml+"</sheetData>", 1))
		})
		_, err := readAll(t, content, "", Layout{})
		if err != nil && !isCode(err, "file-damaged") && !isCode(err, "file-bomb") {
			t.Fatal(err)
		}
	})
}
