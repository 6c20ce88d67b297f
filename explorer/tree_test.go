package explorer_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"mingzhang/explorer"
	"mingzhang/ledger/view"
)

// climbed follows the table behind the picture of the tree as somebody with a pencil does:
// from the bytes on the page, by nothing but what the rows say. It gives the root that they
// lead to, and says of each result that is not what its row has.
func climbed(t *testing.T, page *goquery.Document, language string) (root string) {
	t.Helper()
	join := func(first byte, parts ...string) string {
		sum := sha256.New()
		sum.Write([]byte{first})
		for _, part := range parts {
			bytes, err := hex.DecodeString(part)
			check(err)
			sum.Write(bytes)
		}
		return hex.EncodeToString(sum.Sum(nil))
	}
	at, beside, left := join(0, hex.EncodeToString([]byte(page.Find("#bytes").Text()))), "", false
	rows := page.Find("table.ascent tbody tr")
	rows.Slice(0, rows.Length()-1).Each(func(i int, row *goquery.Selection) {
		cells := line(row)
		how, hash := cells[3], cells[4]
		switch how {
		case say(t, language, "tree.left"), say(t, language, "tree.right"):
			beside, left = hash, how == say(t, language, "tree.left")
			return
		case say(t, language, "tree.by.left"):
			at = join(1, beside, at)
		case say(t, language, "tree.by.right"):
			at = join(1, at, beside)
		}
		if i > 0 && left != (how == say(t, language, "tree.by.left")) || hash != at {
			t.Errorf("the row %v: the hash is %s", cells, at)
		}
	})
	return at
}

// TestTreeTable: the table behind the picture of the tree has the whole computation, from
// the bytes on the page to the root in the checkpoint beside it, of the first record, the
// last, and some between.
func TestTreeTable(t *testing.T) {
	t.Parallel()
	s := open()
	size := s.book.Head().Size
	for i, index := range []int64{0, 1, s.city.Showcase.Gift, s.city.Showcase.Disclosure, size - 2, size - 1} {
		language := []string{"zh-Hans", "en"}[i%2]
		t.Run(fmt.Sprint(index, " ", language), func(t *testing.T) {
			t.Parallel()
			_, page := s.get(t, fmt.Sprint("/records/", index), language)
			got := climbed(t, page, language)
			note := strings.Split(page.Find("h3 + pre").Last().Text(), "\n")
			root, err := base64.StdEncoding.DecodeString(note[2])
			check(err)
			if want := hex.EncodeToString(root); got != want {
				t.Errorf("the table leads to %s, the checkpoint says %s", got, want)
			}
			last := line(page.Find("table.ascent tr.sum"))
			if last[4] != got || last[3] != say(t, language, "tree.same") {
				t.Errorf("the table ends with %v, its computation with %s", last, got)
			}
			if steps := page.Find("table.ascent tbody tr").Length(); steps != 2+2*page.Find("figure.tree .sibling").Length() {
				t.Errorf("%d rows for a picture of %d siblings", steps, page.Find("figure.tree .sibling").Length())
			}
			if _, isOpen := page.Find("figure.tree details").Attr("open"); isOpen {
				t.Error("the table is open")
			}
		})
	}
}

// forged shows a book of which one record was changed behind its back.
type forged struct{ shown }

type forgedReads struct{ explorer.Reads }

func (f forged) At(ctx context.Context, do func(explorer.Reads) error) error {
	return f.shown.At(ctx, func(r explorer.Reads) error { return do(forgedReads{r}) })
}

func (r forgedReads) Record(ctx context.Context, index int64) (*view.Record, error) {
	rec, err := r.Reads.Record(ctx, index)
	if err == nil {
		rec.Bytes = bytes.Replace(rec.Bytes, []byte(`"amount":200000`), []byte(`"amount":200001`), 1)
	}
	return rec, err
}

// TestTreeTableForged: where the bytes do not lead to the root, the table is open, and its
// last row says so.
func TestTreeTableForged(t *testing.T) {
	t.Parallel()
	s := open()
	config := s.Site.Config
	config.Book = forged{shown{s.store, s.book}}
	pages, err := explorer.New(config)
	check(err)
	engine := gin.New()
	pass := func(c *gin.Context) { c.Next() }
	pages.Routes(engine, pass, pass, uncounted, unguarded)
	w := httptest.NewRecorder()
	engine.ServeHTTP(w, httptest.NewRequest("GET", fmt.Sprint("/records/", s.city.Showcase.Gift, "?lang=zh-Hans"), nil))
	page, err := goquery.NewDocumentFromReader(w.Body)
	check(err)
	climbed(t, page, "zh-Hans")
	if last := line(page.Find("table.ascent tr.wrong")); len(last) == 0 || last[3] != say(t, "zh-Hans", "tree.differs") {
		t.Errorf("the table ends with %v", line(page.Find("table.ascent tr:last-child")))
	}
	if page.Find("figure.tree details[open]").Length() != 1 {
		t.Error("the table is closed")
	}
}
