package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mingzhang/api"
	"mingzhang/api/access"
	"mingzhang/ledger/store"
)

// dial opens a connection to a desk.
func (d *desk) dial(t testing.TB) net.Conn { return dial(t, d.address()) }

func dial(t testing.TB, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	check(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}

// TestSlowClients: who sends headers or a body drop by drop is cut off by a server that
// has as little patience as it was told to have, and has written nothing; others are
// served meanwhile.
func TestSlowClients(t *testing.T) {
	d := sqliteDesk(t)
	impatient := httptest.NewUnstartedServer(d.engine)
	impatient.Config.ReadHeaderTimeout, impatient.Config.ReadTimeout = 2*time.Second, 4*time.Second
	impatient.Start()
	t.Cleanup(impatient.Close)
	before := d.written(t)
	gift := d.path(aGift.but())
	whole := string(post("/v1/donations", d.keys["charity"], "application/json", "", gift))
	batch := string(post("/v1/batches", d.keys["charity"], "application/x-ndjson", "", d.path(typed("donation", aGift)+typed("donation", aGift))))
	form := string(post("/v1/evidence", d.keys["charity"], "multipart/form-data; boundary=b", "", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n"+strings.Repeat("text ", 100)+"\r\n--b--\r\n"))
	var wg sync.WaitGroup
	for name, c := range map[string]struct {
		request string
		from    int // where it begins to be slow
		want    string
	}{
		"headers":    {whole, 0, ""},
		"a body":     {whole, len(whole) - len(gift), "body-unreadable"},
		"a batch":    {batch, len(batch) - 200, "body-unreadable"},
		"an upload":  {form, len(form) - 400, ""},
		"not a word": {"", 0, ""},
	} {
		wg.Go(func() {
			conn := dial(t, impatient.Listener.Addr().String())
			io.WriteString(conn, c.request[:c.from])
			stop := make(chan struct{})
			go func() {
				for i := c.from; i < len(c.request)-5; i++ {
					select {
					case <-stop:
						return
					case <-time.After(50 * time.Millisecond):
						io.WriteString(conn, c.request[i:i+1])
					}
				}
			}()
			conn.SetReadDeadline(time.Now().Add(patience))
			answer, err := io.ReadAll(conn)
			close(stop)
			if errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("%s: still connected after %v", name, patience)
			}
			if strings.Contains(string(answer), "201 Created") || c.want != "" && len(answer) > 0 && !strings.Contains(string(answer), c.want) {
				t.Errorf("%s: got %s", name, answer)
			}
		})
	}
	if status, _, _ := d.ask(t, "GET", "/v1/projects", nil); status != http.StatusOK {
		t.Errorf("another reader got %d", status)
	}
	wg.Wait()
	if after := d.written(t); after != before {
		t.Errorf("something was written: %s, before %s", after, before)
	}
}

// TestBrokenBodies: a body that is not what its headers say.
func TestBrokenBodies(t *testing.T) {
	d := sqliteDesk(t)
	before := d.written(t)
	gift := d.path(aGift.but())
	head := "POST /v1/donations HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: " + d.keys["charity"] + "\r\nContent-Type: application/json\r\n"
	for _, c := range []struct{ name, request, want string }{
		{"more bytes said than sent", fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", head, len(gift)+1, gift), "body-unreadable"},
		{"fewer bytes said than sent", fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", head, len(gift)-1, gift), "json-unreadable"},
		{"no length", head + "\r\n" + gift, "json-unreadable"},
		{"a length below nothing", head + "Content-Length: -5\r\n\r\n" + gift, "400 Bad Request"},
		{"two lengths", head + fmt.Sprintf("Content-Length: %d\r\nContent-Length: 2\r\n\r\n%s", len(gift), gift), "400 Bad Request"},
		{"a huge length", head + "Content-Length: 99999999999999\r\n\r\n" + gift, "body-unreadable"},
		{"a length that is none", head + "Content-Length: many\r\n\r\n" + gift, "400 Bad Request"},
		{"half a chunk", head + fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s", len(gift)+9, gift), "body-unreadable"},
		{"no last chunk", head + fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(gift), gift), "body-unreadable"},
		{"another coding", head + "Transfer-Encoding: gzip\r\n\r\n" + gift, "501"},
		{"a control character in a header", head + "Idempotency-Key: a\x01b\r\nContent-Length: 2\r\n\r\n{}", "400 Bad Request"},
		{"a line feed in a header", head + "Idempotency-Key: a\n b\r\nContent-Length: 2\r\n\r\n{}", "no-such-project"},
		{"a header of 40 KiB", head + "X-Padding: " + strings.Repeat("a", 40<<10) + "\r\nContent-Length: 2\r\n\r\n{}", "431"},
		{"no host", "POST /v1/donations HTTP/1.1\r\n\r\n", "400 Bad Request"},
		{"no HTTP", "hello\r\n\r\n", "400 Bad Request"},
		{"a proxy's request", "GET http://elsewhere.example/v1/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "no-such-route"},
		{"a tunnel", "CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "40"},
	} {
		answer := d.raw(t, c.request, c.want == "body-unreadable")
		status, _, _ := strings.Cut(answer, "\r\n")
		if !strings.Contains(answer, c.want) || strings.HasPrefix(status, "HTTP/1.1 2") {
			t.Errorf("%s: got %s, want %s", c.name, answer, c.want)
		}
	}
	if after := d.written(t); after != before {
		t.Errorf("something was written: %s, before %s", after, before)
	}
}

// TestCutAnswers: who goes away while an answer is sent does no harm, and what was
// recorded for them is there.
func TestCutAnswers(t *testing.T) {
	d := sqliteDesk(t)
	size := d.size(t)
	body := strings.Repeat(d.path(typed("donation", aGift)), 3000)
	conn := d.dial(t)
	conn.Write(post("/v1/batches", d.keys["charity"], "application/x-ndjson", "Idempotency-Key: cut\r\n", body))
	first, err := bufio.NewReader(conn).ReadString('\n')
	check(t, err)
	conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
	if !strings.Contains(first, "200") {
		t.Errorf("got %s", first)
	}
	results, p := d.batch(t, "charity", "", body, "Idempotency-Key", "cut")
	if got := d.size(t) - size; len(results) != 3000 || got != 3000 || !results[2999].Replayed {
		t.Errorf("%d results, %d records, %s", len(results), got, p)
	}
	for _, path := range []string{"/v1/records?limit=500", "/v1/exports/flows.csv", "/v1/projects"} {
		conn := d.dial(t)
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
		conn.Read(make([]byte, 10))
		conn.(*net.TCPConn).SetLinger(0)
		conn.Close()
	}
	if status, _, _ := d.ask(t, "GET", "/v1/projects", nil); status != http.StatusOK {
		t.Errorf("afterwards: got %d", status)
	}
	if log := d.log.take(); strings.Contains(log, "panic") || strings.Contains(log, "goroutine") {
		t.Errorf("the log: %s", log)
	}
}

// TestShutdown: the server ends as main.go ends it, while many write. Everything that was
// answered is in the log, everything in the log was asked for, and once.
func TestShutdown(t *testing.T) {
	d := sqliteDesk(t)
	ctx, cancel := context.WithCancel(context.Background())
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	server := &http.Server{Handler: d.engine, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: time.Minute, MaxHeaderBytes: 32 << 10}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	var asked, answered, refused atomic.Int64
	var answers sync.Map
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}}
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for ctx.Err() == nil || asked.Load() == 0 {
				n := asked.Add(1)
				req, _ := http.NewRequest("POST", "http://"+listener.Addr().String()+"/v1/donations", strings.NewReader(d.path(aGift.but("channel", `"wechat"`, "serial", fmt.Sprintf(`"END-%d"`, n)))))
				req.Header.Set("Authorization", d.keys["charity"])
				req.Header.Set("Content-Type", "application/json")
				resp, err := client.Do(req)
				if err != nil {
					continue // the server takes no more
				}
				io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if resp.StatusCode != http.StatusCreated {
					refused.Add(1)
					continue
				}
				answered.Add(1)
				if _, twice := answers.LoadOrStore(resp.Header.Get("Location"), true); twice {
					t.Errorf("%s was answered twice", resp.Header.Get("Location"))
				}
			}
		})
	}
	for answered.Load() < 100 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	last, done := context.WithTimeout(context.Background(), patience)
	defer done()
	check(t, server.Shutdown(last))
	wg.Wait()
	check(t, d.book.Close())
	if err := <-ended; err != http.ErrServerClosed {
		t.Error(err)
	}
	answers.Range(func(location, _ any) bool {
		if status, _, body := d.ask(t, "GET", location.(string), nil); status != http.StatusOK {
			t.Errorf("%s was answered and is not there: %d %s", location, status, body)
		}
		return true
	})
	// Who was cut off may be recorded or not, but nobody twice.
	if wrote := d.size(t) - d.at["spare"] - 1; wrote < answered.Load() || wrote > asked.Load() {
		t.Errorf("%d records, %d answers of %d", wrote, answered.Load(), asked.Load())
	}
	status, header, body := d.ask(t, "POST", "/v1/donations", strings.NewReader(d.path(aGift.but())), "Authorization", d.keys["charity"], "Content-Type", "application/json")
	if status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" || !strings.Contains(string(body), "/problems/closing") {
		t.Errorf("behind the end: got %d %v %s", status, header, body)
	}
	if refused.Load() > 0 {
		t.Errorf("%d were refused while the server ended in order", refused.Load())
	}
}

// TestRates: who asks too often is told how long to wait, and it is as long.
func TestRates(t *testing.T) {
	one := func(strict bool) access.Rates {
		return access.Rates{Key: access.Rate{Count: 1, Per: 10 * time.Second, Burst: 2}, Address: access.Rate{Count: 1, Per: 10 * time.Second, Burst: 2}, Strict: strict}
	}
	all := map[access.Class]access.Rates{access.Read: one(true), access.Search: one(true), access.Write: one(true), access.Find: one(true), access.Failure: one(true)}
	d := newDesk(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"), all)
	good := d.path(aGift.but())
	for _, c := range []struct{ name, method, path, key, body string }{
		{"reads", "GET", "/v1/projects", "", ""}, {"searches", "GET", "/v1/search?q=1", "", ""}, {"guesses of a code", "GET", "/v1/receipts/0000000000000000000000AB", "", ""},
		{"guesses of a key", "GET", "/v1/projects", "Bearer " + unknownKey(t), ""}, {"writes", "POST", "/v1/donations", d.keys["charity"], good},
	} {
		t.Run(c.name, func(t *testing.T) {
			d.clock.pass(time.Hour)
			ask := func() (int, http.Header, string) {
				status, header, body := d.ask(t, c.method, c.path, strings.NewReader(c.body), "Authorization", c.key, "Content-Type", "application/json", "Accept-Language", "en")
				return status, header, string(body)
			}
			for range 2 {
				if status, _, body := ask(); status == http.StatusTooManyRequests {
					t.Fatalf("too early: %s", body)
				}
			}
			before := d.written(t)
			status, header, body := ask()
			if status != http.StatusTooManyRequests || header.Get("Retry-After") != "10" || !strings.Contains(body, `"detail":"too many requests: try again in 10 s"`) {
				t.Errorf("got %d %v %s", status, header, body)
			}
			if d.written(t) != before {
				t.Error("it was recorded all the same")
			}
			d.clock.pass(9 * time.Second)
			if status, header, _ := ask(); status != http.StatusTooManyRequests || header.Get("Retry-After") != "1" {
				t.Errorf("after 9 seconds: got %d, wait %s", status, header.Get("Retry-After"))
			}
			d.clock.pass(time.Second)
			if status, _, body := ask(); status == http.StatusTooManyRequests {
				t.Errorf("after 10 seconds: got %d %s", status, body)
			}
		})
	}
	d = newDesk(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"), map[access.Class]access.Rates{access.Failure: one(true)})
	for i := range 3 {
		status, _, body := d.send(t, "charity", "/v1/transfers", aTransfer.but("to", `{"project":{south}}`, "basis", "{plan}"), "Consent-Authorization", "Bearer "+unknownKey(t))
		if want := []int{401, 401, 429}[i]; status != want {
			t.Errorf("guess %d of a consent: got %d %s, want %d", i, status, body, want)
		}
	}
}

// TestObserved: the server's own log and figures have the request and nothing of who
// sent it, or of what is in it.
func TestObserved(t *testing.T) {
	d := sqliteDesk(t)
	code, key := d.book.ReceiptCode(d.at["gift"]), strings.TrimPrefix(d.keys["charity"], "Bearer ")
	d.log.take()
	secret := []string{code, librarySerial, key[14:], "李真名", "SECRET-SERIAL", "search-for-this", "127.0.0.1", "idempotent-one", "穗审", "Mozilla", "q="}
	d.ask(t, "GET", "/v1/receipts/"+code, nil, "User-Agent", "Mozilla")
	d.ask(t, "GET", "/v1/search?q=search-for-this", nil)
	d.ask(t, "GET", "/v1/search?q=search-for-this&x=李真名", nil)
	d.ask(t, "POST", "/v1/receipts/find", strings.NewReader(aQuestion.but()), "Content-Type", "application/json")
	d.ask(t, "GET", "/nothing/"+code+"/李真名", nil)
	d.ask(t, "SECRET-SERIAL", "/v1/projects", nil)
	d.send(t, "charity", "/v1/donations", aGift.but("serial", `"SECRET-SERIAL"`, "channel", `"wechat"`, "donor", `{"name":"李真名"}`), "Idempotency-Key", "idempotent-one")
	d.send(t, "charity", "/v1/donations", aGift.but("serial", `"SECRET-SERIAL"`, "channel", `"wechat"`, "amount", "7"), "Idempotency-Key", "idempotent-one")
	d.send(t, "charity", "/v1/donations", `{"donor":"李真名"}`)
	d.ask(t, "GET", fmt.Sprintf("/v1/records/%d/private?basis=穗审〔2026〕7号", d.at["gift"]), nil, "Authorization", d.keys["auditor"])
	log := d.requests(t, 10)
	_, _, figures := d.ask(t, "GET", "/metrics", nil)
	log += d.requests(t, 1)
	if n := strings.Count(log, "msg=request "); n != 11 {
		t.Errorf("%d requests are in the log of 11:\n%s", n, log)
	}
	for _, s := range secret {
		if strings.Contains(log, s) || strings.Contains(string(figures), s) {
			t.Errorf("%q is in the log or the figures", s)
		}
	}
	for _, want := range []string{"route=/v1/receipts/:code", "status=404", `route=""`, "status=201", "method=POST"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log does not have %s:\n%s", want, log)
		}
	}
	routes := map[string]bool{"none": true}
	for _, r := range d.engine.Routes() {
		routes[r.Path] = true
	}
	labels := regexp.MustCompile(`mingzhang_request_seconds_count\{method="([^"]*)",route="([^"]*)",status="(\d+)"\}`)
	found := labels.FindAllStringSubmatch(string(figures), -1)
	for _, f := range found {
		if !routes[f[2]] || !regexp.MustCompile(`^(GET|HEAD|POST|DELETE|OPTIONS|other)$`).MatchString(f[1]) {
			t.Errorf("a figure is of %v", f)
		}
	}
	if len(found) < 6 {
		t.Errorf("figures: %s", figures)
	}
}

// TestBrokenOff: an answer that did not reach its end is in the log and in the figures,
// whoever broke it off.
func TestBrokenOff(t *testing.T) {
	file := filepath.Join(t.TempDir(), "book.db")
	d := newDesk(t, "sqlite:"+file, nil)
	d.fill(t, 5_000, longNote)
	spoil(t, file, 4000)
	d.log.take()
	for _, whoever := range []struct {
		name string
		end  func(*http.Response)
	}{
		{"the reader", func(r *http.Response) { r.Body.Close() }},
		{"the server", func(r *http.Response) { io.Copy(io.Discard, r.Body) }},
	} {
		whoever.end(d.asked(t, t.Context(), "flows.csv"))
		line := d.eventually(t, "msg=request ")
		for _, want := range []string{"route=/v1/exports/:list", "status=200", "broken=true", "bytes="} {
			if !strings.Contains(line, want) {
				t.Errorf("%s broke it off, and the log does not have %s: %s", whoever.name, want, line)
			}
		}
	}
	_, _, figures := d.ask(t, "GET", "/metrics", nil)
	for _, want := range []string{`mingzhang_requests_broken_total{route="/v1/exports/:list"} 2`, `mingzhang_request_seconds_count{method="GET",route="/v1/exports/:list",status="200"} 2`} {
		if !strings.Contains(string(figures), want) {
			t.Errorf("the figures do not have %s", want)
		}
	}
	d.log.take()
	d.ask(t, "GET", "/v1/projects", nil)
	if line := d.eventually(t, "msg=request "); strings.Contains(line, "broken") {
		t.Errorf("a whole answer is logged as %s", line)
	}
}

// requests waits for so many requests in the server's log, and takes it. They are written
// behind the answers.
func (d *desk) requests(t testing.TB, n int) (log string) {
	t.Helper()
	for end := time.Now().Add(patience); strings.Count(log, "msg=request ") < n; time.Sleep(time.Millisecond) {
		if log += d.log.take(); time.Now().After(end) {
			t.Fatalf("there are fewer than %d requests in the log: %s", n, log)
		}
	}
	return log
}

// eventually waits for a line of the server's log: it is written behind the answer.
func (d *desk) eventually(t testing.TB, what string) string {
	t.Helper()
	var log string
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		log += d.log.take()
		if _, line, found := strings.Cut(log, what); found && strings.Contains(line, "\n") {
			line, _, _ = strings.Cut(line, "\n")
			return line
		}
	}
	t.Fatalf("there is no %q in the log: %s", what, log)
	return ""
}

// TestFaults: what breaks behind the API is told in a neutral sentence, and is logged
// once, with the name of the request.
func TestFaults(t *testing.T) {
	d := sqliteDesk(t)
	h, err := api.New(api.Config{Book: d.book, Store: d.store, Access: d.access, Limits: access.NewLimits(nil, d.clock.now), Metrics: api.NewMetrics(),
		LogKey: d.vkey, Now: d.clock.now, Log: newLog(d.log)}) // has no evidence: a mistake
	check(t, err)
	d.log.take()
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/v1/evidence/"+d.redacted, nil)
	r.Header.Set("Accept-Language", "en")
	h.ServeHTTP(w, r)
	body := w.Body.String()
	if w.Code != http.StatusInternalServerError || !strings.Contains(body, `"detail":"something went wrong on the server, and was noted"`) || !strings.Contains(body, "/problems/internal") {
		t.Errorf("got %d %s", w.Code, body)
	}
	if strings.Contains(body, "goroutine") || strings.Contains(body, ".go") || strings.Contains(body, "nil pointer") {
		t.Errorf("the answer says how: %s", body)
	}
	d.checkHeaders(t, w.Header(), "application/problem+json; charset=utf-8")
	log := d.log.take()
	if n := strings.Count(log, "a request failed"); n != 1 || !strings.Contains(log, "request="+w.Header().Get("Request-Id")) || !strings.Contains(log, "goroutine") {
		t.Errorf("logged %d times: %s", n, log)
	}
}

// TestDatabaseGone: without its database the server says so, in a moment.
func TestDatabaseGone(t *testing.T) {
	d := sqliteDesk(t)
	check(t, d.store.Close())
	for _, c := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/healthz", "", 200}, {"GET", "/readyz", "", 503}, {"GET", "/v1/projects", "", 500}, {"GET", "/v1/flows/1", "", 500}, {"POST", "/v1/donations", aGift.but(), 500},
	} {
		status, _, body := d.ask(t, c.method, c.path, strings.NewReader(d.path(c.body)), "Content-Type", "application/json")
		if status != c.status && !(c.status == 500 && status == 503) || strings.Contains(string(body), "sql") {
			t.Errorf("%s %s: got %d %s, want %d", c.method, c.path, status, body, c.status)
		}
	}
}

// TestPrivateReads: each look behind a seal is noted before it is shown, and one without
// a reason is not taken.
func TestPrivateReads(t *testing.T) {
	d := sqliteDesk(t)
	path := fmt.Sprintf("/v1/records/%d/private", d.at["gift"])
	reads := func() int {
		list, err := d.store.PrivateReads(t.Context(), store.PrivateReadFilter{Limit: 100})
		check(t, err)
		return len(list)
	}
	for _, c := range []struct {
		name, as, query string
		status, noted   int
	}{
		{"no basis", "auditor", "", 422, 0}, {"an empty basis", "auditor", "?basis=", 422, 0}, {"a basis of spaces", "auditor", "?basis=%20%20", 422, 0},
		{"a long basis", "auditor", "?basis=" + strings.Repeat("%E5%AE%A1", 201), 400, 0}, {"a basis with a number", "auditor", "?basis=13812345678", 422, 0},
		{"a charity", "charity", "?basis=x", 403, 0}, {"the platform", "platform", "?basis=x", 403, 0}, {"nobody", "nobody", "?basis=x", 401, 0},
		{"an auditor", "auditor", "?basis=2026-17", 200, 1}, {"again", "auditor", "?basis=2026-17", 200, 2},
	} {
		status, header, body := d.ask(t, "GET", path+c.query, nil, "Authorization", d.keys[c.as])
		if status != c.status || reads() != c.noted || header.Get("Cache-Control") != "no-store" || header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: got %d with %d noted, want %d with %d: %s %v", c.name, status, reads(), c.status, c.noted, body, header)
		}
	}
	d.looks(t)
	list, err := d.store.PrivateReads(t.Context(), store.PrivateReadFilter{Limit: 100})
	check(t, err)
	if r := list[0]; r.Key != d.ids["auditor"] || r.Organization != d.at["auditor"] || r.Index != d.at["gift"] || r.Basis != "2026-17" {
		t.Errorf("noted: %+v", r)
	}
}

// looks: those who let auditors in see who looked, at what and why, page by page.
func (d *desk) looks(t *testing.T) {
	t.Helper()
	for _, who := range []string{"regulator", "platform"} {
		var all []api.Look
		for cursor, n := "", 0; n < 3; n++ {
			status, _, body := d.ask(t, "GET", "/v1/openings?limit=1&cursor="+cursor, nil, "Authorization", d.keys[who])
			var page api.Looks
			if err := json.Unmarshal(body, &page); err != nil || status != http.StatusOK {
				t.Fatalf("%s: got %d %s", who, status, body)
			}
			all = append(all, page.Items...)
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		want := api.Look{Number: all[0].Number, At: libraryNoon, Record: d.at["gift"], Organization: d.at["auditor"], Key: d.ids["auditor"], Basis: "2026-17"}
		if len(all) != 2 || all[0] != want || all[1].Number >= all[0].Number {
			t.Errorf("%s sees %+v, want two like %+v", who, all, want)
		}
	}
	for query, want := range map[string]int{"record={gift}": 2, "record={firm}": 0, "key=" + d.ids["auditor"]: 2, "key=ch-0000000": 0} {
		_, _, body := d.ask(t, "GET", "/v1/openings?"+d.path(query), nil, "Authorization", d.keys["regulator"])
		if got := strings.Count(string(body), `"basis"`); got != want {
			t.Errorf("%s: %d looks, want %d: %s", query, got, want, body)
		}
	}
}
