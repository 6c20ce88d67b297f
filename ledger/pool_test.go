package ledger_test

import (
	"regexp"
	"strings"
	"testing"

	"mingzhang/ledger"
)

func TestParsePool(t *testing.T) {
	slug := strings.Repeat("a", 40)
	for s, want := range map[string]ledger.Pool{
		"5/1/general/CNY":                         {Project: 5, Holder: 1, Designation: ledger.General, Asset: "CNY"},
		"5/0/winter-coats/goods/kn95-mask":        {Project: 5, Holder: 0, Designation: "winter-coats", Asset: "goods/kn95-mask"},
		"9007199254740991/9007199254740991/a/USD": {Project: ledger.MaxUnits, Holder: ledger.MaxUnits, Designation: "a", Asset: "USD"},
		"1/2/" + slug + "/hours/" + slug:          {Project: 1, Holder: 2, Designation: slug, Asset: ledger.AssetID("hours/" + slug)},
		"10/20/2026/goods/0":                      {Project: 10, Holder: 20, Designation: "2026", Asset: "goods/0"},
	} {
		got, err := ledger.ParsePool(s)
		if err != nil || got != want {
			t.Errorf("ParsePool(%s) = %+v, %v, want %+v", s, got, err, want)
		}
		if got.String() != s || string(got.Append([]byte("pool "))) != "pool "+s {
			t.Errorf("%+v is written %s, want %s", got, got, s)
		}
	}
}

func TestParsePoolRefuses(t *testing.T) {
	for _, s := range []string{
		"", "/", "///", "5", "5/1", "5/1/general", "5/1/general/", "5/1//CNY", "/1/general/CNY", "5//general/CNY",
		"0/1/general/CNY", "-5/1/general/CNY", "5/-1/general/CNY", "+5/1/general/CNY", "05/1/general/CNY", "5/01/general/CNY",
		"5.0/1/general/CNY", "5e0/1/general/CNY", " 5/1/general/CNY", "5/1/general/CNY ", "５/1/general/CNY",
		"9007199254740992/1/general/CNY", "5/9007199254740992/general/CNY", "99999999999999999999/1/general/CNY",
		"5/1/General/CNY", "5/1/a--b/CNY", "5/1/-a/CNY", "5/1/a-/CNY", "5/1/" + strings.Repeat("a", 41) + "/CNY",
		"5/1/general/cny", "5/1/general/CN", "5/1/general/CNYY", "5/1/general/goods", "5/1/general/goods/", "5/1/general/goods/A",
		"5/1/general/money/cny", "5/1/general/goods/a/b", "5/1/general/CNY/x",
	} {
		got, err := ledger.ParsePool(s)
		refused(t, err, "pool-unreadable")
		if got != (ledger.Pool{}) {
			t.Errorf("ParsePool(%q) = %v with a refusal", s, got)
		}
	}
}

func TestPoolCheck(t *testing.T) {
	good := ledger.Pool{Project: 5, Holder: 1, Designation: ledger.General, Asset: "CNY"}
	for _, c := range []struct {
		name  string
		spoil func(*ledger.Pool)
		code  string
	}{
		{"good", func(*ledger.Pool) {}, ""},
		{"held by the platform", func(p *ledger.Pool) { p.Holder = 0 }, ""},
		{"no project", func(p *ledger.Pool) { p.Project = 0 }, "pool-unreadable"},
		{"negative project", func(p *ledger.Pool) { p.Project = -5 }, "pool-unreadable"},
		{"project beyond the limit", func(p *ledger.Pool) { p.Project = ledger.MaxUnits + 1 }, "pool-unreadable"},
		{"negative holder", func(p *ledger.Pool) { p.Holder = -1 }, "pool-unreadable"},
		{"holder beyond the limit", func(p *ledger.Pool) { p.Holder = ledger.MaxUnits + 1 }, "pool-unreadable"},
		{"no designation", func(p *ledger.Pool) { p.Designation = "" }, "name-unreadable"},
		{"a slash in the designation", func(p *ledger.Pool) { p.Designation = "a/b" }, "name-unreadable"},
		{"no asset", func(p *ledger.Pool) { p.Asset = "" }, "asset-unreadable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := good
			c.spoil(&p)
			checked(t, p.Check(), c.code)
		})
	}
}

// FuzzPool compares with a regular expression, and what is read is written alike.
func FuzzPool(f *testing.F) {
	for _, s := range []string{"5/1/general/CNY", "5/0/winter-coats/goods/kn95-mask", "05/1/general/CNY", "5/1/general/goods/a/b", "9007199254740992/1/a/USD"} {
		f.Add(s)
	}
	form := regexp.MustCompile(`^[1-9][0-9]{0,15}/(0|[1-9][0-9]{0,15})/[a-z0-9]+(-[a-z0-9]+)*/([A-Z]{3}|(goods|hours)/[a-z0-9]+(-[a-z0-9]+)*)$`)
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ledger.ParsePool(s)
		if err != nil {
			refusedFor(t, err, s, "pool-unreadable")
			if form.MatchString(s) && len(s) < 40 && !regexp.MustCompile(`[0-9]{16}`).MatchString(s) {
				t.Errorf("ParsePool(%q) = %v, but it has the form", s, err)
			}
			return
		}
		if !form.MatchString(s) {
			t.Errorf("ParsePool(%q) = %v, but it does not have the form", s, p)
		}
		if p.String() != s || p.Check() != nil {
			t.Errorf("ParsePool(%q) is written %s, Check says %v", s, p, p.Check())
		}
	})
}
