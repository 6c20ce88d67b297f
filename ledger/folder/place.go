package folder

import (
	"context"
	"log/slog"

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
}

// Open opens both.
func (p Place) Open(ctx context.Context) (*Opened, error) {
	f, err := Open(p.Data, p.Origin)
	if err != nil {
		return nil, err
	}
	if p.Database == "" {
		p.Database = "sqlite:" + f.Database()
	}
	s, err := store.Open(ctx, p.Database)
	if err != nil {
		return nil, err
	}
	return &Opened{f, s}, nil
}

// Close closes the database.
func (o *Opened) Close() error { return o.Store.Close() }

// Config is what a book on these parts is made of.
func (o *Opened) Config(log *slog.Logger) book.Config {
	return book.Config{Store: o.Store, Origin: o.Origin, Secret: o.Secret, Signer: o.Signer, Next: o.Next,
		Verifier: o.Verifier, Keeper: o.Keeper(), Log: log}
}
