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
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"mingzhang/ledger"
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
		return Over(NewWeb(u)), nil
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
		return limited(f, path, maxFile)
	}
}

// Over gives the mirror that a server is.
func Over(w *Web) *Mirror {
	return &Mirror{func(ctx context.Context, path string) ([]byte, error) { return w.Get(ctx, path, nil, maxFile) }}
}

// limited reads no more than may be there: whoever answers may send without an end.
func limited(r io.Reader, path string, most int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(data)) > most {
		err = ledger.Refuse(ledger.Corrupt, "file-too-long", "", "%s 超过 %d 字节，不可能是这样的内容", "%s has more than %d bytes, and nothing of the kind has", path, most)
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
			if records, err = m.Range(ctx, at, step, size); err != nil {
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

const (
	step     = 16 * proof.TileWidth // records that Records asks for at once
	together = 4                    // bundles that are on their way at a time
)

// Range gives up to n records from an index on, of a log that has size: fewer at its
// end.
func (m *Mirror) Range(ctx context.Context, from, n, size int64) ([][]byte, error) {
	end := min(from+n, size)
	if from >= end {
		return nil, nil
	}
	first := from / proof.TileWidth
	bundles := make([][][]byte, (end-1)/proof.TileWidth-first+1)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(together)
	for i := range bundles {
		group.Go(func() (err error) {
			bundles[i], err = m.bundle(ctx, max(from, (first+int64(i))*proof.TileWidth), size)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(bundles...)[:end-from], nil
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
		err = ledger.Refuse(ledger.Corrupt, "bundle", "", "第 %d 个记录包有 %d 条记录，应有 %d 条", "the entry bundle %d has %d records and should have %d", number, len(records), width)
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
	return m.Tiles(context.Background()).ReadTile(t)
}

// Tiles reads tiles until ctx ends.
func (m *Mirror) Tiles(ctx context.Context) proof.TileReader { return tiles{m, ctx} }

type tiles struct {
	*Mirror
	ctx context.Context
}

// ReadTile gives a tile. A mirror may hold the full one where the checkpoint has a part.
func (t tiles) ReadTile(tile proof.Tile) ([]byte, error) {
	data, err := t.fetch(t.ctx, tile.Path())
	if errors.Is(err, os.ErrNotExist) && tile.Width < proof.TileWidth {
		tile.Width = proof.TileWidth
		data, err = t.fetch(t.ctx, tile.Path())
	}
	return data, err
}
