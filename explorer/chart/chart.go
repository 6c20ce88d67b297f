// Package chart draws the pictures of the public pages as SVG, on the server: small
// structs in, markup out. It knows nothing of books, languages or number formats:
// callers give values for the geometry, and labels, formatted amounts and links for
// the reader.
//
// Every picture is a struct with a method SVG. It gives two drawings, one for a wide
// screen and paper and one for a phone, of which the page's stylesheet shows one; or a
// single one where that is legible everywhere. A picture of nothing is empty and no
// error, so that a template can ask {{with}}. Labels, titles and links are escaped; a
// link that is not a plain web or page address is left out. A picture with links is a
// group to those who have it read out, one without is an image.
//
// There is no script and no style in the markup. Colours come from classes; font sizes
// are attributes, because the letters were measured in them. The classes:
//
//	chart wide narrow             a drawing, and which of two it is
//	in transit out wrong mute     what a shape means, see Class
//	bar stem ribbon thin basin    what has an extent: bars, what runs on below them, bands, pools of water
//	leader rule zero gap          lines: to a label, of an axis, at nought, where something is left out
//	outline goal curve dot        a budget, a target, a line over time, its points
//	way sibling crown             the tree: the way up, what stands beside it, leaf and root
//	sealed frame stamped          the seal, its frame and its word
//	texture weave                 what lies over a colour, and the lines of it
//	caption sum aside heading     text: labels, amounts, smaller words, names of rows
//	halo                          text and lines with paper around them
//	qr ground                     a QR code, and the white beneath it
//
// Meaning never hangs on colour alone: what is held has the lines of water, what is with
// a partner is hatched, what is spent is plain, what is wrong is cross-hatched, what was
// given back or stands for others is dotted.
package chart

import "html/template"

// Class is what a shape means. The same meaning has the same colour and the same texture
// in every picture.
type Class uint8

const (
	Plain   Class = iota // no meaning of its own: a band takes the colours of its ends, all else is Muted
	In                   // what came in and is held
	Transit              // with a partner, on its way
	Out                  // spent
	Wrong                // breach, overrun
	Muted                // given back, others
)

// names are the classes in the markup. Muted is "mute" there, because a page has other
// uses for a class "muted".
var names = [...]string{"mute", "in", "transit", "out", "wrong", "mute"}

// known gives the class, or Muted for a number that is none.
func (c Class) known() Class {
	if c == Plain || int(c) >= len(names) {
		return Muted
	}
	return c
}

func (c Class) String() string { return names[c.known()] }

// Head names a picture to those who see it and to those who have it read out.
type Head struct {
	ID    string // begins every id in the picture; unique on its page; letters, digits and hyphens
	Title string // what the picture shows, as a sentence
	Desc  string // what a listener needs besides; "" is nothing
}

// The widths of the two drawings. One unit is one CSS pixel at full size.
const (
	wide   = 880.0
	narrow = 340.0
)

// both draws a picture for a wide screen and for a phone.
func both(draw func(width float64) (*sheet, error)) (template.HTML, error) {
	w, err := draw(wide)
	if err != nil {
		return "", err
	}
	n, err := draw(narrow)
	if err != nil {
		return "", err
	}
	return markup(w, n), nil
}
