package explorer_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// What a browser may have to fetch before a visitor can read the first page.
const (
	mostRequests = 2
	mostBytes    = 100_000
)

// wired asks for an address as a browser does, and gives how many bytes came over the
// wire, whether they are packed, and what they say.
func (s *site) wired(t *testing.T, path, language string) (wire int, packed bool, text []byte) {
	t.Helper()
	r, err := http.NewRequest("GET", s.url+path, nil)
	check(err)
	r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	r.Header.Set("Accept-Language", language)
	answer, err := plain.Do(r)
	check(err)
	defer answer.Body.Close()
	text, err = io.ReadAll(answer.Body)
	check(err)
	if answer.StatusCode != 200 {
		t.Fatalf("%s: %s", path, answer.Status)
	}
	wire, packed = len(text), answer.Header.Get("Content-Encoding") == "gzip"
	if packed {
		z, err := gzip.NewReader(bytes.NewReader(text))
		check(err)
		text, err = io.ReadAll(z)
		check(err)
	}
	return wire, packed, text
}

// TestFirstView: the first page can be read after two requests and 100 kB, by whom it is
// made for, who gets it as it is, and packed by all after.
func TestFirstView(t *testing.T) {
	s := open()
	for _, language := range []string{"zh-CN", "en"} {
		for _, visitor := range []string{"the first", "the next"} {
			wire, packed, html := s.wired(t, "/", language)
			requests := 1
			page, err := goquery.NewDocumentFromReader(bytes.NewReader(html))
			check(err)
			page.Find(`link[rel=stylesheet], script[src]:not([async]):not([defer]):not([type=module])`).Each(func(_ int, e *goquery.Selection) {
				n, _, _ := s.wired(t, e.AttrOr("href", e.AttrOr("src", "")), language)
				wire, requests = wire+n, requests+1
			})
			if page.Find("link[rel=stylesheet]").Length() == 0 || page.Find("h1").Length() == 0 {
				t.Errorf("%s: a page without a style or a title", language)
			}
			if requests > mostRequests || wire > mostBytes || visitor == "the next" && !packed {
				t.Errorf("%s, %s visitor: %d requests and %d bytes before it can be read, packed: %v", language, visitor, requests, wire, packed)
			}
			t.Logf("%s, %s visitor: %d requests, %d bytes", language, visitor, requests, wire)
		}
	}
}

// shifted adds up how far what was already shown moved while the page came in (CLS), and
// says what moved: it has what happened before it was asked, and the two pictures after.
// What moves because the window is made wider is left out, as its definition says.
const shifted = `new Promise(done => {
	const out = {sum: 0, moved: []};
	const add = list => list.filter(e => !e.hadRecentInput).forEach(e => {
		out.sum += e.value;
		for (const s of e.sources) out.moved.push((s.node?.nodeName ?? "?") + "." + s.node?.className + " " + JSON.stringify([s.previousRect, s.currentRect]));
	});
	const watch = new PerformanceObserver(list => add(list.getEntries()));
	watch.observe({type: "layout-shift", buffered: true});
	requestAnimationFrame(() => requestAnimationFrame(() => { add(watch.takeRecords()); done(out); }));
})`

// shift is what shifted gives.
type shift struct {
	Sum   float64
	Moved []string
}

// mostShift is far below what anybody notices: 0.1 is called good.
const mostShift = 0.01

// TestSteady: nothing moves while a page comes in, and its text is there without scripts,
// on a phone and at a desk.
func TestSteady(t *testing.T) {
	t.Parallel()
	s := open()
	show := s.city.Showcase
	for _, width := range []int64{360, 1280} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			t.Parallel()
			w := browse(t, width)
			for _, path := range []string{"/", fmt.Sprint("/projects/", show.Joint), "/receipts", "/receipts/" + show.Receipt, fmt.Sprint("/records/", show.Gift)} {
				var moves shift
				var title float64
				w.do(t, chromedp.Navigate(s.url+path), chromedp.Evaluate(shifted, &moves, awaiting))
				if moves.Sum >= mostShift {
					t.Errorf("%s moves by %v: %v", path, moves.Sum, moves.Moved)
				}
				w.do(t, emulation.SetScriptExecutionDisabled(true), chromedp.Navigate(s.url+path), emulation.SetScriptExecutionDisabled(false),
					chromedp.Evaluate(`document.querySelector("main h1").getBoundingClientRect().height`, &title))
				if title < 20 {
					t.Errorf("%s: without scripts its title is %v pixels high", path, title)
				}
			}
		})
	}
}

// TestSteadyOnASlowLine: nothing moves while the rest of a page comes in, either. The
// style is there from the page before, so that what has come of this one is shown.
func TestSteadyOnASlowLine(t *testing.T) {
	t.Parallel()
	s := open()
	show := s.city.Showcase
	for _, width := range []int64{360, 1280} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			t.Parallel()
			w := browseAlone(t, width)
			w.do(t, network.Enable())
			for _, path := range []string{"/", "/statistics", projectPath(show.Joint), organizationPath(s.city.Charities[0])} {
				var moves shift
				early := false
				// In bytes a second, packed. A busy browser may show nothing before all of the page is
				// there: then the line is made slower.
				for speed := 8000.0; !early && speed > 500; speed /= 2 {
					w.do(t, network.ClearBrowserCache(), network.EmulateNetworkConditions(false, 0, -1, -1), chromedp.Navigate(s.url+"/rules"),
						network.EmulateNetworkConditions(false, 5, speed, speed), chromedp.Navigate(s.url+path), chromedp.Evaluate(shifted, &moves, awaiting),
						chromedp.Evaluate(`performance.getEntriesByType("paint")[0]?.startTime < performance.getEntriesByType("navigation")[0].responseEnd`, &early))
				}
				if !early {
					t.Errorf("%s was shown only when all of it was there: the test tells nothing", path)
				}
				if moves.Sum >= mostShift {
					t.Errorf("%s moves by %v: %v", path, moves.Sum, moves.Moved)
				}
			}
		})
	}
}

// TestShiftIsSeen: a page that does move is seen to move.
func TestShiftIsSeen(t *testing.T) {
	t.Parallel()
	w := browse(t, 1280)
	var moves shift
	w.do(t, chromedp.Navigate(`data:text/html,<title>t</title><main><h1>a</h1><p>What moves, and is tall enough to matter to anybody who reads it.</p></main>`),
		chromedp.Evaluate(`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
			const late = document.createElement("div");
			late.style.height = "400px";
			document.body.prepend(late);
			`+shifted+`.then(done);
		})))`, &moves, awaiting))
	if moves.Sum < mostShift {
		t.Errorf("a page whose text moves by 400 pixels is said to move by %v", moves.Sum)
	}
}
