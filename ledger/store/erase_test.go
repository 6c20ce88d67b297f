package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store/pgtest"
)

// TestErasure: the opening is gone, the record is as it was, a kept copy still opens.
func TestErasure(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		g := gift(east, 1000)
		g.Donor = &book.Party{Kind: ledger.Person, Name: "消失的人名", Display: "消*"}
		a, err := b.Submit(ctx, ask(g, ""))
		must(t, err)
		_, kept, err := s.Openings(ctx, a.Index)
		must(t, err)
		do(t, b, book.Erase{Of: a.Index, Seal: record.Private, Basis: "pipl-47"})

		public, private, err := s.Openings(ctx, a.Index)
		must(t, err)
		if private != nil || public == nil {
			t.Errorf("after the erasure of the private seal: public %q, private %q", public, private)
		}
		data, err := s.Stored(ctx, a.Index)
		must(t, err)
		if !bytes.Equal(data, a.Bytes) {
			t.Error("the record changed")
		}
		if o, err := record.Open(a.Record.Private, kept); err != nil || o.Get("name") != "消失的人名" {
			t.Errorf("a kept opening gives %v, %v", o, err)
		}
		_, err = b.Submit(ctx, ask(book.Erase{Of: a.Index, Seal: record.Private, Basis: "pipl-47"}, ""))
		wantCode(t, "a second erasure", err, "nothing-sealed")
		checkLog(t, s)
	})
}

// TestErasureFiles: in SQLite the bytes are gone from the file and its log.
func TestErasureFiles(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, "sqlite:"+filepath.Join(dir, "book.db"))
	b := openBook(t, s)
	found(t, b)
	g := gift(east, 1000)
	g.Donor = &book.Party{Kind: ledger.Person, Name: "消失的人名", Display: "消*"}
	index := do(t, b, g)
	if !holds(t, dir, "消失的人名") {
		t.Fatal("the name is in no file before its erasure: this test would show nothing")
	}
	do(t, b, book.Erase{Of: index, Seal: record.Private, Basis: "pipl-47"})
	if holds(t, dir, "消失的人名") {
		t.Error("the name is still in a file")
	}
}

// TestErasureBesideMoves: they are also gone where the log is moved at the very time.
func TestErasureBesideMoves(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, "sqlite:"+filepath.Join(dir, "book.db"))
	b := openBook(t, s)
	found(t, b)
	moving, stop := context.WithCancel(ctx)
	var mover sync.WaitGroup
	mover.Go(func() {
		for moving.Err() == nil {
			s.MoveLog()
			runtime.Gosched()
		}
	})
	defer mover.Wait()
	defer stop()
	for i := range 100 {
		name := fmt.Sprintf("消失的人名%03d", i)
		g := gift(east, 1000)
		g.Donor = &book.Party{Kind: ledger.Person, Name: name, Display: "消*"}
		index := do(t, b, g)
		do(t, b, book.Erase{Of: index, Seal: record.Private, Basis: "pipl-47"})
		if holds(t, dir, name) {
			t.Fatalf("the name of the gift %d is still in a file", i)
		}
	}
}

// TestErasurePostgres: in PostgreSQL the bytes are gone from the table's files with the
// erasure, and from the write-ahead log when that is not recycled but removed.
func TestErasurePostgres(t *testing.T) {
	server := pgtest.New(t, pgtest.Setting("wal_recycle", "off"), pgtest.Setting("min_wal_size", "32MB"))
	s := openStore(t, server.DSN())
	b := openBook(t, s)
	found(t, b)
	g := gift(east, 1000)
	g.Donor = &book.Party{Kind: ledger.Person, Name: "消失的人名", Display: "消*"}
	index := do(t, b, g)
	admin, err := sql.Open("pgx", server.DSN())
	must(t, err)
	defer admin.Close()
	tidy := func() {
		for range 2 { // the segment that a checkpoint began in stays until the next
			_, err := admin.Exec("SELECT pg_switch_wal()")
			must(t, err)
			_, err = admin.Exec("CHECKPOINT")
			must(t, err)
		}
	}
	tidy()
	if !within(t, server.Files(), "消失的人名") {
		t.Fatal("the name is in no file before its erasure: this test would show nothing")
	}
	do(t, b, book.Erase{Of: index, Seal: record.Private, Basis: "pipl-47"})
	tidy()
	if within(t, server.Files(), "消失的人名") {
		t.Error("the name is still in a file")
	}
	checkLog(t, s)
}

// within tells whether some file of a folder holds a text.
func within(t *testing.T, dir, text string) (found bool) {
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.Type().IsRegular() {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err // a server removes files as it goes
		}
		if bytes.Contains(data, []byte(text)) {
			t.Log(path)
			found = true
		}
		return nil
	}))
	return found
}

func holds(t *testing.T, dir, text string) bool {
	files, err := filepath.Glob(filepath.Join(dir, "book.db*"))
	must(t, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		must(t, err)
		if bytes.Contains(data, []byte(text)) {
			return true
		}
	}
	return false
}
