package api_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browserWaits is how long a browser may take for a test.
const browserWaits = 10 * time.Minute

// window is a browser's window, what its console said, and whom it asked for something.
type window struct {
	context.Context
	mu    sync.Mutex
	said  []string
	asked []string
}

// browse opens a browser. There is none without chromium.
func browse(t *testing.T) *window {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("there is no chromium: make tools installs it")
	}
	dir, err := os.MkdirTemp("", "chromium")
	check(t, err)
	t.Cleanup(func() { removed(t, dir) })
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(dir), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.WSURLReadTimeout(browserWaits))
	ctx, cancel := context.WithTimeout(context.Background(), browserWaits)
	t.Cleanup(cancel)
	ctx, end := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(end)
	ctx, shut := chromedp.NewContext(ctx)
	t.Cleanup(shut)
	w := &window{Context: ctx}
	chromedp.ListenTarget(ctx, func(event any) {
		w.mu.Lock()
		defer w.mu.Unlock()
		switch e := event.(type) {
		case *log.EventEntryAdded:
			w.said = append(w.said, string(e.Entry.Level)+": "+e.Entry.Text+" "+e.Entry.URL)
		case *runtime.EventExceptionThrown:
			w.said = append(w.said, "exception: "+e.ExceptionDetails.Error())
		case *runtime.EventConsoleAPICalled:
			if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
				w.said = append(w.said, fmt.Sprintf("%s: %s", e.Type, e.Args[0].Value))
			}
		case *network.EventRequestWillBeSent:
			w.asked = append(w.asked, e.Request.URL)
		}
	})
	w.do(t, log.Enable(), network.Enable())
	return w
}

// removed takes a browser's folder away: some of its processes outlive the first for a
// moment, and still write there.
func removed(t *testing.T, dir string) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		err := os.RemoveAll(dir)
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

func (w *window) do(t *testing.T, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(w, actions...); err != nil {
		t.Fatal(err)
	}
}

// quiet fails the test if the console says anything (a violated policy, a file that is
// missing), or if another host was asked.
func (w *window) quiet(t *testing.T, host string) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, line := range w.said {
		t.Errorf("the console says %s", line)
	}
	for _, address := range w.asked {
		if u, err := url.Parse(address); err != nil || u.Scheme != "data" && u.Host != host {
			t.Errorf("the page asks %s", address)
		}
	}
	if len(w.asked) < 5 {
		t.Errorf("the page asked for %v only", w.asked)
	}
}

// TestSwaggerUI: the documentation is shown by a browser under its strict policy, and a
// reader can try out a request on it.
func TestSwaggerUI(t *testing.T) {
	l := newLibrary(t, "sqlite:"+t.TempDir()+"/book.db")
	w := browse(t)
	const operation = `[id^="operations-read-get_v1_projects__id_"]`
	var title, status, answer string
	w.do(t, chromedp.Navigate(l.URL+"/docs/"), chromedp.WaitVisible(operation, chromedp.ByQuery), chromedp.Text(".info .title", &title, chromedp.ByQuery))
	if !strings.Contains(title, "Mingzhang 明账") {
		t.Errorf("the title is %q", title)
	}
	w.do(t, chromedp.Click(operation+" .opblock-summary-control", chromedp.ByQuery), chromedp.WaitVisible(operation+" .try-out__btn", chromedp.ByQuery),
		chromedp.Click(operation+" .try-out__btn", chromedp.ByQuery), chromedp.SendKeys(operation+` input[placeholder="id"]`, l.path("{east}"), chromedp.ByQuery),
		chromedp.Click(operation+" .execute", chromedp.ByQuery), chromedp.WaitVisible(operation+" .live-responses-table .response-col_status", chromedp.ByQuery),
		chromedp.Text(operation+" .live-responses-table .response .response-col_status", &status, chromedp.ByQuery),
		chromedp.Text(operation+" .live-responses-table .response .response-col_description", &answer, chromedp.ByQuery))
	if !strings.HasPrefix(status, "200") || !strings.Contains(answer, "东村小学课桌") {
		t.Errorf("tried out: %s %s", status, answer)
	}
	w.do(t, chromedp.Navigate(l.URL+"/problems/pool-shortfall"), chromedp.WaitVisible("#pool-shortfall:target", chromedp.ByQuery), chromedp.Text("#pool-shortfall", &answer, chromedp.ByQuery))
	if !strings.Contains(answer, "409 Conflict") {
		t.Errorf("the type of a problem leads to %s", answer)
	}
	w.do(t, chromedp.Navigate(l.URL+"/docs/"), chromedp.WaitVisible(operation, chromedp.ByQuery))
	all := len(newContract(t).operations())
	w.do(t, chromedp.Evaluate(`document.querySelectorAll(".opblock:not(.is-open) .opblock-summary-control").forEach(b => b.click())`, nil),
		chromedp.Poll(fmt.Sprintf(`document.querySelectorAll(".opblock.is-open .opblock-body").length === %d`, all), nil, chromedp.WithPollingTimeout(0)))
	w.quiet(t, l.address())
}
