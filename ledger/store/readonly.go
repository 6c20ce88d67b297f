package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"mingzhang/ledger"
)

// OpenRead opens a database that is there, for who only reads: nothing is written to it,
// so that a role that may read, or a file on media that cannot be written, will do. One of
// another version than the program's is refused and not brought to it.
//
// Close says where a file was written to by somebody who could not be seen meanwhile: what
// was read is then of no one moment.
func OpenRead(ctx context.Context, address string) (*Store, error) {
	s := &Store{}
	var reads *sql.DB
	file, err := s.chosen(address)
	switch s.d.(type) {
	case sqliteDialect:
		reads, s.still, err = readSQLite(file)
	case postgresDialect:
		reads, err = readPostgres(address)
	}
	if err == nil {
		err = s.readBy(reads)
	}
	if err == nil {
		err = s.sameVersion(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

var errReading = errors.New("the database was opened to be read only")

// sameVersion refuses a database that is not of the program's version.
func (s *Store) sameVersion(ctx context.Context) error {
	files, err := s.steps()
	if err != nil {
		return err
	}
	done, err := numbers(s.reads.WithContext(ctx).Raw(selectVersion))
	switch {
	case err != nil:
		return fmt.Errorf("read the version of the database: %w", err)
	case int(done[0]) > len(files):
		return newer(int(done[0]), len(files))
	case int(done[0]) < len(files):
		return ledger.Refuse(ledger.Conflict, "database-older", "database",
			"数据库是版本 %d，本程序用的是版本 %d。只读打开，不作升级：请改用与数据库同版的程序，或先由保管者用新版程序启动一次服务完成升级",
			"the database has version %d, and this program works with %d. It is opened to be read only and is not migrated: use the program of its version, or have its owner start the server with the newer program once",
			done[0], len(files))
	}
	return nil
}

// readSQLite opens a file to be read. While another program has it open there is an index of
// the write-ahead log beside it (-shm), by which readers and writers see each other. Without
// it, SQLite would make one, and leave it there. Then nobody writes, and the file is read
// without it: with the log that a killed program left, or as it is. Somebody may begin to
// write, which still tells.
func readSQLite(file string) (reads *sql.DB, still func() error, err error) {
	file, err = filepath.EvalSymlinks(file) // SQLite looks for the files beside it where it really is
	if err != nil {
		return nil, nil, fmt.Errorf("open the database file: %w", err)
	}
	before, err := os.Stat(file)
	if err != nil {
		return nil, nil, fmt.Errorf("open the database file: %w", err)
	}
	address := "file:" + (&url.URL{Path: file}).EscapedPath() + "?mode=ro&_pragma=busy_timeout(10000)"
	if there(file+"-shm") || there(file+"-journal") {
		return readingFile(address), nil, nil
	}
	still = func() error {
		if now, err := os.Stat(file); err != nil || !os.SameFile(now, before) || now.Size() != before.Size() || !now.ModTime().Equal(before.ModTime()) {
			return ledger.Refuse(ledger.Unavailable, "database-changed", "database", "读取期间数据库文件 %s 被其他程序改动，请重新核验", "the database file %s was changed by another program while it was read: try again", file)
		}
		return nil
	}
	if there(file + "-wal") {
		return readingFile(address + "&vfs=" + lockless() + "&_pragma=locking_mode(EXCLUSIVE)"), still, nil // the index is then in memory
	}
	return readingFile(address + "&immutable=1"), still, nil
}

// there says whether a file has anything in it.
func there(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Size() > 0
}

// lockless is what SQLite calls a file system whose files it does not lock: an exclusive lock
// needs a file that can be written.
func lockless() string {
	if runtime.GOOS == "windows" {
		return "win32-none"
	}
	return "unix-none"
}
