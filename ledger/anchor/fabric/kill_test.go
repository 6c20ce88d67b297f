package fabric_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/anchor/fabric"
	"mingzhang/ledger/store/pgtest"
)

// roleVariable tells this test binary, started again, to be a server that is killed.
const roleVariable = "MINGZHANG_FABRIC_ROLE"

// role is what the server is started with, and where in a submission it dies.
type role struct{ address, dir, profile, origin, stage string }

func (r role) String() string {
	return strings.Join([]string{r.address, r.dir, r.profile, r.origin, r.stage}, "\n")
}

func readRole(text string) (r role) {
	lines := strings.Split(text, "\n")
	return role{lines[0], lines[1], lines[2], lines[3], lines[4]}
}

// The stages of a submission.
const (
	beforeSubmit   = "before it is submitted"
	beforeOrdering = "after it is endorsed"
	beforeOutcome  = "after the orderers have it, before the outcome is known"
	beforeProgress = "after the outcome is known, before progress is stored"
	afterProgress  = "after progress is stored, with the next one under way"
)

// TestKilled kills a server with kill -9 at every stage of a submission, while it records
// and anchors. In the end every record is anchored exactly once.
func TestKilled(t *testing.T) {
	if text := os.Getenv(roleVariable); text != "" {
		serveUntilKilled(t, readRole(text))
		return
	}
	r := role{pgtest.DSN(t), t.TempDir(), network(t).Profile(), newOrigin(), ""}
	first := anchortest.Open(t, r.address, r.dir, r.origin)
	first.History(100)
	must(t, first.Book.Close())
	client := connect(t, "platform", r.origin)
	register(t, client, first.Key)
	for _, r.stage = range []string{beforeSubmit, beforeOrdering, beforeOutcome, beforeProgress, afterProgress} {
		before, err := client.Head(ctx)
		must(t, err)
		r.live(t)
		after, err := client.Head(ctx)
		must(t, err)
		t.Logf("killed %s: anchored %d, then %d", r.stage, before.Size, after.Size)
	}
	s := &scene{TB: t, Scene: anchortest.Open(t, r.address, r.dir, r.origin), Client: client, origin: r.origin}
	s.loop = anchor.New(s.Loop(client))
	defer s.run()()
	s.anchored()
	s.wantOnce()
	_, err := s.audit()
	must(t, err)
	t.Logf("%d records", s.Size())
}

// live runs the server until it is killed.
func (r role) live(t *testing.T) {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	c.Env = append(os.Environ(), fmt.Sprintf("%s=%s", roleVariable, r))
	leash, err := c.StdinPipe()
	must(t, err)
	defer leash.Close()
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Exited() {
		t.Fatalf("the server was not killed %s: %v\n%s", r.stage, err, out)
	}
}

// serveUntilKilled is the server: it records and anchors, and dies in its third
// submission.
func serveUntilKilled(t *testing.T, r role) {
	go func() {
		io.Copy(io.Discard, os.Stdin) // the parent is gone
		os.Exit(1)
	}()
	s := anchortest.Open(t, r.address, r.dir, r.origin)
	c, err := fabric.Open(ctx, fabric.Config{Profile: r.profile, Org: "platform", Origin: r.origin, Log: quiet})
	must(t, err)
	d := &doomed{Client: c, stage: r.stage}
	fabric.Observe(d.observe)
	go anchor.New(s.Loop(d)).Run(ctx)
	for h := s.Resume(uint64(os.Getpid())); ; {
		h.Play(30)
	}
}

// doomed is a client whose program dies at a stage of a submission.
type doomed struct {
	*fabric.Client
	stage   string
	submits atomic.Int64
}

// die is kill -9.
func (d *doomed) die(stage string) {
	if d.stage == stage && d.submits.Load() >= 3 {
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = self.Kill()
		}
		if err != nil {
			panic(err)
		}
		select {} // what is left of its life
	}
}

func (d *doomed) observe(step int) {
	switch step {
	case fabric.Ordering:
		d.die(beforeOrdering)
	case fabric.Sent:
		d.die(beforeOutcome)
	}
}

func (d *doomed) Submit(ctx context.Context, batch []byte) (*anchor.Committed, error) {
	d.submits.Add(1)
	d.die(beforeSubmit)
	if d.submits.Load() > 3 {
		d.die(afterProgress)
	}
	c, err := d.Client.Submit(ctx, batch)
	if err == nil {
		d.die(beforeProgress)
	}
	return c, err
}
