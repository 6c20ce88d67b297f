package chart

import (
	"errors"
	"fmt"
	"html/template"
	"sync"

	"rsc.io/qr/coding"
)

// quiet is the white around a QR code, in modules (ISO/IEC 18004, 9.1).
const quiet = 4

// QR draws text as a QR code that is still read with 15 % of it damaged (level M). The
// same text gives the same code. A text too long for a code is an error.
func QR(text string) (template.HTML, error) {
	if text == "" {
		return "", nil
	}
	code, err := encode(text)
	if err != nil {
		return "", fmt.Errorf("chart: QR code of %d bytes: %w", len(text), err)
	}
	side := float64(code.Size + 2*quiet)
	s := newSheet(Head{}, side*4)
	s.raw(`<svg xmlns="http://www.w3.org/2000/svg" class="chart qr" role="img" width="`).number(side * 4).raw(`" height="`).number(side * 4)
	s.raw(`" viewBox="0 0 `).number(side).raw(" ").number(side).raw(`" shape-rendering="crispEdges"><title>`).escape(text).raw("</title>")
	s.rect("ground", 0, 0, side, side)
	s.raw(`<path d="`)
	s.modules(code)
	s.raw(`"/></svg>` + "\n")
	return markup(s), nil
}

// encode makes the code of a text as rsc.io/qr makes it, but for the plan, which is most of
// the work and the same for all codes of a size.
func encode(text string) (*coding.Code, error) {
	content := content(text)
	for v := coding.Version(coding.MinVersion); v <= coding.MaxVersion; v++ {
		if content.Bits(v) <= v.DataBytes(coding.M)*8 {
			plan, err := plans[v]()
			if err != nil {
				return nil, err
			}
			return plan.Encode(content)
		}
	}
	return nil, errors.New("text too long to encode as QR")
}

// content gives the mode that needs the least room.
func content(text string) coding.Encoding {
	for _, c := range []coding.Encoding{coding.Num(text), coding.Alpha(text)} {
		if c.Check() == nil {
			return c
		}
	}
	return coding.String(text)
}

// plans say of each version where its codes have their modules. They are made when
// somebody first needs them.
var plans = func() (all [coding.MaxVersion + 1]func() (*coding.Plan, error)) {
	for v := coding.Version(coding.MinVersion); v <= coding.MaxVersion; v++ {
		all[v] = sync.OnceValues(func() (*coding.Plan, error) { return coding.NewPlan(v, coding.M, 0) })
	}
	return all
}()

// modules draws the runs of dark modules of each row.
func (s *sheet) modules(code *coding.Code) {
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			first := x
			for code.Black(x, y) { // nothing is black outside
				x++
			}
			if x > first {
				s.raw("M").whole(first + quiet).raw(" ").whole(y + quiet).raw("h").whole(x - first).raw("v1h").whole(first - x).raw("z")
			}
		}
	}
}
