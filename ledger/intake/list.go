package intake

import (
	"errors"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// list turns the rows of one file into what the book is asked to record.
type list struct {
	*Profile
	*bound
	pool     book.PoolRef
	words    *dictionary
	asset    ledger.Asset
	things   *things // that goods are counted as
	sheets   bool    // it is a sheet of a workbook
	sheet    string  // of this name
	from1904 bool
}

// openList opens the rows of a file after their header.
func openList(f *file, p *Profile) (*list, rows, error) {
	m, err := p.mapping()
	if err != nil {
		return nil, nil, err
	}
	l := &list{Profile: p, sheets: f.sheets}
	if l.words, err = newDictionary(p.Words, p.Kind); err != nil {
		return nil, nil, err
	}
	currency := p.Asset
	if currency == "" {
		currency = "CNY"
	}
	if l.asset, err = assetOf(currency); err != nil {
		return nil, nil, err
	}
	r, err := f.rows(p.Layout)
	if err != nil {
		return nil, nil, err
	}
	if s, ok := r.(*sheet); ok {
		l.sheet, l.from1904 = s.sheet, s.from1904
	}
	if l.bound, err = m.findHeader(r, p.Header, f.name); err != nil {
		return nil, nil, errors.Join(err, r.close())
	}
	return l, r, nil
}

// sufficient refuses a list whose rows could not be recorded whatever they say.
func (l *list) sufficient() error {
	if err := l.checkDirection(); err != nil {
		return err
	}
	switch {
	case l.Kind == Donations || l.Kind == Goods && !l.out():
		return nil
	case l.Category == "" && l.at[colCategory] < 0:
		return ledger.Refuse(ledger.Invalid, "category-unsaid", "category",
			"没有说明支出类别：请指定 --category 或类别所在的列", "the category of the payments is not said: give --category, or the column that has it")
	case l.Party == "" && l.at[colPayeeKind] < 0 && l.Category.Account() != string(ledger.Impairment):
		return ledger.Refuse(ledger.Invalid, "payees-unsaid", "party",
			"没有说明收款方是组织还是个人：请指定 --party organization 或 person，或其所在的列", "it is not said whether the payees are organizations or persons: give --party, or the column that says it")
	}
	return nil
}

// wish is what a row wants recorded.
type wish struct {
	what   any
	asset  ledger.AssetID
	amount int64
	first  *book.RegisterAsset // what must be registered before, unless it is there
	none   bool                // the row says that there is nothing
}

// wish reads a row.
func (l *list) wish(r row) (wish, error) {
	if r.fault != nil {
		return wish{}, r.fault
	}
	if extra := len(r.cells) - len(l.header); extra > 0 && l.header != nil {
		return wish{}, ledger.Refuse(ledger.Invalid, "row-shifted", "",
			"这一行比表头多 %d 列：可能有未加引号的分隔符", "the row has %d cells more than the header: a delimiter without quotation marks", extra)
	}
	switch {
	case l.Kind == Donations:
		return l.donation(r)
	case l.Kind == Expenditures:
		return l.expenditure(r)
	case l.out():
		return l.goodsOut(r)
	}
	return l.goodsIn(r)
}

// cell is what a row says of a field, in one line; "" for nothing.
func (l *list) cell(r row, f field) string { return line(l.lines(r, f)) }

// lines is what a row says of a field, with its lines.
func (l *list) lines(r row, f field) string {
	if at := l.at[f]; at >= 0 && at < len(r.cells) {
		return r.cells[at]
	}
	return ""
}

// word is what a row says of a field, in the book's words, or else what the profile
// says.
func (l *list) word(r row, f field, or string) string {
	if l.at[f] < 0 {
		return or
	}
	if word := l.words.look(f, l.cell(r, f)); word != "" {
		return word
	}
	return or
}

// when reads the day of a row and the time that stands with it.
func (l *list) when(r row) (When, error) {
	text := l.cell(r, colDate)
	if text == "" {
		return When{}, missing("date")
	}
	w, err := ParseWhen(text, l.from1904)
	if t := l.cell(r, colTime); t != "" {
		w.Time = t
		if day, ok := sheetDay("40000"+strings.TrimPrefix(t, "0"), false); ok && l.sheets && day.Time != "" {
			w.Time = day.Time
		}
	}
	return w, err
}

// money reads the amount of a row. There is none where the cell is empty and that is no
// mistake.
func (l *list) money(r row) (id ledger.AssetID, n int64, none bool, err error) {
	a := l.asset
	if word := l.word(r, colAsset, ""); word != "" {
		if a, err = assetOf(ledger.AssetID(word)); err != nil {
			return "", 0, false, err
		}
	}
	text := l.number(r, colAmount)
	if text == "" || strings.Trim(text, "-—") == "" {
		if l.EmptyIsNone {
			return "", 0, true, nil
		}
		return "", 0, false, missing("amount")
	}
	n, err = ParseMoney(text, a, l.Unit)
	return a.ID, n, err == nil && n == 0 && l.EmptyIsNone, err
}

// number is a cell with a number.
func (l *list) number(r row, f field) string {
	text := l.cell(r, f)
	if l.sheets {
		return asShown(text)
	}
	return text
}

// long is a cell with a number that is a name. A spreadsheet that took it for a number
// has rounded it.
func (l *list) long(r row, f field) (string, error) {
	text := l.cell(r, f)
	if l.sheets && scientific(text) {
		return "", ledger.Refuse(ledger.Invalid, "number-rounded", fieldNames[f],
			"%.40q 已被电子表格当作数字舍入：请把该列设为文本后重新导出", "a spreadsheet took %.40q for a number and rounded it: make the column text and export it anew", text)
	}
	return text, nil
}

func missing(field string) error {
	return ledger.Refuse(ledger.Invalid, "field-missing", field, "缺少 %s", "the %s is missing", field)
}
