package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"mingzhang/api"
	"mingzhang/api/access"
	"mingzhang/docs"
	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/evidence"
	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
)

// desk is a library with a server of its own, whose files, log, clock and rates a test
// has in its hand, and a key of everybody.
type desk struct {
	*library
	engine *gin.Engine
	store  *store.Store
	files  string            // the folder of evidence
	log    *lines            // the server's own
	keys   map[string]string // Authorization, by who
	ids    map[string]string // of the keys
	clock  *clock
	made   api.Config
}

// clock is a time that a test moves: the API's, which is not the book's.
type clock struct {
	sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.Lock()
	defer c.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.Lock()
	defer c.Unlock()
	c.at = c.at.Add(d)
}

// lines is a log that a test reads.
type lines struct {
	sync.Mutex
	bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.Lock()
	defer l.Unlock()
	return l.Buffer.Write(p)
}

func (l *lines) take() string {
	l.Lock()
	defer l.Unlock()
	defer l.Reset()
	return l.String()
}

func newLog(to *lines) *slog.Logger { return slog.New(slog.NewTextHandler(to, nil)) }

// fileLimit keeps the largest evidence file of a desk small.
const fileLimit = 64 << 10

func newDesk(t testing.TB, address string, rates map[access.Class]access.Rates) *desk {
	t.Helper()
	d := &desk{library: newLibrary(t, address), log: &lines{}, keys: map[string]string{}, ids: map[string]string{}, clock: &clock{at: libraryNoon}}
	d.store = d.book.Store.(*store.Store)
	d.files = t.TempDir()
	files, err := evidence.Open(context.Background(), d.files)
	check(t, err)
	t.Cleanup(func() { files.Close() })
	files.Limit = fileLimit
	log := newLog(d.log)
	d.access, err = access.New(access.Config{Keys: d.store, Secret: bytes.Repeat([]byte{7}, 32), Now: d.clock.now, Log: log})
	check(t, err)
	d.made = api.Config{Book: d.book, Store: d.store, Evidence: files, Access: d.access, Limits: access.NewLimits(rates, d.clock.now),
		Metrics: api.NewMetrics(), LogKey: d.vkey, URL: "https://mingzhang.example", Now: d.clock.now, Log: log}
	h, err := api.New(d.made)
	check(t, err)
	d.engine = h.(*gin.Engine)
	d.Server = httptest.NewUnstartedServer(h)
	d.Config.MaxHeaderBytes = 32 << 10 // as main.go serves
	d.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	d.Start()
	t.Cleanup(d.Close)
	d.more(t)
	return d
}

// patience is how long anything may take: it ends a hang, on a slow and busy machine too.
const patience = 5 * time.Minute

func sqliteDesk(t testing.TB) *desk { return deskOn(t, "sqlite") }

func deskOn(t testing.TB, database string) *desk {
	if database == "postgres" {
		return newDesk(t, pgtest.DSN(t), nil)
	}
	return newDesk(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"), nil)
}

// more adds what refusals need to the story, and the keys.
func (d *desk) more(t testing.TB) {
	d.do(t, "partner2", book.RegisterOrganization{USCC: libraryCode(7), Name: "丁服务中心", Kind: ledger.Partner})
	south := d.do(t, "south", book.RegisterProject{Organization: libraryCode(3), Name: "南山义诊", Kind: ledger.Fund, Cause: "health", Place: "440300"})
	d.do(t, "southgift", book.Income{PoolRef: book.PoolRef{Project: south}, Asset: "CNY", Amount: 900, Occurred: "2026-11-20", Donor: &book.Party{Kind: ledger.Anonymous}})
	d.do(t, "spare", book.Income{PoolRef: book.PoolRef{Project: d.at["east"]}, Asset: "CNY", Amount: 250, Occurred: "2026-11-20", Channel: "alipay", Serial: "SPARE-1", Donor: &book.Party{Display: "钱*"}})
	d.at["plan"] = d.at["east"] + 1
	for who, role := range map[string]ledger.OrganizationKind{"platform": ledger.Platform, "charity": ledger.Charity, "other": ledger.Charity, "partner": ledger.Partner,
		"partner2": ledger.Partner, "regulator": ledger.Regulator, "auditor": ledger.Auditor} {
		d.newKey(t, who, role, time.Time{})
	}
	d.keys["nobody"] = ""
}

// newKey makes a key of an organization of the story.
func (d *desk) newKey(t testing.TB, who string, role ledger.OrganizationKind, expires time.Time) (authorization, id string) {
	t.Helper()
	organization := d.at[who]
	k, err := d.access.Create(context.Background(), access.Operator, access.Wish{Role: role, Organization: &organization, Expires: expires})
	check(t, err)
	if d.keys[who] == "" {
		d.keys[who], d.ids[who] = "Bearer "+k.Reveal(), k.ID()
	}
	return "Bearer " + k.Reveal(), k.ID()
}

// written is what a refused request must leave as it is: the log's size and root, and
// how many files are kept.
func (d *desk) written(t testing.TB) string {
	t.Helper()
	head, err := d.store.Head(context.Background())
	check(t, err)
	files := 0
	check(t, filepath.WalkDir(d.files, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			files++
		}
		return err
	}))
	return fmt.Sprintf("%d records under %x, %d files", head.Size, head.Root[:8], files)
}

// refusal is a request that is refused, and exactly how.
type refusal struct {
	name    string
	as      string // who asks: the platform where nothing is said
	method  string // POST where nothing is said
	path    string
	media   string // application/json where nothing is said; "-" for none
	headers []string
	body    string // {names} are records of the story
	want    string // status, code and field
	zh, en  string // the sentences, where they are looked at
	data    string // a part of what the caller needs, where it is looked at
}

// shown is a problem as it is read.
type shown struct {
	Type, Title, Detail, Instance, Field string
	Status, Line                         int
	Data                                 json.RawMessage
}

func (p shown) String() string {
	return strings.TrimSpace(fmt.Sprintf("%d %s %s", p.Status, strings.TrimPrefix(p.Type, "/problems/"), p.Field))
}

// request makes the request.
func (r refusal) request(t testing.TB, d *desk, language string) *http.Request {
	t.Helper()
	if r.method == "" {
		r.method = "POST"
	}
	if r.media == "" {
		r.media = "application/json"
	}
	var body io.Reader
	if r.body != "" {
		body = strings.NewReader(d.path(r.body))
	}
	q, err := http.NewRequest(r.method, d.URL+d.path(r.path), body)
	check(t, err)
	key, known := d.keys[r.as]
	if !known {
		key = d.keys["platform"]
	}
	if key != "" {
		q.Header.Set("Authorization", key)
	}
	if r.media != "-" && r.method != "GET" {
		q.Header.Set("Content-Type", r.media)
	}
	q.Header.Set("Accept-Language", language)
	for i := 0; i < len(r.headers); i += 2 {
		q.Header.Set(r.headers[i], d.path(r.headers[i+1]))
	}
	return q
}

// refused sends the request and looks at everything that a problem must have.
func (d *desk) refused(t *testing.T, r refusal, language string) shown {
	t.Helper()
	resp, err := http.DefaultClient.Do(r.request(t, d, language))
	check(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	check(t, err)
	documented(t, resp.Request, resp.StatusCode, resp.Header, body)
	if resp.StatusCode < 400 {
		t.Errorf("not refused: %d %s", resp.StatusCode, body)
		return shown{Status: resp.StatusCode}
	}
	var p shown
	if r.method == "HEAD" {
		p.Status = resp.StatusCode
		return p
	}
	if err := json.Unmarshal(body, &p); err != nil {
		t.Fatalf("%d, and no problem: %v\n%.400s", resp.StatusCode, err, body)
	}
	if resp.StatusCode != p.Status || p.Title != http.StatusText(p.Status) || p.Instance != "urn:request:"+resp.Header.Get("Request-Id") || p.Detail == "" {
		t.Errorf("%d %v: the problem does not say what the answer is: %s", resp.StatusCode, resp.Header, body)
	}
	if strings.Contains(p.Detail, "%!") && !strings.Contains(r.path, "%!") || len(body) > 4<<10 {
		t.Errorf("the sentence is broken, or %d bytes long: %.300s", len(body), body)
	}
	d.checkHeaders(t, resp.Header, "application/problem+json; charset=utf-8")
	d.explained(t, p.Type)
	if resp.Header.Get("Cache-Control") != "no-store" || resp.Header.Get("ETag") != "" {
		t.Errorf("a problem may be cached: %v", resp.Header)
	}
	return p
}

// explained: the type of a problem leads to an entry of the page of problems.
func (d *desk) explained(t *testing.T, kind string) {
	t.Helper()
	w := httptest.NewRecorder()
	d.engine.ServeHTTP(w, httptest.NewRequest("GET", kind, nil))
	page, code, _ := strings.Cut(w.Header().Get("Location"), "#")
	data, err := docs.Files.ReadFile(strings.TrimPrefix(page, "/docs/"))
	if w.Code != http.StatusSeeOther || err != nil || !bytes.Contains(data, []byte(`<section id="`+code+`">`)) || kind != "/problems/"+code {
		t.Errorf("%s leads to %d %s: %v", kind, w.Code, w.Header().Get("Location"), err)
	}
}

// checkHeaders: what every answer has.
func (d *desk) checkHeaders(t *testing.T, h http.Header, media string) {
	t.Helper()
	for name, want := range map[string]string{"Content-Type": media, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=(), geolocation=(), microphone=()"} {
		if got := h.Get(name); got != want && want != "" {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") || h.Get("Request-Id") == "" || h.Get("Server") != "" || h.Get("Set-Cookie") != "" {
		t.Errorf("the headers are %v", h)
	}
}

// refuseAll holds each refusal against what it must be, and against what it wrote.
func refuseAll(t *testing.T, d *desk, table []refusal) {
	t.Helper()
	before := d.written(t)
	for _, r := range table {
		t.Run(r.name, func(t *testing.T) {
			p := d.refused(t, r, "zh-Hans")
			if got := p.String(); got != r.want {
				t.Errorf("got  %s: %s\nwant %s", got, p.Detail, r.want)
			}
			if r.zh != "" && p.Detail != d.path(r.zh) {
				t.Errorf("got  %s\nwant %s", p.Detail, d.path(r.zh))
			}
			if !strings.Contains(string(p.Data), d.path(r.data)) {
				t.Errorf("the data are %s, want %s", p.Data, d.path(r.data))
			}
			if r.en != "" {
				if p := d.refused(t, r, "en-GB"); p.Detail != d.path(r.en) {
					t.Errorf("got  %s\nwant %s", p.Detail, d.path(r.en))
				}
			}
			if after := d.written(t); after != before {
				t.Errorf("something was written: %s, before %s", after, before)
				before = after
			}
		})
	}
}

// members are those of a good request, in order, as JSON.
type members []string

// but writes the object with other values; "-" leaves a member out.
func (m members) but(changes ...string) string {
	m = append(members{}, m...)
next:
	for c := 0; c < len(changes); c += 2 {
		for i := 0; i < len(m); i += 2 {
			if m[i] == changes[c] {
				m[i+1] = changes[c+1]
				continue next
			}
		}
		m = append(m, changes[c], changes[c+1])
	}
	var parts []string
	for i := 0; i < len(m); i += 2 {
		if m[i+1] != "-" {
			parts = append(parts, fmt.Sprintf("%q:%s", m[i], m[i+1]))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// Good requests, each of which would be recorded as it is (TestGoodRequests).
var (
	aGift    = members{"project", "{east}", "asset", `"CNY"`, "amount", "1", "occurred", `"2026-11-20"`, "donor", `{"kind":"anonymous"}`}
	anIncome = members{"project", "{east}", "kind", `"grant"`, "asset", `"CNY"`, "amount", "1", "occurred", `"2026-11-20"`, "payer", `{"kind":"organization","name":"某区财政"}`}
	aPayment = members{"project", "{east}", "asset", `"CNY"`, "amount", "1", "occurred", `"2026-11-20"`, "category", `"5101.direct_aid"`,
		"payee", `{"kind":"organization","name":"某学校"}`, "purpose", `"助学金"`}
	aTransfer   = members{"from", `{"project":{east}}`, "to", `{"project":{east},"holder":{partner}}`, "asset", `"CNY"`, "amount", "1", "occurred", `"2026-11-20"`, "purpose", `"执行"`}
	aConversion = members{"pool", `{"project":{east}}`, "from", `{"asset":"CNY","amount":10}`, "to", `{"asset":"goods/desk","amount":1}`, "occurred", `"2026-11-20"`, "basis", `"单价 0.10 元"`}
	aRefund     = members{"of", "{spare}", "amount", "1", "occurred", `"2026-11-20"`, "reason", `"重复捐赠"`}
	aReturn     = members{"of", "{payment}", "amount", "1", "occurred", `"2026-11-20"`, "reason", `"多付"`}
	aReversal   = members{"of", "{fee}", "reason", `"误录"`}
	aDelivery   = members{"of", "{desks}", "amount", "1", "occurred", `"2026-11-20"`, "recipient", `{"kind":"organization","name":"某学校"}`}
	aPublishing = members{"project", "{east}", "period", `"2026-07-01/2026-09-30"`, "kind", `"progress"`, "title", `"进展"`, "text", `"第一行"`, "at", "3"}
	aCorrection = members{"of", "{management}", "field", `"payee.name"`, "old", `"某学校"`, "new", `"某小学"`, "reason", `"误写"`}
	aFreeze     = members{"project", "{east}", "order", `"穗民函〔2026〕13号"`, "reason", `"核查"`}
	anErasure   = members{"of", "{gift}", "seal", `"private"`, "basis", `"pipl-47"`}
	aLogKey     = members{"id", `"w2"`, "org", "{regulator}", "use", `"witness"`, "verifier", `"example.org/witness+92570752+AbriMpNTosiEA4XFzVbg+3qFXNDqw4Jlc0K9dxm8AIfJ"`}
	aBody       = members{"uscc", `"` + libraryCode(20) + `"`, "name", `"新基金会"`, "kind", `"charity"`}
	anAsset     = members{"id", `"goods/tent"`, "class", `"goods"`, "name", `"帐篷"`, "unit", `"顶"`}
	aProject    = members{"organization", `"` + libraryCode(2) + `"`, "name", `"北村"`, "kind", `"fund"`, "cause", `"education"`, "place", `"440100"`}
	aStatus     = members{"status", `"closed"`, "reason", `"到期"`}
	aPlan       = members{"starts", `"2026-01-01"`, "ends", `"2027-12-31"`, "target", `{"asset":"CNY","amount":20000}`, "reason", `"延期"`}
	aKey        = members{"role", `"auditor"`, "organization", "{auditor}", "label", `"年审"`}
	aQuestion   = members{"channel", `"wechat"`, "serial", `"` + librarySerial + `"`, "amount", "1000"}
)

func quoted(s string) string {
	data, _ := json.Marshal(s)
	return string(data)
}

// raw sends bytes as they are and gives what came back. Who ends the sending side is
// taken for gone as soon as the request was read: only a request that is cut is ended.
func (d *desk) raw(t testing.TB, bytes string, end bool) string {
	t.Helper()
	conn, err := net.Dial("tcp", d.address())
	check(t, err)
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	io.WriteString(conn, bytes)
	if end {
		conn.(*net.TCPConn).CloseWrite()
	}
	answer, _ := io.ReadAll(conn)
	return string(answer)
}

// Numbers of persons that nobody has.
var (
	identityCard = "11010519491231002X"
	mobile       = "138 1234 5678"
	bankCard     = "6222 0212 3456 7890 128"
)

// TestRefusedJSON: what is not exactly the JSON that a request is made of.
func TestRefusedJSON(t *testing.T) {
	d := sqliteDesk(t)
	const gifts = "/v1/donations"
	deep := strings.Repeat(`{"donor":`, 9000) + "1" + strings.Repeat("}", 9000)
	refuseAll(t, d, []refusal{
		{name: "nothing", path: gifts, want: "400 json-unreadable", zh: "请求正文不是有效的 JSON 对象", en: "the body is not a JSON object"},
		{name: "white space", path: gifts, body: " \r\n\t", want: "400 json-unreadable"},
		{name: "a word", path: gifts, body: "hello", want: "400 json-unreadable"},
		{name: "null", path: gifts, body: "null", want: "400 json-unreadable", en: "the body is not a JSON object"},
		{name: "a list", path: gifts, body: "[" + aGift.but() + "]", want: "400 json-unreadable", en: "the body is not a JSON object"},
		{name: "a string", path: gifts, body: `"{}"`, want: "400 json-unreadable", en: "the body is not a JSON object"},
		{name: "a number", path: gifts, body: "1", want: "400 json-unreadable"},
		{name: "cut short", path: gifts, body: aGift.but()[:30], want: "400 json-unreadable"},
		{name: "cut within a word", path: gifts, body: `{"project":tr`, want: "400 json-unreadable"},
		{name: "single quotes", path: gifts, body: `{'project':{east}}`, want: "400 json-unreadable"},
		{name: "a comma at the end", path: gifts, body: `{"project":{east},}`, want: "400 json-unreadable"},
		{name: "a comment", path: gifts, body: "/* */" + aGift.but(), want: "400 json-unreadable"},
		{name: "a byte order mark", path: gifts, body: "\uFEFF" + aGift.but(), want: "400 json-unreadable"},
		{name: "two objects", path: gifts, body: aGift.but() + aGift.but(), want: "400 json-unreadable", zh: "JSON 对象之后还有内容", en: "there is something behind the JSON object"},
		{name: "a brace behind", path: gifts, body: aGift.but() + "}", want: "400 json-unreadable"},
		{name: "NaN", path: gifts, body: aGift.but("amount", "NaN"), want: "400 json-unreadable"},
		{name: "a leading zero", path: gifts, body: aGift.but("amount", "0100"), want: "400 json-unreadable"},
		{name: "a plus", path: gifts, body: aGift.but("amount", "+1"), want: "400 json-unreadable"},
		{name: "hexadecimal", path: gifts, body: aGift.but("amount", "0x10"), want: "400 json-unreadable"},
		{name: "a control character", path: gifts, body: aGift.but("note", "\"a\x01b\""), want: "400 json-unreadable"},
		{name: "a broken escape", path: gifts, body: aGift.but("note", `"\x41"`), want: "400 json-unreadable"},
		{name: "too deep for anybody", path: gifts, body: strings.Repeat("[", 20000), want: "400 json-unreadable"},
		{name: "deep in a member", path: gifts, body: deep, want: "400 json-unreadable donor.donor"},
		{name: "invalid UTF-8", path: gifts, body: aGift.but("note", "\"a\xffb\""), want: "400 json-unreadable", zh: "请求正文不是有效的 UTF-8", en: "the body is not valid UTF-8"},
		{name: "invalid UTF-8 in a name", path: gifts, body: "{\"pro\xc0ject\":1}", want: "400 json-unreadable"},
		{name: "GBK", path: gifts, body: aGift.but("note", "\"\xbc\xd3\xd3\xcd\""), want: "400 json-unreadable"},
		{name: "UTF-16", path: gifts, body: "\xff\xfe{\x00}\x00", want: "400 json-unreadable"},

		{name: "a member twice", path: gifts, body: aGift.but()[:1] + `"amount":1,` + aGift.but()[1:], want: "400 json-unreadable amount", zh: "字段 amount 出现两次", en: "the member amount is there twice"},
		{name: "a member twice, in capitals", path: gifts, body: aGift.but("AMOUNT", "100"), want: "400 json-unreadable AMOUNT"},
		{name: "a member twice, with a long s", path: gifts, body: aGift.but("serial", `"a"`, "ſerial", `"b"`), want: "400 json-unreadable ſerial"},
		{name: "a member twice, with the sign of kelvin", path: gifts, body: aGift.but("note", `""`, "donor", `{"kind":"person","\u212Aind":"group"}`), want: "400 json-unreadable donor.\u212Aind"},
		{name: "a member twice, escaped", path: gifts, body: aGift.but(`amo`, "-")[:1] + `"\u0061mount":5,` + aGift.but()[1:], want: "400 json-unreadable amount"},
		{name: "a nested member twice", path: gifts, body: aGift.but("donor", `{"kind":"person","name":"甲","name":"乙"}`), want: "400 json-unreadable donor.name", en: "the member donor.name is there twice"},
		{name: "in a list, twice", path: "/v1/projects", body: aProject.but("designations", `[{"id":"a","id":"b","name":"甲","class":"restricted"}]`), want: "400 json-unreadable designations[0].id"},
		{name: "in the second of a list, twice", path: "/v1/projects", body: aProject.but("designations", `[{"id":"a","name":"甲","class":"restricted"},{"id":"b","name":"乙","class":"restricted","name":"丙"}]`), want: "400 json-unreadable designations[1].name"},
		{name: "an unknown member", path: gifts, body: aGift.but("ammount", "1"), want: "400 json-unreadable ammount", zh: "没有名为 ammount 的字段", en: "there is no member ammount"},
		{name: "an unknown nested member", path: gifts, body: aGift.but("donor", `{"kind":"person","idcard":"x"}`), want: "400 json-unreadable donor.idcard", zh: "没有名为 donor.idcard 的字段", en: "there is no member donor.idcard"},
		{name: "a member of the donor outside of it", path: gifts, body: aGift.but("display", `"李*"`), want: "400 json-unreadable display"},
		{name: "the name of a member, at a place where it is none", path: "/v1/transfers", body: aTransfer.but("to", `{"project":{east},"purpose":"x"}`), want: "400 json-unreadable to.purpose"},
		{name: "an unknown member in a list", path: "/v1/projects", body: aProject.but("budget", `[{"category":"5301","amount":1},{"category":"5401","sum":1}]`), want: "400 json-unreadable budget[1].sum"},
		{name: "an amount as a string in a list", path: "/v1/projects", body: aProject.but("budget", `[{"category":"5301","amount":1},{"category":"5401","amount":"1"}]`), want: "400 json-unreadable budget[1].amount", en: "the member budget[1].amount cannot be a string"},
		{name: "an element that is none", path: "/v1/projects", body: aProject.but("budget", `[{"category":"5301","amount":1}, 7]`), want: "400 json-unreadable budget[1]"},
		{name: "a hash that is a number", path: "/v1/expenditures", body: aPayment.but("evidence", `["sha256:00", 7]`), want: "400 json-unreadable evidence[1]"},
		{name: "an unknown member, very long", path: gifts, body: aGift.but(strings.Repeat("长", 30_000), "1"), want: "400 json-unreadable " + strings.Repeat("长", 60)},
		{name: "a member of the Go type", path: gifts, body: aGift.but("PoolRef", `{"project":1}`), want: "400 json-unreadable PoolRef"},
		{name: "the consent as a member", path: "/v1/transfers", body: aTransfer.but("consent", `{"Org":1,"Key":"x"}`), want: "400 json-unreadable consent"},
		{name: "the project as a member", path: "/v1/projects/{east}/status", as: "charity", body: aStatus.but("project", "{west}"), want: "400 json-unreadable project"},
		{name: "the type as a member", path: gifts, body: aGift.but("type", `"donation"`), want: "400 json-unreadable type"},

		{name: "an amount as a string", path: gifts, body: aGift.but("amount", `"100"`), want: "400 json-unreadable amount", zh: "字段 amount 的类型不对（收到 string）", en: "the member amount cannot be a string"},
		{name: "an amount as a list", path: gifts, body: aGift.but("amount", `[1]`), want: "400 json-unreadable amount"},
		{name: "an amount that is true", path: gifts, body: aGift.but("amount", `true`), want: "400 json-unreadable amount"},
		{name: "yuan with a point", path: gifts, body: aGift.but("amount", `20.00`), want: "400 json-unreadable amount", en: "the member amount cannot be a number 20.00"},
		{name: "1.0", path: gifts, body: aGift.but("amount", `1.0`), want: "400 json-unreadable amount"},
		{name: "an exponent", path: gifts, body: aGift.but("amount", `1e3`), want: "400 json-unreadable amount"},
		{name: "minus zero and a half", path: gifts, body: aGift.but("amount", `-0.5`), want: "400 json-unreadable amount"},
		{name: "2^63", path: gifts, body: aGift.but("amount", `9223372036854775808`), want: "400 json-unreadable amount"},
		{name: "1e400", path: gifts, body: aGift.but("amount", `1e400`), want: "400 json-unreadable amount"},
		{name: "a number of 100,000 digits", path: gifts, body: aGift.but("amount", strings.Repeat("9", 100_000)), want: "400 json-unreadable amount"},
		{name: "a project as a string", path: gifts, body: aGift.but("project", `"{east}"`), want: "400 json-unreadable project"},
		{name: "a date as a number", path: gifts, body: aGift.but("occurred", `20261120`), want: "400 json-unreadable occurred"},
		{name: "a donor as a string", path: gifts, body: aGift.but("donor", `"李"`), want: "400 json-unreadable donor"},
		{name: "a name as an object", path: gifts, body: aGift.but("donor", `{"name":{"$ne":null}}`), want: "400 json-unreadable donor.name"},
		{name: "an index with a point", path: "/v1/refunds", body: aRefund.but("of", "1.5"), want: "400 json-unreadable of"},
		{name: "evidence as a string", path: "/v1/expenditures", body: aPayment.but("evidence", `"sha256:00"`), want: "400 json-unreadable evidence"},
		{name: "a pool as a number", path: "/v1/transfers", body: aTransfer.but("to", `4`), want: "400 json-unreadable to"},
		{name: "a leaf that is no hash", path: "/v1/exceptions", body: `{"of":1,"leaf":"x","reason":"y"}`, want: "422 hash-unreadable leaf"},
		{name: "an expiry that is no time", path: "/v1/keys", body: aKey.but("expires", `"tomorrow"`), want: "400 json-unreadable"},
	})
}

// TestRefusedValues: what is JSON, and not what a record may hold.
func TestRefusedValues(t *testing.T) {
	d := sqliteDesk(t)
	const gifts, payments, transfers = "/v1/donations", "/v1/expenditures", "/v1/transfers"
	long := quoted(strings.Repeat("长", 5000))
	refuseAll(t, d, []refusal{
		{name: "nothing in it", path: gifts, body: "{}", want: "404 no-such-project project"},
		{name: "no amount", path: gifts, body: aGift.but("amount", "-"), want: "422 amount-not-positive amount"},
		{name: "an amount of null", path: gifts, body: aGift.but("amount", "null"), want: "422 amount-not-positive amount"},
		{name: "nothing given", path: gifts, body: aGift.but("amount", "0"), want: "422 amount-not-positive amount", zh: "金额必须大于零（收到 0）", en: "an amount must be above zero, not 0"},
		{name: "minus zero", path: gifts, body: aGift.but("amount", "-0"), want: "422 amount-not-positive amount"},
		{name: "less than nothing", path: gifts, body: aGift.but("amount", "-100"), want: "422 amount-not-positive amount"},
		{name: "2^53", path: gifts, body: aGift.but("amount", "9007199254740992"), want: "422 amount-too-large amount"},
		{name: "2^63-1", path: gifts, body: aGift.but("amount", "9223372036854775807"), want: "422 amount-too-large amount"},
		{name: "-2^63", path: gifts, body: aGift.but("amount", "-9223372036854775808"), want: "422 amount-not-positive amount"},
		{name: "more than the pool has addresses", path: gifts, body: aGift.but("amount", "9007199254740991"), want: "409 pool-full amount"},
		{name: "more than a project takes in", path: gifts, body: aGift.but("asset", `"USD"`, "amount", "100000000000001"), want: "409 project-full amount",
			zh: "项目 {east} 的资金池累计最多转入 1000000000000.00 USD，还可转入 1000000000000.00 USD：请核对金额，或改用新项目",
			en: "the pools of project {east} take in at most 1000000000000.00 USD in all, of which 1000000000000.00 USD are left: check the amount, or use a new project"},
		{name: "a conversion into more", path: "/v1/conversions", body: aConversion.but("to", `{"asset":"USD","amount":100000000000001}`), want: "409 project-full to.amount"},
		{name: "a payment of nothing", path: payments, body: aPayment.but("amount", "0"), want: "422 amount-not-positive amount"},
		{name: "a transfer of less", path: transfers, body: aTransfer.but("amount", "-5"), want: "422 amount-not-positive amount"},
		{name: "a conversion into nothing", path: "/v1/conversions", body: aConversion.but("to", `{"asset":"goods/desk","amount":0}`), want: "422 amount-not-positive to.amount"},
		{name: "a conversion of less than nothing", path: "/v1/conversions", body: aConversion.but("from", `{"asset":"CNY","amount":-3}`), want: "422 amount-not-positive from.amount"},

		{name: "an asset in small letters", path: gifts, body: aGift.but("asset", `"cny"`), want: "422 asset-unreadable asset", zh: `"cny" 不是资产代码：货币为三个大写字母（CNY），物资为 goods/小写名称`},
		{name: "an asset of its own", path: gifts, body: aGift.but("asset", `"bitcoin"`), want: "422 asset-unreadable asset"},
		{name: "a currency nobody registered", path: gifts, body: aGift.but("asset", `"XAU"`), want: "404 no-such-asset asset"},
		{name: "goods nobody registered", path: gifts, body: aGift.but("asset", `"goods/tent"`), want: "404 no-such-asset asset"},
		{name: "no asset", path: gifts, body: aGift.but("asset", "-"), want: "422 asset-unreadable asset"},
		{name: "a path for an asset", path: gifts, body: aGift.but("asset", `"goods/../../etc"`), want: "422 asset-unreadable asset"},
		{name: "a project of nobody", path: gifts, body: aGift.but("project", "99999"), want: "404 no-such-project project", zh: "没有编号为 99999 的项目", en: "there is no project 99999"},
		{name: "a project of -1", path: gifts, body: aGift.but("project", "-1"), want: "404 no-such-project project"},
		{name: "a project of 2^63-1", path: gifts, body: aGift.but("project", "9223372036854775807"), want: "404 no-such-project project"},
		{name: "a project that is an organization", path: gifts, body: aGift.but("project", "{charity}"), want: "404 no-such-project project"},
		{name: "another's project", as: "charity", path: gifts, body: aGift.but("project", "{west}"), want: "403 not-yours",
			zh: "记录收入须使用平台或项目所属的慈善组织（组织 {other}）的 API 密钥", en: "to record an income takes an API key of the platform or the charity whose project it is (organization {other})"},
		{name: "another's payment", as: "other", path: payments, body: aPayment.but(), want: "403 not-yours"},
		{name: "a holder nobody registered", path: gifts, body: aGift.but("holder", "9999"), want: "404 no-such-organization holder"},
		{name: "a holder that is a project", path: gifts, body: aGift.but("holder", "{east}"), want: "404 no-such-organization holder"},
		{name: "a holder of -1", path: gifts, body: aGift.but("holder", "-1"), want: "404 no-such-organization holder"},
		{name: "an unknown designation", path: gifts, body: aGift.but("designation", `"cellar"`), want: "404 no-such-designation designation"},
		{name: "a designation of another project", path: gifts, body: aGift.but("project", "{south}", "designation", `"roof"`), want: "404 no-such-designation designation"},
		{name: "SQL for a designation", path: gifts, body: aGift.but("designation", `"roof' OR '1'='1"`), want: "404 no-such-designation designation"},
		{name: "a frozen project pays", path: payments, body: aPayment.but("project", "{west}"), want: "409 project-frozen project",
			zh: "项目 {west} 已被监管部门冻结，暂停支出", en: "the regulator has frozen project {west}: nothing goes out of it"},
		{name: "a frozen project hands on", path: transfers, body: aTransfer.but("from", `{"project":{west}}`, "to", `{"project":{west},"holder":{partner}}`), want: "409 project-frozen project"},

		{name: "tomorrow", path: gifts, body: aGift.but("occurred", `"2026-11-21"`), want: "422 date-ahead occurred", zh: "发生日期 2026-11-21 晚于今天（2026-11-20）", en: "2026-11-21 is later than today, 2026-11-20"},
		{name: "the year 9999", path: gifts, body: aGift.but("occurred", `"9999-12-31"`), want: "422 date-ahead occurred"},
		{name: "the 30th of February", path: gifts, body: aGift.but("occurred", `"2026-02-30"`), want: "422 date-unreadable occurred"},
		{name: "no leap year", path: gifts, body: aGift.but("occurred", `"2025-02-29"`), want: "422 date-unreadable occurred"},
		{name: "month 13", path: gifts, body: aGift.but("occurred", `"2026-13-01"`), want: "422 date-unreadable occurred"},
		{name: "a slash", path: gifts, body: aGift.but("occurred", `"2026/11/20"`), want: "422 date-unreadable occurred"},
		{name: "a time", path: gifts, body: aGift.but("occurred", `"2026-11-20T04:00:00Z"`), want: "422 date-unreadable occurred"},
		{name: "one digit", path: gifts, body: aGift.but("occurred", `"2026-1-2"`), want: "422 date-unreadable occurred"},
		{name: "full-width digits", path: gifts, body: aGift.but("occurred", `"２０２６-11-20"`), want: "422 date-unreadable occurred"},
		{name: "no date", path: gifts, body: aGift.but("occurred", "-"), want: "422 date-unreadable occurred"},
		{name: "1899", path: gifts, body: aGift.but("occurred", `"1899-12-31"`), want: "422 date-unreadable occurred"},
		{name: "backwards", path: gifts, body: aGift.but("occurred", `"2026-10-02/2026-10-01"`), want: "422 period-backwards occurred"},
		{name: "an interval of one day", path: gifts, body: aGift.but("occurred", `"2026-10-01/2026-10-01"`), want: "422 period-backwards occurred"},
		{name: "an interval into tomorrow", path: gifts, body: aGift.but("occurred", `"2026-11-01/2026-11-21"`), want: "422 date-ahead occurred"},
		{name: "an interval of three", path: gifts, body: aGift.but("occurred", `"2026-10-01/2026-10-02/2026-10-03"`), want: "422 date-unreadable occurred"},
		{name: "a period backwards", path: "/v1/disclosures", body: aPublishing.but("period", `"2026-09-30/2026-07-01"`), want: "422 period-backwards period"},
		{name: "a plan backwards", as: "charity", path: "/v1/projects/{east}/plan", body: aPlan.but("ends", `"2025-12-31"`), want: "422 plan-backwards ends"},

		{name: "an identity card in a note", path: gifts, body: aGift.but("note", quoted("身份证"+identityCard)), want: "422 personal-number note",
			zh: "note 中似乎含有身份证号，公开文字不能包含", en: "note seems to hold the number of an identity card, which public text must not"},
		{name: "an identity card in full width", path: gifts, body: aGift.but("note", quoted("１１０１０５１９４９１２３１００２Ｘ")), want: "422 personal-number note"},
		{name: "a mobile number in a note", path: gifts, body: aGift.but("note", quoted("电话 "+mobile)), want: "422 personal-number note"},
		{name: "a bank card in a note", path: gifts, body: aGift.but("note", quoted("卡号 "+bankCard)), want: "422 personal-number note"},
		{name: "a mobile number in a purpose", path: payments, body: aPayment.but("purpose", quoted("13812345678")), want: "422 personal-number purpose"},
		{name: "a mobile number as a name", path: gifts, body: aGift.but("donor", `{"display":"13812345678"}`), want: "422 personal-number donor.display"},
		{name: "a mobile number in an organization's name", path: payments, body: aPayment.but("payee", `{"kind":"organization","name":"李 13812345678"}`), want: "422 personal-number payee.name"},
		{name: "a mobile number in a disclosure", path: "/v1/disclosures", body: aPublishing.but("text", quoted("致电\n"+mobile)), want: "422 personal-number text"},
		{name: "a mobile number in a correction", path: "/v1/corrections", body: aCorrection.but("new", quoted(mobile)), want: "422 personal-number new"},
		{name: "a mobile number as the label of a key", path: "/v1/keys", body: aKey.but("label", quoted(mobile)), want: "422 personal-number label"},

		{name: "a long note", path: gifts, body: aGift.but("note", long), want: "422 text-too-long note"},
		{name: "a long name", path: "/v1/organizations", body: aBody.but("name", long), want: "422 text-too-long name"},
		{name: "a long label", path: "/v1/keys", body: aKey.but("label", long), want: "422 text-too-long label"},
		{name: "a tab in a name", path: "/v1/organizations", body: aBody.but("name", `"甲\t乙"`), want: "422 text-control name"},
		{name: "a NUL in a note", path: gifts, body: aGift.but("note", `"a\u0000b"`), want: "422 text-control note"},
		{name: "a NUL in a serial", path: gifts, body: aGift.but("serial", `"a\u0000b"`, "channel", `"wechat"`), want: "422 text-control serial"},
		{name: "DEL in a purpose", path: payments, body: aPayment.but("purpose", `"a\u007fb"`), want: "422 text-control purpose"},
		{name: "text from right to left", path: gifts, body: aGift.but("note", `"\u202e元001"`), want: "422 text-bidi note"},
		{name: "an isolate", path: payments, body: aPayment.but("purpose", `"a\u2066b"`), want: "422 text-bidi purpose"},
		{name: "a space of no width", path: gifts, body: aGift.but("note", `"a\u200bb"`), want: "422 text-invisible note"},
		{name: "a byte order mark in a note", path: gifts, body: aGift.but("note", `"\ufeffa"`), want: "422 text-bom note"},
		{name: "a line separator", path: gifts, body: aGift.but("note", `"a\u2028b"`), want: "422 text-control note"},
		{name: "a letter in two parts", path: gifts, body: aGift.but("note", `"cafe\u0301"`), want: "422 text-nfc note"},
		{name: "half a surrogate", path: gifts, body: aGift.but("note", `"\ud800"`), want: "400 json-unreadable"},
		{name: "the other half", path: gifts, body: aGift.but("note", `"\udc00x"`), want: "400 json-unreadable"},
		{name: "two first halves", path: gifts, body: aGift.but("serial", `"\ud83d\ud83d"`), want: "400 json-unreadable"},
		{name: "half a surrogate in a name", path: gifts, body: strings.Replace(aGift.but(), "{", `{"n\ud800":1,`, 1), want: "400 json-unreadable n\uFFFD"},
		{name: "the sign of what was lost", path: gifts, body: aGift.but("note", "\"\uFFFD\""), want: "400 json-unreadable"},
		{name: "a character that is none", path: gifts, body: aGift.but("note", `"\uffff"`), want: "422 text-invisible note"},

		{name: "a donation of another kind", path: gifts, body: aGift.but("kind", `"grant"`), want: "422 not-a-donation kind"},
		{name: "a donation with a payer", path: gifts, body: aGift.but("payer", `{"kind":"anonymous"}`), want: "422 not-a-donation kind"},
		{name: "a donation of nobody", path: gifts, body: aGift.but("donor", "-"), want: "422 field-missing donor", zh: "缺少捐赠方", en: "donor is missing"},
		{name: "a donor of another kind", path: gifts, body: aGift.but("donor", `{"kind":"robot"}`), want: "422 word-unknown donor.kind"},
		{name: "a person with a code", path: gifts, body: aGift.but("donor", `{"kind":"person","uscc":"`+libraryCode(9)+`"}`), want: "422 party-named donor.name"},
		{name: "an organization without a name", path: gifts, body: aGift.but("donor", `{"kind":"organization"}`), want: "422 field-missing donor.name"},
		{name: "a wrong code", path: gifts, body: aGift.but("donor", `{"kind":"organization","name":"甲","uscc":"123"}`), want: "422 uscc-unreadable donor.uscc"},
		{name: "a channel in words", path: gifts, body: aGift.but("channel", `"We Chat"`), want: "422 name-unreadable channel"},
		{name: "an income that is a donation", path: "/v1/incomes", body: anIncome.but("kind", `"donation"`), want: "422 not-an-income kind"},
		{name: "an income of no kind", path: "/v1/incomes", body: anIncome.but("kind", "-"), want: "422 not-an-income kind"},
		{name: "an income that is a payment", path: "/v1/incomes", body: anIncome.but("kind", `"expenditure"`), want: "422 word-unknown kind"},
		{name: "an income that is a word", path: "/v1/incomes", body: anIncome.but("kind", `"gift"`), want: "422 word-unknown kind"},
		{name: "a value of money", path: gifts, body: aGift.but("value", `{"amount":1,"basis":"fair"}`), want: "422 field-misplaced value"},
		{name: "a category of nothing", path: payments, body: aPayment.but("category", `"5101"`), want: "422 word-unknown category"},
		{name: "no category", path: payments, body: aPayment.but("category", "-"), want: "422 word-unknown category"},
		{name: "nobody paid", path: payments, body: aPayment.but("payee", "-"), want: "422 field-missing payee"},
		{name: "a loss with a payee", path: payments, body: aPayment.but("category", `"5501.loss"`), want: "422 field-misplaced payee"},
		{name: "evidence that is a file", path: payments, body: aPayment.but("evidence", `["../../etc/passwd"]`), want: "422 hash-unreadable evidence[0]"},
		{name: "the same evidence twice", path: payments, body: aPayment.but("evidence", `["sha256:`+strings.Repeat("0", 64)+`","sha256:`+strings.Repeat("0", 64)+`"]`), want: "422 evidence-twice evidence[1]"},
		{name: "too much evidence", path: payments, body: aPayment.but("evidence", "["+strings.Repeat(`"sha256:00",`, 50)+`"sha256:00"]`), want: "422 evidence-too-many evidence"},
	})
}
