package fabric_test

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/anchor/fabric"
	"mingzhang/ledger/audit"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store/pgtest"
)

// scene is the real book on PostgreSQL, with a log on the network and a loop between
// them.
type scene struct {
	testing.TB
	*anchortest.Scene
	*fabric.Client
	origin string
	loop   *anchor.Loop
}

func newScene(t testing.TB) *scene {
	t.Helper()
	s := &scene{TB: t, origin: newOrigin()}
	s.Scene = anchortest.Open(t, pgtest.DSN(t), t.TempDir(), s.origin)
	s.Client = connect(t, "platform", s.origin)
	register(t, s.Client, s.Key)
	s.loop = anchor.New(s.Loop(s.Client))
	return s
}

// run runs the loop until the answer is called.
func (s *scene) run() (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { s.loop.Run(ctx) })
	return func() { cancel(); wg.Wait() }
}

// upto is how many records have an anchor.
func (s *scene) upto() int64 {
	s.Helper()
	st, err := s.loop.Standing(ctx)
	must(s, err)
	if st.Alarm != "" {
		s.Fatalf("the alarm is raised: %s", st.Alarm)
	}
	return st.Upto
}

// anchored waits until all records are anchored.
func (s *scene) anchored() {
	s.Helper()
	eventually(s, "everything is anchored", func() bool { return s.upto() == s.Size() })
}

// audit audits the network's blocks, and the database against them.
func (s *scene) audit() (*audit.Report, error) {
	return audit.Blocks(ctx, s.Client, audit.Trust{Origin: s.origin, Key: s.Key}, audit.Database{Store: s.Store})
}

// wantOnce: each record is in the blocks exactly once, byte by byte, in a transaction
// that both sides endorsed; its row names that; and the state has its leaf.
func (s *scene) wantOnce() {
	s.Helper()
	records := s.Records()
	next := int64(0)
	for b, err := range s.Blocks(ctx, 0) {
		must(s, err)
		for i := range b.Txs {
			next = s.follow(b, &b.Txs[i], records, next)
		}
	}
	if next != int64(len(records)) {
		s.Fatalf("%d records are in the blocks, the log has %d", next, len(records))
	}
	for i := int64(0); i < next; {
		page := ask[contract.Leaves](s, s.Client, "Leaves", i)
		for _, leaf := range page.Leaves {
			if leaf != record.Hash(records[i]) {
				s.Fatalf("the ledger's leaf %d is not that of the record", i)
			}
			i++
		}
	}
}

// follow holds a transaction against the records from next on.
func (s *scene) follow(b *anchor.Block, tx *anchor.Tx, records [][]byte, next int64) int64 {
	s.Helper()
	if tx.Code != anchor.Valid || tx.Function != "Anchor" || string(tx.Args[0]) != s.origin {
		return next
	}
	batch, err := contract.Unmarshal(tx.Args[1])
	must(s, err)
	if batch.First != next || fmt.Sprint(tx.Orgs) != "[PlatformMSP RegulatorMSP]" {
		s.Fatalf("block %d anchors from %d on by %v, want %d", b.Number, batch.First, tx.Orgs, next)
	}
	row, err := s.Store.Anchor(ctx, s.Chain(), next)
	if must(s, err); row.Block != b.Number || row.Tx != tx.Tx || row.Upto != next+int64(len(batch.Records)) {
		s.Fatalf("the row of %d is %+v, and it is in block %d", next, row, b.Number)
	}
	for _, data := range batch.Records {
		if !bytes.Equal(data, records[next]) {
			s.Fatalf("record %d in block %d is another", next, b.Number)
		}
		next++
	}
	return next
}
