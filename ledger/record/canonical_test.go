package record_test

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/gowebpki/jcs"
	"pgregory.net/rapid"

	"mingzhang/ledger/record"
)

// fataler is what a test, a fuzz target and a rapid check have in common.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// canonical makes sure that another implementation of RFC 8785 leaves data as it is.
func canonical(t fataler, data []byte) {
	t.Helper()
	got, err := jcs.Transform(data)
	if err != nil || !bytes.Equal(got, data) {
		t.Fatalf("RFC 8785 gives\n%s, %v\nfor\n%s", got, err, data)
	}
}

func TestCanonicalGoldens(t *testing.T) {
	for _, g := range goldens() {
		canonical(t, mustFormat(t, g.record()))
	}
}

// TestCanonicalRecords: other programs agree on the form; what is formatted reads
// back, and formats as before; the schema accepts it.
func TestCanonicalRecords(t *testing.T) {
	s := schema(t, "")
	rapid.Check(t, func(t *rapid.T) {
		r := drawRecord(t)
		data, err := record.Format(r)
		if err != nil {
			t.Fatalf("Format(%+v, body %+v): %v", r, r.What, err)
		}
		canonical(t, data)
		parsed, err := record.Parse(data)
		if err != nil {
			t.Fatalf("Parse(%s): %v", data, err)
		}
		if !reflect.DeepEqual(parsed, r) {
			t.Fatalf("Parse gives\n%+v, body %+v\nwant\n%+v, body %+v", parsed, parsed.What, r, r.What)
		}
		if again, err := record.Format(parsed); err != nil || !bytes.Equal(again, data) {
			t.Fatalf("Format of what was parsed gives\n%s, %v\nwant\n%s", again, err, data)
		}
		if err := validate(s, data); err != nil {
			t.Fatalf("the schema refuses %s: %v", data, err)
		}
	})
}

func TestCanonicalOpenings(t *testing.T) {
	s := schema(t, "#/$defs/opening")
	rapid.Check(t, func(t *rapid.T) {
		o := drawOpening(t)
		commitment, data, err := record.SealUp(o)
		if err != nil {
			t.Fatalf("SealUp(%+v): %v", o, err)
		}
		canonical(t, data)
		opened, err := record.Open(commitment, data)
		if err != nil || !reflect.DeepEqual(opened, o) {
			t.Fatalf("Open gives %+v, %v, want %+v", opened, err, o)
		}
		if _, again, err := record.SealUp(opened); err != nil || !bytes.Equal(again, data) {
			t.Fatalf("SealUp of what was opened gives %s, %v, want %s", again, err, data)
		}
		if err := validate(s, data); err != nil {
			t.Fatalf("the schema refuses %s: %v", data, err)
		}
	})
}
