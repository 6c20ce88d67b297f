package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
)

// places finds where in a JSON text a fault is, as callers name the place: donor.name,
// budget[2].amount. Package json tells a name without its place, or a place without the
// numbers in it. It is asked only of a text that is refused.
type places struct {
	d       *json.Decoder
	offset  int64  // of a value that has the wrong type
	at      string // the place of that value
	unknown string // the first member that the type does not have
	twice   string // the first that an object has twice
}

// placesIn looks for faults in a text that is meant for a type.
func placesIn(text []byte, t reflect.Type, offset int64) *places {
	p := &places{d: json.NewDecoder(bytes.NewReader(text)), offset: offset}
	p.value("", t, 0)
	return p
}

// deepest is how deep places are told apart: no request is as deep.
const deepest = 16

// value passes a value. Of what is within it, nothing is known where t is nil.
func (p *places) value(place string, t reflect.Type, depth int) {
	from := p.d.InputOffset()
	token, err := p.d.Token()
	if err != nil {
		return
	}
	switch token {
	case json.Delim('{'):
		p.object(place, t, depth)
	case json.Delim('['):
		for i := 0; p.d.More() && err == nil; i++ {
			here := p.d.InputOffset()
			p.value(placed(place, fmt.Sprintf("[%d]", i), depth), elementOf(t), depth+1)
			err = moved(p.d, here)
		}
		p.d.Token()
	}
	if p.at == "" && from < p.offset && p.offset <= p.d.InputOffset() {
		p.at = place
	}
}

func (p *places) object(place string, t reflect.Type, depth int) {
	seen := map[string]bool{}
	for p.d.More() {
		token, err := p.d.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return
		}
		here := placed(place, fmt.Sprintf("%.60s", name), depth)
		of, known := memberOf(t, name)
		if !known && p.unknown == "" {
			p.unknown = here
		}
		if seen[folded(name)] && p.twice == "" {
			p.twice = here
		}
		seen[folded(name)] = true
		p.value(here, of, depth+1)
	}
	p.d.Token()
}

// moved is an error where a decoder came no further: the text ends too early.
func moved(d *json.Decoder, from int64) error {
	if d.InputOffset() == from {
		return fmt.Errorf("the text ends at %d", from)
	}
	return nil
}

// placed writes the place of a member, or of an element, of what is at a place.
func placed(place, step string, depth int) string {
	if depth >= deepest {
		return place
	}
	if place == "" || strings.HasPrefix(step, "[") {
		return place + step
	}
	return place + "." + step
}

// pointed gives what a pointer points to.
func pointed(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

func elementOf(t reflect.Type) reflect.Type {
	if t = pointed(t); t != nil && t.Kind() == reflect.Slice {
		return t.Elem()
	}
	return nil
}

// memberOf gives the type of a member of an object that is meant for a type; known is
// false where the type is one of an object and has no such member.
func memberOf(t reflect.Type, name string) (of reflect.Type, known bool) {
	if t = pointed(t); t == nil || t.Kind() != reflect.Struct {
		return nil, true
	}
	for _, f := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag == "" && !f.Anonymous {
			tag = f.Name
		}
		if f.IsExported() && tag != "" && tag != "-" && strings.EqualFold(tag, name) {
			return f.Type, true
		}
	}
	return nil, false
}

var numbered = regexp.MustCompile(`\[\d+\]`)

// misplaced gives the place of a value of the wrong type: as package json has it, with
// the numbers that it leaves out.
func misplaced(text []byte, t reflect.Type, err *json.UnmarshalTypeError) string {
	field := public(err.Field)
	if at := placesIn(text, t, err.Offset).at; strings.TrimSuffix(numbered.ReplaceAllString(at, ""), ".") == field {
		return at
	}
	return field
}
