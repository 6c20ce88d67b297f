package sample_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/evidence"
	"mingzhang/ledger/record"
	"mingzhang/ledger/sample"
	"mingzhang/ledger/store"
)

const origin = "mingzhang.example/nanzhu"

var (
	ctx  = context.Background()
	noon = time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
)

// built is a filled book.
type built struct {
	*sample.City
	now   time.Time
	clock *sample.Clock
	store *store.Store
	book  *book.Book
	files *evidence.Store
	all   []*record.Record
}

// nanzhu is the city as of noon, which tests that only read share.
var nanzhu *built

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "sample-*")
	if err == nil {
		nanzhu, err = build(dir, noon, 1)
	}
	code := 1
	if err == nil {
		code = m.Run()
		err = nanzhu.close()
	}
	if err = errors.Join(err, os.RemoveAll(dir)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// build fills a book as of a moment. The salts come from a fixed source, so that two
// books of one city are the same to the last byte.
func build(dir string, now time.Time, seed uint64) (*built, error) {
	b := &built{now: now, clock: sample.NewClock(now)}
	var err error
	if b.store, err = store.Open(ctx, "sqlite:"+filepath.Join(dir, "book.db")); err != nil {
		return nil, err
	}
	if b.files, err = evidence.Open(ctx, filepath.Join(dir, "evidence")); err != nil {
		return nil, err
	}
	c, err := config(b.store, dir)
	if err != nil {
		return nil, err
	}
	c.Now = b.clock.Now
	if b.book, err = book.Open(ctx, c); err != nil {
		return nil, err
	}
	if b.City, err = sample.Fill(ctx, b.book, b.files, b.clock, seed); err != nil {
		return nil, err
	}
	return b, b.read()
}

func config(s *store.Store, dir string) (c book.Config, err error) {
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{1}, 32)), origin)
	if err != nil {
		return c, err
	}
	salts := rand.NewChaCha8([32]byte{})
	c = book.Config{Store: s, Origin: origin, Secret: bytes.Repeat([]byte{7}, 32), Keeper: book.File(filepath.Join(dir, "checkpoint")),
		Random: func(p []byte) { salts.Read(p) }}
	if c.Signer, err = note.NewSigner(skey); err != nil {
		return c, err
	}
	c.Verifier, err = note.NewVerifier(vkey)
	return c, err
}

// read reads all records back.
func (b *built) read() error {
	for i := range b.book.Head().Size {
		data, err := b.store.Stored(ctx, i)
		if err != nil {
			return err
		}
		r, err := record.Parse(data)
		if err != nil {
			return err
		}
		b.all = append(b.all, r)
	}
	return nil
}

func (b *built) close() error {
	return errors.Join(b.book.Close(), b.files.Close(), b.store.Close())
}

// fresh is a city of a test's own.
func fresh(t *testing.T, now time.Time, seed uint64) *built {
	t.Helper()
	b, err := build(t.TempDir(), now, seed)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.close() })
	return b
}

// flow gives the flow of a record, which must be one.
func (b *built) flow(t *testing.T, index int64) *ledger.Flow {
	t.Helper()
	f, ok := b.all[index].What.(*ledger.Flow)
	if !ok {
		t.Fatalf("record %d is a %T and no flow", index, b.all[index].What)
	}
	return f
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestSame: one seed and one moment make one city, to the last byte where the salts are
// the same; and the book goes on from now.
func TestSame(t *testing.T) {
	began := time.Now()
	b := fresh(t, noon, 1)
	if got, want := b.book.Head(), nanzhu.book.Head(); got != want {
		t.Errorf("the same city again has the head %v, want %v", got, want)
	}
	if lag := b.clock.Now().Sub(noon); lag < 0 || lag > time.Since(began) {
		t.Errorf("after the filling the clock is %s from now", lag)
	}
	a, err := b.book.Submit(ctx, book.Request{By: ledger.Author{Key: "p"}, What: book.RegisterOrganization{Scheme: "US-EIN", Code: "00-0000000", Name: "Sample", Kind: ledger.Partner}})
	must(t, err)
	if a.Record.Recorded.Before(noon) {
		t.Errorf("a record after the filling is of %s", a.Record.Recorded)
	}
}

// TestRecorded: no record is dated after now or before an earlier one, and the last is of
// today.
func TestRecorded(t *testing.T) { nanzhu.checkRecorded(t) }

func (b *built) checkRecorded(t *testing.T) {
	t.Helper()
	before := b.now.AddDate(0, 0, -450)
	for _, r := range b.all {
		if r.Recorded.Before(before) || r.Recorded.After(b.now) {
			t.Fatalf("record %d is of %s, after one of %s", r.Index, r.Recorded, before)
		}
		before = r.Recorded
	}
	if b.now.Sub(before) > 24*time.Hour {
		t.Errorf("the last record is of %s, long before %s", before, b.now)
	}
}

// TestNotEmpty: the sample goes into an empty book only.
func TestNotEmpty(t *testing.T) {
	_, err := sample.Fill(ctx, nanzhu.book, nanzhu.files, sample.NewClock(noon), 1)
	if !errors.Is(err, &ledger.Error{Code: "book-not-empty"}) {
		t.Errorf("a second filling: %v", err)
	}
}

// TestMoment: the city works out on another day of the week, in the small hours, with
// another seed.
func TestMoment(t *testing.T) {
	b := fresh(t, noon.AddDate(0, 0, 101).Add(12*time.Hour), 2)
	if b.book.Head().Root == nanzhu.book.Head().Root {
		t.Error("another seed makes the same city")
	}
	b.checkRecorded(t)
	b.checkGift(t)
	b.checkShowcase(t)
	b.checkDisclosures(t)
	b.checkTotals(t)
}
