// Package folder is what a server keeps outside its database: the log's signing key,
// the secret of its look-ups, the published checkpoint, and where files and the
// embedded ledger's blocks lie. Whoever steals the database without it learns nothing
// that is sealed and can sign nothing; whoever rolls the database back is found out.
package folder

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// Folder is an open folder. Several processes may have the same one open.
type Folder struct {
	dir      string
	Origin   string // the log's name
	Secret   []byte
	Signer   note.Signer
	Verifier note.Verifier
	LogKey   string      // the log's public key, as anyone gets it
	Next     note.Signer // of the key that is to follow; nil for none
	NextKey  string      // its public key
}

// Names of the files.
const (
	originFile = "origin"
	secretFile = "secret"
	signerFile = "log.key"
	nextFile   = "log.next.key"
)

// Open opens a folder, or makes one. The origin is fixed when it is made, and may be
// left out afterwards; another one is then refused. A folder that lost one of its files
// is refused: a new secret or key would quietly make another book of it.
func Open(dir, origin string) (*Folder, error) {
	f := &Folder{dir: dir}
	made, err := os.ReadFile(f.path(originFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = f.make(origin)
	case err == nil && origin != "" && origin != strings.TrimSpace(string(made)):
		err = ledger.Refuse(ledger.Conflict, "origin-other", "origin", "数据目录属于日志 %s，不是 %s", "the data folder is that of the log %s, not of %s", strings.TrimSpace(string(made)), origin)
	}
	if err != nil {
		return nil, err
	}
	return f, f.read()
}

// Existing opens a folder that is there. Where none is, a name or a place was mistyped as
// a rule: nothing is made (NotFound, "no-book").
func Existing(dir, origin string) (*Folder, error) {
	if _, err := os.Stat(filepath.Join(dir, originFile)); errors.Is(err, fs.ErrNotExist) {
		return nil, ledger.Refuse(ledger.NotFound, "no-book", "data", "%s 中没有账本", "there is no book in %s", dir)
	}
	return Open(dir, origin)
}

func (f *Folder) path(name string) string { return filepath.Join(f.dir, name) }

// make puts a new log's files into an empty folder, the origin last: with it the folder
// is whole. Of several processes that do so at once, the first to write each file wins.
func (f *Folder) make(origin string) error {
	if origin == "" {
		return ledger.Refuse(ledger.Invalid, "origin-missing", "origin", "首次使用须以 --origin 为日志命名，例如 mingzhang.example/gz", "a new log needs a name: --origin mingzhang.example/gz")
	}
	skey, vkey, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return fmt.Errorf("make the keys of the log: %w", err)
	}
	if _, err := note.NewVerifier(vkey); err != nil { // a key is made for any name, and read for a good one
		return ledger.Refuse(ledger.Invalid, "origin-unreadable", "origin", "日志名不能含空格或加号", "the name of a log has no space and no plus")
	}
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	secret := make([]byte, 32)
	rand.Read(secret)
	err = errors.Join(once(f.path(secretFile), secret), once(f.path(signerFile), []byte(skey+"\n"+vkey+"\n")))
	if err != nil {
		return fmt.Errorf("make the keys of the log: %w", err)
	}
	return once(f.path(originFile), []byte(origin+"\n"))
}

// once writes a file that only its owner reads, durably, unless it is there.
func once(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// read takes the files in hand.
func (f *Folder) read() error {
	origin, err := f.kept(originFile)
	if err != nil {
		return err
	}
	f.Origin = strings.TrimSpace(string(origin))
	if f.Secret, err = f.kept(secretFile); err != nil {
		return err
	}
	if len(f.Secret) < 32 {
		return f.broken(secretFile)
	}
	if f.Signer, f.Verifier, f.LogKey, err = f.key(signerFile); err != nil {
		return err
	}
	if _, err := os.Stat(f.path(nextFile)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	f.Next, _, f.NextKey, err = f.key(nextFile)
	return err
}

// key reads a key of the log: a line with the signing key, and one with its verifier.
func (f *Folder) key(name string) (note.Signer, note.Verifier, string, error) {
	keys, err := f.kept(name)
	if err != nil {
		return nil, nil, "", err
	}
	skey, vkey, ok := bytes.Cut(bytes.TrimSpace(keys), []byte("\n"))
	if !ok {
		return nil, nil, "", f.broken(name)
	}
	signer, err := note.NewSigner(string(skey))
	if err != nil {
		return nil, nil, "", f.broken(name)
	}
	verifier, err := note.NewVerifier(string(vkey))
	if err != nil || verifier.Name() != f.Origin || signer.KeyHash() != verifier.KeyHash() {
		return nil, nil, "", f.broken(name)
	}
	return signer, verifier, string(vkey), nil
}

// kept reads a file that holds a secret. Others must not be able to read it.
func (f *Folder) kept(name string) ([]byte, error) {
	info, err := os.Stat(f.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, f.broken(name)
	}
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, ledger.Refuse(ledger.Forbidden, "folder-open", "data", "数据目录中的 %s 可被他人读取，请执行 chmod 600", "others can read %s in the data folder: chmod 600 it", name)
	}
	return os.ReadFile(f.path(name))
}

func (f *Folder) broken(name string) error {
	return ledger.Refuse(ledger.Corrupt, "folder-broken", "data", "数据目录 %s 缺少或损坏了 %s，请从备份恢复", "the data folder %s has lost %s, or it is damaged: put it back from a backup", f.dir, name)
}

// Writable tries to write here what a checkpoint takes, and leaves nothing.
func (f *Folder) Writable() error {
	tmp, err := os.CreateTemp(f.dir, ".try-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(make([]byte, 4096))
	return errors.Join(err, tmp.Sync(), tmp.Close())
}

// Keeper keeps the published checkpoint here. It refuses a book while the folder waits
// for records to be brought back: see Restoring.
func (f *Folder) Keeper() book.Keeper { return keeper{f.Published(), f} }

// Witnesses is where the last checkpoint that each witness signed is kept.
func (f *Folder) Witnesses() string { return f.path("witnesses") }

// Evidence is where files of evidence lie, unless they lie elsewhere.
func (f *Folder) Evidence() string { return f.path("evidence") }

// Ledger is where the embedded ledger keeps its blocks.
func (f *Folder) Ledger() string { return f.path("ledger") }

// Database is the file of the embedded database.
func (f *Folder) Database() string { return Database(f.dir) }

// Database is the file of the embedded database in a folder that need not be there.
func Database(dir string) string { return filepath.Join(dir, "book.db") }
