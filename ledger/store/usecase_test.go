package store_test

import (
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/book"
	"mingzhang/ledger/record"
)

// verifierKey is a key of an example, of which nobody has the other half.
// cosignerKey is that of a witness whose signatures carry a time.
const cosignerKey = "witness.example/lite+ecb4ccbd+BAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"

const verifierKey = "example.org/witness+92570752+AbriMpNTosiEA4XFzVbg+3qFXNDqw4Jlc0K9dxm8AIfJ"

// TestRefusedRequests: what the book refuses, and that nothing is written then. The
// rule of a flow has its own tests; these are the rules that need the book.
func TestRefusedRequests(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		g := do(t, b, gift(east, 1000))
		p := do(t, b, pay(east, 100))
		do(t, b, book.FreezeProject{Project: west, Order: "穗民函〔2026〕12号", Reason: "核查"}, book.RegisterKey{ID: "w1", Org: 0, Use: "witness", Verifier: verifierKey},
			book.RegisterKey{ID: "w3", Org: 0, Use: "witness", Verifier: cosignerKey})
		one := func(change func(*book.Income)) book.Income {
			in := gift(east, 10)
			change(&in)
			return in
		}
		partner := int64(3)
		for _, c := range []struct {
			name, code string
			what       any
		}{
			{"a project that is not there", "no-such-project", gift(99, 1)},
			{"a record that is no project", "no-such-project", gift(1, 1)},
			{"an asset nobody registered", "no-such-asset", one(func(in *book.Income) { in.Asset = "goods/tent" })},
			{"an asset that is none", "asset-unreadable", one(func(in *book.Income) { in.Asset = "yuan" })},
			{"a designation nobody registered", "no-such-designation", one(func(in *book.Income) { in.Designation = "roof" })},
			{"a holder nobody registered", "no-such-organization", one(func(in *book.Income) { h := int64(77); in.Holder = &h })},
			{"a day to come", "date-ahead", one(func(in *book.Income) { in.Occurred = "2036-01-01" })},
			{"no day", "date-unreadable", one(func(in *book.Income) { in.Occurred = "" })},
			{"a kind that is no income", "word-unknown", one(func(in *book.Income) { in.Kind = ledger.Refund })},
			{"no giver", "field-missing", one(func(in *book.Income) { in.Donor = nil })},
			{"an identity card in a note", "personal-number", one(func(in *book.Income) { in.Note = "990000190001010008" })},
			{"a payment out of a frozen project", "project-frozen", pay(west, 1)},
			{"a freeze of what is frozen", "freeze-same", book.FreezeProject{Project: west, Order: "1", Reason: "r"}},
			{"a release of what is free", "freeze-same", book.FreezeProject{Project: east, Order: "1", Reason: "r", Release: true}},
			{"a transfer without the other side's consent", "consent-missing", book.Transfer{From: book.PoolRef{Project: east}, To: book.PoolRef{Project: west},
				Asset: "CNY", Amount: 1, Occurred: "2026-11-20", Basis: east + 1}},
			{"a transfer with a basis that is no plan", "basis-wrong", book.Transfer{From: book.PoolRef{Project: east}, To: book.PoolRef{Project: east, Holder: &partner},
				Asset: "CNY", Amount: 1, Occurred: "2026-11-20", Basis: g}},
			{"a delivery of more than was paid", "delivery-too-large", book.Deliver{Of: p, Amount: 101, Occurred: "2026-11-20", Recipient: &book.Party{}}},
			{"a delivery of a gift", "not-an-expenditure", book.Deliver{Of: g, Amount: 1, Occurred: "2026-11-20", Recipient: &book.Party{}}},
			{"a delivery to nobody", "field-missing", book.Deliver{Of: p, Amount: 1, Occurred: "2026-11-20"}},
			{"an organization again", "organization-exists", book.RegisterOrganization{USCC: uscc(2), Name: "又一个", Kind: ledger.Charity}},
			{"a wrong check digit", "uscc-check-digit", book.RegisterOrganization{USCC: "531100006684027125", Name: "某会", Kind: ledger.Charity}},
			{"a filing number again", "filing-exists", book.RegisterProject{Organization: uscc(2), Name: "又一项", Filing: uscc(2) + "A26001", Kind: ledger.Campaign, Cause: "education", Place: "440100"}},
			{"a project of nobody", "no-such-organization", book.RegisterProject{Organization: uscc(9), Name: "一项", Kind: ledger.Fund, Cause: "education", Place: "440100"}},
			{"a designation twice", "designation-exists", book.RegisterProject{Organization: uscc(2), Name: "一项", Kind: ledger.Fund, Cause: "education", Place: "440100",
				Designations: []book.Designation{{ID: "a", Name: "甲", Class: ledger.Restricted}, {ID: "a", Name: "乙", Class: ledger.Restricted}}}},
			{"a plan that runs backwards", "plan-backwards", book.ChangePlan{Project: east, PlanFields: book.PlanFields{Starts: "2026-02-01", Ends: "2026-01-01"}}},
			{"a step back", "status-step", book.ChangeStatus{Project: east, Status: ledger.Draft}},
			{"a currency registered anew", "asset-exists", book.RegisterAsset{ID: "CNY", Class: ledger.Money, Name: "人民币", Unit: "元", Scale: 2}},
			{"a disclosure as of tomorrow", "at-ahead", book.Disclose{Project: east, Period: "2026-11-20", Kind: "progress", Title: "t", At: 1 << 30}},
			{"a correction of nothing", "no-such-record", book.Correct{Of: 1 << 30, Field: "name", New: "n", Reason: "r"}},
			{"a correction of a figure", "correction-figure", book.Correct{Of: g, Field: "amount", Old: "5", New: "500", Reason: "r"}},
			{"a correction of what was never said", "correction-old", book.Correct{Of: p, Field: "purpose", Old: "课桌椅", New: "课桌", Reason: "r"}},
			{"a correction of a name in the record", "correction-old", book.Correct{Of: p, Field: "payee.name", Old: "某小学", New: "某中学", Reason: "r"}},
			{"a correction of what is not there", "correction-old", book.Correct{Of: p, Field: "remark", Old: "x", New: "y", Reason: "r"}},
			{"a correction of who gave, in public", "correction-private", book.Correct{Of: g, Field: "donor.name", Old: "x", New: "y", Reason: "r"}},
			{"a correction without a reason", "field-missing", book.Correct{Of: g, Field: "name", New: "n"}},
			{"a refund of a payment", "not-a-gift", book.Refund{Of: p, Amount: 1, Occurred: "2026-11-20"}},
			{"a key again", "key-exists", book.RegisterKey{ID: "w1", Org: 0, Use: "witness", Verifier: verifierKey}},
			{"a key that ends with another's", "key-other", book.RegisterKey{ID: "w2", Org: 1, Use: "witness", Verifier: verifierKey, Replaces: "w1"}},
			{"a key that ends with one that is not there", "no-such-key", book.RegisterKey{ID: "w2", Org: 0, Use: "witness", Verifier: verifierKey, Replaces: "w0"}},
			{"a key of nobody", "no-such-organization", book.RegisterKey{ID: "w2", Org: 99, Use: "witness", Verifier: verifierKey}},
			{"a log's key that only a witness could have", "verifier-unreadable", book.RegisterKey{ID: "l9", Use: "log", Verifier: cosignerKey}},
			{"a key that is none", "verifier-unreadable", book.RegisterKey{ID: "w2", Use: "witness", Verifier: "w2+00000000+AAAA"}},
			{"an exception with another leaf", "leaf-other", book.Except{Of: g, Reason: "r"}},
			{"an exception of nothing", "no-such-record", book.Except{Of: 1 << 30, Reason: "r"}},
			{"a return of a project", "no-such-flow", book.Return{Of: east, Amount: 1, Occurred: "2026-11-20"}},
		} {
			t.Run(c.name, func(t *testing.T) {
				before, _ := s.Head(ctx)
				_, err := b.Submit(ctx, ask(c.what, ""))
				wantCode(t, c.name, err, c.code)
				if after, _ := s.Head(ctx); after != before {
					t.Errorf("the log went from %d to %d records", before.Size, after.Size)
				}
			})
		}
		checkLog(t, s)
	})
}

// TestEverything records one of each kind of request.
func TestEverything(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		partner := int64(3)
		do(t, b,
			book.RegisterAsset{ID: "goods/desk", Class: ledger.Goods, Name: "课桌", Unit: "张"},
			book.ChangePlan{Project: east, PlanFields: book.PlanFields{Target: &ledger.Sum{Asset: "CNY", Amount: 100_000}, Starts: "2026-01-01", Ends: "2026-06-30",
				Budget: []ledger.BudgetLine{{Category: "5101.direct_aid", Amount: 90_000}}, Plan: book.PlanTexts{Purpose: "助学"}}, Reason: "延期"},
			book.ChangeStatus{Project: east, Status: ledger.Fundraising})
		late, err := b.Submit(ctx, ask(gift(east, 9000), ""))
		must(t, err)
		if !late.Record.What.(*ledger.Flow).Late {
			t.Error("money received after the end of fundraising is not marked late")
		}
		plan := do(t, b, book.ChangePlan{Project: west, PlanFields: book.PlanFields{}, Reason: "接受东项目拨款"})
		do(t, b, book.Transfer{From: book.PoolRef{Project: east}, To: book.PoolRef{Project: east, Holder: &partner}, Asset: "CNY", Amount: 1000, Occurred: "2026-11-20", Purpose: "执行"})
		do(t, b, book.Transfer{From: book.PoolRef{Project: east}, To: book.PoolRef{Project: west}, Asset: "CNY", Amount: 2000, Occurred: "2026-11-20", Basis: plan,
			Consent: &ledger.Author{Org: 2, Key: "k2"}})
		do(t, b, book.Convert{Pool: book.PoolRef{Project: east}, From: ledger.Sum{Asset: "CNY", Amount: 3000}, To: ledger.Sum{Asset: "goods/desk", Amount: 6},
			Occurred: "2026-11-20", Basis: "采购单价 5.00 元", Payee: &book.Party{Kind: ledger.Organized, Name: "某家具厂"}})
		desks := pay(east, 4)
		desks.Asset = "goods/desk"
		p := do(t, b, desks)
		do(t, b,
			book.Deliver{Of: p, Amount: 3, Occurred: "2026-11-20", Recipient: &book.Party{Kind: ledger.Organized, Name: "某学校"}},
			book.Deliver{Of: p, Amount: 1, Occurred: "2026-11-20", Recipient: &book.Party{Kind: ledger.Organized, Name: "某学校"}},
			book.Disclose{Project: east, Period: "2026-07-01/2026-09-30", Kind: "progress", Title: "三季度进展", Text: "第一行\n第二行", At: p},
			book.Correct{Of: p, Field: "payee.name", Old: "某学校", New: "某小学", Reason: "误写"},
			book.FreezeProject{Project: east, Order: "穗民函〔2026〕12号", Reason: "核查"},
			book.FreezeProject{Project: east, Order: "穗民函〔2026〕15号", Reason: "核查完毕", Release: true},
			book.AddEvidence{Evidence: ledger.Evidence{Hash: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Size: 10, Media: "application/pdf", Public: true}, File: "发票.pdf"})
		excepted, err := s.Stored(ctx, p)
		must(t, err)
		do(t, b, book.Except{Of: p, Leaf: record.Hash(excepted), Reason: "账链协商"},
			book.RegisterKey{ID: "w1", Org: 0, Use: "witness", Verifier: verifierKey},
			book.RegisterKey{ID: "w2", Org: 0, Use: "witness", Verifier: verifierKey, Replaces: "w1"})
		keys, err := s.Keys(ctx)
		must(t, err)
		if len(keys) != 2 || keys[1].Replaces != "w1" {
			t.Errorf("the keys are %+v", keys)
		}
		charity := int64(1)
		st, err := s.Statement(ctx, account.Scope{Organization: &charity}, "", "", 0)
		must(t, err)
		for _, a := range st.Assets {
			if balance(a) != a.Closing {
				t.Errorf("the statement of an organization closes at %d, and its lines give %d: %+v", a.Closing, balance(a), a)
			}
		}
		if a := st.Assets[0]; a.Asset != "CNY" || a.Closing != 4000 || a.InTransit != 1000 || a.TransfersOut != 2000 || a.ConvertedOut != 3000 {
			t.Errorf("statement of the organization: %+v", a)
		}
		checkLog(t, s)
	})
}
