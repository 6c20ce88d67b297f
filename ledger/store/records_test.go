package store_test

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// about is the project that a record is about, through those that it refers to.
func (p *plain) about(index int64) int64 {
	r := p.records[index]
	if of, ok := r.Refers(); r.Project() == 0 && ok {
		return p.about(of)
	}
	return r.Project()
}

// record says what anyone may see of a record.
func (p *plain) record(t rapid.TB, i int64) view.Record {
	t.Helper()
	var opening []byte
	if !p.erased[i] {
		var err error
		if opening, _, err = p.s.Openings(ctx, i); err != nil {
			t.Fatal(err)
		}
	}
	return view.Record{Bytes: p.bytes[i], Record: p.records[i], Texts: p.opened(t, p.records[i]), Opening: opening, Withdrawn: p.erased[i], Project: p.about(i),
		Undone: p.undone[i], Delivered: p.delivered[i], Corrections: p.corrections[i], Deliveries: p.deliveries[i]}
}

func (p *plain) sameRecords(t rapid.TB, what string, got []view.Record, err error, want []int64) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	have := []int64{}
	for _, r := range got {
		have = append(have, r.Record.Index)
		same(t, fmt.Sprintf("%s: record %d", what, r.Record.Index), r, nil, p.record(t, r.Record.Index))
	}
	if !slices.Equal(have, want) {
		t.Fatalf("%s:\n got %v\nwant %v", what, have, want)
	}
}

// TestRecords holds records of random histories, alone and in lists, against their
// bytes and those that say something about them.
func TestRecords(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		p := newPlain(s)
		n := 100
		rapid.Check(t, func(t *rapid.T) {
			sc := newScene(t, b, p, n)
			n += 3
			for range rapid.IntRange(1, 3).Draw(t, "rounds") {
				sc.play(t, 5)
			}
			for i := int64(len(p.records)) - 12; i < int64(len(p.records)); i++ {
				r, err := s.Record(ctx, i)
				if err != nil {
					t.Fatal(err)
				}
				same(t, fmt.Sprint("record ", i), *r, nil, p.record(t, i))
			}
			sc.sameLists(t)
		})
		for _, index := range []int64{-1, int64(len(p.records)), 1 << 40} {
			_, err := s.Record(ctx, index)
			wantCode(t, fmt.Sprint("record ", index), err, "no-such-record")
		}
	})
}

// sameLists reads the last records, and those about a project, page by page.
func (sc *scene) sameLists(t *rapid.T) {
	p, s := sc.p, sc.p.s
	limit := rapid.IntRange(1, 7).Draw(t, "limit")
	before := int64(0)
	for page := range 4 {
		want := p.last(before, limit, func(int64) bool { return true })
		list, err := s.Latest(ctx, before, limit)
		p.sameRecords(t, fmt.Sprintf("page %d of the last records", page), list, err, want)
		before = want[len(want)-1]
	}
	types := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"organization", "project", "plan", "status", "designation", "delivery", "correction", "erasure"}), 1, 6, rapid.ID).Draw(t, "types")
	project := rapid.SampledFrom([]int64{sc.projects[0], sc.projects[2], -1}).Draw(t, "about")
	before = 0
	for page := range 3 {
		want := p.last(before, limit, func(i int64) bool {
			return slices.Contains(types, p.records[i].Type()) && p.about(i) == max(project, 0)
		})
		list, err := s.About(ctx, project, types, before, limit)
		p.sameRecords(t, fmt.Sprintf("page %d of %v about %d", page, types, project), list, err, want)
		if len(want) < limit {
			return
		}
		before = want[len(want)-1]
	}
}

// last gives the last records before an index that fit.
func (p *plain) last(before int64, limit int, fits func(int64) bool) []int64 {
	all := []int64{}
	for i := cmp.Or(before, int64(len(p.records))) - 1; i >= 0 && len(all) < limit; i-- {
		if fits(i) {
			all = append(all, i)
		}
	}
	return all
}

// TestAbout: every type of record that is about a project or about none.
func TestAbout(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		p1 := do(t, b, gift(east, 1000), pay(east, 100))
		do(t, b,
			book.Disclose{Project: east, Period: "2026-10-01/2026-10-31", Kind: "progress", Title: "十月", Text: "第一行\n第二行", At: p1},
			book.Correct{Of: p1, Field: "payee.name", Old: "某学校", New: "某小学", Reason: "误写"},
			book.Correct{Of: 1, Field: "name", Old: "甲慈善会", New: "乙", Reason: "更名"},
			book.FreezeProject{Project: east, Order: "穗民函1号", Reason: "核查"},
			book.FreezeProject{Project: west, Order: "穗民函2号", Reason: "核查"},
			book.Disclose{Project: west, Period: "2026-10-01/2026-10-31", Kind: "progress", Title: "十月", Text: "文", At: p1},
			book.RegisterAsset{ID: "goods/tent", Class: ledger.Goods, Name: "帐篷", Unit: "顶"},
			book.AddEvidence{Evidence: ledger.Evidence{Hash: "sha256:" + strings.Repeat("ab", 32), Size: 10, Media: "image/png"}, File: "票.png"})
		p := newPlain(s)
		p.read(t)
		for _, c := range []struct {
			project int64
			types   []string
			limit   int
			want    int
		}{
			{east, []string{"disclosure"}, 9, 1}, {east, []string{"correction"}, 9, 1}, {east, []string{"freeze", "disclosure", "correction"}, 9, 3},
			{east, []string{"freeze", "disclosure", "correction"}, 2, 2}, {west, []string{"freeze", "correction"}, 9, 1}, {-1, []string{"correction"}, 9, 1},
			{-1, []string{"asset", "evidence", "organization"}, 9, 6}, {east, []string{"asset"}, 9, 0}, {99, []string{"plan"}, 9, 0}, {east, nil, 9, 0}, {east, []string{"nothing"}, 9, 0},
		} {
			want := p.last(0, c.limit, func(i int64) bool {
				return slices.Contains(c.types, p.records[i].Type()) && p.about(i) == max(c.project, 0)
			})
			if len(want) != c.want {
				t.Fatalf("%v about %d: the records have %d, this test %d", c.types, c.project, len(want), c.want)
			}
			list, err := s.About(ctx, c.project, c.types, 0, c.limit)
			p.sameRecords(t, fmt.Sprintf("%v about %d", c.types, c.project), list, err, want)
		}
	})
}

// TestWithdrawn: what was sealed in public is shown until it is erased, and then it is
// said that it was there. The private seal is never shown.
func TestWithdrawn(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		kept, erased, unnamed := do(t, b, gift(east, 10)), do(t, b, gift(east, 10)), do(t, b, gift(east, 10))
		bare := gift(east, 10)
		bare.Note, bare.Donor = "", &book.Party{Kind: ledger.Anonymous}
		plainest := do(t, b, bare)
		do(t, b, book.Erase{Of: erased, Seal: record.Public, Basis: "pipl-47"}, book.Erase{Of: unnamed, Seal: record.Private, Basis: "pipl-47"})
		shown := []record.Text{{Name: "display", Value: "李*"}, {Name: "note", Value: "加油"}}
		for _, c := range []struct {
			name      string
			index     int64
			texts     []record.Text
			withdrawn bool
		}{
			{"as recorded", kept, shown, false},
			{"the public seal erased", erased, nil, true},
			{"the private seal erased", unnamed, shown, false},
			{"nothing was sealed", plainest, nil, false},
		} {
			t.Run(c.name, func(t *testing.T) {
				r, err := s.Record(ctx, c.index)
				must(t, err)
				if !reflect.DeepEqual(r.Texts, c.texts) || r.Withdrawn != c.withdrawn {
					t.Errorf("the record shows %v, withdrawn %v", r.Texts, r.Withdrawn)
				}
				page, err := s.Flows(ctx, view.FlowFilter{After: ptr(c.index + 1), Limit: 1})
				must(t, err)
				if row := page.Rows[0]; row.Record.Index != c.index || !reflect.DeepEqual(row.Texts, c.texts) {
					t.Errorf("its row shows %d %v", row.Record.Index, row.Texts)
				}
			})
		}
	})
}

// TestBundle: full and partial bundles of entries, and those that are not there.
func TestBundle(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		p := longLog(t, address, 600)
		for _, c := range []struct {
			number int64
			width  int
			there  bool
		}{
			{0, 256, true}, {1, 256, true}, {1, 1, true}, {2, 88, true}, {2, 40, true}, {2, 89, false}, {2, 256, false}, {3, 1, false}, {1 << 40, 256, false}, {-1, 256, false},
		} {
			got, err := p.s.Bundle(ctx, c.number, c.width)
			if !c.there {
				wantCode(t, fmt.Sprintf("bundle %d of %d", c.number, c.width), err, "no-such-record")
				continue
			}
			same(t, fmt.Sprintf("bundle %d of %d", c.number, c.width), got, err, p.bytes[c.number*256:][:c.width])
		}
	})
}

// longLog is a log of so many records.
func longLog(t *testing.T, address string, size int) *plain {
	s := openStore(t, address)
	b := openBook(t, s)
	found(t, b)
	p := newPlain(s)
	p.read(t)
	var requests []book.Request
	for i := range size - len(p.records) {
		g := gift(east, int64(i)+1)
		g.Serial, g.Donor.Name, g.Donor.Display = fmt.Sprintf("SN%08d", i), "欧阳某某", "欧*"
		requests = append(requests, ask(g, ""))
	}
	_, err := b.SubmitAll(ctx, requests, true)
	must(t, err)
	if p.read(t); len(p.records) != size {
		t.Fatalf("the log has %d records", len(p.records))
	}
	return p
}

// TestRegistered: evidence, designations and assets as they were registered.
func TestRegistered(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		original := ledger.Evidence{Hash: "sha256:" + strings.Repeat("ab", 32), Size: 10, Media: "image/png"}
		redacted := ledger.Evidence{Hash: "sha256:" + strings.Repeat("cd", 32), Size: 7, Media: "application/pdf", Public: true, Redacted: original.Hash}
		first := do(t, b, book.AddEvidence{Evidence: original, File: "票.png"}, book.AddEvidence{Evidence: redacted, File: "票.pdf"}) - 1
		for i, e := range []ledger.Evidence{original, redacted} {
			index, got, err := s.Evidence(ctx, e.Hash)
			same(t, "evidence", got, err, &e)
			if index != first+int64(i) {
				t.Errorf("evidence is record %d, want %d", index, first+int64(i))
			}
		}
		_, _, err := s.Evidence(ctx, "sha256:"+strings.Repeat("ef", 32))
		wantCode(t, "a file nobody registered", err, "no-such-evidence")

		project := do(t, b, book.RegisterProject{Organization: uscc(2), Name: "一项", Kind: ledger.Fund, Cause: "education", Place: "440100", Designations: []book.Designation{
			{ID: "roof", Name: "屋顶", Class: ledger.Restricted}, {ID: "agent", Name: "指定受益人", Class: ledger.Agency}}})
		got, err := s.Designations(ctx, project)
		same(t, "designations", got, err, []ledger.Designation{{Project: project, ID: "agent", Name: "指定受益人", Class: ledger.Agency}, {Project: project, ID: "roof", Name: "屋顶", Class: ledger.Restricted}})
		got, err = s.Designations(ctx, east)
		same(t, "the designations of a project without", listOf(got), err, nil)

		tent := book.RegisterAsset{ID: "goods/tent", Class: ledger.Goods, Name: "帐篷", Unit: "顶"}
		hours := book.RegisterAsset{ID: "hours/volunteer", Class: ledger.Hours, Name: "志愿服务", Unit: "小时", Scale: 1}
		do(t, b, hours, tent)
		assets, err := s.Assets(ctx)
		same(t, "assets", assets, err, []ledger.Asset{ledger.Asset(tent), ledger.Asset(hours)})
	})
}
