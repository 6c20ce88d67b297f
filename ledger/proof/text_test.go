package proof

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"

	theirs "github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"mingzhang/ledger"
)

// proofOf makes the proof of a leaf in the tree of the first size leaves.
func proofOf(t testing.TB, size, index int) Proof {
	t.Helper()
	s, _ := key(t, testOrigin, 1)
	leaves := numbered(size)
	cp := Checkpoint{testOrigin, int64(size), naive(leaves)}
	return Proof{Index: int64(index), Hashes: naivePath(index, leaves), Checkpoint: sign(t, cp, s)}
}

func TestProofText(t *testing.T) {
	p := proofOf(t, 3, 2)
	p.Extra = []byte("salt")
	want := "c2sp.org/tlog-proof@v1\nextra c2FsdA==\nindex 2\n" + p.Hashes[0].String() + "\n\n" + string(p.Checkpoint)
	if got := string(p.Format()); got != want {
		t.Errorf("Format() = %q, want %q", got, want)
	}
	if got, err := ParseProof([]byte(want)); err != nil || !reflect.DeepEqual(got, p) {
		t.Errorf("ParseProof = %+v, %v, want %+v", got, err, p)
	}
}

func TestProofTextAgrees(t *testing.T) {
	checkpoint := proofOf(t, 1, 0).Checkpoint
	rapid.Check(t, func(t *rapid.T) {
		p := Proof{
			Extra:      rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "extra"),
			Index:      rapid.Int64Min(0).Draw(t, "index"),
			Hashes:     numbered(rapid.IntRange(0, maxHashes).Draw(t, "hashes")),
			Checkpoint: checkpoint,
		}
		want := theirs.TLogProof{Index: uint64(p.Index), Checkpoint: checkpoint}
		if len(p.Extra) > 0 {
			want.ExtraData = p.Extra
		}
		for _, h := range p.Hashes {
			want.Hashes = append(want.Hashes, h)
		}
		if got := p.Format(); !bytes.Equal(got, want.Marshal()) {
			t.Fatalf("Format() = %q, theirs is %q", got, want.Marshal())
		}
		var read theirs.TLogProof
		if err := read.Unmarshal(p.Format()); err != nil || !reflect.DeepEqual(read, want) {
			t.Errorf("they read %+v, %v, want %+v", read, err, want)
		}
		back, err := ParseProof(want.Marshal())
		if err != nil || !bytes.Equal(back.Format(), want.Marshal()) {
			t.Errorf("we read %+v, %v", back, err)
		}
	})
}

func TestParseProofRefuses(t *testing.T) {
	p := proofOf(t, 3, 0)
	good := string(p.Format())
	hash := p.Hashes[0].String() + "\n"
	change := func(old, new string) string { return strings.Replace(good, old, new, 1) }
	tooDeep := p
	tooDeep.Hashes = make(tlog.RecordProof, maxHashes+1)
	tooLong := p
	tooLong.Extra = make([]byte, MaxProof)
	negative := p
	negative.Index = -1
	for name, text := range map[string]string{
		"nothing":             "",
		"header alone":        proofHeader + "\n",
		"another version":     change("@v1", "@v2"),
		"carriage returns":    strings.ReplaceAll(good, "\n", "\r\n"),
		"empty extra":         change("index", "extra \nindex"),
		"extra not base64":    change("index", "extra !\nindex"),
		"extra with stray":    change("index", "extra AB==\nindex"),
		"extra twice":         change("index", "extra AA==\nextra AA==\nindex"),
		"extra after index":   change("index 0\n", "index 0\nextra AA==\n"),
		"no index":            change("index 0\n", ""),
		"index with zero":     change("index 0", "index 00"),
		"index with sign":     change("index 0", "index +0"),
		"index with space":    change("index 0", "index 0 "),
		"index beyond int64":  change("index 0", "index 9223372036854775808"),
		"negative index":      string(negative.Format()),
		"64 hashes":           string(tooDeep.Format()),
		"too long":            string(tooLong.Format()),
		"hash with space":     change(hash, " "+hash),
		"hash of 31 bytes":    change(hash, "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoA==\n"),
		"hash with stray":     change(hash, "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB1=\n"),
		"no blank line":       change("\n\n"+testOrigin, "\n"+testOrigin),
		"two blank lines":     change("\n\n"+testOrigin, "\n\n\n"+testOrigin),
		"no checkpoint":       good[:strings.Index(good, testOrigin)],
		"no signature":        good[:strings.Index(good, "— ")],
		"no last newline":     strings.TrimSuffix(good, "\n"),
		"something after":     good + "\n",
		"extension line":      change("\n\n— ", "\nmore\n\n— "),
		"checkpoint not UTF8": change("— ", "\xff "),
	} {
		t.Run(name, func(t *testing.T) {
			if text == good {
				t.Fatal("this case changes nothing")
			}
			got, err := ParseProof([]byte(text))
			wantCode(t, name, err, ledger.Corrupt, "proof-text")
			if !reflect.DeepEqual(got, Proof{}) {
				t.Errorf("got %+v beside the refusal", got)
			}
		})
	}
	if _, err := ParseProof([]byte(change("index 0", "index 9223372036854775807"))); err != nil {
		t.Errorf("index %d: got %v", math.MaxInt64, err)
	}
}

// No bit of a proof's text can be turned unnoticed.
func TestProofTextRefusesEveryFlippedBit(t *testing.T) {
	_, v := key(t, testOrigin, 1)
	for _, c := range [][2]int{{1, 0}, {7, 4}} {
		leaf := numbered(7)[c[1]]
		text := proofOf(t, c[0], c[1]).Format()
		if err := verify(text, leaf, v); err != nil {
			t.Fatalf("the true text: got %v", err)
		}
		flips(text, func(bit int) {
			if err := verify(text, leaf, v); ledger.KindOf(err) != ledger.Corrupt {
				t.Errorf("bit %d of %q: got %v, want a refusal", bit, text, err)
			}
		})
	}
}

func FuzzProof(f *testing.F) {
	_, v := key(f, testOrigin, 1)
	p := proofOf(f, 7, 4)
	f.Add(p.Format())
	p.Extra = []byte("salt")
	f.Add(p.Format())
	f.Add(proofOf(f, 1, 0).Format())
	f.Add([]byte(proofHeader + "\nextra \nindex 00\n\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ParseProof(text)
		if err != nil {
			return
		}
		if got := p.Format(); !bytes.Equal(got, text) {
			t.Errorf("proof %q came back as %q", text, got)
		}
		verify(text, tlog.Hash{}, v)
	})
}
