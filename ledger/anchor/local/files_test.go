package local

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

func errorsIs(err, target error) bool { return errors.Is(err, target) }

// TestReopen: what was answered is there after each start, with and without the state.
func TestReopen(t *testing.T) {
	defer func(n int64) { segmentBytes = n }(segmentBytes)
	segmentBytes = 3000
	dir, l, s := begun(t, 20)
	must(t, l.Close())
	for _, lost := range []bool{false, true} {
		if lost {
			must(t, os.Remove(filepath.Join(dir, "state.db")))
		}
		l = open(t, dir)
		head, err := l.Head(ctx)
		must(t, err)
		if head.Size != s.size || head.Root != s.edge.Root() {
			t.Fatalf("the head is %d %s, want %d %s", head.Size, head.Root, s.size, s.edge.Root())
		}
		for i, data := range s.records {
			if leaf, err := l.Leaf(ctx, int64(i)); err != nil || leaf.Leaf != record.Hash(data) {
				t.Fatalf("leaf %d: %v %v", i, leaf, err)
			}
		}
		s.anchor(l, 2)
		must(t, l.Close())
	}
	files, err := segments(filepath.Join(dir, "blocks"))
	must(t, err)
	if n, err := readAll(dir); err != nil || n != 25 || len(files) < 4 {
		t.Errorf("%d blocks in %d files, %v", n, len(files), err)
	}
	for from := range int64(25) {
		next := from
		for b, err := range Reader(dir).Blocks(ctx, from) {
			if must(t, err); b.Number != next {
				t.Fatalf("from %d on: block %d, want %d", from, b.Number, next)
			}
			next++
		}
		if next != 25 {
			t.Fatalf("from %d on there are blocks up to %d", from, next)
		}
	}
}

// TestEveryByte: a changed byte anywhere in the blocks is refused by who reads them,
// and by a start that makes the state again. One in the last block is refused by every
// start.
func TestEveryByte(t *testing.T) {
	t.Parallel()
	dir, l, _ := begun(t, 1)
	last := l.size - int64(len(blockAt(t, dir, 3)))
	must(t, l.Close())
	file := filepath.Join("blocks", segmentName(0))
	whole, err := os.ReadFile(filepath.Join(dir, file))
	must(t, err)
	without, with := copyDir(t, dir, false), copyDir(t, dir, true)
	for i := range whole {
		for _, bit := range []byte{1 << (i % 8)} {
			bad := bytes.Clone(whole)
			bad[i] ^= bit
			must(t, os.WriteFile(filepath.Join(without, file), bad, 0o600))
			if n, err := readAll(without); ledger.KindOf(err) != ledger.Corrupt {
				t.Fatalf("byte %d changed, and %d blocks are read: %v", i, n, err)
			}
			if int64(i) >= last && i%31 == 0 {
				must(t, os.WriteFile(filepath.Join(with, file), bad, 0o600))
				wantRefused(t, with, i)
			} else if i%97 == 0 {
				os.Remove(filepath.Join(without, "state.db"))
				wantRefused(t, without, i)
			}
		}
	}
}

func wantRefused(t *testing.T, dir string, at int) {
	t.Helper()
	l, err := Open(ctx, dir, Config{Origin: origin, Log: quiet})
	if err == nil {
		l.Close()
	}
	if kind := ledger.KindOf(err); kind != ledger.Corrupt && kind != ledger.Conflict {
		t.Fatalf("byte %d changed: the ledger opens: %v", at, err)
	}
}

func blockAt(t *testing.T, dir string, number int64) []byte {
	for b, err := range Reader(dir).Blocks(ctx, number) {
		must(t, err)
		return b.Bytes
	}
	t.Fatalf("there is no block %d", number)
	return nil
}

// TestEveryLength: a file that ends anywhere is what a killed program leaves. The whole
// blocks are there, the next block takes the place of the cut one, and a state that
// has seen more is not passed over.
func TestEveryLength(t *testing.T) {
	t.Parallel()
	dir, l, s := begun(t, 2)
	must(t, l.Close())
	file := filepath.Join("blocks", segmentName(0))
	whole, err := os.ReadFile(filepath.Join(dir, file))
	must(t, err)
	var ends []int // of blocks
	for b, err := range Reader(dir).Blocks(ctx, 0) {
		must(t, err)
		before := 0
		if len(ends) > 0 {
			before = ends[len(ends)-1]
		}
		ends = append(ends, before+len(b.Bytes))
	}
	ahead := copyDir(t, dir, true)
	torn := copyDir(t, dir, false)
	for length := range whole {
		must(t, os.WriteFile(filepath.Join(torn, file), whole[:length], 0o600))
		if length%29 == 0 || slices.Contains(ends, length) || slices.Contains(ends, length-1) {
			os.Remove(filepath.Join(torn, "state.db"))
			wantBlocks(t, torn, length, ends, s)
			must(t, os.WriteFile(filepath.Join(ahead, file), whole[:length], 0o600))
			wantRefused(t, ahead, length)
			continue
		}
		if n, err := readAll(torn); err != nil || n != wholeBlocks(ends, length) {
			t.Fatalf("cut at %d: a reader finds %d blocks (%v)", length, n, err)
		}
	}
}

// TestUnwritten: after a pulled plug the file may have its length, but not all of its
// sectors: those of the last block that never came are zeros.
func TestUnwritten(t *testing.T) {
	dir, l, s := begun(t, 2)
	s.anchor(l, 30)
	end, block := int(l.size), len(blockAt(t, dir, 5))
	must(t, l.Close())
	file := filepath.Join("blocks", segmentName(0))
	whole, err := os.ReadFile(filepath.Join(dir, file))
	must(t, err)
	torn := copyDir(t, dir, false)
	for at := (end - block + 511) / 512 * 512; at+512 < end; at += 512 {
		for _, n := range []int{512, end - at} {
			bad := bytes.Clone(whole)
			clear(bad[at : at+n])
			must(t, os.WriteFile(filepath.Join(torn, file), bad, 0o600))
			os.Remove(filepath.Join(torn, "state.db"))
			wantBlocks(t, torn, end-1, []int{1, 2, 3, 4, 5, end}, s)
		}
	}
	longer := append(bytes.Clone(whole), make([]byte, 3000)...)
	must(t, os.WriteFile(filepath.Join(torn, file), longer, 0o600))
	wantBlocks(t, torn, end, []int{1, 2, 3, 4, 5, end}, s)
}

func wantBlocks(t *testing.T, dir string, length int, ends []int, s *scribe) {
	t.Helper()
	want := wholeBlocks(ends, length)
	if n, err := readAll(dir); err != nil || n != want {
		t.Fatalf("cut at %d: a reader finds %d blocks, want %d (%v)", length, n, want, err)
	}
	l, err := Open(ctx, dir, Config{Origin: origin, Log: quiet})
	if err != nil {
		t.Fatalf("cut at %d: %v", length, err)
	}
	defer l.Close()
	must(t, l.Register(ctx, s.key))
	if n, err := readAll(dir); err != nil || n != max(want, 3) {
		t.Fatalf("cut at %d: then there are %d blocks (%v)", length, n, err)
	}
}

func wholeBlocks(ends []int, length int) (n int64) {
	for _, end := range ends {
		if end <= length {
			n++
		}
	}
	return n
}

// TestSwapped: a block in another's place, a gap, a block of another chain, and files in
// another order are refused.
func TestSwapped(t *testing.T) {
	dir, l, _ := begun(t, 4)
	must(t, l.Close())
	other, m, _ := begun(t, 4)
	must(t, m.Close())
	var mine, theirs [][]byte
	for b, err := range Reader(dir).Blocks(ctx, 0) {
		must(t, err)
		mine = append(mine, b.Bytes)
	}
	for b, err := range Reader(other).Blocks(ctx, 0) {
		must(t, err)
		theirs = append(theirs, b.Bytes)
	}
	for name, blocks := range map[string][][]byte{
		"swapped":       {mine[0], mine[1], mine[2], mine[4], mine[3]},
		"a gap":         {mine[0], mine[1], mine[2], mine[4]},
		"twice":         {mine[0], mine[1], mine[1], mine[2]},
		"of another":    {mine[0], mine[1], mine[2], theirs[3]},
		"headless":      {mine[1], mine[2]},
		"begins beyond": {theirs[0], mine[1], mine[2]},
	} {
		bad := copyDir(t, dir, false)
		must(t, os.WriteFile(filepath.Join(bad, "blocks", segmentName(0)), bytes.Join(blocks, nil), 0o600))
		if n, err := readAll(bad); ledger.KindOf(err) != ledger.Corrupt {
			t.Errorf("%s: %d blocks are read: %v", name, n, err)
		}
		wantRefused(t, bad, 0)
	}
}

// TestResigned: a block that an owner of the node's key alone wrote anew is not signed by
// its member; one that both wrote anew has another hash, so the next one refuses it.
func TestResigned(t *testing.T) {
	dir, l, _ := begun(t, 3)
	must(t, l.Close())
	var blocks [][]byte
	for b, err := range Reader(dir).Blocks(ctx, 0) {
		must(t, err)
		blocks = append(blocks, b.Bytes)
	}
	for _, both := range []bool{false, true} {
		b, _ := parseBlock(bytes.Clone(blocks[3]))
		b.args[1] = bytes.Replace(b.args[1], []byte("US-EIN"), []byte("US-EIM"), 1)
		if id := b.id(); both {
			b.signature, _ = l.keys.msps[PlatformMSP].Sign(append([]byte(txDomain), id[:]...))
		}
		must(t, b.seal(l.keys.node))
		bad := copyDir(t, dir, false)
		all := [][]byte{blocks[0], blocks[1], blocks[2], b.bytes, blocks[4], blocks[5]}
		must(t, os.WriteFile(filepath.Join(bad, "blocks", segmentName(0)), bytes.Join(all, nil), 0o600))
		if n, err := readAll(bad); ledger.KindOf(err) != ledger.Corrupt || both && n != 4 || !both && n != 3 {
			t.Errorf("both keys %v: %d blocks are read: %v", both, n, err)
		}
	}
}

// TestOneProgram: a second program is told that the ledger is open, and a reader is not
// in anybody's way.
func TestOneProgram(t *testing.T) {
	dir, l, s := begun(t, 1)
	_, err := Open(ctx, dir, Config{Origin: origin})
	wantCode(t, "a second program", err, "ledger-open")
	if n, err := readAll(dir); err != nil || n != 4 {
		t.Errorf("a reader beside it: %d, %v", n, err)
	}
	s.anchor(l, 1)
}

// TestMembers: each member may do what is its own, as on Fabric.
func TestMembers(t *testing.T) {
	_, l, s := begun(t, 1)
	_, err := l.Invoke(ctx, PlatformMSP, "Freeze", "1", "令1", "调查")
	wantCode(t, "a freeze by the platform", err, "msp-forbidden")
	_, err = l.Invoke(ctx, RegulatorMSP, "Freeze", "1", "令1", "调查")
	wantCode(t, "a freeze of no project", err, "no-such-project")
	_, err = l.Invoke(ctx, "CharityMSP", "Head")
	wantCode(t, "a stranger", err, "msp-unknown")
	leaf := "o+FZV5cW4/vRQ6VshoWlp7bbeEE/U1Dz5rhm2XLKdRA="
	for _, msp := range []string{PlatformMSP, RegulatorMSP} {
		answer, err := l.Invoke(ctx, msp, "Except", "7", leaf, "误录")
		must(t, err)
		if agreed := bytes.Contains(answer, []byte(`"agreed":true`)); agreed != (msp == RegulatorMSP) {
			t.Errorf("after the word of %s: %s", msp, answer)
		}
	}
	list, err := l.Invoke(ctx, RegulatorMSP, "Exceptions")
	must(t, err)
	if !bytes.Contains(list, []byte(`"total":1`)) {
		t.Errorf("the exceptions: %s", list)
	}
	s.write(1)
	data := s.batch()
	c, err := l.Submit(ctx, data)
	must(t, err)
	again, err := l.Submit(ctx, data)
	must(t, err)
	if c.Answer.Repeated || !again.Answer.Repeated || again.Block != 0 {
		t.Errorf("first %+v, again %+v", c, again)
	}
	block := blockAt(t, l.dir, c.Block)
	if !bytes.Contains(block, s.records[len(s.records)-1]) {
		t.Error("the block does not hold the record")
	}
	done, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := l.Submit(done, data); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller who has gone: %v", err)
	}
}
