package chart

import (
	"math"
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestSiblings follows the example of RFC 6962, 2.1.3: a tree of seven leaves.
func TestSiblings(t *testing.T) {
	for index, want := range map[int64][]Subtree{
		0:  {{1, 2, false}, {2, 4, false}, {4, 7, false}},
		3:  {{2, 3, true}, {0, 2, true}, {4, 7, false}},
		4:  {{5, 6, false}, {6, 7, false}, {0, 4, true}},
		6:  {{4, 6, true}, {0, 4, true}},
		7:  nil,
		-1: nil,
	} {
		if got := Siblings(index, 7); !slices.Equal(got, want) {
			t.Errorf("Siblings(%d, 7) = %v, want %v", index, got, want)
		}
	}
	if got := Siblings(0, 1); len(got) != 0 {
		t.Errorf("Siblings(0, 1) = %v, want none", got)
	}
}

// TestSiblingsCover holds the way up to the tree: with each sibling the leaf's subtree
// grows on that side, until it is the whole tree; left siblings are whole subtrees.
func TestSiblingsCover(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := int64(math.Pow(2, rapid.Float64Range(0, 62).Draw(t, "size")))
		index := rapid.Int64Range(0, size-1).Draw(t, "index")
		from, upto := index, index+1
		for _, s := range Siblings(index, size) {
			switch {
			case s.Left && s.Upto == from && bits.OnesCount64(uint64(s.Upto-s.From)) == 1:
				from = s.From
			case !s.Left && s.From == upto && s.Upto > s.From:
				upto = s.Upto
			default:
				t.Fatalf("%v beside [%d, %d)", s, from, upto)
			}
		}
		if from != 0 || upto != size {
			t.Fatalf("the way ends at [%d, %d) of %d", from, upto, size)
		}
	})
}

func TestSteps(t *testing.T) {
	for _, c := range []struct {
		low, high int64
		n         int
		want      []int64
	}{
		{0, 100, 4, []int64{0, 25, 50, 75, 100}},
		{-22, 98, 5, []int64{0, 25, 50, 75}},
		{-1_000, 300, 3, []int64{-1_000, -500, 0}},
		{0, 7, 3, []int64{0, 5}},
		{0, 3, 9, []int64{0, 1, 2, 3}},
		{5, 10, 2, []int64{0, 5, 10}},
		{0, 0, 4, nil},
		{0, 9, 0, nil},
		{0, math.MaxInt64, 2, []int64{0, 5_000_000_000_000_000_000}},
	} {
		if got := Steps(c.low, c.high, c.n); !slices.Equal(got, c.want) {
			t.Errorf("Steps(%d, %d, %d) = %v, want %v", c.low, c.high, c.n, got, c.want)
		}
	}
}

func TestApportion(t *testing.T) {
	for _, c := range []struct {
		length float64
		values []float64
		want   []float64
	}{
		{10, []float64{1, 1}, []float64{5, 5}},
		{10, []float64{1e6, 1}, []float64{9, 1}},
		{10, []float64{9e6, 1, 0, 1e6}, []float64{7, 1, 1, 1}},
		{2, []float64{5, 1, 1, 1}, []float64{0.5, 0.5, 0.5, 0.5}},
		{3, nil, nil},
	} {
		got := slices.Clone(c.values)
		apportion(c.length, got, least)
		for i := range got {
			if math.Abs(got[i]-c.want[i]) > 1e-9 {
				t.Errorf("apportion(%v, %v) = %v, want %v", c.length, c.values, got, c.want)
				break
			}
		}
	}
}
