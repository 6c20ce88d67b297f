package sample

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// invoice draws an invoice, keeps it and gives its hash. Anyone may see it.
func (f *filling) invoice(by *body, purpose string, amount int64) string {
	number := f.number()
	s := newSheet(420, 300)
	s.letter(number)
	s.figures(250, 28, fmt.Sprintf("%08d", number), ink, 2)
	s.figures(250, 46, f.date(f.day), ink, 2)
	s.figures(280, 236, ledger.FormatAmount(amount, 2), ink, 3)
	s.stamp(370, 50)
	return f.keep(by, s.encode(f), "image/png", fmt.Sprintf("发票 %08d %s.png", number, purpose), "")
}

// signatures keeps the list on which the recipients signed, whole for auditors and
// without their names for everybody. It gives the hash of the latter.
func (f *filling) signatures(by, recipient *body) string {
	var whole, shown [][]string
	head := []string{"序号", "签收人", "单位", "日期"}
	for i := range 3 + f.rand.IntN(6) {
		name := f.name()
		row := func(name string) []string {
			return []string{fmt.Sprint(i + 1), name, recipient.name, f.date(f.day)}
		}
		whole, shown = append(whole, row(name)), append(shown, row(mask(name)))
	}
	number := f.number()
	original := f.keep(by, table(head, whole, number), "text/csv", "", "")
	return f.keep(by, table(head, shown, number), "text/csv", fmt.Sprintf("签收单 %08d（姓名已遮盖）.csv", number), original)
}

func table(head []string, rows [][]string, number int64) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"签收单", fmt.Sprintf("第 %08d 号", number)})
	w.Write(head)
	w.WriteAll(rows) // into memory, and flushed
	return b.Bytes()
}

// keep puts a file into the store and has it recorded. One with a name is for everybody;
// original is the hash of the file that this one was made of, if it was.
func (f *filling) keep(by *body, data []byte, media, name, original string) string {
	if f.err != nil {
		return ""
	}
	e, err := f.files.Put(f.ctx, bytes.NewReader(data), media)
	if err != nil {
		f.err = fmt.Errorf("keep a file of the sample: %w", err)
		return ""
	}
	e.Public, e.Redacted = name != "", original
	f.ask(by, book.AddEvidence{Evidence: e, File: name})
	return e.Hash
}

// The colours of a drawn sheet.
var (
	paper = color.RGBA{0xfd, 0xfc, 0xf8, 0xff}
	ink   = color.RGBA{0x26, 0x23, 0x1f, 0xff}
	faint = color.RGBA{0xb9, 0xb2, 0xa6, 0xff}
	ruled = color.RGBA{0x8c, 0x4a, 0x3a, 0xff}
	seal  = color.RGBA{0xc0, 0x39, 0x2b, 0xff}
)

// sheet is a small drawing that looks like a form that somebody filled in.
type sheet struct{ *image.Paletted }

func newSheet(width, height int) sheet {
	return sheet{image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{paper, ink, faint, ruled, seal})}
}

func (s sheet) fill(x, y, width, height int, c color.Color) {
	draw.Draw(s, image.Rect(x, y, x+width, y+height), image.NewUniform(c), image.Point{}, draw.Src)
}

// letter draws the ruled form, with lines in the place of words.
func (s sheet) letter(chance int64) {
	for y := 80; y <= 270; y += 38 {
		s.fill(20, y, 380, 1, ruled)
	}
	for _, x := range []int{20, 130, 270, 399} {
		s.fill(x, 80, 1, 190, ruled)
	}
	s.fill(130, 24, 90, 9, ruled)
	s.fill(150, 40, 50, 5, ruled)
	for row := range 5 {
		s.fill(30, 96+38*row, 40+int(chance*7+int64(row)*13)%50, 6, faint)
		s.fill(140, 96+38*row, 30+int(chance*11+int64(row)*29)%90, 6, ink)
	}
}

// stamp draws the round seal of the issuer.
func (s sheet) stamp(x, y int) {
	for dy := -24; dy <= 24; dy++ {
		for dx := -24; dx <= 24; dx++ {
			if d := dx*dx + dy*dy; d <= 24*24 && d >= 21*21 || d <= 6*6 {
				s.Set(x+dx, y+dy, seal)
			}
		}
	}
}

// digits are the figures 0 to 9, the point and the hyphen, three by five dots each, the
// top row in the highest bits.
var digits = map[rune]uint16{
	'0': 0b111_101_101_101_111, '1': 0b010_110_010_010_111, '2': 0b111_001_111_100_111, '3': 0b111_001_111_001_111,
	'4': 0b101_101_111_001_001, '5': 0b111_100_111_001_111, '6': 0b111_100_111_101_111, '7': 0b111_001_010_010_010,
	'8': 0b111_101_111_101_111, '9': 0b111_101_111_001_111, '.': 0b000_000_000_000_010, '-': 0b000_000_111_000_000,
}

// figures writes digits, each dot as wide as scale.
func (s sheet) figures(x, y int, text string, c color.Color, scale int) {
	for i, r := range text {
		for dot := range 15 {
			if digits[r]>>(14-dot)&1 == 1 {
				s.fill(x+(i*4+dot%3)*scale, y+dot/3*scale, scale, scale, c)
			}
		}
	}
}

func (s sheet) encode(f *filling) []byte {
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, s); err != nil && f.err == nil {
		f.err = fmt.Errorf("draw a paper of the sample: %w", err)
	}
	return b.Bytes()
}
