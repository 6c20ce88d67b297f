package explorer_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// axe-core looks for what keeps people with a screen reader, a keyboard or weak eyes out.
const (
	axeAddress = "https://registry.npmjs.org/axe-core/-/axe-core-4.10.3.tgz"
	axeSum     = "0f2b4d7dcdf7d1219df8d1959ad68e565f51d14c3f0d88bb71cd59abeb956292"
)

// axe gives the script, from the user's cache once it was fetched.
var axe = sync.OnceValues(func() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	kept := filepath.Join(cache, "mingzhang-tests", axeSum+".tgz")
	data, err := os.ReadFile(kept)
	if err != nil {
		if data, err = fetch(axeAddress); err != nil {
			return "", err
		}
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != axeSum {
		return "", fmt.Errorf("%s is not what it was", axeAddress)
	}
	if err := os.MkdirAll(filepath.Dir(kept), 0o755); err != nil {
		return "", err
	}
	if err := os.WriteFile(kept, data, 0o644); err != nil {
		return "", err
	}
	return unpack(data, "package/axe.min.js")
})

func fetch(address string) ([]byte, error) {
	answer, err := http.Get(address)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", address, answer.Status)
	}
	return io.ReadAll(io.LimitReader(answer.Body, 10<<20))
}

func unpack(data []byte, name string) (string, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return "", err
	}
	for files := tar.NewReader(z); ; {
		h, err := files.Next()
		if err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		if h.Name == name {
			text, err := io.ReadAll(files)
			return string(text), err
		}
	}
}

// finding is a rule of WCAG that a page breaks.
type finding struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML, FailureSummary string }
}

// TestAccessible: no page has a serious finding, by day and by night.
func TestAccessible(t *testing.T) {
	t.Parallel()
	script, err := axe()
	if err != nil {
		t.Fatal(err)
	}
	s := open()
	// By night only the colours are others, and one page of each sort has them all. Only violations are asked for: to name each of
	// the thousands of elements that are well takes axe most of its time.
	for scheme, rules := range map[string]string{"light": `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`,
		"dark": `{type: "rule", values: ["color-contrast"]}`} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			w := browse(t, 1280)
			w.do(t, emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
			paths := s.everyPage()
			if scheme == "dark" {
				paths = s.everySort()
			}
			for i, path := range paths {
				language := []string{"zh-Hans", "en"}[(i+len(scheme))%2] // the other one by night
				w.examine(t, script, rules, s.url, in(path, language))
			}
			w.forget("404")
			w.quiet(t)
		})
	}
}

// examine lets axe look at a page.
func (w *window) examine(t *testing.T, script, rules, site, path string) {
	t.Helper()
	var findings []finding
	// The policy of the pages lets no foreign script in: the debugger evaluates it.
	w.do(t, chromedp.Navigate(site+path), chromedp.Evaluate(script+`;0`, nil),
		chromedp.Evaluate(`axe.run({runOnly: `+rules+`, resultTypes: ["violations"], iframes: false}).then(r => r.violations.map(v => ({ID: v.id, Impact: v.impact, Help: v.help,
			Nodes: v.nodes.slice(0, 3).map(n => ({HTML: n.html, FailureSummary: n.failureSummary}))})))`, &findings, awaiting))
	for _, f := range findings {
		if f.Impact != "serious" && f.Impact != "critical" {
			continue
		}
		t.Errorf("%s: %s (%s): %s", path, f.ID, f.Impact, f.Help)
		for _, n := range f.Nodes {
			t.Logf("  %.300s\n  %s", n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", " "))
		}
	}
}

// TestAxeFinds: what axe is to find, it finds.
func TestAxeFinds(t *testing.T) {
	t.Parallel()
	script, err := axe()
	if err != nil {
		t.Fatal(err)
	}
	w := browse(t, 1280)
	var ids []string
	w.do(t, chromedp.Navigate(`data:text/html,<html lang=zh><title>t</title><main><h1>a</h1><p style="color:%23eee;background:%23fff">pale</p><img src=x></main>`), chromedp.Evaluate(script+`;0`, nil),
		chromedp.Evaluate(`axe.run({resultTypes: ["violations"], iframes: false}).then(r => r.violations.map(v => v.id))`, &ids, awaiting))
	for _, id := range []string{"color-contrast", "image-alt"} {
		if !slices.Contains(ids, id) {
			t.Errorf("%s is not found: %v", id, ids)
		}
	}
}

// awaiting has a promise evaluated to its end.
func awaiting(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
