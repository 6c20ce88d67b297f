package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store"
)

// setBack notes the tables of a book as they are and gives what puts them back, as when a
// server fails over to a copy without the last commits.
func setBack(t *testing.T, s *store.Store) func() {
	t.Helper()
	tables := []string{"records", "takes", "tiles", "log_head", "openings", "lookups", "pools", "holes", "undone", "totals", "parties", "lines", "sizes"}
	for _, name := range tables {
		must(t, s.Tamper("CREATE TABLE kept_"+name+" AS SELECT * FROM "+name))
	}
	return func() {
		t.Helper()
		postgres := s.DB().Name() == "postgres"
		var all, triggers []string
		if postgres {
			all = append(all, "SET LOCAL session_replication_role = replica")
		} else {
			must(t, s.DB().Raw("SELECT name FROM sqlite_master WHERE type = 'trigger'").Scan(&triggers).Error)
		}
		for _, name := range triggers {
			all = append(all, "DROP TRIGGER "+name)
		}
		for _, name := range tables {
			with := ""
			if postgres && name == "pools" {
				with = " OVERRIDING SYSTEM VALUE"
			}
			all = append(all, "DELETE FROM "+name, "INSERT INTO "+name+with+" SELECT * FROM kept_"+name)
		}
		must(t, s.Tamper(all...))
	}
}

// TestForeignHeadContinued: a server has signed what another one committed. Of a database
// that has lost that again it answers nothing and signs nothing.
func TestForeignHeadContinued(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s, keeper := openStore(t, address), book.File(filepath.Join(t.TempDir(), "checkpoint"))
		a, err := book.Open(ctx, config(t, s, keeper))
		must(t, err)
		found(t, a)
		b, err := book.Open(ctx, config(t, openStore(t, address), keeper))
		must(t, err)
		do(t, b, gift(east, 100))
		do(t, a, gift(east, 7))
		back := setBack(t, s)
		had := checkLog(t, s)
		for range 10 {
			do(t, b, gift(east, 50))
		}
		eventually(t, "the one publishes what the other committed", func() bool { return sizeOf(t, a.Checkpoint()) == had+10 })
		must(t, b.Close())
		published := string(a.Checkpoint())
		back()
		for i := range 3 {
			_, err := a.Submit(ctx, ask(gift(east, 999), fmt.Sprint(i)))
			wantCode(t, "a gift to a database that was set back", err, "store-behind")
		}
		must(t, a.Close())
		kept, err := keeper.Load()
		must(t, err)
		if got := string(a.Checkpoint()); got != published || string(kept) != published {
			t.Errorf("published\n%s\nand kept\n%s\nwant\n%s", got, kept, published)
		}
		if now := checkLog(t, s); now != had {
			t.Errorf("the database has %d records, want the %d it was set back to", now, had)
		}
	})
}

// TestForeignHeadInTheMiddle: the other's head is signed while a group is on its way, and
// the database is set back under both. The group was written, but nobody is told so.
func TestForeignHeadInTheMiddle(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		prepared(t, s)
		between := &between{Store: s}
		a := openBook(t, between)
		do(t, a, gift(east, 1), gift(east, 1)) // what follows is played ahead
		back := setBack(t, s)
		had := checkLog(t, s)
		b := openBook(t, openStore(t, address))
		between.once(func() {
			do(t, b, gift(east, 50), gift(east, 50), gift(east, 50))
			eventually(t, "the one publishes what the other committed", func() bool { return sizeOf(t, a.Checkpoint()) == had+3 })
			back()
		})
		_, err := a.Submit(ctx, ask(gift(east, 999), "k"))
		wantCode(t, "a gift that was written behind another head", err, "outcome-unknown")
		wantCode(t, "a gift that was written behind another head", err, "store-behind")
		must(t, a.Close())
		if size := sizeOf(t, a.Checkpoint()); size != had+3 {
			t.Errorf("%d records are published, want %d", size, had+3)
		}
	})
}

// between has something happen before the next group is written.
type between struct {
	*store.Store
	mu sync.Mutex
	do func()
}

func (w *between) once(do func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.do = do
}

func (w *between) Append(ctx context.Context, base book.Head, b *book.Batch) error {
	w.mu.Lock()
	do := w.do
	w.do = nil
	w.mu.Unlock()
	if do != nil {
		do()
	}
	return w.Store.Append(ctx, base, b)
}

// TestLongerIsPublished: where another server was faster, its longer checkpoint is what is
// published, and never the shorter one.
func TestLongerIsPublished(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s, file := openStore(t, address), book.File(filepath.Join(t.TempDir(), "checkpoint"))
		prepared(t, s)
		slow := &slowKeeper{File: file, enter: make(chan bool), leave: make(chan bool)}
		c := config(t, s, slow)
		c.Cosign = func(_ context.Context, msg []byte, _ func([]byte)) ([]byte, error) {
			slow.shown = append(slow.shown, sizeOf(t, msg))
			return msg, nil
		}
		a, err := book.Open(ctx, c)
		must(t, err)
		slow.slow.Store(true)
		do(t, a, gift(east, 1))
		<-slow.enter
		b, err := book.Open(ctx, config(t, openStore(t, address), file))
		must(t, err)
		do(t, b, gift(east, 2))
		must(t, b.Close())
		slow.slow.Store(false)
		close(slow.leave)
		had := checkLog(t, s)
		eventually(t, "the longer one is published", func() bool { return sizeOf(t, a.Checkpoint()) == had })
		do(t, a, gift(east, 3))
		must(t, a.Close())
		if want := []int64{had - 2, had, had + 1}; !slices.Equal(slow.shown, want) {
			t.Errorf("published of %v records, want %v", slow.shown, want)
		}
	})
}

// slowKeeper has a publication wait before it is kept.
type slowKeeper struct {
	book.File
	slow         atomic.Bool
	enter, leave chan bool
	shown        []int64 // the publisher's
}

func (k *slowKeeper) Save(msg []byte) error {
	if k.slow.Load() {
		k.enter <- true
		<-k.leave
	}
	return k.File.Save(msg)
}

// TestOthersLogStops: another server has published what this database does not hold. Nothing
// is published here, and soon nothing is answered.
func TestOthersLogStops(t *testing.T) {
	for code, more := range map[string]int64{"store-behind": 10, "store-forked": 1} {
		t.Run(code, func(t *testing.T) {
			onBoth(t, func(t *testing.T, address string) {
				s, keeper := openStore(t, address), book.File(filepath.Join(t.TempDir(), "checkpoint"))
				prepared(t, s)
				a, err := book.Open(ctx, config(t, s, keeper))
				must(t, err)
				had := checkLog(t, s)
				eventually(t, "a checkpoint", func() bool { return a.Checkpoint() != nil })
				published := string(a.Checkpoint())
				other, err := a.Sign(proof.Checkpoint{Origin: origin, Size: had + more, Root: tlog.Hash{1}})
				must(t, err)
				must(t, keeper.Save(other))
				do(t, a, gift(east, 1))
				eventually(t, "a refusal", func() bool {
					_, err := a.Submit(ctx, ask(book.Erase{Of: 0, Seal: "private", Basis: "pipl-47"}, ""))
					return errors.Is(err, &ledger.Error{Code: code})
				})
				err = a.Close()
				wantCode(t, "the last checkpoint", err, code)
				kept, err := keeper.Load()
				must(t, err)
				if got := string(a.Checkpoint()); got != published || string(kept) != string(other) {
					t.Errorf("published\n%s\nwant\n%s\nkept\n%s", got, published, kept)
				}
			})
		})
	}
}
