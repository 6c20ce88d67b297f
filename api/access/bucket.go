package access

import (
	"container/list"
	"net/netip"
	"sync"
	"time"
)

// Rate is how often something may be done: Burst times at once, and then Count times in
// each Per, evenly. A Count of 0 does not limit.
type Rate struct {
	Count int
	Per   time.Duration
	Burst int
}

// who is counted: a key, or a network.
type who struct {
	key string
	net netip.Prefix
}

// buckets are one for each who is counted, of one rate. The ones used longest ago are
// given up when there are too many: by then they are mostly full again, which is what
// one that is not there is taken for.
type buckets struct {
	rate  Rate
	most  int
	mu    sync.Mutex
	rows  map[who]*list.Element
	order list.List // of *bucket, the latest first
}

// bucket is when all that was taken will have flowed back (GCRA: a token bucket in one
// number), and for how much more there is to be room.
type bucket struct {
	who
	full     time.Duration
	reserved int
}

// take takes once, or takes nothing and says how long until it could.
func (b *buckets) take(w who, now time.Duration) (wait time.Duration) {
	if b.rate.Count == 0 {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	row := b.row(w)
	if wait = b.wait(row, now); wait == 0 {
		row.full = max(row.full, now) + b.each()
	}
	return wait
}

// reserve keeps room for a take, until settle. What is taken and what is reserved never
// are more than the burst together.
func (b *buckets) reserve(w who, now time.Duration) (row *bucket, wait time.Duration) {
	if b.rate.Count == 0 {
		return nil, 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	row = b.row(w)
	if wait = b.wait(row, now); wait == 0 {
		row.reserved++
	}
	return row, wait
}

// settle takes what was reserved, or leaves it. The row may have been given up meanwhile:
// then nobody is told.
func (b *buckets) settle(row *bucket, now time.Duration, take bool) {
	if row == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	row.reserved--
	if take {
		row.full = max(row.full, now) + b.each()
	}
}

// each is how long one takes to flow back.
func (b *buckets) each() time.Duration { return b.rate.Per / time.Duration(b.rate.Count) }

// wait is how long until there is room for one more, 0 where there is.
func (b *buckets) wait(row *bucket, now time.Duration) time.Duration {
	return max(0, max(row.full, now)-now+b.each()*time.Duration(row.reserved+1-b.rate.Burst))
}

// row gives a bucket and makes it the latest.
func (b *buckets) row(w who) *bucket {
	if e := b.rows[w]; e != nil {
		b.order.MoveToFront(e)
		return e.Value.(*bucket)
	}
	if len(b.rows) >= b.most {
		delete(b.rows, b.order.Remove(b.order.Back()).(*bucket).who)
	}
	row := &bucket{who: w}
	b.rows[w] = b.order.PushFront(row)
	return row
}
