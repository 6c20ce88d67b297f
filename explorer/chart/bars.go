package chart

import "html/template"

// Bars compares amounts, or each amount with its budget.
type Bars struct {
	Head
	Rows []Bar
}

// Bar is one row of Bars. A value of nought or less has no bar, only its amount.
type Bar struct {
	Label        string
	Value        int64
	Amount       string
	Share        string // "34.5%"
	Budget       int64  // drawn as an outline; 0 is none
	BudgetAmount string
	Title        string // "" is: label, amount, share, budget
	Class        Class
	Href         string
}

// SVG draws the bars.
func (b Bars) SVG() (template.HTML, error) {
	if len(b.Rows) == 0 {
		return "", nil
	}
	return both(func(width float64) (*sheet, error) {
		if width == narrow {
			return b.stacked(), nil
		}
		return b.beside(), nil
	})
}

// most is the longest bar or outline.
func (b Bars) most() (most float64) {
	most = 1
	for _, r := range b.Rows {
		most = max(most, float64(r.Value), float64(r.Budget))
	}
	return most
}

// figures are what is written of an amount: with a budget, of how much it is.
func (r Bar) figures() string {
	if r.Budget > 0 && r.BudgetAmount != "" {
		return r.Amount + " / " + r.BudgetAmount
	}
	return r.Amount
}

// beside draws labels to the left of the bars and figures to their right.
func (b Bars) beside() *sheet {
	s := newSheet(b.Head, wide)
	label, figures, share := 0.0, 0.0, 0.0
	for _, r := range b.Rows {
		label, figures = max(label, measure(r.Label, 13)), max(figures, measure(r.figures(), 13))
		share = max(share, measure(r.Share, 13))
	}
	label, figures, share = min(label, 260), min(figures, 300), min(share, 80)
	left, room := label+12, wide-label-figures-share-40
	for i, r := range b.Rows {
		y := float64(i)*30 + 4
		closing := s.begin(r.Href, r.title()...)
		s.words("caption", 13, label, y+16, end, fit(r.Label, 13, label))
		r.draw(s, left, y, room/b.most(), 22)
		s.words("caption sum", 13, wide-share-16, y+16, end, fit(r.figures(), 13, figures))
		s.words("caption", 13, wide, y+16, end, fit(r.Share, 13, share))
		s.raw(closing)
	}
	return s.finish(float64(len(b.Rows))*30 + 4)
}

// stacked draws label and figures above each bar.
func (b Bars) stacked() *sheet {
	s := newSheet(b.Head, narrow)
	for i, r := range b.Rows {
		y := float64(i) * 44
		closing := s.begin(r.Href, r.title()...)
		b.above(s, r, y+15)
		r.draw(s, 1, y+20, (narrow-2)/b.most(), 16)
		s.raw(closing)
	}
	return s.finish(float64(len(b.Rows)) * 44)
}

// above writes label, amount and share in one line; a budget does not fit beside them,
// its outline and the share stand for it.
func (b Bars) above(s *sheet, r Bar, y float64) {
	amount, share := fit(r.Amount, 13, narrow*0.5), fit(r.Share, 13, 60)
	right := narrow
	if share != "" {
		s.words("caption", 13, narrow, y, end, share)
		right -= max(measure(share, 13), 48) + 8
	}
	s.words("caption sum", 13, right, y, end, amount)
	s.words("caption", 13, 0, y, start, fit(r.Label, 13, right-12-measure(amount, 13)))
}

func (r Bar) title() []string {
	if r.Title != "" {
		return []string{r.Title}
	}
	return []string{r.Label, r.figures(), r.Share}
}

// draw draws the bar: what is within the budget in its class, what is beyond as wrong,
// the budget as an outline.
func (r Bar) draw(s *sheet, x, y, scale, height float64) {
	value, budget := float64(r.Value)*scale, float64(r.Budget)*scale
	inset := 0.0
	if r.Budget > 0 {
		inset = 3.5
	}
	within := value
	if r.Budget > 0 {
		within = min(value, budget)
	}
	if r.Value > 0 {
		s.solid("bar", r.Class, x, y+inset, max(within, least), height-2*inset)
	}
	if r.Budget > 0 && value > budget {
		s.bar("bar", Wrong, x+budget, y+inset, max(value-budget, least), height-2*inset)
	}
	if r.Budget > 0 {
		s.rect("outline", x, y, max(budget, least), height)
	}
}
