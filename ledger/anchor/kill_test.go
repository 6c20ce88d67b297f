package anchor_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"mingzhang/ledger/audit"
)

// roleVariable tells this test binary, started again, to be the program that is killed:
// the database, the folder, a seed.
const roleVariable = "MINGZHANG_ANCHOR_ROLE"

// TestKilled kills a program that writes and anchors, at random moments, with all its
// files open; in the end every record is anchored exactly once.
func TestKilled(t *testing.T) {
	if role := strings.Fields(os.Getenv(roleVariable)); len(role) > 0 {
		seed, err := strconv.ParseUint(role[2], 10, 64)
		must(t, err)
		work(t, role[0], role[1], seed)
		return
	}
	const lives = 12
	onBoth(t, func(t *testing.T, address string) {
		dir := t.TempDir()
		s := sceneIn(t, address, dir)
		s.History(100).Play(100)
		must(t, s.Book.Close())
		must(t, s.ledger.Close())
		for life := range lives {
			live(t, address, dir, life)
		}
		s = sceneIn(t, address, dir)
		l := s.loop(s.Store, s.ledger)
		defer run(l)()
		s.anchored(l)
		s.wantOnce(l)
		_, err := audit.Blocks(ctx, s.ledger, audit.Trust{Origin: origin, Key: s.Key}, audit.Database{Store: s.Store})
		must(t, err)
		t.Logf("%d records in %d lives", s.Size(), lives)
	})
}

// live runs the program, and kills it some time after it has anchored something.
func live(t *testing.T, address, dir string, life int) {
	t.Helper()
	name, _, _ := strings.Cut(t.Name(), "/")
	c := exec.Command(os.Args[0], "-test.run=^"+name+"$")
	c.Env = append(os.Environ(), fmt.Sprintf("%s=%s %s %d", roleVariable, address, dir, life))
	c.Stderr = os.Stderr
	leash, err := c.StdinPipe()
	must(t, err)
	defer leash.Close()
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "anchored" {
		t.Errorf("life %d ended by itself: %s", life, lines.Text())
	}
	<-time.After(rand.N(150 * time.Millisecond)) // the fault may come at any point
	c.Process.Kill()
	io.Copy(io.Discard, out)
	c.Wait()
}

// work is the program: it writes and anchors until it is killed.
func work(t *testing.T, address, dir string, seed uint64) {
	go func() {
		io.Copy(io.Discard, os.Stdin) // the parent is gone
		os.Exit(1)
	}()
	s := sceneIn(t, address, dir)
	h := s.Resume(seed)
	l := s.loop(s.Store, s.ledger)
	defer run(l)()
	began, err := l.Standing(ctx)
	must(t, err)
	for said := false; ; {
		h.Play(50)
		st, err := l.Standing(ctx)
		must(t, err)
		if st.Alarm != "" {
			t.Fatal(st.Alarm)
		}
		if st.Upto > began.Upto && !said {
			os.Stdout.WriteString("anchored\n")
			said = true
		}
	}
}
