package audit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/text/language"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/fabric"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store"
)

// Config says where lies what is to be audited: the blocks of a permissioned ledger, a
// book, or both, which are then held against each other. What is left out is empty. The
// origin is then taken from the key, and the key from the ledger, or else from the server.
type Config struct {
	Origin     string       `help:"Name of the log; not needed with --log-key."`
	LogKey     string       `help:"The log's public key, as served at /log.pub, or the file that has it."`
	Checkpoint string       `help:"File with a checkpoint that the log signed, as served at /checkpoint: its root must be that of the records." type:"path"`
	Blocks     string       `help:"Folder of the embedded ledger's blocks." type:"path"`
	Fabric     string       `help:"Connection profile of a Fabric network; a peer's blocks are read." type:"path"`
	Database   string       `help:"sqlite:FILE or postgres://…: the book to hold against the blocks, or to check by itself. It is opened to be read only."`
	URL        string       `help:"Address of a server: likewise."`
	Log        *slog.Logger `kong:"-"`
}

// Command checks a whole log, from its first record on.
type Command struct{ Config }

// Run audits and says what was proven.
func (c *Command) Run(ctx context.Context, stdout io.Writer, log *slog.Logger, terminal language.Tag) error {
	c.Log = log
	report, err := Run(ctx, c.Config)
	if err != nil {
		return err
	}
	_, err = io.WriteString(stdout, report.Text(terminal == language.SimplifiedChinese))
	return err
}

// Run audits. Errors are those of Blocks and Log; where only the place or the key was
// wrong, nothing was checked.
func Run(ctx context.Context, c Config) (report *Report, err error) {
	book, closeBook, err := c.book(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(closeBook(), err) }() // what was found in a book that changed meanwhile is no finding
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
		s, err := store.OpenRead(ctx, c.Database) // an auditor changes nothing
		if err != nil {
			return nil, nil, err
		}
		return Database{s}, s.Close, nil
	case alone:
		return nil, nil, errors.New("what is to be audited? --blocks DIR, --fabric PROFILE, --database … or --url URL")
	}
	return nil, func() error { return nil }, nil
}

// trust says what the audit starts from. Only a book by itself needs the key beforehand.
func (c *Config) trust(ctx context.Context, b Book) (t Trust, err error) {
	t = Trust{Origin: c.Origin}
	if c.LogKey != "" {
		if _, t.Key, err = ReadKey(c.LogKey); err != nil {
			return t, fmt.Errorf("the log's key: %w", err)
		}
	}
	alone := c.Blocks == "" && c.Fabric == ""
	if t.Checkpoint, err = c.checkpoint(); err != nil {
		return t, err
	}
	if s, ok := b.(*Server); ok && t.Key == "" && alone {
		t.Named = true
		if t.Key, err = s.Key(ctx); err != nil {
			return t, fmt.Errorf("the log's key: %w", err)
		}
	}
	if t.Origin, err = originOf(t); err != nil {
		return t, err
	}
	if t.Key == "" && t.Checkpoint != nil && alone {
		return t, errors.New("a checkpoint is checked with the log's --log-key")
	}
	return t, nil
}

// checkpoint reads the file with the auditor's checkpoint.
func (c *Config) checkpoint() ([]byte, error) {
	if c.Checkpoint == "" {
		return nil, nil
	}
	msg, err := os.ReadFile(c.Checkpoint)
	if err != nil {
		return nil, err
	}
	text, _, _ := strings.Cut(string(msg), "\n\n")
	if _, err := proof.ParseCheckpoint(text + "\n"); err != nil {
		return nil, fmt.Errorf("%s is no checkpoint: %v", c.Checkpoint, err)
	}
	return msg, nil
}

// originOf is the log's name, which its key has as well.
func originOf(t Trust) (string, error) {
	if t.Key == "" {
		if t.Origin == "" {
			return "", errors.New("which log? --origin NAME, or its --log-key")
		}
		return t.Origin, nil
	}
	v, err := note.NewVerifier(t.Key)
	switch {
	case err != nil:
		return "", fmt.Errorf("the log's key: %w", err)
	case t.Origin != "" && t.Origin != v.Name():
		return "", fmt.Errorf("the key is that of the log %s, not of %s", v.Name(), t.Origin)
	}
	return v.Name(), nil
}

// blocks opens the blocks of a ledger.
func (c *Config) blocks(ctx context.Context, origin string) (anchor.Blocks, func() error, error) {
	switch {
	case c.Blocks != "" && c.Fabric != "":
		return nil, nil, errors.New("one ledger is audited, not two at once")
	case c.Blocks != "":
		return OpenBlocks(ctx, "blocks:"+c.Blocks, origin, c.Log)
	}
	return OpenBlocks(ctx, "fabric:"+c.Fabric, origin, c.Log)
}

// haveBlocks makes sure that a folder has a block: another folder than the ledger's, or its
// parent, would otherwise be told from an empty log by nobody.
func haveBlocks(ctx context.Context, dir string) error {
	if _, err := os.Stat(dir); err != nil {
		return err
	}
	for _, err := range local.Reader(dir).Blocks(ctx, 0) {
		if ledger.KindOf(err) == ledger.Corrupt {
			return nil // there are some, and whoever reads them says what is wrong
		}
		return err
	}
	return ledger.Refuse(ledger.NotFound, "no-blocks", "blocks", "%s 中没有账本的区块（应为内嵌账本的目录，如 data/ledger）", "there are no blocks of a ledger in %s (the folder of the embedded one is meant, such as data/ledger)", dir)
}

// OpenBlocks opens the blocks of a permissioned ledger, to read them: "blocks:" and the
// folder of an embedded one, or "fabric:" and the connection profile of a network. The
// origin is of the log that is looked for.
func OpenBlocks(ctx context.Context, place, origin string, log *slog.Logger) (anchor.Blocks, func() error, error) {
	if dir, ok := strings.CutPrefix(place, "blocks:"); ok {
		if err := haveBlocks(ctx, dir); err != nil {
			return nil, nil, err // else it would be a ledger without blocks
		}
		return local.Reader(dir), func() error { return nil }, nil
	}
	profile, ok := strings.CutPrefix(place, "fabric:")
	if !ok {
		return nil, nil, fmt.Errorf("%q names no ledger's blocks: blocks:DIR or fabric:PROFILE", place)
	}
	f, err := fabric.Open(ctx, fabric.Config{Profile: profile, Origin: origin, Log: log})
	if err != nil {
		return nil, nil, err
	}
	return f, f.Close, nil
}
