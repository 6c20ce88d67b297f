package fabricnet_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"mingzhang/chaincode/network/fabricnet"
)

// TestNetwork is the life of a network: made from nothing, used, hurt, mended,
// stopped as a whole, started again on its data, taken down.
func TestNetwork(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	dir := filepath.Join(t.TempDir(), "net")
	n := up(ctx, t, fabricnet.Config{Dir: dir, Tied: true})
	allRun(ctx, t, n)

	// What the platform proposes and the regulator confirms, every peer knows.
	key := logKey(t)
	invoke(ctx, t, n, "platform", "RegisterLog", origin, key, "PlatformMSP", "RegulatorMSP")
	invoke(ctx, t, n, "regulator", "ConfirmLog", origin, key, "PlatformMSP", "RegulatorMSP")
	for _, organization := range []string{"charity", "platform", "regulator"} {
		knows(ctx, t, n, organization, key)
	}

	t.Run("a refusal is the contract's", func(t *testing.T) {
		err := n.Invoke(ctx, "charity", "ConfirmLog", origin, key, "PlatformMSP", "RegulatorMSP")
		says(t, err, `"kind":5`, `"code":"msp-forbidden"`, `"zh":`, `"en":`)
	})
	t.Run("a peer is killed and catches up", func(t *testing.T) {
		must(t, n.Kill(ctx, "peer-charity"))
		next := logKey(t)
		invoke(ctx, t, n, "platform", "RotateKey", origin, next)
		must(t, n.Start(ctx, "peer-charity"))
		eventually(ctx, t, func() bool { return height(ctx, t, n, "peer-charity") == height(ctx, t, n, "peer-platform") })
		knows(ctx, t, n, "charity", next)
	})
	t.Run("a chaincode server is killed", func(t *testing.T) {
		must(t, n.Kill(ctx, "chaincode-charity"))
		if answer, err := n.Query(ctx, "charity", "Head", origin); err == nil {
			t.Errorf("without its chaincode the peer answers %s", answer)
		}
		must(t, n.Start(ctx, "chaincode-charity"))
		knows(ctx, t, n, "charity", key)
	})
	t.Run("another up changes nothing", func(t *testing.T) {
		before := pids(ctx, n)
		_, err := fabricnet.Up(ctx, fabricnet.Config{Dir: dir})
		must(t, err)
		for name, pid := range pids(ctx, n) {
			if before[name] != pid {
				t.Errorf("%s: pid %d, was %d", name, pid, before[name])
			}
		}
	})
	t.Run("everything is stopped and started", func(t *testing.T) {
		var was uint64
		eventually(ctx, t, func() bool { // a peer may be a block behind
			was = height(ctx, t, n, "peer-regulator")
			return was == height(ctx, t, n, "peer-platform")
		})
		must(t, n.Down(ctx, false))
		noneRuns(ctx, t, n)
		began := time.Now()
		n = up(ctx, t, fabricnet.Config{Dir: dir, Tied: true})
		t.Logf("started again in %v", time.Since(began))
		if now := height(ctx, t, n, "peer-regulator"); now != was {
			t.Errorf("height %d, was %d", now, was)
		}
		knows(ctx, t, n, "regulator", key)
		invoke(ctx, t, n, "platform", "RotateKey", origin, logKey(t))
	})
	t.Run("down leaves nothing", func(t *testing.T) {
		must(t, n.Down(ctx, true))
		noneRuns(ctx, t, n)
		if _, err := os.Stat(dir); !os.IsNotExist(err) {
			t.Errorf("the folder: %v", err)
		}
	})
}

// TestNodeThatCannotStart: the error names the node, its log, and what it wrote.
func TestNodeThatCannotStart(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	broken := filepath.Join(t.TempDir(), "server")
	must(t, os.WriteFile(broken, []byte("#!/bin/sh\necho no ledger today >&2\nexit 3\n"), 0o700))
	dir := filepath.Join(t.TempDir(), "net")
	_, err := fabricnet.Up(ctx, fabricnet.Config{Dir: dir, Chaincode: broken, Tied: true})
	says(t, err, "chaincode-platform has ended", filepath.Join(dir, "log", "chaincode-platform.log"), "no ledger today")
	n, err := fabricnet.Open(dir)
	must(t, err)
	noneRuns(ctx, t, n)

	// What was never usable is begun anew.
	allRun(ctx, t, up(ctx, t, fabricnet.Config{Dir: dir, Tied: true}))
}

// TestThreeOrderers: each is killed in turn, transactions go on, and it catches up.
func TestThreeOrderers(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	dir := filepath.Join(t.TempDir(), "net")
	n := up(ctx, t, fabricnet.Config{Dir: dir, Orderers: 3, Tied: true})
	allRun(ctx, t, n)
	for _, orderer := range []string{"orderer1", "orderer2", "orderer3"} {
		must(t, n.Kill(ctx, orderer))
		key := logKey(t)
		eventually(ctx, t, func() bool { // while a leader is elected, orderers refuse
			return n.Invoke(ctx, "platform", "RegisterLog", origin, key, "PlatformMSP", "RegulatorMSP") == nil
		})
		must(t, n.Start(ctx, orderer))
		eventually(ctx, t, func() bool { return height(ctx, t, n, orderer) == height(ctx, t, n, "peer-platform") })
	}
	_, err := fabricnet.Up(ctx, fabricnet.Config{Dir: dir, Orderers: 1})
	says(t, err, "was made with orderers 3")
	says(t, n.Start(ctx, "peer-nobody"), "there are", "chaincode-charity")
}
