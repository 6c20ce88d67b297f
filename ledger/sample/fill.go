package sample

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/evidence"
)

// Fill writes the accounts of the city into an empty book whose clock is the given one,
// and its files of evidence into the store. The same seed and the same now give the
// same city; the records differ in the salts of their seals, which are the book's. A
// request that the book refuses ends it with that refusal.
func Fill(ctx context.Context, b *book.Book, files *evidence.Store, clock *Clock, seed uint64) (*City, error) {
	if n := b.Head().Size; n > 0 {
		return nil, ledger.Refuse(ledger.Conflict, "book-not-empty", "", "账本中已有 %d 条记录，样例只能装入空账本", "the book has %d records already: the sample goes into an empty one", n)
	}
	f := &filling{ctx: ctx, book: b, files: files, clock: clock, rand: rand.New(rand.NewPCG(seed, 1)), held: map[ledger.Pool]int64{}, laid: map[ledger.Pool]int64{},
		projects: map[int64]*project{}, day: -days - 1, now: clock.Now()}
	f.found()
	if err := f.play(); err != nil {
		return nil, err
	}
	clock.move(clock.until)
	clock.release()
	return f.summary(), nil
}

// filling is a city in the making. Its methods do nothing after an error, which the
// end of the play reports.
type filling struct {
	ctx   context.Context
	book  *book.Book
	files *evidence.Store
	clock *Clock
	rand  *rand.Rand
	err   error

	agenda  agenda
	planned int
	day     int       // of the event that happens now, counted from today
	now     time.Time // when it happens

	waiting  []asked
	size     int64                 // of the log
	held     map[ledger.Pool]int64 // what each pool holds
	laid     map[ledger.Pool]int64 // and how far its units were laid
	projects map[int64]*project    // by record
	numbers  int64                 // of payments, invoices and papers given out
	filed    int                   // filing numbers given out
	mark     mark
	city     City
	bodies
	works
}

// asked is a request that waits to be sent, and what to do with its answer.
type asked struct {
	book.Request
	then func(index int64, flow *ledger.Flow)
}

// ask hands a request in. Those of a day are sent together.
func (f *filling) ask(by *body, what any) { f.then(by, what, func(int64, *ledger.Flow) {}) }

// then hands a request in and is told its record. It must not hand in another itself.
func (f *filling) then(by *body, what any, then func(index int64, flow *ledger.Flow)) {
	f.waiting = append(f.waiting, asked{book.Request{By: by.author(), What: what}, then})
}

// do records a request at once and gives its index.
func (f *filling) do(by *body, what any) (index int64) {
	f.then(by, what, func(i int64, _ *ledger.Flow) { index = i })
	f.send()
	return index
}

// send has the book record what waits.
func (f *filling) send() { f.submit(false) }

// together has the book record some requests next to each other or not at all.
func (f *filling) together(by *body, whats ...any) {
	f.send()
	for _, what := range whats {
		f.ask(by, what)
	}
	f.submit(true)
}

func (f *filling) submit(atomic bool) {
	if f.err != nil || len(f.waiting) == 0 {
		return
	}
	f.clock.move(f.now)
	asked := f.waiting
	f.waiting = nil
	requests := make([]book.Request, len(asked))
	for i, a := range asked {
		requests[i] = a.Request
	}
	results, err := f.book.SubmitAll(f.ctx, requests, atomic)
	if err != nil {
		f.err = fmt.Errorf("fill the sample: %w", err)
		return
	}
	for i, r := range results {
		if r.Err != nil {
			f.err = fmt.Errorf("fill the sample on %s: %T %+v: %w", f.date(f.day), requests[i].What, requests[i].What, r.Err)
			return
		}
		f.count(r.Answer)
		flow, _ := r.Answer.Record.What.(*ledger.Flow)
		asked[i].then(r.Answer.Index, flow)
	}
}

// count keeps the balances by what was recorded.
func (f *filling) count(a *book.Answer) {
	f.size = f.book.Head().Size
	flow, ok := a.Record.What.(*ledger.Flow)
	if !ok {
		return
	}
	if flow.Out != nil {
		f.held[flow.Out.Pool] -= flow.Amount
	}
	if flow.In != nil {
		f.held[flow.In.Pool] += flow.In.Span.Len()
		f.laid[flow.In.Pool] = flow.In.Span.Upto
	}
	f.mark.follow(flow)
	if p := f.projects[flow.Project()]; p != nil {
		p.count(flow)
	}
}
