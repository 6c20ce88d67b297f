package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/fabric"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/store"
)

// Config says where lies what is to be audited: the blocks of a permissioned ledger, a
// book, or both, which are then held against each other.
type Config struct {
	Origin     string // of the log; "" takes it from the key
	LogKey     string // the log's verifier key; "" takes it from the ledger, or else from the server
	Checkpoint string // a file with a checkpoint that the log signed; "" for none
	Blocks     string // folder of the embedded ledger's blocks; "" for none
	Fabric     string // connection profile of a Fabric network; "" for none
	Database   string // sqlite:FILE or postgres://…; "" for none
	URL        string // address of a server; "" for none
	Log        *slog.Logger
}

// Run audits. Errors are those of Blocks and Log; where only the place or the key was
// wrong, nothing was checked.
func Run(ctx context.Context, c Config) (report *Report, err error) {
	book, closeBook, err := c.book(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeBook()) }()
	trust, err := c.trust(ctx, book)
	if err != nil {
		return nil, err
	}
	if c.Blocks == "" && c.Fabric == "" {
		return Log(ctx, book, trust)
	}
	blocks, closeBlocks, err := c.blocks(ctx, trust.Origin)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeBlocks()) }()
	return Blocks(ctx, blocks, trust, book)
}

// book opens the book; nil where none is named.
func (c *Config) book(ctx context.Context) (Book, func() error, error) {
	alone := c.Blocks == "" && c.Fabric == ""
	switch {
	case c.Database != "" && c.URL != "":
		return nil, nil, errors.New("a database or a server is audited, not both at once")
	case c.URL != "":
		s, err := OpenServer(ctx, c.URL)
		if err == nil && alone {
			err = s.Keep()
		}
		if err != nil {
			return nil, nil, err
		}
		return s, s.Close, nil
	case c.Database != "":
		s, err := openDatabase(ctx, c.Database)
		if err != nil {
			return nil, nil, err
		}
		return Database{s}, s.Close, nil
	case alone:
		return nil, nil, errors.New("what is to be audited? --blocks DIR, --fabric PROFILE, --database … or --url URL")
	}
	return nil, func() error { return nil }, nil
}

// openDatabase opens a database that is there: to open another would make an empty one.
func openDatabase(ctx context.Context, address string) (*store.Store, error) {
	if file, ok := strings.CutPrefix(address, "sqlite:"); ok {
		if _, err := os.Stat(file); err != nil {
			return nil, err
		}
	}
	return store.Open(ctx, address)
}

// trust says what the audit starts from. Only a book by itself needs the key beforehand.
func (c *Config) trust(ctx context.Context, b Book) (t Trust, err error) {
	t = Trust{Origin: c.Origin, Key: c.LogKey}
	if c.Checkpoint != "" {
		if t.Checkpoint, err = os.ReadFile(c.Checkpoint); err != nil {
			return t, err
		}
	}
	if s, ok := b.(*Server); ok && t.Key == "" && c.Blocks == "" && c.Fabric == "" {
		t.Named = true
		if t.Key, err = s.Key(ctx); err != nil {
			return t, fmt.Errorf("the log's key: %w", err)
		}
	}
	if t.Key != "" {
		v, err := note.NewVerifier(t.Key)
		if err != nil {
			return t, fmt.Errorf("the log's key: %w", err)
		}
		if t.Origin == "" {
			t.Origin = v.Name()
		}
		if v.Name() != t.Origin {
			return t, fmt.Errorf("the key is that of the log %s, not of %s", v.Name(), t.Origin)
		}
	}
	switch {
	case t.Origin == "":
		return t, errors.New("which log? --origin NAME, or its --log-key")
	case t.Key == "" && t.Checkpoint != nil && c.Blocks == "" && c.Fabric == "":
		return t, errors.New("a checkpoint is checked with the log's --log-key")
	}
	return t, nil
}

// blocks opens the blocks of a ledger.
func (c *Config) blocks(ctx context.Context, origin string) (anchor.Blocks, func() error, error) {
	if c.Blocks != "" && c.Fabric != "" {
		return nil, nil, errors.New("one ledger is audited, not two at once")
	}
	if c.Blocks != "" {
		if _, err := os.Stat(c.Blocks); err != nil {
			return nil, nil, err // else it would be a ledger without blocks
		}
		return local.Reader(c.Blocks), func() error { return nil }, nil
	}
	f, err := fabric.Open(ctx, fabric.Config{Profile: c.Fabric, Origin: origin, Log: c.Log})
	if err != nil {
		return nil, nil, err
	}
	return f, f.Close, nil
}
