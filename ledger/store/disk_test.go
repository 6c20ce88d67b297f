package store_test

import (
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mingzhang/ledger/store"
)

// block is what a database reads of its files at once, in bytes.
const block = 8192

// settle brings a database that was just filled to where a server has it that runs for
// long: what it held back is written, and all of its files have been read.
func settle(b *testing.B, s *store.Store, address string) (files []string) {
	b.Helper()
	if file, ok := strings.CutPrefix(address, "sqlite:"); ok {
		files = []string{file}
	} else {
		must(b, s.DB().Exec("VACUUM (ANALYZE)").Error)
		must(b, s.DB().Exec("CHECKPOINT").Error)
		var folder string
		must(b, s.DB().Raw("SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = current_database()").Scan(&folder).Error)
		must(b, filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() {
				files = append(files, path)
			}
			return err
		}))
	}
	for _, path := range files {
		f, err := os.Open(path)
		must(b, err)
		_, err = io.Copy(io.Discard, f)
		must(b, err)
		must(b, f.Close())
	}
	return files
}

// blockOf reads at a random place of files: what the disk gives, if their pages are not
// in memory any more, and no question about them is faster than a few of these.
func blockOf(b *testing.B, files []string) func(*rand.Rand) error {
	var open []*os.File
	var ends []int64 // of each file, on a line of all
	var end int64
	for _, path := range files {
		f, err := os.Open(path)
		must(b, err)
		b.Cleanup(func() { f.Close() })
		info, err := f.Stat()
		must(b, err)
		if info.Size() < block {
			continue
		}
		end += info.Size()
		open, ends = append(open, f), append(ends, end)
	}
	return func(r *rand.Rand) error {
		at, i := r.Int64N(end), 0
		for ends[i] <= at {
			i++
		}
		_, err := open[i].ReadAt(make([]byte, block), (ends[i]-at)/block*block)
		if err == io.EOF {
			err = nil
		}
		return err
	}
}
