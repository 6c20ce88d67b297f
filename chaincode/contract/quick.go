package contract

import "bytes"

// quick reads the rows that are long and often read, in the form that json.Marshal gives
// them, at a fifth of what json.Unmarshal takes. Whatever has another form is for that to
// read or refuse: false.
func quick(data []byte, v any) bool {
	s := &scan{rest: data}
	switch v := v.(type) {
	case *node:
		n := s.node()
		if s.ended() {
			*v = n
			return true
		}
	case *[]tally:
		all := s.tallies()
		if s.ended() {
			*v = all
			return true
		}
	}
	return false
}

// scan goes through a row; after what it does not expect there is nothing left.
type scan struct {
	rest   []byte
	failed bool
}

func (s *scan) ended() bool { return !s.failed && len(s.rest) == 0 }

// has passes a text, if it comes next.
func (s *scan) has(text string) bool {
	if len(s.rest) < len(text) || string(s.rest[:len(text)]) != text {
		return false
	}
	s.rest = s.rest[len(text):]
	return true
}

func (s *scan) must(text string) {
	if !s.has(text) {
		s.failed, s.rest = true, nil
	}
}

// number passes digits: up to 16, without a zero before others.
func (s *scan) number() (v int64) {
	n := 0
	for n < len(s.rest) && '0' <= s.rest[n] && s.rest[n] <= '9' {
		v = v*10 + int64(s.rest[n]-'0')
		if n++; n > 16 {
			break
		}
	}
	if n == 0 || n > 16 || n > 1 && s.rest[0] == '0' {
		s.failed, s.rest = true, nil
		return 0
	}
	s.rest = s.rest[n:]
	return v
}

func (s *scan) node() (n node) {
	s.must("{")
	if s.has(`"inner":true,`) {
		n.Inner = true
	}
	s.must(`"entries":[`)
	n.Entries = make([][2]int64, 0, bytes.Count(s.rest, []byte("[")))
	for !s.failed && !s.has("]}") {
		if len(n.Entries) > 0 {
			s.must(",")
		}
		var e [2]int64
		s.must("[")
		e[0] = s.number()
		s.must(",")
		e[1] = s.number()
		s.must("]")
		n.Entries = append(n.Entries, e)
	}
	return n
}

func (s *scan) tallies() []tally {
	s.must("[")
	all := make([]tally, 0, bytes.Count(s.rest, []byte("{")))
	for !s.failed && !s.has("]") {
		if len(all) > 0 {
			s.must(",")
		}
		var t tally
		s.must(`{"i":`)
		t.Index = s.number()
		if s.has(`,"u":`) {
			t.Undone = s.number()
		}
		if s.has(`,"d":`) {
			t.Delivered = s.number()
		}
		s.must("}")
		all = append(all, t)
	}
	return all
}
