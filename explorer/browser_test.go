package explorer_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"mingzhang/ledger/trace"
)

// patience is how long a window may take for all that a test does in it: it ends a hang, on
// a slow machine that is busy with other tests too.
const patience = 12 * time.Minute

// chromium is one browser for all tests; each has a window of its own.
var chromium = sync.OnceValue(func() context.Context {
	path, err := exec.LookPath("chromium")
	if err != nil {
		panic("there is no chromium: make tools installs it")
	}
	dir, err := os.MkdirTemp("", "chromium")
	check(err)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(dir), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("accept-lang", "zh-CN"), chromedp.WSURLReadTimeout(patience))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	browser, stopBrowser := chromedp.NewContext(allocator)
	leave(dir, func() { stopBrowser(); stop() })
	check(chromedp.Run(browser))
	return browser
})

// window is a browser's window, and what its console said.
type window struct {
	context.Context
	mu   sync.Mutex
	said []string
}

// browse opens a window that is so wide. It is no tab of another one's window: what is
// behind another tab is not drawn, and waits for ever for its next picture.
func browse(t *testing.T, width int64) *window {
	t.Helper()
	return browseAs(t, width, "")
}

// browseAlone opens one that has a memory of its own: what others have seen is not in it.
func browseAlone(t *testing.T, width int64) *window {
	t.Helper()
	browser := chromium()
	visitor, err := target.CreateBrowserContext().WithDisposeOnDetach(true).Do(cdp.WithExecutor(browser, chromedp.FromContext(browser).Browser))
	check(err)
	return browseAs(t, width, visitor)
}

func browseAs(t *testing.T, width int64, visitor cdp.BrowserContextID) *window {
	t.Helper()
	browser := chromium()
	id, err := target.CreateTarget("about:blank").WithNewWindow(true).WithBrowserContextID(visitor).Do(cdp.WithExecutor(browser, chromedp.FromContext(browser).Browser))
	check(err)
	tab, cancel := chromedp.NewContext(browser, chromedp.WithTargetID(id))
	t.Cleanup(cancel)
	tab, stop := context.WithTimeout(tab, patience)
	t.Cleanup(stop)
	w := &window{Context: tab}
	chromedp.ListenTarget(tab, func(event any) {
		if e, ok := event.(*log.EventEntryAdded); ok && e.Entry.Level == log.LevelError {
			w.mu.Lock()
			w.said = append(w.said, e.Entry.Text+" "+e.Entry.URL)
			w.mu.Unlock()
		}
	})
	w.do(t, log.Enable(), emulation.SetDeviceMetricsOverride(width, 900, 1, width < 500))
	return w
}

func (w *window) do(t *testing.T, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(w, actions...); err != nil {
		t.Fatal(err)
	}
}

// quiet fails the test if the console of the window has errors: a violated policy, a file
// that is missing.
func (w *window) quiet(t *testing.T) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, line := range w.said {
		t.Errorf("the console says: %s", line)
	}
}

// forget takes what the console said of one matter for no error.
func (w *window) forget(part string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = slices.DeleteFunc(w.said, func(line string) bool { return strings.Contains(line, part) })
}

// read gives the text of an element.
func (w *window) read(t *testing.T, selector string) (text string) {
	t.Helper()
	w.do(t, chromedp.Text(selector, &text, chromedp.ByQuery))
	return text
}

// TestFollowFromPaper: a giver follows the code on the certificate to the gift, from there
// one of its payments, and from there the payment's evidence; the language can be switched
// on the way.
func TestFollowFromPaper(t *testing.T) {
	t.Parallel()
	s, w := open(), browse(t, 360)
	gift := s.url + "/receipts/" + s.city.Showcase.Receipt
	var code, address, payment, paper string
	w.do(t, chromedp.Navigate(gift+"/certificate?code=own"), chromedp.WaitReady(".certificate svg.qr", chromedp.ByQuery),
		chromedp.Evaluate(`document.querySelector('.certificate svg.qr title').textContent`, &code))
	if code != gift {
		t.Errorf("the certificate's code leads to %s, want %s", code, gift)
	}
	w.do(t, chromedp.Navigate(code), chromedp.WaitVisible("main h1", chromedp.ByQuery))
	if got := w.read(t, "main"); !strings.Contains(got, "2,000.00") {
		t.Errorf("the gift of 2,000.00 is not on its page: %.300s", got)
	}
	index, file := s.proven(t)
	link := fmt.Sprintf(`main table.parts .where a[href="/flows/%d#papers"]`, index)
	w.do(t, chromedp.Click(link, chromedp.ByQuery), chromedp.WaitVisible("#papers", chromedp.ByQuery), chromedp.Location(&address), chromedp.Text("main h1", &payment, chromedp.ByQuery),
		chromedp.AttributeValue("#papers a", "href", &paper, nil, chromedp.ByQuery))
	if want := fmt.Sprintf("%s/flows/%d#papers", s.url, index); address != want || !strings.Contains(payment, "支出") {
		t.Errorf("the payment's link leads to %s, %q, want %s", address, payment, want)
	}
	if want := "/v1/evidence/" + url.PathEscape(file); paper != want {
		t.Errorf("the evidence is at %s, want %s", paper, want)
	}
	var media string
	w.do(t, chromedp.Evaluate(`fetch(document.querySelector('#papers a').href).then(a => a.status + " " + a.headers.get("Content-Type"))`, &media, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	if !strings.HasPrefix(media, "200 ") {
		t.Errorf("the evidence answers %s", media)
	}
	w.do(t, chromedp.Click(`.languages a[hreflang="en"]`, chromedp.ByQuery), chromedp.WaitReady(`html[lang="en"]`))
	w.do(t, chromedp.Click(`.brand`, chromedp.ByQuery), chromedp.WaitReady(`html[lang="en"] .opening`))
	w.quiet(t)
}

// proven gives a payment of the showcase's gift that has evidence for everybody, out of
// the trace of the gift, and the hash of the file.
func (s *site) proven(t testing.TB) (index int64, file string) {
	t.Helper()
	parts, err := trace.Forward(ctx, s.store.Trace(), s.city.Showcase.Gift)
	check(err)
	for _, p := range parts {
		if p.State != trace.Spent || len(p.Path) == 0 {
			continue
		}
		index = p.Path[len(p.Path)-1]
		f, err := s.store.Flow(ctx, index)
		check(err)
		for _, e := range f.Files {
			if e.Public {
				return index, e.Hash
			}
		}
	}
	t.Fatal("no payment of the gift has evidence")
	return 0, ""
}

// TestFindGift: the form finds a gift by channel, serial number and amount together, and
// says nothing of a serial number alone.
func TestFindGift(t *testing.T) {
	t.Parallel()
	s, w := open(), browse(t, 1200)
	var address string
	fill := func(amount string) []chromedp.Action {
		return []chromedp.Action{chromedp.Navigate(s.url + "/receipts"), chromedp.SendKeys(`[name=channel]`, "微信支付", chromedp.ByQuery),
			chromedp.SendKeys(`[name=serial]`, s.city.Showcase.Serial, chromedp.ByQuery), chromedp.SendKeys(`[name=amount]`, amount+"\r", chromedp.ByQuery),
			chromedp.WaitReady("main h1"), chromedp.Location(&address)}
	}
	w.do(t, fill("2000.01")...)
	w.do(t, chromedp.WaitVisible(`main [role=alert], main .notice`, chromedp.ByQuery))
	if strings.Contains(address, s.city.Showcase.Serial) || strings.Contains(w.read(t, "main"), s.city.Showcase.Serial) {
		t.Errorf("the serial number is repeated at %s", address)
	}
	w.forget("404") // a browser notes a miss
	w.do(t, append(fill("2000.00"), chromedp.WaitVisible(`main svg`, chromedp.ByQuery), chromedp.Location(&address))...)
	if !strings.HasSuffix(address, "/receipts/"+s.city.Showcase.Receipt) {
		t.Errorf("the gift's page is %s", address)
	}
	w.quiet(t)
}

// TestSearchAndFilter: a visitor finds a project by a part of its name and narrows the list.
func TestSearchAndFilter(t *testing.T) {
	t.Parallel()
	s, w := open(), browse(t, 1200)
	var address string
	w.do(t, chromedp.Navigate(s.url+"/"), chromedp.SendKeys(`#q`, "图书角\r", chromedp.ByQuery), chromedp.WaitReady(`main a[href^="/projects/"]`, chromedp.ByQuery),
		chromedp.Click(`main a[href^="/projects/"]`, chromedp.ByQuery), chromedp.WaitReady(`article.project`, chromedp.ByQuery), chromedp.Location(&address))
	if want := fmt.Sprint(s.url, "/projects/", s.city.Showcase.Running); address != want {
		t.Errorf("the search leads to %s, want %s", address, want)
	}
	w.do(t, chromedp.Navigate(s.url+"/projects"), chromedp.Click(`.facets a[href*="cause=education"]`, chromedp.ByQuery), chromedp.WaitReady(`.facets [aria-current]`, chromedp.ByQuery),
		chromedp.Location(&address))
	if !strings.Contains(address, "cause=education") {
		t.Errorf("the filter leads to %s", address)
	}
	w.quiet(t)
}

// everyPage are the addresses of one page of each sort.
func (s *site) everyPage() []string {
	show := s.city.Showcase
	return []string{"/", "/projects", "/projects?q=%E5%9B%BE%E4%B9%A6", fmt.Sprint("/projects/", show.Running), fmt.Sprint("/projects/", show.Joint), fmt.Sprint("/projects/", show.Frozen), fmt.Sprintf("/projects/%d/reconciliation", show.Relief),
		"/organizations", fmt.Sprint("/organizations/", s.city.Charities[0]), fmt.Sprint("/organizations/", s.city.Partners[0]), fmt.Sprint("/flows?project=", show.Relief),
		fmt.Sprint("/flows/", show.Gift), fmt.Sprint("/flows/", show.Payment), fmt.Sprint("/flows/", show.Exchange), fmt.Sprint("/records/", show.Gift), fmt.Sprint("/records/", show.Disclosure),
		"/statistics", "/holdings", "/flows?cause=education&transit=true", "/log", "/open-data", "/rules", "/search?q=%E5%8D%97%E7%8F%A0", "/receipts", "/receipts/" + show.Receipt, "/receipts/" + show.Receipt + "/certificate", "/nothing-here"}
}

// everySort are the pages of one sort each in which all colours and shapes are.
func (s *site) everySort() []string {
	show := s.city.Showcase
	return []string{"/", "/projects", fmt.Sprint("/projects/", show.Frozen), fmt.Sprintf("/projects/%d/reconciliation", show.Relief), fmt.Sprint("/organizations/", s.city.Charities[0]),
		fmt.Sprint("/flows?project=", show.Relief), fmt.Sprint("/flows/", show.Gift), fmt.Sprint("/records/", show.Gift), "/statistics", "/holdings", "/log", "/rules", "/receipts", "/receipts/" + show.Receipt + "/certificate", "/nothing-here"}
}

// TestWidths: no page is wider than a phone or a desk's screen, in any language, and no
// page has errors in the console.
func TestWidths(t *testing.T) {
	t.Parallel()
	s := open()
	for _, width := range []int64{360, 1280} {
		for _, language := range []string{"zh-Hans", "en"} {
			t.Run(fmt.Sprint(width, " ", language), func(t *testing.T) {
				t.Parallel()
				w := browse(t, width)
				for _, path := range s.everyPage() {
					var wide int64
					w.do(t, chromedp.Navigate(s.url+in(path, language)), chromedp.Evaluate(`document.documentElement.scrollWidth`, &wide))
					if wide > width {
						t.Errorf("%s is %d pixels wide", path, wide)
					}
				}
				w.forget("404")
				w.quiet(t)
			})
		}
	}
}

// in gives an address in a language.
func in(path, language string) string {
	if strings.Contains(path, "?") {
		return path + "&lang=" + language
	}
	return path + "?lang=" + language
}

// TestPrint: on paper, a project's page has exact amounts and its address, and nothing to
// click; it fits on A4, which is no wider than a phone held across, and its tables have
// their heads.
func TestPrint(t *testing.T) {
	t.Parallel()
	s, w := open(), browse(t, 680)
	var pdf []byte
	var nav, exact, rounded, head string
	w.do(t, chromedp.Navigate(fmt.Sprint(s.url, "/projects/", s.city.Showcase.Running)), emulation.SetEmulatedMedia().WithMedia("print"),
		chromedp.Evaluate(`getComputedStyle(document.querySelector('.top nav')).display`, &nav),
		chromedp.Evaluate(`getComputedStyle(document.querySelector('.keys .exact')).display`, &exact),
		chromedp.Evaluate(`getComputedStyle(document.querySelector('.keys .rounded')).display`, &rounded),
		chromedp.Evaluate(`getComputedStyle(document.querySelector('#payments thead')).display`, &head),
		chromedp.ActionFunc(func(ctx context.Context) (err error) {
			pdf, _, err = page.PrintToPDF().WithPreferCSSPageSize(true).Do(ctx)
			return err
		}))
	if nav != "none" || exact == "none" || rounded != "none" || head == "none" {
		t.Errorf("on paper: navigation %s, exact amounts %s, rounded ones %s, heads of tables %s", nav, exact, rounded, head)
	}
	if pages := strings.Count(string(pdf), "/Type /Page\n"); pages < 1 || pages > 8 {
		t.Errorf("%d pages", pages)
	}
}

// TestPrintRecord: a record on paper has nothing to click, and no heading of a check that was
// not made; what was checked stays.
func TestPrintRecord(t *testing.T) {
	t.Parallel()
	s, w := open(), browse(t, 680)
	var pressed int
	var before, after string
	display := `getComputedStyle(document.querySelector('#check')).display`
	w.do(t, chromedp.Navigate(fmt.Sprint(s.url, "/records/", s.city.Showcase.Gift)), emulation.SetEmulatedMedia().WithMedia("print"), chromedp.Evaluate(display, &before),
		emulation.SetEmulatedMedia().WithMedia("screen"), chromedp.Click("#run", chromedp.ByQuery, chromedp.NodeVisible), chromedp.WaitVisible("#verdict[data-outcome]", chromedp.ByQuery),
		emulation.SetEmulatedMedia().WithMedia("print"), chromedp.Evaluate(display, &after),
		chromedp.Evaluate(`[...document.querySelectorAll("button, .button")].filter((b) => b.checkVisibility()).length`, &pressed))
	if before != "none" || after == "none" || pressed != 0 {
		t.Errorf("on paper: the check that was not made %s, the one that was %s, %d buttons", before, after, pressed)
	}
}

// TestColumnOfDigits: in a statement the last digits stand below each other, also of what
// is in parentheses.
func TestColumnOfDigits(t *testing.T) {
	t.Parallel()
	s, w := open(), browse(t, 1280)
	var apart float64
	w.do(t, chromedp.Navigate(fmt.Sprint(s.url, "/projects/", s.city.Showcase.Relief)), chromedp.Evaluate(`(() => {
		const ends = [...document.querySelector("table.statement").querySelectorAll("td.n")].map((cell) => {
			const text = (cell.querySelector("a") ?? cell).firstChild, range = document.createRange();
			const last = text.data.search(/[0-9][^0-9]*$/);
			range.setStart(text, last);
			range.setEnd(text, last + 1);
			return range.getBoundingClientRect().right;
		});
		return Math.max(...ends) - Math.min(...ends);
	})()`, &apart))
	if apart > 2 {
		t.Errorf("the last digits are %.1f pixels apart", apart)
	}
}

// TestMonthsOnPhone: a phone shows all columns of the months, without scrolling.
func TestMonthsOnPhone(t *testing.T) {
	t.Parallel()
	s, w := open(), browse(t, 360)
	for _, language := range languages {
		var hidden int64
		w.do(t, chromedp.Navigate(s.url+in("/statistics", language)),
			chromedp.Evaluate(`(() => { const s = document.querySelector("table.months").parentElement; return s.scrollWidth - s.clientWidth })()`, &hidden))
		if hidden > 0 {
			t.Errorf("%s: %d pixels are hidden", language, hidden)
		}
	}
}
