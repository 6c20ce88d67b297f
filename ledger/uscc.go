package ledger

import "strings"

// usccAlphabet leaves out I, O, S, V and Z (GB 32100-2015, table 1).
const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// USCC is a unified social credit code, 统一社会信用代码: 18 characters, of which
// the last is a check digit (GB 32100-2015).
type USCC string

// ParseUSCC accepts a code with the right alphabet, length and check digit. legacy
// reports the codes that were given out before the standard, recognisable by
// M0001 in their organisation part: they are lawful though their check digit is
// wrong, so they pass and the caller shows a warning.
func ParseUSCC(s string) (code USCC, legacy bool, err error) {
	if len(s) != 18 || strings.Trim(s, usccAlphabet) != "" {
		return "", false, Refuse(Invalid, "uscc-unreadable", "uscc",
			"统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z），%.40q 不是",
			"%.40[1]q is not a unified social credit code: 18 digits or capitals without I, O, S, V, Z", s)
	}
	if usccCheck(s) == s[17] {
		return USCC(s), false, nil
	}
	if strings.Contains(s[8:17], "M0001") {
		return USCC(s), true, nil
	}
	return "", false, Refuse(Invalid, "uscc-check-digit", "uscc",
		"统一社会信用代码 %s 的校验位不对，请核对是否录错", "the check digit of the unified social credit code %s is wrong: look for a typing mistake", s)
}

// usccCheck computes the 18th character: (31 − Σ value·3^i mod 31) mod 31.
func usccCheck(s string) byte {
	sum, weight := 0, 1
	for i := 0; i < 17; i++ {
		sum += strings.IndexByte(usccAlphabet, s[i]) * weight
		weight = weight * 3 % 31
	}
	return usccAlphabet[(31-sum%31)%31]
}

// Division is the code of the registering authority's administrative division
// (GB/T 2260), places 3 to 8.
func (c USCC) Division() string { return string(c[2:8]) }
