package fabric_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/anchor/fabric"
	"mingzhang/ledger/folder"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store"
)

// TestBinaryKilled kills the program itself with kill -9, again and again, while donations
// come in over HTTP and it anchors them on the network. In the end every donation that
// was answered is there and every record is anchored exactly once; the audit agrees; and
// a receipt is proven, or refuted, or cannot be checked, by the peers alone.
func TestBinaryKilled(t *testing.T) {
	network(t)
	origin := newOrigin()
	p := newProgram(t, origin)
	f, err := folder.Open(p.data, "")
	must(t, err)
	client := connect(t, "platform", origin)
	register(t, client, f.LogKey)
	g := &giving{known: map[int64]int64{}}
	s := p.serve()
	g.begin(s)
	for life, moment := range []func(*giving, *serving, *fabric.Client){recorded, taken, kept, taken, recorded} {
		stop := g.give(s)
		moment(g, s, client)
		s.end(syscall.SIGKILL)
		stop()
		head, err := client.Head(ctx)
		must(t, err)
		t.Logf("life %d: %d donations were answered, %d records are on the ledger and %d by the database", life, g.answered(), head.Size, rows(t, f, client))
		s = p.serve()
	}
	g.upto(s, enoughGifts)
	anchored(s)
	if out, code := p.run("audit", "--log-key", f.LogKey, "--fabric", p.profile, "--url", s.url); code != 0 || !strings.Contains(out, "The server agrees with them") {
		t.Errorf("the audit ends with %d: %s", code, out)
	}
	verifyOnNetwork(t, p, s, f.LogKey, g.one())
	s.end(syscall.SIGTERM)
	st := anchortest.OpenStore(t, "sqlite:"+f.Database())
	all := &scene{TB: t, Scene: &anchortest.Scene{TB: t, Store: st}, Client: client, origin: origin}
	all.wantOnce()
	g.wantAll(t, all.Records())
}

// giving is the donations that were answered: their amounts, by index.
type giving struct {
	project int64
	serial  atomic.Int64
	sync.Mutex
	known map[int64]int64
}

// begin records what a donation needs.
func (g *giving) begin(s *serving) {
	s.Helper()
	var p struct{ ID int64 }
	for _, request := range [][2]string{
		{"/v1/organizations", `{"uscc":"51440100000000001B","name":"某平台","kind":"platform"}`},
		{"/v1/organizations", `{"uscc":"51440100000000002E","name":"甲慈善会","kind":"charity","public_fundraising":true}`},
		{"/v1/projects", `{"organization":"51440100000000002E","name":"东村小学课桌","kind":"fund","cause":"education","place":"440100"}`},
	} {
		must(s, s.post(web(), request[0], request[1], &p))
	}
	g.project = p.ID
}

// donors is how many give at a time.
const donors = 4

// give has donors give until the answer is called, or the server is gone.
func (g *giving) give(s *serving) (stop func()) {
	var over atomic.Bool
	var wg sync.WaitGroup
	for range donors {
		wg.Go(func() {
			client := web()
			defer client.CloseIdleConnections()
			for !over.Load() {
				err := g.donate(s, client)
				var wrong *unexpected
				if errors.As(err, &wrong) {
					s.Errorf("a donation: %v", err)
				}
				if err != nil {
					return
				}
			}
		})
	}
	return func() { over.Store(true); wg.Wait() }
}

func (g *giving) donate(s *serving, client *http.Client) error {
	n := g.serial.Add(1)
	var a struct{ ID int64 }
	err := s.post(client, "/v1/donations", fmt.Sprintf(`{"project":%d,"asset":"CNY","amount":%d,"occurred":"2025-03-20","channel":"wechat","serial":"S-%d","donor":{"display":"李*"}}`, g.project, n, n), &a)
	if err == nil {
		g.Lock()
		g.known[a.ID] = n
		g.Unlock()
	}
	return err
}

// enoughGifts is how many donations are answered at least, in all lives together.
const enoughGifts = 100

// upto has donors give until so many donations were answered.
func (g *giving) upto(s *serving, n int) {
	s.Helper()
	stop := g.give(s)
	defer stop()
	eventually(s, "donations are answered", func() bool { return g.answered() >= n })
}

func (g *giving) answered() int {
	g.Lock()
	defer g.Unlock()
	return len(g.known)
}

// one is the index of a donation.
func (g *giving) one() int64 {
	g.Lock()
	defer g.Unlock()
	for index := range g.known {
		return index
	}
	return 0
}

// wantAll: every donation that was answered is the record that the answer said.
func (g *giving) wantAll(t *testing.T, records [][]byte) {
	t.Helper()
	if len(g.known) < enoughGifts || len(g.known) > len(records) {
		t.Fatalf("%d donations were answered, the log has %d records", len(g.known), len(records))
	}
	for index, amount := range g.known {
		r, err := record.Parse(records[index])
		must(t, err)
		if f, ok := r.What.(*ledger.Flow); !ok || f.Kind != ledger.Donation || f.Amount != amount {
			t.Fatalf("record %d is %s, want a donation of %d", index, records[index], amount)
		}
	}
}

// The moments when the server is killed. They return when they have come.

// recorded: donations are answered that are not on the ledger yet.
func recorded(g *giving, s *serving, _ *fabric.Client) {
	s.Helper()
	goal := g.answered() + 1 + rand.N(60)
	eventually(s, "donations are answered", func() bool { return g.answered() >= goal })
}

// taken: the ledger has just taken a batch, whose answer the server may not have.
func taken(_ *giving, s *serving, c *fabric.Client) {
	s.Helper()
	for range 1 + rand.N(3) {
		before, err := c.Head(ctx)
		must(s, err)
		eventually(s, "the ledger takes a batch", func() bool {
			head, err := c.Head(ctx)
			must(s, err)
			return head.Size > before.Size
		})
	}
}

// kept: the server has just said that it knows a batch to be anchored, and is about to
// submit the next.
func kept(_ *giving, s *serving, _ *fabric.Client) {
	s.Helper()
	for range 1 + rand.N(3) {
		before := standing(s).Ledger.Upto
		eventually(s, "the server knows more to be anchored", func() bool { return standing(s).Ledger.Upto > before })
	}
}

// logged is what the server says of its log.
type logged struct {
	Head   struct{ Size int64 }
	Ledger struct {
		Upto, Lag int64
		Alarm     string
	}
}

func standing(s *serving) (l logged) {
	s.Helper()
	if must(s, s.get("/v1/log", &l)); l.Ledger.Alarm != "" {
		s.Fatalf("the alarm is raised: %s", l.Ledger.Alarm)
	}
	return l
}

// anchored waits until everything that the server has is anchored.
func anchored(s *serving) {
	s.Helper()
	eventually(s, "everything is anchored", func() bool {
		l := standing(s)
		return l.Ledger.Lag == 0 && l.Ledger.Upto == l.Head.Size
	})
}

// rows is how many records the database has as anchored, while no server is there.
func rows(t *testing.T, f *folder.Folder, c *fabric.Client) int64 {
	t.Helper()
	st, err := store.Open(ctx, "sqlite:"+f.Database())
	must(t, err)
	defer st.Close()
	upto, err := st.AnchoredUpto(ctx, c.Chain())
	must(t, err)
	return upto
}

// verifyOnNetwork: a receipt is proven by the peers' blocks; one that names another place
// in them is refuted; and without a network it cannot be checked.
func verifyOnNetwork(t *testing.T, p *program, s *serving, logKey string, index int64) {
	t.Helper()
	var whole []byte
	must(t, s.get(fmt.Sprintf("/v1/flows/%d/receipt", index), &whole))
	verify := func(what string, code int, says string, change func(*proof.Anchor)) {
		t.Helper()
		receipt, err := proof.ParseReceipt(whole)
		must(t, err)
		change(receipt.Anchor)
		file := filepath.Join(t.TempDir(), "receipt.json")
		must(t, os.WriteFile(file, receipt.Format(), 0o600))
		out, got := p.run("verify", file, "--log-key", logKey, "--fabric", p.profile)
		if got != code || !strings.Contains(out, says) {
			t.Errorf("%s: it ends with %d, want %d and %q: %s", what, got, code, says, out)
		}
	}
	verify("the receipt", 0, "has this very record in its place (endorsed by PlatformMSP, RegulatorMSP)", func(*proof.Anchor) {})
	verify("another block", 1, "has it in block", func(a *proof.Anchor) { a.Block-- })
	verify("a block that is not there", 1, "has it in block", func(a *proof.Anchor) { a.Block = 1 << 40 })
	verify("another transaction", 1, "has it in block", func(a *proof.Anchor) { a.Tx = strings.Repeat("0", len(a.Tx)) })
	must(t, one.net.Down(ctx, false))
	verify("without a network", 2, "join the channel", func(*proof.Anchor) {})
	var err error
	one.net, err = up()
	must(t, err)
}
