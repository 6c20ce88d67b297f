package explorer_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestMarksNarrow: where a computer has no other font than Chinese ones, as the one that the
// tests run on may, the marks of quotation of an English page are not as wide as a
// character.
func TestMarksNarrow(t *testing.T) {
	t.Parallel()
	s, w := open(), browse(t, 1200)
	var share float64
	w.do(t, chromedp.Navigate(s.url+"/?lang=en"), chromedp.Evaluate(`(() => {
		const measure = (text) => {
			const span = document.querySelector("main h1").parentElement.appendChild(document.createElement("span"));
			span.textContent = text.repeat(10);
			const width = span.getBoundingClientRect().width;
			span.remove();
			return width;
		};
		return measure("\u2019") / measure("\u4e66");
	})()`, &share))
	if share > .4 {
		t.Errorf("a mark is %.2f of a character wide", share)
	}
	w.quiet(t)
}
