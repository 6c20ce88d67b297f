package store_test

import (
	"crypto/sha256"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	auditing "mingzhang/ledger/audit"
	"mingzhang/ledger/ledgertest"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store"
)

// auditor believes nothing but the bytes of the records. It plays them once more on
// the book in memory and says what every table must hold.
type auditor struct {
	*ledgertest.Book
	t      testing.TB
	s      *store.Store
	leaves []tlog.Hash
	flows  int
	orgs   map[int64]int64 // the organization of each project
	ids    map[ledger.Pool]int64
	want   map[string][]string // rows, by table
	totals map[[4]int64][2]int64
}

// audit holds everything that a store has against its records.
func audit(t testing.TB, s *store.Store) *auditor {
	t.Helper()
	a := &auditor{t: t, s: s, Book: ledgertest.New(nil), orgs: map[int64]int64{}, ids: map[ledger.Pool]int64{},
		want: map[string][]string{}, totals: map[[4]int64][2]int64{}}
	a.readIDs()
	var rows []struct {
		Idx   int64
		Bytes []byte
	}
	must(t, s.DB().Raw("SELECT idx, bytes FROM records ORDER BY idx").Scan(&rows).Error)
	for i, row := range rows {
		if row.Idx != int64(i) {
			t.Fatalf("record %d stands where %d should: the log has a gap", row.Idx, i)
		}
		a.play(row.Idx, row.Bytes)
	}
	a.tree()
	a.sums()
	a.tables()
	r, err := auditing.Log(ctx, auditing.Database{Store: s}, auditing.Trust{Origin: origin})
	if err != nil || !r.Tables {
		t.Errorf("the audit that everybody can make found %+v, %v", r, err)
	}
	return a
}

func (a *auditor) readIDs() {
	var rows []struct {
		ID, Project, Holder int64
		Designation, Asset  string
	}
	must(a.t, a.s.DB().Raw("SELECT id, project, holder, designation, asset FROM pools").Scan(&rows).Error)
	for _, r := range rows {
		a.ids[ledger.Pool{Project: r.Project, Holder: r.Holder, Designation: r.Designation, Asset: ledger.AssetID(r.Asset)}] = r.ID
	}
}

func (a *auditor) row(table string, values ...any) {
	a.want[table] = append(a.want[table], strings.TrimSpace(fmt.Sprintln(values...)))
}

// play takes one record: its bytes are canonical, it says its own index, and what it
// says follows from the records before it.
func (a *auditor) play(index int64, data []byte) {
	a.t.Helper()
	r, err := record.Parse(data)
	must(a.t, err)
	if r.Index != index {
		a.t.Fatalf("record %d says it is %d", index, r.Index)
	}
	a.leaves = append(a.leaves, record.Hash(data))
	for seal, c := range map[string]record.Commitment{"public": r.Public, "private": r.Private} {
		if c != (record.Commitment{}) {
			a.row("openings", index, seal, fmt.Sprintf("%x", c))
		}
	}
	switch w := r.What.(type) {
	case *ledger.Organization:
		a.row("organizations", index)
	case *ledger.Project:
		a.orgs[index] = w.Organization
		a.row("projects", index)
	case *ledger.Flow:
		a.flow(index, w, r.Recorded)
	}
}

// flow applies a flow to the records before it, and it comes out as it was recorded.
func (a *auditor) flow(index int64, f *ledger.Flow, recorded time.Time) {
	a.t.Helper()
	e, err := ledger.Apply(a.State(), *f)
	if err != nil {
		a.t.Fatalf("record %d breaks the rule of the pool: %v", index, err)
	}
	if !reflect.DeepEqual(e.Flow, *f) {
		a.t.Fatalf("record %d is\n %+v\nthe rule says\n %+v", index, *f, e.Flow)
	}
	a.Skip(index)
	a.Commit(e)
	a.flows++
	for _, p := range e.Pieces {
		a.row("takes", a.ids[f.Out.Pool], p.From, p.Upto, index, p.At)
	}
	lines := a.lines(f)
	for _, l := range lines {
		key := [4]int64{a.ids[l.Pool], int64(l.Line), dayNumber(l.Occurred), dayNumber(l.Recorded(recorded))}
		sum := a.totals[key]
		a.totals[key] = [2]int64{sum[0] + l.Units, sum[1] + l.Flows}
	}
	var in, out, from, upto int64
	if f.In != nil {
		in, from, upto = a.ids[f.In.Pool], f.In.Span.From, f.In.Span.Upto
	}
	if f.Out != nil {
		out = a.ids[f.Out.Pool]
	}
	first := int64(lines[0].Line)
	if f.Kind == ledger.Reversal {
		first = -first
	}
	a.row("records", index, f.Of, first, f.Amount, dayNumber(f.Occurred.Last), in, from, upto, out)
}

// line is what a flow adds to a total.
type line struct {
	Pool     ledger.Pool
	Line     account.Line
	Occurred ledger.Date
	account.Sum
}

func (line) Recorded(at time.Time) ledger.Date {
	return ledger.Day(at.In(time.FixedZone("UTC+8", 8*60*60)))
}

// lines says anew what the book's own counting must come to.
func (a *auditor) lines(f *ledger.Flow) []line {
	of, sign := f, int64(1)
	if f.Kind == ledger.Reversal {
		of, _ = a.State().Flow(f.Of)
		sign = -1
	}
	var in, out account.Line
	switch of.Kind {
	case ledger.Donation:
		in = account.LineDonation
	case ledger.Return:
		in = account.LineReturn
	case ledger.Refund:
		out = account.LineRefund
	case ledger.Expenditure:
		out = 201 + account.Line(slices.Index(ledger.Categories(), of.Category))
	case ledger.Transfer:
		from, to := of.Out.Pool.Project, of.In.Pool.Project
		switch {
		case from == to:
			in, out = account.LineInternalIn, account.LineInternalOut
		case a.orgs[from] == a.orgs[to]:
			in, out = account.LineSisterIn, account.LineSisterOut
		default:
			in, out = account.LineTransferIn, account.LineTransferOut
		}
	default:
		a.t.Fatalf("this audit does not know what %s counts as", of.Kind)
	}
	var all []line
	if out != 0 {
		all = append(all, line{of.Out.Pool, out, of.Occurred.Last, account.Sum{Units: sign * of.Amount, Flows: sign}})
	}
	if in != 0 {
		all = append(all, line{of.In.Pool, in, of.Occurred.Last, account.Sum{Units: sign * of.Amount, Flows: sign}})
	}
	return all
}

func dayNumber(d ledger.Date) int64 {
	n, _ := strconv.ParseInt(strings.ReplaceAll(string(d), "-", ""), 10, 64)
	return n
}

// tree: the records give the root of the head, and so do the tiles.
func (a *auditor) tree() {
	a.t.Helper()
	head, err := a.s.Head(ctx)
	must(a.t, err)
	var edge proof.Edge
	tiles := edge.Append(a.leaves)
	if head.Size != int64(len(a.leaves)) || head.Root != edge.Root() {
		a.t.Fatalf("the head says %d %s, the records %d %s", head.Size, head.Root, len(a.leaves), edge.Root())
	}
	if root, err := proof.Root(head.Size, a.s); err != nil || root != head.Root {
		a.t.Fatalf("the tiles give the root %s (%v), the head has %s", root, err, head.Root)
	}
	for _, tile := range tiles {
		if tile.Level > 0 || tile.Width == proof.TileWidth {
			a.row("tiles", tile.Level, tile.Number, fmt.Sprintf("%x", tile.Hashes))
		}
	}
	a.want["leaf_runs"] = leafRows(a.leaves)
}

// sums says what the flows add up to.
func (a *auditor) sums() {
	for _, p := range a.Pools() {
		h, _ := a.State().Head(p)
		a.row("pools", a.ids[p], h.In, h.Next, h.Holed)
		for at := int64(0); ; {
			hole, there, _ := a.State().Holes(p).After(at)
			if !there {
				break
			}
			a.row("holes", a.ids[p], hole.From, hole.Upto)
			at = hole.Upto
		}
	}
	for _, index := range a.Indices() {
		if units, _ := a.State().Undone(index); units != 0 {
			a.row("undone", index, units)
		}
	}
	for key, sum := range a.totals {
		if sum != [2]int64{} {
			a.row("totals", key[0], key[1], key[2], key[3], sum[0], sum[1])
		}
	}
}

// tables holds the rows against what they must be.
func (a *auditor) tables() {
	a.t.Helper()
	for table, query := range map[string]string{
		"records":       "SELECT idx, coalesce(of, 0), line, amount, occurred, coalesce(in_pool, 0), coalesce(in_from, 0), coalesce(in_upto, 0), coalesce(out_pool, 0) FROM records WHERE line IS NOT NULL",
		"takes":         "SELECT pool, lo, hi, idx, at FROM takes",
		"pools":         "SELECT id, laid, next, holed FROM pools",
		"holes":         "SELECT pool, lo, hi FROM holes",
		"undone":        "SELECT idx, units FROM undone WHERE units <> 0",
		"totals":        "SELECT pool, line, occurred, recorded, units, flows FROM totals WHERE units <> 0 OR flows <> 0",
		"organizations": "SELECT idx FROM organizations",
		"projects":      "SELECT idx FROM projects",
	} {
		a.same(table, a.numbers(query))
	}
	a.same("tiles", a.tiles())
	a.same("leaf_runs", storedRuns(a.t, a.s))
	a.same("openings", a.openings())
	if n := a.count("SELECT count(*) FROM lookups WHERE idx < 0 OR idx >= ?", len(a.leaves)); n != 0 {
		a.t.Errorf("%d keys stand for records that are not there", n)
	}
}

func (a *auditor) same(table string, got []string) {
	a.t.Helper()
	want := a.want[table]
	slices.Sort(got)
	slices.Sort(want)
	if slices.Equal(got, want) {
		return
	}
	i := 0
	for i < min(len(got), len(want)) && got[i] == want[i] {
		i++
	}
	a.t.Fatalf("%s has %d rows and should have %d; they differ at\n got %.200q\nwant %.200q",
		table, len(got), len(want), got[i:min(i+1, len(got))], want[i:min(i+1, len(want))])
}

// numbers reads rows of whole numbers.
func (a *auditor) numbers(query string) (all []string) {
	a.t.Helper()
	rows, err := a.s.DB().Raw(query).Rows()
	must(a.t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(a.t, err)
	values, places := make([]int64, len(columns)), make([]any, len(columns))
	for i := range values {
		places[i] = &values[i]
	}
	for rows.Next() {
		must(a.t, rows.Scan(places...))
		all = append(all, strings.Trim(fmt.Sprint(values), "[]"))
	}
	must(a.t, rows.Err())
	return all
}

func (a *auditor) tiles() (all []string) {
	var rows []struct {
		Level, Number int64
		Hashes        []byte
	}
	must(a.t, a.s.DB().Raw("SELECT level, number, hashes FROM tiles").Scan(&rows).Error)
	for _, r := range rows {
		all = append(all, fmt.Sprintf("%d %d %x", r.Level, r.Number, r.Hashes))
	}
	return all
}

// openings reads the seals; each opens the commitment that is its hash.
func (a *auditor) openings() (all []string) {
	var rows []struct {
		Idx             int64
		Public, Private []byte
	}
	must(a.t, a.s.DB().Raw("SELECT idx, public, private FROM openings").Scan(&rows).Error)
	for _, r := range rows {
		for seal, opening := range map[string][]byte{"public": r.Public, "private": r.Private} {
			if opening != nil {
				all = append(all, fmt.Sprintf("%d %s %x", r.Idx, seal, sha256.Sum256(opening)))
			}
		}
	}
	return all
}

func (a *auditor) count(query string, args ...any) (n int64) {
	a.t.Helper()
	must(a.t, a.s.DB().Raw(query, args...).Scan(&n).Error)
	return n
}

// wantOneRecordForEachKey: of a log in which every flow came with one key, no key
// has two records and no record none.
func (a *auditor) wantOneRecordForEachKey() {
	a.t.Helper()
	keys, records := a.count("SELECT count(*) FROM lookups"), a.count("SELECT count(DISTINCT idx) FROM lookups")
	if int(keys) != a.flows || int(records) != a.flows {
		a.t.Errorf("%d keys stand for %d records, but there are %d flows", keys, records, a.flows)
	}
}
