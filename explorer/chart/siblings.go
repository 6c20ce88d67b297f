package chart

import (
	"math/bits"
	"slices"
)

// Subtree is the leaves [From, Upto) below a sibling on the way up.
type Subtree struct {
	From, Upto int64
	Left       bool // it stands to the left of the way
}

// Siblings gives the siblings on the way of leaf index up a tree of size leaves, in the
// order of an inclusion proof: from the leaf to the root (RFC 6962, 2.1.1). A leaf that
// is not in the tree has none.
func Siblings(index, size int64) (path []Subtree) {
	if index < 0 || index >= size {
		return nil
	}
	from, upto := int64(0), size
	for upto-from > 1 {
		half := int64(1) << (bits.Len64(uint64(upto-from-1)) - 1)
		if index < from+half {
			path = append(path, Subtree{from + half, upto, false})
			upto = from + half
		} else {
			path = append(path, Subtree{from, from + half, true})
			from += half
		}
	}
	slices.Reverse(path)
	return path
}
