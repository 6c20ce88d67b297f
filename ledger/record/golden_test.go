package record_test

import (
	"encoding/base64"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

var update = flag.Bool("update", false, "rewrite testdata/golden from the records in this file")

// general is the pool that most records here speak of.
var general = ledger.Pool{Project: 5, Holder: 1, Designation: ledger.General, Asset: "CNY"}

// Codes of organizations that do not exist, with the right check digit.
const (
	charityCode  = "51440100000000001B"
	partnerCode  = "52440100MJ0000002Y"
	platformCode = "53440000500000003Y"
)

func person() *ledger.Party { return &ledger.Party{Kind: ledger.Person} }

func pool(s string) ledger.Pool {
	p, err := ledger.ParsePool(s)
	if err != nil {
		panic(err)
	}
	return p
}

func laid(p string, from, upto int64) *ledger.Inflow {
	return &ledger.Inflow{Pool: pool(p), Span: ledger.Span{From: from, Upto: upto}}
}

func taken(p string, from, upto int64) *ledger.Outflow {
	return &ledger.Outflow{Pool: pool(p), Span: ledger.Span{From: from, Upto: upto}}
}

func named(p string, takes ...ledger.Take) *ledger.Outflow {
	return &ledger.Outflow{Pool: pool(p), Takes: takes}
}

func take(from, upto int64, path ...int64) ledger.Take {
	return ledger.Take{Span: ledger.Span{From: from, Upto: upto}, Path: path}
}

func contentHash(digit string) string { return "sha256:" + strings.Repeat(digit, 64) }

// newRecord puts a body into an envelope.
func newRecord(what any) *record.Record {
	return &record.Record{
		Index:    12,
		Recorded: time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC),
		By:       ledger.Author{Org: 1, Key: "k7"},
		What:     what,
	}
}

func mustFormat(t testing.TB, r *record.Record) []byte {
	t.Helper()
	data, err := record.Format(r)
	if err != nil {
		t.Fatalf("Format(%T): %v", r.What, err)
	}
	return data
}

// golden is a record whose bytes are settled for ever.
type golden struct {
	name string
	what any
}

// goldens hold every record type and every shape of a flow.
func goldens() []golden {
	day := ledger.On("2026-11-20")
	masks := "5/1/general/goods/kn95-mask"
	return []golden{
		{"organization", &ledger.Organization{Scheme: "uscc", Code: charityCode, Name: "南粤示例慈善会", Kind: ledger.Charity, PublicFundraising: true}},
		{"organization-abroad", &ledger.Organization{Scheme: "US-EIN", Code: "00-0000001", Name: `Example "Harbour" Relief \ Aid`, Kind: ledger.Partner}},
		{"key", &ledger.Key{ID: "k8", Org: 1, Use: "author", Verifier: "example.org/k8+00000001+AQIDBAUG", Replaces: "k7"}},
		{"asset", &ledger.Asset{ID: "goods/kn95-mask", Class: ledger.Goods, Name: "KN95 口罩", Unit: "只", Scale: 0}},
		{"asset-hours", &ledger.Asset{ID: "hours/volunteer", Class: ledger.Hours, Name: "志愿服务", Unit: "小时", Scale: 2}},
		{"project", &ledger.Project{Organization: 1, Name: "山村小学午餐", Filing: charityCode + "P26001", Kind: ledger.Campaign, Cause: "education", Place: "440100"}},
		{"project-fund", &ledger.Project{Organization: 1, Name: "一盏灯专项基金", Kind: ledger.Fund, Cause: "elderly-care", Place: "CN"}},
		{"plan", &ledger.Plan{
			Project: 5, Starts: "2026-01-01", Ends: "2026-12-31", Target: &ledger.Sum{Asset: "CNY", Amount: 100000000},
			Budget:        []ledger.BudgetLine{{Category: "5101.direct_aid", Amount: 95000000}, {Category: "5301", Amount: 5000000}},
			Beneficiaries: 800, Partners: []int64{2, 3}, Replaces: 6,
		}},
		{"plan-open", &ledger.Plan{Project: 5}},
		{"status", &ledger.StatusChange{Project: 5, Status: ledger.Fundraising}},
		{"designation", &ledger.Designation{Project: 5, ID: "winter-coats", Name: "冬衣", Class: ledger.Restricted}},
		{"flow-donation", &ledger.Flow{Kind: ledger.Donation, Amount: 2000, Occurred: day, Channel: "wechat", Party: person(), In: laid("5/1/general/CNY", 50000, 52000)}},
		{"flow-donation-late", &ledger.Flow{
			Kind: ledger.Donation, Amount: ledger.MaxUnits, Occurred: ledger.Period{First: "2020-01-22", Last: "2020-01-28"}, Late: true,
			Party: &ledger.Party{Kind: ledger.Organized, Name: "示例商贸有限公司", USCC: partnerCode, Related: true},
			In:    laid("5/1/winter-coats/CNY", 0, ledger.MaxUnits),
		}},
		{"flow-grant", &ledger.Flow{Kind: ledger.Grant, Amount: 300000, Occurred: day, Channel: "bank", In: laid("5/1/general/CNY", 52000, 352000)}},
		{"flow-opening", &ledger.Flow{Kind: ledger.Opening, Amount: 50000, Occurred: ledger.On("2025-12-31"), In: laid("5/1/general/CNY", 0, 50000)}},
		{"flow-goods", &ledger.Flow{
			Kind: ledger.Donation, Amount: 1000, Occurred: day, Party: &ledger.Party{Kind: ledger.Group},
			Value: &ledger.Value{Amount: 150000, Basis: "document"}, In: laid(masks, 0, 1000),
		}},
		{"flow-expenditure", &ledger.Flow{
			Kind: ledger.Expenditure, Amount: 1200, Occurred: day, Category: "5101.direct_aid",
			Party:    &ledger.Party{Kind: ledger.Distribution},
			Evidence: []string{contentHash("b"), contentHash("a")}, Out: taken("5/1/general/CNY", 100, 1500),
		}},
		{"flow-loss", &ledger.Flow{Kind: ledger.Expenditure, Amount: 20, Occurred: day, Category: "5501.loss", Out: taken(masks, 0, 20)}},
		{"flow-transfer", &ledger.Flow{
			Kind: ledger.Transfer, Amount: 700, Occurred: day, Basis: 9, Consent: &ledger.Author{Org: 2, Key: "k2"},
			Out: taken("5/1/general/CNY", 1500, 2200), In: laid("6/2/general/CNY", 0, 700),
		}},
		{"flow-transfer-named", &ledger.Flow{
			Kind: ledger.Transfer, Amount: 2000, Occurred: day, Of: 11,
			Out: named("5/1/general/CNY", take(50000, 52000)), In: laid("5/1/winter-coats/CNY", 0, 2000),
		}},
		{"flow-conversion", &ledger.Flow{
			Kind: ledger.Conversion, Amount: 70000, Into: 10000, Occurred: day, Party: &ledger.Party{Kind: ledger.Organized, Name: "示例银行"},
			Out: taken("5/1/general/CNY", 2200, 72200), In: laid("5/1/general/USD", 0, 10000),
		}},
		{"flow-refund", &ledger.Flow{
			Kind: ledger.Refund, Amount: 1500, Occurred: day, Of: 3,
			Out: named("5/1/general/CNY", take(50100, 50600), take(60000, 61000, 7, 8, 10)),
		}},
		{"flow-return", &ledger.Flow{
			Kind: ledger.Return, Amount: 200, Occurred: day, Of: 10, Cut: &ledger.Span{From: 1000, Upto: 1200},
			Evidence: []string{contentHash("c")}, In: laid("5/1/general/CNY", 352000, 352200),
		}},
		{"flow-reversal-income", &ledger.Flow{Kind: ledger.Reversal, Amount: 300, Occurred: day, Of: 4, Out: named("5/1/general/CNY", take(400, 700))}},
		{"flow-reversal-payment", &ledger.Flow{Kind: ledger.Reversal, Amount: 1200, Occurred: day, Of: 10, In: laid("5/1/general/CNY", 352200, 353400)}},
		{"flow-reversal-transfer", &ledger.Flow{
			Kind: ledger.Reversal, Amount: 700, Occurred: day, Of: 8,
			Out: named("6/2/general/CNY", take(0, 700)), In: laid("5/1/general/CNY", 353400, 354100),
		}},
		{"flow-reversal-conversion", &ledger.Flow{
			Kind: ledger.Reversal, Amount: 10000, Into: 70000, Occurred: day, Of: 9,
			Out: named("5/1/general/USD", take(0, 10000)), In: laid("5/1/general/CNY", 354100, 424100),
		}},
		{"delivery", &ledger.Delivery{Of: 10, Amount: 1200, Occurred: day, Recipient: ledger.Party{Kind: ledger.Group}, Evidence: []string{contentHash("d")}}},
		{"evidence", &ledger.Evidence{Hash: contentHash("e"), Size: 48213, Media: "application/pdf", Public: true, Redacted: contentHash("f")}},
		{"evidence-original", &ledger.Evidence{Hash: contentHash("f"), Size: 1, Media: "image/svg+xml"}},
		{"disclosure", &ledger.Disclosure{Project: 5, Period: ledger.Period{First: "2026-07-01", Last: "2026-09-30"}, Kind: "progress", At: 11}},
		{"correction", &ledger.Correction{Of: 5, Field: "what.name"}},
		{"freeze", &ledger.Freeze{Project: 5, Order: "穗民函〔2026〕12号"}},
		{"freeze-release", &ledger.Freeze{Project: 5, Order: "穗民函〔2026〕15号", Release: true}},
		{"exception", &ledger.Exception{Of: 7, Leaf: [32]byte{1, 2, 3}}},
		{"erasure", &ledger.Erasure{Of: 3, Seal: "private", Basis: "pipl-47"}},
	}
}

// record gives the golden's record; what has free text has its seals.
func (g golden) record() *record.Record {
	r := newRecord(g.what)
	if strings.HasPrefix(g.name, "flow-donation") || g.name == "freeze" {
		r.Public, r.Private = record.Commitment{31: 1}, record.Commitment{0: 0xff, 31: 0xfe}
	}
	if g.name == "organization" {
		r.Index, r.By = 0, ledger.Author{Org: 0, Key: "k0"} // the log's first record
	}
	return r
}

func (g golden) path() string { return filepath.Join("testdata", "golden", g.name+".json") }

func TestGolden(t *testing.T) {
	hashes := ""
	types := map[string]bool{}
	kinds := map[ledger.FlowKind]bool{}
	for _, g := range goldens() {
		r := g.record()
		data := mustFormat(t, r)
		leaf := record.Hash(data)
		hashes += g.name + " " + base64.StdEncoding.EncodeToString(leaf[:]) + "\n"
		types[r.Type()] = true
		if f, ok := g.what.(*ledger.Flow); ok {
			kinds[f.Kind] = true
		}
		if *update {
			write(t, g.path(), string(data))
		}
		t.Run(g.name, func(t *testing.T) {
			if want := read(t, g.path()); string(data) != want {
				t.Errorf("Format gives\n%s\nwant\n%s", data, want)
			}
			parsed, err := record.Parse(data)
			if err != nil {
				t.Fatalf("Parse: %v", err)
			}
			if !reflect.DeepEqual(parsed, r) {
				t.Errorf("Parse gives\n%+v, body %+v\nwant\n%+v, body %+v", parsed, parsed.What, r, r.What)
			}
		})
	}
	if *update {
		write(t, filepath.Join("testdata", "golden", "HASHES"), hashes)
	}
	if want := read(t, filepath.Join("testdata", "golden", "HASHES")); hashes != want {
		t.Errorf("leaf hashes are\n%s\nwant\n%s", hashes, want)
	}
	for _, name := range record.Types() {
		if !types[name] {
			t.Errorf("no golden of the type %s", name)
		}
	}
	if len(record.Types()) != 15 || len(types) != 15 {
		t.Errorf("%d types, %d with a golden, want 15", len(record.Types()), len(types))
	}
	for _, k := range []ledger.FlowKind{ledger.Donation, ledger.Grant, ledger.Opening, ledger.Return, ledger.Transfer, ledger.Conversion, ledger.Expenditure, ledger.Refund, ledger.Reversal} {
		if !kinds[k] {
			t.Errorf("no golden of the flow kind %s", k)
		}
	}
}

// TestGoldenFiles finds files that no record stands for any more.
func TestGoldenFiles(t *testing.T) {
	known := map[string]bool{filepath.Join("testdata", "golden", "HASHES"): true}
	for _, g := range goldens() {
		if known[g.path()] {
			t.Errorf("two goldens are named %s", g.name)
		}
		known[g.path()] = true
	}
	files, err := filepath.Glob(filepath.Join("testdata", "golden", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !known[file] {
			t.Errorf("%s belongs to no golden", file)
		}
	}
}

// TestAppendFormat appends behind what is there, and leaves it alone in a refusal.
func TestAppendFormat(t *testing.T) {
	good := newRecord(&ledger.StatusChange{Project: 5, Status: ledger.Filed})
	bad := newRecord(&ledger.StatusChange{Project: 0, Status: ledger.Filed})
	got, err := record.AppendFormat([]byte("before "), good)
	if want := "before " + string(mustFormat(t, good)); err != nil || string(got) != want {
		t.Errorf("AppendFormat = %q, %v, want %q", got, err, want)
	}
	if got, err := record.AppendFormat([]byte("before "), bad); err == nil || string(got) != "before " {
		t.Errorf("AppendFormat of a refused record = %q, %v, want what was there and a refusal", got, err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes the goldens)", err)
	}
	return string(data)
}

func write(t *testing.T, path, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		t.Fatal(fmt.Errorf("golden: %w", err))
	}
}
