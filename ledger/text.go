package ledger

import "unicode/utf8"

// isSlug accepts a short machine name: a-z, 0-9 and single inner hyphens, at most
// 40 characters, beginning with a letter or digit.
func isSlug(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		word := 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
		hyphen := c == '-' && i > 0 && i < len(s)-1 && s[i-1] != '-'
		if !word && !hyphen {
			return false
		}
	}
	return 0 < len(s) && len(s) <= 40
}

// checkSlug refuses what is not a machine name.
func checkSlug(field, s string) error {
	if !isSlug(s) {
		return Refuse(Invalid, "name-unreadable", field,
			"“%.60s” 不是有效的代号：只用小写字母、数字和中间的连字符，最多 40 个字符",
			"%.60q is not a machine name: lower-case letters, digits and inner hyphens, at most 40", s)
	}
	return nil
}

// checkName refuses a name that is empty, longer than limit characters, or has
// spaces around it. What characters may stand in text is the record's rule.
func checkName(field, s string, limit int) error {
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return Refuse(Invalid, "text-missing", field, "缺少 %s", "%s is missing", field)
	case n > limit:
		return Refuse(Invalid, "text-too-long", field,
			"%s 最多 %d 个字（收到 %d 个）", "%s has at most %d characters, not %d", field, limit, n)
	case s[0] == ' ' || s[len(s)-1] == ' ':
		return Refuse(Invalid, "text-spaces", field,
			"%s 的首尾不能有空格", "%s must not begin or end with a space", field)
	}
	return nil
}

// missing refuses input that leaves a needed field out.
func missing(field string) error {
	return Refuse(Invalid, "field-missing", field, "缺少 %s", "%s is missing", field)
}

// unknown refuses a word that is not one of a fixed list.
func unknown(field string, word any) error {
	return Refuse(Invalid, "word-unknown", field,
		"%s 的值 “%.40v” 不在规定的词表中", "%[2]q is not one of the words of %[1]s", field, word)
}
