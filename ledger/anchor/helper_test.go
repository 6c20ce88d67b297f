package anchor_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
)

const origin = "mingzhang.example/test"

var (
	ctx        = context.Background()
	quiet      = anchortest.Quiet
	must       = anchortest.Must
	eventually = anchortest.Eventually
)

// onBoth runs a test on each kind of database, side by side: much of it is waiting.
func onBoth(t *testing.T, test func(t *testing.T, address string)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, pgtest.DSN(t))
	})
}

// scene is a book on a database and an embedded ledger.
type scene struct {
	*anchortest.Scene
	dir    string // of the ledger
	ledger *local.Ledger
}

func newScene(t testing.TB, address string) *scene { return sceneIn(t, address, t.TempDir()) }

// sceneIn keeps ledger and checkpoint in a folder, which may hold them already.
func sceneIn(t testing.TB, address, dir string) *scene {
	t.Helper()
	s := &scene{Scene: anchortest.Open(t, address, dir, origin), dir: dir}
	s.openLedger()
	must(t, s.ledger.Register(ctx, s.Key))
	return s
}

func (s *scene) openLedger() {
	s.Helper()
	l, err := local.Open(ctx, s.dir, local.Config{Origin: origin, Log: quiet})
	must(s, err)
	s.ledger = l
	s.Cleanup(func() { l.Close() })
}

// loop is a loop over a ledger, the scene's own or one around it.
func (s *scene) loop(st *store.Store, l anchor.Ledger) *anchor.Loop {
	c := s.Loop(l)
	c.Store, c.Patience = st, 5*time.Second
	return anchor.New(c)
}

// run runs a loop until the answer is called.
func run(l *anchor.Loop) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { l.Run(ctx) })
	return func() { cancel(); wg.Wait() }
}

// anchored waits until all records have their rows.
func (s *scene) anchored(l *anchor.Loop) {
	s.Helper()
	eventually(s, "everything is anchored", func() bool {
		st, err := l.Standing(ctx)
		if st.Alarm != "" {
			s.Fatalf("the alarm is raised: %s", st.Alarm)
		}
		return err == nil && st.Lag == 0 && st.Upto == s.Size()
	})
}

// wantOnce: each record is in the blocks exactly once, the ledger keeps its leaf, and
// one row says where.
func (s *scene) wantOnce(l *anchor.Loop) {
	s.Helper()
	records, leaves := s.Records(), s.leaves()
	where := s.blocksOf()
	if len(where) != len(records) {
		s.Fatalf("%d records are in the blocks, the log has %d", len(where), len(records))
	}
	for i, data := range records {
		if leaves[i] != record.Hash(data) {
			s.Fatalf("the ledger's leaf %d is not that of the record", i)
		}
		if !bytes.Equal(where[i].record, data) {
			s.Fatalf("record %d in block %d is another", i, where[i].block)
		}
	}
	s.wantRows(where)
	for _, i := range []int64{0, int64(len(records)) / 2, int64(len(records)) - 1} {
		a, err := l.WithBlock(ctx, i)
		must(s, err)
		if a.Block != where[i].block || a.Tx != where[i].tx || a.Code != "VALID" || !bytes.Contains(a.Bytes, records[i]) {
			s.Fatalf("the anchor of record %d is %d %s", i, a.Block, a.Tx)
		}
	}
	if a, err := l.Of(ctx, int64(len(records))); a != nil || err != nil {
		s.Fatalf("a record that is not there has the anchor %v (%v)", a, err)
	}
}

// leaves are those that the ledger keeps.
func (s *scene) leaves() (all []tlog.Hash) {
	s.Helper()
	for {
		answer, err := s.ledger.Invoke(ctx, local.PlatformMSP, "Leaves", fmt.Sprint(len(all)))
		must(s, err)
		var page contract.Leaves
		must(s, json.Unmarshal(answer, &page))
		if all = append(all, page.Leaves...); int64(len(all)) >= page.Size {
			return all
		}
	}
}

type found struct {
	record []byte
	block  int64
	tx     string
}

// blocksOf reads the blocks as somebody else would, without package anchor.
func (s *scene) blocksOf() (all []found) {
	s.Helper()
	for b, err := range local.Reader(s.dir).Blocks(ctx, 0) {
		must(s, err)
		for _, tx := range b.Txs {
			if tx.Function != "Anchor" {
				continue
			}
			batch, err := contract.Unmarshal(tx.Args[1])
			must(s, err)
			if batch.First != int64(len(all)) {
				s.Fatalf("block %d anchors from %d on, but %d are anchored", b.Number, batch.First, len(all))
			}
			for _, r := range batch.Records {
				all = append(all, found{r, b.Number, tx.Tx})
			}
		}
	}
	return all
}

// wantRows: the rows follow each other and say what the blocks say.
func (s *scene) wantRows(where []found) {
	s.Helper()
	upto, before := int64(len(where)), int64(0)
	for upto > 0 {
		page, err := s.Store.Anchors(ctx, store.Chain{Backend: "local"}, before, 7)
		must(s, err)
		if len(page) == 0 {
			s.Fatalf("the rows end at %d", upto)
		}
		for _, a := range page {
			if a.Upto != upto || where[a.First].block != a.Block || where[a.Upto-1].tx != a.Tx || a.First > 0 && where[a.First-1].block == a.Block {
				s.Fatalf("the row of %d to %d does not fit: %+v", a.First, upto, a)
			}
			upto, before = a.First, a.First
		}
	}
}
