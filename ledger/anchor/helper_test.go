package anchor_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
)

const origin = "mingzhang.example/test"

var (
	ctx   = context.Background()
	quiet = slog.New(slog.DiscardHandler)
)

// onBoth runs a test on each kind of database.
func onBoth(t *testing.T, test func(t *testing.T, address string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, pgtest.DSN(t)) })
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const patience = time.Minute

// eventually waits for a condition.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	pace := time.NewTicker(2 * time.Millisecond)
	defer pace.Stop()
	for deadline := time.Now().Add(patience); !is(); <-pace.C {
		if time.Now().After(deadline) {
			t.Fatalf("not in %s: %s", patience, what)
		}
	}
}

// scene is a book on a database and an embedded ledger.
type scene struct {
	testing.TB
	address string
	store   *store.Store
	config  book.Config
	book    *book.Book
	dir     string // of the ledger
	ledger  *local.Ledger
	key     string
}

func newScene(t testing.TB, address string) *scene { return sceneIn(t, address, t.TempDir()) }

// sceneIn keeps ledger and checkpoint in a folder, which may hold them already.
func sceneIn(t testing.TB, address, dir string) *scene {
	t.Helper()
	s := &scene{TB: t, address: address, dir: dir}
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{1}, 32)), origin)
	must(t, err)
	signer, err := note.NewSigner(skey)
	must(t, err)
	verifier, err := note.NewVerifier(vkey)
	must(t, err)
	s.key, s.store = vkey, openStore(t, address)
	s.config = book.Config{Store: s.store, Origin: origin, Secret: bytes.Repeat([]byte{7}, 32), Signer: signer, Verifier: verifier,
		Keeper: book.File(filepath.Join(dir, "checkpoint")), Log: quiet}
	s.book, err = book.Open(ctx, s.config)
	must(t, err)
	t.Cleanup(func() { s.book.Close() })
	s.openLedger()
	must(t, s.ledger.Register(ctx, vkey))
	return s
}

func openStore(t testing.TB, address string) *store.Store {
	t.Helper()
	s, err := store.Open(ctx, address)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

func (s *scene) openLedger() {
	s.Helper()
	l, err := local.Open(ctx, s.dir, local.Config{Origin: origin, Log: quiet})
	must(s, err)
	s.ledger = l
	s.Cleanup(func() { l.Close() })
}

// loop is a loop over a ledger, the scene's own or one around it.
func (s *scene) loop(st *store.Store, l anchor.Ledger) *anchor.Loop {
	return anchor.New(anchor.Config{Store: st, Ledger: l, Origin: origin, Verifier: s.config.Verifier, Checkpoint: s.book.Checkpoint,
		Sign: s.sign, Patience: 5 * time.Second, Log: quiet})
}

func (s *scene) sign(cp proof.Checkpoint) ([]byte, error) { return proof.Sign(cp, s.config.Signer) }

// run runs a loop until the answer is called.
func run(l *anchor.Loop) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { l.Run(ctx) })
	return func() { cancel(); wg.Wait() }
}

// published waits for the book's last checkpoint.
func (s *scene) published() {
	must(s, s.book.Close()) // it publishes once more
	b, err := book.Open(ctx, s.config)
	must(s, err)
	s.Cleanup(func() { b.Close() })
	s.book = b
	eventually(s, "the checkpoint", func() bool { return b.Checkpoint() != nil })
}

// size is how many records the log has.
func (s *scene) size() int64 {
	s.Helper()
	head, err := s.store.Head(ctx)
	must(s, err)
	return head.Size
}

// anchored waits until all records have their rows.
func (s *scene) anchored(l *anchor.Loop) {
	s.Helper()
	eventually(s, "everything is anchored", func() bool {
		st, err := l.Standing(ctx)
		if st.Alarm != "" {
			s.Fatalf("the alarm is raised: %s", st.Alarm)
		}
		return err == nil && st.Lag == 0 && st.Upto == s.size()
	})
}

// wantOnce: each record is in the blocks exactly once, the ledger keeps its leaf, and
// one row says where.
func (s *scene) wantOnce(l *anchor.Loop) {
	s.Helper()
	records, err := s.store.Range(ctx, 0, s.size())
	must(s, err)
	where := s.blocksOf()
	if len(where) != len(records) {
		s.Fatalf("%d records are in the blocks, the log has %d", len(where), len(records))
	}
	for i, data := range records {
		leaf, err := s.ledger.Leaf(ctx, int64(i))
		if must(s, err); leaf.Leaf != record.Hash(data) {
			s.Fatalf("the ledger's leaf %d is not that of the record", i)
		}
		if !bytes.Equal(where[i].record, data) {
			s.Fatalf("record %d in block %d is another", i, where[i].block)
		}
	}
	s.wantRows(where)
	for _, i := range []int64{0, int64(len(records)) / 2, int64(len(records)) - 1} {
		a, err := l.WithBlock(ctx, i)
		must(s, err)
		if a.Block != where[i].block || a.Tx != where[i].tx || a.Code != "VALID" || !bytes.Contains(a.Bytes, records[i]) {
			s.Fatalf("the anchor of record %d is %d %s", i, a.Block, a.Tx)
		}
	}
	if a, err := l.Of(ctx, int64(len(records))); a != nil || err != nil {
		s.Fatalf("a record that is not there has the anchor %v (%v)", a, err)
	}
}

type found struct {
	record []byte
	block  int64
	tx     string
}

// blocksOf reads the blocks as somebody else would, without package anchor.
func (s *scene) blocksOf() (all []found) {
	s.Helper()
	for b, err := range local.Reader(s.dir).Blocks(ctx, 0) {
		must(s, err)
		for _, tx := range b.Txs {
			if tx.Function != "Anchor" {
				continue
			}
			batch, err := contract.Unmarshal(tx.Args[1])
			must(s, err)
			if batch.First != int64(len(all)) {
				s.Fatalf("block %d anchors from %d on, but %d are anchored", b.Number, batch.First, len(all))
			}
			for _, r := range batch.Records {
				all = append(all, found{r, b.Number, tx.Tx})
			}
		}
	}
	return all
}

// wantRows: the rows follow each other and say what the blocks say.
func (s *scene) wantRows(where []found) {
	s.Helper()
	upto, before := int64(len(where)), int64(0)
	for upto > 0 {
		page, err := s.store.Anchors(ctx, store.Chain{Backend: "local"}, before, 7)
		must(s, err)
		if len(page) == 0 {
			s.Fatalf("the rows end at %d", upto)
		}
		for _, a := range page {
			if a.Upto != upto || where[a.First].block != a.Block || where[a.Upto-1].tx != a.Tx || a.First > 0 && where[a.First-1].block == a.Block {
				s.Fatalf("the row of %d to %d does not fit: %+v", a.First, upto, a)
			}
			upto, before = a.First, a.First
		}
	}
}

// history plays a mixed business at random.
type history struct {
	*scene
	random   *rand.Rand
	projects []int64
	plans    []int64
	gifts    []int64
	payments []int64
	flows    []int64
}

var platform = ledger.Author{Org: 0, Key: "p1"}

func (s *scene) history(seed uint64) *history {
	s.Helper()
	h := &history{scene: s, random: rand.New(rand.NewPCG(seed, 1))}
	h.do(book.RegisterOrganization{USCC: uscc(1), Name: "某平台", Kind: ledger.Platform},
		book.RegisterOrganization{USCC: uscc(2), Name: "甲慈善会", Kind: ledger.Charity, PublicFundraising: true},
		book.RegisterOrganization{USCC: uscc(3), Name: "乙基金会", Kind: ledger.Charity, PublicFundraising: true},
		book.RegisterAsset{ID: "goods/mask", Class: ledger.Goods, Name: "口罩", Unit: "个"})
	for i := range 4 {
		p := h.do(book.RegisterProject{Organization: uscc(2 + i%2), Name: fmt.Sprint("项目", i), Kind: ledger.Fund, Cause: "education", Place: "440100",
			Designations: []book.Designation{{ID: "books", Name: "图书", Class: ledger.Restricted}, {ID: "named", Name: "代转", Class: ledger.Agency}}})
		h.projects, h.plans = append(h.projects, p[0]), append(h.plans, p[0]+1)
	}
	return h
}

// do records requests that must succeed.
func (h *history) do(requests ...any) (indices []int64) {
	h.Helper()
	for _, what := range requests {
		a, err := h.book.Submit(ctx, book.Request{By: platform, What: what})
		if err != nil {
			h.Fatalf("%T: %v", what, err)
		}
		indices = append(indices, a.Index)
	}
	return indices
}

// play records about n flows, in groups; some requests are refused, and that is meant.
func (h *history) play(n int) {
	h.Helper()
	for n > 0 {
		var requests []book.Request
		for range min(n, 400) {
			requests = append(requests, book.Request{By: platform, What: h.draw()})
		}
		results, err := h.book.SubmitAll(ctx, requests, false)
		must(h, err)
		for _, r := range results {
			if r.Err == nil {
				n--
				h.keep(r.Answer)
			} else if k := ledger.KindOf(r.Err); k == ledger.Unavailable || k == 0 {
				h.Fatal(r.Err)
			}
		}
	}
}

func (h *history) keep(a *book.Answer) {
	f, ok := a.Record.What.(*ledger.Flow)
	if !ok {
		return
	}
	h.flows = append(h.flows, a.Index)
	switch f.Kind {
	case ledger.Donation:
		h.gifts = append(h.gifts, a.Index)
	case ledger.Expenditure:
		h.payments = append(h.payments, a.Index)
	}
}

func (h *history) pool() book.PoolRef {
	p := book.PoolRef{Project: h.projects[min(h.random.IntN(8), 3)]}
	switch h.random.IntN(8) {
	case 0:
		p.Designation = "books"
	case 1:
		p.Designation = "named"
	}
	return p
}

// one picks one of the last records, or now and then any.
func (h *history) one(of []int64) int64 {
	if len(of) == 0 {
		return 1
	}
	if h.random.IntN(4) > 0 {
		of = of[max(0, len(of)-300):]
	}
	return of[h.random.IntN(len(of))]
}

func (h *history) draw() any {
	const day = "2026-11-20"
	amount := 1 + h.random.Int64N(900)
	switch h.random.IntN(20) {
	case 0, 1, 2:
		return book.Spend{PoolRef: h.pool(), Asset: "CNY", Amount: amount, Occurred: day, Category: "5101.direct_aid",
			Payee: &book.Party{Kind: ledger.Organized, Name: "某学校"}, Purpose: "课桌"}
	case 3:
		i, j := h.random.IntN(4), h.random.IntN(4)
		return book.Transfer{From: book.PoolRef{Project: h.projects[i]}, To: book.PoolRef{Project: h.projects[j], Designation: "books"}, Asset: "CNY", Amount: amount,
			Occurred: day, Basis: h.plans[j], Consent: &ledger.Author{Org: 1 + int64(j%2), Key: "c"}}
	case 4:
		return book.Refund{Of: h.one(h.gifts), Amount: 1 + amount%50, Occurred: day, Reason: "重复捐赠"}
	case 5:
		return book.Return{Of: h.one(h.payments), Amount: 1 + amount%50, Occurred: day}
	case 6:
		return book.Reverse{Of: h.one(h.flows), Reason: "误录"}
	case 7:
		return book.Deliver{Of: h.one(h.payments), Amount: 1 + amount%50, Occurred: day, Recipient: &book.Party{}}
	case 8:
		return book.Convert{Pool: h.pool(), From: ledger.Sum{Asset: "CNY", Amount: amount}, To: ledger.Sum{Asset: "goods/mask", Amount: 1 + amount/3}, Occurred: day, Basis: "发票"}
	}
	return book.Income{PoolRef: h.pool(), Asset: "CNY", Amount: amount, Occurred: day, Channel: "wechat",
		Donor: &book.Party{Kind: ledger.Person, Name: "李某", Display: "李*"}, Note: "加油"}
}

// uscc makes up a code with a right check digit.
func uscc(n int) string {
	stem := fmt.Sprintf("5144010000000%04d", n)
	for _, c := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
		if code, legacy, err := ledger.ParseUSCC(stem + string(c)); err == nil && !legacy {
			return string(code)
		}
	}
	panic("no check digit fits")
}
