package fabric_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mingzhang/chaincode/network/fabricnet"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/anchor/fabric"
)

var (
	ctx        = context.Background()
	quiet      = anchortest.Quiet
	must       = anchortest.Must
	eventually = anchortest.Eventually
)

var orderers = flag.Int("orderers", 3, "orderers of the network; the fault tests need 3")

// one is the network of all tests, made when the first test asks. Each test has a log
// of its own on it.
var one struct {
	sync.Once
	net *fabricnet.Network
	err error
	dir string
}

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if one.net != nil {
		if err := one.net.Down(ctx, true); err != nil {
			fmt.Fprintln(os.Stderr, "the network does not end:", err)
			code = 1
		}
	}
	os.RemoveAll(one.dir)
	os.Exit(code)
}

func network(t testing.TB) *fabricnet.Network {
	t.Helper()
	one.Do(func() {
		if one.dir, one.err = os.MkdirTemp("", "mingzhang-fabric-"); one.err == nil {
			began := time.Now()
			one.net, one.err = up()
			t.Logf("the network is up after %v", time.Since(began))
		}
	})
	must(t, one.err)
	return one.net
}

func up() (*fabricnet.Network, error) {
	return fabricnet.Up(ctx, fabricnet.Config{Dir: filepath.Join(one.dir, "net"), Orderers: *orderers, Tied: true})
}

var logs atomic.Int64

// newOrigin names a log that nobody had before.
func newOrigin() string { return fmt.Sprintf("log%d.mingzhang.test", logs.Add(1)) }

// connect is a client of an organisation, for a log.
func connect(t testing.TB, org, origin string) *fabric.Client {
	t.Helper()
	c, err := fabric.Open(ctx, fabric.Config{Profile: network(t).Profile(), Org: org, Origin: origin, Log: quiet})
	must(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

// register registers a log on both sides' behalf.
func register(t testing.TB, c *fabric.Client, key string) {
	t.Helper()
	_, err := c.Invoke(ctx, "platform", "RegisterLog", key, "PlatformMSP", "RegulatorMSP")
	must(t, err)
	_, err = c.Invoke(ctx, "regulator", "ConfirmLog", key, "PlatformMSP", "RegulatorMSP")
	must(t, err)
}
