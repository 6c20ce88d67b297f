package store

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// Search finds what a visitor types into the one box: the index or leaf hash of a
// record, a filing number, a USCC, or a part of a name. It never looks at what a seal
// holds.
func (s *Store) Search(ctx context.Context, text string, limit int) ([]view.Hit, error) {
	text = strings.TrimSpace(text)
	if text == "" || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return nil, nil // PostgreSQL refuses what is no text, and no name holds it
	}
	if hash, ok := asHash(text); ok {
		index, found, err := s.leafIndex(ctx, hash)
		if err != nil || !found {
			return nil, err
		}
		return s.hit(ctx, index)
	}
	var hits []view.Hit
	if index, err := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64); err == nil {
		if hits, err = s.hit(ctx, index); err != nil {
			return nil, err
		}
	}
	named, err := s.named(ctx, text, limited(limit))
	for _, h := range named {
		if len(hits) < limited(limit) && !slices.Contains(hits, h) {
			hits = append(hits, h)
		}
	}
	return hits, err
}

// hit gives the record with an index, if there is one.
func (s *Store) hit(ctx context.Context, index int64) ([]view.Hit, error) {
	r, err := s.Record(ctx, index)
	if ledger.KindOf(err) == ledger.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	h := view.Hit{Index: index, Type: r.Record.Type()}
	switch w := r.Record.What.(type) {
	case *ledger.Organization:
		h.Name = w.Name
	case *ledger.Project:
		h.Name = w.Name
	}
	return []view.Hit{h}, nil
}

// named finds projects and organizations by name or number, those whose name begins
// with the text first.
func (s *Store) named(ctx context.Context, text string, limit int) (hits []view.Hit, err error) {
	pattern := contains(text)
	err = s.reads.WithContext(ctx).Raw(`SELECT idx AS "index", 'project' AS type, name, CASE WHEN lower(name) LIKE lower(@begin) ESCAPE '\' THEN 0 ELSE 1 END AS late FROM projects
			WHERE lower(name) LIKE lower(@text) ESCAPE '\' OR filing = @code
		UNION ALL SELECT idx, 'organization', name, CASE WHEN lower(name) LIKE lower(@begin) ESCAPE '\' THEN 0 ELSE 1 END FROM organizations
			WHERE lower(name) LIKE lower(@text) ESCAPE '\' OR upper(code) = upper(@code)
		ORDER BY 4, 1 DESC `+atMost(limit),
		map[string]any{"text": pattern, "begin": strings.TrimPrefix(pattern, "%"), "code": strings.ToUpper(text)}).Scan(&hits).Error
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
