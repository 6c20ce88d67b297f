package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// ReconcileFlags are what a reconciliation is told.
type ReconcileFlags struct {
	Files   []string          `arg:"" optional:"" help:"Lists of claimed totals; the claims that are in the book if left out." type:"existingfile"`
	Project int64             `help:"Index of the project's record." required:""`
	Profile string            `help:"How to read the lists: the name of a saved profile, or of a built-in one."`
	Columns map[string]string `help:"What stands in which column, as in date=日期,received=当日,received.cumulative=累计. Totals are received, spent, with .cumulative, .count, @channel and :CURRENCY." mapsep:","`
	To      string            `help:"Write the comparison to this file, as CSV, or as JSON by its name." type:"path"`
	Publish bool              `help:"Record the claims, so that everybody sees them beside the accounts."`
	Layout
}

// ReconcileParts are what a reconciliation works on.
type ReconcileParts struct {
	Book     book.Config
	Store    ReconcileStore
	Profiles string
	Out      io.Writer
	Chinese  bool
}

// ReconcileStore is what a reconciliation reads.
type ReconcileStore interface {
	Claimed
	Owner(ctx context.Context, project int64) (int64, error)
}

// CompareClaims holds claimed totals against the book, says what differs, and records
// the claims if it is told to. It is an error that anything differs.
func CompareClaims(ctx context.Context, flags ReconcileFlags, parts ReconcileParts) ([]Comparison, error) {
	if _, err := parts.Store.Owner(ctx, flags.Project); err != nil {
		return nil, err
	}
	if err := spare(flags.To, flags.Files); err != nil {
		return nil, err
	}
	claims, err := flags.claims(ctx, parts)
	if err != nil {
		return nil, err
	}
	all, err := against(ctx, parts.Store, flags.Project, claims)
	if err == nil && flags.Publish {
		err = publish(ctx, parts.Book, publication(flags.Project, claims))
	}
	if err == nil && flags.To != "" {
		err = writeComparisons(flags.To, all)
	}
	if err != nil {
		return nil, err
	}
	return all, tellComparisons(speaker{parts.Out, parts.Chinese}, all)
}

// claims reads the claims of the files, or those of the book.
func (f *ReconcileFlags) claims(ctx context.Context, parts ReconcileParts) ([]Claim, error) {
	if len(f.Files) == 0 {
		return PublishedClaims(ctx, parts.Store, f.Project)
	}
	p, err := effective(Claims, parts.Profiles, f.Profile, f.Columns, Settings{Layout: f.Layout})
	if err != nil {
		return nil, err
	}
	var claims []Claim
	for _, path := range f.Files {
		more, err := readClaims(path, p)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		claims = append(claims, more...)
	}
	return claims, nil
}

// readClaims reads a file of claims. They are few, and one that cannot be read makes
// all of them worthless.
func readClaims(path string, p *Profile) (claims []Claim, err error) {
	f, err := examine(path, strings.ToLower(p.Encoding))
	if err != nil {
		return nil, err
	}
	l, rows, err := openList(f, p)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.close()) }()
	for {
		r, err := rows.next()
		if errors.Is(err, io.EOF) {
			return claims, nil
		}
		if err != nil {
			return nil, err
		}
		if r.fault == nil && len(r.cells) == 0 {
			continue
		}
		more, err := l.claims(r)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", r.line, err)
		}
		claims = append(claims, more...)
	}
}

// publish records requests. Those that are in the book are there once.
func publish(ctx context.Context, c book.Config, requests []book.Request) (err error) {
	b, err := book.Open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	results, err := b.SubmitAll(ctx, requests, false)
	for _, r := range results {
		err = errors.Join(err, r.Err)
	}
	return err
}

// tellComparisons says what differs.
func tellComparisons(to speaker, all []Comparison) error {
	findings := 0
	for _, c := range all {
		for _, f := range c.Findings {
			findings++
			to.say("%s %s：%s（相差 %s）", "%s %s: %s (a difference of %s)", c.Day, c.label(to), f.sentence(to), f.size(c.Asset))
		}
	}
	to.say("对照 %d 行，%d 处不符。", "%d rows compared, %d findings.", len(all), findings)
	if findings > 0 {
		return ledger.Refuse(ledger.Conflict, "claims-differ", "", "公布数与账本有 %d 处不符", "the claims and the book differ in %d places", findings)
	}
	return nil
}

// label says what is compared.
func (c Comparison) label(to speaker) string {
	label := string(c.Measure)
	if to.chinese {
		label = map[Measure]string{Received: "收到", Spent: "支出"}[c.Measure]
	}
	if c.Channel != "" {
		label += " " + c.Channel
	}
	return label + " " + string(c.Asset)
}

func (f Finding) sentence(to speaker) string {
	if to.chinese {
		return f.Zh
	}
	return f.En
}

// size is the gap, in what it is counted in.
func (f Finding) size(id ledger.AssetID) string {
	if f.Code == FlowsDiffer {
		return strconv.FormatInt(f.Gap, 10)
	}
	return money(f.Gap, id)
}
