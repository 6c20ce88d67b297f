package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// memory is a state as a ledger with blocks shows it: what a transaction writes is seen
// by the next one only, and reading it is a fault of the contract.
type memory struct {
	values  map[string][]byte
	writes  map[string][]byte // of the transaction; nil deletes
	reads   map[string]bool
	rounds  int
	broken  error
	largest int
}

func newMemory() *memory { return &memory{values: map[string][]byte{}} }

func (m *memory) Get(keys []string) ([][]byte, error) {
	if m.broken != nil {
		return nil, m.broken
	}
	m.rounds++
	values := make([][]byte, len(keys))
	for i, key := range keys {
		if _, written := m.writes[key]; written {
			return nil, fmt.Errorf("%q was written in this transaction", key)
		}
		m.reads[key] = true
		values[i] = bytes.Clone(m.values[key])
	}
	return values, nil
}

func (m *memory) Put(key string, value []byte) error {
	m.writes[key] = bytes.Clone(value)
	m.largest = max(m.largest, len(value))
	return nil
}

func (m *memory) Delete(key string) error {
	m.writes[key] = nil
	return nil
}

// invoke is one transaction: its writes are kept if it succeeds.
func (m *memory) invoke(c Call, function string, args ...[]byte) ([]byte, error) {
	m.writes, m.reads, m.rounds = map[string][]byte{}, map[string]bool{}, 0
	answer, err := Invoke(m, c, function, args)
	if err != nil {
		if len(m.writes) > 0 {
			panic("a refused call wrote something")
		}
		return nil, err
	}
	for key, value := range m.writes {
		if m.values[key] = value; value == nil {
			delete(m.values, key)
		}
	}
	return answer, nil
}

const (
	platform  = "PlatformMSP"
	regulator = "RegulatorMSP"
	charity   = "CharityMSP"
	origin    = "mingzhang.example/log"
)

var day = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

// world is a ledger and a log that is written beside it.
type world struct {
	testing.TB
	*memory
	origin  string
	signer  note.Signer
	key     string
	records []*record.Record
	bytes   [][]byte
	now     time.Time // of the log's clock
	call    time.Time // of the ledger's transactions
}

func newKey(t testing.TB, origin string, seed byte) (note.Signer, string) {
	t.Helper()
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{seed}, 32)), origin)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return signer, vkey
}

// newWorld registers a log on a ledger of its own.
func newWorld(t testing.TB) *world { return newLog(t, newMemory(), origin) }

func newLog(t testing.TB, m *memory, origin string) *world {
	t.Helper()
	w := &world{TB: t, memory: m, origin: origin, now: day, call: day}
	w.signer, w.key = newKey(t, origin, 7)
	w.must(platform, "RegisterLog", w.key, platform, regulator)
	w.must(regulator, "ConfirmLog", w.key, platform, regulator)
	return w
}

func (w *world) do(msp, function string, args ...any) ([]byte, error) {
	all := [][]byte{[]byte(w.origin)}
	for _, a := range args {
		if b, ok := a.([]byte); ok {
			all = append(all, b)
			continue
		}
		all = append(all, []byte(fmt.Sprint(a)))
	}
	return w.invoke(Call{msp, "tx-" + function, w.call}, function, all...)
}

func (w *world) must(msp, function string, args ...any) []byte {
	w.Helper()
	answer, err := w.do(msp, function, args...)
	if err != nil {
		w.Fatalf("%s by %s: %v", function, msp, err)
	}
	return answer
}

// ask decodes the answer of a call that must succeed.
func ask[T any](w *world, msp, function string, args ...any) T {
	w.Helper()
	var v T
	if err := json.Unmarshal(w.must(msp, function, args...), &v); err != nil {
		w.Fatalf("%s: %v", function, err)
	}
	return v
}

// refused makes sure that a call is refused with the code, and changes nothing.
func (w *world) refused(code, msp, function string, args ...any) error {
	w.Helper()
	before := maps.Clone(w.values)
	_, err := w.do(msp, function, args...)
	if !errors.Is(err, &ledger.Error{Code: code}) {
		w.Fatalf("%s by %s: got %v, want a refusal %q", function, msp, err, code)
	}
	if !maps.EqualFunc(before, w.values, bytes.Equal) {
		w.Fatalf("%s: a refused call changed the state", function)
	}
	return err
}

// add writes the next record of the log.
func (w *world) add(what any) int64 {
	w.Helper()
	return w.write(&record.Record{Index: int64(len(w.records)), Recorded: w.now, By: ledger.Author{Org: 0, Key: "k"}, What: what})
}

func (w *world) write(r *record.Record) int64 {
	w.Helper()
	data, err := record.Format(r)
	if err != nil {
		w.Fatalf("record %d: %v", r.Index, err)
	}
	return w.append(r, data)
}

func (w *world) append(r *record.Record, data []byte) int64 {
	w.records, w.bytes = append(w.records, r), append(w.bytes, data)
	return int64(len(w.records) - 1)
}

// cut takes records out of the end of the log that is written.
func (w *world) cut(size int64) { w.records, w.bytes = w.records[:size], w.bytes[:size] }

// batch gives the records from first up to size as a client would submit them.
func (w *world) batch(first, size int64) *Batch {
	w.Helper()
	b := &Batch{First: first, Records: w.bytes[first:size], Checkpoint: w.checkpoint(size)}
	var parsed []*record.Record
	for _, r := range w.records[first:size] {
		if r == nil {
			r = &record.Record{Index: first + int64(len(parsed)), What: &ledger.Erasure{}}
		}
		parsed = append(parsed, r)
	}
	needs, err := Needs(parsed, func(i int64) (*record.Record, error) { return w.records[i], nil })
	if err != nil {
		w.Fatal(err)
	}
	for _, index := range needs {
		b.Olders = append(b.Olders, Older{index, w.bytes[index]})
	}
	return b
}

func (w *world) root(size int64) tlog.Hash {
	var edge proof.Edge
	var leaves []tlog.Hash
	for _, data := range w.bytes[:size] {
		leaves = append(leaves, record.Hash(data))
	}
	edge.Append(leaves)
	return edge.Root()
}

func (w *world) checkpoint(size int64) []byte {
	return w.sign(proof.Checkpoint{Origin: w.origin, Size: size, Root: w.root(size)})
}

func (w *world) sign(cp proof.Checkpoint) []byte {
	w.Helper()
	msg, err := proof.Sign(cp, w.signer)
	if err != nil {
		w.Fatal(err)
	}
	return msg
}

func (w *world) marshal(b *Batch) []byte {
	w.Helper()
	data, err := b.Marshal()
	if err != nil {
		w.Fatal(err)
	}
	return data
}

// size is how much of the log is anchored.
func (w *world) size() int64 { return ask[Head](w, charity, "Head").Size }

// anchor anchors what was written since.
func (w *world) anchor() Anchored {
	w.Helper()
	return ask[Anchored](w, platform, "Anchor", w.marshal(w.batch(w.size(), int64(len(w.records)))))
}

// bad makes sure that what was written since is refused for the record given, and takes
// it out of the log again.
func (w *world) bad(code string, index int64) {
	w.Helper()
	size := w.size()
	err := w.refused(code, platform, "Anchor", w.marshal(w.batch(size, int64(len(w.records)))))
	var r *Refusal
	if !errors.As(err, &r) || r.Index != index {
		w.Fatalf("the refusal is of another record than %d: %v", index, err)
	}
	w.cut(size)
}

// found writes the records that money needs: organizations 0 to 3, projects 11 and 12
// of the organizations 1 and 2, plans 13 and 14, masks.
func (w *world) found() {
	w.Helper()
	for i, kind := range []ledger.OrganizationKind{ledger.Platform, ledger.Charity, ledger.Charity, ledger.Partner} {
		w.add(&ledger.Organization{Scheme: "US-EIN", Code: fmt.Sprint("00-", i), Name: "组织", Kind: kind})
	}
	w.add(&ledger.Asset{ID: "goods/mask", Class: ledger.Goods, Name: "口罩", Unit: "个"})
	for len(w.records) < 11 {
		w.add(&ledger.Evidence{Hash: fmt.Sprintf("sha256:%064d", len(w.records)), Size: 1, Media: "image/png"})
	}
	for _, org := range []int64{1, 2} {
		w.add(&ledger.Project{Organization: org, Name: "项目", Kind: ledger.Fund, Cause: "education", Place: "440100"})
	}
	for _, project := range []int64{11, 12} {
		w.add(&ledger.Plan{Project: project})
	}
	w.add(&ledger.Designation{Project: 11, ID: "books", Name: "图书", Class: ledger.Restricted})
}
