package evidence

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"gocloud.dev/blob"

	"mingzhang/ledger"
)

// Put keeps what r gives and answers with its hash, size and kind; Public and
// Redacted are the caller's. media is what the sender calls the file; "" and
// application/octet-stream claim nothing. When Put returns without an error the file
// is durable; the same bytes again change nothing, or mend a damaged copy.
//
// A refusal (Invalid: empty, too large, not a kind in Media, not what it claims to
// be) is a *ledger.Error. A reader that fails, a cancelled ctx and a full disk are
// returned as they are. In each case nothing stays.
func (s *Store) Put(ctx context.Context, r io.Reader, media string) (ledger.Evidence, error) {
	body := bufio.NewReaderSize(&intake{ctx: ctx, r: r, left: s.Limit, limit: s.Limit}, headSize)
	media, err := recognize(body, media)
	if err != nil {
		return ledger.Evidence{}, err
	}
	// Also after a cancelled request, and of no effect once the file was moved.
	key := incoming + rand.Text()
	defer s.bucket.Delete(context.WithoutCancel(ctx), key)

	e, err := s.receive(ctx, key, body, media)
	if err != nil {
		return ledger.Evidence{}, fmt.Errorf("receive evidence: %w", err)
	}
	if err := s.keep(ctx, key, e); err != nil {
		return ledger.Evidence{}, fmt.Errorf("keep evidence: %w", err)
	}
	return e, nil
}

// receive writes body to a temporary key, and looks at it as it passes.
func (s *Store) receive(ctx context.Context, key string, body io.Reader, media string) (ledger.Evidence, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var file *os.File
	w, err := s.bucket.NewWriter(ctx, key, &blob.WriterOptions{
		ContentType: media,
		BeforeWrite: func(as func(any) bool) error { as(&file); return own(file) },
	})
	if err != nil {
		return ledger.Evidence{}, err
	}
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(guardOf(media), sum, w), body)
	if err = errors.Join(err, syncFile(file)); err != nil {
		cancel() // makes Close discard what was written
		w.Close()
		return ledger.Evidence{}, err
	}
	hash := "sha256:" + hex.EncodeToString(sum.Sum(nil))
	return ledger.Evidence{Hash: hash, Size: size, Media: media}, w.Close()
}

// keep moves a received file to the key of its hash.
func (s *Store) keep(ctx context.Context, temporary string, e ledger.Evidence) error {
	if e.Media == ofd {
		if err := s.checkOFD(ctx, temporary); err != nil {
			return err
		}
	}
	there, err := s.intact(ctx, e.Hash)
	if err != nil {
		return err
	}
	if !there {
		if err := s.move(ctx, temporary, e.Hash); err != nil {
			return err
		}
	}
	return s.settle() // also when it was there: the Put that moved it may not have come this far
}

// intact tells whether the store holds the file, undamaged.
func (s *Store) intact(ctx context.Context, hash string) (bool, error) {
	f, err := s.Open(ctx, hash)
	if kind := ledger.KindOf(err); kind == ledger.NotFound || kind == ledger.Corrupt {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, f.Close()
}

// move gives a file its final key. In a folder this is a rename: atomic, and of the
// very bytes that were synced, which a copy would not be.
func (s *Store) move(ctx context.Context, temporary, hash string) error {
	key, err := keyOf(hash)
	if err != nil {
		return err
	}
	if s.folder == "" {
		return s.bucket.Copy(ctx, key, temporary, nil)
	}
	return os.Rename(filepath.Join(s.folder, filepath.FromSlash(temporary)), filepath.Join(s.folder, filepath.FromSlash(key)))
}

// settle makes names that were added or removed durable.
func (s *Store) settle() error {
	if s.folder == "" {
		return nil
	}
	return syncFolder(filepath.Join(s.folder, kept))
}
