package folder

import (
	"errors"
	"os"
	"path/filepath"

	"mingzhang/ledger"
)

// lockFile is locked by whoever uses the folder, along with others, and by a restore for
// itself.
const lockFile = "folder.lock"

// use locks the folder along with others, until the file is closed.
func (f *Folder) use() (*os.File, error) { return lockIn(f.dir, false) }

// Alone locks a folder for a restore, until it is let go. One that is in use is refused:
// what a restore writes would be in its server's way. A folder that is not there is made.
func Alone(dir string) (letGo func() error, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := lockIn(dir, true)
	if err != nil {
		return nil, err
	}
	return f.Close, nil
}

func lockIn(dir string, alone bool) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	had, err := lock(f, alone)
	if had {
		return f, nil
	}
	if err == nil && alone {
		err = ledger.Refuse(ledger.Conflict, "folder-used", "data", "数据目录 %s 正被使用：请先停止其服务器", "the data folder %s is in use: stop its server first", dir)
	} else if err == nil {
		err = ledger.Refuse(ledger.Conflict, "folder-restored", "data", "正在向数据目录 %s 恢复备份", "a backup is being restored into the data folder %s", dir)
	}
	return nil, errors.Join(err, f.Close())
}
