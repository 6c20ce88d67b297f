package store_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor/anchortest"
	auditing "mingzhang/ledger/audit"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store"
)

// leafLog is a log of which every record is looked up by its hash.
type leafLog struct {
	s      *store.Store
	leaves []tlog.Hash
}

func (l *leafLog) read(t *testing.T) {
	t.Helper()
	var rows [][]byte
	must(t, l.s.DB().Raw("SELECT bytes FROM records WHERE idx >= ? ORDER BY idx", len(l.leaves)).Scan(&rows).Error)
	for _, bytes := range rows {
		l.leaves = append(l.leaves, record.Hash(bytes))
	}
}

// wantAll looks up one record in so many, where runs of 512 end and the last ones, and
// hashes that are like some for one byte and more.
func (l *leafLog) wantAll(t *testing.T, one int) {
	t.Helper()
	for i := range l.leaves {
		if i%one == 0 || i%512 < 2 || i%512 > 509 || i > len(l.leaves)-3 {
			l.want(t, int64(i))
		}
	}
	for i := 0; i < len(l.leaves); i += 191 {
		for _, changed := range []int{0, 1, 2, 3, 31} {
			other := l.leaves[i]
			other[changed] ^= 1
			wantNoLeaf(t, l.s, other)
		}
	}
}

func (l *leafLog) want(t *testing.T, index int64) {
	t.Helper()
	got, found, err := l.s.LeafIndex(ctx, l.leaves[index])
	if got != index || !found || err != nil {
		t.Fatalf("the leaf of record %d: got %d, %t, %v", index, got, found, err)
	}
}

func wantNoLeaf(t *testing.T, s *store.Store, hash tlog.Hash) {
	t.Helper()
	if got, found, err := s.LeafIndex(ctx, hash); found || err != nil {
		t.Fatalf("the hash %x, which no record has: got %d, %t, %v", hash, got, found, err)
	}
}

// growTo gives until the log has so many records.
func growTo(t *testing.T, b *book.Book, s *store.Store, size int64) {
	t.Helper()
	head, err := s.Head(ctx)
	must(t, err)
	var requests []book.Request
	for i := head.Size; i < size; i++ {
		requests = append(requests, ask(gift(east, i), ""))
	}
	_, err = b.SubmitAll(ctx, requests, true)
	must(t, err)
}

// TestLeaves: every record of a log is found by its hash, wherever runs and tiles end,
// and no other hash is.
func TestLeaves(t *testing.T) {
	defer store.RunsOf(512)()
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		l := &leafLog{s: s}
		for _, size := range []int64{6, 255, 256, 511, 512, 513, 768, 1023, 1024, 1300} {
			growTo(t, b, s, size)
			l.read(t)
			for _, index := range []int64{0, size / 2, size - 2, size - 1} {
				l.want(t, index)
			}
			wantNoLeaf(t, s, record.Hash([]byte("absent")))
		}
		l.wantAll(t, 1)
		audit(t, s)
		p := newPlain(s)
		p.read(t)
		for _, index := range []int64{0, 511, 512, 1023, 1024, 1299} {
			p.searchLeaf(t, index)
		}
		other := l.leaves[700]
		other[31] ^= 1
		wantHits(t, p, hex.EncodeToString(other[:]))
		wantHits(t, p, base64.StdEncoding.EncodeToString(other[:]))
	})
}

// TestLeavesOfFullRuns has runs as large as they are: leaves are found though a run has
// others that are like them. A transaction may end a run anywhere in it, and several.
func TestLeavesOfFullRuns(t *testing.T) {
	leaves := make([]tlog.Hash, 3*65_536+10*proof.TileWidth)
	for i := range leaves {
		leaves[i] = sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(i)))
	}
	alike := alikeInRuns(leaves)
	if len(alike) < 100 {
		t.Fatalf("only %d leaves are like others of their run", len(alike))
	}
	onBoth(t, func(t *testing.T, address string) {
		l := &leafLog{openStore(t, address), leaves}
		l.write(t, 60_001, 65_536, 70_000, len(leaves))
		l.wantRows(t)
		for _, index := range alike {
			l.want(t, index)
		}
		for _, index := range []int64{0, 1, 60_000, 65_535, 65_536, 131_071, 131_072, 196_607, 196_608, int64(len(leaves)) - 1} {
			l.want(t, index)
		}
		wantNoLeaf(t, l.s, tlog.Hash{})
		wantNoLeaf(t, l.s, tlog.Hash(bytes.Repeat([]byte{0xff}, tlog.HashSize)))
	})
}

// alikeInRuns gives the leaves that are like another of their run in what it has of them.
func alikeInRuns(leaves []tlog.Hash) (alike []int64) {
	seen := map[[4]byte]int{}
	for i, leaf := range leaves {
		key := [4]byte{byte(i / 65_536), leaf[0], leaf[1], leaf[2]}
		if other, ok := seen[key]; ok {
			alike = append(alike, int64(other), int64(i))
		}
		seen[key] = i
	}
	return alike
}

// write writes the leaves alone, in transactions that end at these sizes.
func (l *leafLog) write(t *testing.T, sizes ...int) {
	t.Helper()
	var edge proof.Edge
	for _, size := range sizes {
		tx, err := l.s.Begin(ctx)
		must(t, err)
		tiles := edge.Append(l.leaves[edge.Size():size])
		must(t, tx.Write(&book.Batch{Tiles: tiles, Head: book.Head{Size: edge.Size(), Root: edge.Root()}}))
		must(t, tx.Commit())
	}
}

// leafRows says what the runs of a log must be, from its leaves alone.
func leafRows(leaves []tlog.Hash) (rows []string) {
	n := int(store.RunLeaves())
	for run := 0; (run+1)*n <= len(leaves); run++ {
		var entries [256][]string
		for place, leaf := range leaves[run*n : (run+1)*n] {
			entries[leaf[0]] = append(entries[leaf[0]], fmt.Sprintf("%x%04x", leaf[1:3], place))
		}
		for first, list := range entries {
			slices.Sort(list)
			rows = append(rows, fmt.Sprintf("%d %s", first<<32|run, strings.Join(list, "")))
		}
	}
	return rows
}

// storedRuns gives the rows as they are.
func storedRuns(t testing.TB, s *store.Store) (all []string) {
	t.Helper()
	var rows []struct {
		Slot    int64
		Entries []byte
	}
	must(t, s.DB().Raw("SELECT slot, entries FROM leaf_runs").Scan(&rows).Error)
	for _, r := range rows {
		all = append(all, fmt.Sprintf("%d %x", r.Slot, r.Entries))
	}
	return all
}

func (l *leafLog) wantRows(t *testing.T) {
	t.Helper()
	got, want := storedRuns(t, l.s), leafRows(l.leaves)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("the runs have %d rows and should have %d, or other ones", len(got), len(want))
	}
}

// toOlder makes a database what it was before leaves had runs.
func toOlder(t *testing.T, s *store.Store) {
	t.Helper()
	must(t, s.Tamper("DROP TABLE leaf_runs", "DROP TABLE log_owner", "DROP INDEX records_moved", "DROP INDEX records_back", "DROP INDEX records_named", "DELETE FROM versions WHERE version >= 4"))
}

// leafLogOf is a log of some runs of 512 leaves, made by this program.
func leafLogOf(t *testing.T, address string, size int64) *leafLog {
	t.Helper()
	l := &leafLog{s: openStore(t, address)}
	b := openBook(t, l.s)
	found(t, b)
	growTo(t, b, l.s, size)
	must(t, b.Close())
	l.read(t)
	return l
}

// TestLeavesOfOlderDatabase: the runs of a log that an older program wrote are made when
// it is opened, by several programs at once as by one.
func TestLeavesOfOlderDatabase(t *testing.T) {
	defer store.RunsOf(512)()
	onBoth(t, func(t *testing.T, address string) {
		l := leafLogOf(t, address, 1600)
		toOlder(t, l.s)
		must(t, l.s.Close())
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				s, err := store.Open(ctx, address)
				if err == nil {
					err = s.Close()
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		l.s = openStore(t, address)
		l.wantAll(t, 23)
		b := openBook(t, l.s)
		growTo(t, b, l.s, 2100)
		audit(t, l.s)
	})
}

// TestLeavesOfOlderDump: so are those of a dump that an older program wrote.
func TestLeavesOfOlderDump(t *testing.T) {
	defer store.RunsOf(512)()
	onBoth(t, func(t *testing.T, address string) {
		l := leafLogOf(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"), 1100)
		toOlder(t, l.s)
		k := &kept{}
		must(t, l.s.Dump(ctx, k))
		s, err := store.Restore(ctx, address, reread{k})
		must(t, err)
		t.Cleanup(func() { s.Close() })
		l.s = s
		l.wantAll(t, 23)
		audit(t, s)
	})
}

// TestLeavesWithoutRuns: a record is found where a run lacks its rows, some of them or
// all, as while an older program writes beside this one; whoever completes the next run
// makes them.
func TestLeavesWithoutRuns(t *testing.T) {
	defer store.RunsOf(512)()
	onBoth(t, func(t *testing.T, address string) {
		l := leafLogOf(t, address, 1900)
		for _, lost := range []string{"slot % 256 = 1", "slot % 256 = 2", "slot >= 0"} {
			must(t, l.s.Tamper("DELETE FROM leaf_runs WHERE "+lost))
			l.wantAll(t, 23)
		}
		b := openBook(t, l.s)
		growTo(t, b, l.s, 2047)
		if rows := storedRuns(t, l.s); len(rows) > 0 {
			t.Fatalf("%d rows were written where no run was completed", len(rows))
		}
		growTo(t, b, l.s, 2048)
		audit(t, l.s)
	})
}

// TestLeavesTakenBack: a run that a refused list completed is not there, and its place
// is that of other records.
func TestLeavesTakenBack(t *testing.T) {
	defer store.RunsOf(512)()
	onBoth(t, func(t *testing.T, address string) {
		l := leafLogOf(t, address, 400)
		b := openBook(t, l.s)
		var requests []book.Request
		for i := range int64(200) {
			requests = append(requests, ask(gift(east, i+1), ""))
		}
		requests = append(requests, ask(book.Refund{Of: 10, Amount: 1, Occurred: "2026-11-20", Reason: "重复捐赠"}, ""), ask(pay(east, 1e12), ""))
		results, err := b.SubmitAll(ctx, requests, true)
		must(t, err)
		wantCode(t, "a list that spends too much", results[len(results)-1].Err, "pool-shortfall")
		if rows := storedRuns(t, l.s); len(rows) > 0 {
			t.Fatalf("%d rows are left of a refused list", len(rows))
		}
		growTo(t, b, l.s, 700)
		l.read(t)
		l.wantAll(t, 23)
		audit(t, l.s)
	})
}

// TestLeavesOfTwoBooks: of books that write by turns each completes the runs that the
// other began.
func TestLeavesOfTwoBooks(t *testing.T) {
	defer store.RunsOf(256)()
	onBoth(t, func(t *testing.T, address string) {
		l := leafLogOf(t, address, 10)
		books := []*book.Book{openBook(t, l.s), openBook(t, openStore(t, address))}
		for size := int64(110); size < 1500; size += 110 {
			growTo(t, books[size/110%2], l.s, size)
		}
		l.read(t)
		l.wantAll(t, 23)
		audit(t, l.s)
	})
}

// TestLeavesOfBrokenTiles: where a tile is not whole, its part of a run is made of the
// records, and they are found.
func TestLeavesOfBrokenTiles(t *testing.T) {
	defer store.RunsOf(512)()
	onBoth(t, func(t *testing.T, address string) {
		l := leafLogOf(t, address, 600)
		toOlder(t, l.s)
		must(t, l.s.Tamper("DELETE FROM tiles WHERE level = 0 AND number = 0", "UPDATE tiles SET hashes = substr(hashes, 1, 8160) WHERE level = 0 AND number = 1"))
		must(t, l.s.Close())
		l.s = openStore(t, address)
		l.wantRows(t)
		l.wantAll(t, 23)
	})
}

// TestAuditedRuns: an audit notices an index of leaf hashes that leads elsewhere.
func TestAuditedRuns(t *testing.T) {
	defer store.RunsOf(512)()
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		eachKind(t, b)
		var many []book.Request
		for range 1200 {
			many = append(many, ask(gift(east, 3), ""))
		}
		_, err := b.SubmitAll(ctx, many, false)
		must(t, err)
		whole := func() error {
			r, err := auditing.Log(ctx, auditing.Database{Store: s}, auditing.Trust{Origin: origin})
			if err == nil && !r.Tables {
				t.Error("the tables were not compared")
			}
			return err
		}
		must(t, whole())
		for _, c := range []string{"UPDATE leaf_runs SET slot = slot + 1000000 WHERE slot = 4294967296", "DELETE FROM leaf_runs WHERE slot = 8589934592"} {
			anchortest.Forge(t, address, c)
			if err := whole(); ledger.KindOf(err) != ledger.Corrupt || !strings.Contains(err.Error(), "leaf_runs") {
				t.Errorf("%s: got %v", c, err)
			}
			anchortest.Forge(t, address, "UPDATE leaf_runs SET slot = slot - 1000000 WHERE slot = 4295967296")
		}
	})
}
