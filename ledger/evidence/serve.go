package evidence

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"mingzhang/ledger"
)

// Serve answers a GET or HEAD request with a file: ranges and If-None-Match work, and
// the headers keep a browser from running anything in it. name is what the file is
// called when it is saved, however hostile. Who may see it is the caller's business.
//
// No byte of an altered file is sent: it is hashed before, though not for each request anew
// (see reopen for what that does not notice). An answer without bytes, to HEAD or to who
// has the file already, comes from the record, after a look that a file of its size is
// there: what was erased must not be confirmed to a cache.
//
// An error means that nothing was written yet: NotFound, Corrupt, or a fault.
func (s *Store) Serve(w http.ResponseWriter, r *http.Request, e ledger.Evidence, name string) error {
	f, err := s.content(r, e)
	if err != nil {
		return err
	}
	defer f.Close()
	setHeaders(w.Header(), e, name)
	// No time of last change: it would tell when a private file was uploaded, and the
	// hash is the better validator.
	http.ServeContent(w, r, "", time.Time{}, f)
	return nil
}

// content gives what a request is answered with: a file, or only its size where no byte
// of it is sent.
func (s *Store) content(r *http.Request, e ledger.Evidence) (io.ReadSeekCloser, error) {
	if bare(r, e) {
		size, err := s.size(r.Context(), e.Hash)
		if err != nil {
			return nil, err
		}
		if size == e.Size {
			return hollow{io.NewSectionReader(nil, 0, size)}, nil
		}
	}
	return s.reopen(r.Context(), e.Hash)
}

// bare says whether the answer has no byte of the file. [http.ServeContent] itself says
// so, asked for the head alone.
func bare(r *http.Request, e ledger.Evidence) bool {
	if r.Method == http.MethodHead {
		return true
	}
	if r.Header.Get("If-None-Match") == "" {
		return false
	}
	head := r.Clone(r.Context())
	head.Method = http.MethodHead
	w := &muted{header: http.Header{}}
	setHeaders(w.header, e, "")
	http.ServeContent(w, head, "", time.Time{}, io.NewSectionReader(nil, 0, e.Size))
	return w.status == http.StatusNotModified || w.status == http.StatusPreconditionFailed
}

// hollow has the size of a file and none of its bytes: it is not read.
type hollow struct{ *io.SectionReader }

func (hollow) Close() error { return nil }

// muted is told an answer and sends nothing.
type muted struct {
	header http.Header
	status int
}

func (m *muted) Header() http.Header         { return m.header }
func (m *muted) WriteHeader(status int)      { m.status = status }
func (m *muted) Write(p []byte) (int, error) { return len(p), nil }

func setHeaders(h http.Header, e ledger.Evidence, name string) {
	media := e.Media
	if !slices.Contains(Media, media) {
		media = "application/octet-stream"
	}
	h.Set("Content-Type", media)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", policy(media))
	h.Set("Content-Disposition", disposition(media, FileName(name, media, e.Hash)))
	h.Set("ETag", `"`+strings.TrimPrefix(e.Hash, "sha256:")+`"`)
	if e.Public {
		// The bytes never change but may be erased (PIPL 47), so caches forget in a day.
		h.Set("Cache-Control", "public, max-age=86400, immutable")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		return
	}
	h.Set("Cache-Control", "private, no-store")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// policy forbids a document everything. A PDF is shown by the browser's own viewer,
// apart from the site; "sandbox" would stop the viewer (Safari shows a blank page)
// and add nothing, since nosniff holds the file to its kind. Chrome's viewer sets
// the style of its frame.
func policy(media string) string {
	if media == pdf {
		return "default-src 'none'; style-src 'unsafe-inline'"
	}
	return "default-src 'none'; sandbox"
}

// inline tells what a browser shows in its window rather than saves.
func inline(media string) bool {
	return media == pdf || media == jpeg || media == png || media == webp
}
