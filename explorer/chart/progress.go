package chart

import "html/template"

// Progress is what was raised against the target.
type Progress struct {
	Head
	Raised, Target int64
	RaisedAmount   string
	TargetAmount   string
	Percent        string
	Small          bool // the bar alone, for a card
}

// SVG draws the progress; nothing where there is no target.
func (p Progress) SVG() (template.HTML, error) {
	if p.Target <= 0 {
		return "", nil
	}
	if p.Small {
		s := newSheet(p.Head, cardWidth)
		p.bar(s, 5, 8, cardWidth)
		return markup(s.finish(18)), nil
	}
	return both(func(width float64) (*sheet, error) { return p.draw(width), nil })
}

const cardWidth = 320.0

func (p Progress) draw(width float64) *sheet {
	s := newSheet(p.Head, width)
	percent := fit(p.Percent, 13, width*0.3)
	s.words("caption sum", 13, 0, 15, start, fit(p.RaisedAmount, 13, width-16-measure(percent, 13)))
	s.words("caption sum", 13, width, 15, end, percent)
	goal := p.bar(s, 26, 16, width)
	target := fit(p.TargetAmount, 13, width)
	half := measure(target, 13) / 2
	s.words("caption", 13, max(min(goal, width-half), half), 64, middle, target)
	return s.finish(70)
}

// bar draws the bar with the target across it, and gives where the target is. What is
// raised beyond it makes the bar longer than the way to the target.
func (p Progress) bar(s *sheet, y, height, width float64) (goal float64) {
	width -= 2
	scale := width / float64(max(p.Raised, p.Target))
	goal = 1 + float64(p.Target)*scale
	s.rect("outline", 1, y, goal-1, height)
	if p.Raised > 0 {
		within := min(float64(p.Raised), float64(p.Target)) * scale
		s.rect("bar in", 1, y, max(within, least), height)
	}
	if p.Raised > p.Target {
		s.bar("bar", In, goal, y, width+1-goal, height)
	}
	s.line("goal", goal, y-4, goal, y+height+4)
	return goal
}
