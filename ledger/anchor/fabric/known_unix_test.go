//go:build unix

package fabric_test

import (
	"errors"
	"fmt"
	"slices"
	"syscall"
	"testing"

	"mingzhang/chaincode/contract"
	"mingzhang/chaincode/network/fabricnet"
	"mingzhang/ledger/anchor/fabric"
)

// TestKnown: what was committed in another organisation's name, whose peer tells of it,
// is in the next answer of the own peer, though that one slept meanwhile.
func TestKnown(t *testing.T) {
	s, _, _ := begun(t)
	nodes := one.net.Status(ctx)
	own := nodes[slices.IndexFunc(nodes, func(n fabricnet.Node) bool { return n.Name == "peer-platform" })]
	fabric.Observe(func(step int) {
		if step != fabric.Sent {
			return
		}
		if err := syscall.Kill(own.Pid, syscall.SIGSTOP); err != nil {
			t.Error(err)
		}
	})
	defer fabric.Observe(func(int) {})
	for i := range 5 {
		order := fmt.Sprint("甲", i)
		_, err := s.Invoke(ctx, "regulator", "Freeze", "11", order, "查账")
		must(t, errors.Join(err, syscall.Kill(own.Pid, syscall.SIGCONT)))
		if p := ask[contract.Project](t, s.Client, "Project", 11); !slices.Contains(p.Waiting, order) {
			t.Errorf("after order %s the project is %+v", order, p)
		}
	}
}
