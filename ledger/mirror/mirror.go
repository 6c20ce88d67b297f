// Package mirror reads a log from its tiles (C2SP tlog-tiles), over HTTP or from a
// folder. Nothing that it reads is trusted: whoever uses it holds the records against
// a checkpoint that the log signed.
package mirror

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"mingzhang/ledger/proof"
)

// Mirror is a place with a log's tiles.
type Mirror struct {
	fetch func(ctx context.Context, path string) ([]byte, error)
}

// maxFile is the largest file of a log: an entry bundle of 256 of the longest records.
const maxFile = 256 * (2 + 65535)

// Open names a mirror: the address of a log, or a folder.
func Open(place string) (*Mirror, error) {
	if !strings.Contains(place, "://") {
		place = (&url.URL{Scheme: "file", Path: place}).String()
	}
	u, err := url.Parse(place)
	if err != nil {
		return nil, fmt.Errorf("the place of the mirror: %w", err)
	}
	switch u.Scheme {
	case "file":
		return &Mirror{folder(u.Path)}, nil
	case "http", "https":
		return &Mirror{remote(u)}, nil
	}
	return nil, fmt.Errorf("%q is no mirror: a folder or an http address", place)
}

// folder reads the files of a mirrored log.
func folder(dir string) func(context.Context, string) ([]byte, error) {
	return func(_ context.Context, path string) ([]byte, error) {
		f, err := os.Open(filepath.Join(dir, filepath.FromSlash(path)))
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return limited(f, path)
	}
}

// remote asks a server.
func remote(base *url.URL) func(context.Context, string) ([]byte, error) {
	client := &http.Client{Timeout: time.Minute}
	return func(ctx context.Context, path string) ([]byte, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, base.JoinPath(path).String(), nil)
		if err != nil {
			return nil, err
		}
		resp, err := client.Do(req)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		if resp.StatusCode == http.StatusNotFound {
			return nil, fmt.Errorf("%s: %w", path, os.ErrNotExist)
		}
		if resp.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%s: the server answered %s", path, resp.Status)
		}
		return limited(resp.Body, path)
	}
}

func limited(r io.Reader, path string) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%s is longer than any file of a log", path)
	}
	return data, err
}

// Checkpoint gives the latest checkpoint, as signed.
func (m *Mirror) Checkpoint(ctx context.Context) ([]byte, error) { return m.fetch(ctx, "checkpoint") }

// size reads what the checkpoint says, without asking who signed it.
func (m *Mirror) size(ctx context.Context) (int64, error) {
	msg, err := m.Checkpoint(ctx)
	if err != nil {
		return 0, err
	}
	text, _, signed := strings.Cut(string(msg), "\n\n")
	if !signed {
		return 0, errors.New("the checkpoint has no signature")
	}
	cp, err := proof.ParseCheckpoint(text + "\n")
	return cp.Size, err
}

// Records gives records from an index on, in order, as far as the checkpoint goes.
func (m *Mirror) Records(ctx context.Context, from int64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		size, err := m.size(ctx)
		for at := from; err == nil && at < size; {
			var records [][]byte
			if records, err = m.bundle(ctx, at, size); err != nil {
				break
			}
			for _, r := range records {
				if !yield(r, nil) {
					return
				}
			}
			at += int64(len(records))
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// bundle gives the records of one bundle from an index on. A mirror may hold the full
// bundle where the checkpoint has a part of it.
func (m *Mirror) bundle(ctx context.Context, from, size int64) ([][]byte, error) {
	number := from / proof.TileWidth
	width := min(size-number*proof.TileWidth, proof.TileWidth)
	data, err := m.fetch(ctx, entries(number, int(width)).Path())
	if errors.Is(err, os.ErrNotExist) && width < proof.TileWidth {
		data, err = m.fetch(ctx, entries(number, proof.TileWidth).Path())
	}
	if err != nil {
		return nil, err
	}
	records, err := proof.Entries(data)
	if err == nil && int64(len(records)) < width {
		err = fmt.Errorf("bundle %d has %d records and should have %d", number, len(records), width)
	}
	if err != nil {
		return nil, err
	}
	return records[from-number*proof.TileWidth : width], nil
}

func entries(number int64, width int) proof.Tile {
	return proof.Tile{Level: proof.BundleLevel, Number: number, Width: width}
}

// ReadTile implements proof.TileReader.
func (m *Mirror) ReadTile(t proof.Tile) ([]byte, error) {
	return m.fetch(context.Background(), t.Path())
}
