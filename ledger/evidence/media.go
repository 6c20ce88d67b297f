package evidence

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"mime"
	"net/http"

	"mingzhang/ledger"
)

// The kinds of file that are kept.
const (
	pdf    = "application/pdf"
	jpeg   = "image/jpeg"
	png    = "image/png"
	webp   = "image/webp"
	ofd    = "application/ofd" // GB/T 33190: fixed-layout documents, China's electronic invoices
	xmlDoc = "application/xml"
	plain  = "text/plain"
	csv    = "text/csv"
)

// Media lists the kinds of file that are kept, for forms and documentation.
var Media = []string{pdf, ofd, xmlDoc, jpeg, png, webp, csv, plain}

// headSize is how much of a file is looked at to tell its kind: the prolog and the
// root of an XML document must lie in it.
const headSize = 64 << 10

// recognize tells the kind of a file from its first bytes and what it claims to be.
func recognize(body *bufio.Reader, claim string) (string, error) {
	head, err := body.Peek(headSize)
	if err != nil && err != io.EOF {
		return "", err
	}
	if len(head) == 0 {
		return "", ledger.Refuse(ledger.Invalid, "evidence-empty", "file", "文件是空的", "the file is empty")
	}
	media, err := kindOf(head)
	if err != nil {
		return "", err
	}
	return agree(claim, media)
}

// kindOf tells the kind of a file that begins with head. What calls itself a zip is
// looked into when all of it is there (checkOFD).
func kindOf(head []byte) (string, error) {
	text := bytes.TrimPrefix(head, []byte("\uFEFF"))
	switch media := http.DetectContentType(text); media {
	case pdf, jpeg, png, webp:
		return media, nil
	case "application/zip":
		return ofd, nil
	case "text/html; charset=utf-8":
		return "", refuseActive("HTML")
	case "text/xml; charset=utf-8", "text/plain; charset=utf-8":
		return textKind(bytes.TrimLeft(text, " \t\r\n\f"))
	}
	return "", refuseUnknown()
}

// textKind tells XML and plain text apart, and refuses text that a machine runs.
func textKind(text []byte) (string, error) {
	switch {
	case bytes.HasPrefix(text, []byte("#!")):
		return "", refuseActive("#!")
	case bytes.HasPrefix(text, []byte("<")):
		return xmlDoc, checkXML(text)
	}
	return plain, nil
}

// aliases are other names that senders use for the kinds.
var aliases = map[string]string{
	"application/octet-stream": "", "binary/octet-stream": "",
	"application/x-pdf": pdf, "image/jpg": jpeg, "image/pjpeg": jpeg, "image/x-png": png,
	"application/vnd.ofd": ofd, "application/x-ofd": ofd, "text/xml": xmlDoc,
	"application/csv": csv, "text/comma-separated-values": csv,
	"application/vnd.ms-excel": csv, // what Windows with Excel calls a .csv file
}

// agree refuses a claim that the bytes contradict. Only the sender can tell CSV from
// other plain text.
func agree(claim, media string) (string, error) {
	if claim == "" {
		return media, nil
	}
	name, _, err := mime.ParseMediaType(claim)
	if err != nil {
		return "", ledger.Refuse(ledger.Invalid, "media-unreadable", "media",
			"“%.60s” 不是媒体类型（应为 application/pdf 这样的形式）", "%.60q is not a media type such as application/pdf", claim)
	}
	if other, ok := aliases[name]; ok {
		name = other
	}
	switch {
	case name == "" || name == media:
		return media, nil
	case name == csv && media == plain:
		return csv, nil
	}
	return "", ledger.Refuse(ledger.Invalid, "evidence-type-differs", "media",
		"文件声称是 %.60s，但从内容看是 %s", "the file is called %.60s, but its bytes are %s", name, media)
}

func refuseActive(what string) error {
	return ledger.Refuse(ledger.Invalid, "evidence-type-active", "file",
		"凭证不能是网页、SVG 图形、脚本或程序（内容中有 %s）；请存为 PDF 或图片后上传",
		"evidence cannot be a web page, an SVG drawing, a script or a program (it has %s): save it as a PDF or an image", what)
}

func refuseUnknown() error {
	return ledger.Refuse(ledger.Invalid, "evidence-type-unknown", "file",
		"无法识别文件类型；可上传 PDF、OFD、XML、JPEG、PNG、WebP、CSV 和纯文本（UTF-8 或 GB18030 编码）",
		"the kind of the file is not known: it can be PDF, OFD, XML, JPEG, PNG, WebP, CSV or plain text (in UTF-8 or GB18030)")
}

// sizeText names a size in the unit that says it whole.
func sizeText(n int64) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d B", n)
}
