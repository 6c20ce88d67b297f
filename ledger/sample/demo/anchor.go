package demo

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/book"
	"mingzhang/ledger/folder"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store"
)

// perBatch is how many records a batch has: about a week's of the city.
const perBatch = 64

// carry anchors all records on the embedded ledger, and returns when that is done.
func carry(ctx context.Context, f *folder.Folder, s *store.Store, b *book.Book, log *slog.Logger) (err error) {
	l, err := open(ctx, f, s, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	loop := anchor.New(anchor.Config{Store: s, Ledger: l, Origin: f.Origin, Verifier: f.Verifier, Checkpoint: b.Checkpoint, MaxRecords: perBatch, Log: log,
		Sign: func(cp proof.Checkpoint) ([]byte, error) { return proof.Sign(cp, f.Signer) }})
	running, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		loop.Run(running)
	}()
	err = carried(ctx, loop)
	stop()
	<-done
	return err
}

// carried waits until nothing is left to anchor.
func carried(ctx context.Context, loop *anchor.Loop) error {
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for {
		standing, err := loop.Standing(ctx)
		switch {
		case err != nil:
			return err
		case standing.Alarm != "":
			return errors.New(standing.Alarm)
		case standing.Lag == 0:
			return nil
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// then is the embedded ledger at the time of the city's records: its clock goes with
// them.
type then struct {
	*local.Ledger
	now time.Time // only the goroutine that submits uses it
}

// open opens the ledger on the day of the first record, and registers the log.
func open(ctx context.Context, f *folder.Folder, s *store.Store, log *slog.Logger) (*then, error) {
	data, err := s.Stored(ctx, 0)
	if err != nil {
		return nil, err
	}
	first, err := record.Parse(data)
	if err != nil {
		return nil, err
	}
	l := &then{now: first.Recorded}
	if l.Ledger, err = local.Open(ctx, f.Ledger(), local.Config{Origin: f.Origin, Now: func() time.Time { return l.now }, Log: log}); err != nil {
		return nil, err
	}
	if err := l.Register(ctx, f.LogKey); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// Submit implements anchor.Ledger.
func (l *then) Submit(ctx context.Context, batch []byte) (*anchor.Committed, error) {
	b, err := contract.Unmarshal(batch)
	if err != nil {
		return nil, err
	}
	last, err := record.Parse(b.Records[len(b.Records)-1])
	if err != nil {
		return nil, err
	}
	l.now = last.Recorded
	return l.Ledger.Submit(ctx, batch)
}
