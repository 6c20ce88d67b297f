package intake

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// wishes reads the rows of a text with a profile and gives what they want recorded, as
// JSON, or why they are refused.
func wishes(t testing.TB, p *Profile, content string) (all []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.csv")
	must(t, writeFile(path, content))
	f, err := examine(path, "")
	must(t, err)
	l, rows, err := openList(f, p)
	must(t, err)
	defer rows.close()
	must(t, l.sufficient())
	l.things, l.pool = newThings([]ledger.Asset{{ID: "goods/kn95-mask", Class: ledger.Goods, Name: "KN95 口罩", Unit: "只"}}), book.PoolRef{Project: 7}
	read, err := drain(rows)
	must(t, err)
	for _, r := range read {
		w, err := l.wish(r)
		var why *ledger.Error
		switch {
		case errors.As(err, &why):
			all = append(all, why.Code)
		case w.none:
			all = append(all, "none")
		default:
			text, err := json.Marshal(w.what)
			must(t, err)
			all = append(all, string(text))
		}
	}
	return all
}

func own(t testing.TB, name string) *Profile {
	t.Helper()
	p, err := LoadProfile(t.TempDir(), name)
	must(t, err)
	return p
}

func TestWishes(t *testing.T) {
	with := func(p *Profile, s Settings) *Profile { p.override(s); return p }
	for _, c := range []struct {
		name    string
		profile *Profile
		content string
		want    []string
	}{
		{"a person", own(t, "donations"), lines("日期,金额,捐赠人,公示名称,流水号,备注", "2020-01-22,20,张某某,张*,0042,加油"),
			[]string{`{"project":7,"asset":"CNY","amount":2000,"occurred":"2020-01-22","serial":"0042","donor":{"kind":"person","name":"张某某","display":"张*"},"note":"加油"}`}},
		{"nobody", own(t, "donations"), lines("日期,金额,捐赠人", "2020-01-22,20,", "2020-01-22,20,匿名"),
			[]string{`{"project":7,"asset":"CNY","amount":2000,"occurred":"2020-01-22","donor":{"kind":"anonymous"}}`,
				`{"project":7,"asset":"CNY","amount":2000,"occurred":"2020-01-22","donor":{"kind":"anonymous"}}`}},
		{"an organization", own(t, "donations"), lines("日期,金额,捐赠人,捐赠方类型,统一社会信用代码,渠道,币种", "2020年1月22日 08:00:01,1.2万,某公司,单位,531100006684027126,微信支付,人民币"),
			[]string{`{"project":7,"asset":"CNY","amount":1200000,"occurred":"2020-01-22","channel":"wechat","time":"08:00:01","donor":{"kind":"organization","name":"某公司","uscc":"531100006684027126"}}`}},
		{"dollars", own(t, "donations"), lines("date,amount,currency,channel", "2020-01-22,$3.31,美元,QR_POS"),
			[]string{`{"project":7,"asset":"USD","amount":331,"occurred":"2020-01-22","channel":"qr-pos","donor":{"kind":"anonymous"}}`}},
		{"masked", with(own(t, "donations"), Settings{Mask: true, Designation: "masks"}), lines("date,amount,donor", "2020-01-22,1,欧阳某"),
			[]string{`{"project":7,"designation":"masks","asset":"CNY","amount":100,"occurred":"2020-01-22","donor":{"kind":"person","name":"欧阳某","display":"欧*"}}`}},
		{"interest", with(own(t, "donations"), Settings{Income: ledger.Investment}), lines("date,amount", "2020-01-22,1"),
			[]string{`{"project":7,"kind":"investment","asset":"CNY","amount":100,"occurred":"2020-01-22"}`}},
		{"refused", own(t, "donations"), lines("date,amount,donor", ",1,a", "2020-01-22,,a", "2020-01-22,-5,a", "2020-02-30,1,a", "2020-01-22,1,234,a"),
			[]string{"field-missing", "field-missing", "amount-negative", "date-unreadable", "row-shifted"}},
		{"payments", own(t, "expenditures"), lines("日期,金额,收款方,收款方类型,类别,用途", "2020-01-22,50,某医院,单位,直接资助,口罩", "2020-01-22,5,王某,个人,差旅,", "2020-01-22,5,,单位,差旅,", "2020-01-22,5,某公司,单位,,", "2020-01-22,7,某公司,单位,资产减值,"),
			[]string{`{"project":7,"asset":"CNY","amount":5000,"occurred":"2020-01-22","category":"5101.direct_aid","payee":{"kind":"organization","name":"某医院"},"purpose":"口罩"}`,
				`{"project":7,"asset":"CNY","amount":500,"occurred":"2020-01-22","category":"5101.travel","payee":{"kind":"person","name":"王某"}}`,
				"field-missing", "field-missing",
				`{"project":7,"asset":"CNY","amount":700,"occurred":"2020-01-22","category":"5501"}`}},
		{"goods in", own(t, "goods"), lines("日期,物资名称,规格,单位,数量,捐赠单位,价值,计价依据", "2020-01-22,ＫＮ95口罩,50只/盒,只,200,某公司,,", "2020-01-22,kn95 口罩,,,3只,,\"1,200\",发票", "2020-01-22,,,箱,1,,,", "2020-01-22,护目镜,,箱,1.5,,,", "2020-01-22,护目镜,,箱,1,,5,"),
			[]string{`{"project":7,"asset":"goods/kn95-mask","amount":200,"occurred":"2020-01-22","donor":{"kind":"person","name":"某公司"},"note":"规格：50只/盒"}`,
				`{"project":7,"asset":"goods/kn95-mask","amount":3,"occurred":"2020-01-22","donor":{"kind":"anonymous"},"value":{"amount":120000,"basis":"document"}}`,
				"field-missing", "quantity-fraction", "field-missing"}},
		{"goods out", with(own(t, "goods"), Settings{Party: "organization"}), lines("日期,物资名称,单位,数量,领用单位", "2020-01-30,KN95口罩,只,5,某医院", "2020-01-30,护目镜,箱,5,某医院"),
			[]string{`{"project":7,"asset":"goods/kn95-mask","amount":5,"occurred":"2020-01-30","category":"5101.direct_aid","payee":{"kind":"organization","name":"某医院"}}`, "goods-unknown"}},
		{"by number", &Profile{Kind: Donations, Columns: map[string]string{"date": "#1", "amount": "#2"}, Settings: Settings{Layout: Layout{Unit: Wan}}}, lines("2020-01-22,1.5"),
			[]string{`{"project":7,"asset":"CNY","amount":1500000,"occurred":"2020-01-22","donor":{"kind":"anonymous"}}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := wishes(t, c.profile, c.content)
			for i := range max(len(got), len(c.want)) {
				if i >= len(got) || i >= len(c.want) || got[i] != c.want[i] {
					t.Fatalf("row %d: got\n%q, want\n%q", i, got, c.want)
				}
			}
		})
	}
}

// TestBankStatement reads both sides of a statement, whose header is not its first line.
func TestBankStatement(t *testing.T) {
	s := onSQLite(t)
	list := []string{filepath.Join("testdata", "bank.csv")}
	total := int64(112_888)
	s.want(Donations, Flags{Files: list, Profile: "bank-statement", ExpectTotal: &total}, 5, 4, 0, 0, 1)
	s.want(Expenditures, Flags{Files: list, Profile: "bank-payments", Settings: Settings{Category: "5101.purchase", Party: "organization"}}, 5, 0, 0, 1, 4)
	s.want(Donations, Flags{Files: list, Profile: "bank-statement", ExpectTotal: &total}, 5, 0, 4, 0, 1)
}

// TestSheetNumbers: what a spreadsheet did to numbers is undone where that is certain,
// and refused where it is not.
func TestSheetNumbers(t *testing.T) {
	s := onSQLite(t)
	tenth := 0.1
	path := s.write("list.xlsx", string(workbook(t, "明细",
		[]any{"日期", "交易时间", "金额", "流水号"},
		[]any{43852, 0.5, tenth + 0.2, "000123456789012345678"},
		[]any{43852.25, nil, 1e3, "1.02020020012424E+27"},
	)))
	s.want(Donations, Flags{Files: []string{path}}, 2, 1, 0, 1, 0)
	f, err := s.store.Flow(ctx, s.size()-1)
	must(t, err)
	if f.Flow.Amount != 30 || f.Flow.Occurred.String() != "2020-01-22" {
		t.Errorf("got %+v", f.Flow)
	}
}

func TestColumnsRefuse(t *testing.T) {
	s := onSQLite(t)
	before := s.size()
	path := s.write("list.csv", lines("日期,金额,金额,捐赠人", "2020-01-22,1,2,a"))
	twice := s.write("twice.csv", lines("a,b", "2020-01-22,1"))
	for _, c := range []struct {
		name  string
		kind  Kind
		flags Flags
		code  string
	}{
		{"two columns of one name", Donations, Flags{Columns: map[string]string{"date": "日期", "amount": "金额"}}, "column-twice"},
		{"a column that is not there", Donations, Flags{Columns: map[string]string{"date": "日期", "amount": "#2", "donor": "户名"}}, "header-missing"},
		{"no such field", Donations, Flags{Columns: map[string]string{"date": "日期", "amount": "#2", "giver": "捐赠人"}}, "field-unknown"},
		{"no amount", Donations, Flags{Columns: map[string]string{"date": "日期"}}, "column-missing"},
		{"no number", Donations, Flags{Columns: map[string]string{"date": "日期", "amount": "#0"}}, "column-unreadable"},
		{"an empty name", Donations, Flags{Columns: map[string]string{"date": "日期", "amount": " |金额"}}, "column-unreadable"},
		{"no such profile", Donations, Flags{Profile: "nobodys"}, "no-such-profile"},
		{"a profile that is a path", Donations, Flags{Profile: "../x"}, "profile-name"},
		{"a profile of another kind", Donations, Flags{Profile: "goods"}, "profile-kind"},
		{"no such unit", Donations, Flags{Settings: Settings{Layout: Layout{Unit: "mao"}}}, "unit-unknown"},
		{"no such currency", Donations, Flags{Columns: map[string]string{"date": "日期", "amount": "#2"}, Settings: Settings{Asset: "XXX"}}, "currency-unknown"},
		{"no such delimiter", Donations, Flags{Settings: Settings{Layout: Layout{Delimiter: "x"}}}, "delimiter-unknown"},
		{"payments of no category", Expenditures, Flags{Columns: map[string]string{"date": "日期", "amount": "#2", "payee": "捐赠人"}, Settings: Settings{Party: "organization"}}, "category-unsaid"},
		{"payments to nobody knows whom", Expenditures, Flags{Columns: map[string]string{"date": "日期", "amount": "#2", "payee": "捐赠人"}, Settings: Settings{Category: "5301"}}, "payees-unsaid"},
		{"goods in no direction", Goods, Flags{Columns: map[string]string{"date": "日期", "item": "捐赠人", "quantity": "#2"}}, "direction-missing"},
		{"no such project", Donations, Flags{Columns: map[string]string{"date": "日期", "amount": "#2"}, Project: 1}, "no-such-project"},
		{"the second list", Donations, Flags{Files: []string{path, twice}, Columns: map[string]string{"date": "日期", "amount": "#2"}}, "header-missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.flags.Files == nil {
				c.flags.Files = []string{path}
			}
			if c.flags.Project == 0 {
				c.flags.Project = s.project
			}
			_, err := Import(ctx, c.kind, c.flags, s.parts(&s.said))
			if !isCode(err, c.code) {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
	if s.size() != before {
		t.Errorf("the log has grown from %d records to %d", before, s.size())
	}
}
