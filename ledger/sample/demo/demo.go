// Package demo keeps the accounts of the made city in a data folder, anchored on an
// embedded ledger: what "mingzhang demo" serves.
//
// The folder is there whole or not at all. It is filled under another name beside its
// place and gets its own when everything is in it; what a killed program left behind
// has no part in it, and the next one begins anew.
package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/sample"
)

// Origin is the name of the city's log.
const Origin = "mingzhang.example/nanzhu"

// cityFile says where a reader finds what. It is written last.
const cityFile = "city.json"

// Load gives the city of a folder, which it fills first where there is nothing. A folder
// with other things in it is refused.
func Load(ctx context.Context, dir string, now time.Time, log *slog.Logger) (*sample.City, error) {
	data, err := os.ReadFile(filepath.Join(dir, cityFile))
	if errors.Is(err, fs.ErrNotExist) {
		return build(ctx, dir, now, log)
	}
	city := new(sample.City)
	if err == nil {
		err = json.Unmarshal(data, city)
	}
	if err != nil {
		return nil, fmt.Errorf("read where things are in the sample: %w", err)
	}
	return city, nil
}

// unfinished is what the name of a folder that is being filled goes on with.
const unfinished = ".unfinished-"

// build fills a folder beside the one that is asked for, and renames it.
func build(ctx context.Context, dir string, now time.Time, log *slog.Logger) (*sample.City, error) {
	if err := vacant(dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return nil, err
	}
	if err := sweep(dir, log); err != nil {
		return nil, fmt.Errorf("remove a sample that was not finished: %w", err)
	}
	work, err := os.MkdirTemp(filepath.Dir(dir), filepath.Base(dir)+unfinished+"*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work) // of no effect once it has its name
	city, err := fill(ctx, work, now, log)
	if err != nil {
		return nil, err
	}
	if err := keep(filepath.Join(work, cityFile), city); err != nil {
		return nil, err
	}
	// An empty folder may be there already: os.Rename would not take its place.
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return city, os.Rename(work, dir)
}

// vacant refuses a folder that has something in it.
func vacant(dir string) error {
	there, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && len(there) > 0 {
		return ledger.Refuse(ledger.Conflict, "folder-not-sample", "data",
			"目录 %s 中已有其他内容，样例只写入空目录", "there are other things in the folder %s: the sample goes into an empty one", dir)
	}
	return err
}

// dead is how old a folder is that nobody fills any more: it takes seconds.
const dead = 10 * time.Minute

// sweep removes what programs that were killed left behind.
func sweep(dir string, log *slog.Logger) error {
	beside, err := os.ReadDir(filepath.Dir(dir))
	for _, e := range beside {
		path := filepath.Join(filepath.Dir(dir), e.Name())
		info, gone := e.Info()
		if gone != nil || !strings.HasPrefix(e.Name(), filepath.Base(dir)+unfinished) || time.Since(info.ModTime()) < dead {
			continue
		}
		log.Info("a sample that was not finished is removed", "folder", path)
		err = errors.Join(err, os.RemoveAll(path))
	}
	return err
}

// keep writes the city where the next start finds it.
func keep(path string, city *sample.City) error {
	data, err := json.MarshalIndent(city, "", "\t")
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}
