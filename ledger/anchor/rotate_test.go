package anchor_test

import (
	"errors"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/audit"
	"mingzhang/ledger/book"
)

// TestRotation: the log's key changes while records are anchored. While the book signs
// with both keys, it does not matter when the regulator confirms the next one; a book
// that has put the old key away too early meets the alarm, and goes on when the
// regulator has confirmed. The audit follows, from either key.
func TestRotation(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		h := s.History(14)
		next, verifier, nextKey := anchortest.Key(t, origin, 2)
		goOn := func() {
			t.Helper()
			l := s.loop(s.Store, s.ledger)
			defer run(l)()
			h.Play(40)
			s.anchored(l)
		}
		reopen := func() {
			must(t, s.Book.Close())
			s.OpenBook()
		}
		goOn()
		h.Do(book.RegisterKey{ID: "log-2", Org: 0, Use: "log", Verifier: nextKey})
		s.Config.Next = next
		reopen()
		goOn() // both keys, and the ledger has the old one
		_, err := s.ledger.Invoke(ctx, local.PlatformMSP, "RotateKey", nextKey)
		must(t, err)
		goOn()
		s.Config.Signer, s.Config.Verifier, s.Config.Next = next, verifier, nil
		reopen()
		l := s.loop(s.Store, s.ledger)
		defer run(l)()
		h.Play(40)
		eventually(t, "the alarm", func() bool { return errors.Is(l.Alarm(), &ledger.Error{Code: "checkpoint-unsigned"}) })
		before, err := s.ledger.Head(ctx)
		must(t, err)
		_, err = s.ledger.Invoke(ctx, local.RegulatorMSP, "ConfirmKey", nextKey)
		must(t, err)
		l.Resume()
		eventually(t, "the end of the alarm", func() bool { return l.Alarm() == nil })
		s.anchored(l)
		s.wantOnce(l)
		wantRotation(t, s, before.Size, nextKey)
		must(t, s.ledger.Register(ctx, nextKey)) // as a server does when it starts
		if head, err := s.ledger.Head(ctx); err != nil || head.Key != nextKey || head.Proposed != "" {
			t.Errorf("the ledger has the key %+v (%v)", head, err)
		}
	})
}

// wantRotation: the audit follows the change, and says so.
func wantRotation(t *testing.T, s *scene, from int64, nextKey string) {
	t.Helper()
	for _, key := range []string{s.Key, nextKey, ""} {
		trust := audit.Trust{Origin: origin, Key: key, Checkpoint: s.Book.Checkpoint()}
		r, err := audit.Blocks(ctx, s.ledger, trust, audit.Database{Store: s.Store})
		must(t, err)
		if len(r.Keys) != 2 || r.Keys[0].Key != s.Key || r.Keys[1].Key != nextKey || r.Keys[1].From != from || r.Keys[1].Record == nil {
			t.Errorf("the audit saw the keys %+v, the second from %d on", r.Keys, from)
		}
		if text := r.Text(false); !strings.Contains(text, nextKey) || !strings.Contains(text, "confirmed by the regulator") {
			t.Errorf("it does not say so: %s", text)
		}
	}
	_, _, other := anchortest.Key(t, origin, 3)
	if _, err := audit.Blocks(ctx, s.ledger, audit.Trust{Origin: origin, Key: other}, nil); !errors.Is(err, &ledger.Error{Code: "key-otherwise"}) {
		t.Errorf("a key that it never had: %v", err)
	}
}

// TestRegisterAnew: a server that starts with another key than before brings it to the
// embedded ledger by itself.
func TestRegisterAnew(t *testing.T) {
	s := newScene(t, "sqlite:"+t.TempDir()+"/book.db")
	_, _, nextKey := anchortest.Key(t, origin, 2)
	for _, key := range []string{nextKey, nextKey, s.Key} {
		must(t, s.ledger.Register(ctx, key))
		if head, err := s.ledger.Head(ctx); err != nil || head.Key != key {
			t.Errorf("the ledger has the key %+v (%v)", head, err)
		}
	}
	r, err := audit.Blocks(ctx, s.ledger, audit.Trust{Origin: origin}, nil)
	if must(t, err); len(r.Keys) != 3 {
		t.Errorf("the audit saw the keys %+v", r.Keys)
	}
}
