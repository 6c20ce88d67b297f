package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"mingzhang/ledger/anchor"
	"mingzhang/ledger/audit"
	"mingzhang/ledger/book"
	"mingzhang/ledger/folder"
	"mingzhang/ledger/mirror"
)

// CatchUpCommand brings back the records that a restored database has lost.
type CatchUpCommand struct {
	folder.Place
	Source string `arg:"" help:"A mirror of the log, a folder or the address of a server; or the blocks of the permissioned ledger: blocks:DIR or fabric:PROFILE."`
}

// Run brings the records back and says whose sealed words are lost.
func (u *CatchUpCommand) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) (err error) {
	o, err := u.Open(ctx)
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
	if err == nil {
		err = o.CaughtUp()
	}
	return err
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
