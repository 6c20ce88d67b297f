package store_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
)

const origin = "mingzhang.example/test"

var ctx = context.Background()

// onBoth runs a test on each kind of database.
func onBoth(t *testing.T, test func(t *testing.T, address string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, pgtest.DSN(t)) })
}

func onBothBench(b *testing.B, bench func(b *testing.B, address string)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, "sqlite:"+filepath.Join(b.TempDir(), "book.db")) })
	b.Run("postgres", func(b *testing.B) { bench(b, pgtest.DSN(b)) })
}

var later atomic.Int64 // how far the clock of a test has moved on from noon

// now is the time by that clock.
func now() time.Time { return noon.Add(time.Duration(later.Load())) }

var noon = time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)

func openStore(t testing.TB, address string) *store.Store {
	t.Helper()
	s, err := store.Open(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func config(t testing.TB, s book.Store, keeper book.Keeper) book.Config {
	t.Helper()
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{1}, 32)), origin)
	must(t, err)
	signer, err := note.NewSigner(skey)
	must(t, err)
	verifier, err := note.NewVerifier(vkey)
	must(t, err)
	return book.Config{Store: s, Origin: origin, Secret: bytes.Repeat([]byte{7}, 32), Signer: signer, Verifier: verifier,
		Keeper: keeper, Now: now}
}

func openBook(t testing.TB, s book.Store) *book.Book {
	t.Helper()
	b, err := book.Open(ctx, config(t, s, book.File(filepath.Join(t.TempDir(), "checkpoint"))))
	must(t, err)
	t.Cleanup(func() { b.Close() })
	return b
}

// prepared is what prepare registers, by a book that has all the time it needs.
func prepared(t testing.TB, s book.Store) {
	t.Helper()
	b := openBook(t, s)
	prepare(t, b)
	must(t, b.Close())
}

// openImpatient is openBook of a book that gives a silent database little time.
func openImpatient(t testing.TB, s book.Store, patience time.Duration) *book.Book {
	t.Helper()
	c := config(t, s, book.File(filepath.Join(t.TempDir(), "checkpoint")))
	c.Patience = patience
	b, err := book.Open(ctx, c)
	must(t, err)
	t.Cleanup(func() { b.Close() })
	return b
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var platform = ledger.Author{Org: 0, Key: "p1"}

// do records requests and gives the index of the last.
func do(t testing.TB, b *book.Book, requests ...any) int64 {
	t.Helper()
	var index int64
	for _, what := range requests {
		a, err := b.Submit(ctx, book.Request{By: platform, What: what})
		if err != nil {
			t.Fatalf("%T: %v", what, err)
		}
		index = a.Index
	}
	return index
}

// The organizations of a test book are records 0 to 3, its projects 4 and 7.
const (
	east = int64(4)
	west = int64(7)
)

func found(t testing.TB, b *book.Book) {
	t.Helper()
	do(t, b,
		book.RegisterOrganization{USCC: uscc(1), Name: "某平台", Kind: ledger.Platform},
		book.RegisterOrganization{USCC: uscc(2), Name: "甲慈善会", Kind: ledger.Charity, PublicFundraising: true},
		book.RegisterOrganization{USCC: uscc(3), Name: "乙基金会", Kind: ledger.Charity, PublicFundraising: true},
		book.RegisterOrganization{USCC: uscc(4), Name: "丙服务中心", Kind: ledger.Partner},
		book.RegisterProject{Organization: uscc(2), Name: "东项目", Filing: uscc(2) + "A26001", Kind: ledger.Campaign, Cause: "education", Place: "440100"},
		book.RegisterProject{Organization: uscc(3), Name: "西项目", Filing: uscc(3) + "A26001", Kind: ledger.Campaign, Cause: "education", Place: "440100"},
	)
}

// uscc makes up a code with a right check digit.
func uscc(n int) string {
	stem := fmt.Sprintf("5144010000000%04d", n)
	for _, c := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
		if code, legacy, err := ledger.ParseUSCC(stem + string(c)); err == nil && !legacy {
			return string(code)
		}
	}
	panic("no check digit fits")
}

func gift(project, amount int64) book.Income {
	return book.Income{PoolRef: book.PoolRef{Project: project}, Asset: "CNY", Amount: amount, Occurred: "2026-11-20", Channel: "wechat",
		Donor: &book.Party{Kind: ledger.Person, Name: "李某", Display: "李*"}, Note: "加油"}
}

func pay(project, amount int64) book.Spend {
	return book.Spend{PoolRef: book.PoolRef{Project: project}, Asset: "CNY", Amount: amount, Occurred: "2026-11-20", Category: "5101.direct_aid",
		Payee: &book.Party{Kind: ledger.Organized, Name: "某学校"}, Purpose: "课桌"}
}

// TestFirstSteps: a gift, a payment, a refund and a return, to the last fen; and a list
// that stands or falls as a whole.
func TestFirstSteps(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		g := do(t, b, gift(east, 1000))
		p := do(t, b, pay(east, 400))
		r := do(t, b, book.Refund{Of: g, Amount: 100, Occurred: "2026-11-20", Reason: "重复捐赠"})
		do(t, b, book.Return{Of: p, Amount: 50, Occurred: "2026-11-20"})
		_, err := b.Submit(ctx, book.Request{By: platform, What: pay(east, 551)})
		wantCode(t, "one fen too many", err, "pool-shortfall")
		do(t, b, pay(east, 550))
		before := checkLog(t, s)
		list := []book.Request{
			{By: platform, What: book.Reverse{Of: r, Reason: "未退"}},
			{By: platform, What: book.Refund{Of: g, Amount: 100, Occurred: "2026-11-20"}},
			{By: platform, What: pay(east, 1)},
		}
		results, err := b.SubmitAll(ctx, list, true)
		must(t, err)
		for i, code := range []string{"batch-refused", "batch-refused", "pool-shortfall"} {
			wantCode(t, fmt.Sprintf("line %d of a list with one payment too many", i), results[i].Err, code)
		}
		if now := checkLog(t, s); now != before {
			t.Fatalf("the refused list took the log from %d to %d records", before, now)
		}
		results, err = b.SubmitAll(ctx, list[:2], true)
		must(t, err)
		for i, r := range results {
			if r.Err != nil || r.Answer.Index != before+int64(i) {
				t.Errorf("line %d of the list without it: %+v", i, r)
			}
		}
		audit(t, s)
	})
}
