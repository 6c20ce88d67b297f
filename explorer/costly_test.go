package explorer_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"mingzhang/explorer"
	"mingzhang/ledger"
)

// TestCostlyPages: pages that add up much of the book for one visitor ask the guard, and
// show its refusal; those that are made once for all do not.
func TestCostlyPages(t *testing.T) {
	s := open()
	pages, err := explorer.New(explorer.Config{Book: shown{s.store, s.book}, Origin: origin, URL: s.url, Now: s.clock.Now})
	check(err)
	engine := gin.New()
	pass := func(c *gin.Context) { c.Next() }
	pages.Routes(engine, pass, pass, uncounted, func(*gin.Context, func(context.Context) error) error {
		return ledger.Refuse(ledger.Unavailable, "sums-busy", "", "过长", "too long")
	})
	project := fmt.Sprint("/projects/", s.city.Showcase.Relief)
	for path, want := range map[string]int{
		"/": 200, "/?lang=en": 200, "/?x=1": 503, "/?lang=xx": 503, "/?lang=en&lang=zh-Hans": 503,
		"/statistics": 200, "/statistics?lang=en": 200, "/statistics?from=2026-01-02": 503, "/statistics?x=1": 503,
		project: 200, project + "?from=2026-01-02": 503, project + "?to=2026-12-02": 503, project + "?at=9": 503, project + "?at=9&lang=en": 503,
		"/flows": 200, "/flows?after=50": 503, "/flows?project=": 503, "/flows?project=" + fmt.Sprint(s.city.Showcase.Relief): 200,
		"/flows?cause=education": 503, "/flows?pool=" + fmt.Sprintf("%d/%d/general/CNY", s.city.Showcase.Relief, s.city.Partners[2]): 200,
		"/holdings": 200, "/holdings?cause=education": 503, "/holdings?project=" + fmt.Sprint(s.city.Showcase.Relief): 200,
		"/flows?from=2026-01-02&project=" + fmt.Sprint(s.city.Showcase.Relief): 503,
	} {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Accept-Language", "en")
		w := httptest.NewRecorder()
		engine.ServeHTTP(w, r)
		if w.Code != want || want == http.StatusServiceUnavailable && (!strings.Contains(w.Body.String(), "choose fewer days") && !strings.Contains(w.Body.String(), "请缩小查询范围") || w.Header().Get("ETag") != "") {
			t.Errorf("%s: got %d, want %d", path, w.Code, want)
		}
	}
}
