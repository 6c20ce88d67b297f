package audit_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/audit"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// pages is a book by hand: whatever its records are, tree and checkpoint are theirs.
type pages struct {
	testing.TB
	records [][]byte
	edge    proof.Edge
	tiles   map[proof.Tile][]byte
	totals  account.AssetStatement // of the project
}

func (p *pages) add(what any) int64 {
	p.Helper()
	index := int64(len(p.records))
	data, err := record.Format(&record.Record{Index: index, Recorded: time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC), By: ledger.Author{Org: 0, Key: "k"}, What: what})
	must(p, err)
	p.append(data)
	return index
}

func (p *pages) append(data []byte) {
	p.records = append(p.records, data)
	for _, t := range p.edge.Append([]tlog.Hash{record.Hash(data)}) {
		p.tiles[proof.Tile{Level: t.Level, Number: t.Number}] = t.Hashes
	}
}

func (*pages) Name() string { return "database" }

func (p *pages) End(context.Context) (audit.End, error) {
	return audit.End{Size: p.edge.Size(), Root: p.edge.Root()}, nil
}

func (p *pages) Range(_ context.Context, from, n int64) ([][]byte, error) {
	return p.records[from:min(from+n, int64(len(p.records)))], nil
}

func (p *pages) RecordsAt(_ context.Context, indices []int64) (all [][]byte, err error) {
	for _, i := range indices {
		all = append(all, p.records[i])
	}
	return all, nil
}

func (p *pages) ReadTile(t proof.Tile) ([]byte, error) {
	return p.tiles[proof.Tile{Level: t.Level, Number: t.Number}], nil
}

func (p *pages) Statement(context.Context, account.Scope, ledger.Date, ledger.Date, int64) (*account.Statement, error) {
	return &account.Statement{Assets: []account.AssetStatement{p.totals}}, nil
}

var (
	general = ledger.Pool{Project: 2, Holder: 1, Designation: ledger.General, Asset: "CNY"}
	person  = &ledger.Party{Kind: ledger.Person}
)

// begun has a gift of 100 as record 3, and a payment of 30.
func begun(t *testing.T) *pages {
	p := &pages{TB: t, tiles: map[proof.Tile][]byte{}, totals: account.AssetStatement{Asset: "CNY",
		Income: []account.KindAmount{{Kind: ledger.Donation, Amount: 100, Flows: 1}}, Expenditure: []account.CategoryAmount{{Category: "5101.direct_aid", Amount: 30, Flows: 1}}, Closing: 70}}
	for i, kind := range []ledger.OrganizationKind{ledger.Platform, ledger.Charity} {
		p.add(&ledger.Organization{Scheme: "US-EIN", Code: "00-" + string(rune('0'+i)), Name: "组织", Kind: kind})
	}
	p.add(&ledger.Project{Organization: 1, Name: "项目", Kind: ledger.Fund, Cause: "education", Place: "440100"})
	p.add(gift(0, 100))
	p.add(payment(0, 30))
	return p
}

func gift(from, upto int64) *ledger.Flow {
	return &ledger.Flow{Kind: ledger.Donation, Amount: upto - from, Occurred: ledger.On(anchortest.Day), Party: person,
		In: &ledger.Inflow{Pool: general, Span: ledger.Span{From: from, Upto: upto}}}
}

func payment(from, upto int64) *ledger.Flow {
	return &ledger.Flow{Kind: ledger.Expenditure, Amount: upto - from, Occurred: ledger.On(anchortest.Day), Party: person, Category: "5101.direct_aid",
		Out: &ledger.Outflow{Pool: general, Span: ledger.Span{From: from, Upto: upto}}}
}

func (p *pages) audit() (*audit.Report, error) {
	return audit.Log(ctx, p, audit.Trust{Origin: origin})
}

// TestRules: a book whose tree fits its records is refuted all the same where the
// records are not what the rules give.
func TestRules(t *testing.T) {
	if r, err := begun(t).audit(); err != nil || r.Flows != 2 || r.Head.Size != 5 {
		t.Fatalf("as it should be: %+v, %v", r, err)
	}
	for name, spoil := range map[string]func(p *pages){
		"an overspend":       func(p *pages) { p.add(payment(30, 130)) },
		"units taken twice":  func(p *pages) { p.add(payment(0, 5)) },
		"a gap in a pool":    func(p *pages) { p.add(gift(101, 105)) },
		"no record":          func(p *pages) { p.append([]byte("{}")) },
		"an empty record":    func(p *pages) { p.append(nil) },
		"a record twice":     func(p *pages) { p.append(p.records[4]) },
		"a changed spelling": func(p *pages) { p.append(bytes.Replace(p.records[4], []byte(`"by"`), []byte(` "by"`), 1)) },
		"a refund of nothing": func(p *pages) {
			p.append(bytes.Replace(p.records[4], []byte(`"kind":"expenditure"`), []byte(`"kind":"return","of":4`), 1))
		},
		"a project of nobody": func(p *pages) {
			p.add(&ledger.Project{Organization: 4, Name: "项目", Kind: ledger.Fund, Cause: "education", Place: "440100"})
		},
	} {
		p := begun(t)
		spoil(p)
		if _, err := p.audit(); ledger.KindOf(err) != ledger.Corrupt {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestStatedException: a record that the rules refuse passes where the log itself states
// the exception, with its leaf, and the report tells.
func TestStatedException(t *testing.T) {
	p, bad := refused(t)
	p.add(&ledger.Exception{Of: bad, Leaf: record.Hash(p.records[bad])})
	r, err := p.audit()
	must(t, err)
	if r.Head.Excepted != 1 || r.Head.Unchecked != 1 || !strings.Contains(r.Text(false), "1 records entered by an exception") || len(r.Breaches) > 0 {
		t.Errorf("the report: %s", r.Text(false))
	}
	p, bad = refused(t)
	p.add(&ledger.Exception{Of: bad, Leaf: record.Hash(p.records[bad-1])})
	if _, err := p.audit(); ledger.KindOf(err) != ledger.Corrupt {
		t.Errorf("an exception for another leaf: got %v", err)
	}
}

// refused is a book with a record that the rules refuse, and many behind it.
func refused(t *testing.T) (p *pages, bad int64) {
	p = begun(t)
	bad = p.add(payment(30, 130))
	p.totals.Expenditure = []account.CategoryAmount{{Category: "5101.direct_aid", Amount: 130, Flows: 2}}
	p.totals.Closing = -30
	for range 3000 { // more than one step
		p.add(&ledger.Evidence{Hash: "sha256:" + strings.Repeat("0", 64), Size: 1, Media: "image/png"})
	}
	return p, bad
}

// TestMarks: an outflow of a frozen project passes, and is told of.
func TestMarks(t *testing.T) {
	p := begun(t)
	p.add(&ledger.Freeze{Project: 2, Order: "甲"})
	p.add(payment(30, 31))
	p.totals.Expenditure = []account.CategoryAmount{{Category: "5101.direct_aid", Amount: 31, Flows: 2}}
	p.totals.Closing = 69
	r, err := p.audit()
	must(t, err)
	if len(r.Breaches) != 1 || r.Breaches["frozen"] != 1 || !strings.Contains(r.Text(true), "违规标记") {
		t.Errorf("the report: %s", r.Text(false))
	}
}
