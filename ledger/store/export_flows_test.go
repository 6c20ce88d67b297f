package store_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/store"
	"mingzhang/ledger/view"
)

// TestEachFlow holds exports of random histories, under random filters and as of any
// size of the log, against all records.
func TestEachFlow(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		defer store.ExportBy(3)()
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		p := newPlain(s)
		n := 100
		rapid.Check(t, func(t *rapid.T) {
			sc := newScene(t, b, p, n)
			n += 3
			sc.play(t, 12)
			p.read(t)
			defer store.LookAt(rapid.IntRange(1, 12).Draw(t, "look at"))()
			p.sameExport(t, sc.filter(t), rapid.Int64Range(sc.first, int64(len(p.records))).Draw(t, "upto"))
			p.sameExport(t, sc.filter(t), int64(len(p.records)))
		})
		for _, upto := range []int64{0, 1, 9, int64(len(p.records)) - 1, int64(len(p.records))} {
			p.sameExport(t, view.FlowFilter{}, upto)
			p.sameExport(t, view.FlowFilter{Kinds: []ledger.FlowKind{ledger.Donation}}, upto)
		}
	})
}

// sameExport holds an export against the records.
func (p *plain) sameExport(t rapid.TB, f view.FlowFilter, upto int64) {
	t.Helper()
	var got []int64
	err := p.s.EachFlow(ctx, f, upto, func(v *view.Flow) error {
		p.sameFlow(t, *v)
		got = append(got, v.Record.Index)
		return nil
	})
	f.Oldest, f.After = true, nil
	want := slices.DeleteFunc(p.list(f), func(index int64) bool { return index >= upto })
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("%s, of %d records: %v\n got %v\nwant %v", filterText(f), upto, err, got, want)
	}
}

// TestEachNoun holds exports of projects and organizations against their lists.
func TestEachNoun(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		p := registered(t, address)
		defer store.ExportBy(2)()
		size := int64(len(p.records))
		for _, f := range []view.ProjectFilter{{}, {Cause: "education"}, {Kind: ledger.Fund}, {Text: "没有"}} {
			f.Today = "2026-06-30"
			want := p.listed(t, f, "")
			slices.SortFunc(want, func(a, b view.Project) int { return int(a.Index - b.Index) })
			for _, upto := range []int64{size, size / 2} {
				var got []int64
				must(t, p.s.EachProject(ctx, f, upto, func(v view.Project) error { got = append(got, v.Index); return nil }))
				var indices []int64
				for _, v := range want {
					if v.Index < upto {
						indices = append(indices, v.Index)
					}
				}
				if !slices.Equal(got, indices) {
					t.Errorf("projects %+v of %d records: got %v, want %v", f, upto, got, indices)
				}
			}
		}
		all, err := p.s.Organizations(ctx, view.OrganizationFilter{After: -1, Limit: 5000})
		must(t, err)
		for _, upto := range []int64{0, 3, size} {
			var got, want []view.Organization
			must(t, p.s.EachOrganization(ctx, view.OrganizationFilter{}, upto, func(o view.Organization) error { got = append(got, o); return nil }))
			for _, o := range all {
				if o.Index < upto {
					want = append(want, o)
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("organizations of %d records: got %v, want %v", upto, got, want)
			}
		}
	})
}

// TestEachFlowStops: with its reader, and without a trace.
func TestEachFlowStops(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		defer store.ExportBy(10)()
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		var requests []book.Request
		for range 500 {
			requests = append(requests, ask(gift(east, 1), ""))
		}
		_, err := b.SubmitAll(ctx, requests, true)
		must(t, err)
		before := runtime.NumGoroutine()
		enough := errors.New("enough")
		n := 0
		err = s.EachFlow(ctx, view.FlowFilter{}, 505, func(*view.Flow) error {
			if n++; n == 25 {
				return enough
			}
			return nil
		})
		if !errors.Is(err, enough) || n != 25 {
			t.Errorf("got %v after %d flows, want 25", err, n)
		}
		ctx, cancel := context.WithCancel(ctx)
		n = 0
		err = s.EachFlow(ctx, view.FlowFilter{}, 505, func(*view.Flow) error {
			if n++; n == 25 {
				cancel()
			}
			return nil
		})
		if !errors.Is(err, context.Canceled) || n > 100 {
			t.Errorf("got %v after %d flows, want that it was cancelled", err, n)
		}
		eventually(t, "all its goroutines have ended", func() bool { // database/sql gives connections back in its own time
			return runtime.NumGoroutine() <= before
		})
	})
}

// BenchmarkEachFlow reads a book from the first flow to the last. CPU is that of this
// process alone: PostgreSQL's own is beside it.
func BenchmarkEachFlow(b *testing.B) {
	onBothBench(b, func(b *testing.B, address string) {
		s := openStore(b, address)
		bk := openBook(b, s)
		found(b, bk)
		fill(b, bk, flows())
		head, err := s.Head(ctx)
		must(b, err)
		project := east
		for name, f := range map[string]view.FlowFilter{"all": {}, "project": {Project: &project}} {
			b.Run(name, func(b *testing.B) {
				n, began, cpu := 0, time.Now(), cpuTime()
				for b.Loop() {
					must(b, s.EachFlow(ctx, f, head.Size, func(*view.Flow) error { n++; return nil }))
				}
				b.ReportMetric(float64(n)/time.Since(began).Seconds(), "rows/s")
				b.ReportMetric(float64((cpuTime()-cpu).Microseconds())/float64(n), "cpu-µs/row")
			})
		}
	})
}

// cpuTime is what the process has used of all cores.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(fmt.Sprint("getrusage: ", err))
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestEachRecord holds exports of records of random histories against all of them.
func TestEachRecord(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		defer store.ExportBy(4)()
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		p := newPlain(s)
		n := 100
		rapid.Check(t, func(t *rapid.T) {
			sc := newScene(t, b, p, n)
			n += 3
			sc.play(t, 12)
			p.read(t)
			types := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"organization", "project", "flow", "delivery", "correction", "erasure"}), 1, 4, rapid.ID).Draw(t, "types")
			upto := rapid.Int64Range(sc.first, int64(len(p.records))).Draw(t, "upto")
			p.sameRecordExport(t, view.RecordFilter{Project: &sc.projects[0]}, upto)
			p.sameRecordExport(t, view.RecordFilter{Project: &sc.projects[2], Types: types}, upto)
		})
		for _, upto := range []int64{0, 1, 9, int64(len(p.records))} {
			p.sameRecordExport(t, view.RecordFilter{}, upto)
			p.sameRecordExport(t, view.RecordFilter{Types: []string{"correction", "organization"}}, upto)
		}
	})
}

func (p *plain) sameRecordExport(t rapid.TB, f view.RecordFilter, upto int64) {
	t.Helper()
	var got []view.Record
	err := p.s.EachRecord(ctx, f, upto, func(r *view.Record) error { got = append(got, *r); return nil })
	want := []int64{}
	for i := range upto {
		if (f.Project == nil || p.about(i) == *f.Project) && (len(f.Types) == 0 || slices.Contains(f.Types, p.records[i].Type())) {
			want = append(want, i)
		}
	}
	p.sameRecords(t, fmt.Sprintf("the export of %+v of %d records", f, upto), got, err, want)
}
