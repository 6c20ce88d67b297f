package evidence

import (
	"errors"
	"testing"
)

// TestEach: all files are told of, by hash, and nothing else that lies among them.
func TestEach(t *testing.T) {
	s := openAt(t, t.TempDir())
	want := map[string]int64{}
	for _, content := range []string{aPDF, aPNG, aCSV} {
		e := put(t, s, content, "")
		want[e.Hash] = e.Size
	}
	overwrite(t, s.folder+"/sha256/readme.txt", "x")
	overwrite(t, s.folder+"/incoming/half", "x")
	last := ""
	err := s.Each(t.Context(), func(hash string, size int64) error {
		if hash <= last || want[hash] != size {
			t.Errorf("told of %s with %d bytes behind %s, want %d", hash, size, last, want[hash])
		}
		delete(want, hash)
		last = hash
		return nil
	})
	if err != nil || len(want) > 0 {
		t.Errorf("left out: %v (%v)", want, err)
	}
	stop := errors.New("enough")
	if err := s.Each(t.Context(), func(string, int64) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("got %v, want the error of the function", err)
	}
}
