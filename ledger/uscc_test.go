package ledger_test

import (
	"strings"
	"testing"

	"mingzhang/ledger"
)

const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// Codes with the right check digit: the first is in the standard register and all
// digits, the others are made up.
var codes = []string{"531100006684027126", "51440100000000001B", "52440100MJ0000002Y", "53440000500000003Y", "91440101MA5AAAAA07", "53440100MM0001ABCC"}

const legacyCode = "52440100MJM0001XX0" // its check digit is wrong

func TestParseUSCC(t *testing.T) {
	for _, s := range codes {
		if got, legacy, err := ledger.ParseUSCC(s); err != nil || legacy || string(got) != s {
			t.Errorf("ParseUSCC(%s) = %s, legacy %t, %v", s, got, legacy, err)
		}
	}
	if got, legacy, err := ledger.ParseUSCC(legacyCode); err != nil || !legacy || string(got) != legacyCode {
		t.Errorf("ParseUSCC(%s) = %s, legacy %t, %v, want it accepted as legacy", legacyCode, got, legacy, err)
	}
	if got := ledger.USCC(codes[1]).Division(); got != "440100" {
		t.Errorf("Division = %s, want 440100", got)
	}
}

func TestParseUSCCRefuses(t *testing.T) {
	valid := codes[2]
	for _, c := range []struct{ name, code, want string }{
		{"nothing", "", "uscc-unreadable"},
		{"17 characters", valid[:17], "uscc-unreadable"},
		{"19 characters", valid + "0", "uscc-unreadable"},
		{"small letters", strings.ToLower(valid), "uscc-unreadable"},
		{"the letter I", "I" + valid[1:], "uscc-unreadable"},
		{"the letter O", valid[:10] + "O" + valid[11:], "uscc-unreadable"},
		{"the letter S", valid[:17] + "S", "uscc-unreadable"},
		{"the letter V", valid[:9] + "V" + valid[10:], "uscc-unreadable"},
		{"the letter Z", valid[:9] + "Z" + valid[10:], "uscc-unreadable"},
		{"a space", valid[:8] + " " + valid[9:], "uscc-unreadable"},
		{"a line break after it", valid[:17] + "\n", "uscc-unreadable"},
		{"six Chinese characters", "广益联募善会", "uscc-unreadable"},
		{"full width", "５３１１００", "uscc-unreadable"},
		{"very long", strings.Repeat("5", 100000), "uscc-unreadable"},
		{"wrong check digit", valid[:17] + "0", "uscc-check-digit"},
		{"two places exchanged", valid[:1] + valid[2:3] + valid[1:2] + valid[3:], "uscc-check-digit"},
		{"M0001 in the division", "52M00010MJ00000020", "uscc-check-digit"},
		{"M0001 with the check digit's help", "52440100MJ000M0001", "uscc-check-digit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, _, err := ledger.ParseUSCC(c.code)
			e := refused(t, err, c.want)
			if code != "" || len(e.Zh) > 500 || len(e.En) > 500 {
				t.Errorf("ParseUSCC = %q, sentences of %d and %d bytes", code, len(e.Zh), len(e.En))
			}
		})
	}
}

// TestUSCCSubstitution: the weights are powers of 3 modulo 31, none of them zero, so
// the check digit misses no single wrong character. Only a code that the wrong
// character makes look like a legacy one passes, with its warning.
func TestUSCCSubstitution(t *testing.T) {
	for _, s := range codes {
		for i := range s {
			for _, c := range alphabet {
				wrong := s[:i] + string(c) + s[i+1:]
				if wrong == s {
					continue
				}
				_, legacy, err := ledger.ParseUSCC(wrong)
				switch {
				case err == nil && !legacy:
					t.Errorf("%s passes for %s", wrong, s)
				case legacy != strings.Contains(wrong[8:17], "M0001"):
					t.Errorf("%s: legacy %t", wrong, legacy)
				case !legacy:
					refused(t, err, "uscc-check-digit")
				}
			}
		}
	}
}

// FuzzUSCC compares with the standard's formula written another way: the weighted
// sum of all 18 places is a multiple of 31.
func FuzzUSCC(f *testing.F) {
	for _, s := range append(codes, legacyCode, "", "53110000668402712X") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		sum, weight, readable := 0, 1, len(s) == 18
		for i := 0; i < len(s) && readable; i++ {
			value := strings.IndexByte(alphabet, s[i])
			readable = value >= 0
			if i == 17 {
				weight = 1
			}
			sum += value * weight
			weight = weight * 3 % 31
		}
		right := readable && sum%31 == 0
		code, legacy, err := ledger.ParseUSCC(s)
		switch {
		case err == nil && string(code) != s:
			t.Errorf("ParseUSCC(%q) = %q", s, code)
		case (err == nil && !legacy) != right:
			t.Errorf("ParseUSCC(%q) = legacy %t, %v; the check digit is right: %t", s, legacy, err, right)
		case err != nil:
			refusedFor(t, err, s, "")
		case legacy && !strings.Contains(s, "M0001"):
			t.Errorf("ParseUSCC(%q) is legacy", s)
		}
	})
}
