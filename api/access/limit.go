package access

import (
	"container/list"
	"math"
	"net/netip"
	"time"

	"mingzhang/ledger"
)

// Class is a sort of request; each is counted apart, so that many reads neither use up
// nor push out of memory what is counted of the others.
type Class uint8

const (
	Read    Class = iota // a page, a list, a tile
	Search               // what costs the database more: a search, sums of a range of days, a gift as its giver sees it
	Write                // a request that records; a batch is one
	Find                 // a code or a payment that no gift has: whoever guesses must find it slow
	Failure              // a key that was refused, or has to be looked up first
	classes
)

// Rates are those of a class.
type Rates struct {
	Key     Rate // of each key
	Address Rate // of each network, for who has no key
	// Strict counts the network even for who has a key, and for this machine too.
	Strict bool
}

// DefaultRates allow a fundraising platform what the busiest day brings it, and a
// network what the many people behind one carrier's address ask for.
func DefaultRates() map[Class]Rates {
	return map[Class]Rates{
		Read:    {Key: Rate{1000, time.Second, 5000}, Address: Rate{100, time.Second, 1000}},
		Search:  {Key: Rate{20, time.Second, 100}, Address: Rate{5, time.Second, 50}},
		Write:   {Key: Rate{5000, time.Second, 20_000}, Address: Rate{1, time.Second, 20}},
		Find:    {Address: Rate{10, time.Minute, 10}, Strict: true},
		Failure: {Address: Rate{20, time.Minute, 20}, Strict: true},
	}
}

// mostBuckets bounds memory: some 200 bytes each, for each class by key and by address.
const mostBuckets = 50_000

// Limits counts requests. It may be used from any number of goroutines.
type Limits struct {
	now     func() time.Time
	began   time.Time
	strict  [classes]bool
	key     [classes]*buckets
	address [classes]*buckets
}

// NewLimits makes limits; a class without rates is not limited.
func NewLimits(rates map[Class]Rates, now func() time.Time) *Limits {
	l := &Limits{now: now, began: now()}
	for c := range classes {
		r := rates[c]
		l.strict[c] = r.Strict
		l.key[c] = &buckets{rate: r.Key, most: mostBuckets, rows: map[who]*list.Element{}}
		l.address[c] = &buckets{rate: r.Address, most: mostBuckets, rows: map[who]*list.Element{}}
	}
	return l
}

// Take counts a request of a caller, from the address that the API believes it came from
// (its own look at trusted proxies; the zero Addr is a network like any other). It gives
// 0, or, where there were too many, how long to wait before the next: then this one was
// not counted.
//
// Programs on this machine, as the operator runs them, are not limited in what is not
// strict. A proxy whose word is not trusted makes everybody look like that.
func (l *Limits) Take(class Class, c *Caller, from netip.Addr) time.Duration {
	b, w := l.counted(class, c, from)
	if b == nil {
		return 0
	}
	return b.take(w, l.now().Sub(l.began))
}

// Reserve is Take for what is known to count only afterwards: settle, to be called once,
// says whether it did. What counts keeps to the rate as if there had been nothing else,
// however much is reserved at once and whenever it is settled; what is reserved keeps its
// place until then.
func (l *Limits) Reserve(class Class, c *Caller, from netip.Addr) (settle func(counts bool), wait time.Duration) {
	b, w := l.counted(class, c, from)
	if b == nil {
		return func(bool) {}, 0
	}
	row, wait := b.reserve(w, l.now().Sub(l.began))
	return func(counts bool) { b.settle(row, l.now().Sub(l.began), counts) }, wait
}

// counted is where a request is counted and under what; nil for one that is not.
func (l *Limits) counted(class Class, c *Caller, from netip.Addr) (*buckets, who) {
	from = from.Unmap()
	switch strict := l.strict[class]; {
	case !strict && from.IsLoopback():
		return nil, who{}
	case !strict && c.Key != "":
		return l.key[class], who{key: c.Key}
	}
	return l.address[class], who{net: network(from)}
}

// network is what is counted of an address: IPv6 gives each customer 2^64 of them.
func network(a netip.Addr) netip.Prefix {
	a = a.WithZone("")
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits) // the zero Addr has the zero Prefix
	return p
}

// Wait is how long a caller has to wait: the data of the refusal of [TooMany].
type Wait struct {
	Seconds int `json:"seconds"`
}

// For is the same as a duration.
func (w Wait) For() time.Duration { return time.Duration(w.Seconds) * time.Second }

// TooMany is the refusal of a request that came too early (HTTP: 429). Its Data is the
// whole seconds to wait, for Retry-After.
func TooMany(wait time.Duration) *ledger.Error {
	seconds := int(math.Ceil(wait.Seconds()))
	return ledger.Refuse(ledger.Unavailable, "too-many-requests", "",
		"请求过于频繁，请在 %d 秒后重试", "too many requests: try again in %d s", seconds).With(Wait{seconds})
}
