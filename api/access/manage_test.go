package access

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/store"
)

func TestCreate(t *testing.T) {
	b := open(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	first := b.makeFirst(t)
	c, err := b.with(first)
	must(t, err)
	if c.Organization != nil || c.Author() != (ledger.Author{Org: thePlatform, Key: first.ID()}) {
		t.Errorf("the platform's first key: %+v", c)
	}
	b.register(t)
	second := b.makeFirst(t)
	if c, err := b.with(second); err != nil || c.Organization == nil || *c.Organization != thePlatform {
		t.Errorf("the platform's next key: %+v, %v", c, err)
	}
	org := func(n int64) *int64 { return &n }
	regulator := caller(ledger.Regulator, theRegulator)
	for _, x := range []struct {
		name string
		by   *Caller
		wish Wish
		code string
	}{
		{"a charity's", Operator, Wish{Role: ledger.Charity, Organization: org(charityA), Label: "财务系统"}, ""},
		{"an auditor's, by the regulator", regulator, Wish{Role: ledger.Auditor, Organization: org(theAuditor)}, ""},
		{"the regulator's own", regulator, Wish{Role: ledger.Regulator, Organization: org(theRegulator)}, ""},
		{"a charity's, by the regulator", regulator, Wish{Role: ledger.Charity, Organization: org(charityA)}, "not-yours"},
		{"a charity's, by itself", caller(ledger.Charity, charityA), Wish{Role: ledger.Charity, Organization: org(charityA)}, "role-forbidden"},
		{"by nobody", Anonymous, Wish{Role: ledger.Platform}, "key-missing"},
		{"no role", Operator, Wish{Organization: org(charityA)}, "word-unknown"},
		{"no such role", Operator, Wish{Role: "king", Organization: org(charityA)}, "word-unknown"},
		{"no organization", Operator, Wish{Role: ledger.Charity}, "field-missing"},
		{"no such organization", Operator, Wish{Role: ledger.Charity, Organization: org(99)}, "no-such-organization"},
		{"a charity as platform", Operator, Wish{Role: ledger.Platform, Organization: org(charityA)}, "role-wrong"},
		{"a partner as charity", Operator, Wish{Role: ledger.Charity, Organization: org(partnerP)}, "role-wrong"},
		{"a long label", Operator, Wish{Role: ledger.Platform, Label: strings.Repeat("长", 61)}, "text-too-long"},
		{"a label with a line", Operator, Wish{Role: ledger.Platform, Label: "a\nb"}, "text-control"},
		{"a label with a telephone", Operator, Wish{Role: ledger.Platform, Label: "13800138000"}, "personal-number"},
	} {
		key, err := b.Create(ctx, x.by, x.wish)
		wantCode(t, x.name, err, x.code)
		if err == nil {
			if _, err := b.with(key); err != nil {
				t.Errorf("%s: %v", x.name, err)
			}
		}
	}
}

// TestSameID: ids that meet are drawn anew, and a broken source of chance is noticed.
func TestSameID(t *testing.T) {
	b := open(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	draws := 0
	b.Random = func(p []byte) {
		if draws++; draws <= 6 {
			clear(p)
			return
		}
		count(p)
	}
	first, second := b.makeFirst(t), b.makeFirst(t)
	if first.ID() == second.ID() {
		t.Errorf("two keys are called %s", first.ID())
	}
	b.Random = func(p []byte) { clear(p) }
	if key, err := b.Create(ctx, Operator, Wish{Role: ledger.Platform}); err == nil {
		t.Errorf("with no chance: %s", key)
	}
}

func TestList(t *testing.T) {
	b := open(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	b.register(t)
	made := map[ledger.OrganizationKind]string{}
	for role, org := range map[ledger.OrganizationKind]int64{ledger.Platform: thePlatform, ledger.Charity: charityA, ledger.Partner: partnerP,
		ledger.Regulator: theRegulator, ledger.Auditor: theAuditor} {
		made[role] = b.make(t, role, org).ID()
	}
	b.make(t, ledger.Regulator, anotherRegulator)
	all := b.listed(t, Operator)
	if len(all) != 6 {
		t.Errorf("the operator sees %v", all)
	}
	want := []string{made[ledger.Auditor], made[ledger.Regulator]}
	if got := b.listed(t, caller(ledger.Regulator, theRegulator)); !slices.Equal(got, want) {
		t.Errorf("the regulator sees %v, want %v", got, want)
	}
	if got := b.listed(t, caller(ledger.Charity, charityA)); got != nil {
		t.Errorf("a charity sees %v", got)
	}
}

// listed gives the ids of all keys that somebody sees, page by page.
func (b *bed) listed(t *testing.T, by *Caller) (ids []string) {
	t.Helper()
	for after := ""; ; {
		page, next, err := b.List(ctx, by, after, 2)
		must(t, err)
		for _, k := range page {
			if k.MAC != nil {
				t.Errorf("the list shows the mac of %s", k.ID)
			}
			ids = append(ids, k.ID)
		}
		if after = next; next == "" {
			return ids
		}
	}
}

func TestRevoke(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		b := open(t, address)
		b.register(t)
		charity, audit := b.make(t, ledger.Charity, charityA), b.make(t, ledger.Auditor, theAuditor)
		regulator := caller(ledger.Regulator, theRegulator)
		wantCode(t, "a charity's, by the regulator", b.Revoke(ctx, regulator, charity.ID()), "not-yours")
		wantCode(t, "an auditor's, by the regulator", b.Revoke(ctx, regulator, audit.ID()), "")
		wantCode(t, "again", b.Revoke(ctx, Operator, audit.ID()), "")
		for _, id := range []string{"", "ch-0000000", charity.Reveal(), "x\x00y", "ch-' OR 1=1"} {
			err := b.Revoke(ctx, Operator, id)
			wantCode(t, "no key", err, "no-such-key")
			if err != nil && strings.Contains(err.Error(), charity.Reveal()) {
				t.Errorf("the refusal repeats the key: %v", err)
			}
		}
		_, err := b.with(audit)
		wantCode(t, "revoked", err, "key-revoked")
		row, err := b.store.Store.APIKey(ctx, audit.ID())
		must(t, err)
		if row.Revoker != "k" || !row.Revoked.Equal(noon) {
			t.Errorf("revoked %s by %q", row.Revoked, row.Revoker)
		}
	})
}

// TestOpenSeal: only an auditor opens, and not without a note.
func TestOpenSeal(t *testing.T) {
	b := open(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	b.register(t)
	auditor, err := b.with(b.make(t, ledger.Auditor, theAuditor))
	must(t, err)
	for _, x := range []struct {
		name, basis, code string
		c                 *Caller
	}{
		{"an auditor", "审计通知〔2026〕3号", "", auditor},
		{"no basis", "", "field-missing", auditor},
		{"a long basis", strings.Repeat("长", 201), "text-too-long", auditor},
		{"the longest basis", strings.Repeat("长", 200), "", auditor},
		{"a basis that hides", "a\u202eb", "text-bidi", auditor},
		{"a person in the basis", "应 13800138000 要求", "personal-number", auditor},
		{"the regulator", "x", "role-forbidden", caller(ledger.Regulator, theRegulator)},
		{"the charity itself", "x", "role-forbidden", caller(ledger.Charity, charityA)},
		{"nobody", "x", "key-missing", Anonymous},
	} {
		wantCode(t, x.name, b.OpenSeal(ctx, x.c, 42, x.basis), x.code)
	}
	looks, err := b.store.PrivateReads(ctx, store.PrivateReadFilter{Limit: 10})
	must(t, err)
	want := store.PrivateRead{Number: 1, At: noon, Key: auditor.Key, Organization: theAuditor, Index: 42, Basis: "审计通知〔2026〕3号"}
	if len(looks) != 2 || looks[1] != want {
		t.Errorf("noted %+v, want two, the first %+v", looks, want)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := b.OpenSeal(ended, auditor, 43, "x"); err == nil {
		t.Error("a look that cannot be noted is allowed")
	}
}
