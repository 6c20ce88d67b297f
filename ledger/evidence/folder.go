package evidence

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// A driver for folders (fileblob) renames a finished file into place and asks for no
// more: after a power cut the name, the bytes or both may be gone. So Put syncs the
// file through the handle that the driver lends, and the functions here make and
// sync the folders. Buckets elsewhere are durable when their writer closes.

// makeFolder makes a folder and those above it, so that each survives a power cut.
func makeFolder(path string) error {
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return errors.Join(err, os.Mkdir(path, 0o700))
	}
	above := filepath.Dir(path)
	if err := makeFolder(above); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(above)
}

// syncFolder makes the names in a folder durable.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// own keeps other users of the machine out of a file, whatever the umask and the
// mode of a folder that was there before.
func own(f *os.File) error {
	if f == nil {
		return nil
	}
	return f.Chmod(0o600)
}

// syncFile makes the bytes of a file durable; f is nil for a bucket without files.
func syncFile(f *os.File) error {
	if f == nil {
		return nil
	}
	return f.Sync()
}
