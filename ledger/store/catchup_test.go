package store_test

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/mirror"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store"
)

// copyOut writes the log of a store as a mirror of its tiles would have it.
func copyOut(t *testing.T, s *store.Store, checkpoint []byte) string {
	t.Helper()
	dir := t.TempDir()
	head, err := s.Head(ctx)
	must(t, err)
	put := func(path string, data []byte) {
		file := filepath.Join(dir, filepath.FromSlash(path))
		must(t, os.MkdirAll(filepath.Dir(file), 0o700))
		must(t, os.WriteFile(file, data, 0o600))
	}
	for n := int64(0); n*proof.TileWidth < head.Size; n++ {
		width := int(min(head.Size-n*proof.TileWidth, proof.TileWidth))
		records, err := s.Bundle(ctx, n, width)
		must(t, err)
		var bundle []byte
		for _, r := range records {
			bundle, err = proof.AppendEntry(bundle, r)
			must(t, err)
		}
		put(proof.Tile{Level: proof.BundleLevel, Number: n, Width: width}.Path(), bundle)
	}
	put("checkpoint", checkpoint)
	return dir
}

// everyKind plays every kind of request, and enough of them for several transactions.
func everyKind(t *testing.T, b *book.Book) {
	t.Helper()
	eachKind(t, b)
	var many []book.Request
	for range 9000 {
		many = append(many, ask(gift(east, 3), ""))
	}
	_, err := b.SubmitAll(ctx, many, false)
	must(t, err)
	for range 5 {
		later.Add(1e9)
		do(t, b, pay(east, 2))
	}
}

// eachKind plays every kind of request once.
func eachKind(t *testing.T, b *book.Book) {
	t.Helper()
	found(t, b)
	g := do(t, b, gift(east, 5000))
	p := do(t, b, pay(east, 400))
	d := book.Deliver{Of: p, Amount: 100, Occurred: "2026-11-20", Recipient: &book.Party{}}
	do(t, b, book.Return{Of: p, Amount: 50, Occurred: "2026-11-20"}, d, book.Refund{Of: g, Amount: 100, Occurred: "2026-11-20"},
		book.Correct{Of: p, Field: "purpose", Old: "课桌", New: "课桌椅", Reason: "漏写"},
		book.RegisterAsset{ID: "goods/kn95-mask", Class: "goods", Name: "KN95口罩", Unit: "只"},
		book.Convert{Pool: book.PoolRef{Project: east}, From: sum("CNY", 300), To: sum("goods/kn95-mask", 100), Occurred: "2026-11-20", Basis: "发票"},
		book.FreezeProject{Project: west, Order: "令1", Reason: "调查"})
	reversed := do(t, b, gift(east, 70))
	do(t, b, book.Reverse{Of: reversed, Reason: "误录"}, book.Erase{Of: g, Seal: record.Private, Basis: "pipl-47"})
}

// TestCatchUp: a store that lost records, or all of them, gets them back from a mirror
// and is what it was, but for what the seals held; in either kind of database, whichever
// kind the lost one was.
func TestCatchUp(t *testing.T) {
	defer store.RunsOf(512)()
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		keeper := book.File(filepath.Join(t.TempDir(), "checkpoint"))
		b, err := book.Open(ctx, config(t, s, keeper))
		must(t, err)
		everyKind(t, b)
		must(t, b.Close())
		m, err := mirror.Open(copyOut(t, s, b.Checkpoint()))
		must(t, err)
		onBoth(t, func(t *testing.T, into string) {
			for had, address := range map[int]string{0: into, 20: fresh(t, into)} {
				catchUp(t, s, m, openStore(t, address), b.Checkpoint(), had)
			}
		})
	})
}

func catchUp(t *testing.T, s *store.Store, m *mirror.Mirror, restored *store.Store, published []byte, had int) {
	t.Helper()
	keeper := book.File(filepath.Join(t.TempDir(), "checkpoint"))
	must(t, keeper.Save(published))
	older := book.File(filepath.Join(t.TempDir(), "checkpoint"))
	if had > 0 { // an old backup: the same records again
		_, err := book.CatchUp(ctx, config(t, restored, older), first{m, s, had, t}, nil)
		must(t, err)
	}
	var lost int64
	done, err := book.CatchUp(ctx, config(t, restored, keeper), m, func(int64) { lost++ })
	must(t, err)
	head, err := s.Head(ctx)
	must(t, err)
	if want := (book.CaughtUp{From: int64(had), Upto: head.Size, Lost: lost}); *done != want || lost < 9000 {
		t.Errorf("from %d records on: got %+v, want %+v", had, *done, want)
	}
	again, err := restored.Head(ctx)
	must(t, err)
	if again != head {
		t.Errorf("the head is %+v, want %+v", again, head)
	}
	for _, table := range []string{"records", "takes", "tiles", "leaf_runs", "holes", "undone", "organizations", "projects", "designations", "assets", "lines", "sizes", "parties"} {
		if got, want := rowsOf(t, restored, table), rowsOf(t, s, table); got != want {
			t.Errorf("%s: got %.300s, want %.300s", table, got, want)
		}
	}
	b, err := book.Open(ctx, config(t, restored, keeper))
	must(t, err)
	do(t, b, gift(east, 1))
	must(t, b.Close())
}

// first is a source with the first records only, and a checkpoint of its own.
type first struct {
	*mirror.Mirror
	s *store.Store
	n int
	t *testing.T
}

func (f first) Checkpoint(context.Context) ([]byte, error) {
	c := config(f.t, f.s, nil)
	root, err := proof.Root(int64(f.n), f.s)
	must(f.t, err)
	return proof.Sign(proof.Checkpoint{Origin: origin, Size: int64(f.n), Root: root}, c.Signer)
}

// forged changes one record on its way.
type forged struct {
	book.Source
	at int64
}

func (f forged) Records(ctx context.Context, from int64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for data, err := range f.Source.Records(ctx, from) {
			if from == f.at {
				data = bytes.Replace(data, []byte(`"amount":`), []byte(`"amount":1`), 1)
			}
			if from++; !yield(data, err) {
				return
			}
		}
	}
}

// TestCatchUpRefused: nothing is taken on trust, and what is refused writes nothing.
func TestCatchUpRefused(t *testing.T) {
	s := openStore(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	keeper := book.File(filepath.Join(t.TempDir(), "checkpoint"))
	b, err := book.Open(ctx, config(t, s, keeper))
	must(t, err)
	everyKind(t, b)
	must(t, b.Close())
	m, err := mirror.Open(copyOut(t, s, b.Checkpoint()))
	must(t, err)
	unsigned, err := mirror.Open(copyOut(t, s, bytes.Replace(b.Checkpoint(), []byte("\n\n"), []byte("\nx\n\n"), 1)))
	must(t, err)
	short := copyOut(t, s, b.Checkpoint())
	must(t, os.Remove(filepath.Join(short, "tile", "entries", "003")))
	gone, err := mirror.Open(short)
	must(t, err)
	for _, c := range []struct {
		name string
		src  book.Source
	}{
		{"a changed record", forged{m, 10}}, {"a changed record far in", forged{m, 9000}}, {"another signature", unsigned},
		{"a source behind the published log", first{m, s, 30, t}}, {"a bundle that is not there", gone},
	} {
		restored := openStore(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
		_, err := book.CatchUp(ctx, config(t, restored, keeper), c.src, nil)
		if head, _ := restored.Head(ctx); err == nil || head.Size != 0 {
			t.Errorf("%s: got %v and %d records", c.name, err, head.Size)
		}
	}
}

func sum(asset ledger.AssetID, amount int64) ledger.Sum {
	return ledger.Sum{Asset: asset, Amount: amount}
}

// rowsOf gives all rows of a table as text, in the order of their keys.
func rowsOf(t *testing.T, s *store.Store, table string) string {
	t.Helper()
	rows, err := s.DB().Raw("SELECT * FROM " + table + " ORDER BY 1, 2").Rows()
	must(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(t, err)
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	var text strings.Builder
	for rows.Next() {
		must(t, rows.Scan(into...))
		for _, v := range values {
			switch is := v.(type) {
			case []byte:
				v = fmt.Sprintf("%x", is)
			case bool:
				v = map[bool]int{true: 1}[is]
			}
			fmt.Fprint(&text, v, " ")
		}
		text.WriteByte('\n')
	}
	return text.String()
}
