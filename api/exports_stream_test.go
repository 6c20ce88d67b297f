package api_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/store/pgtest"
)

// fill gives n gifts with a note.
func (l *library) fill(t testing.TB, n int, note string) {
	t.Helper()
	for at := 0; at < n; at += 4096 {
		requests := make([]book.Request, 0, 4096)
		for i := at; i < min(at+4096, n); i++ {
			requests = append(requests, book.Request{By: ledger.Author{Org: 0, Key: "p1"}, What: book.Income{PoolRef: book.PoolRef{Project: l.at["east"]}, Asset: "CNY", Amount: int64(1 + i%100_000),
				Occurred: "2026-11-20", Channel: "wechat", Donor: &book.Party{Name: "李真名", Display: "李*"}, Note: note}})
		}
		results, err := l.book.SubmitAll(context.Background(), requests, false)
		check(t, err)
		for _, r := range results {
			check(t, r.Err)
		}
	}
}

// shortNote is what people write; longNote is all that they may, so that a few thousand
// gifts are megabytes, and more than a connection takes in before anybody reads it.
var (
	shortNote = "加油，孩子们"
	longNote  = strings.Repeat("加油，孩子们！", 70)
)

// asked begins an export and gives its answer, unread and uncompressed.
func (l *library) asked(t testing.TB, ctx context.Context, name string, headers ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, "GET", l.URL+"/v1/exports/"+name, nil)
	check(t, err)
	r.Header.Set("Accept-Encoding", "identity")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	check(t, err)
	t.Cleanup(func() { res.Body.Close() })
	return res
}

// admitted is asked, as often as it takes until there is room for one more: who went away
// just now may still be on the way out.
func (l *library) admitted(t testing.TB, ctx context.Context, name string) *http.Response {
	t.Helper()
	for end := time.Now().Add(patience); ; {
		res := l.asked(t, ctx, name)
		if res.StatusCode != http.StatusServiceUnavailable {
			return res
		}
		if res.Body.Close(); time.Now().After(end) {
			t.Fatal("nobody gives room for another export")
		}
	}
}

// heap is what the garbage collector last found in use, in MiB.
func heap() float64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return float64(sample[0].Value.Uint64()) / (1 << 20)
}

// TestExportMemory: an export of 32 MiB needs a few, whatever the format. A workbook
// keeps 16 MiB before it goes to a file, in a buffer that doubles: the one of 32 MiB and
// that of 16 MiB before it, and what is made while a slow collector counts. Where no file
// can be made it is 130.
func TestExportMemory(t *testing.T) {
	l := newLibrary(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	l.fill(t, 20_000, longNote)
	for name, allowed := range map[string]float64{"flows.csv": 16, "flows.json": 16, "flows.xlsx": 90} {
		runtime.GC()
		before, most := heap(), 0.0
		done := make(chan struct{})
		stopped := make(chan struct{})
		go func() {
			defer close(stopped)
			for {
				most = max(most, heap())
				select {
				case <-done:
					return
				case <-time.After(5 * time.Millisecond):
				}
			}
		}()
		began := time.Now()
		n, err := io.Copy(io.Discard, l.asked(t, context.Background(), name).Body)
		close(done)
		<-stopped
		check(t, err)
		t.Logf("%s: %d MiB in %v, heap %.0f MiB before and %.0f MiB at most", name, n>>20, time.Since(began).Round(time.Millisecond), before, most)
		if most-before > allowed || n < 32<<20 && name != "flows.xlsx" {
			t.Errorf("%s: %d MiB, and the heap grew from %.0f to %.0f MiB", name, n>>20, before, most)
		}
	}
}

// TestExportEndsWhereItBegan: what is recorded while an export runs is not in it.
func TestExportEndsWhereItBegan(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		l.fill(t, 6_000, longNote)
		res := l.asked(t, context.Background(), "flows.csv?headings=machine")
		in := bufio.NewReader(res.Body)
		first, err := in.ReadBytes('\n')
		check(t, err)
		l.fill(t, 100, shortNote)
		rest, err := io.ReadAll(in)
		check(t, err)
		rows := csvTable(t, append(first, rest...))
		var size, last int64
		fmt.Sscan(res.Header.Get("Export-Size"), &size)
		fmt.Sscan(rows[len(rows)-1]["id"], &last)
		if size == 0 || last != size-1 {
			t.Errorf("the last flow is %d, the log had %d records", last, size)
		}
		if len(rows) < 6_000 {
			t.Errorf("%d rows, want 6,000 and more", len(rows))
		}
	})
}

// spoil makes a record unreadable, behind the back of the book.
func spoil(t testing.TB, file string, index int) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	check(t, err)
	defer db.Close()
	for _, text := range []string{"DROP TRIGGER records_no_update", fmt.Sprint("UPDATE records SET bytes = x'7b7d' WHERE idx = ", index)} {
		_, err = db.Exec(text)
		check(t, err)
	}
}

// TestExportBreaksOff: where a record cannot be read, a transfer that has begun has no
// end, and one that has not is a problem.
func TestExportBreaksOff(t *testing.T) {
	file := filepath.Join(t.TempDir(), "book.db")
	l := newLibrary(t, "sqlite:"+file)
	l.fill(t, 4_000, longNote)
	spoil(t, file, 3000)
	for name, encoding := range map[string]string{"flows.csv": "identity", "flows.json": "gzip"} {
		res := l.asked(t, context.Background(), name, "Accept-Encoding", encoding)
		n, err := io.Copy(io.Discard, res.Body)
		if !errors.Is(err, io.ErrUnexpectedEOF) || n == 0 || res.StatusCode != 200 || res.Header.Get("Content-Encoding") == "" && encoding == "gzip" {
			t.Errorf("%s: %d, %d bytes, then %v, want a transfer that breaks off", name, res.StatusCode, n, err)
		}
	}
	res := l.asked(t, context.Background(), "flows.xlsx")
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 500 || res.Header.Get("Content-Disposition") != "" || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") {
		t.Errorf("XLSX: %d %v %.300s %v, want a problem", res.StatusCode, res.Header, body, err)
	}
	if _, err := io.Copy(io.Discard, l.asked(t, context.Background(), "flows.csv?min=99999999").Body); err != nil {
		t.Errorf("an export that does not touch the record: %v", err)
	}
}

// TestExportStopsWithItsReader: who goes away takes the work along.
func TestExportStopsWithItsReader(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		l.fill(t, 5_000, longNote)
		http.DefaultClient.CloseIdleConnections()
		before := runtime.NumGoroutine()
		for range 20 { // more than run at once
			ctx, cancel := context.WithCancel(context.Background())
			res := l.admitted(t, ctx, "flows.csv")
			_, err := io.ReadFull(res.Body, make([]byte, 1000))
			check(t, err)
			cancel()
			res.Body.Close()
		}
		http.DefaultClient.CloseIdleConnections()
		for end := time.Now().Add(patience); runtime.NumGoroutine() > before+4 && time.Now().Before(end); {
			time.Sleep(10 * time.Millisecond)
		}
		if n := runtime.NumGoroutine(); n > before+4 {
			buf := make([]byte, 1<<20)
			t.Errorf("%d goroutines are left, there were %d\n%s", n, before, buf[:runtime.Stack(buf, true)])
		}
		if !bytes.Contains(l.export(t, "flows.csv?kind=refund"), []byte("refund")) {
			t.Error("after them, an export is not answered")
		}
	})
}

// BenchmarkExport sends all flows over a connection. CPU is that of this process, its
// client and server together; PostgreSQL's own is beside it.
func BenchmarkExport(b *testing.B) {
	for _, database := range []string{"sqlite", "postgres"} {
		b.Run(database, func(b *testing.B) {
			address := "sqlite:" + filepath.Join(b.TempDir(), "book.db")
			if database == "postgres" {
				address = pgtest.DSN(b)
			}
			l := newLibrary(b, address)
			flows := 100_000
			fmt.Sscan(os.Getenv("MINGZHANG_FLOWS"), &flows)
			l.fill(b, flows, shortNote)
			for _, c := range []struct{ name, encoding string }{{"flows.csv", "identity"}, {"flows.csv", "gzip"}, {"flows.json", "identity"}, {"flows.xlsx", "identity"}, {fmt.Sprint("flows.csv?project=", l.at["east"]), "identity"}} {
				b.Run(c.name+"-"+c.encoding, func(b *testing.B) { l.benchExport(b, c.name, c.encoding, flows) })
			}
		})
	}
}

func (l *library) benchExport(b *testing.B, name, encoding string, flows int) {
	var most atomic.Int64
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		for ctx.Err() == nil {
			most.Store(max(most.Load(), int64(heap())))
			time.Sleep(20 * time.Millisecond)
		}
	}()
	began, cpu, size := time.Now(), processTime(), int64(0)
	for b.Loop() {
		n, err := io.Copy(io.Discard, l.asked(b, context.Background(), name, "Accept-Encoding", encoding).Body)
		check(b, err)
		size = n
	}
	n := float64(flows) * float64(b.N)
	b.ReportMetric(n/time.Since(began).Seconds(), "rows/s")
	b.ReportMetric(float64((processTime()-cpu).Nanoseconds())/1000/n, "cpu-µs/row")
	b.ReportMetric(float64(size)/float64(flows), "bytes/row")
	b.ReportMetric(float64(most.Load()), "heap-MiB")
}

// processTime is what the process has used of all cores.
func processTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
