package evidence

import (
	"mime"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// nameSize bounds a file name in bytes, below the 255 of common file systems.
const nameSize = 200

// extensions are the endings a kind may have; the first is given to a name with none
// of them, so that invoice.exe is saved as invoice.exe.pdf.
var extensions = map[string][]string{
	pdf: {".pdf"}, ofd: {".ofd"}, xmlDoc: {".xml"}, csv: {".csv"}, plain: {".txt"},
	jpeg: {".jpg", ".jpeg"}, png: {".png"}, webp: {".webp"},
}

// FileName makes a name that is safe to save a file under: the last part of any path,
// printable (no control or bidirectional characters), without the characters that
// systems or headers treat specially, of a bounded length, and ending as its kind
// does. An empty name becomes one of the hash.
func FileName(name, media, hash string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Trim(strings.Map(plainRune, name), " .")
	end := ".bin"
	if known := extensions[media]; len(known) > 0 {
		end = known[0]
		if i := strings.LastIndexByte(name, '.'); i >= 0 && slices.Contains(known, strings.ToLower(name[i:])) {
			name, end = name[:i], name[i:]
		}
	}
	if name = strings.TrimRight(cut(name, nameSize-len(end)), " ."); name == "" {
		name = "evidence-" + cut(strings.TrimPrefix(hash, "sha256:"), 12)
	}
	return name + end
}

// plainRune drops what cannot be seen and replaces what has a meaning to a header, a
// shell or a file system ("%" to browsers that decode names twice).
func plainRune(r rune) rune {
	switch {
	case r == utf8.RuneError || !unicode.IsPrint(r):
		return -1
	case strings.ContainsRune("\"'`<>:|?*%;", r):
		return '_'
	}
	return r
}

// cut shortens a string to at most n bytes, between characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// disposition is the header of RFC 6266; mime writes a name that is not ASCII as
// RFC 5987 says (filename*=utf-8”…).
func disposition(media, name string) string {
	how := "attachment"
	if inline(media) {
		how = "inline"
	}
	return mime.FormatMediaType(how, map[string]string{"filename": name})
}
