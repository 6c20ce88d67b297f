package intake

import (
	"strings"

	"mingzhang/ledger"
)

// Unit is what a list counts money in where a cell says nothing else.
type Unit string

const (
	Fen  Unit = "fen"  // the smallest unit of the asset
	Yuan Unit = "yuan" // a whole one
	Wan  Unit = "wan"  // ten thousand whole ones, 万元
)

// places is how many decimal places a unit has of an asset's smallest one.
func (u Unit) places(asset ledger.Asset) (int, error) {
	switch u {
	case Fen:
		return 0, nil
	case Yuan, "":
		return asset.Scale, nil
	case Wan:
		return asset.Scale + 4, nil
	}
	return 0, ledger.Refuse(ledger.Invalid, "unit-unknown", "unit", "%q 不是金额单位：fen、yuan 或 wan", "%q is no unit of money: fen, yuan or wan", string(u))
}

// signs are what may stand beside an amount and the currencies that each may mean.
var signs = []struct{ text, assets string }{
	{"人民币", "CNY"}, {"rmb", "CNY"}, {"cny", "CNY"}, {"usd", "USD"}, {"us$", "USD"}, {"hkd", "HKD"}, {"hk$", "HKD"}, {"nt$", "TWD"}, {"eur", "EUR"}, {"gbp", "GBP"}, {"jpy", "JPY"},
	{"美元", "USD"}, {"港元", "HKD"}, {"港币", "HKD"}, {"欧元", "EUR"}, {"英镑", "GBP"}, {"日元", "JPY"},
	{"¥", "CNY JPY"}, {"$", "USD HKD TWD SGD AUD CAD"}, {"€", "EUR"}, {"£", "GBP"},
}

// wholes are the units that may stand behind an amount, with the decimal places that
// each adds to those of the asset.
var wholes = []struct {
	text   string
	places int
}{{"亿元", 8}, {"亿", 8}, {"万元", 4}, {"万", 4}, {"元", 0}, {"圆", 0}}

// ParseMoney reads an amount of money as a whole number of the asset's smallest unit:
// "1,234.56", "￥1,234.56", "1.2万", "12 万元" and the same in full-width characters. It
// never rounds: digits beyond the smallest unit are refused, unless they are zeros. A
// unit in the cell goes before the list's own; a currency in it that is not the asset is
// refused, and so is a negative amount, which is a refund or a reversal and is entered
// as one.
func ParseMoney(text string, asset ledger.Asset, unit Unit) (int64, error) {
	n, _, err := parseMoney(text, asset, unit)
	return n, err
}

// parseMoney also gives what the last digit written stands for: of "1.2万", a hundred
// thousand fen.
func parseMoney(text string, asset ledger.Asset, unit Unit) (n, last int64, err error) {
	places, err := unit.places(asset)
	if err != nil || digitsOnly(text) {
		return exact(text, places, err)
	}
	s, err := stripSign(strings.ToLower(strings.TrimSpace(narrow(text))), asset)
	if err != nil {
		return 0, 0, err
	}
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		return 0, 0, ledger.Refuse(ledger.Invalid, "amount-negative", "amount",
			"%.40q 是负数：退款或冲正请另行录入", "%.40q is negative: enter a refund or a reversal by itself", text)
	}
	s, places, err = stripUnit(strings.TrimSuffix(s, "整"), asset, unit, places)
	s = strings.TrimSpace(strings.TrimPrefix(s, "+"))
	return exact(strings.ReplaceAll(s, " ", ","), places, err) // spaces may group thousands
}

// digitsOnly says of most amounts, quickly, that there is nothing around the digits.
func digitsOnly(s string) bool {
	for i := 0; i < len(s); i++ {
		if (s[i] < '0' || s[i] > '9') && s[i] != '.' {
			return false
		}
	}
	return s != ""
}

// stripSign takes the currency off either end.
func stripSign(s string, asset ledger.Asset) (string, error) {
	for _, sign := range signs {
		rest, found := strings.CutPrefix(s, sign.text)
		if !found {
			rest, found = strings.CutSuffix(s, sign.text)
		}
		if found && !strings.Contains(sign.assets, string(asset.ID)) {
			return "", ledger.Refuse(ledger.Invalid, "amount-currency", "amount",
				"%.40[1]q 不是以 %[2]s 计的金额", "%.40[1]q is not an amount in %[2]s", s, asset.ID)
		}
		if found {
			return strings.TrimSpace(rest), nil
		}
	}
	return s, nil
}

// stripUnit takes the unit off the end and gives the decimal places that it has. A bare
// 万 in a list of fen could mean two things.
func stripUnit(s string, asset ledger.Asset, unit Unit, places int) (string, int, error) {
	for _, w := range wholes {
		rest, ok := strings.CutSuffix(s, w.text)
		if !ok {
			continue
		}
		if unit == Fen && (w.text == "万" || w.text == "亿") {
			return "", 0, ledger.Refuse(ledger.Invalid, "amount-ambiguous", "amount",
				"%.40q 的单位不明：本表以分计", "%.40q has no clear unit: the list counts in the smallest one", s)
		}
		return strings.TrimSpace(rest), asset.Scale + w.places, nil
	}
	if rest, ok := strings.CutSuffix(s, "分"); ok {
		return strings.TrimSpace(rest), 0, nil
	}
	return s, places, nil
}

// exact reads a number with decimal places, beyond which there may only be zeros.
func exact(s string, places int, err error) (n, last int64, _ error) {
	if err != nil {
		return 0, 0, err
	}
	whole, frac, point := strings.Cut(s, ".")
	if len(frac) > places && strings.Trim(frac[places:], "0") == "" {
		if frac, s = frac[:places], whole; places > 0 {
			s += "." + frac
		}
	}
	if point && whole+frac == "" || point && frac == "" && places > 0 {
		s = whole + "." // which is no number
	}
	n, err = ledger.ParseAmount(s, places)
	last = 1
	for range places - len(frac) {
		last *= 10
	}
	return n, last, err
}

// ParseQuantity reads a whole number of things, "1,200" or "50箱", and the unit behind
// it, if there is one.
func ParseQuantity(text string) (n int64, unit string, err error) {
	s := strings.TrimSpace(narrow(text))
	at := strings.IndexFunc(s, func(c rune) bool { return (c < '0' || c > '9') && c != ',' && c != '.' })
	if at > 0 {
		s, unit = s[:at], strings.TrimSpace(s[at:])
	}
	if strings.Contains(s, ".") && strings.Trim(s[strings.Index(s, ".")+1:], "0") != "" {
		return 0, "", ledger.Refuse(ledger.Invalid, "quantity-fraction", "quantity",
			"数量 %.40q 不是整数：请换用更小的单位", "the quantity %.40q is no whole number: use a smaller unit", text)
	}
	if n, _, err = exact(s, 0, nil); err != nil {
		return 0, "", ledger.Refuse(ledger.Invalid, "quantity-unreadable", "quantity", "%.40q 不是数量", "%.40q is not a quantity", text)
	}
	return n, unit, nil
}
