package api

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/evidence"
)

// formRoom is how much longer than its file an upload may be: boundaries, headers and
// the short fields.
const formRoom = 64 << 10

// postEvidence keeps a file and records it.
//
//	@Summary		Keep an evidence file
//	@Description	PDF, OFD, XML, JPEG, PNG, WebP, CSV or plain text, told by its bytes. The answer's leaf is the record of its hash; the name of a public file is public.
//	@Tags			publication
//	@Security		key
//	@Accept			mpfd
//	@Produce		json
//	@Param			Idempotency-Key	header		string	false	"any; the same key and file give the first answer again"
//	@Param			file			formData	file	true	"the file"
//	@Param			public			formData	bool	false	"anyone may see it; false by default"
//	@Param			redacted		formData	string	false	"of a redacted copy: the hash of the original, which is registered"
//	@Success		201				{object}	Answer
//	@Failure		400,401,403,409,413,415,422,503	{object}	Problem
//	@Router			/v1/evidence [post]
func (s *server) postEvidence(c *gin.Context) {
	// Who may not record a file should not fill the disk with one.
	if err := s.allowed(c, callerOf(c), book.AddEvidence{}); err != nil {
		s.fail(c, err)
		return
	}
	what, err := s.upload(c)
	if err == nil {
		err = s.unclaimed(c, what.Hash)
	}
	s.write(c, what, err)
}

// upload reads the form and keeps its file. What is refused after that leaves the file
// where it is: it is in no record, and so nobody is given it.
func (s *server) upload(c *gin.Context) (book.AddEvidence, error) {
	var u uploaded
	body := &arriving{ReadCloser: http.MaxBytesReader(c.Writer, c.Request.Body, s.Evidence.Limit+formRoom)}
	c.Request.Body = body
	form, err := c.Request.MultipartReader()
	if err != nil {
		return u.what, ledger.Refuse(ledger.Invalid, "media-type", "", "请求正文应为 multipart/form-data", "the body should be multipart/form-data")
	}
	for {
		part, err := form.NextPart()
		if err == io.EOF {
			return u.what, u.complete()
		}
		if err != nil {
			return u.what, unread(err)
		}
		switch err := s.part(c, &u, part); {
		case err == nil:
		case ledger.KindOf(err) == 0 && body.broken != nil:
			return u.what, unread(body.broken)
		case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, multipart.ErrMessageTooLarge):
			return u.what, unread(err) // the form ends within the part
		case ledger.KindOf(err) == 0 && c.Request.Context().Err() == nil: // a full disk, as a rule
			return u.what, errors.Join(ledger.Refuse(ledger.Unavailable, "evidence-unavailable", "",
				"凭证文件暂时无法保存，本次没有登记，请稍后重试", "the file cannot be kept at the moment, and nothing was recorded: try again later"), err)
		default:
			return u.what, err
		}
	}
}

// uploaded is a form as far as it was read.
type uploaded struct {
	what book.AddEvidence
	seen [3]bool // file, public, redacted
}

// part reads one part of the form.
func (s *server) part(c *gin.Context, u *uploaded, part *multipart.Part) (err error) {
	name := part.FormName()
	place := map[string]int{"file": 0, "public": 1, "redacted": 2}
	i, known := place[name]
	if !known || u.seen[i] {
		return badField(name, "没有名为 %.60s 的字段，或出现两次", "there is no field %.60s, or it is there twice")
	}
	u.seen[i] = true
	if name == "file" {
		kept, err := s.Evidence.Put(c.Request.Context(), part, part.Header.Get("Content-Type"))
		u.what.Hash, u.what.Size, u.what.Media, u.what.File = kept.Hash, kept.Size, kept.Media, part.FileName()
		return err
	}
	text, err := io.ReadAll(io.LimitReader(part, 100))
	switch {
	case err != nil:
		return err
	case name == "redacted":
		u.what.Redacted = string(text)
		return ledger.CheckHash(name, u.what.Redacted)
	case string(text) != "true" && string(text) != "false":
		return badField(name, "字段 %.60s 应为 true 或 false", "the field %.60s is true or false")
	}
	u.what.Public = string(text) == "true"
	return nil
}

// complete makes sure that there is a file. The name of one that is not public is not
// kept: what a record seals under it is public text, and names of scans name persons.
func (u *uploaded) complete() error {
	if !u.seen[0] {
		return badField("file", "缺少字段 %s", "the field %s is missing")
	}
	if u.what.File = evidence.FileName(u.what.File, u.what.Media, u.what.Hash); !u.what.Public {
		u.what.File = ""
	}
	return nil
}

func badField(name, zh, en string) error {
	return ledger.Refuse(ledger.Invalid, "form-field", name, zh, en, name)
}

// arriving is a body of which it is remembered why it stopped: what fails below it is
// the caller's fault then, and not the store's.
type arriving struct {
	io.ReadCloser
	broken error
}

func (a *arriving) Read(p []byte) (int, error) {
	n, err := a.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		a.broken = err
	}
	return n, err
}

// unclaimed refuses a file that another organization recorded: recorded again, it would
// be that one's to publish or to hide.
func (s *server) unclaimed(c *gin.Context, hash string) error {
	index, _, err := s.Store.Evidence(c.Request.Context(), hash)
	if ledger.KindOf(err) == ledger.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	r, err := s.Store.Record(c.Request.Context(), index)
	if err != nil || r.Record.By.Org == callerOf(c).Author().Org {
		return err
	}
	return ledger.Refuse(ledger.Conflict, "evidence-exists", "file", "该文件已由其他组织登记为记录 %d，可直接引用其哈希", "the file is record %d of another organization: refer to it by its hash", index).
		With(map[string]any{"id": index, "hash": hash})
}
