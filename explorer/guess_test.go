package explorer_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mingzhang/api"
	"mingzhang/api/access"
	"mingzhang/explorer"
)

// door is a book behind limits whose clock stands still, and what people ask there.
type door struct {
	http.Handler
	right, wrong []question
	looks        *atomic.Int64 // for payments
}

type question struct{ method, path, body string }

func newDoor(t *testing.T, rates map[access.Class]access.Rates) *door {
	h := newHamlet(t)
	gift := h.give(700)
	gift.Channel, gift.Serial = "bank", "4200-7"
	code := h.book.ReceiptCode(h.record(t, gift))
	other := code[:23] + string("01"[strings.IndexByte("0", code[23])+1])
	now, d := func() time.Time { return noon }, &door{looks: new(atomic.Int64)}
	pages, err := explorer.New(explorer.Config{Book: looked{shown{h.store, h.book}, d.looks}, Origin: origin, URL: h.url, Now: now})
	check(err)
	who, err := access.New(access.Config{Keys: h.store, Secret: bytes.Repeat([]byte{7}, 32)})
	check(err)
	d.Handler, err = api.New(api.Config{Book: h.book, Store: h.store, Evidence: h.files, Access: who, Metrics: api.NewMetrics(), Pages: pages,
		Limits: access.NewLimits(rates, now), LogKey: h.key(), URL: h.url, Now: now, Log: slog.New(slog.DiscardHandler)})
	check(err)
	for path, list := range map[string]*[]question{code: &d.right, other: &d.wrong} {
		*list = append(*list, question{"GET", "/receipts/" + path, ""}, question{"GET", "/receipts/" + path + "/certificate", ""},
			question{"GET", "/v1/receipts/" + path, ""}, question{"POST", "/receipts", "code=" + path})
	}
	d.right = append(d.right, question{"POST", "/receipts", "channel=bank&serial=4200-7&amount=7"}, question{"POST", "/v1/receipts/find", `{"channel":"bank","serial":"4200-7","amount":700}`})
	d.wrong = append(d.wrong, question{"POST", "/receipts", "channel=bank&serial=4200-7&amount=8"}, question{"POST", "/v1/receipts/find", `{"channel":"bank","serial":"4200-7","amount":800}`})
	return d
}

// guessed are the rates of everybody, under which only misses are few.
func guessed() map[access.Class]access.Rates {
	rates := unlimited()
	rates[access.Find] = access.DefaultRates()[access.Find]
	return rates
}

// looked is a book that counts the looks for payments.
type looked struct {
	shown
	n *atomic.Int64
}

func (l looked) Paid(ctx context.Context, channel, serial string, amount int64) (int64, error) {
	l.n.Add(1)
	return l.shown.Paid(ctx, channel, serial, amount)
}

func (d *door) ask(q question) int {
	r := httptest.NewRequest(q.method, q.path, strings.NewReader(q.body))
	r.Header.Set("Content-Type", "application/json")
	if q.path == "/receipts" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w.Code
}

// TestGuesses: a family reads all of its own behind one address, and misses are as few as
// ever: whoever has none left hears the same of what is right as of what is wrong.
func TestGuesses(t *testing.T) {
	d := newDoor(t, guessed())
	for range 4 {
		d.ask(question{"GET", "/receipts", ""}) // the empty form is no guess
		for _, q := range d.right {
			if status := d.ask(q); status == http.StatusTooManyRequests || status == http.StatusNotFound {
				t.Fatalf("%v: got %d", q, status)
			}
		}
	}
	burst := access.DefaultRates()[access.Find].Address.Burst
	for i := range burst {
		if status := d.ask(d.wrong[i%len(d.wrong)]); status != http.StatusNotFound {
			t.Errorf("miss %d: got %d", i, status)
		}
	}
	for _, q := range append(d.right, d.wrong...) {
		if status := d.ask(q); status != http.StatusTooManyRequests {
			t.Errorf("behind the last miss, %v: got %d", q, status)
		}
	}
}

// TestGuessesTogether: guesses that come at once share one burst, also among hits.
func TestGuessesTogether(t *testing.T) {
	d := newDoor(t, guessed())
	var missed atomic.Int64
	var wg sync.WaitGroup
	begin := make(chan struct{})
	for i := range 24 {
		for _, list := range [][]question{d.right, d.wrong} {
			wg.Go(func() {
				<-begin
				if d.ask(list[i%len(list)]) == http.StatusNotFound {
					missed.Add(1)
				}
			})
		}
	}
	close(begin)
	wg.Wait()
	burst := int64(access.DefaultRates()[access.Find].Address.Burst)
	for range 3 * burst { // where hits had reserved room, misses were told to wait
		if d.ask(d.wrong[0]) == http.StatusNotFound {
			missed.Add(1)
		}
	}
	if missed.Load() != burst {
		t.Errorf("%d misses were answered, want %d", missed.Load(), burst)
	}
}

// TestGuessBesideHit: whoever has a right code cannot have payments tried with it.
func TestGuessBesideHit(t *testing.T) {
	d := newDoor(t, guessed())
	for range 20 {
		form := d.right[3]
		form.body += "&channel=bank&serial=4200-8&amount=8"
		if status := d.ask(form); status != http.StatusSeeOther {
			t.Fatalf("got %d", status)
		}
	}
	if n := d.looks.Load(); n != 0 {
		t.Errorf("%d payments were looked for", n)
	}
}

// TestHits: what a hit costs the database is limited as a search is.
func TestHits(t *testing.T) {
	d := newDoor(t, access.DefaultRates())
	burst := access.DefaultRates()[access.Search].Address.Burst
	for i := range burst {
		if status := d.ask(d.right[i%len(d.right)]); status == http.StatusTooManyRequests {
			t.Fatalf("hit %d: got %d", i, status)
		}
	}
	for _, q := range append(d.right, d.wrong...) {
		if status := d.ask(q); status != http.StatusTooManyRequests {
			t.Errorf("behind the last hit, %v: got %d", q, status)
		}
	}
}
