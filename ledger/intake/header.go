package intake

import (
	"errors"
	"io"
	"slices"
	"strings"

	"mingzhang/ledger"
)

// bound is a mapping on the columns of one file.
type bound struct {
	at      [fields]int // −1 for none
	figures []figureAt
	header  []string // as it stands in the file
}

// figureAt is the place of a claimed total.
type figureAt struct {
	Figure
	at int
}

// bind finds the columns in a header. What is missing is in the refusal, a
// *headerless.
func (m *mapping) bind(header []string) (*bound, error) {
	b := &bound{header: header}
	for f := range b.at {
		b.at[f] = -1
	}
	folded := make([]string, len(header))
	for i, name := range header {
		folded[i] = fold(name)
	}
	lack := &headerless{header: header}
	for f, c := range m.columns {
		at, err := c.find(folded)
		if err != nil {
			return nil, err
		}
		b.at[f] = at
		lack.count(c, at)
	}
	for _, c := range m.figures {
		at, err := c.find(folded)
		if err != nil {
			return nil, err
		}
		b.figures = append(b.figures, figureAt{c.Figure, at})
		lack.count(c.column, at)
	}
	if len(lack.missing) > 0 {
		return nil, lack
	}
	return b, nil
}

// headerless is why a row is not the header that a mapping needs.
type headerless struct {
	header  []string
	missing []string
	found   int
}

func (h *headerless) Error() string {
	return "the row has no columns " + strings.Join(h.missing, ", ")
}

func (h *headerless) count(c column, at int) {
	switch {
	case at >= 0:
		h.found++
	case !c.optional:
		h.missing = append(h.missing, c.text)
	}
}

// refusal is what its user gets to read.
func (h *headerless) refusal(name string) error {
	slices.Sort(h.missing)
	return ledger.Refuse(ledger.Invalid, "header-missing", "columns",
		"%s 中没有这些列：%s。表头是：%.300s", "%s has no columns %s. Its header is: %.300s", name, strings.Join(h.missing, ", "), strings.Join(h.header, ", "))
}

// searched is how many rows are looked at for the header: banks put titles before it.
const searched = 30

// findHeader reads on to the header, or takes the row that the settings name. Without
// named columns there is none, and nothing is read.
func (m *mapping) findHeader(r rows, wanted int, name string) (*bound, error) {
	if !m.named() {
		return m.bind(nil)
	}
	best := &headerless{found: -1}
	for range max(searched, wanted) {
		row, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if wanted > 0 && row.line < wanted {
			continue
		}
		b, err := m.bind(row.cells)
		var lack *headerless
		if !errors.As(err, &lack) {
			return b, err
		}
		if lack.found > best.found {
			best = lack
		}
		if wanted > 0 {
			break
		}
	}
	return nil, best.refusal(name)
}
