package explorer_test

import (
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/debug"
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
)

// crowded is the sample city with a whole list of gifts more in one project: those that
// were really published where they lie beside the repository, or as many made ones as
// MINGZHANG_FLOWS says.
var crowded = sync.OnceValue(func() *site {
	debug.SetGCPercent(300) // as the server has it
	s := open()
	var requests []book.Request
	submit := func() {
		results, err := s.book.SubmitAll(ctx, requests, false)
		check(err)
		for _, r := range results {
			check(r.Err)
		}
		requests = requests[:0]
	}
	for gift := range gifts() {
		gift.PoolRef, gift.Asset = book.PoolRef{Project: s.city.Showcase.Running}, "CNY"
		if requests = append(requests, book.Request{By: ledger.Author{Key: "demo-01"}, What: gift}); len(requests) == 1000 {
			submit()
		}
	}
	submit()
	s.settle()
	return s
})

// gifts reads the real list, or makes one.
func gifts() iter.Seq[book.Income] {
	file, err := os.Open(filepath.Join("..", "..", "shared", "data", "wuhan2020", "donations.csv.gz"))
	made := os.Getenv("MINGZHANG_FLOWS")
	if err != nil || made != "" {
		return madeGifts(cmp.Or(made, "50000"))
	}
	return func(yield func(book.Income) bool) {
		defer file.Close()
		list, err := gzip.NewReader(file)
		check(err)
		rows := csv.NewReader(list)
		_, err = rows.Read()
		check(err)
		for {
			row, err := rows.Read() // src, channel, date, time, txn_no, donor_kind, donor_masked, amount_fen, has_note
			if err == io.EOF {
				return
			}
			check(err)
			amount, err := strconv.ParseInt(row[7], 10, 64)
			check(err)
			donor := &book.Party{Kind: ledger.Anonymous}
			if row[5] == "person" && row[6] != "" {
				donor = &book.Party{Kind: ledger.Person, Name: row[6], Display: row[6]}
			}
			if !yield(book.Income{Amount: amount, Occurred: row[2], Channel: strings.ReplaceAll(row[1], "_", "-"), Donor: donor}) {
				return
			}
		}
	}
}

func madeGifts(count string) iter.Seq[book.Income] {
	n, err := strconv.Atoi(count)
	check(err)
	return func(yield func(book.Income) bool) {
		for i := range n {
			if !yield(book.Income{Amount: int64(100 + i*7), Occurred: string(ledger.Day(noon.AddDate(0, 0, -i%365))), Channel: "wechat", Donor: &book.Party{Kind: ledger.Anonymous}}) {
				return
			}
		}
	}
}

// BenchmarkPage measures pages that nobody has asked for since the book moved: the time
// of the server alone, one visitor and two.
func BenchmarkPage(b *testing.B) {
	s := crowded()
	for name, path := range map[string]string{"home": "/", "project": fmt.Sprint("/projects/", s.city.Showcase.Running), "flows": fmt.Sprint("/flows?project=", s.city.Showcase.Running, "&to=2100-01-01"),
		"gift": fmt.Sprint("/flows/", s.city.Showcase.Gift), "record": fmt.Sprint("/records/", s.city.Showcase.Gift),
		"projects": "/projects", "organizations": "/organizations", "organization": fmt.Sprint("/organizations/", s.city.Charities[1]), "search": "/search?q=%E5%8D%97", "statistics": "/statistics",
		"flows-organization": fmt.Sprint("/flows?kind=donation&organization=", s.city.Charities[1])} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				s.Forget()
				s.answer(b, path)
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
	b.Run("project-two", func(b *testing.B) {
		var n atomic.Int64
		began := time.Now()
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				s.answer(b, fmt.Sprint("/projects/", s.city.Showcase.Running, "?two=", n.Add(1), "of", b.N))
			}
		})
		b.ReportMetric(float64(n.Load())/time.Since(began).Seconds(), "renders/s")
	})
}

// BenchmarkRender measures what a page costs once it was read: to write it and to pack it.
func BenchmarkRender(b *testing.B) {
	s := crowded()
	render, err := s.Rendering(s.city.Showcase.Running)
	check(err)
	b.ReportAllocs()
	for b.Loop() {
		render()
	}
}

// answer asks the handler itself, without a network between.
func (s *site) answer(b *testing.B, path string) {
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept-Language", "zh-CN")
	r.Header.Set("Accept-Encoding", "gzip")
	s.handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		b.Fatalf("%s: %d", path, w.Code)
	}
}

// BenchmarkKept measures a page that has not changed, over HTTP on 64 connections, as a
// ratio to Gin serving the same bytes from memory in the same run.
func BenchmarkKept(b *testing.B) {
	s := open()
	path := fmt.Sprint("/projects/", s.city.Showcase.Running)
	kept := load(b, s.url+path)
	bare := gin.New()
	body := packed(b, s.url+path)
	bare.GET("/page", func(c *gin.Context) {
		c.Header("Content-Encoding", "gzip")
		c.Data(http.StatusOK, "text/html; charset=utf-8", body)
	})
	server := httptest.NewServer(bare)
	defer server.Close()
	limit := load(b, server.URL+"/page")
	for b.Loop() { // the rates are measured already
	}
	b.ReportMetric(kept, "pages/s")
	b.ReportMetric(limit, "gin/s")
	b.ReportMetric(kept/limit, "ratio")
}

// load asks for an address on 64 connections for a while and gives the answers a second.
func load(b *testing.B, address string) float64 {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}}
	defer client.CloseIdleConnections()
	var n atomic.Int64
	var wg sync.WaitGroup
	began := time.Now()
	for range 64 {
		wg.Go(func() {
			for time.Since(began) < 3*time.Second {
				r, _ := http.NewRequest("GET", address, nil)
				r.Header.Set("Accept-Encoding", "gzip")
				r.Header.Set("Accept-Language", "zh-CN")
				answer, err := client.Do(r)
				if err != nil {
					b.Error(err)
					return
				}
				io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
				n.Add(1)
			}
		})
	}
	wg.Wait()
	return float64(n.Load()) / time.Since(began).Seconds()
}

// packed gives a page as it goes out.
func packed(b *testing.B, address string) []byte {
	r, _ := http.NewRequest("GET", address, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("Accept-Language", "zh-CN")
	answer, err := http.DefaultTransport.RoundTrip(r)
	check(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	check(err)
	return body
}
