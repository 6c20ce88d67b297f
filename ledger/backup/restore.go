package backup

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/evidence"
	"mingzhang/ledger/folder"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store"
)

// Target says where a book is restored to.
type Target struct {
	Data     string // the data folder, which need not be there
	Database string // sqlite:FILE or postgres://…; a file in the data folder if ""
	Evidence string // where files of evidence are to lie; the data folder if ""
	Last     bool   // nothing was recorded after the backup: no catch-up is needed
}

// Restored says what a restore did.
type Restored struct {
	*Manifest
	Folder    *folder.Folder
	Published int64 // size of the published checkpoint that is kept now: beyond Size where the folder knew a later one
}

// Restore makes a book of a backup. Everything is held against the manifest before
// anything is written. What lies in the data folder already stays: its keys, which
// must be those of the backup's log, its evidence, the embedded ledger's blocks, and a
// later checkpoint, by which an old backup is noticed. The database must be empty; it is
// filled in one transaction, and only if its records give the root of its log.
//
// A folder in use is refused, too, and both before anything is written: what a refused
// restore left in a folder would keep its server from starting again.
func Restore(ctx context.Context, name string, to Target) (_ *Restored, err error) {
	c, err := check(ctx, name)
	if err != nil {
		return nil, err
	}
	if to.Database == "" {
		to.Database = "sqlite:" + folder.Database(to.Data)
	}
	if err := store.Empty(ctx, to.Database); err != nil {
		return nil, fmt.Errorf("restore the database: %w", err)
	}
	letGo, err := folder.Alone(to.Data)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, letGo()) }()
	f, err := folder.Adopt(to.Data, c.Origin, c.keys["secret"], c.keys["log.key"])
	if err != nil {
		return nil, err
	}
	r := &restoring{ctx: ctx, name: name, to: to, checked: c, folder: f}
	if err := r.prepare(); err != nil {
		return nil, err
	}
	if err := r.files(); err != nil {
		return nil, err
	}
	if err := r.database(); err != nil {
		return nil, err
	}
	return r.finish()
}

// restoring is a restore on its way.
type restoring struct {
	*checked
	ctx    context.Context
	name   string
	to     Target
	folder *folder.Folder
}

// prepare makes sure that the folder is of the same log, and holds it.
func (r *restoring) prepare() error {
	kept, err := r.folder.Published().Load()
	if err != nil {
		return err
	}
	rotated := kept != nil // the folder has gone on since the backup, and its key may have changed
	if hexOf(sha256.Sum256(r.folder.Secret)) != r.Secret || r.folder.LogKey != r.LogKey && !rotated {
		return ledger.Refuse(ledger.Conflict, "keys-other", "data", "数据目录 %s 中的密钥不是备份所属日志的密钥", "the keys in the data folder %s are not those of the log that the backup is of", r.to.Data)
	}
	if err := r.ledgerKeys(); err != nil {
		return err
	}
	if checkpoint := r.keys["checkpoint"]; checkpoint != nil {
		if _, err := r.open(checkpoint); err != nil {
			return fmt.Errorf("the checkpoint in the backup: %w", err)
		}
	}
	known, err := r.published()
	if err != nil {
		return err
	}
	if r.to.Last && known > r.Size {
		return ledger.Refuse(ledger.Conflict, "backup-not-last", "", "日志已公布到 %d 条记录，而备份只有 %d 条：备份之后还有记录，须用 catch-up 补齐", "the log was published up to %d records, and the backup has %d: more was recorded after it, to be brought back by catch-up", known, r.Size)
	}
	return r.folder.Restoring(folder.Restored{Made: r.Made, Size: r.Size})
}

// ledgerKeys makes sure that an embedded ledger can go on: with new keys, its old blocks
// would be a stranger's.
func (r *restoring) ledgerKeys() error {
	blocks := slices.ContainsFunc(r.Files, func(f File) bool { return strings.HasPrefix(f.Name, folderDir+"ledger/blocks/") })
	_, err := os.Stat(filepath.Join(r.folder.Ledger(), "keys", "node"))
	if !blocks || err == nil || r.keys["ledger/keys/node"] != nil {
		return nil
	}
	return ledger.Refuse(ledger.NotFound, "keys-missing", "data", "备份不含 %[1]s，数据目录 %[2]s 里也没有：请先从保管处放入", "the backup does not have %s, and neither has the data folder %s: put it there first, from where it is kept", "ledger/keys", r.to.Data)
}

// published is how long the log was when the folder last published it; 0 for never.
func (r *restoring) published() (int64, error) {
	msg, err := r.folder.Published().Load()
	if err != nil || msg == nil {
		return 0, err
	}
	cp, err := r.open(msg)
	if err != nil {
		return 0, fmt.Errorf("the checkpoint in the data folder: %w", err)
	}
	return cp.Size, nil
}

// open checks a checkpoint of the log; during a change of its key it may bear either's
// signature.
func (r *restoring) open(msg []byte) (proof.Checkpoint, error) {
	verifier, err := note.NewVerifier(r.LogKey)
	if err != nil {
		return proof.Checkpoint{}, refuse("日志公钥无法读取", "the log's key cannot be read")
	}
	cp, _, err := proof.OpenCheckpoint(msg, r.Origin, verifier)
	if err != nil {
		cp, _, err = proof.OpenCheckpoint(msg, r.Origin, r.folder.Verifier)
	}
	return cp, err
}

// each gives the entries of the archive, which were checked before.
func (r *restoring) each(do func(name string, from io.Reader) error) error {
	a, err := openArchive(r.name)
	if err != nil {
		return err
	}
	defer a.close()
	for _, want := range r.Files {
		h, err := a.Next()
		if err == nil && h.Name != want.Name {
			err = errors.New("the file has changed meanwhile")
		}
		if err := cmpErr(err, r.ctx.Err()); err != nil {
			return err
		}
		if err := do(want.Name, a); err != nil {
			return fmt.Errorf("%s: %w", want.Name, err)
		}
	}
	return nil
}

// files puts back what is not in the database.
func (r *restoring) files() (err error) {
	place := r.to.Evidence
	if place == "" {
		place = r.folder.Evidence()
	}
	files, err := evidence.Open(r.ctx, place)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	files.Limit = 1 << 40 // what was let in once is let in again
	blocks, err := filepath.Glob(filepath.Join(r.folder.Ledger(), "blocks", "*.blocks"))
	if err != nil {
		return err
	}
	return r.each(func(name string, from io.Reader) error {
		if digits, ok := strings.CutPrefix(name, evidenceDir); ok {
			return putEvidence(r.ctx, files, "sha256:"+digits, from)
		}
		rel, ok := strings.CutPrefix(name, folderDir)
		if !ok || rel == "checkpoint" || len(blocks) > 0 && strings.HasPrefix(rel, "ledger/") {
			return nil
		}
		return putFile(filepath.Join(r.folder.Dir(), filepath.FromSlash(rel)), from)
	})
}

func putEvidence(ctx context.Context, files *evidence.Store, hash string, from io.Reader) error {
	e, err := files.Put(ctx, from, "")
	if err == nil && e.Hash != hash {
		err = refuse("凭证文件的内容与其名称不符", "the bytes of an evidence file are not those of its name")
	}
	return err
}

// putFile writes a file durably, unless one lies there.
func putFile(path string, from io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = io.Copy(f, from)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// database fills the database.
func (r *restoring) database() error {
	from, err := openDumped(r.ctx, r.name, r.Manifest)
	if err != nil {
		return err
	}
	defer from.close()
	s, err := store.Restore(r.ctx, r.to.Database, from)
	if err != nil {
		return fmt.Errorf("restore the database: %w", err)
	}
	return s.Close()
}

// finish keeps the later checkpoint, and lets the folder go where nothing is to be
// brought back.
func (r *restoring) finish() (*Restored, error) {
	if checkpoint := r.keys["checkpoint"]; checkpoint != nil {
		if err := r.folder.Published().Save(checkpoint); err != nil && !errors.Is(err, book.ErrLonger) {
			return nil, fmt.Errorf("keep the checkpoint: %w", err)
		}
	}
	published, err := r.published()
	if err == nil && r.to.Last {
		err = r.folder.CaughtUp()
	}
	return &Restored{r.Manifest, r.folder, published}, err
}
