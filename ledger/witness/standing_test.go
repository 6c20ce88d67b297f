package witness

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"mingzhang/ledger/proof"
)

// TestStanding: what a witness signed last is known after a restart, before it is asked;
// signatures are counted on the checkpoint in hand, whoever's they are not.
func TestStanding(t *testing.T) {
	l := newLog(t)
	one, other := start(t, "one.example", l.verifier), start(t, "other.example", l.verifier)
	began := time.Now().Truncate(time.Second)
	b := l.mustOpen(t, 0, one)
	l.grow(t, b, 3)
	published(t, l, b, 3, one)
	msg := b.Checkpoint()
	must(t, b.Close())
	ws, err := ParseAll(origin, []string{one.flag(), other.flag()})
	must(t, err)
	c, err := Open(Config{Witnesses: ws, Quorum: 1, Origin: origin, Log: l.verifier, Store: l.store, Dir: filepath.Join(l.dir, "witnesses"), Logger: slog.New(slog.DiscardHandler)})
	must(t, err)
	defer c.Close()
	s := c.Standing(msg)
	if s.Quorum != 1 || s.Signed != 1 || len(s.Asked) != 2 || s.Asked[0].Name != "one.example" || s.Asked[1].Last != nil {
		t.Fatalf("the standing is %+v", s)
	}
	if last := s.Asked[0].Last; last == nil || last.Size != 3 || last.At.Before(began) || last.At.After(time.Now()) {
		t.Errorf("the witness signed last %+v", last)
	}
	alone, err := proof.Sign(proof.Checkpoint{Origin: origin, Size: 3}, l.signer)
	must(t, err)
	for _, msg := range [][]byte{alone, []byte("none"), nil} {
		if s := c.Standing(msg); s.Signed != 0 {
			t.Errorf("%q has %d signatures", msg, s.Signed)
		}
	}
	var nobody *Client
	if s := nobody.Standing(msg); s != nil {
		t.Errorf("nobody is asked: %+v", s)
	}
}
