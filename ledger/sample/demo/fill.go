package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"mingzhang/ledger/book"
	"mingzhang/ledger/evidence"
	"mingzhang/ledger/folder"
	"mingzhang/ledger/sample"
	"mingzhang/ledger/store"
)

// seed makes every demo the same city.
const seed = 1

// fill makes a data folder and writes the city into it.
func fill(ctx context.Context, dir string, now time.Time, log *slog.Logger) (city *sample.City, err error) {
	f, err := folder.Open(dir, Origin)
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, "sqlite:"+f.Database())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	files, err := evidence.Open(ctx, f.Evidence())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	clock := sample.NewClock(now)
	b, err := book.Open(ctx, book.Config{Store: s, Origin: f.Origin, Secret: f.Secret, Signer: f.Signer, Verifier: f.Verifier, Keeper: f.Keeper(), Now: clock.Now, Log: log})
	if err != nil {
		return nil, err
	}
	city, err = sample.Fill(ctx, b, files, clock, seed)
	if err = errors.Join(err, b.Close()); err != nil { // closed, it has published its last checkpoint
		return nil, err
	}
	if err := carry(ctx, f, s, b, log); err != nil {
		return nil, fmt.Errorf("anchor the sample: %w", err)
	}
	return city, nil
}
