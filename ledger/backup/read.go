package backup

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// archive is a backup that is being read.
type archive struct {
	*tar.Reader
	zip  *gzip.Reader
	file *os.File
}

func openArchive(name string) (*archive, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	zip, err := gzip.NewReader(f)
	if err != nil {
		return nil, errors.Join(refuse("不是 gzip 压缩文件", "it is not compressed with gzip"), f.Close())
	}
	return &archive{tar.NewReader(zip), zip, f}, nil
}

func (a *archive) close() error { return errors.Join(a.zip.Close(), a.file.Close()) }

// checked is a backup whose bytes are those that its manifest says.
type checked struct {
	*Manifest
	keys map[string][]byte // the small files that a restore looks at first, by name
}

// check reads a backup through and holds everything against its manifest.
func check(ctx context.Context, name string) (*checked, error) {
	a, err := openArchive(name)
	if err != nil {
		return nil, err
	}
	defer a.close()
	c := &checked{keys: map[string][]byte{}}
	var found []File
	var manifest []byte
	for {
		h, err := a.Next()
		if err == io.EOF {
			break
		}
		if err := cmpErr(err, ctx.Err()); err != nil {
			return nil, torn(err)
		}
		switch {
		case manifest != nil:
			return nil, refuse("清单之后还有内容", "something follows its manifest")
		case h.Typeflag != tar.TypeReg:
			return nil, refuse("含有不是普通文件的条目", "an entry is no plain file")
		case h.Name == manifestName:
			if manifest, err = readAll(a, h); err != nil {
				return nil, err
			}
			continue
		}
		sum := sha256.New()
		var into io.Writer = sum
		var kept strings.Builder
		if rel, ok := strings.CutPrefix(h.Name, folderDir); ok && (isKey(rel) || rel == "checkpoint") && h.Size < 1<<20 {
			into = io.MultiWriter(sum, &kept)
		}
		if _, err := io.Copy(into, a); err != nil {
			return nil, torn(err)
		}
		if kept.Len() > 0 {
			c.keys[strings.TrimPrefix(h.Name, folderDir)] = []byte(kept.String())
		}
		found = append(found, File{h.Name, h.Size, hexOf([32]byte(sum.Sum(nil)))})
	}
	if _, err := io.Copy(io.Discard, a.zip); err != nil { // its checksum stands at its end
		return nil, torn(err)
	}
	if manifest == nil {
		return nil, refuse("没有清单，文件残缺", "it has no manifest: it was cut short")
	}
	if c.Manifest, err = parseManifest(manifest); err != nil {
		return nil, err
	}
	return c, c.compare(found)
}

func cmpErr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// torn says that the archive itself cannot be read to its end.
func torn(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrPermission) {
		return err
	}
	return errors.Join(refuse("压缩文件残缺或损坏", "the archive is cut short or damaged"), err)
}

func readAll(r io.Reader, h *tar.Header) ([]byte, error) {
	if h.Size > maxManifest {
		return nil, refuse("清单过大", "its manifest is too large")
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, torn(err)
	}
	return data, nil
}

// compare holds what is there against what the manifest says.
func (c *checked) compare(found []File) error {
	for i, f := range found {
		if i >= len(c.Files) || f != c.Files[i] {
			return refuse(fmt.Sprintf("%.100q 与清单不符", f.Name), fmt.Sprintf("%.100q is not what its manifest says", f.Name))
		}
	}
	if len(found) < len(c.Files) {
		return refuse(fmt.Sprintf("缺少 %.100q", c.Files[len(found)].Name), fmt.Sprintf("%.100q is missing", c.Files[len(found)].Name))
	}
	names := map[string]bool{}
	for _, f := range found {
		rel, inFolder := strings.CutPrefix(f.Name, folderDir)
		known := strings.HasPrefix(f.Name, databaseDir) || strings.HasPrefix(f.Name, evidenceDir) || inFolder && local(rel)
		if !known || names[f.Name] || strings.Contains(f.Name, "\\") || slices.Contains(strings.Split(f.Name, "/"), "..") {
			return refuse(fmt.Sprintf("条目 %.100q 不该有", f.Name), fmt.Sprintf("the entry %.100q does not belong there", f.Name))
		}
		names[f.Name] = true
	}
	return nil
}
