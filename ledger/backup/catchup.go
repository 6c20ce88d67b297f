package backup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/audit"
	"mingzhang/ledger/book"
	"mingzhang/ledger/folder"
	"mingzhang/ledger/mirror"
	"mingzhang/ledger/proof"
)

// CatchUpCommand brings back the records that a restored database has lost.
type CatchUpCommand struct {
	folder.Place
	Source string `arg:"" help:"A mirror of the log, a folder or the address of a server; or the blocks of the permissioned ledger: blocks:DIR or fabric:PROFILE."`
}

// Run brings the records back and says whose sealed words are lost.
func (u *CatchUpCommand) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) (err error) {
	o, err := u.Behind(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	from, closeSource, err := u.source(ctx, o.Origin, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeSource()) }()
	config := o.Config(log)
	config.Keeper = o.Published()
	done, err := book.CatchUp(ctx, config, from, func(index int64) { fmt.Fprintln(stdout, index) })
	if done != nil {
		log.Info("records were brought back", "from", done.From, "upto", done.Upto, "without their sealed words", done.Lost)
	}
	if errors.Is(err, &ledger.Error{Code: "source-behind"}) {
		err = covered(ctx, o.Folder, config, from, err)
	}
	if err == nil {
		err = o.CaughtUp()
	}
	return err
}

// covered gives nil where a source is behind the database and nothing is to be brought back
// all the same: the folder knows a later checkpoint than the backup did, so that it is
// the log's own and not the backup's, and the database goes as far and agrees with the
// source. Such is a book over which a restore was refused. Else the cause stands: behind
// a backup that was restored there may be records which neither knows.
func covered(ctx context.Context, f *folder.Folder, c book.Config, from book.Source, cause error) error {
	held, err := f.Restored()
	if err != nil || held == nil || held.Made.IsZero() {
		return cmp.Or(err, cause)
	}
	kept, err := c.Keeper.Load()
	if err != nil || kept == nil {
		return cmp.Or(err, cause)
	}
	published, _, err := proof.OpenCheckpoint(kept, c.Origin, c.Verifier)
	if err != nil || published.Size <= held.Size {
		return cmp.Or(err, cause)
	}
	if book.Continues(ctx, c) != nil {
		return cause
	}
	if kept, err = from.Checkpoint(ctx); err != nil {
		return err
	}
	c.Keeper = book.Loaded(kept)
	return book.Continues(ctx, c)
}

// source opens where the records are to come from.
func (u *CatchUpCommand) source(ctx context.Context, origin string, log *slog.Logger) (book.Source, func() error, error) {
	if !strings.HasPrefix(u.Source, "blocks:") && !strings.HasPrefix(u.Source, "fabric:") {
		m, err := mirror.Open(u.Source)
		return m, func() error { return nil }, err
	}
	blocks, closeBlocks, err := audit.OpenBlocks(ctx, u.Source, origin, log)
	if err != nil {
		return nil, nil, err
	}
	return anchor.NewSource(blocks, origin), closeBlocks, nil
}
