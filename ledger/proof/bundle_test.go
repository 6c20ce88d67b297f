package proof

import (
	"bytes"
	"slices"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

func TestBundle(t *testing.T) {
	records := [][]byte{[]byte(`{"v":1}`), {}, bytes.Repeat([]byte("账"), 100), make([]byte, record.MaxBytes)}
	var bundle []byte
	for _, r := range records {
		var err error
		if bundle, err = AppendEntry(bundle, r); err != nil {
			t.Fatal(err)
		}
	}
	if want := []byte("\x00\x07{\"v\":1}\x00\x00\x01\x2c"); !bytes.HasPrefix(bundle, want) {
		t.Errorf("bundle begins %q, want %q", bundle[:len(want)], want)
	}
	got, err := Entries(bundle)
	if err != nil || !slices.EqualFunc(got, records, bytes.Equal) {
		t.Errorf("Entries gives %d records and %v, want the %d appended", len(got), err, len(records))
	}
	got[0] = append(got[0], "overrun"...)
	if again, _ := Entries(bundle); !bytes.Equal(again[1], records[1]) {
		t.Error("appending to one record wrote into the next")
	}
}

func TestBundleRefuses(t *testing.T) {
	before := []byte{0, 0}
	after, err := AppendEntry(before, make([]byte, record.MaxBytes+1))
	wantCode(t, "long record", err, ledger.Invalid, "record-too-long")
	if !bytes.Equal(after, before) {
		t.Errorf("a refused record changed the bundle to %x", after)
	}
	for name, bundle := range map[string][]byte{
		"nothing": nil, "half a length": {0}, "no bytes": {0, 1}, "cut short": {0, 2, 'a'},
		"half a second length": {0, 0, 0}, "257 records": make([]byte, 2*257),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Entries(bundle)
			wantCode(t, name, err, ledger.Corrupt, "bundle")
		})
	}
	if got, err := Entries(make([]byte, 2*256)); len(got) != 256 || err != nil {
		t.Errorf("256 empty records: got %d and %v", len(got), err)
	}
}

func FuzzEntries(f *testing.F) {
	for _, seed := range []string{"", "\x00\x00", "\x00\x01a", "\x00\x07{\"v\":1}\x00\x02{}", "\x00\x02a", "\xff\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, bundle []byte) {
		records, err := Entries(bundle)
		if err != nil {
			return
		}
		var again []byte
		for _, r := range records {
			if again, err = AppendEntry(again, r); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(again, bundle) {
			t.Errorf("bundle %x came back as %x", bundle, again)
		}
	})
}
