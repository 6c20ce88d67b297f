package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// patience is how long an import waits for a book that cannot be written: a database
// that fails over, or another writer that does not let go.
const patience = time.Minute

// take asks the book for a group and counts what came of it.
func (im *importer) take(ctx context.Context, s *source, group []entry) error {
	var requests []book.Request
	for _, e := range group {
		if e.err == nil && !e.none {
			requests = append(requests, e.request)
		}
	}
	results, err := im.submit(ctx, requests)
	if err != nil {
		return err
	}
	im.pace(results)
	for i := range group {
		e := &group[i]
		var r book.Result
		if e.err == nil && !e.none {
			r, results = results[0], results[1:]
		}
		if err := im.count(s, e, r); err != nil {
			return err
		}
	}
	return nil
}

// submit asks until the book can be written: the keys make it harmless to ask again.
// What was recorded without an answer is then counted as there before.
func (im *importer) submit(ctx context.Context, requests []book.Request) ([]book.Result, error) {
	until := time.Now().Add(patience)
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		results, err := im.book.SubmitAll(ctx, requests, false)
		for _, r := range results {
			if err == nil && ledger.KindOf(r.Err) == ledger.Unavailable {
				err = r.Err
			}
		}
		if err == nil || ledger.KindOf(err) != ledger.Unavailable || time.Now().After(until) {
			return results, err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// count counts what became of an entry.
func (im *importer) count(s *source, e *entry, r book.Result) error {
	switch {
	case e.before:
		return im.registered(e, r)
	case e.none:
		im.summary.Rows++
		im.summary.Empty++
		return nil
	case e.err == nil && r.Err == nil:
		im.summary.took(e, r.Answer.Replayed)
		im.sample(e)
		return nil
	case e.err == nil && ledger.KindOf(r.Err) == 0:
		return fmt.Errorf("line %d: %w", e.row.line, r.Err)
	}
	why := e.err
	if why == nil {
		why = s.short(e.row, r.Err)
	}
	if failed := im.failed[e.asset]; failed != nil && errors.Is(why, &ledger.Error{Code: "no-such-asset"}) {
		why = failed
	}
	refusal := im.summary.refused(s.file.name, e, why)
	im.lost.add(s, e.row, refusal)
	return im.refusals.write(s, e, refusal)
}

// registered counts the registration of an asset. Another process may have been first.
func (im *importer) registered(e *entry, r book.Result) error {
	switch {
	case r.Err == nil && !r.Answer.Replayed:
		im.summary.Assets++
	case r.Err == nil || errors.Is(r.Err, &ledger.Error{Code: "asset-exists"}):
	case ledger.KindOf(r.Err) == 0:
		return r.Err
	default:
		im.failed[e.asset] = r.Err
	}
	return nil
}

// pace makes groups small where others write to the book at the same time, so that they
// need not wait long for their turn, and else large.
func (im *importer) pace(results []book.Result) {
	alone := true
	for _, r := range results {
		if r.Answer == nil || r.Answer.Replayed {
			continue
		}
		alone = alone && (im.next == 0 || r.Answer.Index == im.next)
		im.next = r.Answer.Index + 1
	}
	if size := im.groupSize.Load(); alone {
		im.groupSize.Store(min(2*size, groupSize))
	} else {
		im.groupSize.Store(firstGroup)
	}
}
