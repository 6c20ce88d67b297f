package chart

// basin draws money that is held: water in a pool, with its face in waves. The pool is
// as deep as the money; h is its depth.
func (s *sheet) basin(x, y, w, h float64, c Class) {
	wave := min(h/3, 2.5)
	round := min(h/2, 10)
	shape := func() {
		s.raw(` d="`).at("M", x, y)
		for i := range 4 {
			step := w / 4
			from := x + float64(i)*step
			s.at("Q", from+step/4, y-wave, from+step/2, y)
			s.at("Q", from+3*step/4, y+wave, from+step, y)
		}
		s.at("V", y+h-round).at("Q", x+w, y+h, x+w-round, y+h).at("H", x).raw(`Z"`)
	}
	s.raw(`<path class="basin `).raw(c.String()).raw(`"`)
	shape()
	s.raw("/>")
	s.texture(In, shape, "path")
}
