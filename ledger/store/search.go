package store

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// Search finds what a visitor types into the one box: the index or leaf hash of a
// record, a filing number, a USCC, or a part of a name. It never looks at what a seal
// holds.
func (s *Store) Search(ctx context.Context, text string, limit int) ([]view.Hit, error) {
	text = strings.TrimSpace(text)
	var hits []view.Hit
	if index, err := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64); err == nil {
		if r, err := s.Record(ctx, index); err == nil {
			hits = append(hits, view.Hit{Index: index, Type: r.Record.Type()})
		}
	}
	if hash, ok := asHash(text); ok {
		index, found, err := s.leafIndex(ctx, hash)
		if err != nil {
			return nil, err
		}
		if found {
			r, err := s.Record(ctx, index)
			if err != nil {
				return nil, err
			}
			hits = append(hits, view.Hit{Index: index, Type: r.Record.Type()})
		}
		return hits, nil
	}
	if text == "" {
		return hits, nil
	}
	named, err := s.named(ctx, text, limited(limit))
	return append(hits, named...), err
}

// named finds projects and organizations by name or number, those whose name begins
// with the text first.
func (s *Store) named(ctx context.Context, text string, limit int) (hits []view.Hit, err error) {
	pattern := contains(text)
	err = s.reads.WithContext(ctx).Raw(`SELECT idx AS "index", 'project' AS type, name, CASE WHEN lower(name) LIKE @begin ESCAPE '\' THEN 0 ELSE 1 END AS late FROM projects
			WHERE lower(name) LIKE @text ESCAPE '\' OR filing = @code
		UNION ALL SELECT idx, 'organization', name, CASE WHEN lower(name) LIKE @begin ESCAPE '\' THEN 0 ELSE 1 END FROM organizations
			WHERE lower(name) LIKE @text ESCAPE '\' OR code = @code
		ORDER BY 4, 1 DESC LIMIT @limit`,
		map[string]any{"text": pattern, "begin": strings.TrimPrefix(pattern, "%"), "code": strings.ToUpper(text), "limit": limit}).Scan(&hits).Error
	return hits, err
}

// asHash reads a hash as hexadecimal digits or base64.
func asHash(text string) (tlog.Hash, bool) {
	data, err := hex.DecodeString(strings.TrimPrefix(text, "sha256:"))
	if err != nil || len(data) != tlog.HashSize {
		data, err = base64.StdEncoding.DecodeString(text)
	}
	if err != nil || len(data) != tlog.HashSize {
		return tlog.Hash{}, false
	}
	return tlog.Hash(data), true
}

// leafIndex finds a leaf by its hash. The tiles have all hashes in their order, so no
// index of them is kept: the database looks through the tiles, and what is in none
// yet is hashed here.
func (s *Store) leafIndex(ctx context.Context, hash tlog.Hash) (int64, bool, error) {
	var rows []struct {
		Number int64
		Hashes []byte
	}
	db := s.reads.WithContext(ctx)
	if err := db.Raw("SELECT number, hashes FROM tiles WHERE level = 0 AND "+s.d.position("hashes")+" > 0 ORDER BY number LIMIT 2", hash[:]).Scan(&rows).Error; err != nil {
		return 0, false, err
	}
	for _, r := range rows {
		if i := leafIn(r.Hashes, hash); i >= 0 {
			return r.Number*proof.TileWidth + int64(i), true, nil
		}
	}
	head, err := s.Head(ctx)
	if err != nil {
		return 0, false, err
	}
	begun := head.Size / proof.TileWidth * proof.TileWidth
	last, err := readRange(db, begun, head.Size-begun)
	for i, bytes := range last {
		if record.Hash(bytes) == hash {
			return begun + int64(i), true, nil
		}
	}
	return 0, false, err
}

// leafIn gives the place of a hash within a tile, −1 for none.
func leafIn(hashes []byte, hash tlog.Hash) int {
	for i := 0; i+tlog.HashSize <= len(hashes); i += tlog.HashSize {
		if bytes.Equal(hashes[i:i+tlog.HashSize], hash[:]) {
			return i / tlog.HashSize
		}
	}
	return -1
}
