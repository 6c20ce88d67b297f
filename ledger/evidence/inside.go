package evidence

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"gocloud.dev/blob"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// checkXML refuses XML that a browser or an office program would act on. It looks at
// the prolog and the root: deeper down nothing acts in a document that is served as
// application/xml, for download, under a policy that allows nothing.
func checkXML(head []byte) error {
	root, err := rootOf(bytes.NewReader(head))
	if err != nil {
		return err
	}
	switch name := strings.ToLower(root.Local); name {
	case "html", "svg", "script", "stylesheet", "transform":
		return refuseActive(name)
	}
	for _, space := range []string{"www.w3.org/1999/xhtml", "www.w3.org/2000/svg", "www.w3.org/1999/XSL"} {
		if strings.Contains(root.Space, space) {
			return refuseActive(space)
		}
	}
	return nil
}

// rootOf gives the name of the root of an XML document, and refuses one that orders
// anything before it: a style sheet (which may hold scripts), a program to open it
// with, PHP, or a document type (entities).
func rootOf(r io.Reader) (xml.Name, error) {
	d := xml.NewDecoder(r)
	d.CharsetReader = charset
	for {
		token, err := d.Token()
		if err != nil {
			return xml.Name{}, refuseUnknown()
		}
		switch t := token.(type) {
		case xml.StartElement:
			return t.Name, nil
		case xml.Directive:
			return xml.Name{}, refuseActive("<!DOCTYPE")
		case xml.ProcInst:
			if t.Target != "xml" {
				return xml.Name{}, refuseActive("<?" + strings.ToValidUTF8(t.Target[:min(len(t.Target), 40)], ""))
			}
		}
	}
}

// charset reads the encodings that Chinese programs write beside UTF-8.
func charset(label string, r io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "gbk", "gb2312", "gb18030":
		return simplifiedchinese.GB18030.NewDecoder().Reader(r), nil
	}
	return nil, errors.New("encoding not known")
}

// guard passes text on and refuses bytes that text does not have, anywhere in it. It
// keeps out programs that begin like text, and terminals' escape sequences.
type guard struct{}

func (guard) Write(p []byte) (int, error) {
	for _, c := range p {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' || c == 0x7f {
			return 0, refuseUnknown()
		}
	}
	return len(p), nil
}

// guardOf gives what looks at each byte of a file of a kind.
func guardOf(media string) io.Writer {
	if media == plain || media == csv || media == xmlDoc {
		return guard{}
	}
	return io.Discard
}

// checkOFD refuses a zip that is not an OFD document: one whose OFD.xml has the root
// that GB/T 33190 gives it.
func (s *Store) checkOFD(ctx context.Context, key string) error {
	f, err := s.bucket.NewReader(ctx, key, nil)
	if err != nil {
		return err
	}
	defer f.Close()
	w := &window{blob: f, left: directorySize}
	z, err := zip.NewReader(w, f.Size())
	if err != nil {
		return cmp.Or(w.fault, refuseUnknown())
	}
	for _, entry := range z.File {
		if strings.TrimPrefix(entry.Name, "/") == "OFD.xml" {
			err := checkEntry(entry)
			return cmp.Or(w.fault, err)
		}
	}
	return refuseUnknown()
}

func checkEntry(entry *zip.File) error {
	r, err := entry.Open()
	if err != nil {
		return refuseUnknown()
	}
	defer r.Close()
	root, err := rootOf(io.LimitReader(r, headSize))
	if err == nil && root.Local == "OFD" && strings.HasPrefix(root.Space, "http://www.ofdspec.org") {
		return nil
	}
	return refuseUnknown()
}

// directorySize is how much of a zip is read in search of OFD.xml. A hostile zip of
// 20 MiB can list half a million files, each of which costs memory.
const directorySize = 1 << 20

// window reads a blob from any place, up to a number of bytes. It remembers that the
// bucket failed, which is not the fault of the file.
type window struct {
	blob  *blob.Reader
	left  int
	fault error
}

func (w *window) ReadAt(p []byte, offset int64) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, errors.New("too much read")
	}
	n := 0
	if _, w.fault = w.blob.Seek(offset, io.SeekStart); w.fault == nil {
		n, w.fault = io.ReadFull(w.blob, p)
	}
	return n, w.fault
}
