package api_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/store/pgtest"
)

// load is a generator of requests on kept-alive connections. It writes bytes and reads
// just what it must of the answers, because it runs on the server's own cores.
type load struct {
	address string
	conns   int
	request func(n int64) []byte
	status  string
}

// run sends n requests and gives the time of each, sorted: of each but a connection's
// first, which wait for all connections to be made.
func (l load) run(b *testing.B, n int64) []time.Duration {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	times := make([][]time.Duration, l.conns)
	for i := range l.conns {
		conn, err := net.Dial("tcp", l.address)
		check(b, err)
		wg.Go(func() {
			defer conn.Close()
			in := bufio.NewReaderSize(conn, 8<<10)
			for k := next.Add(1); k <= n; k = next.Add(1) {
				began := time.Now()
				if _, err := conn.Write(l.request(k)); err != nil {
					b.Error(err)
					return
				}
				if err := answered(in, l.status); err != nil {
					b.Error(err)
					return
				}
				times[i] = append(times[i], time.Since(began))
			}
			times[i] = times[i][min(1, len(times[i])):]
		})
	}
	wg.Wait()
	all := slices.Concat(times...)
	slices.Sort(all)
	return all
}

// answered reads one answer and throws its body away.
func answered(in *bufio.Reader, status string) error {
	first, err := in.ReadString('\n')
	if err != nil {
		return err
	}
	length, chunked := 0, false
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		if bytes.EqualFold(name, []byte("Content-Length")) {
			length, _ = strconv.Atoi(string(bytes.TrimSpace(value)))
		}
		chunked = chunked || bytes.EqualFold(name, []byte("Transfer-Encoding"))
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(in, body); err != nil {
		return err
	}
	if chunked {
		if _, err := io.Copy(io.Discard, httputil.NewChunkedReader(in)); err != nil {
			return err
		}
		in.Discard(2) // the empty line behind the last chunk
	}
	if !strings.Contains(first, status) {
		return fmt.Errorf("%s%s", first, body)
	}
	return nil
}

// report gives requests a second, what they cost this process, which is the generator's
// too, and the time that one in a hundred takes longer than.
func report(b *testing.B, times []time.Duration, took, cpu time.Duration) {
	b.ReportMetric(float64(b.N)/took.Seconds(), "requests/s")
	if len(times) > 0 {
		b.ReportMetric(float64(cpu.Nanoseconds())/1000/float64(b.N), "cpu-µs/request")
		b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "p99-ms")
	}
}

func onBothLibraries(b *testing.B, bench func(b *testing.B, l *library)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, newLibrary(b, "sqlite:"+filepath.Join(b.TempDir(), "book.db"))) })
	b.Run("postgres", func(b *testing.B) { bench(b, newLibrary(b, pgtest.DSN(b))) })
}

func (l *library) address() string { return strings.TrimPrefix(l.URL, "http://") }

var serials atomic.Int64

// donation is the body of a gift as a payment platform sends it.
func (l *library) donation(n int64) string {
	return fmt.Sprintf(`{"project":%d,"asset":"CNY","amount":2000,"occurred":"2026-11-20","channel":"wechat","serial":"42000000002026112%011d","donor":{"name":"李某","display":"李*"},"note":"加油"}`, l.at["east"], n)
}

func post(path, key, media, headers, body string) []byte {
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nContent-Type: %s\r\n%sContent-Length: %d\r\n\r\n%s", path, key, media, headers, len(body), body)
}

// BenchmarkPostDonation: durable gifts on 256 connections, held against PostgreSQL's own
// measure of small durable writes, 64 clients in the same run.
func BenchmarkPostDonation(b *testing.B) {
	server := pgtest.New(b)
	limit, err := server.Pgbench(64, 5)
	check(b, err)
	server.Stop()
	onBothLibraries(b, func(b *testing.B, l *library) {
		key := l.key(b, ledger.Platform, "platform")
		began, cpu := time.Now(), processTime()
		b.ResetTimer()
		times := load{l.address(), 256, func(int64) []byte {
			n := serials.Add(1)
			return post("/v1/donations", key, "application/json", fmt.Sprintf("Idempotency-Key: key-%d\r\n", n), l.donation(n))
		}, "201"}.run(b, int64(b.N))
		took := time.Since(began)
		report(b, times, took, processTime()-cpu)
		b.ReportMetric(limit, "pgbench/s")
		b.ReportMetric(float64(b.N)/took.Seconds()/limit, "ratio")
	})
}

// BenchmarkPostBatch: gifts in batches of a thousand lines, on 8 connections.
func BenchmarkPostBatch(b *testing.B) {
	onBothLibraries(b, func(b *testing.B, l *library) {
		key := l.key(b, ledger.Platform, "platform")
		const lines = 1000
		began, cpu := time.Now(), processTime()
		b.ResetTimer()
		load{l.address(), 8, func(int64) []byte {
			var body strings.Builder
			for range lines {
				body.WriteString(`{"type":"donation",` + l.donation(serials.Add(1))[1:] + "\n")
			}
			return post("/v1/batches", key, "application/x-ndjson", "Connection: keep-alive\r\n", body.String())
		}, "200"}.run(b, int64(b.N))
		records := float64(b.N * lines)
		b.ReportMetric(records/time.Since(began).Seconds(), "records/s")
		b.ReportMetric(float64((processTime()-cpu).Nanoseconds())/1000/records, "cpu-µs/record")
	})
}

// BenchmarkGetProject: the page of a project, not cached.
func BenchmarkGetProject(b *testing.B) {
	onBothLibraries(b, func(b *testing.B, l *library) {
		flows := 20_000
		fmt.Sscan(os.Getenv("MINGZHANG_FLOWS"), &flows)
		for range flows / 1000 {
			many := make([]book.Request, 1000)
			for i := range many {
				many[i] = book.Request{By: ledger.Author{Org: 0, Key: "p1"}, What: l.another()}
			}
			_, err := l.book.SubmitAll(b.Context(), many, false)
			check(b, err)
		}
		request := fmt.Appendf(nil, "GET /v1/projects/%d HTTP/1.1\r\nHost: x\r\n\r\n", l.at["east"])
		began, cpu := time.Now(), processTime()
		b.ResetTimer()
		times := load{l.address(), 32, func(int64) []byte { return request }, "200"}.run(b, int64(b.N))
		report(b, times, time.Since(began), processTime()-cpu)
	})
}

// BenchmarkGin is the limit: Gin alone, decoding the same body and answering at once.
func BenchmarkGin(b *testing.B) {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.POST("/v1/donations", func(c *gin.Context) {
		var in book.Income
		if err := c.ShouldBindJSON(&in); err != nil {
			c.Status(http.StatusBadRequest)
			return
		}
		c.JSON(http.StatusCreated, gin.H{"id": in.Amount})
	})
	server := httptest.NewServer(r)
	defer server.Close()
	l := library{at: map[string]int64{"east": 4}}
	request := post("/v1/donations", "Bearer x", "application/json", "", l.donation(1))
	began, cpu := time.Now(), processTime()
	b.ResetTimer()
	times := load{strings.TrimPrefix(server.URL, "http://"), 256, func(int64) []byte { return request }, "201"}.run(b, int64(b.N))
	report(b, times, time.Since(began), processTime()-cpu)
}
