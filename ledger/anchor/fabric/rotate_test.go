package fabric_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/audit"
	"mingzhang/ledger/book"
)

// TestRotation changes the log's key on the network, proposed by the platform and
// confirmed by the regulator, while records are written and anchored. Every record is
// anchored exactly once, and the audit follows from either key.
func TestRotation(t *testing.T) {
	s := newScene(t)
	h := s.History(30)
	next, verifier, nextKey := anchortest.Key(t, s.origin, 2)
	reopen := func() {
		t.Helper()
		must(t, s.Book.Close())
		s.OpenBook()
		s.loop = anchor.New(s.Loop(s.Client))
	}
	goOn := func() {
		t.Helper()
		defer s.run()()
		h.Play(60)
		s.anchored()
	}
	goOn()
	h.Do(book.RegisterKey{ID: "log-2", Org: 0, Use: "log", Verifier: nextKey})
	s.Scene.Config.Next = next
	reopen()
	goOn() // signed with both keys; the ledger knows the old one
	_, err := s.Invoke(ctx, "regulator", "ConfirmKey", nextKey)
	wantCode(t, err, "key-not-proposed")
	for _, org := range []string{"charity", "regulator"} {
		_, err := s.Invoke(ctx, org, "RotateKey", nextKey)
		wantCode(t, err, "msp-forbidden")
	}
	_, err = s.Invoke(ctx, "platform", "RotateKey", nextKey)
	must(t, err)
	_, err = s.Invoke(ctx, "platform", "ConfirmKey", nextKey)
	wantCode(t, err, "msp-forbidden")
	wantKey(t, s, s.Key, nextKey)
	goOn()
	from, upto := s.confirm(h, nextKey)
	wantKey(t, s, nextKey, "")
	s.Scene.Config.Signer, s.Scene.Config.Verifier, s.Scene.Config.Next = next, verifier, nil
	reopen()
	goOn() // signed with the new key alone
	s.wantOnce()
	for _, key := range []string{s.Key, nextKey} {
		r, err := audit.Blocks(ctx, s.Client, audit.Trust{Origin: s.origin, Key: key, Checkpoint: s.Book.Checkpoint()}, audit.Database{Store: s.Store})
		must(t, err)
		if len(r.Keys) != 2 || r.Keys[0].Key != s.Key || r.Keys[1].Key != nextKey || r.Keys[1].From < from || r.Keys[1].From > upto || r.Keys[1].Record == nil || r.Head.Size != s.Size() {
			t.Errorf("the audit saw the keys %+v, the second not between %d and %d", r.Keys, from, upto)
		}
		if text := r.Text(false); !strings.Contains(text, "confirmed by the regulator") {
			t.Errorf("it does not say so: %s", text)
		}
	}
	_, _, other := anchortest.Key(t, s.origin, 3)
	if _, err := audit.Blocks(ctx, s.Client, audit.Trust{Origin: s.origin, Key: other}, nil); !errors.Is(err, &ledger.Error{Code: "key-otherwise"}) {
		t.Errorf("a key that it never had: %v", err)
	}
}

// confirm has the regulator confirm a key while batches are under way, and says how many
// records were anchored before and after.
func (s *scene) confirm(h *anchortest.History, key string) (from, upto int64) {
	s.Helper()
	defer s.run()()
	var wg sync.WaitGroup
	wg.Go(func() {
		for range 20 {
			h.Play(30)
		}
	})
	from = s.upto()
	s.progress(100)
	_, err := s.Invoke(ctx, "regulator", "ConfirmKey", key)
	must(s, err)
	upto = s.Size()
	s.progress(100)
	wg.Wait()
	s.anchored()
	return from, upto
}

// wantKey: the log's keys on the ledger, and by which rules it is judged.
func wantKey(t *testing.T, s *scene, key, proposed string) {
	t.Helper()
	head, err := s.Client.Head(ctx)
	must(t, err)
	if head.Key != key || head.Proposed != proposed || head.Rules != contract.Rules || head.Accepts != contract.Rules || head.Size != s.upto() {
		t.Errorf("the head is %+v, want the key %s and the proposal %q", head, key, proposed)
	}
}
