package access

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/folder"
)

// CreateCommand makes an API key.
type CreateCommand struct {
	folder.Place
	Role         ledger.OrganizationKind `help:"platform, charity, partner, regulator or auditor." required:""`
	Organization *int64                  `help:"Index of the organization's record; not needed for the platform."`
	Label        string                  `help:"What the key is for."`
	Expires      time.Duration           `help:"How long the key is good for, as in 2160h; for ever if left out."`
}

// Run makes a key and prints it. It may run beside a server.
func (c *CreateCommand) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) (err error) {
	o, err := c.Make(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	who, err := New(Config{Keys: o.Store, Secret: o.Secret, Log: log})
	if err != nil {
		return err
	}
	wish := Wish{Role: c.Role, Organization: c.Organization, Label: c.Label}
	if c.Expires > 0 {
		wish.Expires = time.Now().Add(c.Expires)
	}
	key, err := who.Create(ctx, Operator, wish)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, key.Reveal())
	return err
}
