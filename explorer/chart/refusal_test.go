package chart

import (
	"strings"
	"testing"
)

func flowOf(bands ...Band) Flow {
	return Flow{Head: Head{ID: "f", Title: "t"}, Bands: bands, Nodes: []Node{{Column: 0, Label: "甲"}, {Column: 1, Label: "乙"}, {Column: 2, Label: "丙", Lake: true}, {Column: 3, Label: "丁"}}}
}

func TestRefused(t *testing.T) {
	one := []Segment{{From: 0, Upto: 10, Label: "一"}}
	for name, p := range map[string]picture{
		"band without money":     flowOf(Band{From: 0, To: 1, Value: 0}),
		"band of less":           flowOf(Band{From: 0, To: 1, Value: -5}),
		"circle":                 flowOf(Band{From: 0, To: 1, Value: 5}, Band{From: 1, To: 0, Value: 5}),
		"band to itself":         flowOf(Band{From: 1, To: 1, Value: 5}),
		"band within a column":   Flow{Nodes: make([]Node, 2), Bands: []Band{{From: 0, To: 1, Value: 1}}},
		"band to nowhere":        flowOf(Band{From: 0, To: 4, Value: 5}),
		"band from nowhere":      flowOf(Band{From: -1, To: 1, Value: 5}),
		"band out of a lake":     flowOf(Band{From: 0, To: 2, Value: 5}, Band{From: 2, To: 3, Value: 5}),
		"empty segment":          Line{Segments: []Segment{{From: 3, Upto: 3}}},
		"segment backwards":      Line{Segments: []Segment{{From: 3, Upto: 2}}},
		"segment before nought":  Line{Segments: []Segment{{From: -1, Upto: 2}}},
		"segments overlap":       Line{Segments: []Segment{{From: 0, Upto: 5}, {From: 4, Upto: 9}}},
		"segments out of order":  Line{Segments: []Segment{{From: 5, Upto: 6}, {From: 0, Upto: 1}}},
		"row out of order":       Hops{Rows: []Row{{Segments: one}, {Segments: []Segment{{From: 5, Upto: 6}, {From: 0, Upto: 1}}}}},
		"link from the last row": Hops{Rows: []Row{{Segments: one}}, Links: []Link{{Row: 0, From: 0, Upto: 5, Into: 0, Unto: 5}}},
		"link of nothing":        Hops{Rows: []Row{{Segments: one}, {Segments: one}}, Links: []Link{{Row: 0, From: 5, Upto: 5, Into: 0, Unto: 5}}},
		"link out of the row":    Hops{Rows: []Row{{Segments: one}, {Segments: one}}, Links: []Link{{Row: 0, From: 5, Upto: 15, Into: 0, Unto: 10}}},
		"link into no segment":   Hops{Rows: []Row{{Segments: one}, {Segments: one}}, Links: []Link{{Row: 0, From: 5, Upto: 10, Into: 20, Unto: 25}}},
	} {
		t.Run(name, func(t *testing.T) {
			if markup, err := p.SVG(); err == nil || markup != "" {
				t.Errorf("got %d bytes, error %v; want an error alone", len(markup), err)
			}
		})
	}
	if markup, err := QR(strings.Repeat("9", 6000)); err == nil || markup != "" {
		t.Errorf("QR of 6,000 digits: %d bytes, %v; want an error alone", len(markup), err)
	}
}

// TestNothing draws pictures of nothing: none, and no error.
func TestNothing(t *testing.T) {
	for name, p := range map[string]picture{
		"flow": Flow{}, "flow without bands": flowOf(), "line": Line{}, "hops": Hops{}, "hops of an empty row": Hops{Rows: []Row{{Label: "甲"}}},
		"columns": Columns{}, "columns all nought": Columns{Periods: make([]Period, 12)}, "bars": Bars{}, "no target": Progress{Raised: 5}, "tree": Tree{},
	} {
		if markup, err := p.SVG(); markup != "" || err != nil {
			t.Errorf("%s: %q, %v; want nothing", name, markup, err)
		}
	}
	if markup, err := QR(""); markup != "" || err != nil {
		t.Errorf("QR: %q, %v; want nothing", markup, err)
	}
}
