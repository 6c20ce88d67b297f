package intake

import (
	"context"
	"errors"
	"fmt"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// sample keeps what the first rows become, as the public is to see it.
func (im *importer) sample(e *entry) {
	if !im.DryRun || len(im.summary.Samples) >= shown/2 {
		return
	}
	var said string
	switch r := e.request.What.(type) {
	case book.Income:
		said = fmt.Sprintf("%s  %s  %s", r.Occurred, units(e), shownParty(r.Donor))
	case book.Spend:
		said = fmt.Sprintf("%s  %s  %s  %s", r.Occurred, units(e), r.Category, shownParty(r.Payee))
	}
	im.summary.Samples = append(im.summary.Samples, Sample{e.row.line, said})
}

// units is the amount of an entry.
func units(e *entry) string {
	if e.asset.Class() == ledger.Money {
		return money(e.amount, e.asset)
	}
	return fmt.Sprintf("%d %s", e.amount, e.asset)
}

// shownParty is a party as the public sees it.
func shownParty(p *book.Party) string {
	switch {
	case p == nil:
		return "-"
	case p.Kind == ledger.Organized:
		return p.Name
	case p.Display != "":
		return p.Display
	}
	return "(" + string(p.Kind) + ")"
}

// report writes what an import came to, also where it did not come to its end.
func (im *importer) report(err error) {
	to := speaker{im.Out, im.Chinese}
	s := im.summary
	if im.DryRun {
		to.say("试运行，没有记入任何内容。", "A dry run: nothing was recorded.")
		for _, sample := range s.Samples {
			to.say("  第 %d 行：%s", "  line %d: %s", sample.Line, sample.Text)
		}
	}
	if im.DryRun {
		to.say("共 %d 行：将记入 %d，已在账本中 %d，将拒绝 %d，无金额 %d。", "%d rows: %d would be added, %d are there already, %d would be refused, %d say nothing.", s.Rows, s.Added, s.Present, s.Refused, s.Empty)
	} else {
		to.say("共 %d 行：新记入 %d，已在账本中 %d，拒绝 %d，无金额 %d。", "%d rows: %d added, %d there already, %d refused, %d say nothing.", s.Rows, s.Added, s.Present, s.Refused, s.Empty)
	}
	im.reportTotals(to)
	for _, r := range s.Reasons {
		to.say("拒绝 %d 行，%s。例如：%s", "%d refused, %s: %s", r.Rows, r.Code, to.of(r.First))
	}
	if im.Errors == "" {
		for _, r := range s.Refusals {
			to.say("  %s 第 %d 行：%s", "  %s line %d: %s", r.File, r.Line, to.of(r.Error))
		}
	}
	if errors.Is(err, context.Canceled) {
		to.say("已中断。再次运行同一命令即可继续。", "Stopped. Run the same command again, and it goes on.")
	}
}

// reportTotals writes the sum of each currency, and how many kinds of goods there are.
func (im *importer) reportTotals(to speaker) {
	kinds, rows := 0, int64(0)
	for _, t := range im.summary.Totals {
		if t.Asset.Class() != ledger.Money {
			if in := t.AddedRows + t.PresentRows; in > 0 {
				kinds, rows = kinds+1, rows+in
			}
			continue
		}
		to.say("%s：新记入 %s（%d 笔），已在账本中 %s（%d 笔），合计 %s，即最小单位 %d。", "%s: %s added (%d), %s there already (%d), %s in all, or %d of the smallest unit.",
			t.Asset, money(t.Added, t.Asset), t.AddedRows, money(t.Present, t.Asset), t.PresentRows, money(t.All(), t.Asset), t.All())
	}
	if kinds > 0 {
		to.say("物资 %d 种，%d 行，其中新登记 %d 种。", "%d kinds of goods in %d rows; %d kinds were registered.", kinds, rows, im.summary.Assets)
	}
	if im.ExpectTotal != nil {
		im.reportExpected(to)
	}
}

// expected is how much more is in the book than was expected.
func (im *importer) expected() (id ledger.AssetID, gap int64) {
	if id = im.profile.Asset; id == "" {
		id = "CNY"
	}
	for _, t := range im.summary.Totals {
		if t.Asset == id {
			gap = t.All()
		}
	}
	return id, gap - *im.ExpectTotal
}

func (im *importer) reportExpected(to speaker) {
	id, gap := im.expected()
	if gap == 0 {
		to.say("与应有合计 %s 相符。", "That is the total expected, %s.", money(*im.ExpectTotal, id))
		return
	}
	to.say("与应有合计 %s 不符，相差 %s。", "That is not the total expected, %s: it differs by %s.", money(*im.ExpectTotal, id), money(gap, id))
}

// verdict is the error of an import that came to its end but not to what its user
// wanted.
func (im *importer) verdict() error {
	if im.ExpectTotal != nil {
		if id, gap := im.expected(); gap != 0 {
			return ledger.Refuse(ledger.Conflict, "total-differs", "expect-total", "合计与应有数相差 %s", "the total differs from the one expected by %s", money(gap, id))
		}
	}
	n := im.summary.Refused
	if n > 0 && (im.DryRun || n == im.summary.Rows) {
		return ledger.Refuse(ledger.Invalid, "rows-refused", "", "%d 行被拒绝（共 %d 行），没有一行被记入", "%d of %d rows were refused, and none was recorded", n, im.summary.Rows)
	}
	if n > 0 {
		return ledger.Refuse(ledger.Invalid, "rows-refused", "", "%d 行被拒绝（共 %d 行），其余已处理", "%d of %d rows were refused; the others were taken", n, im.summary.Rows)
	}
	return nil
}
