package ledger_test

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mingzhang/ledger"
)

func TestAdd(t *testing.T) {
	const top = ledger.MaxUnits
	for _, c := range []struct {
		name      string
		a, b, sum int64
		code      string
	}{
		{"nothing", 0, 0, 0, ""},
		{"small", 1, 2, 3, ""},
		{"up to the limit", top - 1, 1, top, ""},
		{"the limit and nothing", top, 0, top, ""},
		{"one beyond", top, 1, 0, "amount-too-large"},
		{"one beyond, turned", 1, top, 0, "amount-too-large"},
		{"two limits", top, top, 0, "amount-too-large"},
		{"64 bits wrap", math.MaxInt64, math.MaxInt64, 0, "amount-too-large"},
		{"64 bits and nothing", math.MaxInt64, 0, 0, "amount-too-large"},
		{"nothing and 64 bits", 0, math.MaxInt64, 0, "amount-too-large"},
		{"negative", -1, 2, 0, "amount-too-large"},
		{"negative, turned", 2, -1, 0, "amount-too-large"},
		{"the lowest", math.MinInt64, math.MinInt64, 0, "amount-too-large"},
	} {
		t.Run(c.name, func(t *testing.T) {
			sum, err := ledger.Add(c.a, c.b)
			checked(t, err, c.code)
			if sum != c.sum {
				t.Errorf("Add(%d, %d) = %d, want %d", c.a, c.b, sum, c.sum)
			}
		})
	}
}

func TestCheckAmount(t *testing.T) {
	for n, code := range map[int64]string{
		1: "", ledger.MaxUnits: "",
		0: "amount-not-positive", -1: "amount-not-positive", math.MinInt64: "amount-not-positive",
		ledger.MaxUnits + 1: "amount-too-large", math.MaxInt64: "amount-too-large",
	} {
		checked(t, ledger.CheckAmount("amount", n), code)
	}
}

// TestMulDiv compares with math/big, up to the largest numbers there are.
func TestMulDiv(t *testing.T) {
	extremes := []int64{0, 1, 2, 3, 1<<31 - 1, 1 << 32, 1<<52 + 1, ledger.MaxUnits - 1, ledger.MaxUnits, math.MaxInt64 - 1, math.MaxInt64}
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string, low, high int64) int64 {
			n := rapid.OneOf(rapid.SampledFrom(extremes), rapid.Int64Range(low, high)).Draw(t, label)
			return min(max(n, low), high)
		}
		c := draw("c", 1, math.MaxInt64)
		a := draw("a", 0, c) // as in a conversion: the quotient is at most b
		b := draw("b", 0, math.MaxInt64)
		if rapid.Bool().Draw(t, "turned") {
			a, b = b, a
		}
		down, rest := new(big.Int).DivMod(new(big.Int).Mul(big.NewInt(a), big.NewInt(b)), big.NewInt(c), new(big.Int))
		up := new(big.Int).Set(down)
		if rest.Sign() > 0 {
			up.Add(up, big.NewInt(1))
		}
		if got := ledger.MulDiv(a, b, c); got != down.Int64() {
			t.Fatalf("MulDiv(%d, %d, %d) = %d, want %d", a, b, c, got, down)
		}
		if got := ledger.MulDivUp(a, b, c); got != up.Int64() {
			t.Fatalf("MulDivUp(%d, %d, %d) = %d, want %d", a, b, c, got, up)
		}
	})
}

// TestConversionPlaces is rule 6: the spans of target units divide the source units
// among them, each unit to ⌊k·m/n⌋, with none left over.
func TestConversionPlaces(t *testing.T) {
	for n := int64(1); n <= 12; n++ {
		for m := int64(1); m <= 12; m++ {
			for y := range m {
				from, upto := ledger.MulDivUp(y, n, m), ledger.MulDivUp(y+1, n, m)
				for k := range n {
					if in := from <= k && k < upto; in != (ledger.MulDiv(k, m, n) == y) {
						t.Errorf("%d to %d units: source unit %d within [%d, %d) is %t, but it belongs to %d", n, m, k, from, upto, in, ledger.MulDiv(k, m, n))
					}
				}
			}
		}
	}
}

func TestParseAmount(t *testing.T) {
	for _, c := range []struct {
		text  string
		scale int
		want  int64
		code  string
	}{
		{"0", 2, 0, ""},
		{"0.00", 2, 0, ""},
		{"12.34", 2, 1234, ""},
		{"12.3", 2, 1230, ""},
		{"12", 2, 1200, ""},
		{"12", 0, 12, ""},
		{"0.01", 2, 1, ""},
		{"007", 2, 700, ""},
		{"1,234.5", 2, 123450, ""},
		{"1,234,567", 0, 1234567, ""},
		{"123,456", 2, 12345600, ""},
		{"0.000001", 6, 1, ""},
		{"90071992547409.91", 2, ledger.MaxUnits, ""},
		{"9,007,199,254,740,991", 0, ledger.MaxUnits, ""},
		{strings.Repeat("0", 100) + "1", 0, 1, ""},
		{"90071992547409.92", 2, 0, "amount-too-large"},
		{strings.Repeat("9", 100), 2, 0, "amount-too-large"},
		{"12.345", 2, 0, "amount-too-fine"},
		{"12.340", 2, 0, "amount-too-fine"},
		{"12.0", 0, 0, "amount-too-fine"},
		{"", 2, 0, "amount-unreadable"},
		{" 1", 2, 0, "amount-unreadable"},
		{"1 ", 2, 0, "amount-unreadable"},
		{".5", 2, 0, "amount-unreadable"},
		{"1.", 2, 0, "amount-unreadable"},
		{".", 2, 0, "amount-unreadable"},
		{"1.2.3", 2, 0, "amount-unreadable"},
		{"-1", 2, 0, "amount-unreadable"},
		{"+1", 2, 0, "amount-unreadable"},
		{"1e3", 2, 0, "amount-unreadable"},
		{"0x10", 2, 0, "amount-unreadable"},
		{"1_000", 2, 0, "amount-unreadable"},
		{"1,2345", 2, 0, "amount-unreadable"},
		{"1234,567", 2, 0, "amount-unreadable"},
		{"1,23", 2, 0, "amount-unreadable"},
		{",123", 2, 0, "amount-unreadable"},
		{"1,,234", 2, 0, "amount-unreadable"},
		{"1,234,", 2, 0, "amount-unreadable"},
		{"1.234,5", 2, 0, "amount-unreadable"},
		{"１２", 2, 0, "amount-unreadable"},
		{"¥12", 2, 0, "amount-unreadable"},
		{"12元", 2, 0, "amount-unreadable"},
		{"NaN", 2, 0, "amount-unreadable"},
		{"五百", 2, 0, "amount-unreadable"},
	} {
		t.Run(c.text, func(t *testing.T) {
			got, err := ledger.ParseAmount(c.text, c.scale)
			checked(t, err, c.code)
			if got != c.want {
				t.Errorf("ParseAmount(%q, %d) = %d, want %d", c.text, c.scale, got, c.want)
			}
		})
	}
}

func TestFormatAmount(t *testing.T) {
	for _, c := range []struct {
		n     int64
		scale int
		want  string
	}{
		{0, 2, "0.00"}, {1, 2, "0.01"}, {12, 2, "0.12"}, {123, 2, "1.23"}, {100, 2, "1.00"},
		{0, 0, "0"}, {7, 0, "7"}, {1, 6, "0.000001"}, {-1, 2, "-0.01"}, {-1234, 2, "-12.34"},
		{ledger.MaxUnits, 2, "90071992547409.91"}, {ledger.MaxUnits, 0, "9007199254740991"},
	} {
		if got := ledger.FormatAmount(c.n, c.scale); got != c.want {
			t.Errorf("FormatAmount(%d, %d) = %q, want %q", c.n, c.scale, got, c.want)
		}
	}
}

// FuzzAmount: what is read is the number that math/big reads, and what is written
// reads back.
func FuzzAmount(f *testing.F) {
	for _, s := range []string{"0", "12.34", "1,234.5", "90071992547409.91", "1,2345", "1e3", "-1", "1.", "00", "1,234,567,890.123456"} {
		f.Add(s, uint8(2), int64(1234))
	}
	f.Fuzz(func(t *testing.T, text string, places uint8, n int64) {
		scale := int(places % 7)
		if got, err := ledger.ParseAmount(text, scale); err != nil {
			refusedFor(t, err, text, "")
		} else {
			want, ok := new(big.Rat).SetString(strings.ReplaceAll(text, ",", ""))
			if !ok {
				t.Fatalf("ParseAmount accepts %q, math/big does not", text)
			}
			want.Mul(want, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)))
			if want.Cmp(new(big.Rat).SetInt64(got)) != 0 || got < 0 || got > ledger.MaxUnits {
				t.Fatalf("ParseAmount(%q, %d) = %d, want %s", text, scale, got, want)
			}
		}
		n &= ledger.MaxUnits
		if got, err := ledger.ParseAmount(ledger.FormatAmount(n, scale), scale); err != nil || got != n {
			t.Fatalf("ParseAmount(FormatAmount(%d, %d)) = %d, %v", n, scale, got, err)
		}
	})
}
