package anchortest

import (
	"context"
	"fmt"
	"math/rand/v2"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// History plays a mixed business at random: all kinds of flows, in several projects of
// two charities.
type History struct {
	*Scene
	random   *rand.Rand
	projects []int64
	plans    []int64
	gifts    []int64
	payments []int64
	flows    []int64
}

// Platform is who records everything.
var Platform = ledger.Author{Org: 0, Key: "p1"}

// Day is when all flows occur.
const Day = "2026-11-20"

// History begins a book: platform, charities, projects.
func (s *Scene) History(seed uint64) *History {
	s.Helper()
	h := s.resumed(seed)
	h.Do(book.RegisterOrganization{USCC: uscc(1), Name: "某平台", Kind: ledger.Platform},
		book.RegisterOrganization{USCC: uscc(2), Name: "甲慈善会", Kind: ledger.Charity, PublicFundraising: true},
		book.RegisterOrganization{USCC: uscc(3), Name: "乙基金会", Kind: ledger.Charity, PublicFundraising: true},
		book.RegisterAsset{ID: "goods/mask", Class: ledger.Goods, Name: "口罩", Unit: "个"})
	for i := range 4 {
		p := h.Do(book.RegisterProject{Organization: uscc(2 + i%2), Name: fmt.Sprint("项目", i), Kind: ledger.Fund, Cause: "education", Place: "440100",
			Designations: []book.Designation{{ID: "books", Name: "图书", Class: ledger.Restricted}, {ID: "named", Name: "代转", Class: ledger.Agency}}})
		h.projects, h.plans = append(h.projects, p[0]), append(h.plans, p[0]+1)
	}
	return h
}

// Resume goes on with a book that History began.
func (s *Scene) Resume(seed uint64) *History {
	h := s.resumed(seed)
	h.projects, h.plans = []int64{4, 8, 12, 16}, []int64{5, 9, 13, 17}
	return h
}

func (s *Scene) resumed(seed uint64) *History {
	return &History{Scene: s, random: rand.New(rand.NewPCG(seed, 1))}
}

// Do records requests that must succeed.
func (h *History) Do(requests ...any) (indices []int64) {
	h.Helper()
	for _, what := range requests {
		a, err := h.Book.Submit(context.Background(), book.Request{By: Platform, What: what})
		if err != nil {
			h.Fatalf("%T: %v", what, err)
		}
		indices = append(indices, a.Index)
	}
	return indices
}

// Play records about n flows, in groups; some requests are refused, and that is meant.
func (h *History) Play(n int) {
	h.Helper()
	for n > 0 {
		var requests []book.Request
		for range min(n, 1000) {
			requests = append(requests, book.Request{By: Platform, What: h.draw()})
		}
		results, err := h.Book.SubmitAll(context.Background(), requests, false)
		Must(h, err)
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

func (h *History) keep(a *book.Answer) {
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

func (h *History) pool() book.PoolRef {
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
func (h *History) one(of []int64) int64 {
	if len(of) == 0 {
		return 1
	}
	if h.random.IntN(4) > 0 {
		of = of[max(0, len(of)-300):]
	}
	return of[h.random.IntN(len(of))]
}

func (h *History) draw() any {
	amount := 1 + h.random.Int64N(900)
	switch h.random.IntN(20) {
	case 0, 1, 2:
		return book.Spend{PoolRef: h.pool(), Asset: "CNY", Amount: amount, Occurred: Day, Category: "5101.direct_aid",
			Payee: &book.Party{Kind: ledger.Organized, Name: "某学校"}, Purpose: "课桌"}
	case 3:
		i, j := h.random.IntN(4), h.random.IntN(4)
		return book.Transfer{From: book.PoolRef{Project: h.projects[i]}, To: book.PoolRef{Project: h.projects[j], Designation: "books"}, Asset: "CNY", Amount: amount,
			Occurred: Day, Basis: h.plans[j], Consent: &ledger.Author{Org: 1 + int64(j%2), Key: "c"}}
	case 4:
		return book.Refund{Of: h.one(h.gifts), Amount: 1 + amount%50, Occurred: Day, Reason: "重复捐赠"}
	case 5:
		return book.Return{Of: h.one(h.payments), Amount: 1 + amount%50, Occurred: Day}
	case 6:
		return book.Reverse{Of: h.one(h.flows), Reason: "误录"}
	case 7:
		return book.Deliver{Of: h.one(h.payments), Amount: 1 + amount%50, Occurred: Day, Recipient: &book.Party{}}
	case 8:
		return book.Convert{Pool: h.pool(), From: ledger.Sum{Asset: "CNY", Amount: amount}, To: ledger.Sum{Asset: "goods/mask", Amount: 1 + amount/3}, Occurred: Day, Basis: "发票"}
	}
	return book.Income{PoolRef: h.pool(), Asset: "CNY", Amount: amount, Occurred: Day, Channel: "wechat",
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
