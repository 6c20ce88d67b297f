package evidence

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"gocloud.dev/blob"

	"mingzhang/ledger"
)

// Reader reads one file, and seeks in it. Close it.
type Reader struct{ blob *blob.Reader }

func (r *Reader) Read(p []byte) (int, error)                 { return r.blob.Read(p) }
func (r *Reader) Seek(offset int64, from int) (int64, error) { return r.blob.Seek(offset, from) }
func (r *Reader) Size() int64                                { return r.blob.Size() }
func (r *Reader) Close() error                               { return r.blob.Close() }

// Open gives the file with a hash. A file that is not there is NotFound; one whose
// bytes no longer have the hash is Corrupt, and none of them is given.
//
// All of it is hashed before the first byte is given, each time: a hash is known only
// at the end, and bytes of an altered invoice cannot be taken back. For the largest
// file that is some hundredths of a second. It guards against what disks, restores
// and hands have done to a file, not against a program that rewrites it in between.
func (s *Store) Open(ctx context.Context, hash string) (*Reader, error) {
	return s.read(ctx, hash, func(*blob.Reader) bool { return false })
}

// reopen is Open for who serves a file bit by bit: one that was hashed in the last ten
// minutes, and has the size and the time of change that it then had, is not hashed again.
// Within that time it does not notice what leaves both alone: a disk that turns a bit, or
// a hand that sets the time back.
func (s *Store) reopen(ctx context.Context, hash string) (*Reader, error) {
	return s.read(ctx, hash, func(b *blob.Reader) bool { return s.known.has(hash, b.Size(), b.ModTime()) })
}

// read opens a file and hashes it, unless it is trusted as it is.
func (s *Store) read(ctx context.Context, hash string, trusted func(*blob.Reader) bool) (*Reader, error) {
	key, err := keyOf(hash)
	if err != nil {
		return nil, err
	}
	b, err := s.bucket.NewReader(ctx, key, nil)
	if err != nil {
		return nil, explain(err, "read", hash)
	}
	if trusted(b) {
		return &Reader{b}, nil
	}
	began := s.known.now()
	if err := verify(b, hash); err != nil {
		b.Close()
		return nil, err
	}
	s.known.note(hash, b.Size(), b.ModTime(), began)
	return &Reader{b}, nil
}

// verify reads a file through and goes back to its beginning.
func verify(b *blob.Reader, hash string) error {
	sum := sha256.New()
	// Without the WriteTo of the blob, which goes by single kilobytes.
	if _, err := io.Copy(sum, struct{ io.Reader }{b}); err != nil {
		return fmt.Errorf("read evidence %s: %w", hash, err)
	}
	if "sha256:"+hex.EncodeToString(sum.Sum(nil)) != hash {
		return ledger.Refuse(ledger.Corrupt, "evidence-damaged", "hash",
			"凭证文件 %s 的内容已与其哈希不符，不予提供", "the bytes of evidence file %s no longer have its hash, so it is not given out", hash)
	}
	_, err := b.Seek(0, io.SeekStart)
	return err
}

// size gives the size of a file, without reading it.
func (s *Store) size(ctx context.Context, hash string) (int64, error) {
	key, err := keyOf(hash)
	if err != nil {
		return 0, err
	}
	a, err := s.bucket.Attributes(ctx, key)
	if err != nil {
		return 0, explain(err, "look for", hash)
	}
	return a.Size, nil
}

// Has tells whether a file is there. It does not read it: only Open tells whether it
// is undamaged.
func (s *Store) Has(ctx context.Context, hash string) (bool, error) {
	key, err := keyOf(hash)
	if err != nil {
		return false, err
	}
	there, err := s.bucket.Exists(ctx, key)
	if err != nil {
		return false, fmt.Errorf("look for evidence %s: %w", hash, err)
	}
	return there, nil
}

// Delete erases a file for good. One that is not there is NotFound.
func (s *Store) Delete(ctx context.Context, hash string) error {
	key, err := keyOf(hash)
	if err != nil {
		return err
	}
	gone := s.bucket.Delete(ctx, key)
	if gone != nil && !missing(gone) {
		return explain(gone, "delete", hash)
	}
	// Also when it is missing: the Delete that removed it may have died before this.
	if err := s.settle(); err != nil {
		return fmt.Errorf("delete evidence %s: %w", hash, err)
	}
	return explain(gone, "delete", hash)
}

// explain turns a bucket's error into the ledger's.
func explain(err error, what, hash string) error {
	switch {
	case err == nil:
		return nil
	case missing(err):
		return ledger.Refuse(ledger.NotFound, "evidence-missing", "hash",
			"没有凭证文件 %s", "there is no evidence file %s", hash)
	}
	return fmt.Errorf("%s evidence %s: %w", what, hash, err)
}
