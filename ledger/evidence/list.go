package evidence

import (
	"context"
	"fmt"
	"io"
	"strings"

	"gocloud.dev/blob"

	"mingzhang/ledger"
)

// Each tells of every file that is kept: its hash and its size in bytes, by hash. What a
// hand has put among them under another name is passed over. It reads no file: only
// Open tells whether one is undamaged.
func (s *Store) Each(ctx context.Context, do func(hash string, size int64) error) error {
	list := s.bucket.List(&blob.ListOptions{Prefix: kept})
	for {
		o, err := list.Next(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("list the evidence: %w", err)
		}
		hash := "sha256:" + strings.TrimPrefix(o.Key, kept)
		if o.IsDir || ledger.CheckHash("hash", hash) != nil {
			continue
		}
		if err := do(hash, o.Size); err != nil {
			return err
		}
	}
}
