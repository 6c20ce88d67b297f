package access

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"mingzhang/ledger"
)

func count(p []byte) {
	for i := range p {
		p[i] = byte(i)
	}
}

// The key of the package comment, made of bytes that count.
func Example() {
	key, _ := draw(ledger.Charity, count)
	fmt.Println(key.ID())
	fmt.Println(key)
	fmt.Println(key.Reveal())
	// Output:
	// ch-000g40r
	// mz_ch-000g40r_…
	// mz_ch-000g40r_000g40r40m30e209185gr38e1w8124gk2gahc5rr34d1p70x3rfj08924f80kwfm
}

func TestKeys(t *testing.T) {
	shape := regexp.MustCompile(`^mz_[a-z]{2}-[0-9a-z]{7}_[0-9a-z]{64}$`)
	b := open(t, "sqlite:"+t.TempDir()+"/book.db")
	for role := range letters {
		key, r := draw(role, b.Random)
		if !shape.MatchString(key.text) {
			t.Errorf("the key of a %s does not look like one: %d characters", role, len(key.text))
		}
		if id, back, ok := read(key.text); !ok || id != key.id || back != r {
			t.Errorf("the key of a %s is read as %s %v, want %s", role, id, ok, key.id)
		}
		if err := (ledger.Author{Org: 1, Key: key.ID()}).Check(); err != nil {
			t.Errorf("the key of a %s cannot be an author's: %v", role, err)
		}
	}
}

// TestTypos: any one wrong character, any one lost or doubled, and any two neighbours in
// the wrong order are told without a look-up.
func TestTypos(t *testing.T) {
	key, _ := draw(ledger.Partner, count)
	good := key.Reveal()
	refuse := func(what, bad string) {
		t.Helper()
		if _, _, ok := read(bad); ok && bad != good {
			t.Errorf("%s is read: %s", what, bad)
		}
	}
	for i := range good {
		for c := byte(0); c < 128; c++ {
			refuse("a wrong character", good[:i]+string(c)+good[i+1:])
		}
		refuse("a lost character", good[:i]+good[i+1:])
		refuse("a doubled character", good[:i]+good[i:i+1]+good[i:])
		if i > 0 {
			refuse("a swap", good[:i-1]+good[i:i+1]+good[i-1:i]+good[i+1:])
		}
	}
	refuse("capitals", strings.ToUpper(good))
	refuse("nothing", "")
}

func FuzzRead(f *testing.F) {
	key, _ := draw(ledger.Charity, count)
	f.Add(key.Reveal())
	f.Add("mz_ch-000g40r_\n")
	f.Fuzz(func(t *testing.T, text string) {
		if id, r, ok := read(text); ok && spell(id, r) != text {
			t.Errorf("%q is read, but written %q", text, spell(id, r))
		}
	})
}

// TestMasked: a key shows itself to nobody who does not ask for it by name.
func TestMasked(t *testing.T) {
	key, _ := draw(ledger.Charity, count)
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("key", "key", key, "in", struct{ K Key }{key})
	encoded, err := json.Marshal(map[string]any{"key": key})
	must(t, err)
	shown := log.String() + string(encoded)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
		shown += fmt.Sprintf(verb, key) + fmt.Sprintf(verb, []Key{key}) + fmt.Sprintf(verb, &key)
	}
	if secret := key.Reveal()[head+1:]; strings.Contains(shown, secret[:16]) || strings.Contains(shown, fmt.Sprintf("%x", secret[:8])) {
		t.Errorf("the key is in: %s", shown)
	}
}
