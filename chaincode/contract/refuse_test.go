package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// begun is a log with a gift of 100, a payment of 30 and a transfer of 20, anchored.
func begun(t testing.TB) (s *scribe, given, spent, moved int64) {
	s = newScribe(newWorld(t))
	given = s.flow(gift(main, 100))
	spent = s.flow(payment(main, 30))
	moved = s.flow(move(main, ledger.Pool{Project: 11, Holder: 3, Designation: ledger.General, Asset: "CNY"}, 20))
	s.anchor()
	return s, given, spent, moved
}

// TestFalseRecords: what arithmetic or reference makes wrong is refused, with its index,
// and behind a good record of the same batch.
func TestFalseRecords(t *testing.T) {
	partner := ledger.Pool{Project: 11, Holder: 3, Designation: ledger.General, Asset: "CNY"}
	in := func(p ledger.Pool, at, n int64) ledger.Flow {
		f := gift(p, n)
		f.In.Span = ledger.Span{From: at, Upto: at + n}
		return f
	}
	back := func(of, n, from, at int64) ledger.Flow {
		f := naming(ledger.Return, of, n)
		f.In, f.Cut = &ledger.Inflow{Pool: main, Span: ledger.Span{From: at, Upto: at + n}}, &ledger.Span{From: from, Upto: from + n}
		return f
	}
	refund := func(of int64, takes ...ledger.Take) ledger.Flow {
		f := naming(ledger.Refund, of, 0)
		f.Out = &ledger.Outflow{Pool: main, Takes: takes}
		for _, take := range takes {
			f.Amount += take.Len()
		}
		return f
	}
	take := func(from, upto int64, path ...int64) ledger.Take {
		return ledger.Take{Span: ledger.Span{From: from, Upto: upto}, Path: path}
	}
	based := func(f ledger.Flow, basis int64) ledger.Flow {
		f.Basis = basis
		f.Out.Span, f.In.Span = ledger.Span{From: 50, Upto: 51}, ledger.Span{Upto: 1}
		return f
	}
	flow := func(f ledger.Flow) any { return &f }
	s, given, spent, moved := begun(t)
	for name, c := range map[string]struct {
		what any
		code string
	}{
		"overspend":                      {flow(paid(main, 50, 101)), "pool-shortfall"},
		"units that others took":         {flow(paid(main, 40, 60)), "units-differ"},
		"units left out":                 {flow(paid(main, 51, 60)), "units-differ"},
		"gift below the end":             {flow(in(main, 99, 5)), "units-differ"},
		"gift above the end":             {flow(in(main, 101, 5)), "units-differ"},
		"return beyond what was paid":    {flow(back(spent, 31, 0, 100)), "return-too-large"},
		"return of other places":         {flow(back(spent, 10, 0, 100)), "units-differ"},
		"return of a gift":               {flow(back(given, 10, 0, 100)), "not-a-payment"},
		"refund of taken units":          {flow(refund(given, take(20, 30))), "units-taken"},
		"refund of higher units first":   {flow(refund(given, take(60, 70))), "not-lowest"},
		"refund by a false path":         {flow(refund(given, take(50, 60, moved))), "path-broken"},
		"refund of a payment":            {flow(refund(spent, take(50, 60))), "not-a-gift"},
		"no project":                     {flow(in(ledger.Pool{Project: 13, Holder: 1, Designation: ledger.General, Asset: "CNY"}, 0, 5)), "no-such-project"},
		"no holder":                      {flow(in(ledger.Pool{Project: 11, Holder: 12, Designation: ledger.General, Asset: "CNY"}, 0, 5)), "no-such-organization"},
		"no designation":                 {flow(in(ledger.Pool{Project: 12, Holder: 1, Designation: "books", Asset: "CNY"}, 0, 5)), "no-such-designation"},
		"no asset":                       {flow(in(ledger.Pool{Project: 11, Holder: 1, Designation: ledger.General, Asset: "goods/rice"}, 0, 5)), "no-such-asset"},
		"basis is no plan":               {flow(based(move(main, other, 1), 6)), "basis-wrong"},
		"basis is a project":             {flow(based(move(main, other, 1), 12)), "basis-wrong"},
		"delivery beyond what was paid":  {&ledger.Delivery{Of: spent, Amount: 31, Occurred: ledger.On("2026-11-20"), Recipient: *person}, "delivery-too-large"},
		"delivery of a gift":             {&ledger.Delivery{Of: given, Amount: 1, Occurred: ledger.On("2026-11-20"), Recipient: *person}, "not-an-expenditure"},
		"project of nobody":              {&ledger.Project{Organization: 11, Name: "项目", Kind: ledger.Fund, Cause: "education", Place: "440100"}, "no-such-organization"},
		"plan of nothing":                {&ledger.Plan{Project: 1}, "no-such-project"},
		"plan replaces another's":        {&ledger.Plan{Project: 11, Replaces: 14}, "basis-wrong"},
		"status of nothing":              {&ledger.StatusChange{Project: 5, Status: ledger.Filed}, "no-such-project"},
		"freeze of nothing":              {&ledger.Freeze{Project: 5, Order: "一"}, "no-such-project"},
		"disclosure of nothing":          {&ledger.Disclosure{Project: 5, Kind: "final", Period: ledger.On("2026-11-20")}, "no-such-project"},
		"designation again":              {&ledger.Designation{Project: 11, ID: "books", Name: "书", Class: ledger.Agency}, "registered-twice"},
		"asset again":                    {&ledger.Asset{ID: "goods/mask", Class: ledger.Goods, Name: "口罩", Unit: "箱"}, "registered-twice"},
		"currency":                       {&ledger.Asset{ID: "CNY", Class: ledger.Money, Name: "人民币", Unit: "元", Scale: 2}, "registered-twice"},
		"key of nobody":                  {&ledger.Key{ID: "k", Org: 11, Use: "author", Verifier: "v"}, "no-such-organization"},
		"transfer out of another's side": {flow(back(moved, 10, 10, 100)), "not-a-payment"},
		"overspend of a partner":         {flow(paid(partner, 0, 21)), "pool-shortfall"},
	} {
		t.Run(name, func(t *testing.T) {
			s.TB = t
			s.add(c.what)
			s.bad(c.code, s.size())
			good := s.raw(in(other, 0, 1))
			s.add(c.what)
			s.bad(c.code, good+1)
		})
	}
}

// TestFalseEnvelopes: a record in the wrong place, at the wrong time or by nobody.
func TestFalseEnvelopes(t *testing.T) {
	s, _, _, _ := begun(t)
	size := s.size()
	good := func() *record.Record {
		f := gift(main, 5)
		f.In.Span = ledger.Span{From: 100, Upto: 105}
		return &record.Record{Index: size, Recorded: s.now, By: ledger.Author{Org: 0, Key: "k"}, What: &f}
	}
	for name, c := range map[string]struct {
		spoil func(*record.Record)
		code  string
	}{
		"index":        {func(r *record.Record) { r.Index++ }, "index-place"},
		"time":         {func(r *record.Record) { r.Recorded = r.Recorded.Add(-time.Second) }, "recorded-back"},
		"by a project": {func(r *record.Record) { r.By.Org = 11 }, "no-such-organization"},
		"by itself":    {func(r *record.Record) { r.By.Org = size }, "no-such-organization"},
	} {
		t.Run(name, func(t *testing.T) {
			s.TB = t
			r := good()
			c.spoil(r)
			s.write(r)
			s.bad(c.code, size)
		})
	}
	s.write(good())
	s.bytes[size] = bytes.Replace(s.bytes[size], []byte(`"amount":5`), []byte(`"amount":6`), 1)
	s.bad("units-contradict", size)
	s.write(good())
	s.bytes[size] = append(s.bytes[size], ' ')
	s.bad("trailing-bytes", size)
}

// TestFalseBatches: place, checkpoint and older records.
func TestFalseBatches(t *testing.T) {
	s, given, spent, _ := begun(t)
	size := s.size()
	s.flow(gift(main, 5))
	s.flow(naming(ledger.Return, spent, 10))
	s.flow(naming(ledger.Refund, given, 7))
	end := int64(len(s.records))
	forge := func(change func(b *Batch)) []byte {
		b := s.batch(size, end)
		b.Records, b.Olders = slices.Clone(b.Records), slices.Clone(b.Olders)
		change(b)
		return s.marshal(b)
	}
	stranger, _ := newKey(t, origin, 9)
	for name, c := range map[string]struct {
		change func(b *Batch)
		code   string
	}{
		"forged root": {func(b *Batch) { b.Checkpoint = s.sign(proof.Checkpoint{Origin: origin, Size: end, Root: s.root(size)}) }, "checkpoint-root"},
		"forged size": {func(b *Batch) { b.Checkpoint = s.checkpoint(size) }, "checkpoint-size"},
		"another's key": {func(b *Batch) {
			b.Checkpoint, _ = proof.Sign(proof.Checkpoint{Origin: origin, Size: end, Root: s.root(end)}, stranger)
		}, "checkpoint-unsigned"},
		"broken signature": {func(b *Batch) { b.Checkpoint = flip(b.Checkpoint) }, "checkpoint-signature"},
		"no checkpoint":    {func(b *Batch) { b.Checkpoint = nil }, "checkpoint"},
		"gap":              {func(b *Batch) { b.First++; b.Records = b.Records[1:] }, "batch-gap"},
		"overlap":          {func(b *Batch) { b.First--; b.Records = append([][]byte{s.bytes[size-1]}, b.Records...) }, "batch-overlaps"},
		"reordered pair":   {func(b *Batch) { b.Records[0], b.Records[1] = b.Records[1], b.Records[0] }, "index-place"},
		"older forged": {func(b *Batch) {
			b.Olders[0].Record = bytes.Replace(b.Olders[0].Record, []byte(`100`), []byte(`101`), 1)
		}, "older-differs"},
		"older elsewhere": {func(b *Batch) { b.Olders[0].Record = s.bytes[0] }, "older-differs"},
		"older missing":   {func(b *Batch) { b.Olders = b.Olders[:1] }, "older-missing"},
		"changed byte": {func(b *Batch) {
			b.Records[0] = bytes.Replace(b.Records[0], []byte(`"key":"k"`), []byte(`"key":"l"`), 1)
		}, "checkpoint-root"},
	} {
		t.Run(name, func(t *testing.T) {
			s.TB = t
			s.refused(c.code, platform, "Anchor", forge(c.change))
		})
	}
	s.TB = t
	s.refused("msp-forbidden", charity, "Anchor", s.marshal(s.batch(size, end)))
	s.refused("msp-forbidden", regulator, "Anchor", s.marshal(s.batch(size, end)))
	s.refused("batch-form", platform, "Anchor", []byte{1})
	s.anchor()
}

// flip changes one bit of a signature.
func flip(msg []byte) []byte {
	at := strings.LastIndex(string(msg), " ") + 40
	c := byte('A')
	if msg[at] == c {
		c = 'B'
	}
	return slices.Replace(slices.Clone(msg), at, at+1, c)
}

// TestEveryByte: whatever single byte of a record is changed, the batch is refused.
func TestEveryByte(t *testing.T) {
	s, _, spent, _ := begun(t)
	s.flow(naming(ledger.Return, spent, 10))
	b := s.batch(s.size(), int64(len(s.records)))
	for i := range b.Records[0] {
		changed := slices.Clone(b.Records[0])
		changed[i] ^= 1
		forged := *b
		forged.Records = [][]byte{changed}
		if _, err := s.do(platform, "Anchor", s.marshal(&forged)); ledger.KindOf(err) == 0 {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	s.anchor()
}

// TestReplay: the same batch again is a success that changes nothing, also with other
// borders; another one at its place is refused.
func TestReplay(t *testing.T) {
	s, _, spent, _ := begun(t)
	first := s.size()
	s.flow(gift(main, 5))
	s.flow(naming(ledger.Return, spent, 10))
	end := int64(len(s.records))
	data := s.marshal(s.batch(first, end))
	if a := ask[Anchored](s.world, platform, "Anchor", data); a.Repeated || a.Size != end {
		t.Fatalf("first time: %+v", a)
	}
	for _, again := range [][]byte{data, s.marshal(s.batch(first, first+1)), s.marshal(s.batch(first-3, first+1)), s.marshal(s.batch(0, end))} {
		if a := ask[Anchored](s.world, platform, "Anchor", again); !a.Repeated || len(s.writes) > 0 || a.Root != s.root(a.Size) {
			t.Fatalf("again: %+v, %d keys written", a, len(s.writes))
		}
	}
	b := s.batch(first, end)
	b.Checkpoint = s.sign(proof.Checkpoint{Origin: origin, Size: end, Root: s.root(first)})
	s.refused("checkpoint-root", platform, "Anchor", s.marshal(b))
	b = s.batch(first, first+1)
	b.Checkpoint = flip(b.Checkpoint)
	s.refused("checkpoint-signature", platform, "Anchor", s.marshal(b))
	b.Records = [][]byte{s.bytes[0]}
	var r *Refusal
	if err := s.refused("place-taken", platform, "Anchor", s.marshal(b)); !errors.As(err, &r) || r.Index != first {
		t.Fatalf("another batch at an anchored place: %v", err)
	}
}

// TestBrokenState: an error of the state comes through as it is.
func TestBrokenState(t *testing.T) {
	s, _, _, _ := begun(t)
	s.broken = errors.New("the disk is gone")
	if _, err := s.do(charity, "Head"); err != s.broken {
		t.Fatalf("got %v", err)
	}
	s.broken = nil
	bad := s.add(&ledger.Plan{Project: 5})
	s.must(platform, "Except", bad, s.leaf(bad), "误")
	s.must(regulator, "Except", bad, s.leaf(bad), "误")
	data := s.marshal(s.batch(bad, bad+1))
	for _, key := range []string{" tile 0 0", " noun 0", " head"} { // no exception helps
		kept := s.values[origin+key]
		s.values[origin+key] = bytes.Replace(kept, kept[1:4], []byte("~~~"), 1)
		s.refused("state-broken", platform, "Anchor", data)
		s.values[origin+key] = kept
	}
	s.anchor()
}

// TestErrorText carries a refusal through text.
func TestErrorText(t *testing.T) {
	s, _, _, _ := begun(t)
	s.add(&ledger.Plan{Project: 5})
	_, want := s.do(platform, "Anchor", s.marshal(s.batch(s.size(), s.size()+1)))
	text, ok := FormatError(want)
	got, is := ParseError(text)
	var a, b *Refusal
	if !ok || !is || !errors.As(got, &a) || !errors.As(want, &b) || a.Index != b.Index || *a.Cause != *b.Cause {
		t.Fatalf("got %v, want %v (%s)", got, want, text)
	}
	for _, text := range []string{"", "{}", "boom", `{"kind":1}`} {
		if err, ok := ParseError([]byte(text)); ok {
			t.Errorf("%q is no refusal, but %v", text, err)
		}
	}
	if _, ok := FormatError(errors.New("x")); ok {
		t.Error("a machine's fault is no refusal")
	}
	if !json.Valid(text) || bytes.ContainsRune(text, '\n') {
		t.Errorf("not one line of JSON: %s", text)
	}
}

// TestFewKeys bounds what a batch reads and writes: by pools and tiles, not by records.
func TestFewKeys(t *testing.T) {
	s := newScribe(newWorld(t))
	s.anchor()
	business(s, 5000)
	s.anchor()
	tiles := 5000/256 + 4 // of the tree, two levels
	if max := tiles + 4*3 + 2*3 + 21 + 8; len(s.writes) > max {
		t.Errorf("5,000 records wrote %d keys, more than %d", len(s.writes), max)
	}
	if len(s.reads) > 60 || s.rounds > 8 {
		t.Errorf("5,000 records read %d keys in %d rounds", len(s.reads), s.rounds)
	}
	if s.largest > 32<<10 {
		t.Errorf("the largest value has %d bytes", s.largest)
	}
	business(s, 10)
	s.anchor()
	if len(s.writes) > 20 || len(s.reads) > 40 {
		t.Errorf("10 records read %d keys and wrote %d", len(s.reads), len(s.writes))
	}
}
