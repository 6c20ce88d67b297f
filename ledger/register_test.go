package ledger_test

import (
	"strings"
	"testing"

	"mingzhang/ledger"
)

// The things that are registered: organizations, projects, plans, designations,
// assets, parties. Each test begins with one that is right and spoils it.

func long(n int) string { return strings.Repeat("善", n) }

func TestOrganizationCheck(t *testing.T) {
	good := ledger.Organization{Scheme: "uscc", Code: codes[1], Name: "南粤示例慈善会", Kind: ledger.Charity, PublicFundraising: true}
	abroad := func(scheme, code string) func(*ledger.Organization) {
		return func(o *ledger.Organization) { o.Scheme, o.Code = scheme, code }
	}
	for _, c := range []struct {
		name  string
		spoil func(*ledger.Organization)
		code  string
	}{
		{"good", func(*ledger.Organization) {}, ""},
		{"legacy code", func(o *ledger.Organization) { o.Code = legacyCode }, ""},
		{"platform", func(o *ledger.Organization) { o.Kind, o.PublicFundraising = ledger.Platform, false }, ""},
		{"partner", func(o *ledger.Organization) { o.Kind, o.PublicFundraising = ledger.Partner, false }, ""},
		{"regulator", func(o *ledger.Organization) { o.Kind, o.PublicFundraising = ledger.Regulator, false }, ""},
		{"auditor", func(o *ledger.Organization) { o.Kind, o.PublicFundraising = ledger.Auditor, false }, ""},
		{"in the United States", abroad("US-EIN", "00-0000001"), ""},
		{"in Hong Kong", abroad("HK-CR", "0000001"), ""},
		{"in England", abroad("GB-CHC", "0000001"), ""},
		{"in no country", abroad("XI-ROR", "https://ror.org/000000000"), ""},
		{"a register of several words", abroad("US-CA-RCT", `CT"0\1`), ""},
		{"no kind", func(o *ledger.Organization) { o.Kind = "" }, "word-unknown"},
		{"another kind", func(o *ledger.Organization) { o.Kind = "donor" }, "word-unknown"},
		{"no code", func(o *ledger.Organization) { o.Code = "" }, "uscc-unreadable"},
		{"wrong check digit", func(o *ledger.Organization) { o.Code = codes[1][:17] + "C" }, "uscc-check-digit"},
		{"no scheme", abroad("", codes[1]), "scheme-unknown"},
		{"scheme in capitals", abroad("USCC", codes[1]), "scheme-unknown"},
		{"scheme without a country", abroad("EIN", "1"), "scheme-unknown"},
		{"scheme without a register", abroad("US-", "1"), "scheme-unknown"},
		{"scheme in small letters", abroad("us-ein", "1"), "scheme-unknown"},
		{"scheme with a country of four", abroad("USAX-EIN", "1"), "scheme-unknown"},
		{"scheme that is too long", abroad("US-"+strings.Repeat("A", 21), "1"), "scheme-unknown"},
		{"no code abroad", abroad("US-EIN", ""), "field-missing"},
		{"a space in the code abroad", abroad("US-EIN", "0 1"), "code-unreadable"},
		{"Chinese in the code abroad", abroad("US-EIN", "一"), "code-unreadable"},
		{"a control character in the code abroad", abroad("US-EIN", "1\x7f"), "code-unreadable"},
		{"61 characters abroad", abroad("US-EIN", strings.Repeat("1", 61)), "text-too-long"},
		{"fundraising by a partner", func(o *ledger.Organization) { o.Kind = ledger.Partner }, "fundraising-qualification"},
		{"no name", func(o *ledger.Organization) { o.Name = "" }, "field-missing"},
		{"a space before the name", func(o *ledger.Organization) { o.Name = " 南粤" }, "text-spaces"},
		{"a space after the name", func(o *ledger.Organization) { o.Name = "南粤 " }, "text-spaces"},
		{"only a space", func(o *ledger.Organization) { o.Name = " " }, "text-spaces"},
		{"200 characters", func(o *ledger.Organization) { o.Name = long(200) }, ""},
		{"201 characters", func(o *ledger.Organization) { o.Name = long(201) }, "text-too-long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := good
			c.spoil(&o)
			checked(t, o.Check(), c.code)
		})
	}
}

func TestProjectCheck(t *testing.T) {
	good := ledger.Project{Organization: 1, Name: "山村小学午餐", Filing: codes[0] + "P20001", Kind: ledger.Campaign, Cause: "education", Place: "440100"}
	for _, c := range []struct {
		name  string
		spoil func(*ledger.Project)
		code  string
	}{
		{"good", func(*ledger.Project) {}, ""},
		{"of the platform", func(p *ledger.Project) { p.Organization = 0 }, ""},
		{"abroad", func(p *ledger.Project) { p.Place = "NP" }, ""},
		{"a joint campaign", func(p *ledger.Project) { p.Kind = ledger.Joint }, ""},
		{"a fund without filing", func(p *ledger.Project) { p.Kind, p.Filing = ledger.Fund, "" }, ""},
		{"an undertaking without filing", func(p *ledger.Project) { p.Kind, p.Filing = ledger.Undertaking, "" }, ""},
		{"a general fund without filing", func(p *ledger.Project) { p.Kind, p.Filing = ledger.GeneralFund, "" }, ""},
		{"no kind", func(p *ledger.Project) { p.Kind = "" }, "word-unknown"},
		{"campaign without filing", func(p *ledger.Project) { p.Filing = "" }, "filing-missing"},
		{"joint campaign without filing", func(p *ledger.Project) { p.Kind, p.Filing = ledger.Joint, "" }, "filing-missing"},
		{"filing of five characters", func(p *ledger.Project) { p.Filing = "P2000" }, "filing-unreadable"},
		{"filing of 41 characters", func(p *ledger.Project) { p.Filing = strings.Repeat("1", 41) }, "filing-unreadable"},
		{"filing in small letters", func(p *ledger.Project) { p.Filing = "p200001" }, "filing-unreadable"},
		{"filing of a fund in small letters", func(p *ledger.Project) { p.Kind, p.Filing = ledger.Fund, "p200001" }, "filing-unreadable"},
		{"cause with a capital", func(p *ledger.Project) { p.Cause = "Education" }, "name-unreadable"},
		{"no cause", func(p *ledger.Project) { p.Cause = "" }, "name-unreadable"},
		{"cause of 41 letters", func(p *ledger.Project) { p.Cause = strings.Repeat("a", 41) }, "name-unreadable"},
		{"cause that ends in a hyphen", func(p *ledger.Project) { p.Cause = "aid-" }, "name-unreadable"},
		{"no place", func(p *ledger.Project) { p.Place = "" }, "place-unreadable"},
		{"place of five digits", func(p *ledger.Project) { p.Place = "44010" }, "place-unreadable"},
		{"place of two digits", func(p *ledger.Project) { p.Place = "44" }, "place-unreadable"},
		{"place in small letters", func(p *ledger.Project) { p.Place = "cn" }, "place-unreadable"},
		{"place of three letters", func(p *ledger.Project) { p.Place = "CHN" }, "place-unreadable"},
		{"place in Chinese", func(p *ledger.Project) { p.Place = "广州" }, "place-unreadable"},
		{"a negative organization", func(p *ledger.Project) { p.Organization = -1 }, "index-range"},
		{"an organization of 2^53", func(p *ledger.Project) { p.Organization = ledger.MaxUnits + 1 }, "index-range"},
		{"no name", func(p *ledger.Project) { p.Name = "" }, "field-missing"},
		{"201 characters", func(p *ledger.Project) { p.Name = long(201) }, "text-too-long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := good
			c.spoil(&p)
			checked(t, p.Check(), c.code)
		})
	}
}

func TestPlanCheck(t *testing.T) {
	line := func(c ledger.Category, n int64) ledger.BudgetLine { return ledger.BudgetLine{Category: c, Amount: n} }
	good := func() ledger.Plan {
		return ledger.Plan{
			Project: 5, Starts: "2026-01-01", Ends: "2026-12-31", Target: &ledger.Sum{Asset: "CNY", Amount: 100},
			Budget: []ledger.BudgetLine{line("5101.direct_aid", 95), line("5301", 5)}, Beneficiaries: 800, Partners: []int64{0, 2}, Replaces: 4,
		}
	}
	for _, c := range []struct {
		name  string
		spoil func(*ledger.Plan)
		code  string
	}{
		{"good", func(*ledger.Plan) {}, ""},
		{"nothing but its project", func(p *ledger.Plan) { *p = ledger.Plan{Project: 5} }, ""},
		{"of one day", func(p *ledger.Plan) { p.Ends = p.Starts }, ""},
		{"without end", func(p *ledger.Plan) { p.Ends = "" }, ""},
		{"a budget that does not reach the target", func(p *ledger.Plan) { p.Budget = p.Budget[1:] }, ""},
		{"no project", func(p *ledger.Plan) { p.Project = 0 }, "field-missing"},
		{"negative project", func(p *ledger.Plan) { p.Project = -5 }, "index-range"},
		{"a start that is no day", func(p *ledger.Plan) { p.Starts = "2026-02-30" }, "date-unreadable"},
		{"an end that is no day", func(p *ledger.Plan) { p.Ends = "2026" }, "date-unreadable"},
		{"an end before the start", func(p *ledger.Plan) { p.Ends = "2025-12-31" }, "plan-backwards"},
		{"an end without a start", func(p *ledger.Plan) { p.Starts = "" }, "field-missing"},
		{"negative beneficiaries", func(p *ledger.Plan) { p.Beneficiaries = -1 }, "amount-not-positive"},
		{"2^53 beneficiaries", func(p *ledger.Plan) { p.Beneficiaries = ledger.MaxUnits + 1 }, "amount-too-large"},
		{"a negative partner", func(p *ledger.Plan) { p.Partners[1] = -2 }, "index-range"},
		{"a negative plan before", func(p *ledger.Plan) { p.Replaces = -2 }, "index-range"},
		{"a budget without target", func(p *ledger.Plan) { p.Target = nil }, "field-missing"},
		{"a target in no asset", func(p *ledger.Plan) { p.Target.Asset = "" }, "asset-unreadable"},
		{"a target of nothing", func(p *ledger.Plan) { p.Target.Amount = 0 }, "amount-not-positive"},
		{"a budget for no category", func(p *ledger.Plan) { p.Budget[0].Category = "" }, "word-unknown"},
		{"a budget of nothing", func(p *ledger.Plan) { p.Budget[0].Amount = 0 }, "amount-not-positive"},
		{"a category twice", func(p *ledger.Plan) { p.Budget[1].Category = p.Budget[0].Category }, "budget-twice"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := good()
			c.spoil(&p)
			checked(t, p.Check(), c.code)
		})
	}
}

func TestDesignationCheck(t *testing.T) {
	for _, c := range []struct {
		name string
		d    ledger.Designation
		code string
	}{
		{"unrestricted", ledger.Designation{Project: 5, ID: "general", Name: "一般", Class: ledger.Unrestricted}, ""},
		{"restricted", ledger.Designation{Project: 5, ID: "winter-coats", Name: "冬衣", Class: ledger.Restricted}, ""},
		{"agency", ledger.Designation{Project: 5, ID: "2026", Name: "受托", Class: ledger.Agency}, ""},
		{"no project", ledger.Designation{ID: "a", Name: "冬衣", Class: ledger.Restricted}, "field-missing"},
		{"no class", ledger.Designation{Project: 5, ID: "a", Name: "冬衣"}, "word-unknown"},
		{"no id", ledger.Designation{Project: 5, Name: "冬衣", Class: ledger.Restricted}, "name-unreadable"},
		{"id in Chinese", ledger.Designation{Project: 5, ID: "冬衣", Name: "冬衣", Class: ledger.Restricted}, "name-unreadable"},
		{"id with two hyphens", ledger.Designation{Project: 5, ID: "a--b", Name: "冬衣", Class: ledger.Restricted}, "name-unreadable"},
		{"no name", ledger.Designation{Project: 5, ID: "a", Class: ledger.Restricted}, "field-missing"},
		{"101 characters", ledger.Designation{Project: 5, ID: "a", Name: long(101), Class: ledger.Restricted}, "text-too-long"},
	} {
		t.Run(c.name, func(t *testing.T) { checked(t, c.d.Check(), c.code) })
	}
}

// TestStatusBecome is the whole machine: x for a step there is.
func TestStatusBecome(t *testing.T) {
	all := []ledger.Status{ledger.Draft, ledger.Filed, ledger.Fundraising, ledger.Closed, ledger.Executing, ledger.Completed}
	matrix := map[ledger.Status]string{
		//                  D F F C E C
		ledger.Draft:       ". x . . . .",
		ledger.Filed:       ". . x x x x",
		ledger.Fundraising: ". . . x x x",
		ledger.Closed:      ". . . . x x",
		ledger.Executing:   ". . . . . x",
		ledger.Completed:   ". . . . . .",
	}
	for _, from := range all {
		for i, to := range all {
			code := "status-step"
			if matrix[from][2*i] == 'x' {
				code = ""
			}
			t.Run(string(from+" to "+to), func(t *testing.T) { checked(t, from.Become(to), code) })
		}
		for _, to := range []ledger.Status{"", "frozen", "Filed"} {
			refused(t, from.Become(to), "word-unknown")
		}
	}
	for _, s := range all {
		checked(t, ledger.StatusChange{Project: 5, Status: s}.Check(), "")
	}
	checked(t, ledger.StatusChange{Project: 5, Status: "frozen"}.Check(), "word-unknown")
	checked(t, ledger.StatusChange{Status: ledger.Filed}.Check(), "field-missing")
	checked(t, ledger.StatusChange{Project: -5, Status: ledger.Filed}.Check(), "index-range")
}

func TestAssetCheck(t *testing.T) {
	for _, c := range []struct {
		name  string
		asset ledger.Asset
		code  string
	}{
		{"yuan", ledger.Asset{ID: "CNY", Class: ledger.Money, Name: "人民币", Unit: "元", Scale: 2}, ""},
		{"yen", ledger.Asset{ID: "JPY", Class: ledger.Money, Name: "日元", Unit: "日元"}, ""},
		{"a currency that is not known", ledger.Asset{ID: "NPR", Class: ledger.Money, Name: "尼泊尔卢比", Unit: "卢比", Scale: 2}, ""},
		{"goods", ledger.Asset{ID: "goods/kn95-mask", Class: ledger.Goods, Name: "KN95 口罩", Unit: "只"}, ""},
		{"goods by the milligram", ledger.Asset{ID: "goods/tea", Class: ledger.Goods, Name: "茶", Unit: "千克", Scale: 6}, ""},
		{"hours", ledger.Asset{ID: "hours/volunteer", Class: ledger.Hours, Name: "志愿服务", Unit: "小时", Scale: 2}, ""},
		{"no id", ledger.Asset{Class: ledger.Money, Name: "a", Unit: "b"}, "asset-unreadable"},
		{"money in small letters", ledger.Asset{ID: "cny", Class: ledger.Money, Name: "a", Unit: "b", Scale: 2}, "asset-unreadable"},
		{"money of four letters", ledger.Asset{ID: "CNYX", Class: ledger.Money, Name: "a", Unit: "b", Scale: 2}, "asset-unreadable"},
		{"money with a digit", ledger.Asset{ID: "CN1", Class: ledger.Money, Name: "a", Unit: "b", Scale: 2}, "asset-unreadable"},
		{"another class", ledger.Asset{ID: "crypto/coin", Class: "crypto", Name: "a", Unit: "b"}, "asset-unreadable"},
		{"goods without a name", ledger.Asset{ID: "goods/", Class: ledger.Goods, Name: "a", Unit: "b"}, "asset-unreadable"},
		{"goods in Chinese", ledger.Asset{ID: "goods/口罩", Class: ledger.Goods, Name: "a", Unit: "b"}, "asset-unreadable"},
		{"goods in two levels", ledger.Asset{ID: "goods/a/b", Class: ledger.Goods, Name: "a", Unit: "b"}, "asset-unreadable"},
		{"class against id", ledger.Asset{ID: "goods/tea", Class: ledger.Money, Name: "a", Unit: "b"}, "asset-class"},
		{"no class", ledger.Asset{ID: "CNY", Name: "a", Unit: "b", Scale: 2}, "asset-class"},
		{"yuan in tenths", ledger.Asset{ID: "CNY", Class: ledger.Money, Name: "a", Unit: "b", Scale: 1}, "asset-scale"},
		{"yen with places", ledger.Asset{ID: "JPY", Class: ledger.Money, Name: "a", Unit: "b", Scale: 2}, "asset-scale"},
		{"scale of 7", ledger.Asset{ID: "goods/tea", Class: ledger.Goods, Name: "a", Unit: "b", Scale: 7}, "asset-scale"},
		{"negative scale", ledger.Asset{ID: "goods/tea", Class: ledger.Goods, Name: "a", Unit: "b", Scale: -1}, "asset-scale"},
		{"no name", ledger.Asset{ID: "goods/tea", Class: ledger.Goods, Unit: "b"}, "field-missing"},
		{"no unit", ledger.Asset{ID: "goods/tea", Class: ledger.Goods, Name: "a"}, "field-missing"},
		{"a unit of 21 characters", ledger.Asset{ID: "goods/tea", Class: ledger.Goods, Name: "a", Unit: long(21)}, "text-too-long"},
	} {
		t.Run(c.name, func(t *testing.T) { checked(t, c.asset.Check(), c.code) })
	}
}

func TestAssetShow(t *testing.T) {
	for _, c := range []struct {
		id   ledger.AssetID
		n    int64
		want string
	}{
		{"CNY", 1234, "12.34 CNY"}, {"JPY", 1234, "1234 JPY"}, {"NPR", 1234, "1234 NPR"}, {"goods/tea", 5, "5 goods/tea"}, {"CNY", 0, "0.00 CNY"},
	} {
		if got := c.id.Show(c.n); got != c.want {
			t.Errorf("%s: Show(%d) = %s, want %s", c.id, c.n, got, c.want)
		}
	}
	for id, class := range map[ledger.AssetID]ledger.AssetClass{"CNY": ledger.Money, "goods/tea": ledger.Goods, "hours/a": ledger.Hours} {
		if got := id.Class(); got != class {
			t.Errorf("%s is of the class %s, want %s", id, got, class)
		}
	}
	if _, ok := ledger.Currency("NPR"); ok {
		t.Error("NPR is known")
	}
	for _, id := range []ledger.AssetID{"CNY", "USD", "HKD", "JPY", "KRW"} {
		if a, ok := ledger.Currency(id); !ok || a.Check() != nil {
			t.Errorf("%s: known %t, Check %v", id, ok, a.Check())
		}
	}
}

func TestPartyCheck(t *testing.T) {
	for _, c := range []struct {
		name  string
		party ledger.Party
		code  string
	}{
		{"person", ledger.Party{Kind: ledger.Person}, ""},
		{"group", ledger.Party{Kind: ledger.Group}, ""},
		{"anonymous", ledger.Party{Kind: ledger.Anonymous}, ""},
		{"public", ledger.Party{Kind: ledger.Distribution}, ""},
		{"a related person", ledger.Party{Kind: ledger.Person, Related: true}, ""},
		{"organization", ledger.Party{Kind: ledger.Organized, Name: "示例商贸有限公司"}, ""},
		{"organization with its code", ledger.Party{Kind: ledger.Organized, Name: "示例商贸有限公司", USCC: ledger.USCC(codes[4]), Related: true}, ""},
		{"organization with a legacy code", ledger.Party{Kind: ledger.Organized, Name: "示例协会", USCC: legacyCode}, ""},
		{"nobody", ledger.Party{}, "word-unknown"},
		{"somebody else", ledger.Party{Kind: "robot"}, "word-unknown"},
		{"a person with a name", ledger.Party{Kind: ledger.Person, Name: "李*"}, "party-named"},
		{"a person with a code", ledger.Party{Kind: ledger.Person, USCC: ledger.USCC(codes[4])}, "party-named"},
		{"a group with a name", ledger.Party{Kind: ledger.Group, Name: "三年二班"}, "party-named"},
		{"an organization without a name", ledger.Party{Kind: ledger.Organized}, "field-missing"},
		{"an organization with a wrong code", ledger.Party{Kind: ledger.Organized, Name: "示例", USCC: "1"}, "uscc-unreadable"},
		{"a name of 201 characters", ledger.Party{Kind: ledger.Organized, Name: long(201)}, "text-too-long"},
	} {
		t.Run(c.name, func(t *testing.T) { checked(t, c.party.Check("donor"), c.code) })
	}
}
