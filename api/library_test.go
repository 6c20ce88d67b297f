package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/api"
	"mingzhang/api/access"
	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/evidence"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
)

// library is a server whose book has something of everything, for tests of the reads.
type library struct {
	*httptest.Server
	book     *book.Book
	verifier note.Verifier
	vkey     string
	access   *access.Access
	at       map[string]int64 // records by what they are in the story
	kept     string           // the folder of the checkpoint that was published last
	original string           // hashes of evidence files
	redacted string
}

var libraryNoon = time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)

func libraryNow() time.Time { return libraryNoon }

const (
	libraryOrigin = "mingzhang.example/reads"
	librarySerial = "SERIAL-7781"
)

// inLibraries runs a test on each kind of database.
func inLibraries(t *testing.T, test func(t *testing.T, l *library)) {
	t.Run("sqlite", func(t *testing.T) { test(t, newLibrary(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))) })
	t.Run("postgres", func(t *testing.T) { test(t, newLibrary(t, pgtest.DSN(t))) })
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newLibrary(t testing.TB, address string) *library {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, address)
	check(t, err)
	t.Cleanup(func() { s.Close() })
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{1}, 32)), libraryOrigin)
	check(t, err)
	signer, err := note.NewSigner(skey)
	check(t, err)
	l := &library{at: map[string]int64{}, vkey: vkey}
	l.verifier, err = note.NewVerifier(vkey)
	check(t, err)
	dir, secret, quiet := filepath.Join(t.TempDir(), "kept"), bytes.Repeat([]byte{7}, 32), slog.New(slog.DiscardHandler)
	check(t, os.Mkdir(dir, 0o700))
	l.kept = dir
	l.book, err = book.Open(ctx, book.Config{Store: s, Origin: libraryOrigin, Secret: secret, Signer: signer, Verifier: l.verifier,
		Keeper: book.File(filepath.Join(dir, "checkpoint")), Now: libraryNow})
	check(t, err)
	t.Cleanup(func() { l.book.Close() })
	files, err := evidence.Open(ctx, filepath.Join(t.TempDir(), "evidence"))
	check(t, err)
	t.Cleanup(func() { files.Close() })
	l.access, err = access.New(access.Config{Keys: s, Secret: secret, Now: libraryNow, Log: quiet})
	check(t, err)
	h, err := api.New(api.Config{Book: l.book, Store: s, Evidence: files, Access: l.access, Limits: access.NewLimits(nil, libraryNow),
		Metrics: api.NewMetrics(), LogKey: vkey, URL: "https://mingzhang.example", Now: libraryNow, Log: quiet})
	check(t, err)
	l.Server = httptest.NewServer(h)
	t.Cleanup(l.Server.Close)
	l.tell(t)
	return l
}

// do records a request under a name.
func (l *library) do(t testing.TB, name string, what any) int64 {
	t.Helper()
	a, err := l.book.Submit(context.Background(), book.Request{By: ledger.Author{Org: 0, Key: "p1"}, What: what})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	l.at[name] = a.Index
	return a.Index
}

func libraryCode(n int) string {
	stem := fmt.Sprintf("5344010000000%04d", n)
	for _, c := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
		if code, legacy, err := ledger.ParseUSCC(stem + string(c)); err == nil && !legacy {
			return string(code)
		}
	}
	panic("no check digit fits")
}

// tell records the story.
func (l *library) tell(t testing.TB) {
	t.Helper()
	l.do(t, "platform", book.RegisterOrganization{USCC: libraryCode(1), Name: "某平台", Kind: ledger.Platform})
	charity := l.do(t, "charity", book.RegisterOrganization{USCC: libraryCode(2), Name: "甲慈善会", Kind: ledger.Charity, PublicFundraising: true})
	l.do(t, "other", book.RegisterOrganization{USCC: libraryCode(3), Name: "乙基金会", Kind: ledger.Charity})
	partner := l.do(t, "partner", book.RegisterOrganization{USCC: libraryCode(4), Name: "丙服务中心", Kind: ledger.Partner})
	l.do(t, "regulator", book.RegisterOrganization{USCC: libraryCode(5), Name: "某民政局", Kind: ledger.Regulator})
	l.do(t, "auditor", book.RegisterOrganization{USCC: libraryCode(6), Name: "某会计师事务所", Kind: ledger.Auditor})
	l.do(t, "desk", book.RegisterAsset{ID: "goods/desk", Class: ledger.Goods, Name: "课桌", Unit: "张"})
	east := l.do(t, "east", book.RegisterProject{Organization: libraryCode(2), Name: "东村小学课桌", Filing: libraryCode(2) + "A26001", Kind: ledger.Campaign,
		Cause: "education", Place: "440100", Designations: []book.Designation{{ID: "roof", Name: "屋顶", Class: ledger.Restricted}},
		PlanFields: book.PlanFields{Target: &ledger.Sum{Asset: "CNY", Amount: 10_000}, Starts: "2026-01-01", Ends: "2026-12-31", Beneficiaries: 30,
			Budget: []ledger.BudgetLine{{Category: "5101.direct_aid", Amount: 9000}, {Category: "5301", Amount: 100}}, Plan: book.PlanTexts{Purpose: "助学"}}})
	west := l.do(t, "west", book.RegisterProject{Organization: libraryCode(3), Name: "西镇义诊", Kind: ledger.Fund, Cause: "health", Place: "440300"})
	l.upload(t)
	l.move(t, east, partner, charity)
	l.do(t, "disclosure", book.Disclose{Project: east, Period: "2026-07-01/2026-09-30", Kind: "progress", Title: "三季度进展", Text: "第一行\n第二行", At: l.at["payment"]})
	l.do(t, "correction", book.Correct{Of: l.at["payment"], Field: "payee.name", Old: "某学校", New: "某小学", Reason: "误写"})
	l.do(t, "freeze", book.FreezeProject{Project: west, Order: "穗民函〔2026〕12号", Reason: "核查"})
	l.do(t, "witness", book.RegisterKey{ID: "w1", Use: "witness", Verifier: "example.org/witness+92570752+AbriMpNTosiEA4XFzVbg+3qFXNDqw4Jlc0K9dxm8AIfJ"})
}

// move records what moves: of the pool's addresses, gift has [0, 1000), firm [1000, 6000)
// and grant [6000, 8000).
func (l *library) move(t testing.TB, east, partner, charity int64) {
	pool, with := book.PoolRef{Project: east}, book.PoolRef{Project: east, Holder: &partner}
	const day = "2026-11-20"
	firm := &book.Party{Kind: ledger.Organized, Name: "某某公司", USCC: ledger.USCC(libraryCode(9))}
	school := &book.Party{Kind: ledger.Organized, Name: "某学校"}
	l.do(t, "gift", book.Income{PoolRef: pool, Asset: "CNY", Amount: 1000, Occurred: day, Channel: "wechat", Serial: librarySerial,
		Donor: &book.Party{Kind: ledger.Person, Name: "李真名", Display: "李*", Contact: "contact-of-li"}, Note: "加油"})
	l.do(t, "firm", book.Income{PoolRef: pool, Asset: "CNY", Amount: 5000, Occurred: "2026-10-01", Channel: "bank", Donor: firm})
	l.do(t, "grant", book.Income{PoolRef: pool, Kind: ledger.Grant, Asset: "CNY", Amount: 2000, Occurred: day, Payer: &book.Party{Kind: ledger.Organized, Name: "某区财政"}})
	l.do(t, "payment", book.Spend{PoolRef: pool, Asset: "CNY", Amount: 400, Occurred: day, Category: "5101.direct_aid", Payee: school, Purpose: "助学金", Evidence: []string{l.original, l.redacted}})
	l.do(t, "return", book.Return{Of: l.at["payment"], Amount: 50, Occurred: day, Reason: "多付"})
	l.do(t, "refund", book.Refund{Of: l.at["gift"], Amount: 100, Occurred: day, Reason: "重复捐赠"})
	l.do(t, "transfer", book.Transfer{From: pool, To: with, Asset: "CNY", Amount: 1000, Occurred: day, Purpose: "执行"})
	l.do(t, "abroad", book.Spend{PoolRef: with, Asset: "CNY", Amount: 300, Occurred: day, Category: "5101.other", Payee: &book.Party{Display: "王*"}, Purpose: "劳务"})
	l.do(t, "purchase", book.Convert{Pool: pool, From: ledger.Sum{Asset: "CNY", Amount: 3000}, To: ledger.Sum{Asset: "goods/desk", Amount: 6}, Occurred: day, Basis: "单价 5.00 元",
		Payee: &book.Party{Kind: ledger.Organized, Name: "某家具厂"}})
	l.do(t, "desks", book.Spend{PoolRef: pool, Asset: "goods/desk", Amount: 4, Occurred: day, Category: "5101.direct_aid", Payee: school, Purpose: "课桌"})
	l.do(t, "delivery", book.Deliver{Of: l.at["desks"], Amount: 3, Occurred: day, Recipient: school})
	l.do(t, "management", book.Spend{PoolRef: pool, Asset: "CNY", Amount: 20, Occurred: day, Category: "5301", Payee: school})
	l.do(t, "fee", book.Spend{PoolRef: pool, Asset: "CNY", Amount: 6, Occurred: day, Category: "5401.payment_fee", Payee: school})
	l.do(t, "wrong", book.Income{PoolRef: pool, Asset: "CNY", Amount: 70, Occurred: day, Donor: &book.Party{Display: "赵*"}, Note: "请撤回"})
	l.do(t, "reversal", book.Reverse{Of: l.at["wrong"], Reason: "误录"})
	l.do(t, "erasure", book.Erase{Of: l.at["wrong"], Seal: record.Public, Basis: "pipl-47"})
}

// upload keeps an original and its redacted copy, as the charity.
func (l *library) upload(t testing.TB) {
	t.Helper()
	key := l.key(t, ledger.Charity, "charity")
	post := func(fields map[string]string, content string) api.Answer {
		var a api.Answer
		status, _, body := l.form(t, key, fields, "张三的发票.txt", content)
		if status != http.StatusCreated {
			t.Fatalf("upload: %d %s", status, body)
		}
		check(t, json.Unmarshal(body, &a))
		return a
	}
	l.at["original"] = post(nil, "original of an invoice").ID
	l.original = l.what(t, "original")["hash"].(string)
	l.at["redacted"] = post(map[string]string{"public": "true", "redacted": l.original}, "the invoice, in part").ID
	l.redacted = l.what(t, "redacted")["hash"].(string)
}

// what gives the body of a record.
func (l *library) what(t testing.TB, name string) map[string]any {
	t.Helper()
	var r struct{ What map[string]any }
	l.json(t, fmt.Sprintf("/v1/records/%d", l.at[name]), &r)
	return r.What
}

// key makes an API key of an organization.
func (l *library) key(t testing.TB, role ledger.OrganizationKind, name string) string {
	t.Helper()
	organization := l.at[name]
	k, err := l.access.Create(context.Background(), access.Operator, access.Wish{Role: role, Organization: &organization})
	check(t, err)
	return "Bearer " + k.Reveal()
}

// form posts a file.
func (l *library) form(t testing.TB, key string, fields map[string]string, file, content string) (int, http.Header, []byte) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range fields {
		check(t, w.WriteField(name, value))
	}
	if file != "" {
		part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename=%q`, file)}})
		check(t, err)
		io.WriteString(part, content)
	}
	check(t, w.Close())
	return l.ask(t, "POST", "/v1/evidence", &body, "Authorization", key, "Content-Type", w.FormDataContentType())
}

// ask sends a request with headers in pairs.
func (l *library) ask(t testing.TB, method, path string, body io.Reader, headers ...string) (int, http.Header, []byte) {
	t.Helper()
	req, err := http.NewRequest(method, l.URL+path, body)
	check(t, err)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	check(t, err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	check(t, err)
	documented(t, resp.Request, resp.StatusCode, resp.Header, data)
	return resp.StatusCode, resp.Header, data
}

// json reads an answer strictly: what it has must be in v's type.
func (l *library) json(t testing.TB, path string, v any) {
	t.Helper()
	status, _, body := l.ask(t, "GET", path, nil)
	if status != http.StatusOK {
		t.Fatalf("GET %s: %d %s", path, status, body)
	}
	if err := json.Unmarshal(body, v); err != nil {
		t.Fatalf("GET %s: %v\n%s", path, err, body)
	}
}

// path fills the records of the story into a path: /v1/flows/{gift}.
func (l *library) path(path string) string {
	for name, index := range l.at {
		path = strings.ReplaceAll(path, "{"+name+"}", fmt.Sprint(index))
	}
	return path
}

// another is one more gift.
func (l *library) another() book.Income {
	return book.Income{PoolRef: book.PoolRef{Project: l.at["east"]}, Asset: "CNY", Amount: 1, Occurred: "2026-11-20", Donor: &book.Party{Kind: ledger.Anonymous}}
}
