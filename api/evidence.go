package api

import (
	"context"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// getEvidence gives a public file.
//
//	@Summary		A public evidence file
//	@Description	A file that is not public is refused as one that is not there.
//	@Tags			read
//	@Produce		octet-stream
//	@Param			hash	path		string	true	"sha256: and 64 hexadecimal digits"
//	@Success		200		{file}		file
//	@Failure		404		{object}	Problem
//	@Router			/v1/evidence/{hash} [get]
func (s *server) getEvidence(c *gin.Context) {
	index, e, err := s.file(c, c.Param("hash"))
	if err == nil && !e.Public {
		err = noEvidence()
	}
	if err == nil {
		err = s.serve(c, index, *e)
	}
	if err != nil {
		s.fail(c, err)
	}
}

// getOriginal gives a file to those who may see what is not public.
//
//	@Summary		An evidence file, or the original that a redacted one was made of
//	@Description	For regulators and auditors, and the organization that brought it.
//	@Tags			audit
//	@Security		key
//	@Produce		octet-stream
//	@Param			hash		path		string	true	"sha256: and 64 hexadecimal digits"
//	@Success		200			{file}		file
//	@Failure		401,403,404	{object}	Problem
//	@Router			/v1/evidence/{hash}/original [get]
func (s *server) getOriginal(c *gin.Context) {
	index, e, err := s.file(c, c.Param("hash"))
	if err == nil && e.Redacted != "" {
		index, e, err = s.file(c, e.Redacted)
	}
	if err == nil {
		err = s.allowedEvidence(c, e.Hash)
	}
	if err == nil {
		e.Public = false // what is sent to one reader is for no cache
		err = s.serve(c, index, *e)
	}
	if err != nil {
		s.fail(c, err)
	}
}

// file gives what is recorded of a file.
func (s *server) file(c *gin.Context, hash string) (int64, *ledger.Evidence, error) {
	if err := s.query(c).done(); err != nil {
		return 0, nil, err
	}
	if ledger.CheckHash("hash", hash) != nil {
		return 0, nil, noEvidence()
	}
	return s.Store.Evidence(c.Request.Context(), hash)
}

// noEvidence is the refusal that the store has for a file that nobody recorded.
func noEvidence() error {
	return ledger.Refuse(ledger.NotFound, "no-such-evidence", "", "没有登记这个凭证文件", "no such file is registered")
}

// serve sends a file under the name that it came with.
func (s *server) serve(c *gin.Context, index int64, e ledger.Evidence) error {
	name, err := s.fileName(c.Request.Context(), index)
	if err != nil {
		return err
	}
	return s.Evidence.Serve(c.Writer, c.Request, e, name)
}

// fileName gives the name that a file came with, "" where it was not kept.
func (s *server) fileName(ctx context.Context, index int64) (string, error) {
	r, err := s.Store.Record(ctx, index)
	if err != nil {
		return "", err
	}
	return record.Opening{Texts: r.Texts}.Get("file"), nil
}
