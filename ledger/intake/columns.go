package intake

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"mingzhang/ledger"
)

// column is where a field stands, as a profile has it.
type column struct {
	names    []string // folded, one of which is in the header
	place    int      // from 1, for a column without a name
	optional bool
	text     string // as written
}

// parseColumn reads "a|b", "a?" or "#7".
func parseColumn(text string) (column, error) {
	c := column{text: text}
	s, optional := strings.CutSuffix(strings.TrimSpace(text), "?")
	c.optional = optional
	if number, ok := strings.CutPrefix(s, "#"); ok {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > maxColumns {
			return c, ledger.Refuse(ledger.Invalid, "column-unreadable", "columns", "%.40q 不是列号", "%.40q is not the number of a column", text)
		}
		c.place = n
		return c, nil
	}
	for name := range strings.SplitSeq(s, "|") {
		if name = fold(tidy(name)); name == "" {
			return c, ledger.Refuse(ledger.Invalid, "column-unreadable", "columns", "列名 %.40q 是空的", "the name of the column %.40q is empty", text)
		}
		c.names = append(c.names, name)
	}
	return c, nil
}

// find gives the place of the column in a header, from 0; −1 if it is not there. A
// name that is there twice is refused.
func (c column) find(header []string) (int, error) {
	if c.place > 0 {
		return c.place - 1, nil
	}
	for _, name := range c.names {
		at := slices.Index(header, name)
		if at < 0 {
			continue
		}
		if slices.Contains(header[at+1:], name) {
			return at, ledger.Refuse(ledger.Invalid, "column-twice", "columns",
				"有两列都叫 %q：请用 #列号 指明", "two columns are called %q: name the one by its number, as in #3", name)
		}
		return at, nil
	}
	return -1, nil
}

// mapping is the columns of a profile.
type mapping struct {
	kind    Kind
	columns map[field]column
	figures []figureColumn
}

// figureColumn is a column of claimed totals.
type figureColumn struct {
	Figure
	column
}

// mapping reads the columns of a profile and refuses one that lacks what a list of its
// kind needs.
func (p *Profile) mapping() (*mapping, error) {
	m := &mapping{kind: p.Kind, columns: map[field]column{}}
	for name, text := range p.Columns {
		if err := m.add(name, text); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(m.figures, func(a, b figureColumn) int {
		return cmp.Or(strings.Compare(a.Figure.String(), b.Figure.String()), strings.Compare(a.text, b.text))
	})
	for _, f := range kindFields[p.Kind].needed {
		if _, ok := m.columns[f]; !ok {
			return nil, ledger.Refuse(ledger.Invalid, "column-missing", "columns",
				"没有说明 %[1]s 在哪一列（--columns %[1]s=列名）", "it is not said which column has the %[1]s: --columns %[1]s=NAME", fieldNames[f])
		}
	}
	return m, nil
}

// add reads what stands in a column, or in several that make one total.
func (m *mapping) add(name, text string) (err error) {
	if figure, isFigure := ParseFigure(name); isFigure && m.kind == Claims {
		for part := range strings.SplitSeq(text, " + ") {
			c, err := parseColumn(part)
			if err != nil {
				return err
			}
			m.figures = append(m.figures, figureColumn{figure, c})
		}
		return nil
	}
	f, err := fieldOf(m.kind, name)
	if err == nil {
		m.columns[f], err = parseColumn(text)
	}
	return err
}

// named says whether any column has a name, so that the list needs a header.
func (m *mapping) named() bool {
	for _, c := range m.columns {
		if c.place == 0 {
			return true
		}
	}
	return slices.ContainsFunc(m.figures, func(c figureColumn) bool { return c.place == 0 })
}
