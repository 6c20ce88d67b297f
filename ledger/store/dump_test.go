package store_test

import (
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
)

// kept is a dump in memory.
type kept struct {
	version int
	head    book.Head
	tables  []store.Table
	rows    []keptRow
	next    int
	cut     int // the dump ends with an error behind so many rows; 0 for not
}

type keptRow struct {
	table int
	cells []any
}

func (k *kept) Begin(version int, head book.Head, tables []store.Table) error {
	k.version, k.head, k.tables = version, head, tables
	return nil
}

func (k *kept) Row(t *store.Table, cells []any) error {
	at := slices.IndexFunc(k.tables, func(o store.Table) bool { return o.Name == t.Name })
	row := keptRow{at, slices.Clone(cells)}
	for i, v := range row.cells {
		if b, ok := v.([]byte); ok {
			row.cells[i] = slices.Clone(b)
		}
	}
	k.rows = append(k.rows, row)
	return nil
}

// reread reads the dump from its beginning.
type reread struct{ *kept }

var errCut = errors.New("the tape is torn")

func (a reread) Begin() (int, []store.Table, error) { return a.version, a.tables, nil }

func (a reread) Row() (int, []any, error) {
	if a.cut > 0 && a.next == a.cut {
		return 0, nil, errCut
	}
	if a.next == len(a.rows) {
		return 0, nil, io.EOF
	}
	r := a.rows[a.next]
	a.next++
	return r.table, slices.Clone(r.cells), nil
}

// full is a store with rows in every table.
func full(t *testing.T, address string) *store.Store {
	t.Helper()
	s := openStore(t, address)
	b := openBook(t, s)
	eachKind(t, b)
	var many []book.Request
	for range 600 { // more than a tile holds
		many = append(many, ask(gift(east, 3), ""))
	}
	_, err := b.SubmitAll(ctx, many, false)
	must(t, err)
	keyed, err := b.Submit(ctx, ask(gift(east, 40), "once"))
	must(t, err)
	if keyed.Index == 0 {
		t.Fatal("the gift has no index")
	}
	do(t, b, book.RegisterProject{Organization: uscc(2), Name: "专项", Kind: ledger.Fund, Cause: "education", Place: "440100",
		Designations: []book.Designation{{ID: "desks", Name: "课桌", Class: ledger.Restricted}}})
	do(t, b, book.RegisterKey{ID: "w1", Use: "witness", Verifier: verifierKey})
	key := store.APIKey{ID: "k1", MAC: []byte{1, 2, 3}, Role: ledger.Platform, Label: "测试", Created: now()}
	must(t, s.AddAPIKey(ctx, key))
	must(t, s.AddPrivateRead(ctx, store.PrivateRead{At: now(), Key: "k1", Organization: 0, Index: 5, Basis: "核查"}))
	must(t, s.Claim(ctx, store.Owner{Origin: origin, Mark: []byte{7, 8}}, true))
	must(t, s.AddAnchor(ctx, store.Anchor{First: 0, Upto: 9, Anchor: proof.Anchor{Backend: "local", Block: 3, Tx: "t", Code: "VALID", Time: time.UnixMilli(1)}}))
	return s
}

// TestDump: what was dumped is restored to the last row, into the same kind of database
// and into the other, and the book goes on there.
func TestDump(t *testing.T) {
	defer store.RunsOf(256)()
	addresses := func(t *testing.T) map[string]string {
		return map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "book.db"), "postgres": pgtest.DSN(t)}
	}
	for from, address := range addresses(t) {
		s := full(t, address)
		k := &kept{}
		must(t, s.Dump(ctx, k))
		empty := map[string]bool{}
		for _, table := range k.tables {
			empty[table.Name] = true
		}
		for _, r := range k.rows {
			delete(empty, k.tables[r.table].Name)
		}
		if delete(empty, "evidence"); len(empty) > 0 {
			t.Errorf("nothing is tested of the tables %v", empty)
		}
		for to, address := range addresses(t) {
			t.Run(from+" to "+to, func(t *testing.T) { restored(t, s, k, address) })
		}
	}
}

func restored(t *testing.T, s *store.Store, k *kept, address string) {
	k.next = 0
	r, err := store.Restore(ctx, address, reread{k})
	must(t, err)
	t.Cleanup(func() { r.Close() })
	for _, table := range k.tables {
		alike := strings.NewReplacer("<nil>", "", "-", "") // SQLite keeps nothing as no bytes, PostgreSQL keys as UUIDs
		got, want := strings.Split(alike.Replace(rowsOf(t, r, table.Name)), "\n"), strings.Split(alike.Replace(rowsOf(t, s, table.Name)), "\n")
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Fatalf("%s: row %d is %.300s, want %.300s", table.Name, i, got[i], want[i])
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s has %d rows, want %d", table.Name, len(got), len(want))
		}
	}
	head, err := r.Head(ctx)
	must(t, err)
	if head != k.head {
		t.Errorf("the head is %+v, want %+v", head, k.head)
	}
	b := openBook(t, r)
	do(t, b, gift(west, 1), book.RegisterAsset{ID: "goods/new", Class: "goods", Name: "新", Unit: "件"})
	must(t, r.AddPrivateRead(ctx, store.PrivateRead{At: now(), Key: "k1", Index: 6, Basis: "再查"}))
	if _, err := store.Restore(ctx, address, reread{k}); !errors.Is(err, &ledger.Error{Code: "database-taken"}) {
		t.Errorf("into a database that is in use: got %v, want database-taken", err)
	}
}

// TestDumpMoment: a dump is of one moment, whatever is recorded meanwhile.
func TestDumpMoment(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		for i := range 50 {
			do(t, b, gift(east, int64(i+1)))
		}
		k := &kept{}
		writing := &whileDumped{kept: k, write: func() { do(t, b, gift(east, 1)) }}
		must(t, s.Dump(ctx, writing))
		counted := map[string]int{}
		for _, r := range k.rows {
			counted[k.tables[r.table].Name]++
		}
		if now, _ := s.Head(ctx); now.Size == k.head.Size || int64(counted["records"]) != k.head.Size {
			t.Errorf("the dump has %d records under a head of %d; the log went on to %d", counted["records"], k.head.Size, now.Size)
		}
		r, err := store.Restore(ctx, "sqlite:"+filepath.Join(t.TempDir(), "book.db"), reread{k})
		must(t, err)
		defer r.Close()
		checkLog(t, r)
	})
}

// whileDumped records something before every table.
type whileDumped struct {
	*kept
	last  string
	write func()
}

func (w *whileDumped) Row(t *store.Table, cells []any) error {
	if t.Name != w.last {
		w.last = t.Name
		w.write()
	}
	return w.kept.Row(t, cells)
}

// TestRestoreRefused: what cannot be restored as a whole leaves nothing.
func TestRestoreRefused(t *testing.T) {
	source := full(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	good := &kept{}
	must(t, source.Dump(ctx, good))
	onBoth(t, func(t *testing.T, address string) {
		for _, c := range []struct {
			name  string
			spoil func(k *kept)
		}{
			{"a dump of a newer program", func(k *kept) { k.version = 99 }},
			{"a dump of no version", func(k *kept) { k.version = 0 }},
			{"a table less", func(k *kept) { k.tables = k.tables[1:] }},
			{"another column", func(k *kept) {
				k.tables[0].Columns = slices.Clone(k.tables[0].Columns)
				k.tables[0].Columns[0].Name = "x; DROP TABLE records"
			}},
			{"another table", func(k *kept) { k.tables[0].Name = "x" }},
			{"tables in another order", func(k *kept) { slices.Reverse(k.rows) }},
			{"a row twice", func(k *kept) { k.rows = append(k.rows[:1:1], k.rows...) }},
			{"a cell less", func(k *kept) { k.rows[3].cells = k.rows[3].cells[1:] }},
			{"a torn dump", func(k *kept) { k.cut = 40 }},
		} {
			k := *good
			k.tables, k.rows = slices.Clone(good.tables), slices.Clone(good.rows)
			for i := range k.rows[:10] {
				k.rows[i].cells = slices.Clone(k.rows[i].cells)
			}
			c.spoil(&k)
			if s, err := store.Restore(ctx, address, reread{&k}); err == nil {
				s.Close()
				t.Fatalf("%s was restored", c.name)
			}
		}
		s, err := store.Restore(ctx, address, reread{&kept{version: good.version, tables: good.tables, rows: good.rows}})
		if err != nil {
			t.Fatalf("what was refused left something: %v", err)
		}
		must(t, s.Close())
	})
}
