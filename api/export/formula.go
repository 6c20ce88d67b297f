package export

import "strings"

// Formula says whether a spreadsheet program might take a text for a formula. The
// characters are those of OWASP's page on CSV injection: = + - @, tab, carriage return
// and line feed, and the full-width forms that some East Asian editions take for them.
// White space and byte order marks in front are looked through: programs trim them.
func Formula(text string) bool {
	rest := strings.TrimLeft(text, blanks)
	return strings.HasPrefix(rest, "=") || strings.HasPrefix(rest, "+") || strings.HasPrefix(rest, "-") || strings.HasPrefix(rest, "@") ||
		strings.HasPrefix(rest, "＝") || strings.HasPrefix(rest, "＋") || strings.HasPrefix(rest, "－") || strings.HasPrefix(rest, "＠") ||
		text != "" && (text[0] == '\t' || text[0] == '\r' || text[0] == '\n')
}

const blanks = " \t\r\n\v\f\u00a0\u3000\ufeff"

// marked says whether a text gets an apostrophe in front: a formula, and a text that
// would otherwise be read back as a formula with one.
func marked(text string) bool {
	if text == "" || 'A' <= text[0] && text[0] <= 'Z' || 'a' <= text[0] && text[0] <= 'z' || '0' <= text[0] && text[0] <= '9' {
		return false
	}
	return Formula(strings.TrimLeft(text, "'"))
}

// Unmark gives the text that a cell of CSV stands for.
func Unmark(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && marked(rest) {
		return rest
	}
	return cell
}
