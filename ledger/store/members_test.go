package store_test

import (
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// TestMembers: what a project handed to others counts net of what was undone, not what it
// handed to its own partners or what it got, and who last got some comes first.
func TestMembers(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		do(t, b, gift(east, 1000), gift(west, 500))
		partner := int64(3)
		hand := func(from, to, amount, owner int64) book.Transfer {
			return book.Transfer{From: book.PoolRef{Project: from}, To: book.PoolRef{Project: to}, Asset: "CNY", Amount: amount, Occurred: "2026-11-20", Purpose: "拨款",
				Basis: from + 1, Consent: &ledger.Author{Org: owner, Key: "consent"}}
		}
		do(t, b, book.Transfer{From: book.PoolRef{Project: east}, To: book.PoolRef{Project: east, Holder: &partner}, Asset: "CNY", Amount: 90, Occurred: "2026-11-20", Purpose: "拨款"})
		if list, err := s.Members(ctx, east, "CNY", "2026-11-20"); err != nil || len(list) != 0 {
			t.Errorf("before it handed anything on: %+v, %v", list, err)
		}
		first := do(t, b, hand(east, west, 300, 2))
		do(t, b, hand(east, west, 50, 2), hand(west, east, 20, 1))
		want := func(units int64) {
			t.Helper()
			list, err := s.Members(ctx, east, "CNY", "2026-11-20")
			must(t, err)
			if len(list) != 1 || list[0].Index != west || list[0].Given != units || list[0].Name == "" || len(list[0].Holdings) != 1 {
				t.Errorf("got %+v, want %d units to project %d", list, units, west)
			}
		}
		want(350)
		do(t, b, book.Reverse{Of: first, Reason: "重复拨款"})
		want(50)
		if list, err := s.Members(ctx, east, "USD", "2026-11-20"); err != nil || len(list) != 0 {
			t.Errorf("in another asset: %+v, %v", list, err)
		}
	})
}
