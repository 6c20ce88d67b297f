package fabric_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/fabric"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store"
)

// scene is the real book on SQLite, with a log on the network and a loop between them.
type scene struct {
	testing.TB
	*fabric.Client
	origin, key string
	file        string // of the database
	store       *store.Store
	book        *book.Book
	verifier    note.Verifier
	signer      note.Signer
	loop        *anchor.Loop
}

func newScene(t testing.TB) *scene {
	t.Helper()
	s := &scene{TB: t, origin: newOrigin(), file: filepath.Join(t.TempDir(), "book.db")}
	s.Client = connect(t, "platform", s.origin)
	s.signer, s.key = newKey(t, s.origin, 1)
	register(t, s.Client, s.key)
	var err error
	s.verifier, err = note.NewVerifier(s.key)
	must(t, err)
	s.store, err = store.Open(ctx, "sqlite:"+s.file)
	must(t, err)
	t.Cleanup(func() { s.store.Close() })
	s.book, err = book.Open(ctx, book.Config{Store: s.store, Origin: s.origin, Secret: bytes.Repeat([]byte{7}, 32), Signer: s.signer, Verifier: s.verifier,
		Keeper: book.File(filepath.Join(t.TempDir(), "checkpoint")), Log: quiet})
	must(t, err)
	t.Cleanup(func() { s.book.Close() })
	s.loop = s.newLoop(contract.MaxRecords)
	return s
}

func (s *scene) newLoop(records int64) *anchor.Loop {
	return anchor.New(anchor.Config{Store: s.store, Ledger: s.Client, Origin: s.origin, Verifier: s.verifier, Checkpoint: s.book.Checkpoint,
		Sign:       func(cp proof.Checkpoint) ([]byte, error) { return proof.Sign(cp, s.signer) },
		MaxRecords: records, Patience: 20 * time.Second, Log: quiet})
}

// run runs the loop until the answer is called.
func (s *scene) run() (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { s.loop.Run(ctx) })
	return func() { cancel(); wg.Wait() }
}

// size is how many records the log has.
func (s *scene) size() int64 {
	s.Helper()
	head, err := s.store.Head(ctx)
	must(s, err)
	return head.Size
}

// upto is how many of them have an anchor.
func (s *scene) upto() int64 {
	s.Helper()
	st, err := s.loop.Standing(ctx)
	must(s, err)
	if st.Alarm != "" {
		s.Fatalf("the alarm is raised: %s", st.Alarm)
	}
	return st.Upto
}

// anchored waits until all records are anchored.
func (s *scene) anchored() {
	s.Helper()
	eventually(s, "everything is anchored", func() bool { return s.upto() == s.size() })
}

// wantOnce: each record is in the blocks exactly once, byte by byte, in a transaction
// that both sides endorsed; its row names that; and the state has its leaf.
func (s *scene) wantOnce() {
	s.Helper()
	records, err := s.store.Range(ctx, 0, s.size())
	must(s, err)
	next := int64(0)
	for b, err := range s.Blocks(ctx, 0) {
		must(s, err)
		for i := range b.Txs {
			next = s.follow(b, &b.Txs[i], records, next)
		}
	}
	if next != int64(len(records)) {
		s.Fatalf("%d records are in the blocks, the log has %d", next, len(records))
	}
	for range 200 {
		s.wantLeaf(rand.Int64N(next), records)
	}
	s.wantLeaf(next-1, records)
}

// follow holds a transaction against the records from next on.
func (s *scene) follow(b *anchor.Block, tx *anchor.Tx, records [][]byte, next int64) int64 {
	s.Helper()
	if tx.Code != anchor.Valid || tx.Function != "Anchor" || string(tx.Args[0]) != s.origin {
		return next
	}
	batch, err := contract.Unmarshal(tx.Args[1])
	must(s, err)
	if batch.First != next || fmt.Sprint(tx.Orgs) != "[PlatformMSP RegulatorMSP]" {
		s.Fatalf("block %d anchors from %d on by %v, want %d", b.Number, batch.First, tx.Orgs, next)
	}
	row, err := s.store.Anchor(ctx, s.Chain(), next)
	if must(s, err); row.Block != b.Number || row.Tx != tx.Tx || row.Upto != next+int64(len(batch.Records)) {
		s.Fatalf("the row of %d is %+v, and it is in block %d", next, row, b.Number)
	}
	for _, data := range batch.Records {
		if !bytes.Equal(data, records[next]) {
			s.Fatalf("record %d in block %d is another", next, b.Number)
		}
		next++
	}
	return next
}

func (s *scene) wantLeaf(index int64, records [][]byte) {
	s.Helper()
	leaf, err := s.Leaf(ctx, index)
	if must(s, err); leaf.Leaf != record.Hash(records[index]) {
		s.Fatalf("the ledger's leaf %d is not that of the record", index)
	}
}

// history plays a mixed business at random.
type history struct {
	*scene
	random   *rand.Rand
	projects []int64
	gifts    []int64
	payments []int64
	flows    []int64
}

var author = ledger.Author{Org: 0, Key: "p1"}

func (s *scene) history(seed uint64) *history {
	s.Helper()
	h := &history{scene: s, random: rand.New(rand.NewPCG(seed, 1))}
	h.do(book.RegisterOrganization{USCC: uscc(1), Name: "某平台", Kind: ledger.Platform},
		book.RegisterOrganization{USCC: uscc(2), Name: "甲慈善会", Kind: ledger.Charity, PublicFundraising: true},
		book.RegisterAsset{ID: "goods/mask", Class: ledger.Goods, Name: "口罩", Unit: "个"})
	for i := range 4 {
		p := h.do(book.RegisterProject{Organization: uscc(2), Name: fmt.Sprint("项目", i), Kind: ledger.Fund, Cause: "education", Place: "440100",
			Designations: []book.Designation{{ID: "books", Name: "图书", Class: ledger.Restricted}, {ID: "named", Name: "代转", Class: ledger.Agency}}})
		h.projects = append(h.projects, p[0])
	}
	return h
}

// do records requests that must succeed.
func (h *history) do(requests ...any) (indices []int64) {
	h.Helper()
	for _, what := range requests {
		a, err := h.book.Submit(ctx, book.Request{By: author, What: what})
		must(h, err)
		indices = append(indices, a.Index)
	}
	return indices
}

// play records n flows, in groups; some requests are refused, and that is meant.
func (h *history) play(n int) {
	h.Helper()
	for n > 0 {
		var requests []book.Request
		for range min(n, 2000) {
			requests = append(requests, book.Request{By: author, What: h.draw()})
		}
		results, err := h.book.SubmitAll(ctx, requests, false)
		must(h, err)
		for _, r := range results {
			if r.Err == nil {
				n--
				h.keep(r.Answer)
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
	designations := []string{"books", "named", "", "", "", ""}
	return book.PoolRef{Project: h.projects[h.random.IntN(4)], Designation: designations[h.random.IntN(6)]}
}

// one picks one of the last records.
func (h *history) one(of []int64) int64 {
	if len(of) == 0 {
		return 1
	}
	of = of[max(0, len(of)-300):]
	return of[h.random.IntN(len(of))]
}

func (h *history) draw() any {
	amount := 1 + h.random.Int64N(900)
	switch h.random.IntN(20) {
	case 0, 1, 2:
		return book.Spend{PoolRef: h.pool(), Asset: "CNY", Amount: amount, Occurred: today, Category: "5101.direct_aid",
			Payee: &book.Party{Kind: ledger.Organized, Name: "某学校"}, Purpose: "课桌"}
	case 3:
		i := h.random.IntN(4)
		return book.Transfer{From: book.PoolRef{Project: h.projects[i]}, To: book.PoolRef{Project: h.projects[i], Designation: "books"}, Asset: "CNY",
			Amount: amount, Occurred: today, Basis: h.projects[i] + 1}
	case 4:
		return book.Refund{Of: h.one(h.gifts), Amount: 1 + amount%50, Occurred: today, Reason: "重复捐赠"}
	case 5:
		return book.Return{Of: h.one(h.payments), Amount: 1 + amount%50, Occurred: today}
	case 6:
		return book.Reverse{Of: h.one(h.flows), Reason: "误录"}
	case 7:
		return book.Deliver{Of: h.one(h.payments), Amount: 1 + amount%50, Occurred: today, Recipient: &book.Party{}}
	case 8:
		return book.Convert{Pool: h.pool(), From: ledger.Sum{Asset: "CNY", Amount: amount}, To: ledger.Sum{Asset: "goods/mask", Amount: 1 + amount/3}, Occurred: today, Basis: "发票"}
	}
	return book.Income{PoolRef: h.pool(), Asset: "CNY", Amount: amount, Occurred: today, Channel: "wechat",
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
