package ledger_test

import (
	"fmt"
	"strings"
	"testing"

	"mingzhang/ledger"
)

var (
	cny    = ledger.Pool{Project: 5, Holder: 1, Designation: ledger.General, Asset: "CNY"}
	masks  = ledger.Pool{Project: 5, Holder: 1, Designation: ledger.General, Asset: "goods/mask"}
	person = &ledger.Party{Kind: ledger.Person}
)

var incomes = []ledger.FlowKind{
	ledger.Donation, ledger.Membership, ledger.Service, ledger.Grant, ledger.Sale, ledger.Investment, ledger.Allocation, ledger.Other, ledger.Opening,
}

func allKinds() []ledger.FlowKind {
	return append([]ledger.FlowKind{ledger.Return, ledger.Transfer, ledger.Conversion, ledger.Expenditure, ledger.Refund, ledger.Reversal}, incomes...)
}

// goodFlow is the plainest flow of its kind, of 100 units.
func goodFlow(kind ledger.FlowKind) *ledger.Flow {
	in := func(p ledger.Pool) *ledger.Inflow {
		return &ledger.Inflow{Pool: p, Span: ledger.Span{From: 0, Upto: 100}}
	}
	out := func(p ledger.Pool) *ledger.Outflow {
		return &ledger.Outflow{Pool: p, Span: ledger.Span{From: 0, Upto: 100}}
	}
	f := &ledger.Flow{Kind: kind, Amount: 100, Occurred: ledger.On("2026-11-20")}
	switch kind {
	case ledger.Return:
		f.Of, f.In, f.Cut = 3, in(cny), &ledger.Span{From: 0, Upto: 100}
	case ledger.Transfer:
		to := cny
		to.Holder = 2
		f.Out, f.In = out(cny), in(to)
	case ledger.Conversion:
		f.Out, f.In, f.Into = out(cny), in(masks), 100
	case ledger.Expenditure:
		f.Out, f.Category, f.Party = out(cny), "5101.direct_aid", person
	case ledger.Refund:
		f.Of, f.Out = 3, &ledger.Outflow{Pool: cny, Takes: []ledger.Take{{Span: ledger.Span{From: 0, Upto: 100}}}}
	case ledger.Reversal:
		f.Of, f.In = 3, in(cny)
	case ledger.Donation:
		f.In, f.Party = in(cny), person
	default:
		f.In = in(cny)
	}
	return f
}

func TestFlowCheckAcceptsEachKind(t *testing.T) {
	for _, kind := range allKinds() {
		f := goodFlow(kind)
		if err := f.Check(); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if err := f.CheckUnits(); err != nil {
			t.Errorf("the units of %s: %v", kind, err)
		}
	}
}

// TestFlowCheckMisplaced puts each field on each kind, and expects a refusal
// wherever it does not belong.
func TestFlowCheckMisplaced(t *testing.T) {
	belongs := func(kinds ...ledger.FlowKind) map[ledger.FlowKind]bool {
		m := map[ledger.FlowKind]bool{}
		for _, k := range kinds {
			m[k] = true
		}
		return m
	}
	for _, c := range []struct {
		field string
		put   func(*ledger.Flow)
		kinds map[ledger.FlowKind]bool
	}{
		{"of", func(f *ledger.Flow) { f.Of = 3 }, belongs(ledger.Refund, ledger.Return, ledger.Reversal, ledger.Transfer)},
		{"into", func(f *ledger.Flow) { f.Into = 100 }, belongs(ledger.Conversion)},
		{"channel", func(f *ledger.Flow) { f.Channel = "wechat" }, belongs(incomes...)},
		{"late", func(f *ledger.Flow) { f.Late = true }, belongs(incomes...)},
		{"category", func(f *ledger.Flow) { f.Category = "5301" }, belongs(ledger.Expenditure)},
		{"party", func(f *ledger.Flow) { f.Party = person }, belongs(append(incomes[:8:8], ledger.Expenditure, ledger.Conversion)...)},
		{"basis", func(f *ledger.Flow) { f.Basis = 4 }, belongs(ledger.Transfer)},
		{"consent", func(f *ledger.Flow) { f.Consent = &ledger.Author{Org: 2, Key: "k2"} }, belongs(ledger.Transfer)},
		{"value", func(f *ledger.Flow) { f.Value = &ledger.Value{Amount: 1, Basis: "fair"} }, belongs()},
		{"evidence", func(f *ledger.Flow) { f.Evidence = []string{hash("a")} }, belongs(allKinds()...)},
		{"in", func(f *ledger.Flow) {
			if f.In == nil {
				f.In = &ledger.Inflow{Pool: masks}
			}
		}, belongs(append(incomes[:9:9], ledger.Return, ledger.Transfer, ledger.Conversion, ledger.Reversal)...)},
		{"out", func(f *ledger.Flow) {
			if f.Out == nil {
				f.Out = &ledger.Outflow{Pool: masks}
			}
		}, belongs(ledger.Transfer, ledger.Conversion, ledger.Expenditure, ledger.Refund, ledger.Reversal)},
	} {
		for _, kind := range allKinds() {
			t.Run(fmt.Sprintf("%s on %s", c.field, kind), func(t *testing.T) {
				f := goodFlow(kind)
				c.put(f)
				code := "field-misplaced"
				if c.kinds[kind] {
					code = ""
				}
				checked(t, f.Check(), code)
			})
		}
	}
}

// TestFlowCheckValue: any income of goods may carry its fair value.
func TestFlowCheckValue(t *testing.T) {
	for _, kind := range incomes {
		f := goodFlow(kind)
		f.In.Pool = masks
		f.Value = &ledger.Value{Amount: 1, Basis: "nominal"}
		if err := f.Check(); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestFlowCheckRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		kind  ledger.FlowKind
		spoil func(*ledger.Flow)
		code  string
	}{
		{"amount zero", ledger.Grant, func(f *ledger.Flow) { f.Amount = 0 }, "amount-not-positive"},
		{"amount negative", ledger.Grant, func(f *ledger.Flow) { f.Amount = -1 }, "amount-not-positive"},
		{"amount of 2^53", ledger.Grant, func(f *ledger.Flow) { f.Amount = ledger.MaxUnits + 1 }, "amount-too-large"},
		{"no day", ledger.Grant, func(f *ledger.Flow) { f.Occurred = ledger.Period{} }, "date-missing"},
		{"category on an income with a channel", ledger.Grant, func(f *ledger.Flow) { f.Channel, f.Category = "bank", "5301" }, "field-misplaced"},
		{"impairment on a donation with a channel", ledger.Donation, func(f *ledger.Flow) { f.Channel, f.Category, f.Party = "bank", "5501.x", nil }, "field-misplaced"},
		{"into on the reversal of a payment", ledger.Reversal, func(f *ledger.Flow) { f.Into = 100 }, "field-misplaced"},
		{"no kind", ledger.Grant, func(f *ledger.Flow) { f.Kind = "" }, "word-unknown"},
		{"another kind", ledger.Grant, func(f *ledger.Flow) { f.Kind = "gift" }, "word-unknown"},
		{"income without a pool", ledger.Grant, func(f *ledger.Flow) { f.In = nil }, "field-missing"},
		{"payment without a pool", ledger.Expenditure, func(f *ledger.Flow) { f.Out = nil }, "field-missing"},
		{"transfer from nowhere", ledger.Transfer, func(f *ledger.Flow) { f.Out = nil }, "field-missing"},
		{"transfer to nowhere", ledger.Transfer, func(f *ledger.Flow) { f.In = nil }, "field-missing"},
		{"reversal without pools", ledger.Reversal, func(f *ledger.Flow) { f.In = nil }, "field-missing"},
		{"a pool that cannot exist", ledger.Grant, func(f *ledger.Flow) { f.In.Pool.Project = 0 }, "pool-unreadable"},
		{"a pool to pay from that cannot exist", ledger.Expenditure, func(f *ledger.Flow) { f.Out.Pool.Asset = "cny" }, "asset-unreadable"},
		{"refund of nothing", ledger.Refund, func(f *ledger.Flow) { f.Of = 0 }, "field-missing"},
		{"return of nothing", ledger.Return, func(f *ledger.Flow) { f.Of = 0 }, "field-missing"},
		{"reversal of a negative", ledger.Reversal, func(f *ledger.Flow) { f.Of = -3 }, "field-missing"},
		{"refund of 2^53", ledger.Refund, func(f *ledger.Flow) { f.Of = ledger.MaxUnits + 1 }, "index-range"},
		{"transfer of a negative", ledger.Transfer, func(f *ledger.Flow) { f.Of = -1 }, "index-range"},
		{"negative basis", ledger.Transfer, func(f *ledger.Flow) { f.Basis = -1 }, "index-range"},
		{"basis of 2^53", ledger.Transfer, func(f *ledger.Flow) { f.Basis = ledger.MaxUnits + 1 }, "index-range"},
		{"transfer to itself", ledger.Transfer, func(f *ledger.Flow) { f.In.Pool = cny }, "transfer-nowhere"},
		{"transfer into another asset", ledger.Transfer, func(f *ledger.Flow) { f.In.Pool.Asset = "USD" }, "transfer-asset"},
		{"another project without basis", ledger.Transfer, func(f *ledger.Flow) { f.In.Pool.Project = 6 }, "basis-missing"},
		{"another designation without basis", ledger.Transfer, func(f *ledger.Flow) { f.In.Pool.Designation = "coats" }, "basis-missing"},
		{"another project with its basis", ledger.Transfer, func(f *ledger.Flow) { f.In.Pool.Project, f.Basis = 6, 4 }, ""},
		{"another project for a named gift", ledger.Transfer, func(f *ledger.Flow) { f.In.Pool.Project, f.Of = 6, 4 }, ""},
		{"consent without a key", ledger.Transfer, func(f *ledger.Flow) { f.Consent = &ledger.Author{Org: 2} }, "name-unreadable"},
		{"consent of a negative", ledger.Transfer, func(f *ledger.Flow) { f.Consent = &ledger.Author{Org: -2, Key: "k"} }, "index-range"},
		{"conversion into the same asset", ledger.Conversion, func(f *ledger.Flow) { f.In.Pool = cny }, "conversion-asset"},
		{"conversion to another holder", ledger.Conversion, func(f *ledger.Flow) { f.In.Pool.Holder = 2 }, "conversion-pool"},
		{"conversion into another project", ledger.Conversion, func(f *ledger.Flow) { f.In.Pool.Project = 6 }, "conversion-pool"},
		{"conversion into nothing", ledger.Conversion, func(f *ledger.Flow) { f.Into = 0 }, "amount-not-positive"},
		{"channel with a capital", ledger.Grant, func(f *ledger.Flow) { f.Channel = "WeChat" }, "name-unreadable"},
		{"payment without category", ledger.Expenditure, func(f *ledger.Flow) { f.Category = "" }, "word-unknown"},
		{"category of income", ledger.Expenditure, func(f *ledger.Flow) { f.Category = "4101" }, "word-unknown"},
		{"category without detail", ledger.Expenditure, func(f *ledger.Flow) { f.Category = "5101" }, "word-unknown"},
		{"detail of a category that has none", ledger.Expenditure, func(f *ledger.Flow) { f.Category = "5301.rent" }, "word-unknown"},
		{"a very long category", ledger.Expenditure, func(f *ledger.Flow) { f.Category = ledger.Category(strings.Repeat("五", 9999)) }, "word-unknown"},
		{"donation without giver", ledger.Donation, func(f *ledger.Flow) { f.Party = nil }, "field-missing"},
		{"payment without payee", ledger.Expenditure, func(f *ledger.Flow) { f.Party = nil }, "field-missing"},
		{"impairment with a payee", ledger.Expenditure, func(f *ledger.Flow) { f.Category = "5501" }, "field-misplaced"},
		{"loss with a payee", ledger.Expenditure, func(f *ledger.Flow) { f.Category = "5501.loss" }, "field-misplaced"},
		{"loss without one", ledger.Expenditure, func(f *ledger.Flow) { f.Category, f.Party = "5501.expiry", nil }, ""},
		{"a payee who is nobody", ledger.Expenditure, func(f *ledger.Flow) { f.Party = &ledger.Party{} }, "word-unknown"},
		{"a giver named", ledger.Donation, func(f *ledger.Flow) { f.Party = &ledger.Party{Kind: ledger.Person, Name: "某人"} }, "party-named"},
		{"value on money", ledger.Donation, func(f *ledger.Flow) { f.Value = &ledger.Value{Amount: 1, Basis: "fair"} }, "field-misplaced"},
		{"value on a payment in goods", ledger.Expenditure, func(f *ledger.Flow) { f.Out.Pool, f.Value = masks, &ledger.Value{Amount: 1, Basis: "fair"} }, "field-misplaced"},
		{"value without a basis", ledger.Donation, func(f *ledger.Flow) { f.In.Pool, f.Value = masks, &ledger.Value{Amount: 1} }, "word-unknown"},
		{"value of nothing", ledger.Donation, func(f *ledger.Flow) { f.In.Pool, f.Value = masks, &ledger.Value{Basis: "fair"} }, "amount-not-positive"},
		{"50 pieces of evidence", ledger.Grant, func(f *ledger.Flow) { f.Evidence = hashes(50) }, ""},
		{"51 pieces of evidence", ledger.Grant, func(f *ledger.Flow) { f.Evidence = hashes(51) }, "evidence-too-many"},
		{"evidence twice", ledger.Grant, func(f *ledger.Flow) { f.Evidence = append(hashes(3), hashes(1)...) }, "evidence-twice"},
		{"evidence in capitals", ledger.Grant, func(f *ledger.Flow) { f.Evidence = []string{hash("A")} }, "hash-unreadable"},
		{"evidence by MD5", ledger.Grant, func(f *ledger.Flow) { f.Evidence = []string{"md5:" + strings.Repeat("a", 32)} }, "hash-unreadable"},
		{"evidence cut short", ledger.Grant, func(f *ledger.Flow) { f.Evidence = []string{hash("a")[:70]} }, "hash-unreadable"},
		{"evidence empty", ledger.Grant, func(f *ledger.Flow) { f.Evidence = []string{""} }, "hash-unreadable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := goodFlow(c.kind)
			c.spoil(f)
			checked(t, f.Check(), c.code)
		})
	}
}

func hash(digit string) string { return "sha256:" + strings.Repeat(digit, 64) }

func hashes(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("sha256:%064x", i)
	}
	return all
}

func TestFlowCheckUnits(t *testing.T) {
	takes := func(f *ledger.Flow, takes ...ledger.Take) { f.Out.Takes = takes }
	take := func(from, upto int64, path ...int64) ledger.Take {
		return ledger.Take{Span: ledger.Span{From: from, Upto: upto}, Path: path}
	}
	for _, c := range []struct {
		name  string
		kind  ledger.FlowKind
		spoil func(*ledger.Flow)
		bad   string // the field, "" for none
	}{
		{"one unit too few laid", ledger.Grant, func(f *ledger.Flow) { f.In.Span.Upto-- }, "in"},
		{"one unit too many laid", ledger.Grant, func(f *ledger.Flow) { f.In.Span.Upto++ }, "in"},
		{"laid below zero", ledger.Grant, func(f *ledger.Flow) { f.In.Span = f.In.Span.Shift(-1) }, "in"},
		{"laid up to the limit", ledger.Grant, func(f *ledger.Flow) { f.In.Span = f.In.Span.Shift(ledger.MaxUnits - 100) }, ""},
		{"laid beyond the limit", ledger.Grant, func(f *ledger.Flow) { f.In.Span = f.In.Span.Shift(ledger.MaxUnits - 99) }, "in"},
		{"laid backwards", ledger.Grant, func(f *ledger.Flow) { f.In.Span = ledger.Span{From: 100, Upto: 0} }, "in"},
		{"an envelope with holes", ledger.Expenditure, func(f *ledger.Flow) { f.Out.Span.Upto += 50 }, ""},
		{"an envelope too small", ledger.Expenditure, func(f *ledger.Flow) { f.Out.Span.Upto-- }, "out"},
		{"an envelope below zero", ledger.Expenditure, func(f *ledger.Flow) { f.Out.Span.From-- }, "out"},
		{"an envelope beyond the limit", ledger.Expenditure, func(f *ledger.Flow) { f.Out.Span = f.Out.Span.Shift(ledger.MaxUnits) }, "out"},
		{"takes without a record", ledger.Expenditure, func(f *ledger.Flow) { takes(f, take(0, 100)) }, "out"},
		{"two takes", ledger.Refund, func(f *ledger.Flow) { takes(f, take(0, 40), take(50, 110, 4, 7)) }, ""},
		{"two takes that touch", ledger.Refund, func(f *ledger.Flow) { takes(f, take(0, 40), take(40, 100)) }, ""},
		{"no takes", ledger.Refund, func(f *ledger.Flow) { takes(f) }, "takes"},
		{"takes of less", ledger.Refund, func(f *ledger.Flow) { takes(f, take(0, 99)) }, "takes"},
		{"takes of more", ledger.Refund, func(f *ledger.Flow) { takes(f, take(0, 100), take(100, 101)) }, "takes"},
		{"takes that overlap", ledger.Refund, func(f *ledger.Flow) { takes(f, take(0, 50), take(49, 99)) }, "takes"},
		{"takes in disorder", ledger.Refund, func(f *ledger.Flow) { takes(f, take(50, 100), take(0, 50)) }, "takes"},
		{"an empty take", ledger.Refund, func(f *ledger.Flow) { takes(f, take(0, 0), take(0, 100)) }, "takes"},
		{"a take below zero", ledger.Refund, func(f *ledger.Flow) { takes(f, take(-1, 99)) }, "takes"},
		{"a take beyond the limit", ledger.Refund, func(f *ledger.Flow) { takes(f, take(ledger.MaxUnits-99, ledger.MaxUnits+1)) }, "takes"},
		{"takes and an envelope", ledger.Refund, func(f *ledger.Flow) { f.Out.Span = ledger.Span{From: 0, Upto: 100} }, "takes"},
		{"a path with the gift in it", ledger.Refund, func(f *ledger.Flow) { takes(f, take(0, 100, 3)) }, "path"},
		{"a path in disorder", ledger.Refund, func(f *ledger.Flow) { takes(f, take(0, 100, 7, 4)) }, "path"},
		{"a path that stands still", ledger.Refund, func(f *ledger.Flow) { takes(f, take(0, 100, 4, 4)) }, "path"},
		{"a path beyond the limit", ledger.Refund, func(f *ledger.Flow) { takes(f, take(0, 100, ledger.MaxUnits+1)) }, "path"},
		{"a return without places", ledger.Return, func(f *ledger.Flow) { f.Cut = nil }, "places"},
		{"a return of other places", ledger.Return, func(f *ledger.Flow) { f.Cut.From = 1 }, "places"},
		{"a return of places below zero", ledger.Return, func(f *ledger.Flow) { *f.Cut = f.Cut.Shift(-1) }, "places"},
		{"places of an income", ledger.Grant, func(f *ledger.Flow) { f.Cut = &ledger.Span{From: 0, Upto: 100} }, "places"},
		{"a conversion's units", ledger.Conversion, func(f *ledger.Flow) { f.Into, f.In.Span.Upto = 7, 7 }, ""},
		{"a conversion's units by the amount", ledger.Conversion, func(f *ledger.Flow) { f.Into = 7 }, "in"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := goodFlow(c.kind)
			c.spoil(f)
			if c.bad == "" {
				checked(t, f.CheckUnits(), "")
			} else if e := refused(t, f.CheckUnits(), "units-contradict"); e.Field != c.bad {
				t.Errorf("field %q, want %q", e.Field, c.bad)
			}
		})
	}
}

func TestFlowKinds(t *testing.T) {
	accounts := map[ledger.FlowKind]string{
		ledger.Donation: "4101", ledger.Membership: "4201", ledger.Service: "4301", ledger.Grant: "4401",
		ledger.Sale: "4501", ledger.Investment: "4601", ledger.Allocation: "4701", ledger.Other: "4901",
	}
	for _, k := range allKinds() {
		income := accounts[k] != "" || k == ledger.Opening
		spends := k == ledger.Expenditure || k == ledger.Refund
		if !k.Known() || k.Account() != accounts[k] || k.Brings() != income || k.Spends() != spends {
			t.Errorf("%s: known %t, account %q, brings %t, spends %t", k, k.Known(), k.Account(), k.Brings(), k.Spends())
		}
	}
	for _, k := range []ledger.FlowKind{"", "gift", "Donation"} {
		if k.Known() || k.Brings() || k.Spends() || k.Account() != "" {
			t.Errorf("the kind %q is known", k)
		}
	}
}

func TestCategories(t *testing.T) {
	all := ledger.Categories()
	for _, c := range all {
		if err := c.Check(); err != nil {
			t.Errorf("%s: %v", c, err)
		}
		if got := c.Account(); len(got) != 4 || !strings.HasPrefix(string(c), got) {
			t.Errorf("the account of %s is %s", c, got)
		}
	}
	all[0] = "9999"
	if ledger.Categories()[0] == "9999" {
		t.Error("Categories gives its own list away")
	}
	for _, c := range []ledger.Category{"", "5", "9999", "5101", "5101.", "5101.Direct_aid", " 5301"} {
		refused(t, c.Check(), "word-unknown")
		_ = c.Account()
	}
}
