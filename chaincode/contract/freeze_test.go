package contract

import (
	"testing"
	"time"

	"mingzhang/ledger"
)

// breaches gives the kinds by index.
func breaches(w *world) map[int64]string {
	w.Helper()
	all := map[int64]string{}
	for from := int64(0); ; {
		page := ask[Page[Breach]](w, charity, "Breaches", from)
		for _, b := range page.Items {
			all[b.Index] += b.Kind
		}
		if from = page.Next; from == page.Total {
			return all
		}
	}
}

// expect compares all breaches with those given in pairs of index and kind.
func expect(w *world, pairs ...any) {
	w.Helper()
	got := breaches(w)
	if len(got) != len(pairs)/2 {
		w.Fatalf("breaches %v, want %v", got, pairs)
	}
	for i := 0; i < len(pairs); i += 2 {
		if got[pairs[i].(int64)] != pairs[i+1] {
			w.Fatalf("breaches %v, want %v", got, pairs)
		}
	}
}

// TestFreezeByPlace: outflows after the freeze record are marked, those before it and
// all inflows are not, until the release record.
func TestFreezeByPlace(t *testing.T) {
	s, _, spent, _ := begun(t)
	s.refused("msp-forbidden", platform, "Freeze", 11, "甲", "查")
	s.refused("msp-forbidden", charity, "Release", 11, "甲", "查")
	s.refused("no-such-project", regulator, "Freeze", 5, "甲", "查")
	s.must(regulator, "Freeze", 11, "甲", "查账")
	s.flow(payment(main, 1)) // in the ten minutes
	freeze := s.add(&ledger.Freeze{Project: 11, Order: "甲"})
	s.flow(gift(main, 50))
	s.flow(naming(ledger.Return, spent, 2))
	bad := s.flow(payment(main, 1))
	s.flow(gift(other, 5))
	s.flow(payment(other, 5))
	a := s.anchor()
	if a.Breaches != 1 {
		t.Fatalf("the answer tells of %d breaches", a.Breaches)
	}
	expect(s.world, bad, BreachFrozen)
	if p := ask[Project](s.world, charity, "Project", 11); p.Frozen != "甲" || *p.FrozenBy != freeze || len(p.Waiting) != 0 {
		t.Fatalf("the project: %+v", p)
	}
	if h := ask[Head](s.world, charity, "Head"); h.Orders != 1 || h.Waiting != 0 || h.Breaches != 1 {
		t.Fatalf("the head: %+v", h)
	}
	if o := ask[Page[Order]](s.world, charity, "Orders").Items; *o[0].Record != freeze || o[0].Order != "甲" || o[0].Reason != "查账" || !o[0].Time.Equal(day) {
		t.Fatalf("the order: %+v", o)
	}
	s.must(regulator, "Release", 11, "乙", "查毕")
	worse := s.flow(payment(main, 1)) // ordered, but not yet recorded
	s.add(&ledger.Freeze{Project: 11, Order: "乙", Release: true})
	s.flow(payment(main, 1))
	s.anchor()
	expect(s.world, bad, BreachFrozen, worse, BreachFrozen)
}

// TestTenMinutes: an order without a record binds after ten minutes.
func TestTenMinutes(t *testing.T) {
	s, _, _, _ := begun(t)
	s.must(regulator, "Freeze", 11, "甲", "查账")
	s.now = day.Add(grace)
	s.flow(payment(main, 1))
	s.now = s.now.Add(time.Second)
	bad := s.flow(payment(main, 1))
	s.anchor()
	expect(s.world, bad, BreachOverdue)
	if h := ask[Head](s.world, charity, "Head"); h.Waiting != 1 {
		t.Fatalf("the head: %+v", h)
	}
	s.call = day.Add(time.Hour)
	s.must(regulator, "Release", 11, "乙", "查毕")
	s.now = day.Add(59 * time.Minute)
	also := s.flow(payment(main, 1)) // before the release, anchored after it
	s.now = day.Add(time.Hour)
	s.flow(payment(main, 1))
	s.anchor()
	expect(s.world, bad, BreachOverdue, also, BreachOverdue)
	s.add(&ledger.Freeze{Project: 11, Order: "乙", Release: true})
	s.flow(payment(main, 1))
	s.anchor()
	if h := ask[Head](s.world, charity, "Head"); h.Waiting != 0 || h.Orders != 2 {
		t.Fatalf("a recorded release makes the orders before it void: %+v", h)
	}
	expect(s.world, bad, BreachOverdue, also, BreachOverdue)
}

// TestOrders: the same again, another reason, an old release, and a record before its
// order.
func TestOrders(t *testing.T) {
	s, _, _, _ := begun(t)
	s.must(regulator, "Freeze", 11, "甲", "查账")
	if o := ask[Ordered](s.world, regulator, "Freeze", 11, "甲", "查账"); !o.Repeated || len(s.writes) > 0 {
		t.Fatalf("again: %+v", o)
	}
	s.refused("order-exists", regulator, "Freeze", 11, "甲", "别的")
	s.refused("reason-missing", regulator, "Freeze", 11, "丙", "")
	s.refused("field-missing", regulator, "Freeze", 11, "", "查")
	s.must(regulator, "Release", 11, "乙", "查毕")
	s.must(regulator, "Freeze", 11, "丙", "再查")
	s.add(&ledger.Freeze{Project: 11, Order: "丙"})
	s.add(&ledger.Freeze{Project: 11, Order: "乙", Release: true}) // older than what binds
	bad := s.flow(payment(main, 1))
	s.anchor()
	expect(s.world, bad, BreachFrozen)

	forged := s.add(&ledger.Freeze{Project: 11, Order: "丁", Release: true})
	worse := s.flow(payment(main, 1))
	s.anchor()
	expect(s.world, bad, BreachFrozen, forged, BreachOrder, worse, BreachFrozen)
	s.must(regulator, "Release", 11, "丁", "查毕") // the order follows its record
	s.flow(payment(main, 1))
	s.anchor()
	expect(s.world, bad, BreachFrozen, forged, BreachOrder, worse, BreachFrozen)
	if h := ask[Head](s.world, charity, "Head"); h.Waiting != 0 || h.Orders != 4 {
		t.Fatalf("the head: %+v", h)
	}
}

// TestFreezeWithoutOrder: a freeze record alone binds and is marked; its release too.
func TestFreezeWithoutOrder(t *testing.T) {
	s, _, _, _ := begun(t)
	alone := s.add(&ledger.Freeze{Project: 11, Order: "口头"})
	bad := s.flow(payment(main, 1))
	free := s.add(&ledger.Freeze{Project: 11, Order: "口头", Release: true})
	s.flow(payment(main, 1))
	again := s.add(&ledger.Freeze{Project: 11, Order: "补"})
	s.anchor()
	o := ask[Ordered](s.world, regulator, "Freeze", 11, "补", "补办")
	if o.Record == nil || *o.Record != again {
		t.Fatalf("the order: %+v", o)
	}
	late := s.add(&ledger.Freeze{Project: 11, Order: "口头", Release: true}) // now an order binds
	worse := s.flow(payment(main, 1))
	s.anchor()
	expect(s.world, alone, BreachOrder, bad, BreachFrozen, free, BreachOrder, again, BreachOrder, late, BreachOrder, worse, BreachFrozen)
}

// TestTooManyOrders: what waits for records is bounded.
func TestTooManyOrders(t *testing.T) {
	s, _, _, _ := begun(t)
	for i := range maxWaiting {
		s.must(regulator, "Freeze", 11, i, "查")
	}
	s.refused("orders-waiting", regulator, "Freeze", 11, "再", "查")
	if p := ask[Page[Order]](s.world, charity, "Orders", 60); len(p.Items) != 4 || p.Total != 64 || p.Items[0].Order != "60" {
		t.Fatalf("the page: %+v", p)
	}
}

// TestOtherMarks: consent, references of no consequence, exceptions of nothing.
func TestOtherMarks(t *testing.T) {
	s, _, _, _ := begun(t)
	without := s.flow(move(main, other, 1))
	f := move(main, other, 1)
	f.Consent = &ledger.Author{Org: 2, Key: "k"}
	s.flow(f)
	f.Consent = nil
	s.flow(f)
	receiver := s.records[len(s.records)-1] // recorded by the receiving side itself
	receiver.By.Org = 2
	s.cut(receiver.Index)
	s.write(receiver)
	f.Consent = &ledger.Author{Org: 1, Key: "k"}
	wrong := s.flow(f)
	f.Consent = &ledger.Author{Org: 11, Key: "k"}
	nobody := s.flow(f)
	plan := s.add(&ledger.Plan{Project: 11, Replaces: 13, Partners: []int64{3, 12}})
	exception := s.add(&ledger.Exception{Of: 3, Leaf: [32]byte{1}})
	s.anchor()
	expect(s.world, without, BreachConsent, wrong, BreachConsent, nobody, BreachReference+BreachConsent, plan, BreachReference, exception, BreachException)
}

// TestManyBreaches pages through them.
func TestManyBreaches(t *testing.T) {
	s, _, _, _ := begun(t)
	s.flow(gift(main, 500))
	s.must(regulator, "Freeze", 11, "甲", "查账")
	s.add(&ledger.Freeze{Project: 11, Order: "甲"})
	for range 150 {
		s.flow(payment(main, 1))
	}
	s.anchor()
	if got := breaches(s.world); len(got) != 150 {
		t.Fatalf("%d breaches", len(got))
	}
}

// TestOrdersAreNotCrowdedOut: an order neither reads nor writes what anchors keep writing,
// so that on Fabric no stream of anchors invalidates it; and every anchor of the
// project's flows reads what the order writes, so that it cannot overlook one.
func TestOrdersAreNotCrowdedOut(t *testing.T) {
	s, _, _, _ := begun(t)
	s.flow(gift(main, 5))
	s.flow(payment(main, 5))
	s.anchor()
	anchorReads, anchorWrites := s.reads, s.writes
	s.must(regulator, "Freeze", 11, "甲", "查")
	overlooked := true
	for key := range s.writes {
		overlooked = overlooked && !anchorReads[key]
		if _, both := anchorWrites[key]; both {
			t.Errorf("an order and an anchor both write %q", key)
		}
	}
	for key := range s.reads {
		if _, both := anchorWrites[key]; both {
			t.Errorf("an order reads %q, which an anchor writes", key)
		}
	}
	if overlooked {
		t.Error("an anchor reads nothing of what an order writes")
	}
}
