package access

import (
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var perMinute = map[Class]Rates{
	Read: {Key: Rate{60, time.Minute, 5}, Address: Rate{60, time.Minute, 3}},
	Find: {Address: Rate{10, time.Minute, 10}, Strict: true},
}

var (
	keyed = &Caller{Key: "ch-1"}
	home  = netip.MustParseAddr("203.0.113.7")
)

// taken counts how many of n requests pass at once.
func taken(l *Limits, class Class, c *Caller, from netip.Addr, n int) (passed int) {
	for range n {
		if l.Take(class, c, from) == 0 {
			passed++
		}
	}
	return passed
}

func TestLimits(t *testing.T) {
	local, zero := netip.MustParseAddr("127.0.0.1"), netip.Addr{}
	for _, c := range []struct {
		name  string
		class Class
		c     *Caller
		from  netip.Addr
		want  int // of 100 at once
	}{
		{"by address", Read, Anonymous, home, 3},
		{"by key", Read, keyed, home, 5},
		{"strict", Find, Anonymous, home, 10},
		{"strict, with a key", Find, keyed, home, 10},
		{"this machine", Read, Anonymous, local, 100},
		{"this machine, mapped", Read, Anonymous, netip.MustParseAddr("::ffff:127.0.0.1"), 100},
		{"this machine, strict", Find, Anonymous, local, 10},
		{"no address", Read, Anonymous, zero, 3},
		{"no rate", Write, Anonymous, home, 100},
	} {
		l := NewLimits(perMinute, new(clock).now)
		if got := taken(l, c.class, c.c, c.from, 100); got != c.want {
			t.Errorf("%s: %d of 100 pass, want %d", c.name, got, c.want)
		}
	}
}

// TestRefill: what was taken flows back evenly, up to the burst and no further; a wait
// that was told is enough, and a refusal costs nothing.
func TestRefill(t *testing.T) {
	var c clock
	l := NewLimits(perMinute, c.now)
	for _, step := range []struct {
		pass time.Duration
		want int // of 100 at once
		wait time.Duration
	}{
		{0, 3, time.Second}, {0, 0, time.Second}, {999 * time.Millisecond, 0, time.Millisecond}, {time.Millisecond, 1, time.Second},
		{2500 * time.Millisecond, 2, 500 * time.Millisecond}, {500 * time.Millisecond, 1, time.Second}, {time.Hour, 3, time.Second},
	} {
		c.pass(step.pass)
		if got := taken(l, Read, Anonymous, home, 100); got != step.want {
			t.Errorf("after %s more: %d pass, want %d", step.pass, got, step.want)
		}
		if wait := l.Take(Read, Anonymous, home); wait != step.wait {
			t.Errorf("after %s more: to wait %s, want %s", step.pass, wait, step.wait)
		}
	}
}

// TestFair: who asks without end takes nothing from others, nor one class from another.
func TestFair(t *testing.T) {
	var c clock
	l := NewLimits(perMinute, c.now)
	loud, quiet := 0, 0
	for range 600 {
		loud += taken(l, Read, keyed, home, 50)
		quiet += taken(l, Read, &Caller{Key: "ch-2"}, home, 1)
		c.pass(time.Second)
	}
	if loud != 600+4 || quiet != 600 {
		t.Errorf("in ten minutes the loud one passes %d times and the quiet one %d, want 604 and 600", loud, quiet)
	}
	if got := taken(l, Find, keyed, home, 100); got != 10 {
		t.Errorf("%d of the other class pass, want 10", got)
	}
}

func TestNetworks(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"203.0.113.7", "203.0.113.8", false},
		{"203.0.113.7", "::ffff:203.0.113.7", true},
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true},
		{"2001:db8:1:2::1", "2001:db8:1:3::1", false},
		{"fe80::1%eth0", "fe80::2%eth1", true},
	} {
		l := NewLimits(perMinute, new(clock).now)
		taken(l, Find, Anonymous, netip.MustParseAddr(c.a), 10)
		if got := taken(l, Find, Anonymous, netip.MustParseAddr(c.b), 1) == 0; got != c.same {
			t.Errorf("%s and %s: one network %v, want %v", c.a, c.b, got, c.same)
		}
	}
}

// TestEviction: memory is bounded; those who came last are remembered, those who came
// first are forgotten.
func TestEviction(t *testing.T) {
	l := NewLimits(perMinute, new(clock).now)
	find := l.address[Find]
	find.most = 100
	address := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}) }
	for i := range 1000 {
		taken(l, Find, Anonymous, address(i), 10)
		taken(l, Find, Anonymous, address(0), 1) // keeps itself in mind, and gains nothing by it
	}
	if len(find.rows) != 100 || find.order.Len() != 100 {
		t.Errorf("%d buckets, %d in order, want 100", len(find.rows), find.order.Len())
	}
	for i, want := range map[int]int{0: 0, 999: 0, 950: 0, 1: 10} {
		if got := taken(l, Find, Anonymous, address(i), 10); got != want {
			t.Errorf("address %d: %d pass, want %d", i, got, want)
		}
	}
}

// TestLimitsTogether: requests at the same moment share the burst and no more.
func TestLimitsTogether(t *testing.T) {
	l := NewLimits(perMinute, new(clock).now)
	l.address[Find].most = 50
	var passed atomic.Int64
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			for j := range 200 {
				passed.Add(int64(taken(l, Read, keyed, home, 1)))
				taken(l, Find, Anonymous, netip.AddrFrom4([4]byte{10, 0, byte(i), byte(j)}), 1)
			}
		})
	}
	wg.Wait()
	if got := passed.Load(); got != 5 {
		t.Errorf("%d pass, want 5", got)
	}
}

func TestTooMany(t *testing.T) {
	e := TooMany(1200 * time.Millisecond)
	if e.Data != (Wait{2}) || e.Code != "too-many-requests" {
		t.Errorf("got %+v, want 2 seconds", e)
	}
}

// TestDefaultRates: those of every class, that its burst lets through.
func TestDefaultRates(t *testing.T) {
	l := NewLimits(DefaultRates(), new(clock).now)
	for class := range classes {
		for _, c := range []*Caller{keyed, Anonymous} {
			name := fmt.Sprint("class ", class, " of ", c.Key)
			if n := taken(l, class, c, home, 100_000); n == 0 || n == 100_000 {
				t.Errorf("%s: %d of 100000 pass at once", name, n)
			}
			l = NewLimits(DefaultRates(), new(clock).now)
		}
	}
}

// TestReserve: what is reserved is taken from nobody else only as long as it is, and what
// was refused adds nothing; of whatever is counted.
func TestReserve(t *testing.T) {
	for _, counts := range []bool{false, true} {
		l := NewLimits(perMinute, new(clock).now)
		for _, c := range []struct {
			name  string
			class Class
			c     *Caller
			from  netip.Addr
		}{
			{"by address", Read, Anonymous, home}, {"by key", Read, keyed, home}, {"strict", Find, keyed, home},
			{"this machine", Read, Anonymous, netip.MustParseAddr("127.0.0.1")}, {"no rate", Write, Anonymous, home},
		} {
			settle, _ := l.Reserve(c.class, c.c, c.from)
			all := taken(l, c.class, c.c, c.from, 100)
			if _, wait := l.Reserve(c.class, c.c, c.from); wait == 0 && all < 100 {
				t.Errorf("%s: one is reserved beyond the burst", c.name)
			}
			settle(counts)
			want := 1
			if counts {
				want = 0
			}
			if got := taken(l, c.class, c.c, c.from, 100); got != want && all < 100 {
				t.Errorf("%s: %d pass after one was settled, counting %v; want %d", c.name, got, counts, want)
			}
		}
	}
}

// TestReserveModel: whatever is reserved and settled when, what counts keeps to the rate as
// if there had been nothing else; whoever keeps hits waiting has no more guesses at once.
func TestReserveModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c clock
		l := NewLimits(perMinute, c.now)
		var open []func(counts bool)
		var guesses []time.Time
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			n := rapid.IntRange(1, 12).Draw(t, "n")
			switch step := rapid.IntRange(0, 4).Draw(t, "step"); step {
			case 0:
				c.pass(time.Duration(n) * 1700 * time.Millisecond)
			case 1:
				for range n {
					if settle, wait := l.Reserve(Find, Anonymous, home); wait == 0 {
						open = append(open, settle)
					}
				}
			case 2, 3:
				for ; n > 0 && len(open) > 0; n-- {
					i := rapid.IntRange(0, len(open)-1).Draw(t, "which")
					if open[i](step == 3); step == 3 {
						guesses = append(guesses, c.now())
					}
					open = slices.Delete(open, i, i+1)
				}
			default:
				for range taken(l, Find, Anonymous, home, n) {
					guesses = append(guesses, c.now())
				}
			}
		}
		for i := range guesses {
			for j := i + 10; j < len(guesses); j++ {
				if least := time.Duration(j-i-9) * 6 * time.Second; guesses[j].Sub(guesses[i]) < least {
					t.Fatalf("%d guesses within %s", j-i+1, guesses[j].Sub(guesses[i]))
				}
			}
		}
		for _, settle := range open {
			settle(false)
		}
		c.pass(time.Minute)
		if got := taken(l, Find, Anonymous, home, 100); got != 10 {
			t.Fatalf("a minute after all was settled, %d pass, want 10", got)
		}
	})
}

// TestReserveForgotten: what was reserved of a bucket that was given up meanwhile is
// settled in none.
func TestReserveForgotten(t *testing.T) {
	l := NewLimits(perMinute, new(clock).now)
	l.address[Find].most = 1
	settle, _ := l.Reserve(Find, Anonymous, home)
	taken(l, Find, Anonymous, netip.MustParseAddr("198.51.100.1"), 1)
	all := taken(l, Find, Anonymous, home, 100)
	settle(false)
	if got := taken(l, Find, Anonymous, home, 100); all != 10 || got != 0 {
		t.Errorf("%d pass, and %d more after one was settled; want 10 and none", all, got)
	}
}
