package record

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"mingzhang/ledger"
)

// Guard refuses public text that holds the number of an identity card (GB 11643), a
// mainland mobile phone or a bank card. It looks through full-width digits and
// through the spaces, hyphens, dots and brackets that people put between groups, but
// where there are several groups they must be such as people make of that number:
// a list of amounts is no telephone. It is for writing only: what was once recorded
// stays readable, however the guard grows.
func Guard(field, s string) error {
	for _, groups := range digitGroups(s) {
		for i := range groups {
			n := 0
			for j := i + 1; j <= len(groups) && n <= 19; j++ {
				n += len(groups[j-1])
				if zh, en := personal(groups[i:j], n); zh != "" {
					return ledger.Refuse(ledger.Invalid, "personal-number", field,
						"%[1]s 中似乎含有%[2]s，公开文字不能包含", "%[1]s seems to hold %[3]s, which public text must not", field, zh, en)
				}
			}
		}
	}
	return nil
}

// personal names what number of a person the groups of n digits are, in both
// languages, or "".
func personal(groups [][]byte, n int) (zh, en string) {
	switch {
	case n < 11 || n > 19:
	case (n == 18 && grouped(groups, "6 8 4", "6 4 4 4", "6 12", "14 4") || n == 15 && grouped(groups, "6 6 3")) &&
		isIdentityCard(join(groups)):
		return "身份证号", "the number of an identity card"
	case n <= 15 && grouped(groups, "3 4 4", "3 3 5", "3 8", "7 4") && isMobile(join(groups)):
		return "手机号", "the number of a mobile phone"
	case n >= 16 && grouped(groups, "4 4 4 4", "4 4 4 4 1", "4 4 4 4 2", "4 4 4 4 3", "6 10", "6 13") && isBankCard(join(groups)):
		return "银行卡号", "the number of a bank card"
	}
	return "", ""
}

// grouped says whether groups are one number alone, digit by digit, or of one of the
// shapes, which are lengths.
func grouped(groups [][]byte, shapes ...string) bool {
	if len(groups) == 1 || !slices.ContainsFunc(groups, func(g []byte) bool { return len(g) != 1 }) {
		return true
	}
	if len(groups) > 5 {
		return false
	}
	shape := make([]byte, 0, 16)
	for i, g := range groups {
		if i > 0 {
			shape = append(shape, ' ')
		}
		shape = strconv.AppendInt(shape, int64(len(g)), 10)
	}
	return slices.Contains(shapes, string(shape))
}

func join(groups [][]byte) string { return string(bytes.Join(groups, nil)) }

// separators may stand between two groups of digits, up to two of them.
const separators = " -.·—–－_　\u00a0/()（）[]"

// digitGroups gives the groups of digits in s, those in one list that are apart by
// separators. Only lists with eleven digits or more are of interest. An X after 17
// digits is the check character of an identity card.
func digitGroups(s string) [][][]byte {
	var lists [][][]byte
	var list [][]byte
	total, gap := 0, 0
	for _, c := range s + "\n" {
		d := digit(c)
		switch {
		case d == 'X' && (gap > 0 || total < 17), d == 0 && (gap > 1 || !strings.ContainsRune(separators, c)):
			if total >= 11 {
				lists = append(lists, list)
			}
			list, total, gap = nil, 0, 0
		case d == 0:
			gap++
		default:
			if gap > 0 || list == nil {
				list = append(list, nil)
			}
			last := &list[len(list)-1]
			*last = append(*last, byte(d))
			total, gap = total+1, 0
		}
	}
	return lists
}

// digit gives the ASCII form of a digit or an X, which may be full-width, or 0.
func digit(c rune) rune {
	switch {
	case '0' <= c && c <= '9':
		return c
	case '０' <= c && c <= '９':
		return c - '０' + '0'
	case c == 'X' || c == 'x' || c == 'Ｘ' || c == 'ｘ':
		return 'X'
	}
	return 0
}

// isIdentityCard: 17 digits and a check character by ISO 7064 MOD 11-2, with a date
// of birth in places 7 to 14; or the old form of 15 digits.
func isIdentityCard(run string) bool {
	switch len(run) {
	case 15:
		_, err := time.Parse("060102", run[6:12])
		return err == nil && run[0] != '0' && !strings.Contains(run, "X")
	case 18:
		if strings.Contains(run[:17], "X") {
			return false
		}
		sum := 0
		for i := 0; i < 17; i++ {
			sum = (sum + int(run[i]-'0')) * 2 % 11
		}
		if run[0] == '0' || "10X98765432"[sum] != run[17] {
			return false
		}
		born, err := time.Parse("20060102", run[6:14])
		return err == nil && born.Year() >= 1880
	}
	return false
}

// isMobile: eleven digits beginning with 13 to 19, perhaps after 86, 086 or 0086.
func isMobile(run string) bool {
	for _, prefix := range []string{"0086", "086", "86", ""} {
		if rest, ok := strings.CutPrefix(run, prefix); ok && len(rest) == 11 {
			return rest[0] == '1' && rest[1] >= '3'
		}
	}
	return false
}

// isBankCard: 16 to 19 digits that begin as a card does and pass the Luhn check
// (ISO/IEC 7812).
func isBankCard(run string) bool {
	if len(run) < 16 || len(run) > 19 || strings.IndexByte("34569", run[0]) < 0 || strings.Contains(run, "X") {
		return false
	}
	if _, _, err := ledger.ParseUSCC(run); err == nil {
		return false // an organization's code may be all digits
	}
	sum := 0
	for i := range run {
		d := int(run[len(run)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
