package store_test

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/record"
)

// scene is a random history in projects of its own: two of one charity, one of
// another, and a partner that holds pools in all of them.
type scene struct {
	b        *book.Book
	p        *plain
	first    int64 // its first record
	orgs     [3]int64
	projects [3]int64
	party    string // an organization without a USCC that only this scene knows
}

// partyCode is the USCC of an organization that every scene deals with.
var partyCode = uscc(50)

// newScene registers organizations and projects under codes from n on.
func newScene(t rapid.TB, b *book.Book, p *plain, n int) *scene {
	t.Helper()
	p.read(t)
	sc := &scene{b: b, p: p, first: int64(len(p.records)), party: fmt.Sprintf("第%d小学", n)}
	kinds := []ledger.OrganizationKind{ledger.Charity, ledger.Charity, ledger.Partner}
	for i, kind := range kinds {
		sc.orgs[i] = sc.must(t, book.RegisterOrganization{USCC: uscc(n + i), Name: fmt.Sprintf("组织%d", n+i), Kind: kind})
	}
	for i, owner := range []int{0, 0, 1} {
		sc.projects[i] = sc.must(t, book.RegisterProject{Organization: uscc(n + owner), Name: fmt.Sprintf("项目%d", n+i), Kind: ledger.Fund,
			Cause: []string{"education", "health"}[i%2], Place: []string{"440100", "440300", "US"}[i], Designations: []book.Designation{
				{ID: "roof", Name: "屋顶", Class: ledger.Restricted}, {ID: "agent", Name: "指定受益人", Class: ledger.Agency}}})
	}
	p.read(t)
	return sc
}

func (sc *scene) must(t rapid.TB, what any) int64 {
	t.Helper()
	a, err := sc.b.Submit(ctx, ask(what, ""))
	if err != nil {
		t.Fatalf("%T: %v", what, err)
	}
	return a.Index
}

// play records a group of random requests. Some are refused, and that is meant.
func (sc *scene) play(t *rapid.T, n int) {
	var requests []book.Request
	for range n {
		requests = append(requests, ask(sc.draw(t), ""))
	}
	results, err := sc.b.SubmitAll(ctx, requests, false)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		if r.Err != nil && ledger.KindOf(r.Err) == 0 {
			t.Fatalf("%+v: %v", requests[i].What, r.Err)
		}
	}
	sc.p.read(t)
}

var (
	sceneDays  = []string{"2025-12-31", "2026-01-01", "2026-11-05", "2026-11-06/2026-11-10", "2026-11-10", "2026-11-20"}
	categories = []ledger.Category{"5101.direct_aid", "5101.other", "5301", "5501.loss"}
	incomes    = []ledger.FlowKind{ledger.Donation, ledger.Donation, ledger.Donation, ledger.Grant, ledger.Sale, ledger.Opening}
)

func (sc *scene) draw(t *rapid.T) any {
	day := rapid.SampledFrom(sceneDays).Draw(t, "day")
	amount := rapid.SampledFrom([]int64{1, 3, 9, 9, 10, 50, 99, 4000}).Draw(t, "amount")
	switch rapid.SampledFrom([]string{"return", "reverse", "refund", "convert", "transfer", "deliver", "reverse", "transfer",
		"erase", "correct", "out", "transfer", "out", "in", "out", "in", "in", "in"}).Draw(t, "deed") {
	case "out":
		return sc.drawSpend(t, amount, day)
	case "transfer":
		to := sc.drawPool(t)
		from, asset := sc.drawSource(t)
		tr := book.Transfer{From: from, To: to, Asset: asset, Amount: amount, Occurred: day, Purpose: "拨款", Basis: to.Project + 1,
			Consent: &ledger.Author{Org: sc.p.projects[to.Project].Organization, Key: "k"}}
		if rapid.IntRange(0, 3).Draw(t, "named") == 0 {
			tr.Of = sc.drawFlow(t, ledger.FlowKind.Brings)
		}
		return tr
	case "convert":
		from, asset := sc.drawSource(t)
		into := map[ledger.AssetID]ledger.AssetID{"CNY": "USD", "USD": "CNY"}[asset]
		return book.Convert{Pool: from, From: ledger.Sum{Asset: asset, Amount: amount}, To: ledger.Sum{Asset: into, Amount: 1 + amount/7},
			Occurred: day, Basis: "牌价", Payee: sc.drawParty(t)}
	case "refund":
		return book.Refund{Of: sc.drawFlow(t, ledger.FlowKind.Brings), Amount: min(amount, 10), Occurred: day, Reason: "误捐"}
	case "return":
		return book.Return{Of: sc.drawFlow(t, ledger.FlowKind.Spends), Amount: min(amount, 10), Occurred: day}
	case "reverse":
		return book.Reverse{Of: sc.drawFlow(t, ledger.FlowKind.Known), Reason: "误录"}
	case "deliver":
		return book.Deliver{Of: sc.drawFlow(t, ledger.FlowKind.Spends), Amount: min(amount, 10), Occurred: day, Recipient: &book.Party{}}
	case "correct":
		return book.Correct{Of: sc.drawFlow(t, ledger.FlowKind.Known), Field: "label", New: "乙", Reason: "笔误"}
	case "erase":
		return book.Erase{Of: sc.drawFlow(t, ledger.FlowKind.Known), Seal: record.Public, Basis: "pipl-47"}
	}
	in := book.Income{PoolRef: sc.drawPool(t), Kind: rapid.SampledFrom(incomes).Draw(t, "kind"), Asset: drawAsset(t), Amount: 2 * amount, Occurred: day, Note: "加油"}
	if in.Kind != ledger.Opening {
		in.Donor = sc.drawParty(t)
	}
	return in
}

func (sc *scene) drawSpend(t *rapid.T, amount int64, day string) book.Spend {
	from, asset := sc.drawSource(t)
	s := book.Spend{PoolRef: from, Asset: asset, Amount: amount, Occurred: day, Category: rapid.SampledFrom(categories).Draw(t, "category")}
	if s.Category.Account() != string(ledger.Impairment) {
		s.Payee, s.Purpose = sc.drawParty(t), "课桌"
	}
	return s
}

func drawAsset(t *rapid.T) ledger.AssetID {
	return rapid.SampledFrom([]ledger.AssetID{"CNY", "CNY", "CNY", "USD"}).Draw(t, "asset")
}

// drawPool prefers one pool, so that flows meet.
func (sc *scene) drawPool(t *rapid.T) book.PoolRef {
	ref := book.PoolRef{Project: sc.projects[rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(t, "project")]}
	if holder := rapid.IntRange(-3, 2).Draw(t, "holder"); holder >= 0 {
		ref.Holder = &sc.orgs[holder]
	}
	ref.Designation = rapid.SampledFrom([]string{"", "", "", "roof", "agent"}).Draw(t, "designation")
	return ref
}

// drawSource is a pool that holds something, where there is one, and its asset.
func (sc *scene) drawSource(t *rapid.T) (book.PoolRef, ledger.AssetID) {
	var full []ledger.Pool
	for pool, units := range sc.p.balances(sc.first) {
		if units > 0 {
			full = append(full, pool)
		}
	}
	if len(full) == 0 {
		return sc.drawPool(t), drawAsset(t)
	}
	slices.SortFunc(full, func(a, b ledger.Pool) int { return strings.Compare(a.String(), b.String()) })
	pool := rapid.SampledFrom(full).Draw(t, "source")
	return book.PoolRef{Project: pool.Project, Holder: &pool.Holder, Designation: pool.Designation}, pool.Asset
}

func (sc *scene) drawParty(t *rapid.T) *book.Party {
	return rapid.SampledFrom([]*book.Party{
		{Kind: ledger.Person, Name: "李某", Display: "李*"}, {Kind: ledger.Anonymous},
		{Kind: ledger.Organized, Name: "甲公司", USCC: ledger.USCC(partyCode)}, {Kind: ledger.Organized, Name: sc.party},
	}).Draw(t, "party")
}

// drawFlow picks one of the scene's last flows of a kind that fits.
func (sc *scene) drawFlow(t *rapid.T, fits func(ledger.FlowKind) bool) int64 {
	var flows []int64
	for i := sc.first; i < int64(len(sc.p.records)); i++ {
		if f := sc.p.flow(i); f != nil && fits(f.Kind) {
			flows = append(flows, i)
		}
	}
	if len(flows) == 0 {
		return sc.first
	}
	return rapid.SampledFrom(flows[max(0, len(flows)-6):]).Draw(t, "of")
}
