package intake

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"mingzhang/ledger"
)

// Limits of a workbook. Parts are held in memory, but for sheets, and the texts that
// they share, of more than maxPart bytes, which are read from the disk.
const (
	maxParts    = 10_000
	maxPart     = 32 << 20
	maxMemory   = 256 << 20
	maxWorkbook = 4 << 30
	maxSheet    = 1 << 20 // rows, which is the most that spreadsheets have
)

// examineSheets hashes a workbook and makes sure that all of its sheets can be read:
// the library that reads rows takes broken XML for the end of the sheet.
func (f *file) examineSheets() error {
	if err := f.hash(io.Discard); err != nil {
		return err
	}
	z, err := zip.OpenReader(f.path)
	if err != nil {
		return damaged(f.name, err)
	}
	defer z.Close()
	if err := bounded(z.File); err != nil {
		return err
	}
	for _, part := range z.File {
		if !large(part.Name) {
			continue
		}
		rows, err := wellFormed(part)
		if err != nil {
			return damaged(f.name, err)
		}
		f.lines = max(f.lines, rows)
	}
	return nil
}

func damaged(name string, err error) error {
	return errors.Join(ledger.Refuse(ledger.Invalid, "file-damaged", "", "工作簿 %s 已损坏", "the workbook %s is damaged", name), err)
}

// large says whether a part is a sheet or the texts that sheets share.
func large(part string) bool {
	part = strings.ToLower(part)
	return strings.HasPrefix(part, "xl/worksheets/") && strings.HasSuffix(part, ".xml") || part == "xl/sharedstrings.xml"
}

// bounded refuses a workbook that would fill memory or disk. What the directory says of
// the sizes is held against it when the parts are read.
func bounded(parts []*zip.File) error {
	var memory, all uint64
	for _, p := range parts {
		size := p.UncompressedSize64
		if all += size; !large(p.Name) || size <= maxPart {
			memory += size
		}
		if all > maxWorkbook || memory > maxMemory || size > 8<<20 && size/100 > p.CompressedSize64 {
			return tooLarge()
		}
	}
	if len(parts) > maxParts {
		return tooLarge()
	}
	return nil
}

// wellFormed reads the XML of a part to its end and counts its rows.
func wellFormed(part *zip.File) (rows int64, err error) {
	in, err := part.Open()
	if err != nil {
		return 0, err
	}
	defer in.Close()
	d := xml.NewDecoder(in)
	d.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("the encoding %.40q", charset)
	}
	for depth := 0; ; {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) && depth > 0 {
			err = io.ErrUnexpectedEOF
		}
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		switch e := token.(type) {
		case xml.StartElement:
			if depth++; e.Name.Local == "row" {
				rows++
			}
		case xml.EndElement:
			depth--
		}
	}
}

// sheet is the rows of a sheet.
type sheet struct {
	name     string // of the file
	sheet    string
	book     *excelize.File
	rows     *excelize.Rows
	line     int
	from1904 bool
}

// openSheet opens a sheet by its name, or the first one.
func (f *file) openSheet(name string) (s *sheet, err error) {
	defer caught(&err, f.name)
	book, err := excelize.OpenFile(f.path, excelize.Options{RawCellValue: true, UnzipSizeLimit: maxWorkbook, UnzipXMLSizeLimit: maxPart})
	if err != nil {
		return nil, damaged(f.name, err)
	}
	names := book.GetSheetList()
	if name == "" && len(names) > 0 {
		name = names[0]
	}
	if !slices.Contains(names, name) {
		return nil, errors.Join(ledger.Refuse(ledger.Invalid, "sheet-unknown", "sheet",
			"%s 没有工作表 %q，现有：%s", "%s has no sheet %q, but: %s", f.name, name, strings.Join(names, ", ")), book.Close())
	}
	s = &sheet{name: f.name, sheet: name, book: book}
	if props, err := book.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		s.from1904 = *props.Date1904
	}
	if s.rows, err = book.Rows(name); err != nil {
		return nil, errors.Join(damaged(f.name, err), book.Close())
	}
	return s, nil
}

// caught makes an error of a panic in the library: the file is a stranger's.
func caught(err *error, name string) {
	if p := recover(); p != nil {
		*err = damaged(name, fmt.Errorf("the reader of workbooks: %v", p))
	}
}

func (s *sheet) next() (r row, err error) {
	defer caught(&err, s.name)
	if !s.rows.Next() {
		return row{}, io.EOF
	}
	if s.line++; s.line > maxSheet {
		return row{}, tooLarge()
	}
	cells, err := s.rows.Columns(excelize.Options{RawCellValue: true})
	if err != nil {
		return row{line: s.line, fault: ledger.Refuse(ledger.Invalid, "row-unreadable", "", "这一行无法读取", "the row cannot be read")}, nil
	}
	return newRow(s.line, cells), nil
}

func (s *sheet) close() error { return errors.Join(s.rows.Close(), s.book.Close()) }
