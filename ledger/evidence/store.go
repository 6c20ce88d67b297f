package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/gcerrors"

	"mingzhang/ledger"
)

// DefaultLimit is the size in bytes of the largest file a Store takes.
const DefaultLimit = 20 << 20

// idle is how long an unfinished upload may stand without a new byte. Longer means
// that its process is gone; several processes may share one bucket, so a younger
// one is left alone.
const idle = time.Hour

// Store keeps files by hash in a bucket. It is safe for concurrent use, and by
// several processes at once.
type Store struct {
	Limit int64 // bytes of the largest file Put takes; set it before the first Put

	bucket *blob.Bucket
	folder string // where the bucket lies, "" when it is not a folder of this machine
	known  known
}

// Open opens the store at location: a folder, made with mode 0700 where it is
// missing, or the URL of a bucket whose driver is linked into the program. It
// removes what broken uploads left behind.
func Open(ctx context.Context, location string) (*Store, error) {
	s, err := open(ctx, location)
	if s != nil {
		s.known.now, s.known.as = time.Now, map[string]state{}
	}
	if err != nil {
		return nil, fmt.Errorf("open evidence %q: %w", location, err)
	}
	if err := s.Sweep(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func open(ctx context.Context, location string) (*Store, error) {
	path, err := folderOf(location)
	if err != nil {
		return nil, err
	}
	if path == "" {
		bucket, err := blob.OpenBucket(ctx, location)
		return &Store{Limit: DefaultLimit, bucket: bucket}, err
	}
	for _, part := range []string{incoming, kept} {
		if err := makeFolder(filepath.Join(path, part)); err != nil {
			return nil, err
		}
	}
	// Beside the final files, not in the machine's temporary folder: a rename works
	// only within one file system.
	bucket, err := fileblob.OpenBucket(path, &fileblob.Options{
		NoTempDir: true, DirFileMode: 0o700, Metadata: fileblob.MetadataDontWrite,
	})
	return &Store{Limit: DefaultLimit, bucket: bucket, folder: path}, err
}

// folderOf gives the path that a location means, "" for a bucket that is not a
// folder.
func folderOf(location string) (string, error) {
	if location == "" {
		return "", errors.New("no folder given")
	}
	if !strings.Contains(location, "://") {
		return filepath.Abs(location)
	}
	u, err := url.Parse(location)
	if err != nil || u.Scheme != fileblob.Scheme {
		return "", err
	}
	if u.RawQuery != "" || u.Host != "" && u.Host != "localhost" {
		return "", errors.New("a file URL has three slashes and no parameters: file:///folder")
	}
	return filepath.Abs(filepath.FromSlash(u.Path))
}

// Sweep removes the uploads that nobody will finish. Open does it; a server that
// runs for months may do it now and then.
func (s *Store) Sweep(ctx context.Context) error {
	list := s.bucket.List(&blob.ListOptions{Prefix: incoming})
	for {
		o, err := list.Next(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("list unfinished uploads: %w", err)
		}
		if time.Since(o.ModTime) < idle {
			continue
		}
		if err := s.bucket.Delete(ctx, o.Key); err != nil && !missing(err) {
			return fmt.Errorf("remove an unfinished upload: %w", err)
		}
	}
}

// Close releases the bucket. No other call may be under way.
func (s *Store) Close() error { return s.bucket.Close() }

// Keys in the bucket. One flat folder is enough: file systems index large ones, and
// buckets have no folders.
const (
	incoming = "incoming/"
	kept     = "sha256/"
)

// keyOf gives the key of a hash. A hash is hostile input: only what has the form of
// one becomes a key, and so a path.
func keyOf(hash string) (string, error) {
	if err := ledger.CheckHash("hash", hash); err != nil {
		return "", err
	}
	return kept + strings.TrimPrefix(hash, "sha256:"), nil
}

func missing(err error) bool { return gcerrors.Code(err) == gcerrors.NotFound }
