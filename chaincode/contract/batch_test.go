package contract

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

func example() *Batch {
	return &Batch{
		First: 300, Records: [][]byte{[]byte("one"), bytes.Repeat([]byte("2"), 200)},
		Olders: []Older{{0, []byte("zero")}, {7, []byte("seven")}, {299, []byte("last")}}, Checkpoint: []byte("note"),
	}
}

// TestBatchBytes settles the form.
func TestBatchBytes(t *testing.T) {
	b := &Batch{First: 300, Records: [][]byte{[]byte("one")}, Olders: []Older{{0, []byte("a")}, {7, []byte("b")}}, Checkpoint: []byte("note")}
	got, err := b.Marshal()
	want := "\x01\xac\x02\x01\x03one\x02\x01\x01a\x07\x01b\x04note"
	if err != nil || string(got) != want {
		t.Fatalf("got %q (%v), want %q", got, err, want)
	}
	again, err := Unmarshal([]byte(want))
	if err != nil || !reflect.DeepEqual(again, b) {
		t.Fatalf("got %+v (%v)", again, err)
	}
}

func TestBatchRefused(t *testing.T) {
	good, err := example().Marshal()
	if err != nil {
		t.Fatal(err)
	}
	for i := range good {
		if _, err := Unmarshal(good[:i]); ledger.KindOf(err) != ledger.Invalid {
			t.Fatalf("cut at %d: %v", i, err)
		}
	}
	for name, data := range map[string][]byte{
		"trailing byte":    append(slices.Clone(good), 0),
		"other version":    append([]byte{2}, good[1:]...),
		"long varint":      []byte("\x01\xac\x82\x00\x01\x03one\x00\x04note"),
		"no records":       []byte("\x01\x00\x00\x00\x00"),
		"empty record":     []byte("\x01\x00\x01\x00\x00\x00"),
		"older twice":      []byte("\x01\x05\x01\x01x\x02\x01\x01a\x00\x01b\x00"),
		"older not before": []byte("\x01\x05\x01\x01x\x01\x06\x01a\x00"),
		"huge count":       []byte("\x01\x00\x88\x27\x01x"),
		"beyond 2^53":      []byte("\x01\xff\xff\xff\xff\xff\xff\xff\x0f\x01\x01x\x00\x00"),
		"huge":             make([]byte, MaxBatch+1),
	} {
		if b, err := Unmarshal(data); ledger.KindOf(err) != ledger.Invalid {
			t.Errorf("%s: got %+v, %v", name, b, err)
		}
	}
	for name, b := range map[string]*Batch{
		"nothing":        {First: 1},
		"negative first": {First: -1, Records: [][]byte{{1}}},
		"order":          {First: 9, Records: [][]byte{{1}}, Olders: []Older{{3, []byte{1}}, {2, []byte{1}}}},
		"negative older": {First: 9, Records: [][]byte{{1}}, Olders: []Older{{-1, []byte{1}}}},
		"too long":       {First: 9, Records: [][]byte{make([]byte, record.MaxBytes+1)}},
		"too many":       {First: 9, Records: slices.Repeat([][]byte{{1}}, MaxRecords+1)},
	} {
		if data, err := b.Marshal(); err == nil {
			t.Errorf("%s: got %q", name, data)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	good, _ := example().Marshal()
	f.Add(good)
	f.Add([]byte("\x01\x00\x01\x01x\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := Unmarshal(data)
		if err != nil {
			return
		}
		again, err := b.Marshal()
		if err != nil || !bytes.Equal(again, data) {
			t.Fatalf("%q was read as %+v, which is written %q (%v)", data, b, again, err)
		}
	})
}

// FuzzAnchor throws records at a ledger: it may refuse, and never panic or half-write.
func FuzzAnchor(f *testing.F) {
	s, _, _, _ := begun(f)
	end := s.size()
	state := s.values
	for _, data := range s.bytes {
		f.Add(data, s.bytes[15], int64(15))
	}
	f.Fuzz(func(t *testing.T, data, older []byte, index int64) {
		m := newMemory()
		for key, value := range state {
			m.values[key] = value
		}
		w := &world{TB: t, memory: m, origin: origin, signer: s.signer, now: day, call: day, bytes: append(slices.Clone(s.bytes[:end]), data)}
		b := &Batch{First: end, Records: [][]byte{data}, Olders: []Older{{index, older}}, Checkpoint: w.checkpoint(end + 1)}
		batch, err := b.Marshal()
		if err != nil {
			return
		}
		if _, err := w.do(platform, "Anchor", batch); err != nil && ledger.KindOf(err) == 0 {
			t.Fatalf("not a refusal: %v", err)
		}
	})
}

// TestNeeds: what each kind of record needs, and nothing that the batch itself has.
func TestNeeds(t *testing.T) {
	s, given, spent, _ := begun(t)
	back := s.flow(naming(ledger.Return, spent, 10))
	s.anchor()
	undo := s.flow(naming(ledger.Reversal, back, 0))
	fresh := s.flow(gift(other, 9))
	s.flow(naming(ledger.Refund, fresh, 1))
	s.flow(naming(ledger.Refund, given, 1))
	s.add(&ledger.Delivery{Of: spent, Amount: 1, Occurred: ledger.On("2026-11-20"), Recipient: *person})
	read := func(index int64) (*record.Record, error) { return s.records[index], nil }
	got, err := Needs(s.records[undo:], read)
	if want := []int64{given, spent, back}; err != nil || !slices.Equal(got, want) {
		t.Fatalf("got %v (%v), want %v", got, err, want)
	}
	fault := errors.New("gone")
	if _, err := Needs(s.records[undo:], func(int64) (*record.Record, error) { return nil, fault }); err != fault {
		t.Fatalf("got %v", err)
	}
	if got, err := Needs(nil, read); got != nil || err != nil {
		t.Fatalf("of nothing: %v, %v", got, err)
	}
	s.anchor()
}
