package chart

// weaves are the lines of each class's texture: what is drawn over its colour in the
// colour of the paper. Spent is plain.
var weaves = [len(names)]string{
	In:      `width="12" height="6"><path class="weave" d="M0 3q3-2.4 6 0t6 0"/>`,
	Transit: `width="6" height="6"><path class="weave" d="M-1 1l2-2M0 6l6-6M5 7l2-2"/>`,
	Wrong:   `width="5" height="5"><path class="weave" d="M0 0l5 5M5 0l-5 5"/>`,
	Muted:   `width="5" height="5"><path class="weave" d="M1 1.5h1M3.5 4h1"/>`,
}

// texture covers a shape, whose place the caller writes, with the lines of its class.
func (s *sheet) texture(c Class, place func(), shape string) {
	if c = c.known(); weaves[c] == "" {
		return
	}
	s.textures[c] = true
	s.raw("<").raw(shape).raw(` class="texture" fill="url(#`).raw(s.id).raw("-").raw(names[c]).raw(`)"`)
	place()
	s.raw("/>")
}

// shade writes the fill of a band that runs from one class to another.
func (s *sheet) shade(from, to Class) {
	from, to = from.known(), to.known()
	s.shades[from][to] = true
	s.raw(` fill="url(#`).raw(s.id).raw("-").raw(names[from]).raw("-").raw(names[to]).raw(`)"`)
}

// defs writes the textures and shades that the drawing uses.
func (s *sheet) defs() {
	s.raw("<defs>")
	empty := len(s.b)
	for c, used := range s.textures {
		if used {
			s.raw(`<pattern id="`).raw(s.id).raw("-").raw(names[c]).raw(`" patternUnits="userSpaceOnUse" `).raw(weaves[c]).raw(`</pattern>`)
		}
	}
	for from := range s.shades {
		for to, used := range s.shades[from] {
			if used {
				s.gradient(Class(from), Class(to))
			}
		}
	}
	if len(s.b) == empty {
		s.b = s.b[:empty-len("<defs>")]
		return
	}
	s.raw("</defs>")
}

// gradient goes the way of the bands: to the right, or down on a phone.
func (s *sheet) gradient(from, to Class) {
	s.raw(`<linearGradient id="`).raw(s.id).raw("-").raw(names[from]).raw("-").raw(names[to]).raw(`"`)
	if s.down {
		s.raw(` x2="0" y2="1"`)
	}
	s.raw(`><stop offset=".15" class="`).raw(names[from]).raw(`"/><stop offset=".85" class="`).raw(names[to]).raw(`"/></linearGradient>`)
}
