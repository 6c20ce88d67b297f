package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/book"
	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
	"mingzhang/ledger/trace"
	"mingzhang/ledger/view"
)

// flows is how many flows the large figures are measured with: MINGZHANG_FLOWS, or a
// number that a quick run can afford.
func flows() int {
	if n, err := strconv.Atoi(os.Getenv("MINGZHANG_FLOWS")); err == nil {
		return n
	}
	return 100_000
}

// BenchmarkLarge fills one pool and measures what that does to writing, reading, memory
// and disk.
func BenchmarkLarge(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(300)) // as the server has it
	b.Run("sqlite", func(b *testing.B) { large(b, "sqlite:"+filepath.Join(b.TempDir(), "book.db")) })
	b.Run("postgres", func(b *testing.B) {
		// As the guide for operators has it: tests make do with less.
		server := pgtest.New(b, pgtest.Setting("shared_buffers", "2GB"), pgtest.Setting("max_wal_size", "8GB"), pgtest.Setting("wal_compression", "on"))
		large(b, server.Database(b))
	})
}

func large(b *testing.B, address string) {
	debug.FreeOSMemory() // what benchmarks before this one had
	s := openStore(b, address)
	bk := openBook(b, s)
	found(b, bk)
	early, late := fill(b, bk, flows())
	b.ReportMetric(early, "first-donations/s")
	b.ReportMetric(late, "last-donations/s")
	b.ReportMetric(late/early, "last/first")
	b.ReportMetric(memory(b), "MiB")
	b.ReportMetric(diskOf(b, s, address)/float64(flows()), "bytes/flow")
	disk := readCase{"disk", blockOf(b, settle(b, s, address))}
	for _, r := range append(reads(b, s, bk), disk) {
		b.ReportMetric(float64(p99(b, r.do).Microseconds())/1000, r.name+"-p99-ms")
	}
}

// fill gives n gifts, of which one in 200 is followed by a payment, over a year of days
// and from enough callers that groups are full. It returns the rates of the first and
// the last tenth.
func fill(b *testing.B, bk *book.Book, n int) (early, late float64) {
	b.Helper()
	const each = 1024
	rate := func(upto int, from *int) float64 {
		began, first := time.Now(), *from
		for *from < upto {
			var wg sync.WaitGroup
			for range 4 {
				start := *from
				*from += each
				wg.Go(func() { give(b, bk, start, each, n) })
			}
			wg.Wait()
		}
		return float64(*from-first) / time.Since(began).Seconds()
	}
	at := 0
	early = rate(n/10, &at)
	rate(n-n/10, &at)
	return early, rate(n, &at)
}

func give(b *testing.B, bk *book.Book, start, count, total int) {
	requests := make([]book.Request, 0, count)
	for i := start; i < start+count; i++ {
		g := gift(east, int64(100+i%50_000))
		g.Occurred = string(dayOf(min(i, total-1), total))
		g.Serial = fmt.Sprintf("42000000002026112%011d", i)
		requests = append(requests, book.Request{By: platform, Key: fmt.Sprint("key-", i), What: g})
		if i%200 == 199 {
			p := pay(east, 1000)
			p.Occurred = g.Occurred
			requests = append(requests, book.Request{By: platform, What: p})
		}
	}
	results, err := bk.SubmitAll(ctx, requests, false)
	for _, r := range results {
		if err == nil {
			err = r.Err
		}
	}
	if err != nil {
		b.Error(err)
	}
}

// dayOf spreads flows over the year before the tests' noon.
func dayOf(i, total int) ledger.Date {
	return ledger.Day(noon.AddDate(0, 0, -364+i*365/total))
}

type readCase struct {
	name string
	do   func(r *rand.Rand) error
}

// reads are what visitors ask for most.
func reads(b *testing.B, s *store.Store, bk *book.Book) []readCase {
	head, err := s.Head(ctx)
	must(b, err)
	project := east
	any := func(r *rand.Rand) int64 { return 10 + r.Int64N(head.Size-10) }
	page := func(f view.FlowFilter) error {
		f.Project, f.Limit = &project, 50
		p, err := s.Flows(ctx, f)
		if err == nil && len(p.Rows) == 0 {
			err = fmt.Errorf("an empty page: %+v", f)
		}
		return err
	}
	return []readCase{
		{"balance", func(r *rand.Rand) error { _, err := s.Pools(ctx, &project, nil); return err }},
		{"statement-year", func(r *rand.Rand) error {
			_, err := s.Statement(ctx, account.Scope{Project: project}, "2026-01-01", "2026-12-31", 0)
			return err
		}},
		{"page-newest", func(r *rand.Rand) error { return page(view.FlowFilter{}) }},
		{"page-deep", func(r *rand.Rand) error { at := 1000 + any(r)*9/10; return page(view.FlowFilter{After: &at}) }},
		{"page-payments", func(r *rand.Rand) error { return page(view.FlowFilter{Kinds: []ledger.FlowKind{ledger.Expenditure}}) }},
		{"page-day", func(r *rand.Rand) error {
			day := dayOf(r.IntN(flows()), flows())
			return page(view.FlowFilter{From: day, Upto: day})
		}},
		{"trace", func(r *rand.Rand) error {
			_, err := trace.Forward(ctx, s.Trace(), gifts(b, s, r, head.Size))
			return err
		}},
		{"serial", func(r *rand.Rand) error {
			serial := fmt.Sprintf("42000000002026112%011d", r.IntN(flows()))
			index, err := s.Find(ctx, bk.PaymentKey("wechat", serial))
			if err == nil {
				_, err = s.Record(ctx, index)
			}
			return err
		}},
		{"record", func(r *rand.Rand) error { _, err := s.Record(ctx, any(r)); return err }},
		{"hash", func(r *rand.Rand) error {
			f, err := s.Flow(ctx, gifts(b, s, r, head.Size))
			if err == nil {
				_, err = s.Search(ctx, fmt.Sprintf("%x", f.Leaf[:]), 1)
			}
			return err
		}},
	}
}

// gifts picks a gift.
func gifts(b *testing.B, s *store.Store, r *rand.Rand, size int64) int64 {
	for {
		index := 10 + r.Int64N(size-10)
		if f, err := s.Flow(ctx, index); err == nil && f.Flow.Kind == ledger.Donation {
			return index
		}
	}
}

// p99 asks from four callers at once and gives the time that one answer in a hundred
// takes longer than. A caller of a server waits for the network between its questions, so
// that others have their turn: here it stands in line behind them, and that counts.
func p99(b *testing.B, do func(*rand.Rand) error) time.Duration {
	const callers, first, each = 4, 100, 1000 // so that one hiccup of the machine is not the figure
	times := make([][]time.Duration, callers)
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(i)))
			for n := range first + each {
				began := time.Now()
				runtime.Gosched()
				if err := do(r); err != nil {
					b.Error(err)
					return
				}
				if n >= first {
					times[i] = append(times[i], time.Since(began))
				}
			}
		})
	}
	wg.Wait()
	all := slices.Concat(times...)
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)*99/100]
}

// memory is what the process holds, in MiB.
func memory(b *testing.B) float64 {
	runtime.GC()
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024
		}
	}
	return 0
}

// diskOf is what the database takes on the disk, in bytes.
func diskOf(b *testing.B, s *store.Store, address string) float64 {
	if file, ok := strings.CutPrefix(address, "sqlite:"); ok {
		info, err := os.Stat(file)
		must(b, err)
		return float64(info.Size())
	}
	var size float64
	must(b, s.DB().Raw("SELECT pg_database_size(current_database())").Scan(&size).Error)
	return size
}
