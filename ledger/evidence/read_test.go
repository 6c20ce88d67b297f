package evidence

import (
	"io"
	"os"
	"strings"
	"testing"

	"mingzhang/ledger"
)

func TestRead(t *testing.T) {
	eachBucket(t, func(t *testing.T, s *Store) {
		f, err := s.Open(t.Context(), put(t, s, aPDF, "").Hash)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if f.Size() != int64(len(aPDF)) {
			t.Errorf("size %d, want %d", f.Size(), len(aPDF))
		}
		if _, err := f.Seek(-6, io.SeekEnd); err != nil {
			t.Fatal(err)
		}
		if end, err := io.ReadAll(f); string(end) != "%%EOF\n" {
			t.Errorf("the end is %q, %v", end, err)
		}
	})
}

func TestMissing(t *testing.T) {
	eachBucket(t, func(t *testing.T, s *Store) {
		_, err := s.Open(t.Context(), noHash)
		wantCode(t, err, "evidence-missing")
		wantCode(t, s.Delete(t.Context(), noHash), "evidence-missing")
		if ok, err := s.Has(t.Context(), noHash); ok || err != nil {
			t.Errorf("Has gives %v, %v", ok, err)
		}
	})
}

func TestDelete(t *testing.T) {
	eachBucket(t, func(t *testing.T, s *Store) {
		e := put(t, s, aPDF, "")
		if ok, err := s.Has(t.Context(), e.Hash); !ok || err != nil {
			t.Errorf("Has gives %v, %v", ok, err)
		}
		if err := s.Delete(t.Context(), e.Hash); err != nil {
			t.Fatal(err)
		}
		_, err := s.Open(t.Context(), e.Hash)
		wantCode(t, err, "evidence-missing")
		wantEmpty(t, s)
		put(t, s, aPDF, "")
	})
}

// Whatever happened to a file on the disk, not one byte of it is given.
func TestDamaged(t *testing.T) {
	content := aPDF + strings.Repeat("a", 5*headSize)
	for _, c := range []struct {
		name string
		now  string
	}{
		{"first bit", "\x24" + content[1:]},
		{"last bit", content[:len(content)-1] + "`"},
		{"truncated", content[:len(content)-1]},
		{"empty", ""},
		{"longer", content + "a"},
		{"another file", aPNG},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := openAt(t, t.TempDir())
			e := put(t, s, content, "")
			overwrite(t, fileOf(s, e.Hash), c.now)
			f, err := s.Open(t.Context(), e.Hash)
			if f != nil || ledger.KindOf(err) != ledger.Corrupt {
				t.Errorf("Open gives %v, %v; want Corrupt", f, err)
			}
		})
	}
}

// Only a hash becomes a path.
func TestHostileHash(t *testing.T) {
	s := openAt(t, t.TempDir())
	overwrite(t, s.folder+"/secret", "secret")
	digits := strings.TrimPrefix(noHash, "sha256:")
	for _, hash := range []string{
		"", "secret", "../secret", "sha256:", "sha256:../secret", digits, "sha256/" + digits, noHash + "/../../secret",
		"sha256:" + digits[:63], noHash + "0", "SHA256:" + digits, "sha256:" + digits[:63] + "A", "sha256:" + digits[:63] + "\x00",
		"sha256:" + strings.Repeat("../", 21) + "x", "md5:" + digits,
	} {
		_, err := s.Open(t.Context(), hash)
		wantCode(t, err, "hash-unreadable")
		_, err = s.Has(t.Context(), hash)
		wantCode(t, err, "hash-unreadable")
		wantCode(t, s.Delete(t.Context(), hash), "hash-unreadable")
	}
	if _, err := os.Stat(s.folder + "/secret"); err != nil {
		t.Error(err)
	}
}
