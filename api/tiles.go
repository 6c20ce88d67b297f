package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
)

// getTile gives a tile of hashes or a bundle of records.
//
//	@Summary		A tile of the log's tree, or a bundle of its records (c2sp.org/tlog-tiles)
//	@Description	Only what the published checkpoint covers. What lies under an address never changes, whatever its width.
//	@Tags			log
//	@Produce		octet-stream
//	@Param			path	path		string	true	"0/x001/067, 1/000.p/17, entries/005"
//	@Success		200		{file}		file
//	@Failure		404,503	{object}	Problem
//	@Router			/tile/{path} [get]
func (s *server) getTile(c *gin.Context) {
	// One tile has one address: an escaped spelling of it is none.
	path := strings.TrimPrefix(c.Request.URL.EscapedPath(), "/")
	t, err := proof.ParseTilePath(path)
	if err != nil || c.Request.URL.RawQuery != "" {
		s.fail(c, noTile(path))
		return
	}
	data, err := s.tile(c.Request.Context(), t)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Header("Cache-Control", "public, max-age=31536000, immutable")
	c.Data(http.StatusOK, "application/octet-stream", data)
}

func (s *server) tile(ctx context.Context, t proof.Tile) ([]byte, error) {
	cp, err := s.latest()
	if err != nil {
		return nil, err
	}
	if !t.In(cp.Size) {
		return nil, noTile(t.Path())
	}
	if t.Level == proof.BundleLevel {
		return s.bundle(ctx, t)
	}
	row, err := s.Store.ReadTile(t)
	if err != nil {
		return nil, err
	}
	width := t.Width * tlog.HashSize
	if len(row) < width {
		return nil, noTile(t.Path())
	}
	return row[:width], nil // a narrower tile is the beginning of the wider one
}

func (s *server) bundle(ctx context.Context, t proof.Tile) ([]byte, error) {
	records, err := s.Store.Bundle(ctx, t.Number, t.Width)
	var data []byte
	for _, r := range records {
		if err == nil {
			data, err = proof.AppendEntry(data, r)
		}
	}
	return data, err
}

func noTile(path string) error {
	return ledger.Refuse(ledger.NotFound, "no-such-tile", "", "没有瓦片 %.80s", "there is no tile %.80s", path)
}
