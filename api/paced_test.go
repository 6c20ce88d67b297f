package api

import (
	"os"
	"testing"
	"time"
)

// Impatient has exports wait for a place, and their readers keep them waiting, for so long
// only, until the test ends. Call it before the server is opened.
func Impatient(t testing.TB, wait, pace time.Duration) {
	was, had := exportWait, paceTime
	exportWait, paceTime = wait, pace
	t.Cleanup(func() { exportWait, paceTime = was, had })
}

// Hasty has costly reads end after so long, until the test ends. Call it before the server
// is opened.
func Hasty(t testing.TB, most time.Duration) {
	was := costlyTime
	costlyTime = most
	t.Cleanup(func() { costlyTime = was })
}

// slowLine is a connection whose reader takes a KiB in each while, as a clock of its own has it.
type slowLine struct {
	now   time.Time
	until time.Time
	each  time.Duration
}

func (l *slowLine) SetWriteDeadline(t time.Time) error { l.until = t; return nil }

func (l *slowLine) Write(b []byte) (int, error) {
	l.now = l.now.Add(l.each * time.Duration(len(b)) / 1024)
	if l.now.After(l.until) {
		return 0, os.ErrDeadlineExceeded
	}
	return len(b), nil
}

// TestPaced: a reader may take ten seconds for each 64 KiB, in pieces of whatever size and
// however long that goes on; what passes between the pieces is not its fault.
func TestPaced(t *testing.T) {
	for _, c := range []struct {
		name  string
		each  time.Duration // for a KiB
		piece int
		ok    bool
	}{
		{"nothing is taken", time.Hour, 100, false},
		{"just in time", 150 * time.Millisecond, 4096, true},
		{"just in time, in large pieces", 150 * time.Millisecond, 1 << 20, true},
		{"just in time, in pieces that do not fit", 150 * time.Millisecond, 5000, true},
		{"too slow", 160 * time.Millisecond, 4096, false},
		{"too slow, in large pieces", 160 * time.Millisecond, 1 << 20, false},
		{"too slow, by single bytes", 160 * time.Millisecond, 1, false},
	} {
		l := &slowLine{now: time.Unix(0, 0), each: c.each}
		p := &paced{w: l, c: l, now: func() time.Time { return l.now }}
		piece, sent, err := make([]byte, c.piece), 0, error(nil)
		for sent < 4<<20 && err == nil {
			l.now = l.now.Add(time.Minute) // the database takes its time
			var n int
			n, err = p.Write(piece)
			if sent += n; err == nil && n != len(piece) {
				t.Fatalf("%s: %d of %d bytes and no error", c.name, n, len(piece))
			}
		}
		if (err == nil) != c.ok {
			t.Errorf("%s: after %d bytes %v", c.name, sent, err)
		}
	}
}
