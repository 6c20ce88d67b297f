package local

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"mingzhang/ledger"
)

// segment is a file of blocks, named by the number of its first one.
type segment struct {
	path  string
	first int64
}

// segments lists a folder's files of blocks in their order.
func segments(dir string) ([]segment, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var all []segment
	for _, e := range entries {
		digits, ok := strings.CutSuffix(e.Name(), ".blocks")
		first, err := strconv.ParseInt(digits, 10, 64)
		if !ok || err != nil || segmentName(first) != e.Name() {
			continue
		}
		all = append(all, segment{filepath.Join(dir, e.Name()), first})
	}
	slices.SortFunc(all, func(a, b segment) int { return int(a.first - b.first) })
	return all, err
}

func segmentName(first int64) string { return fmt.Sprintf("%016d.blocks", first) }

// place is a block and where it stands. The place behind the last block has none, and
// end tells whether bytes follow it that are no whole block.
type place struct {
	*block
	segment segment
	at      int64 // of its first byte in the segment
	torn    bool  // the rest of the segment is a block that was never finished
}

// walk goes through the blocks of a folder from a number on, in order, and checks each:
// its form, number, signatures, and what it says of the one before. Only the first one
// given is not held against the one before, unless it is block 0. At the end it gives
// the place behind the last block.
func walk(ctx context.Context, dir string, from int64) iter.Seq2[place, error] {
	return func(yield func(place, error) bool) {
		all, err := segments(dir)
		if err != nil || len(all) == 0 {
			yield(place{}, err)
			return
		}
		w := &walker{ctx: ctx, from: from}
		if err := w.begin(all); err != nil {
			yield(place{}, err)
			return
		}
		i := 0
		for i+1 < len(all) && all[i+1].first <= from {
			i++
		}
		w.next = all[i].first
		for ; i < len(all); i++ {
			if !w.segment(all[i], i == len(all)-1, yield) {
				return
			}
		}
	}
}

type walker struct {
	ctx     context.Context
	from    int64
	members members
	next    int64 // number of the next block
	prev    hash
	chained bool // prev is that of the block before
}

// begin reads who signs, from the first block.
func (w *walker) begin(all []segment) error {
	if all[0].first != 0 {
		return missing(0)
	}
	f, err := os.Open(all[0].path)
	if err != nil {
		return err
	}
	defer f.Close()
	data, _, err := readFrame(bufio.NewReader(f), 0)
	if err != nil || data == nil {
		return err // an unfinished first block has nothing behind it
	}
	b, ok := parseBlock(data)
	if !ok {
		return damaged(0)
	}
	w.members, err = membersOf(b)
	return err
}

// segment goes through one file; false ends the walk.
func (w *walker) segment(s segment, last bool, yield func(place, error) bool) bool {
	f, err := os.Open(s.path)
	if err != nil {
		return yield(place{}, err) && false
	}
	defer f.Close()
	if s.first != w.next {
		return yield(place{}, missing(w.next)) && false
	}
	r := bufio.NewReaderSize(f, 1<<20)
	for at := int64(0); ; {
		if err := w.ctx.Err(); err != nil {
			return yield(place{}, err) && false
		}
		data, torn, err := readFrame(r, at)
		if err == nil && data == nil && (!last && torn || !last && w.next == s.first) {
			err = damaged(w.next)
		}
		if err == nil && data == nil {
			return !last || yield(place{segment: s, at: at, torn: torn}, nil) && false
		}
		if err == nil && w.next < w.from {
			w.next++
			at += int64(len(data))
			continue
		}
		var b *block
		if err == nil {
			b, err = w.check(data)
		}
		if err != nil && last && unwritten(data, at) {
			if _, more := r.Peek(1); more == io.EOF {
				return yield(place{segment: s, at: at, torn: true}, nil) && false
			}
		}
		if !yield(place{block: b, segment: s, at: at}, err) || err != nil {
			return false
		}
		at += int64(len(data))
	}
}

// check takes a block in its place.
func (w *walker) check(data []byte) (*block, error) {
	b, ok := parseBlock(data)
	if !ok {
		return nil, damaged(w.next)
	}
	if b.number != w.next || (w.chained || b.number == 0) && b.prev != w.prev {
		return nil, ledger.Refuse(ledger.Corrupt, "block-misplaced", "", "第 %[2]d 号区块的位置上是别的区块（自称第 %[1]d 号）", "in the place of block %[2]d stands another (it says %[1]d)", b.number, w.next)
	}
	if w.members.node == nil {
		return nil, damaged(b.number)
	}
	if err := w.members.check(b); err != nil {
		return nil, err
	}
	w.next, w.prev, w.chained = b.number+1, b.hash(), true
	return b, nil
}

// readFrame reads the bytes of the next block. None are left, or a part of one is
// (torn), where data is nil. A header that is there and wrong is an error.
func readFrame(r *bufio.Reader, at int64) (data []byte, torn bool, err error) {
	head, err := r.Peek(headerLen)
	if err == io.EOF {
		return nil, len(head) > 0, nil
	}
	if err != nil {
		return nil, false, err
	}
	number, length, ok := readHeader(head)
	if !ok {
		rest, err := io.ReadAll(io.LimitReader(r, maxBody))
		if err == nil && !allZero(rest) && !unwritten(rest, at) {
			err = damaged(number)
		}
		return nil, true, err
	}
	data = make([]byte, length)
	if _, err := io.ReadFull(r, data); err == io.ErrUnexpectedEOF {
		return nil, true, nil
	} else if err != nil {
		return nil, false, err
	}
	return data, false, nil
}

// allZero: a file that was made longer, and the plug pulled before the bytes came.
func allZero(data []byte) bool {
	return !slices.ContainsFunc(data, func(b byte) bool { return b != 0 })
}

func missing(number int64) error {
	return ledger.Refuse(ledger.Corrupt, "block-missing", "", "缺少第 %d 号区块", "block %d is missing", number)
}
