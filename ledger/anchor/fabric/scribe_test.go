package fabric_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor/fabric"
	"mingzhang/ledger/ledgertest"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// scribe writes a log by hand, past our own server, and drives the contract with it. The
// units of its flows come from the book of the tests, unless a test forges them.
type scribe struct {
	testing.TB
	book           *ledgertest.Book
	*fabric.Client // of the platform
	origin         string
	signer         note.Signer
	key            string
	records        []*record.Record
	bytes          [][]byte
	now            time.Time
	size           int64 // that is anchored
}

func newScribe(t testing.TB) *scribe {
	t.Helper()
	s := &scribe{TB: t, book: ledgertest.New(ledgertest.Owners), origin: newOrigin(), now: time.Now().UTC().Truncate(time.Second)}
	s.Client = connect(t, "platform", s.origin)
	s.signer, s.key = newKey(t, s.origin, 7)
	register(t, s.Client, s.key)
	return s
}

func newKey(t testing.TB, origin string, seed byte) (note.Signer, string) {
	t.Helper()
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{seed}, 32)), origin)
	must(t, err)
	signer, err := note.NewSigner(skey)
	must(t, err)
	return signer, vkey
}

// add writes the next record of the log.
func (s *scribe) add(what any) int64 {
	s.Helper()
	r := &record.Record{Index: int64(len(s.records)), Recorded: s.now, By: ledger.Author{Org: 0, Key: "k"}, What: what}
	data, err := record.Format(r)
	must(s, err)
	s.records, s.bytes = append(s.records, r), append(s.bytes, data)
	return r.Index
}

// cut takes records out of the end of the log.
func (s *scribe) cut(size int64) { s.records, s.bytes = s.records[:size], s.bytes[:size] }

// flow completes a flow with its units and writes it.
func (s *scribe) flow(f ledger.Flow) int64 {
	s.Helper()
	e, err := ledger.Apply(s.book.State(), f)
	must(s, err)
	s.book.Skip(int64(len(s.records)))
	s.book.Commit(e)
	flow := e.Flow
	return s.add(&flow)
}

// found writes what money needs: organizations 0 to 3, projects 11 and 12.
func (s *scribe) found() {
	s.Helper()
	for i, kind := range []ledger.OrganizationKind{ledger.Platform, ledger.Charity, ledger.Charity, ledger.Partner} {
		s.add(&ledger.Organization{Scheme: "US-EIN", Code: fmt.Sprint("00-", i), Name: "组织", Kind: kind})
	}
	for len(s.records) < 11 {
		s.add(&ledger.Evidence{Hash: fmt.Sprintf("sha256:%064d", len(s.records)), Size: 1, Media: "image/png"})
	}
	for _, org := range []int64{1, 2} {
		s.add(&ledger.Project{Organization: org, Name: "项目", Kind: ledger.Fund, Cause: "education", Place: "440100"})
	}
}

// batch is the records from first up to size as a client submits them.
func (s *scribe) batch(first, size int64) *contract.Batch {
	s.Helper()
	b := &contract.Batch{First: first, Records: slices.Clone(s.bytes[first:size]), Checkpoint: s.checkpoint(size, s.root(size))}
	needs, err := contract.Needs(s.records[first:size], func(i int64) (*record.Record, error) { return s.records[i], nil })
	must(s, err)
	for _, index := range needs {
		b.Olders = append(b.Olders, contract.Older{Index: index, Record: s.bytes[index]})
	}
	return b
}

func (s *scribe) root(size int64) tlog.Hash {
	var edge proof.Edge
	for _, data := range s.bytes[:size] {
		edge.Append([]tlog.Hash{record.Hash(data)})
	}
	return edge.Root()
}

func (s *scribe) checkpoint(size int64, root tlog.Hash) []byte {
	s.Helper()
	msg, err := proof.Sign(proof.Checkpoint{Origin: s.origin, Size: size, Root: root}, s.signer)
	must(s, err)
	return msg
}

func (s *scribe) marshal(b *contract.Batch) []byte {
	s.Helper()
	data, err := b.Marshal()
	must(s, err)
	return data
}

// rest is the batch of all that was written since.
func (s *scribe) rest() []byte {
	s.Helper()
	return s.marshal(s.batch(s.size, int64(len(s.records))))
}

// anchor anchors what was written since.
func (s *scribe) anchor() contract.Anchored {
	s.Helper()
	c, err := s.Submit(ctx, s.rest())
	must(s, err)
	s.size = c.Answer.Size
	return c.Answer
}

// bad makes sure that what was written since is refused for the record given, and takes
// it out of the log again.
func (s *scribe) bad(code string, index int64) {
	s.Helper()
	_, err := s.Submit(ctx, s.rest())
	wantCode(s, err, code)
	var r *contract.Refusal
	if !errors.As(err, &r) || r.Index != index {
		s.Errorf("the refusal is of another record than %d: %v", index, err)
	}
	s.cut(s.size)
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	if !errors.Is(err, &ledger.Error{Code: code}) {
		t.Errorf("got %v, want a refusal %q", err, code)
	}
}

// ask decodes what a function answers that only reads.
func ask[T any](t testing.TB, c *fabric.Client, function string, args ...any) (v T) {
	t.Helper()
	var all []string
	for _, a := range args {
		all = append(all, fmt.Sprint(a))
	}
	answer, err := c.Query(ctx, function, all...)
	must(t, err)
	must(t, json.Unmarshal(answer, &v))
	return v
}

var (
	general = ledger.Pool{Project: 11, Holder: 1, Designation: ledger.General, Asset: "CNY"}
	person  = &ledger.Party{Kind: ledger.Person}
)

const today = "2026-11-20"

func gift(n int64) ledger.Flow {
	return ledger.Flow{Kind: ledger.Donation, Amount: n, Occurred: ledger.On(today), In: &ledger.Inflow{Pool: general}, Party: person}
}

func payment(n int64) ledger.Flow {
	return ledger.Flow{Kind: ledger.Expenditure, Amount: n, Occurred: ledger.On(today), Out: &ledger.Outflow{Pool: general}, Party: person, Category: "5101.direct_aid"}
}

func paid(from, upto int64) *ledger.Flow {
	f := payment(upto - from)
	f.Out.Span = ledger.Span{From: from, Upto: upto}
	return &f
}

func naming(kind ledger.FlowKind, of, n int64) ledger.Flow {
	return ledger.Flow{Kind: kind, Of: of, Amount: n, Occurred: ledger.On(today)}
}
