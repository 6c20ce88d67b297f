package sample_test

import (
	"bytes"
	"fmt"
	"image/png"
	"io"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/record"
	"mingzhang/ledger/trace"
	"mingzhang/ledger/view"
)

// TestKinds: nothing that the book can hold is missing, but for an exception, which is
// no part of an orderly city.
func TestKinds(t *testing.T) {
	seen := map[string]int{}
	for _, r := range nanzhu.all {
		seen[fmt.Sprintf("%T", r.What)]++
		f, ok := r.What.(*ledger.Flow)
		if !ok {
			continue
		}
		for _, word := range []string{"kind " + string(f.Kind), "category " + string(f.Category), "channel " + f.Channel, "asset " + string(f.Entered().Asset)} {
			seen[word]++
		}
		if f.Party != nil {
			seen["party "+string(f.Party.Kind)]++
		}
		seen[fmt.Sprint("late ", f.Late)]++
		seen[fmt.Sprint("interval ", f.Occurred.First != f.Occurred.Last)]++
		seen[fmt.Sprint("named transfer ", f.Kind == ledger.Transfer && f.Of != 0)]++
		seen[fmt.Sprint("related ", f.Party != nil && f.Party.Related)]++
	}
	want := []string{"*ledger.Organization", "*ledger.Key", "*ledger.Asset", "*ledger.Project", "*ledger.Plan", "*ledger.StatusChange", "*ledger.Designation", "*ledger.Flow",
		"*ledger.Delivery", "*ledger.Evidence", "*ledger.Disclosure", "*ledger.Correction", "*ledger.Freeze", "*ledger.Erasure",
		"late true", "interval true", "named transfer true", "related true", "asset USD", "asset goods/quilt", "asset hours/volunteer"}
	for _, k := range []ledger.FlowKind{ledger.Donation, ledger.Membership, ledger.Service, ledger.Grant, ledger.Sale, ledger.Investment, ledger.Allocation, ledger.Other, ledger.Opening,
		ledger.Return, ledger.Transfer, ledger.Conversion, ledger.Expenditure, ledger.Refund, ledger.Reversal} {
		want = append(want, "kind "+string(k))
	}
	for _, c := range ledger.Categories() {
		want = append(want, "category "+string(c))
	}
	for _, c := range []string{"wechat", "alipay", "unionpay", "bank", "cash", "platform"} {
		want = append(want, "channel "+c)
	}
	for _, p := range []ledger.PartyKind{ledger.Person, ledger.Organized, ledger.Group, ledger.Anonymous, ledger.Distribution} {
		want = append(want, "party "+string(p))
	}
	for _, w := range want {
		if seen[w] == 0 {
			t.Errorf("the city has no %s", w)
		}
	}
	if n := seen["*ledger.Flow"]; n < 2500 || n > 4000 {
		t.Errorf("the city has %d flows, want 2,500 to 4,000", n)
	}
}

// TestSizes: four of five gifts are of 100 yuan or less, and one day brings more than any
// other.
func TestSizes(t *testing.T) {
	small, all := 0, 0
	daily := map[ledger.Date]int{}
	for _, r := range nanzhu.all {
		f, ok := r.What.(*ledger.Flow)
		if !ok || f.Kind != ledger.Donation || f.In.Pool.Asset != "CNY" {
			continue
		}
		all++
		daily[f.Occurred.Last]++
		if f.Amount <= 100_00 {
			small++
		}
	}
	if share := small * 100 / all; share < 78 || share > 86 {
		t.Errorf("%d %% of %d gifts are of 100 yuan or less", share, all)
	}
	festival := nanzhu.flow(t, nanzhu.Showcase.Gift).Occurred.Last
	for day, n := range daily {
		if day != festival && n*2 > daily[festival] {
			t.Errorf("%d gifts on %s, %d on the festival day", n, day, daily[festival])
		}
	}
}

// TestTotals: what a statement closes with is what the project's pools hold.
func TestTotals(t *testing.T) { nanzhu.checkTotals(t) }

func (b *built) checkTotals(t *testing.T) {
	t.Helper()
	for _, p := range b.Projects {
		st, err := b.store.Statement(ctx, account.Scope{Project: p}, "", account.Today(b.now), int64(len(b.all)))
		must(t, err)
		pools, err := b.store.Pools(ctx, &p, nil)
		must(t, err)
		held := map[ledger.AssetID]int64{}
		for _, pool := range pools {
			held[pool.Asset] += pool.Balance()
		}
		for _, a := range st.Assets {
			if a.Closing+a.Agency != held[a.Asset] {
				t.Errorf("project %d closes with %d %s, %d for others, and holds %d", p, a.Closing, a.Asset, a.Agency, held[a.Asset])
			}
		}
	}
}

// TestGift: the gift of the showcase is followed through the joint campaign, a member and
// its partner; a part of it is spent and a part still there.
func TestGift(t *testing.T) { nanzhu.checkGift(t) }

func (b *built) checkGift(t *testing.T) {
	t.Helper()
	at := b.Showcase
	parts, err := trace.Forward(ctx, b.store.Trace(), at.Gift)
	must(t, err)
	if len(parts) != 2 || parts[0].State != trace.Spent || parts[1].State != trace.InTransit || len(parts[0].Path) != 3 || parts[0].Path[2] != at.Payment {
		t.Errorf("the gift went %v, want it spent by %d in part and in transit in part", parts, at.Payment)
	}
	if f := b.flow(t, at.Gift); f.In.Pool.Project != at.Joint || f.Amount != at.Amount || f.Channel != "wechat" {
		t.Errorf("the gift is %+v", f)
	}
	if index, err := b.book.ReceiptIndex(at.Receipt); err != nil || index != at.Gift {
		t.Errorf("the receipt is that of record %d, %v", index, err)
	}
	if index, err := b.store.Paid(ctx, b.book.PaymentKey("wechat", at.Serial), at.Amount); err != nil || index != at.Gift {
		t.Errorf("under its serial number there is record %d, %v", index, err)
	}
}

// TestShowcase: everything is what it is said to be.
func TestShowcase(t *testing.T) { nanzhu.checkShowcase(t) }

func (b *built) checkShowcase(t *testing.T) {
	t.Helper()
	at, today := b.Showcase, account.Today(b.now)
	statuses := map[int64]ledger.Status{at.Running: ledger.Fundraising, at.NotStarted: ledger.Filed, at.Completed: ledger.Completed, at.Overdue: ledger.Closed,
		at.Joint: ledger.Executing, at.Relief: ledger.Executing, at.Frozen: ledger.Fundraising}
	for index, want := range statuses {
		p, err := b.store.Project(ctx, index, today)
		must(t, err)
		if p.Status != want || p.Frozen != (index == at.Frozen) {
			t.Errorf("project %d (%s) is %s, frozen %v, want %s", index, p.Name, p.Status, p.Frozen, want)
		}
	}
	rows := map[string]bool{
		"a payment with evidence":  len(b.flow(t, at.Purchase).Evidence) == 1,
		"a late gift":              b.flow(t, at.Late).Late,
		"a gift of goods":          b.flow(t, at.Goods).Value != nil,
		"a gift in dollars":        b.flow(t, at.Dollars).In.Pool.Asset == "USD",
		"an exchange":              b.flow(t, at.Exchange).Kind == ledger.Conversion,
		"a loss":                   b.flow(t, at.Expired).Category == "5501.expiry",
		"units given back in full": b.taken(at.Refunded) == b.flow(t, at.Refunded).Amount,
		"units given back in part": b.taken(at.PartRefunded) > 0 && b.taken(at.PartRefunded) < b.flow(t, at.PartRefunded).Amount,
		"a gift moved":             b.taken(at.Misposted) == b.flow(t, at.Misposted).Amount,
	}
	for what, ok := range rows {
		if !ok {
			t.Errorf("the showcase has no %s", what)
		}
	}
	b.checkUndone(t)
}

// taken is how many units of a gift named outflows took.
func (b *built) taken(of int64) (sum int64) {
	for _, r := range b.all {
		if f, ok := r.What.(*ledger.Flow); ok && f.Out != nil && f.Of == of {
			sum += f.Amount
		}
	}
	return sum
}

// checkUndone looks at what came after the records of the showcase.
func (b *built) checkUndone(t *testing.T) {
	t.Helper()
	at := b.Showcase
	view := func(index int64) *view.Record {
		r, err := b.store.Record(ctx, index)
		must(t, err)
		return r
	}
	for what, index := range map[string]int64{"bounced": at.Bounced, "reversed": at.Reversed} {
		if n := view(index).Undone; n != b.flow(t, index).Amount {
			t.Errorf("of the %s payment %d units are undone", what, n)
		}
	}
	if again, ok := b.all[at.Reversed+1].What.(*ledger.Flow); ok && again.Kind == ledger.Reversal {
		t.Error("the reversal came at once")
	}
	if len(view(at.Corrected).Corrections) != 1 || len(view(at.Purchase).Deliveries) == 0 || !view(at.Withdrawn).Withdrawn {
		t.Error("the showcase has no correction, no delivery or no erasure")
	}
}

// TestDisclosures: one project is late with what it must publish, and no other.
func TestDisclosures(t *testing.T) { nanzhu.checkDisclosures(t) }

func (b *built) checkDisclosures(t *testing.T) {
	t.Helper()
	today := account.Today(b.now)
	published := map[int64][]ledger.Date{}
	for _, r := range b.all {
		if d, ok := r.What.(*ledger.Disclosure); ok {
			published[d.Project] = append(published[d.Project], account.Today(r.Recorded))
		}
	}
	for _, index := range b.Projects {
		p, err := b.store.Project(ctx, index, today)
		must(t, err)
		due := ledger.NextDisclosure(p.Starts, p.Ends, published[index])
		if late := due != "" && due < today && p.Starts <= today; late != (index == b.Showcase.Overdue) {
			t.Errorf("project %d (%s) must publish by %q: late %v on %s", index, p.Name, due, late, today)
		}
	}
}

// TestPapers: every file that is recorded is there and opens, and those for everybody
// name nobody.
func TestPapers(t *testing.T) {
	var originals, redacted int
	for _, r := range nanzhu.all {
		e, ok := r.What.(*ledger.Evidence)
		if !ok {
			continue
		}
		f, err := nanzhu.files.Open(ctx, e.Hash)
		must(t, err)
		data, err := io.ReadAll(f)
		must(t, err)
		must(t, f.Close())
		switch {
		case e.Media == "image/png":
			_, err = png.Decode(bytes.NewReader(data))
			must(t, err)
		case e.Public:
			redacted++
			for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n")[2:] {
				if name := strings.Split(line, ",")[1]; !strings.HasSuffix(name, "**") {
					t.Errorf("a public list of record %d names %s", r.Index, name)
				}
			}
		default:
			originals++
		}
	}
	if originals == 0 || originals != redacted {
		t.Errorf("%d originals and %d copies for everybody", originals, redacted)
	}
}

// TestNames: organizations are of the made city, with codes that no registry gives out;
// and what the public is shown of a person is not the name.
func TestNames(t *testing.T) {
	for _, r := range nanzhu.all {
		var name, code string
		switch w := r.What.(type) {
		case *ledger.Organization:
			name, code = w.Name, w.Code
		case *ledger.Flow:
			if w.Party != nil {
				name, code = w.Party.Name, string(w.Party.USCC)
			}
		case *ledger.Delivery:
			name, code = w.Recipient.Name, string(w.Recipient.USCC)
		}
		made := strings.Contains(name, "南珠") || strings.HasPrefix(name, "云岭县") || strings.Contains(name, "样例") || strings.Contains(name, "(sample)")
		if name != "" && !made || code != "" && !strings.Contains(code, "MADE") {
			t.Errorf("record %d names %s (%s)", r.Index, name, code)
		}
		public, private, err := nanzhu.store.Openings(ctx, r.Index)
		must(t, err)
		if person := opened(t, r.Private, private).Get("name"); person != "" && strings.Contains(string(public), person) {
			t.Errorf("record %d shows the name of a person", r.Index)
		}
	}
}

// opened reads the opening of a seal; without one it is empty.
func opened(t *testing.T, commitment record.Commitment, opening []byte) record.Opening {
	t.Helper()
	if opening == nil {
		return record.Opening{}
	}
	o, err := record.Open(commitment, opening)
	must(t, err)
	return o
}
