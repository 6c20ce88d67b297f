package intake

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/text/encoding"

	"mingzhang/ledger"
)

// file is a list as it lies on the disk. It is read twice: once for what it is, once
// for its rows.
type file struct {
	path     string
	name     string            // without folders, for sentences
	digest   string            // SHA-256 of its content, unpacked, in hexadecimal digits
	lines    int64             // about how many, for the progress bar
	encoding encoding.Encoding // of text
	zipped   bool
	sheets   bool // a workbook
}

// examine finds out what a file is by its bytes, whatever its name says. An encoding by
// name goes before what the bytes look like.
func examine(path, encodingName string) (*file, error) {
	f := &file{path: path, name: filepath.Base(path)}
	head, err := f.sniff()
	if err != nil {
		return nil, err
	}
	if f.sheets = bytes.HasPrefix(head, []byte("PK\x03\x04")); f.sheets {
		err = f.examineSheets()
	} else {
		err = f.examineText(encodingName)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// sniff reads the first bytes and refuses what is no list.
func (f *file) sniff() ([]byte, error) {
	in, err := os.Open(f.path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(in, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read %s: %w", f.name, err)
	}
	head = head[:n]
	f.zipped = bytes.HasPrefix(head, []byte("\x1f\x8b"))
	start := bytes.ToLower(bytes.TrimLeft(head, "\xef\xbb\xbf \t\r\n"))
	switch {
	case n == 0:
		return nil, ledger.Refuse(ledger.Invalid, "file-empty", "", "文件 %s 是空的", "the file %s is empty", f.name)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return nil, unlisted(f.name, "旧版 Excel（.xls）或加密的工作簿", "an old Excel file (.xls) or an encrypted workbook")
	case bytes.HasPrefix(start, []byte("%pdf")):
		return nil, unlisted(f.name, "PDF", "a PDF")
	case bytes.HasPrefix(start, []byte("<")):
		return nil, unlisted(f.name, "网页", "a web page")
	}
	return head, nil
}

// unlisted refuses what may hold a list but is not read.
func unlisted(name, zh, en string) error {
	return ledger.Refuse(ledger.Invalid, "file-format", "",
		"%[1]s 是%[2]s：请另存为 .xlsx 或 CSV 后再导入", "%[1]s is %[3]s: save it as .xlsx or CSV first", name, zh, en)
}

// examineText hashes the content and finds its encoding.
func (f *file) examineText(encodingName string) error {
	var c census
	if err := f.hash(&c); err != nil {
		return err
	}
	f.lines = c.lines + 1
	var err error
	if encodingName != "" {
		f.encoding, err = encodingOf(encodingName)
		return err
	}
	if f.encoding = c.encoding(); f.encoding != nil {
		return nil
	}
	f.encoding, err = f.chinese()
	return err
}

// hash reads all of the content, for its digest and for others.
func (f *file) hash(also io.Writer) error {
	in, err := f.content()
	if err != nil {
		return err
	}
	defer in.Close()
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(sum, also), in); err != nil {
		return fmt.Errorf("read %s: %w", f.name, err)
	}
	f.digest = hex.EncodeToString(sum.Sum(nil))
	return nil
}

// content opens the bytes of the list, unpacked.
func (f *file) content() (io.ReadCloser, error) {
	in, err := os.Open(f.path)
	if err != nil || !f.zipped {
		return in, err
	}
	info, err := in.Stat()
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("unpack %s: %w", f.name, err), in.Close())
	}
	return &unpacked{Reader: z, file: in, left: unpackedLimit(info.Size())}, nil
}

// unpackedLimit is how large a packed file may become: lists pack to a tenth, and what
// packs to less than a hundredth is made to fill disks.
func unpackedLimit(size int64) int64 { return max(16<<20, 100*size) }

// unpacked is a packed file as it is read, up to its limit.
type unpacked struct {
	*gzip.Reader
	file io.Closer
	left int64
}

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	if u.left -= int64(n); u.left < 0 {
		return 0, tooLarge()
	}
	return n, err
}

func (u *unpacked) Close() error { return errors.Join(u.Reader.Close(), u.file.Close()) }

func tooLarge() error {
	return ledger.Refuse(ledger.Invalid, "file-bomb", "", "文件解压后过大，不像一份清单", "the file unpacks to far more than a list would")
}
