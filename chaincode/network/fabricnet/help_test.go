package fabricnet_test

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/chaincode/network/fabricnet"
)

// origin is the name of the log that the tests register.
const origin = "log.mingzhang.test"

// logKey makes a verifier key of the log.
func logKey(t *testing.T) string {
	t.Helper()
	_, vkey, err := note.GenerateKey(rand.Reader, origin)
	must(t, err)
	return vkey
}

func up(ctx context.Context, t *testing.T, c fabricnet.Config) *fabricnet.Network {
	t.Helper()
	began := time.Now()
	c.Progress = func(step string) { t.Logf("%5.1fs %s", time.Since(began).Seconds(), step) }
	n, err := fabricnet.Up(ctx, c)
	must(t, err)
	c.Progress("up")
	t.Cleanup(func() {
		if err := n.Down(context.Background(), false); err != nil {
			t.Error(err)
		}
	})
	return n
}

func invoke(ctx context.Context, t *testing.T, n *fabricnet.Network, organization, function string, args ...string) {
	t.Helper()
	must(t, n.Invoke(ctx, organization, function, args...))
}

// knows checks that the organisation's own peer tells of the key.
func knows(ctx context.Context, t *testing.T, n *fabricnet.Network, organization, key string) {
	t.Helper()
	head, err := n.Query(ctx, organization, "Head", origin)
	must(t, err)
	if !strings.Contains(head, key) {
		t.Errorf("%s does not know the key %s: %s", organization, key, head)
	}
}

func allRun(ctx context.Context, t *testing.T, n *fabricnet.Network) {
	t.Helper()
	for _, node := range n.Status(ctx) {
		if !node.Alive || !node.Healthy || node.Pid == 0 || (node.Kind != fabricnet.Server) != (node.Height > 0) {
			t.Errorf("not as it should be: %+v", node)
		}
	}
}

func noneRuns(ctx context.Context, t *testing.T, n *fabricnet.Network) {
	t.Helper()
	for _, node := range n.Status(ctx) {
		if node.Alive {
			t.Errorf("%s still runs", node.Name)
		}
	}
}

func height(ctx context.Context, t *testing.T, n *fabricnet.Network, name string) uint64 {
	t.Helper()
	for _, node := range n.Status(ctx) {
		if node.Name == name {
			return node.Height
		}
	}
	t.Fatalf("no node %s", name)
	return 0
}

func pids(ctx context.Context, n *fabricnet.Network) map[string]int {
	all := map[string]int{}
	for _, node := range n.Status(ctx) {
		all[node.Name] = node.Pid
	}
	return all
}

// eventually asks until it is so, five minutes at the most.
func eventually(ctx context.Context, t *testing.T, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for !so() {
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatal("it did not come to be so")
		}
	}
}

// says checks that an error tells everything that it should.
func says(t *testing.T, err error, all ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range all {
		if !strings.Contains(strings.ReplaceAll(err.Error(), `\"`, `"`), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
