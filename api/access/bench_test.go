package access

import (
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"mingzhang/ledger"
)

// BenchmarkAuthenticate is what each request with a key costs: under a microsecond.
func BenchmarkAuthenticate(b *testing.B) {
	bed := open(b, "sqlite:"+filepath.Join(b.TempDir(), "book.db"))
	header := "Bearer " + bed.makeFirst(b).Reveal()
	bed.Now = func() time.Time { return noon } // the cache stays warm
	b.Run("one", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := bed.Authenticate(ctx, header); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("parallel", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				bed.Authenticate(ctx, header)
			}
		})
	})
	b.Run("look-up", func(b *testing.B) {
		for b.Loop() {
			bed.cache.forget(header[len("Bearer "+prefix) : len("Bearer ")+head])
			bed.Authenticate(ctx, header)
		}
	})
}

func BenchmarkAllow(b *testing.B) {
	c, on := caller(ledger.Partner, partnerP), at(a10, charityA, partnerP)
	for b.Loop() {
		if err := Allow(c, Spend, on); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTake(b *testing.B) {
	l := NewLimits(DefaultRates(), time.Now)
	b.Run("key", func(b *testing.B) {
		for b.Loop() {
			l.Take(Write, keyed, home)
		}
	})
	b.Run("new address", func(b *testing.B) {
		i := uint32(0)
		for b.Loop() {
			i++
			l.Take(Read, Anonymous, netip.AddrFrom4([4]byte{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}))
		}
	})
}
