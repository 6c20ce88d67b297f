package intake

import (
	"testing"

	"mingzhang/ledger"
)

func TestTidy(t *testing.T) {
	for _, c := range []struct{ name, cell, want string }{
		{"empty", "", ""},
		{"plain", "12.34", "12.34"},
		{"spaces", "  某 \u3000 基金会\t", "某 基金会"},
		{"byte order mark", "\uFEFF日期", "日期"},
		{"marks of direction", "\u202D51440100\u202C", "51440100"},
		{"kept as text", `="000123"`, "000123"},
		{"backtick", "`4200000012345", "4200000012345"},
		{"apostrophe", "'000123", "000123"},
		{"apostrophe of a guarded formula", "'=SUM(A1)", "=SUM(A1)"},
		{"apostrophe of a name", "'t Hooft", "'t Hooft"},
		{"decomposed", "e\u0301", "é"},
		{"lines", "一\r\n 二  三", "一\n二 三"},
		{"control characters stay", "a\x00b", "a\x00b"},
		{"invalid bytes stay", "a\xffb c", "a\xffb c"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := tidy(c.cell)
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if again := tidy(got); again != got {
				t.Errorf("again: got %q, want %q", again, got)
			}
		})
	}
}

func FuzzTidy(f *testing.F) {
	for _, s := range []string{"", " a ", "='\"", "\u202D5\u202C", "a\r\nb", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		if len(guarded(cell)) > 0 && formula(guarded(cell)) {
			t.Errorf("%q is guarded as %q, which is still a formula", cell, guarded(cell))
		}
		_ = fold(tidy(cell))
	})
}

func TestParseMoney(t *testing.T) {
	cny, _ := ledger.Currency("CNY")
	jpy, _ := ledger.Currency("JPY")
	usd, _ := ledger.Currency("USD")
	for _, c := range []struct {
		text  string
		asset ledger.Asset
		unit  Unit
		want  int64
	}{
		{"5000000000", cny, Fen, 5_000_000_000},
		{"100.00", cny, Fen, 100},
		{"1234.56", cny, Yuan, 123_456},
		{"1,234.56", cny, Yuan, 123_456},
		{"1 234.5", cny, Yuan, 123_450},
		{"￥1,234.56", cny, Yuan, 123_456},
		{"¥ 1,234.56元", cny, Yuan, 123_456},
		{"RMB 12", cny, Yuan, 1_200},
		{"12 CNY", cny, Yuan, 1_200},
		{"１，２３４．５６", cny, Yuan, 123_456},
		{"1.2万", cny, Yuan, 1_200_000},
		{"12 万元", cny, Yuan, 12_000_000},
		{"12万元整", cny, Yuan, 12_000_000},
		{"1.5亿元", cny, Yuan, 15_000_000_000},
		{"12万元", cny, Fen, 12_000_000},
		{"13469.05", cny, Wan, 13_469_050_000},
		{"25", cny, Wan, 25_000_000},
		{"3元", cny, Wan, 300},
		{"50分", cny, Yuan, 50},
		{"+3.00", cny, Yuan, 300},
		{"0.10000", cny, Yuan, 10},
		{"120", jpy, Yuan, 120},
		{"$3.31", usd, Yuan, 331},
		{"90071992547409.91", cny, Yuan, ledger.MaxUnits},
		{"0", cny, Yuan, 0},
	} {
		got, err := ParseMoney(c.text, c.asset, c.unit)
		if err != nil || got != c.want {
			t.Errorf("%q in %s of %s: got %d and %v, want %d", c.text, c.unit, c.asset.ID, got, err, c.want)
		}
	}
}

func TestParseMoneyRefuses(t *testing.T) {
	cny, _ := ledger.Currency("CNY")
	for _, c := range []struct {
		text string
		unit Unit
		code string
	}{
		{"", Yuan, "amount-unreadable"},
		{"abc", Yuan, "amount-unreadable"},
		{"1e3", Yuan, "amount-unreadable"},
		{"=1+2", Yuan, "amount-unreadable"},
		{"1.234.5", Yuan, "amount-unreadable"},
		{"1.234,56", Yuan, "amount-unreadable"},
		{"12,34", Yuan, "amount-unreadable"},
		{"1,2345", Yuan, "amount-unreadable"},
		{"NaN", Yuan, "amount-unreadable"},
		{"1.234", Yuan, "amount-too-fine"},
		{"1.5", Fen, "amount-too-fine"},
		{"0.0000001", Wan, "amount-too-fine"},
		{"-5", Yuan, "amount-negative"},
		{"￥-5.00", Yuan, "amount-negative"},
		{"（1,234.56）", Yuan, "amount-negative"},
		{"−5", Yuan, "amount-negative"},
		{"$5", Yuan, "amount-currency"},
		{"5 USD", Yuan, "amount-currency"},
		{"1.2万", Fen, "amount-ambiguous"},
		{"90071992547409.92", Yuan, "amount-too-large"},
		{"99999999999999999999", Yuan, "amount-too-large"},
		{"5", "mao", "unit-unknown"},
	} {
		n, err := ParseMoney(c.text, cny, c.unit)
		if !isCode(err, c.code) {
			t.Errorf("%q in %s: got %d and %v, want %s", c.text, c.unit, n, err, c.code)
		}
	}
}

func FuzzParseMoney(f *testing.F) {
	for _, s := range []string{"1,234.56", "￥1.2万元", "-3", "1e9", "(5)", "１２"} {
		f.Add(s, uint8(1))
	}
	cny, _ := ledger.Currency("CNY")
	f.Fuzz(func(t *testing.T, text string, unit uint8) {
		u := []Unit{Fen, Yuan, Wan}[unit%3]
		n, err := ParseMoney(text, cny, u)
		if err != nil {
			if ledger.KindOf(err) != ledger.Invalid {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if n < 0 || n > ledger.MaxUnits {
			t.Fatalf("%q is %d", text, n)
		}
		if again, err := ParseMoney(ledger.FormatAmount(n, 2)+"元", cny, u); err != nil || again != n {
			t.Fatalf("%q is %d, which written out is %d (%v)", text, n, again, err)
		}
	})
}

func TestAsShown(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"1234.5599999999999", "1234.56"},
		{"0.30000000000000004", "0.3"},
		{"0.1", "0.1"},
		{"1.2E5", "120000"},
		{"1.25E-2", "0.0125"},
		{"999999999999999.96", "1000000000000000"},
		{"999999999999999.4", "999999999999999"},
		{"1.0E+3", "1000"},
		{"0.0", "0"},
		{"12", "12"},
		{"0102202001242359400081753152", "0102202001242359400081753152"},
		{"1.2.3", "1.2.3"},
		{"E5", "E5"},
		{"1E999", "1E999"},
		{"2020.1.22", "2020.1.22"},
		{"-1.5", "-1.5"},
	} {
		if got := asShown(c.text); got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestParseQuantity(t *testing.T) {
	for _, c := range []struct {
		text string
		n    int64
		unit string
		code string
	}{
		{"198", 198, "", ""},
		{"1,200", 1200, "", ""},
		{"50箱", 50, "箱", ""},
		{"５０ 箱", 50, "箱", ""},
		{"5.0", 5, "", ""},
		{"0", 0, "", ""},
		{"1.5吨", 0, "", "quantity-fraction"},
		{"", 0, "", "quantity-unreadable"},
		{"若干", 0, "", "quantity-unreadable"},
		{"-3", 0, "", "quantity-unreadable"},
		{"1.", 0, "", "quantity-unreadable"},
	} {
		n, unit, err := ParseQuantity(c.text)
		if n != c.n || unit != c.unit || !isCode(err, c.code) {
			t.Errorf("%q: got %d %q and %v, want %d %q and %q", c.text, n, unit, err, c.n, c.unit, c.code)
		}
	}
}
