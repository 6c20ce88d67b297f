package record_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// guarded says whether err is the guard's, which binds writing and not reading.
func guarded(err error) bool {
	return errors.Is(err, &ledger.Error{Code: "personal-number"})
}

// FuzzParse: whatever is accepted is canonical, here and to another implementation
// of RFC 8785, and is what Format gives.
func FuzzParse(f *testing.F) {
	for _, g := range goldens() {
		f.Add(mustFormat(f, g.record()))
	}
	f.Add([]byte(`{"by":{"key":"k7","org":1},"index":12}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		r, err := record.Parse(data)
		if !bytes.Equal(before, data) {
			t.Fatalf("Parse changed its input %q to %q", before, data)
		}
		if err != nil {
			refusedFor(t, err, string(data), "")
			return
		}
		canonical(t, data)
		again, err := record.Format(r)
		if !guarded(err) && (err != nil || !bytes.Equal(again, data)) {
			t.Fatalf("Parse accepts\n%s\nFormat gives\n%s, %v", data, again, err)
		}
	})
}

// FuzzOpen: the same for openings.
func FuzzOpen(f *testing.F) {
	for _, o := range append(openings(16), openings(64)...) {
		_, data, err := record.SealUp(o)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := record.Open(sha256.Sum256(data), data)
		if err != nil {
			refusedFor(t, err, string(data), "")
			return
		}
		canonical(t, data)
		commitment, again, err := record.SealUp(o)
		if !guarded(err) && (err != nil || !bytes.Equal(again, data) || commitment != sha256.Sum256(data)) {
			t.Fatalf("Open accepts\n%s\nSealUp gives\n%s, %v", data, again, err)
		}
	})
}
