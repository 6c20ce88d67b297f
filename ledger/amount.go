package ledger

import (
	"math/bits"
	"strconv"
	"strings"
)

// MaxUnits is the largest amount, address and index: 2^53−1, the largest integer
// that every JSON reader keeps exact (RFC 8785, RFC 7493 section 2.2).
const MaxUnits = 1<<53 - 1

// Add gives a+b of two numbers within [0, MaxUnits], or a refusal where the sum
// leaves that range.
func Add(a, b int64) (int64, error) {
	if a < 0 || b < 0 || a > MaxUnits-b {
		return 0, Refuse(Invalid, "amount-too-large", "amount",
			"金额之和超出了 %[3]d（%[1]d + %[2]d）", "the sum of %[1]d and %[2]d is beyond %[3]d", a, b, int64(MaxUnits))
	}
	return a + b, nil
}

// MulDiv gives ⌊a·b/c⌋ with a 128-bit product, for a and b of at least 0, c of at
// least 1 and a quotient that fits: always so where a ≤ c, as in a conversion.
func MulDiv(a, b, c int64) int64 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	q, _ := bits.Div64(hi, lo, uint64(c))
	return int64(q)
}

// MulDivUp gives ⌈a·b/c⌉ under the conditions of [MulDiv].
func MulDivUp(a, b, c int64) int64 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	q, r := bits.Div64(hi, lo, uint64(c))
	if r > 0 {
		q++
	}
	return int64(q)
}

// CheckAmount refuses what is not an amount: 1 to MaxUnits.
func CheckAmount(field string, n int64) error {
	switch {
	case n <= 0:
		return Refuse(Invalid, "amount-not-positive", field,
			"金额必须大于零（收到 %d）", "an amount must be above zero, not %d", n)
	case n > MaxUnits:
		return Refuse(Invalid, "amount-too-large", field,
			"金额 %d 超出上限 %d", "the amount %d is beyond the limit of %d", n, int64(MaxUnits))
	}
	return nil
}

// ParseAmount reads a decimal number with at most scale digits after the point as
// a whole number of smallest units: "1,234.5" at scale 2 is 123450. Commas may
// group thousands. A sign, an exponent, or more digits than the asset has are
// refused, because a rounded amount is a wrong amount.
func ParseAmount(text string, scale int) (int64, error) {
	whole, frac, point := strings.Cut(text, ".")
	whole, grouped := ungroup(whole)
	if !grouped || !digits(whole) || point && !digits(frac) {
		return 0, Refuse(Invalid, "amount-unreadable", "amount",
			"%.40q 不是金额", "%.40q is not an amount", text)
	}
	if len(frac) > scale {
		return 0, Refuse(Invalid, "amount-too-fine", "amount",
			"%.40q 的小数位多于 %d 位", "%.40q has more than %d decimal places", text, scale)
	}
	all := strings.TrimLeft(whole+frac+strings.Repeat("0", scale-len(frac)), "0")
	if all == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(all, 10, 64)
	if err != nil || n > MaxUnits {
		return 0, Refuse(Invalid, "amount-too-large", "amount",
			"金额 %.40q 超出上限", "the amount %.40q is beyond the limit", text)
	}
	return n, nil
}

// ungroup removes commas that group thousands, and says whether each stood in its
// place: "1,2345" is more likely two columns run together than a number.
func ungroup(s string) (string, bool) {
	parts := strings.Split(s, ",")
	for i, p := range parts {
		if len(parts) > 1 && (len(p) > 3 || len(p) == 0 || i > 0 && len(p) != 3) {
			return s, false
		}
	}
	return strings.Join(parts, ""), true
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// FormatAmount writes n smallest units as a decimal number with scale digits
// after the point: the inverse of [ParseAmount] for n of at least 0.
func FormatAmount(n int64, scale int) string { return string(AppendAmount(nil, n, scale)) }

// AppendAmount appends what [FormatAmount] gives.
func AppendAmount(b []byte, n int64, scale int) []byte {
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	unit := int64(1)
	for range scale {
		unit *= 10
	}
	b = strconv.AppendInt(b, n/unit, 10)
	if scale == 0 {
		return b
	}
	b = append(b, '.')
	for rest := n % unit; unit > 1; rest %= unit {
		unit /= 10
		b = append(b, '0'+byte(rest/unit))
	}
	return b
}
