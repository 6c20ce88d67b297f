package store_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
)

// onBothFiles runs a test on each kind of database; left tells whether a text is in any of
// its files.
func onBothFiles(t *testing.T, test func(t *testing.T, address string, left func(string) bool)) {
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		test(t, "sqlite:"+filepath.Join(dir, "book.db"), func(text string) bool { return holds(t, dir, text) })
	})
	t.Run("postgres", func(t *testing.T) {
		server := pgtest.New(t, pgtest.Setting("wal_recycle", "off"), pgtest.Setting("min_wal_size", "32MB"))
		admin, err := sql.Open("pgx", server.DSN())
		must(t, err)
		t.Cleanup(func() { admin.Close() })
		test(t, server.DSN(), func(text string) bool {
			for range 2 { // the segment that a checkpoint began in stays until the next
				_, err := admin.Exec("SELECT pg_switch_wal()")
				must(t, err)
				_, err = admin.Exec("CHECKPOINT")
				must(t, err)
			}
			return within(t, server.Files(), text)
		})
	})
}

// TestErasureBesideReader: somebody reads who still sees what is erased. The erasure waits
// for nobody, and the name is gone from the files when the reader is; also where the program
// that erased it has ended by then.
func TestErasureBesideReader(t *testing.T) {
	const name = "消失的人名"
	for how, restart := range map[string]bool{"goes on": false, "starts again": true} {
		t.Run(how, func(t *testing.T) {
			onBothFiles(t, func(t *testing.T, address string, left func(string) bool) {
				s := openStore(t, address)
				b := openBook(t, s)
				found(t, b)
				g := gift(east, 1000)
				g.Donor = &book.Party{Kind: ledger.Person, Name: name, Display: "消*"}
				index := do(t, b, g)
				must(t, openStore(t, address).At(ctx, func(reader *store.Store) error {
					if _, _, err := reader.Openings(ctx, index); err != nil {
						return err
					}
					began := time.Now()
					do(t, b, book.Erase{Of: index, Seal: record.Private, Basis: "pipl-47"}, gift(east, 1))
					if took := time.Since(began); took > 5*time.Second { // SQLite's patience is twice that
						t.Errorf("the erasure and a gift after it took %s", took)
					}
					if !left(name) {
						t.Error("the name is in no file while somebody sees it: this test shows nothing")
					}
					if restart {
						must(t, b.Close())
						must(t, s.Close())
						openStore(t, address)
					}
					return nil
				}))
				eventually(t, "the name is gone", func() bool { return !left(name) })
			})
		})
	}
}
