package intake

import (
	"strconv"
	"strings"
)

// sheetDigits is how many digits of a number a spreadsheet vouches for.
const sheetDigits = 15

// asShown gives a number of a spreadsheet as its program shows it. The file holds
// binary fractions, written with up to 17 digits ("1234.5599999999999"), sometimes with
// an exponent; the program itself takes 15 digits for the number. The rounding is
// decimal, and of whole digits. What is no such number stays as it is.
func asShown(s string) string {
	mantissa, power, exponent := strings.Cut(strings.ToUpper(s), "E")
	whole, frac, point := strings.Cut(mantissa, ".")
	if !point && !exponent || whole == "" || !digitsOnly(whole+frac) || strings.Contains(frac, ".") {
		return s
	}
	shift := 0
	if exponent {
		var err error
		if shift, err = strconv.Atoi(power); err != nil || shift < -30 || shift > 18 {
			return s
		}
	}
	digits := strings.TrimLeft(whole+frac, "0")
	shift -= len(frac)
	if extra := len(digits) - sheetDigits; extra > 0 {
		digits, shift = halfUp(digits[:sheetDigits], digits[sheetDigits]), shift+extra
	}
	return placed(digits, shift)
}

// scientific says whether a text is a number with an exponent.
func scientific(s string) bool {
	mantissa, power, ok := strings.Cut(strings.ToUpper(s), "E")
	return ok && digitsOnly(mantissa) && digitsOnly(strings.TrimLeft(power, "+-"))
}

// halfUp rounds a run of digits by the one that follows.
func halfUp(digits string, next byte) string {
	if next < '5' {
		return digits
	}
	n, _ := strconv.ParseUint(digits, 10, 64) // of 15 digits
	return strconv.FormatUint(n+1, 10)
}

// placed writes digits times ten to the power of shift without an exponent.
func placed(digits string, shift int) string {
	if digits == "" {
		return "0"
	}
	if shift >= 0 {
		return digits + strings.Repeat("0", shift)
	}
	if len(digits) <= -shift {
		digits = strings.Repeat("0", 1-shift-len(digits)) + digits
	}
	at := len(digits) + shift
	frac := strings.TrimRight(digits[at:], "0")
	if frac == "" {
		return digits[:at]
	}
	return digits[:at] + "." + frac
}
