package evidence

import (
	"mime"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestFileName(t *testing.T) {
	for _, c := range []struct{ name, in, media, want string }{
		{"plain", "invoice.pdf", pdf, "invoice.pdf"},
		{"Chinese", "2026年 发票（1）.PDF", pdf, "2026年 发票（1）.PDF"},
		{"second ending", "photo.jpeg", jpeg, "photo.jpeg"},
		{"program", "invoice.exe", plain, "invoice.exe.txt"},
		{"another kind", "invoice.pdf", png, "invoice.pdf.png"},
		{"kind not known", "invoice.pdf", "text/html", "invoice.pdf.bin"},
		{"none", "", pdf, "evidence-000000000000.pdf"},
		{"only an ending", ".pdf", pdf, "pdf.pdf"},
		{"path", "/etc/../passwd", plain, "passwd.txt"},
		{"Windows path", `C:\fakepath\发票.pdf`, pdf, "发票.pdf"},
		{"folder", "a/b/", pdf, "evidence-000000000000.pdf"},
		{"dots", "..", pdf, "evidence-000000000000.pdf"},
		{"hidden", "...bashrc", plain, "bashrc.txt"},
		{"trailing dots and spaces", "a. . .pdf. ", pdf, "a.pdf"},
		{"quotes", `a"; filename="b.exe`, pdf, "a__ filename=_b.exe.pdf"},
		{"line breaks", "a\r\nSet-Cookie: x=y\r\n\r\n.pdf", pdf, "aSet-Cookie_ x=y.pdf"},
		{"NUL", "a\x00b.pdf", pdf, "ab.pdf"},
		{"bidi", "invoice\u202Efdp.exe", pdf, "invoicefdp.exe.pdf"},
		{"bidi isolates and zero width", "\u2066a\u200Bb\uFEFF.pdf", pdf, "ab.pdf"},
		{"percent", "%2e%2e%2fa.pdf", pdf, "_2e_2e_2fa.pdf"},
		{"not UTF-8", "a\xff\xfeb.pdf", pdf, "ab.pdf"},
		{"line separator", "a\u2028b.pdf", pdf, "ab.pdf"},
		{"long", strings.Repeat("a", 5000) + ".pdf", pdf, strings.Repeat("a", 196) + ".pdf"},
		{"long, cut between characters", strings.Repeat("票", 5000) + ".pdf", pdf, strings.Repeat("票", 65) + ".pdf"},
		{"long ending", "a." + strings.Repeat("b", 5000), pdf, "a." + strings.Repeat("b", 194) + ".pdf"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := FileName(c.in, c.media, noHash); got != c.want {
				t.Errorf("FileName(%q) is %q, want %q", c.in, got, c.want)
			}
		})
	}
}

// Whatever a name is, the header is one line that reads back as the name made of it.
func FuzzFileName(f *testing.F) {
	for _, name := range []string{"invoice.pdf", "发票.pdf", "a\"\r\nb", "\u202Efdp.exe", "..", `\\x\y`, "%00"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, in string) {
		name := FileName(in, pdf, noHash)
		if len(name) > nameSize || !utf8.ValidString(name) || strings.ContainsAny(name, "/\\\"\r\n%:") || name[0] == '.' {
			t.Errorf("FileName(%q) is %q", in, name)
		}
		header := disposition(pdf, name)
		if strings.ContainsFunc(header, func(r rune) bool { return r > unicode.MaxASCII || r < ' ' }) {
			t.Errorf("header %q", header)
		}
		how, parameters, err := mime.ParseMediaType(header)
		if err != nil || how != "inline" || parameters["filename"] != name {
			t.Errorf("%q reads back as %q, %v, %v", header, how, parameters, err)
		}
	})
}
