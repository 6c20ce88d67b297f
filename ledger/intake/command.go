package intake

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"golang.org/x/text/language"

	"mingzhang/ledger/folder"
)

// Commands read lists into a book. They may run beside a server.
type Commands struct {
	Donations    DonationsCommand    `cmd:"" help:"Gifts of money, or other income."`
	Expenditures ExpendituresCommand `cmd:"" help:"Payments."`
	Goods        GoodsCommand        `cmd:"" help:"Things that were given, or handed out. What is new is registered by its name and unit."`
}

// command is what they have in common.
type command struct {
	folder.Place
	Flags
}

func (c *command) run(ctx context.Context, kind Kind, stdout io.Writer, log *slog.Logger, terminal language.Tag) (err error) {
	o, err := c.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	_, err = Import(ctx, kind, c.Flags, Parts{Book: o.Config(log), Store: o.Store, Profiles: filepath.Join(c.Data, "profiles"),
		Out: stdout, Terminal: os.Stderr, Chinese: terminal == language.SimplifiedChinese})
	return err
}

// DonationsCommand imports gifts.
type DonationsCommand struct{ command }

// Run imports.
func (c *DonationsCommand) Run(ctx context.Context, stdout io.Writer, log *slog.Logger, terminal language.Tag) error {
	return c.run(ctx, Donations, stdout, log, terminal)
}

// ExpendituresCommand imports payments.
type ExpendituresCommand struct{ command }

// Run imports.
func (c *ExpendituresCommand) Run(ctx context.Context, stdout io.Writer, log *slog.Logger, terminal language.Tag) error {
	return c.run(ctx, Expenditures, stdout, log, terminal)
}

// GoodsCommand imports goods.
type GoodsCommand struct{ command }

// Run imports.
func (c *GoodsCommand) Run(ctx context.Context, stdout io.Writer, log *slog.Logger, terminal language.Tag) error {
	return c.run(ctx, Goods, stdout, log, terminal)
}

// ReconcileCommand holds claims against a book.
type ReconcileCommand struct {
	folder.Place
	ReconcileFlags
}

// Run compares, and records the claims if it is told to.
func (c *ReconcileCommand) Run(ctx context.Context, stdout io.Writer, log *slog.Logger, terminal language.Tag) (err error) {
	o, err := c.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	_, err = CompareClaims(ctx, c.ReconcileFlags, ReconcileParts{Book: o.Config(log), Store: o.Store, Profiles: filepath.Join(c.Data, "profiles"),
		Out: stdout, Chinese: terminal == language.SimplifiedChinese})
	return err
}
