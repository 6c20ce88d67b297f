package local

import (
	"encoding/json"
	"testing"
	"time"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
)

// TestOrder: an order is of the time of its record, but no block is of a time before the
// last one's; what was given before changes nothing, also where it was given by hand.
func TestOrder(t *testing.T) {
	dir, s, now := t.TempDir(), newScribe(t), noon
	l, err := Open(ctx, dir, Config{Origin: origin, Now: func() time.Time { return now }, Log: quiet})
	must(t, err)
	t.Cleanup(func() { l.Close() })
	must(t, l.Register(ctx, s.key))
	s.write(2)
	s.add(&ledger.Project{Organization: 1, Name: "项目", Kind: ledger.Fund, Cause: "education", Place: "440100"})
	_, err = l.Submit(ctx, s.batch())
	must(t, err)
	byHand := "电话通知"
	_, err = l.Invoke(ctx, RegulatorMSP, "Freeze", "2", "甲", byHand)
	must(t, err)
	now = noon.Add(time.Hour)
	for _, o := range []struct {
		order    string
		release  bool
		recorded time.Time
	}{{"甲", false, noon}, {"甲", true, noon.Add(time.Minute)}, {"甲", true, now}, {"乙", false, noon}} {
		must(t, l.Order(ctx, &ledger.Freeze{Project: 2, Order: o.order, Release: o.release}, o.recorded))
	}
	answer, err := l.Invoke(ctx, RegulatorMSP, "Orders")
	must(t, err)
	var got contract.Page[contract.Order]
	must(t, json.Unmarshal(answer, &got))
	want := []contract.Order{
		{Order: "甲", Reason: byHand, Time: noon},
		{Order: "甲", Release: true, Reason: seeRecord, Time: noon.Add(time.Minute)},
		{Order: "乙", Reason: seeRecord, Time: noon.Add(time.Minute)},
	}
	if len(got.Items) != len(want) {
		t.Fatalf("the orders are %+v, want %+v", got.Items, want)
	}
	for i, o := range got.Items {
		if w := want[i]; o.Order != w.Order || o.Release != w.Release || o.Reason != w.Reason || !o.Time.Equal(w.Time) {
			t.Errorf("order %d is %+v, want %+v", i, o, w)
		}
	}
	wantCode(t, "an order on what is no project", l.Order(ctx, &ledger.Freeze{Project: 1, Order: "丙"}, now), "no-such-project")
}
