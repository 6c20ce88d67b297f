package evidence

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "gocloud.dev/blob/memblob" // a bucket that is not a folder: mem://

	"mingzhang/ledger"
)

const (
	aPDF   = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
	aPNG   = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01"
	aJPEG  = "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
	aWebP  = "RIFF\x24\x00\x00\x00WEBPVP8 \x18\x00\x00\x00"
	aCSV   = "日期,金额\n2026-11-20,20.00\n"
	aXML   = `<?xml version="1.0" encoding="UTF-8"?><EInvoice><Amount>20.00</Amount></EInvoice>`
	noHash = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
)

// zipped makes a zip of the files, names and contents in turn.
func zipped(files ...string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, _ := z.Create(files[i])
		io.WriteString(w, files[i+1])
	}
	z.Close()
	return b.String()
}

// anOFD makes the smallest OFD document, with an entry before OFD.xml.
func anOFD() string {
	return zipped("Doc_0/Document.xml", "<x/>", "OFD.xml",
		`<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" DocType="OFD"/>`)
}

func hashOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// openAt opens the store in a folder or bucket, until the test ends.
func openAt(t testing.TB, location string) *Store {
	t.Helper()
	s, err := Open(context.Background(), location)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// eachBucket runs a test on a folder and on a bucket that is not one.
func eachBucket(t *testing.T, test func(t *testing.T, s *Store)) {
	t.Run("folder", func(t *testing.T) { test(t, openAt(t, t.TempDir())) })
	t.Run("memory", func(t *testing.T) { test(t, openAt(t, "mem://")) })
}

func put(t testing.TB, s *Store, content, media string) ledger.Evidence {
	t.Helper()
	e, err := s.Put(context.Background(), strings.NewReader(content), media)
	if err != nil {
		t.Fatalf("Put: %v", err)
	}
	return e
}

// read gives the content of a file.
func read(s *Store, hash string) (string, error) {
	f, err := s.Open(context.Background(), hash)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	return string(b), err
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if !errors.Is(err, &ledger.Error{Code: code}) {
		t.Errorf("got error %v, want refusal %s", err, code)
	}
}

// wantEmpty fails when anything is in the bucket, finished or not.
func wantEmpty(t *testing.T, s *Store) {
	t.Helper()
	list := s.bucket.List(nil)
	for o, err := list.Next(context.Background()); err != io.EOF; o, err = list.Next(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		t.Errorf("left behind: %s", o.Key)
	}
}

// fileOf gives the path of a kept file.
func fileOf(s *Store, hash string) string {
	return filepath.Join(s.folder, "sha256", strings.TrimPrefix(hash, "sha256:"))
}

func overwrite(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
