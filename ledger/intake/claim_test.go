package intake

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mingzhang/ledger"
)

func TestParseFigure(t *testing.T) {
	for _, c := range []struct {
		name string
		want string // "" for none
	}{
		{"received", "received:CNY"},
		{"received.cumulative", "received.cumulative:CNY"},
		{"received.count@alipay", "received.count@alipay:CNY"},
		{"received.cumulative.count:USD", "received.cumulative.count:USD"},
		{"spent:USD", "spent:USD"},
		{"spent@alipay", ""},
		{"received@", ""},
		{"received:XXX", ""},
		{"received:goods/x", ""},
		{"income", ""},
		{"date", ""},
	} {
		f, ok := ParseFigure(c.name)
		if ok != (c.want != "") || ok && f.String() != c.want {
			t.Errorf("%q: got %q and %v, want %q", c.name, f, ok, c.want)
		}
	}
}

func FuzzParseFigure(f *testing.F) {
	f.Add("received.cumulative.count@alipay:USD")
	f.Fuzz(func(t *testing.T, name string) {
		figure, ok := ParseFigure(name)
		if !ok {
			return
		}
		if again, ok := ParseFigure(figure.String()); !ok || again != figure {
			t.Fatalf("%q is %+v, which written out is %+v", name, figure, again)
		}
	})
}

func TestClaimText(t *testing.T) {
	for _, c := range []struct {
		claim Claim
		text  string
	}{
		{Claim{Figure: Figure{Measure: Received, Asset: "CNY"}, Amount: 13_469_050_000, Within: 5000}, "当日收到 CNY 134690500.00 ±50.00"},
		{Claim{Figure: Figure{Measure: Received, Cumulative: true, Channel: "alipay", Asset: "CNY"}, Amount: 1}, "累计收到（alipay） CNY 0.01"},
		{Claim{Figure: Figure{Measure: Received, Count: true, Asset: "CNY"}, Amount: 1926}, "当日收到 CNY 1926 笔"},
		{Claim{Figure: Figure{Measure: Spent, Cumulative: true, Asset: "JPY"}, Amount: 5}, "累计支出 JPY 5"},
	} {
		if got := c.claim.Text(); got != c.text {
			t.Errorf("got %q, want %q", got, c.text)
		}
		if got, ok := ParseClaim(c.text); !ok || got != c.claim {
			t.Errorf("%q: got %+v and %v", c.text, got, ok)
		}
	}
	for _, text := range []string{"", "当日收到", "当日收到 CNY", "当日收到 CNY 1", "当日收到 CNY 1.0", "当日收到 XXX 1.00", "当日收到  CNY 1.00", "当日支出（alipay） CNY 1.00",
		"当日收到（） CNY 1.00", "当日收到 CNY 1.00 ±", "当日收到 CNY 1.00 ±0.00", "当日收到 CNY 01 笔", "说明文字 CNY 1.00"} {
		if got, ok := ParseClaim(text); ok {
			t.Errorf("%q is taken for %+v", text, got)
		}
	}
}

func FuzzParseClaim(f *testing.F) {
	f.Add("当日收到（alipay） CNY 134690500.00 ±50.00")
	f.Add("累计支出 CNY 12 笔")
	f.Fuzz(func(t *testing.T, text string) {
		if c, ok := ParseClaim(text); ok && c.Text() != text {
			t.Fatalf("%q is read as %q", text, c.Text())
		}
	})
}

// on is a claim of a day.
func on(day ledger.Date, name string, amount, within int64) Claim {
	f, _ := ParseFigure(name)
	return Claim{Figure: f, Period: ledger.On(day), Amount: amount, Within: within}
}

// TestReconcile finds what differs, and nothing else.
func TestReconcile(t *testing.T) {
	recorded := Recorded{
		{"2020-01-20", Received, "", "CNY"}: {Units: 500, Flows: 5},
		{"2020-01-21", Received, "", "CNY"}: {Units: 100, Flows: 1},
		{"2020-01-23", Received, "", "CNY"}: {Units: 70, Flows: 1},
		{"2020-01-21", Spent, "", "CNY"}:    {Units: 30, Flows: 2},
	}
	for _, c := range []struct {
		name   string
		claims []Claim
		want   string // day, code and gap of each finding
	}{
		{"all agree", []Claim{on("2020-01-21", "received", 100, 0), on("2020-01-21", "received.count", 1, 0), on("2020-01-21", "received.cumulative", 600, 0), on("2020-01-21", "spent", 30, 0)}, ""},
		{"a day", []Claim{on("2020-01-21", "received", 99, 0)}, "2020-01-21 day-differs -1"},
		{"within its digits", []Claim{on("2020-01-21", "received", 150, 50)}, ""},
		{"beyond its digits", []Claim{on("2020-01-21", "received", 151, 50)}, "2020-01-21 day-differs 51"},
		{"flows", []Claim{on("2020-01-20", "received.count", 7, 0)}, "2020-01-20 flows-differ 2"},
		{"two claims for a day add up", []Claim{on("2020-01-21", "spent", 10, 0), on("2020-01-21", "spent", 20, 0)}, ""},
		{"in all", []Claim{on("2020-01-22", "received.cumulative", 700, 0)}, "2020-01-22 cumulative-differs 100"},
		{"a currency that nobody gave", []Claim{on("2020-01-21", "received:USD", 3, 0)}, "2020-01-21 day-differs 3"},
		{"a step against the claims of its days", []Claim{on("2020-01-20", "received.cumulative", 500, 0), on("2020-01-21", "received", 100, 0), on("2020-01-21", "received.cumulative", 660, 0)},
			"2020-01-21 cumulative-differs 60 2020-01-21 step-differs 60"},
		{"a step of several days", []Claim{on("2020-01-20", "received.cumulative", 500, 0), on("2020-01-21", "received", 100, 0), on("2020-01-22", "received", 0, 0), on("2020-01-23", "received", 70, 0), on("2020-01-23", "received.cumulative", 671, 0)},
			"2020-01-23 cumulative-differs 1 2020-01-23 step-differs 1"},
		{"a step over days that nobody claimed", []Claim{on("2020-01-20", "received.cumulative", 500, 0), on("2020-01-23", "received", 70, 0), on("2020-01-23", "received.cumulative", 680, 0)},
			"2020-01-23 cumulative-differs 10 2020-01-23 step-unrecorded 10"},
		{"a step within the digits of both", []Claim{on("2020-01-20", "received.cumulative", 504, 5), on("2020-01-21", "received", 100, 0), on("2020-01-21", "received.cumulative", 596, 5)}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, row := range Reconcile(c.claims, recorded) {
				for _, f := range row.Findings {
					got = append(got, string(row.Day), f.Code, f.size("JPY"))
				}
			}
			if text := strings.ReplaceAll(strings.Join(got, " "), " JPY", ""); text != c.want {
				t.Errorf("got %q, want %q", text, c.want)
			}
		})
	}
}

// TestPublish records claims, finds them again, and shows what they come to.
func TestPublish(t *testing.T) {
	s := onSQLite(t)
	s.want(Donations, Flags{Files: []string{s.write("gifts.csv", lines("date,amount,channel", "2020-01-21,100,wechat", "2020-01-21,50,alipay", "2020-01-22,7,wechat"))}}, 3, 3, 0, 0, 0)
	list := s.write("claims.csv", lines("日期,当日收到,笔数,累计,来源", "2020-01-21,0.0150,2,0.0100,第一号公告", "2020-01-22,0.0008,1,0.0158,第二号公告"))
	flags := ReconcileFlags{Files: []string{list}, Project: s.project, Layout: Layout{Unit: Wan}, Publish: true}
	compare := func(f ReconcileFlags) ([]Comparison, string, error) {
		var out bytes.Buffer
		all, err := CompareClaims(ctx, f, ReconcileParts{Book: s.config, Store: s.store, Out: &out})
		return all, out.String(), err
	}
	before := s.size()
	first, said, err := compare(flags)
	if !isCode(err, "claims-differ") || s.size() != before+2 {
		t.Fatalf("%v, %d records\n%s", err, s.size()-before, said)
	}
	if again, _, _ := compare(flags); s.size() != before+2 || asJSON(t, again) != asJSON(t, first) {
		t.Fatalf("again: %d records, %s", s.size()-before, asJSON(t, again))
	}
	published, channels, err := Reconciled(ctx, s.store, s.project)
	must(t, err)
	for i := range published {
		if c := &published[i]; len(c.Records) != 1 || c.Records[0] != before+int64(i) || channels != 0 {
			t.Errorf("%s was claimed in %v, want the record %d", c.Day, c.Records, before+int64(i))
		} else {
			c.Records = nil // a list has none
		}
	}
	if asJSON(t, published) != asJSON(t, first) {
		t.Errorf("out of the book: %s\nout of the list: %s", asJSON(t, published), asJSON(t, first))
	}
	file := filepath.Join(s.folder, "compared.csv")
	if _, said, err = compare(ReconcileFlags{Project: s.project, To: file}); !isCode(err, "claims-differ") {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	must(t, err)
	const want = `day,measure,channel,asset,claimed,recorded,claimed_flows,recorded_flows,cumulative_claimed,cumulative_recorded,step_since,step,step_claimed,step_recorded,within,titles,findings,findings_zh
2020-01-21,received,,CNY,15000,15000,2,2,10000,15000,,,,,50,第一号公告,cumulative-differs,累计公布 100.00 CNY，已记入 150.00 CNY
2020-01-22,received,,CNY,800,700,1,1,15800,15700,2020-01-21,5800,800,700,50,第二号公告,day-differs; cumulative-differs; step-differs,当日公布 8.00 CNY，已记入 7.00 CNY；累计公布 158.00 CNY，已记入 157.00 CNY；累计数较上次增加 58.00 CNY，而其间各日公布合计 8.00 CNY
`
	if string(data) != want {
		t.Errorf("got\n%s", data)
	}
	if !strings.Contains(said, "2020-01-22 received CNY: claimed in all: 158.00 CNY, recorded: 157.00 CNY (a difference of 1.00 CNY)") {
		t.Errorf("said\n%s", said)
	}
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	must(t, err)
	return string(text)
}
