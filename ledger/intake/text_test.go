package intake

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"mingzhang/ledger"
)

// readAll reads a file made of bytes to its end.
func readAll(t testing.TB, content []byte, encodingName string, l Layout) ([]row, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list")
	must(t, os.WriteFile(path, content, 0o600))
	f, err := examine(path, encodingName)
	if err != nil {
		return nil, err
	}
	r, err := f.rows(l)
	if err != nil {
		return nil, err
	}
	defer r.close()
	return drain(r)
}

// drain reads all rows.
func drain(r rows) (all []row, err error) {
	for {
		row, err := r.next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, row)
	}
}

// cellsOf writes rows for a comparison: cells by bars, a fault as its code.
func cellsOf(all []row) string {
	var out []string
	for _, r := range all {
		var why *ledger.Error
		text := strings.Join(r.cells, "|")
		if errors.As(r.fault, &why) {
			text = "!" + why.Code
		}
		out = append(out, fmt.Sprintf("%d:%s", r.line, text))
	}
	return strings.Join(out, " ")
}

func TestText(t *testing.T) {
	wide := strings.Repeat("x,", maxColumns) + "x"
	for _, c := range []struct{ name, content, want string }{
		{"comma", "a,b\n1,2\n", "1:a|b 2:1|2"},
		{"semicolon", "a;b\n1,5;2\n", "1:a|b 2:1,5|2"},
		{"tab", "a\tb\n1,000\t2\n", "1:a|b 2:1,000|2"},
		{"bar", "a|b\n1|2\n", "1:a|b 2:1|2"},
		{"title before", "某银行交易明细\na;b;c\n1;2;3\n", "1:某银行交易明细 2:a|b|c 3:1|2|3"},
		{"carriage returns", "a,b\r\n1,2\r\n", "1:a|b 2:1|2"},
		{"no end of line", "a,b\n1,2", "1:a|b 2:1|2"},
		{"byte order mark", "\uFEFFa,b\n", "1:a|b"},
		{"quoted", "a,b\n\"1,000\",\"say \"\"x\"\"\"\n", "1:a|b 2:1,000|say \"x\""},
		{"lines in a cell", "a,b\n\"1\n2\",3\nx,y\n", "1:a|b 2:1\n2|3 4:x|y"},
		{"space before a quotation mark", "a, \"b\"\n", "1:a|b"},
		{"blank lines", "a,b\n\n,,\n1,2\n", "1:a|b 3: 4:1|2"},
		{"bare quotation mark", "a,b\n张\"三,1\nx,y\n", "1:a|b 2:!row-unreadable 3:x|y"},
		{"quotation mark not closed", "a,b\n\"张三,1\nx,y\n", "1:a|b 2:!row-unreadable"},
		{"too many columns", "a\n" + wide + "\nb\n", "1:a 2:!row-too-wide 3:b"},
		{"NUL", "a,b\n1\x00,2\n", "1:a|b 2:1\x00|2"},
		{"damaged UTF-8", "姓名姓名姓名姓名,b\n张\xe4\xb8,2\n李,3\n", "1:姓名姓名姓名姓名|b 2:!text-undecodable 3:李|3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			all, err := readAll(t, []byte(c.content), "", Layout{})
			if got := cellsOf(all); err != nil || got != c.want {
				t.Errorf("got %q and %v, want %q", got, err, c.want)
			}
		})
	}
}

func TestTextEndless(t *testing.T) {
	all, err := readAll(t, []byte("a,b\n1,2\n\""+strings.Repeat("x\n", maxRow)), "", Layout{})
	if !isCode(err, "row-endless") || cellsOf(all) != "1:a|b 2:1|2" {
		t.Errorf("got %q and %v", cellsOf(all), err)
	}
}

func TestEncodings(t *testing.T) {
	const content = "日期,金额,捐赠人\n2020-01-22,1.00,彭*\n2020-01-23,2.00,欧阳某某\n"
	const want = "1:日期|金额|捐赠人 2:2020-01-22|1.00|彭* 3:2020-01-23|2.00|欧阳某某"
	utf16 := func(o unicode.Endianness, b unicode.BOMPolicy) encoding.Encoding { return unicode.UTF16(o, b) }
	for _, c := range []struct {
		name     string
		encoding encoding.Encoding
	}{
		{"UTF-8", unicode.UTF8},
		{"UTF-8 with mark", unicode.UTF8BOM},
		{"GB18030", simplifiedchinese.GB18030},
		{"GBK", simplifiedchinese.GBK},
		{"UTF-16LE with mark", utf16(unicode.LittleEndian, unicode.UseBOM)},
		{"UTF-16BE with mark", utf16(unicode.BigEndian, unicode.UseBOM)},
		{"UTF-16LE", utf16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"UTF-16BE", utf16(unicode.BigEndian, unicode.IgnoreBOM)},
	} {
		t.Run(c.name, func(t *testing.T) {
			encoded, err := c.encoding.NewEncoder().Bytes([]byte(content))
			must(t, err)
			for form, bytes := range map[string][]byte{"plain": encoded, "packed": packed(t, encoded)} {
				all, err := readAll(t, bytes, "", Layout{})
				if got := cellsOf(all); err != nil || got != want {
					t.Errorf("%s: got %q and %v", form, got, err)
				}
			}
		})
	}
	encoded, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(content))
	must(t, err)
	if all, err := readAll(t, encoded, "gbk", Layout{}); err != nil || cellsOf(all) != want {
		t.Errorf("by name: got %q and %v", cellsOf(all), err)
	}
	if _, err := readAll(t, encoded, "klingon", Layout{}); !isCode(err, "encoding-unknown") {
		t.Errorf("an unknown name: %v", err)
	}
}

func packed(t testing.TB, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write(content)
	must(t, errors.Join(err, z.Close()))
	return out.Bytes()
}

func TestExamineRefuses(t *testing.T) {
	noise := make([]byte, 4096)
	for i := range noise {
		noise[i] = byte(i*i>>3) | 0x80
	}
	for _, c := range []struct {
		name    string
		content []byte
		code    string
	}{
		{"empty", nil, "file-empty"},
		{"old Excel", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "file-format"},
		{"PDF", []byte("%PDF-1.7\n"), "file-format"},
		{"a web page called .xls", []byte("\n<HTML><table>"), "file-format"},
		{"noise", noise, "encoding-unclear"},
		{"bomb", bytes.Repeat(packed(t, make([]byte, 1<<20)), 17), "file-bomb"}, // parts of a packed file are one
		{"no workbook", []byte("PK\x03\x04 and nothing"), "file-damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := readAll(t, c.content, "", Layout{}); !isCode(err, c.code) {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
	cut := packed(t, bytes.Repeat([]byte("2020-01-22,1.00\n"), 1000))
	if _, err := readAll(t, cut[:len(cut)/2], "", Layout{}); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a packed file that was cut off: %v", err)
	}
}

// TestDigest: the digest is of the content, so that packing a list makes no new one.
func TestDigest(t *testing.T) {
	content := []byte("date,amount\n2020-01-22,1\n")
	var digests []string
	for _, bytes := range [][]byte{content, packed(t, content), append(slices.Clone(content), '\n')} {
		path := filepath.Join(t.TempDir(), "list")
		must(t, os.WriteFile(path, bytes, 0o600))
		f, err := examine(path, "")
		must(t, err)
		digests = append(digests, f.digest)
	}
	if digests[0] != digests[1] || digests[0] == digests[2] {
		t.Errorf("got %v", digests)
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\"a\nb\";c\n", "\xff\xfea\x00", "日期\t金额\n", "a,\"b\nc"} {
		f.Add([]byte(s), uint8(0))
	}
	encodings := []encoding.Encoding{unicode.UTF8, simplifiedchinese.GB18030, utf16le, utf16be}
	f.Fuzz(func(t *testing.T, content []byte, e uint8) {
		r, err := newText(io.NopCloser(bytes.NewReader(content)), encodings[int(e)%len(encodings)], "")
		if err != nil {
			t.Fatal(err)
		}
		all, err := drain(r)
		if err != nil {
			t.Fatal(err)
		}
		line := 0
		for _, r := range all {
			if r.line <= line {
				t.Fatalf("line %d comes after line %d", r.line, line)
			}
			line = r.line
			if n := len(r.cells); n > 0 && r.cells[n-1] == "" {
				t.Fatalf("line %d ends with an empty cell", r.line)
			}
		}
	})
}

func FuzzCensus(f *testing.F) {
	f.Add([]byte("日期"), uint8(2))
	f.Fuzz(func(t *testing.T, content []byte, cut uint8) {
		var whole, parts census
		whole.Write(content)
		for part := range slices.Chunk(content, int(cut)+1) {
			parts.Write(part)
		}
		if whole.wide != parts.wide || whole.broken != parts.broken || whole.nuls != parts.nuls || whole.lines != parts.lines || !bytes.Equal(whole.tail, parts.tail) {
			t.Fatalf("in one piece %+v, in parts %+v", whole, parts)
		}
	})
}
