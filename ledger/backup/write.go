package backup

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/evidence"
	"mingzhang/ledger/folder"
	"mingzhang/ledger/store"
)

// Config says what is backed up.
type Config struct {
	Folder  *folder.Folder
	Store   *store.Store
	Files   *evidence.Store // nil leaves the evidence out
	WithKey bool            // the keys go with it
	Program string          // the version of this program
	Now     func() time.Time
}

// Write writes a backup. Files of evidence that are damaged are left out and named in
// the manifest; every other fault ends it.
func Write(ctx context.Context, to io.Writer, c Config) (*Manifest, error) {
	zip, err := gzip.NewWriterLevel(to, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	w := &writer{Config: c, ctx: ctx, tar: tar.NewWriter(zip)}
	w.made = Manifest{Format: Format, Made: c.Now().UTC().Truncate(time.Second), Program: c.Program, Origin: c.Folder.Origin, LogKey: c.Folder.LogKey,
		Secret: hexOf(sha256.Sum256(c.Folder.Secret)), WithKey: c.WithKey, Evidence: c.Files != nil, Files: []File{}}
	checkpoint, err := c.Folder.Published().Load()
	if err != nil {
		return nil, fmt.Errorf("read the published checkpoint: %w", err)
	}
	for _, step := range []func() error{w.database, w.evidence, func() error { return w.folder(checkpoint) }, w.manifest} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return &w.made, errors.Join(w.tar.Close(), zip.Close())
}

func hexOf(sum [32]byte) string { return hex.EncodeToString(sum[:]) }

// writer is a backup on its way.
type writer struct {
	Config
	ctx  context.Context
	tar  *tar.Writer
	made Manifest
}

// add puts something of a known size into the archive and notes its hash.
func (w *writer) add(name string, size int64, from io.Reader) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if err := w.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, ModTime: w.made.Made, Format: tar.FormatPAX}); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	sum := sha256.New()
	if _, err := io.CopyN(io.MultiWriter(w.tar, sum), from, size); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	w.made.Files = append(w.made.Files, File{name, size, hexOf([32]byte(sum.Sum(nil)))})
	return nil
}

func (w *writer) addBytes(name string, data []byte) error {
	return w.add(name, int64(len(data)), strings.NewReader(string(data)))
}

// database writes all rows.
func (w *writer) database() error {
	d := &dump{writer: w}
	if err := w.Store.Dump(w.ctx, d); err != nil {
		return fmt.Errorf("dump the database: %w", err)
	}
	return d.flush()
}

// partSize is how long a part of a table becomes, in bytes.
const partSize = 4 << 20

// dump gathers rows into parts.
type dump struct {
	*writer
	table string
	part  int
	buf   []byte
}

// Begin implements store.Dump.
func (d *dump) Begin(version int, head book.Head, tables []store.Table) error {
	d.made.Size, d.made.Root = head.Size, head.Root.String()
	data, err := json.MarshalIndent(schema{version, tables}, "", "\t")
	if err != nil {
		return err
	}
	return d.addBytes(schemaName, append(data, '\n'))
}

// Row implements store.Dump.
func (d *dump) Row(t *store.Table, cells []any) (err error) {
	if t.Name != d.table || len(d.buf) > partSize {
		if err := d.flush(); err != nil {
			return err
		}
	}
	if t.Name != d.table {
		d.table, d.part = t.Name, 0
	}
	d.buf, err = appendRow(d.buf, cells)
	return err
}

func (d *dump) flush() error {
	if len(d.buf) == 0 {
		return nil
	}
	err := d.addBytes(partName(d.table, d.part), d.buf)
	d.part, d.buf = d.part+1, d.buf[:0]
	return err
}

func partName(table string, part int) string {
	return fmt.Sprintf("%s%s.%05d.jsonl", databaseDir, table, part)
}

// evidence writes the files behind the records.
func (w *writer) evidence() error {
	if w.Files == nil {
		return nil
	}
	return w.Files.Each(w.ctx, func(hash string, _ int64) error {
		f, err := w.Files.Open(w.ctx, hash)
		if kind := ledger.KindOf(err); kind == ledger.Corrupt || kind == ledger.NotFound {
			w.made.Damaged = append(w.made.Damaged, hash)
			return nil
		}
		if err != nil {
			return err
		}
		defer f.Close()
		return w.add(evidenceDir+strings.TrimPrefix(hash, "sha256:"), f.Size(), f)
	})
}

// folder writes what lies in the data folder, with the checkpoint as it was at the
// beginning. A file that grows meanwhile is taken as long as it was.
func (w *writer) folder(checkpoint []byte) error {
	if checkpoint != nil {
		if err := w.addBytes(folderDir+"checkpoint", checkpoint); err != nil {
			return err
		}
	}
	return filepath.WalkDir(w.Folder.Dir(), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(w.Folder.Dir(), path)
		name := filepath.ToSlash(rel)
		if err != nil || name == "checkpoint" || !local(name) || isKey(name) && !w.WithKey {
			return err
		}
		return w.file(folderDir+name, path)
	})
}

func (w *writer) file(name, path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it was there a moment ago
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return w.add(name, info.Size(), f)
}

// manifest writes what was written.
func (w *writer) manifest() error {
	slices.Sort(w.made.Damaged)
	data, err := json.MarshalIndent(&w.made, "", "\t")
	if err != nil {
		return err
	}
	return w.addBytes(manifestName, append(data, '\n'))
}

// Save writes a backup to a file that is there whole or not at all, and that nobody but
// its owner reads. One that is there is not replaced.
func Save(ctx context.Context, name string, c Config) (_ *Manifest, err error) {
	if _, err := os.Lstat(name); err == nil {
		return nil, ledger.Refuse(ledger.Conflict, "file-exists", "", "文件 %s 已存在", "the file %s exists already", name)
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			f.Close() // if it is not closed
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	m, err := Write(ctx, f, c)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return nil, err
	}
	return m, syncDir(filepath.Dir(name))
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
