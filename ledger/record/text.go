package record

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"mingzhang/ledger"
)

// CheckText refuses text that two programs could show or compare differently:
// invalid UTF-8, a byte order mark, control characters, line separators, characters
// that turn the direction of writing, other invisible or undefined characters, and
// text not in Unicode's form NFC, which is only settled for characters that are
// defined. Joiners, which hold an emoji together, and private characters, which old
// systems use for rare names, are let through. Only the lines of a sealed text may be
// broken, with "\n".
func CheckText(field, s string, lines bool) error {
	if plain(s) {
		return nil
	}
	if !utf8.ValidString(s) {
		return badText(field, "text-utf8", "不是有效的 UTF-8", "not valid UTF-8")
	}
	for _, c := range s {
		switch {
		case c == '\n' && lines:
		case c == '\uFEFF':
			return badText(field, "text-bom", "含有字节序标记（BOM）", "holds a byte order mark")
		case unicode.IsControl(c) || c == '\u2028' || c == '\u2029':
			return badText(field, "text-control", "含有控制字符", "holds a control character")
		case turns(c):
			return badText(field, "text-bidi", "含有改变书写方向的字符", "holds a character that turns the direction of writing")
		case !unicode.IsGraphic(c) && !unicode.Is(unicode.Co, c) && c != '\u200C' && c != '\u200D':
			return badText(field, "text-invisible", "含有不可见或未定义的字符", "holds an invisible or undefined character")
		}
	}
	if norm.NFC.QuickSpanString(s) < len(s) && !norm.NFC.IsNormalString(s) {
		return badText(field, "text-nfc", "不是 Unicode NFC 规范形式", "is not in the Unicode form NFC")
	}
	return nil
}

func badText(field, code, zh, en string) error {
	if field == "" { // in a list
		return ledger.Refuse(ledger.Invalid, code, "", "文字%[1]s", "the text %[2]s", zh, en)
	}
	return ledger.Refuse(ledger.Invalid, code, field, "%[1]s 的文字%[2]s", "the text of %[1]s %[3]s", field, zh, en)
}

// plain accepts what most text of most records is made of: visible ASCII, spaces, and
// Chinese.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return chinese(s[i:])
		}
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// chinese is plain for the rest of a text. Of these characters each is visible, is its
// own canonical form, and joins with none beside it.
func chinese(s string) bool {
	for _, c := range s {
		ideograph, fullWidth := '\u4E00' <= c && c <= '\u9FA5', '\uFF01' <= c && c <= '\uFF5E'
		if !ideograph && !fullWidth && c != '\u3001' && c != '\u3002' && (c < ' ' || c > '~') {
			return false
		}
	}
	return true
}

// turns says whether c is one of Unicode's bidirectional controls (UAX 9, 2.1–2.6).
func turns(c rune) bool {
	return c == '\u061C' || c == '\u200E' || c == '\u200F' ||
		'\u202A' <= c && c <= '\u202E' || '\u2066' <= c && c <= '\u2069'
}
