package contract

import (
	"bytes"
	"maps"
	"strings"
	"testing"

	"mingzhang/ledger"
)

// TestRegister: proposed by one, confirmed by the other, in the same words.
func TestRegister(t *testing.T) {
	w := &world{TB: t, memory: newMemory(), origin: origin, now: day, call: day}
	w.signer, w.key = newKey(t, origin, 7)
	_, elsewhere := newKey(t, "elsewhere", 7)
	w.refused("log-unknown", charity, "Head")
	w.refused("msp-forbidden", charity, "RegisterLog", w.key, platform, regulator)
	w.refused("msp-same", platform, "RegisterLog", w.key, platform, platform)
	w.refused("key-unreadable", platform, "RegisterLog", elsewhere, platform, regulator)
	w.refused("rules-newer", platform, "RegisterLog", w.key, platform, regulator, Rules+1)
	w.refused("rules-unknown", platform, "RegisterLog", w.key, platform, regulator, 0)
	w.refused("log-not-proposed", regulator, "ConfirmLog", w.key, platform, regulator)
	if r := ask[Registered](w, platform, "RegisterLog", w.key, platform, regulator); r.Confirmed || r.Repeated {
		t.Fatalf("proposed: %+v", r)
	}
	w.must("Squatter", "RegisterLog", w.key, "Squatter", regulator) // displaces nobody
	w.refused("log-unknown", charity, "Head")
	w.refused("msp-forbidden", platform, "ConfirmLog", w.key, platform, regulator)
	w.refused("log-not-proposed", charity, "ConfirmLog", w.key, platform, charity)
	if r := ask[Registered](w, regulator, "ConfirmLog", w.key, platform, regulator); !r.Confirmed {
		t.Fatalf("confirmed: %+v", r)
	}
	if r := ask[Registered](w, platform, "RegisterLog", w.key, platform, regulator); !r.Confirmed || !r.Repeated || len(w.writes) > 0 {
		t.Fatalf("again: %+v", r)
	}
	w.refused("log-exists", "Squatter", "RegisterLog", w.key, "Squatter", regulator)
	if h := ask[Head](w, charity, "Head"); h.Size != 0 || h.Rules != Rules || h.Key != w.key || h.Root != w.root(0) {
		t.Fatalf("the head: %+v", h)
	}
	w.refused("not-anchored", charity, "Leaf", 0)
	w.refused("not-anchored", charity, "Leaves", 0)
}

// TestRotate: the old key ends when the regulator confirms the new one.
func TestRotate(t *testing.T) {
	s, _, _, _ := begun(t)
	next, key := newKey(t, origin, 8)
	s.refused("msp-forbidden", charity, "RotateKey", key)
	s.refused("key-not-proposed", regulator, "ConfirmKey", key)
	s.must(platform, "RotateKey", key)
	s.refused("msp-forbidden", platform, "ConfirmKey", key)
	s.flow(gift(main, 1))
	s.anchor() // still by the old key
	if h := ask[Head](s.world, charity, "Head"); h.Key != s.key || h.Proposed != key {
		t.Fatalf("the head: %+v", h)
	}
	s.must(regulator, "ConfirmKey", key)
	last := s.marshal(s.batch(0, s.size()))
	if a := ask[Anchored](s.world, platform, "Anchor", last); !a.Repeated {
		t.Fatalf("the last checkpoint, by the old key: %+v", a)
	}
	s.flow(gift(main, 1))
	s.refused("checkpoint-unsigned", platform, "Anchor", s.marshal(s.batch(s.size(), s.size()+1)))
	s.signer = next
	s.anchor()
	if r := ask[Registered](s.world, regulator, "ConfirmKey", key); !r.Repeated || len(s.writes) > 0 {
		t.Fatalf("again: %+v", r)
	}
	s.must(platform, "RotateKey", s.key)
	s.must(platform, "RotateKey", key) // taken back
	s.refused("key-not-proposed", regulator, "ConfirmKey", s.key)
}

// TestTwoLogs: on one state, the second log's name beginning with the first one's, each
// keeps what it keeps alone.
func TestTwoLogs(t *testing.T) {
	m := newMemory()
	a, b := newScribe(newLog(t, m, "log")), newScribe(newLog(t, m, "log/2"))
	alone := newScribe(newLog(t, newMemory(), "log/2"))
	for i := range int64(5) {
		a.flow(gift(main, 10+i))
		a.anchor()
		for _, s := range []*scribe{b, alone} {
			s.flow(gift(main, 20+i))
			s.flow(payment(main, 3))
			s.anchor()
		}
	}
	mine := maps.Clone(m.values)
	maps.DeleteFunc(mine, func(key string, _ []byte) bool { return !strings.HasPrefix(key, "log/2 ") })
	if !maps.EqualFunc(mine, alone.values, bytes.Equal) {
		t.Fatal("the neighbour changed what the log keeps")
	}
	compare(t, a)
	compare(t, b)
	foreign := a.marshal(a.batch(0, 3))
	b.refused("checkpoint-unsigned", platform, "Anchor", foreign)
}

// TestNewerRules: a log that later rules wrote is left alone.
func TestNewerRules(t *testing.T) {
	w := newWorld(t)
	key := origin + " log"
	w.values[key] = bytes.Replace(w.values[key], []byte(`"rules":1`), []byte(`"rules":2`), 1)
	for function, args := range map[string][]any{"Head": nil, "Anchor": {"x"}, "Leaf": {0}, "Freeze": {11, "a", "b"}} {
		w.refused("rules-newer", platform, function, args...)
	}
}

// TestArguments: hostile arguments are refused, all of them.
func TestArguments(t *testing.T) {
	w := newWorld(t)
	w.refused("function-unknown", platform, "Format")
	w.refused("arguments", platform, "Anchor")
	w.refused("arguments", platform, "Head", 1)
	if _, err := Invoke(w, Call{}, "Head", nil); ledger.KindOf(err) != ledger.Invalid {
		t.Errorf("no origin: %v", err)
	}
	for _, index := range []string{"", "-1", "01", "x", "9007199254740992", "99999999999999999999", " 1", "1 "} {
		w.refused("index-range", charity, "Leaf", index)
		w.refused("index-range", charity, "Leaves", index)
		w.refused("index-range", charity, "Orders", index)
	}
	w.refused("text-utf8", charity, "Pool", []byte{0xff})
	w.refused("pool-unreadable", charity, "Pool", "x")
	w.refused("no-such-pool", charity, "Pool", "5/1/general/CNY")
	w.refused("no-such-project", charity, "Project", 9)
	for _, name := range []string{"", "a b", "a+b", "a\nb", "\xff", strings.Repeat("x", 201)} {
		w.origin = name
		w.refused("origin-unreadable", charity, "Head")
	}
}

// TestOverviews: lists of nothing are empty, and beyond the end as well.
func TestOverviews(t *testing.T) {
	w := newWorld(t)
	for _, list := range []string{"Orders", "Breaches", "Exceptions"} {
		for _, from := range []any{0, 1000} {
			if got := string(w.must(charity, list, from)); !strings.Contains(got, `"items":[]`) {
				t.Errorf("%s from %v: %s", list, from, got)
			}
		}
	}
}
