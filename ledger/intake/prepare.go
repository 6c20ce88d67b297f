package intake

import (
	"context"
	"errors"
	"os"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// prepare opens all that is needed, so that a mistake shows before anything is recorded.
func (im *importer) prepare(ctx context.Context) (err error) {
	if im.profile, err = effective(im.kind, im.Profiles, im.Profile, im.Columns, im.Settings); err != nil {
		return err
	}
	if _, err := im.Store.Owner(ctx, im.Project); err != nil {
		return err
	}
	assets, err := im.Store.Assets(ctx)
	if err != nil {
		return err
	}
	things := newThings(assets)
	for _, path := range im.Files {
		s, err := im.open(path, things)
		if err != nil {
			return err
		}
		im.sources = append(im.sources, s)
	}
	if im.SaveProfile != "" {
		if err := im.profile.Save(im.Profiles, im.SaveProfile); err != nil {
			return err
		}
	}
	if err := spare(im.Errors, im.Files); err != nil {
		return err
	}
	if im.refusals, err = newRefusals(im.Errors, im.sources); err != nil {
		return err
	}
	config := im.Book
	config.Store = &brief{Store: config.Store}
	if config.MaxGroup = groupSize + 1; im.DryRun { // a row may come with a registration
		if config, err = rehearsed(config); err != nil {
			return err
		}
	}
	im.book, err = book.Open(ctx, config)
	return err
}

// open makes a file ready to be read.
func (im *importer) open(path string, things *things) (*source, error) {
	f, err := examine(path, strings.ToLower(im.profile.Encoding))
	if err != nil {
		return nil, err
	}
	l, rows, err := openList(f, im.profile)
	if err != nil {
		return nil, err
	}
	if err := l.sufficient(); err != nil {
		return nil, errors.Join(err, rows.close())
	}
	l.things, l.pool = things, book.PoolRef{Project: im.Project, Holder: im.Holder}
	name := im.Source
	if name == "" { // sheets of one workbook are different lists
		name = "sha256:" + f.digest + "#" + l.sheet
	}
	return &source{file: f, list: l, rows: rows, id: newIdentity(im.kind, name),
		groups: make(chan []entry, 1), size: func() int { return int(im.groupSize.Load()) }}, nil
}

// spare refuses to write over a list that is to be read.
func spare(path string, files []string) error {
	out, err := os.Stat(path)
	if path == "" || err != nil {
		return nil // it is not there yet
	}
	for _, f := range files {
		if in, err := os.Stat(f); err == nil && os.SameFile(in, out) {
			return ledger.Refuse(ledger.Invalid, "file-same", "", "%s 是要读入的清单，不能写在上面", "%s is a list to be read: it is not written over", path)
		}
	}
	return nil
}
