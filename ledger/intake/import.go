package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// Flags are what an import is told.
type Flags struct {
	Files          []string          `arg:"" help:"Lists: CSV, CSV packed with gzip, or XLSX." type:"existingfile"`
	Project        int64             `help:"Index of the project's record." required:""`
	Profile        string            `help:"How to read the list: the name of a saved profile, or of a built-in one."`
	Columns        map[string]string `help:"What stands in which column, as in date=日期,amount=金额,donor=户名. a|b is whichever is there, a? need not be there, #3 is the third column." mapsep:","`
	SaveProfile    string            `help:"Save what was said here as a profile of this name."`
	Source         string            `help:"What the list is a part of, as in icbc-2026. Name it for a list that grows: rows that came under the same name before are not added again. The content of the file if left out."`
	Holder         *int64            `help:"Index of the organization that holds the pool; the project's own if left out."`
	DryRun         bool              `help:"Say what would happen, and record nothing."`
	ExpectTotal    *int64            `help:"What the list should add up to, in the smallest unit of its currency (fen)." placeholder:"FEN"`
	Whole          bool              `help:"Record nothing unless every row fits and the total is the one expected: a dry run comes first."`
	Errors         string            `help:"Write the rows that were refused, with the reasons, to this CSV file." type:"path"`
	PublishRefused bool              `help:"Publish what was refused as a finding: how many rows and why, of goods also which; never who."`
	Settings
}

// Parts are what an import works on.
type Parts struct {
	Book     book.Config
	Store    Store
	Profiles string    // the folder of saved profiles
	Out      io.Writer // the summary
	Terminal *os.File  // the progress bar, if it is a terminal; nil for none
	Chinese  bool      // the language of the summary
}

// Store is what an import reads besides.
type Store interface {
	// Owner gives the organization of a project; absent is a ledger.NotFound.
	Owner(ctx context.Context, project int64) (int64, error)
	// Assets gives the registered assets.
	Assets(ctx context.Context) ([]ledger.Asset, error)
}

// Import reads lists of one kind into the book, or rehearses it, and says what came of
// it. It is an error that rows were refused or that the total is not the one expected;
// what fitted is in the book all the same. It can be run again at any time, also after
// it was stopped: what is in the book is not added again.
func Import(ctx context.Context, kind Kind, flags Flags, parts Parts) (*Summary, error) {
	if flags.Whole && !flags.DryRun {
		first := flags
		first.DryRun = true
		if s, err := Import(ctx, kind, first, parts); err != nil {
			return s, err
		}
	}
	im := &importer{Flags: flags, Parts: parts, kind: kind, summary: newSummary()}
	im.groupSize.Store(firstGroup)
	err := im.prepare(ctx)
	if err == nil {
		err = im.run(ctx)
	}
	if err == nil {
		err = im.publishFinding(ctx)
	}
	err = errors.Join(err, im.close())
	if im.book == nil {
		return nil, err
	}
	im.summary.finish()
	im.report(err)
	if err == nil {
		err = im.verdict()
	}
	return im.summary, err
}

// importer is an import under way.
type importer struct {
	Flags
	Parts
	kind      Kind
	profile   *Profile
	sources   []*source
	book      *book.Book
	refusals  *refusals
	bar       *bar
	summary   *Summary
	lost      lost
	failed    map[ledger.AssetID]error // assets whose registration was refused
	groupSize atomic.Int64
	next      int64 // the record after the last one that this import added
}

// firstGroup is small, so that something is seen soon.
var firstGroup int64 = 2048 // less in a test

// run reads one file after the other.
func (im *importer) run(ctx context.Context) error {
	im.failed = map[ledger.AssetID]error{}
	var lines int64
	for _, s := range im.sources {
		lines += s.file.lines
	}
	im.bar = newBar(im.Terminal, lines)
	defer im.bar.finish()
	for _, s := range im.sources {
		if err := im.takeAll(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s.file.name, err)
		}
	}
	return nil
}

// takeAll records a file; while one group is recorded, the next is read.
func (im *importer) takeAll(ctx context.Context, s *source) error {
	reading, stop := context.WithCancel(ctx)
	go s.read(reading)
	defer func() {
		stop()
		for range s.groups { // until the reading has ended, too
		}
	}()
	for group := range s.groups {
		if err := im.take(ctx, s, group); err != nil {
			return err
		}
		im.bar.advance(len(group))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.err
}

// close ends what prepare opened.
func (im *importer) close() error {
	var errs []error
	if im.book != nil {
		errs = append(errs, im.book.Close())
	}
	for _, s := range im.sources {
		errs = append(errs, s.rows.close())
	}
	if im.refusals != nil {
		errs = append(errs, im.refusals.close())
	}
	return errors.Join(errs...)
}
