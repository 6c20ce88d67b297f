package folder

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// Restored is from when a backup was that a folder was restored from.
type Restored struct {
	Made time.Time `json:"made"`
	Size int64     `json:"size"` // records that it had
}

// restoredFile is there until what was recorded after the backup was brought back.
const restoredFile = "restored"

// Adopt makes the folder of a log that is not new: with its name, and with its secret and
// signing key unless they lie there already. nil stands for one that is not at hand. A
// folder that then lacks one is refused (NotFound, "keys-missing"), and so is the folder
// of another log. What lies there is never replaced.
func Adopt(dir, origin string, secret, keys []byte) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f := &Folder{dir: dir}
	for name, data := range map[string][]byte{secretFile: secret, signerFile: keys} {
		if data != nil {
			if err := once(f.path(name), data); err != nil {
				return nil, err
			}
		}
		if _, err := os.Stat(f.path(name)); errors.Is(err, fs.ErrNotExist) {
			return nil, ledger.Refuse(ledger.NotFound, "keys-missing", "data", "备份不含 %[1]s，数据目录 %[2]s 里也没有：请先从保管处放入", "the backup does not have %s, and neither has the data folder %s: put it there first, from where it is kept", name, dir)
		}
	}
	if err := once(f.path(originFile), []byte(origin+"\n")); err != nil {
		return nil, err
	}
	return Open(dir, origin)
}

// Dir is where the folder lies.
func (f *Folder) Dir() string { return f.dir }

// Restoring notes that what was recorded after a backup is to be brought back. Until
// CaughtUp no book opens on this folder: it would give the numbers of lost records to
// others.
func (f *Folder) Restoring(r Restored) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return once(f.path(restoredFile), append(data, '\n'))
}

// Restored is what Restoring noted, nil for nothing. What cannot be read binds as
// well, and has no time.
func (f *Folder) Restored() (*Restored, error) {
	data, err := os.ReadFile(f.path(restoredFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := new(Restored)
	if json.Unmarshal(data, r) != nil {
		return new(Restored), nil
	}
	return r, nil
}

// CaughtUp ends what Restoring began.
func (f *Folder) CaughtUp() error {
	err := os.Remove(f.path(restoredFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Published keeps the published checkpoint, for who brings back records.
func (f *Folder) Published() book.File { return book.File(f.path("checkpoint")) }

// keeper keeps the published checkpoint, for a book.
type keeper struct {
	book.File
	folder *Folder
}

// Load refuses while records are to be brought back.
func (k keeper) Load() ([]byte, error) {
	r, err := k.folder.Restored()
	if err != nil {
		return nil, err
	}
	if r == nil {
		return k.File.Load()
	}
	return nil, ledger.Refuse(ledger.Conflict, "restore-unfinished", "data", "数据目录是从 %[1]s 的备份（%[2]d 条记录）恢复的，其后的记录尚未补齐：请先执行 catch-up",
		"the data folder was restored from a backup of %s (%d records), and what was recorded since is not brought back yet: run catch-up first", r.Made.Format(time.RFC3339), r.Size)
}
