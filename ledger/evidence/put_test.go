package evidence

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"mingzhang/ledger"
)

func TestPut(t *testing.T) {
	eachBucket(t, func(t *testing.T, s *Store) {
		got := put(t, s, aPDF, "application/pdf")
		want := ledger.Evidence{Hash: hashOf(aPDF), Size: int64(len(aPDF)), Media: "application/pdf"}
		if got != want {
			t.Errorf("Put gives %+v, want %+v", got, want)
		}
		if err := got.Check(); err != nil {
			t.Errorf("a record would refuse it: %v", err)
		}
		if content, err := read(s, got.Hash); err != nil || content != aPDF {
			t.Errorf("read %q, %v; want what was put", content, err)
		}
	})
}

func TestPutTwice(t *testing.T) {
	s := openAt(t, t.TempDir())
	first := put(t, s, aPDF, "")
	before, err := os.Stat(fileOf(s, first.Hash))
	if err != nil {
		t.Fatal(err)
	}
	if second := put(t, s, aPDF, ""); second != first {
		t.Errorf("second Put gives %+v, want %+v", second, first)
	}
	after, err := os.Stat(fileOf(s, first.Hash))
	if err != nil || !os.SameFile(before, after) || !before.ModTime().Equal(after.ModTime()) {
		t.Errorf("the second Put touched the file (%v)", err)
	}
}

func TestPutMendsADamagedFile(t *testing.T) {
	s := openAt(t, t.TempDir())
	e := put(t, s, aPDF, "")
	overwrite(t, fileOf(s, e.Hash), "rot")
	put(t, s, aPDF, "")
	if content, err := read(s, e.Hash); content != aPDF {
		t.Errorf("read %q, %v; want the mended file", content, err)
	}
}

func TestPutAtOnce(t *testing.T) {
	eachBucket(t, func(t *testing.T, s *Store) {
		var group sync.WaitGroup
		for range 16 {
			group.Go(func() {
				if _, err := s.Put(t.Context(), strings.NewReader(aPDF), ""); err != nil {
					t.Errorf("Put: %v", err)
				}
			})
		}
		group.Wait()
		if content, err := read(s, hashOf(aPDF)); content != aPDF {
			t.Errorf("read %q, %v; want the file", content, err)
		}
		if err := s.Delete(t.Context(), hashOf(aPDF)); err != nil {
			t.Error(err)
		}
		wantEmpty(t, s)
	})
}

func TestPutSize(t *testing.T) {
	for _, c := range []struct {
		name  string
		limit int64
		size  int
		code  string
	}{
		{"empty", 1000, 0, "evidence-empty"},
		{"one byte", 1000, 1, ""},
		{"the limit", 1000, 1000, ""},
		{"one byte more", 1000, 1001, "evidence-too-large"},
		{"the limit, past the head", 3 * headSize, 3 * headSize, ""},
		{"one byte more, past the head", 3 * headSize, 3*headSize + 1, "evidence-too-large"},
		{"far more", 3 * headSize, 9 * headSize, "evidence-too-large"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := openAt(t, t.TempDir())
			s.Limit = c.limit
			e, err := s.Put(t.Context(), strings.NewReader(strings.Repeat("a", c.size)), "")
			if c.code != "" {
				wantCode(t, err, c.code)
				wantEmpty(t, s)
			} else if err != nil || e.Size != int64(c.size) {
				t.Errorf("Put gives %+v, %v; want %d bytes", e, err, c.size)
			}
		})
	}
}

// A sender that breaks off leaves nothing, wherever it breaks off.
func TestPutBrokenOff(t *testing.T) {
	long := aPDF + strings.Repeat("a", 5*headSize)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	later, cancelLater := context.WithCancel(t.Context())
	fault := errors.New("connection reset")
	for _, c := range []struct {
		name string
		ctx  context.Context
		r    io.Reader
		want error
	}{
		{"at once", t.Context(), iotest.ErrReader(fault), fault},
		{"in the head", t.Context(), io.MultiReader(strings.NewReader(aPDF), iotest.ErrReader(fault)), fault},
		{"midway", t.Context(), io.MultiReader(strings.NewReader(long), iotest.ErrReader(fault)), fault},
		{"truncated", t.Context(), io.MultiReader(strings.NewReader(long), iotest.ErrReader(io.ErrUnexpectedEOF)), io.ErrUnexpectedEOF},
		{"cancelled before", cancelled, strings.NewReader(long), context.Canceled},
		{"cancelled midway", later, io.MultiReader(strings.NewReader(long), call(cancelLater), strings.NewReader(long)), context.Canceled},
		{"cancelled by the last byte", later, io.MultiReader(strings.NewReader(long), call(cancelLater)), context.Canceled},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachBucket(t, func(t *testing.T, s *Store) {
				_, err := s.Put(c.ctx, c.r, "")
				if !errors.Is(err, c.want) || ledger.KindOf(err) != 0 {
					t.Errorf("got error %v, want %v", err, c.want)
				}
				wantEmpty(t, s)
			})
		})
	}
}

// call is an empty reader that does something when it is read.
func call(do func()) io.Reader {
	return readerFunc(func([]byte) (int, error) { do(); return 0, io.EOF })
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// What is received is on the disk only under its temporary name until it is whole.
func TestPutShowsNothingEarly(t *testing.T) {
	s := openAt(t, t.TempDir())
	look := call(func() {
		names, err := filepath.Glob(filepath.Join(s.folder, "sha256", "*"))
		if err != nil || len(names) != 0 {
			t.Errorf("there is %v (%v) before the last byte", names, err)
		}
	})
	long := aPDF + strings.Repeat("a", 5*headSize)
	if _, err := s.Put(t.Context(), io.MultiReader(strings.NewReader(long), look), ""); err != nil {
		t.Fatal(err)
	}
}
