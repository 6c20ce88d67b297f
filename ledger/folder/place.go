package folder

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"log/slog"
	"os"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/store"
)

// Place is where a book is: the flags of every command that opens one.
type Place struct {
	Data     string `help:"Folder for what is kept outside the database: signing key, secret, checkpoint, files." default:"mingzhang-data" type:"path"`
	Origin   string `help:"Name of the log, as in mingzhang.example/gz; given once, when the folder is made."`
	Database string `help:"sqlite:FILE or postgres://…; a file in the data folder if left out."`
}

// Opened is a book's folder and its database.
type Opened struct {
	*Folder
	Store *store.Store
	used  *os.File // locked
}

// Open opens the folder and the database of a book that is there. A database that does
// not continue what the folder has published is refused, and one that is not there not
// made: it is another's, or has lost records.
func (p Place) Open(ctx context.Context) (*Opened, error) {
	f, err := Existing(p.Data, p.Origin)
	if err != nil {
		return nil, err
	}
	return p.open(ctx, f, true)
}

// Make does so, too, and makes a new book where there is none.
func (p Place) Make(ctx context.Context) (*Opened, error) {
	f, err := Open(p.Data, p.Origin)
	if err != nil {
		return nil, err
	}
	return p.open(ctx, f, true)
}

// Behind opens a book whose database may lack records that were published, or all of
// them, for who brings them back.
func (p Place) Behind(ctx context.Context) (*Opened, error) {
	f, err := Existing(p.Data, p.Origin)
	if err != nil {
		return nil, err
	}
	return p.open(ctx, f, false)
}

// open opens the database of a folder.
func (p Place) open(ctx context.Context, f *Folder, whole bool) (_ *Opened, err error) {
	o := &Opened{Folder: f}
	if o.used, err = f.use(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.Close())
		}
	}()
	if p.Database == "" {
		p.Database = "sqlite:" + f.Database()
	}
	if whole {
		if err := o.begins(ctx, p.Database); err != nil {
			return nil, err
		}
	}
	if o.Store, err = store.Open(ctx, p.Database); err != nil {
		return nil, err
	}
	if err := o.claim(ctx); err != nil {
		return nil, err
	}
	if whole {
		return o, o.continues(ctx)
	}
	return o, nil
}

// begins refuses a database that is not there or has no tables yet, where the folder has
// published records. With tables in it a backup could no more be restored there.
func (o *Opened) begins(ctx context.Context, address string) error {
	switch err := store.Empty(ctx, address); {
	case errors.Is(err, &ledger.Error{Code: "database-taken"}):
		return nil
	case err != nil:
		return err
	}
	return o.continues(ctx)
}

// continues holds the database against the published checkpoint.
func (o *Opened) continues(ctx context.Context) error {
	c := book.Config{Origin: o.Origin, Verifier: o.Verifier, Keeper: o.Keeper()}
	if o.Store != nil {
		c.Store = o.Store
	}
	return book.Continues(ctx, c)
}

// claim makes sure that the database is this folder's. The mark tells nothing of the
// secret.
func (o *Opened) claim(ctx context.Context) error {
	mark := hmac.New(sha256.New, o.Secret)
	mark.Write([]byte("mingzhang/owner\n" + o.Origin))
	published, err := o.Published().Load()
	if err != nil {
		return err
	}
	return o.Store.Claim(ctx, store.Owner{Origin: o.Origin, Mark: mark.Sum(nil)}, published != nil)
}

// Close closes the database, and lets go of the folder.
func (o *Opened) Close() error {
	var err error
	if o.Store != nil {
		err = o.Store.Close()
	}
	return errors.Join(err, o.used.Close())
}

// Config is what a book on these parts is made of.
func (o *Opened) Config(log *slog.Logger) book.Config {
	return book.Config{Store: o.Store, Origin: o.Origin, Secret: o.Secret, Signer: o.Signer, Next: o.Next,
		Verifier: o.Verifier, Keeper: o.Keeper(), Log: log}
}
