package chart

import (
	"fmt"
	"html/template"

	"rsc.io/qr"
)

// quiet is the white around a QR code, in modules (ISO/IEC 18004, 9.1).
const quiet = 4

// QR draws text as a QR code that is still read with 15 % of it damaged (level M). The
// same text gives the same code. A text too long for a code is an error.
func QR(text string) (template.HTML, error) {
	if text == "" {
		return "", nil
	}
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", fmt.Errorf("chart: QR code of %d bytes: %w", len(text), err)
	}
	side := float64(code.Size + 2*quiet)
	s := &sheet{b: make([]byte, 0, 16<<10)}
	s.raw(`<svg xmlns="http://www.w3.org/2000/svg" class="chart qr" role="img" width="`).number(side * 4).raw(`" height="`).number(side * 4)
	s.raw(`" viewBox="0 0 `).number(side).raw(" ").number(side).raw(`" shape-rendering="crispEdges"><title>`).escape(text).raw("</title>")
	s.rect("ground", 0, 0, side, side)
	s.raw(`<path d="`)
	s.modules(code)
	s.raw(`"/></svg>` + "\n")
	return markup(s), nil
}

// modules draws the runs of dark modules of each row.
func (s *sheet) modules(code *qr.Code) {
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			first := x
			for code.Black(x, y) { // nothing is black outside
				x++
			}
			if x > first {
				s.at("M", float64(first+quiet), float64(y+quiet)).at("h", float64(x-first)).raw("v1").at("h", float64(first-x)).raw("z")
			}
		}
	}
}
