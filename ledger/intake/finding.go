package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/book"
	"mingzhang/ledger/record"
)

// findingText is how many characters the rows in a finding have at most; a disclosure
// has 20,000.
const findingText = 18_000

// lost is what is published of the rows that were refused: of goods what they were, of
// money how many there are. Who gave or got them is not said, and a row that may not
// stand in public text is only counted.
type lost struct {
	rows        []string
	runes       int
	more        int64
	first, last ledger.Date
}

// add notes a row.
func (f *lost) add(s *source, r row, why *ledger.Error) {
	w, err := s.when(r)
	if p, bad := ledger.ParsePeriod(w.Occurred); err == nil && bad == nil {
		if f.first == "" || p.First < f.first {
			f.first = p.First
		}
		f.last = max(f.last, p.Last)
	}
	if s.Kind != Goods {
		return
	}
	reason := why.Zh
	if why.Kind == ledger.Shortfall {
		reason = "结存不足" // how much is left changes with every row
	}
	text := fmt.Sprintf("%s %s %s %s：%s", w.Occurred, s.cell(r, colItem), s.cell(r, colQuantity), s.cell(r, colUnit), reason)
	f.runes += utf8.RuneCountInString(text) + 1
	if f.runes > findingText || record.CheckText("text", text, false) != nil || record.Guard("text", text) != nil {
		f.more++
		return
	}
	f.rows = append(f.rows, text)
}

// findingTitles say what the list was of.
var findingTitles = map[Kind]string{Donations: "收入清单中未能记入的行", Expenditures: "支出清单中未能记入的行", Goods: "物资清单中未能记入的行"}

// publishFinding records what was refused, for everybody to see. The same finding is
// there once.
func (im *importer) publishFinding(ctx context.Context) error {
	s := im.summary
	if !im.PublishRefused || im.DryRun || s.Refused == 0 {
		return nil
	}
	s.finish()
	lines := []string{fmt.Sprintf("清单共 %d 行，已记入 %d 行，未能记入 %d 行。", s.Rows, s.Added+s.Present, s.Refused)}
	for _, r := range s.Reasons {
		lines = append(lines, fmt.Sprintf("%s：%d 行", r.Code, r.Rows))
	}
	lines = append(lines, im.lost.rows...)
	if im.lost.more > 0 {
		lines = append(lines, fmt.Sprintf("另有 %d 行未列出。", im.lost.more))
	}
	d := book.Disclose{Project: im.Project, Period: im.lost.period(account.Today(im.book.Now())), Kind: ledger.Finding,
		Title: findingTitles[im.kind], Text: strings.Join(lines, "\n")}
	sum := sha256.Sum256([]byte(d.Title + "\n" + d.Text))
	_, err := im.book.Submit(ctx, book.Request{By: author, Key: "finding:" + hex.EncodeToString(sum[:16]), What: d})
	if err != nil {
		return fmt.Errorf("publish what was refused: %w", err)
	}
	return nil
}

// period is the days of the rows, or today where none could be read. A day to come is a
// mistake of a row, and not of the period.
func (f *lost) period(today ledger.Date) string {
	if f.first == "" || f.last > today {
		return string(today)
	}
	return ledger.Period{First: f.first, Last: f.last}.String()
}
