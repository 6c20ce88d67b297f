package verify

import (
	"context"
	"errors"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/audit"
	"mingzhang/ledger/mirror"
	"mingzhang/ledger/proof"
)

// Server checks a whole log on a running server, as package audit does: all records by
// the rules, the tree, and the totals that the server gives; and against the permissioned
// ledger, where one is given.
func Server(ctx context.Context, address string, t Trust) (_ *Report, err error) {
	s, err := audit.OpenServer(ctx, address)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if t.Ledger == nil {
		if err := s.Keep(); err != nil {
			return nil, err
		}
	}
	return t.whole(ctx, s)
}

// Folder checks a whole log in a folder with its tiles, as Server does but for totals,
// which such a copy does not have.
func Folder(ctx context.Context, dir string, t Trust) (*Report, error) {
	m, err := mirror.Open(dir)
	if err != nil {
		return nil, err
	}
	t.Today = m
	return t.whole(ctx, &files{Mirror: m, trust: t})
}

// whole checks a book against the checkpoint that it has at the beginning.
func (t Trust) whole(ctx context.Context, b audit.Book) (*Report, error) {
	r := &Report{}
	end, err := b.End(ctx)
	if err != nil {
		return r, err
	}
	if _, _, err := proof.OpenCheckpoint(end.Note, t.Log.Name(), t.Log); err != nil {
		return r, err
	}
	trust := audit.Trust{Origin: t.Log.Name(), Key: t.Key, Checkpoint: end.Note}
	var found *audit.Report
	if t.Ledger != nil {
		found, err = audit.Blocks(ctx, t.Ledger.Blocks, trust, b)
	} else {
		found, err = audit.Log(ctx, b, trust)
	}
	if err != nil {
		return r, err
	}
	zh, en := lines(found.Text(true)), lines(found.Text(false))
	for i := range zh {
		r.Said = append(r.Said, Sentence{zh[i], en[i]})
	}
	if t.Ledger == nil {
		r.open("没有给出权限账本（--fabric 或 --blocks）", "no permissioned ledger is given (--fabric or --blocks)")
	}
	return r, t.vouched(r, end.Note)
}

func lines(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

// files is a copy of a log as a book.
type files struct {
	*mirror.Mirror
	trust Trust
	end   audit.End
}

// Name implements audit.Book.
func (*files) Name() string { return "copy" }

// End implements audit.Book.
func (f *files) End(ctx context.Context) (audit.End, error) {
	cp, msg, err := f.trust.now(ctx)
	f.end = audit.End{Size: cp.Size, Root: cp.Root, Note: msg}
	return f.end, err
}

// Range implements audit.Book.
func (f *files) Range(ctx context.Context, from, n int64) ([][]byte, error) {
	return f.Mirror.Range(ctx, from, n, f.end.Size)
}

// RecordsAt implements audit.Book: files are quick enough to be read again.
func (f *files) RecordsAt(ctx context.Context, indices []int64) ([][]byte, error) {
	records := make([][]byte, len(indices))
	for i, index := range indices {
		found, err := f.Range(ctx, index, 1)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, ledger.Refuse(ledger.NotFound, "no-such-record", "", "没有编号为 %d 的记录", "there is no record %d", index)
		}
		records[i] = found[0]
	}
	return records, nil
}

// Statement implements audit.Book: a copy of a log has no totals of its own.
func (*files) Statement(context.Context, account.Scope, ledger.Date, ledger.Date, int64) (*account.Statement, error) {
	return nil, errors.ErrUnsupported
}
