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
// number).
type bucket struct {
	who
	full time.Duration
}

// take takes once, or takes nothing and says how long until it could.
func (b *buckets) take(w who, now time.Duration) (wait time.Duration) {
	if b.rate.Count == 0 {
		return 0
	}
	each := b.rate.Per / time.Duration(b.rate.Count)
	b.mu.Lock()
	defer b.mu.Unlock()
	row := b.row(w)
	full := max(row.full, now) + each
	if wait = full - now - each*time.Duration(b.rate.Burst); wait > 0 {
		return wait
	}
	row.full = full
	return 0
}

// giveBack undoes a take.
func (b *buckets) giveBack(w who) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e := b.rows[w]; e != nil && b.rate.Count > 0 {
		e.Value.(*bucket).full -= b.rate.Per / time.Duration(b.rate.Count)
	}
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
