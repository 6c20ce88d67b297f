package store_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/store"
)

// charityKey is a key of the charity in record 1.
func charityKey(id string) store.APIKey {
	one := int64(1)
	return store.APIKey{ID: id, MAC: bytes.Repeat([]byte{9}, 32), Role: ledger.Charity, Organization: &one, Label: "财务系统",
		Created: noon, Creator: "pl-1", Expires: noon.AddDate(1, 0, 0)}
}

// shown writes a key so that two can be compared.
func shown(k store.APIKey) string {
	org := "none"
	if k.Organization != nil {
		org = fmt.Sprint(*k.Organization)
	}
	k.Organization = nil
	return fmt.Sprintf("%+v of %s", k, org)
}

func TestAPIKeys(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		first := store.APIKey{ID: "pl-1", MAC: []byte{1}, Role: ledger.Platform, Created: noon}
		second := charityKey("ch-2")
		must(t, s.AddAPIKey(ctx, first))
		must(t, s.AddAPIKey(ctx, second))
		wantCode(t, "an id that is taken", s.AddAPIKey(ctx, charityKey("ch-2")), "key-exists")
		for _, want := range []store.APIKey{first, second} {
			got, err := s.APIKey(ctx, want.ID)
			must(t, err)
			if shown(*got) != shown(want) {
				t.Errorf("key %s: got %s, want %s", want.ID, shown(*got), shown(want))
			}
		}
		_, err := s.APIKey(ctx, "ch-3")
		wantCode(t, "no key", err, "no-such-key")

		page, err := s.APIKeys(ctx, "", 1)
		must(t, err)
		next, err := s.APIKeys(ctx, page[0].ID, 10)
		must(t, err)
		if len(page) != 1 || len(next) != 1 || page[0].ID != "ch-2" || next[0].ID != "pl-1" {
			t.Errorf("pages %v and %v, want ch-2 and pl-1", page, next)
		}
	})
}

// TestRevoked: the first revocation stands.
func TestRevoked(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		must(t, s.AddAPIKey(ctx, charityKey("ch-1")))
		must(t, s.RevokeAPIKey(ctx, "ch-1", "pl-1", noon))
		must(t, s.RevokeAPIKey(ctx, "ch-1", "pl-2", noon.Add(time.Hour)))
		k, err := s.APIKey(ctx, "ch-1")
		must(t, err)
		if !k.Revoked.Equal(noon) || k.Revoker != "pl-1" {
			t.Errorf("revoked %s by %s, want %s by pl-1", k.Revoked, k.Revoker, noon)
		}
		wantCode(t, "no key to revoke", s.RevokeAPIKey(ctx, "ch-2", "", noon), "no-such-key")
	})
}

// TestUsed: a key's last use moves on by minutes, whoever writes it.
func TestUsed(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		must(t, s.AddAPIKey(ctx, charityKey("ch-1")))
		must(t, s.UsedAPIKeys(ctx, nil))
		for _, step := range []struct {
			seconds, want int
		}{{0, 0}, {30, 0}, {59, 0}, {60, 60}, {61, 60}, {10, 60}, {500, 500}} {
			must(t, s.UsedAPIKeys(ctx, map[string]time.Time{"ch-1": noon.Add(time.Duration(step.seconds) * time.Second), "ch-9": noon}))
			k, err := s.APIKey(ctx, "ch-1")
			must(t, err)
			if got := int(k.Used.Sub(noon).Seconds()); got != step.want {
				t.Errorf("used at second %d: stands as %d, want %d", step.seconds, got, step.want)
			}
		}
	})
}

// TestAccessFixed: who has the database in their hands and no more than a statement
// cannot lift a key, bring one back, or hide that a seal was opened.
func TestAccessFixed(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		must(t, s.AddAPIKey(ctx, charityKey("ch-1")))
		must(t, s.RevokeAPIKey(ctx, "ch-1", "", noon))
		must(t, s.AddPrivateRead(ctx, store.PrivateRead{At: noon, Key: "ch-1", Organization: 1, Index: 5, Basis: "x"}))
		attempts := []string{
			"UPDATE api_keys SET role = 'platform'", "UPDATE api_keys SET organization = 2", "UPDATE api_keys SET organization = NULL",
			"UPDATE api_keys SET expires = NULL", "UPDATE api_keys SET mac = 'x'", "UPDATE api_keys SET id = 'ch-2'", "UPDATE api_keys SET creator = 'ch-2'",
			"UPDATE api_keys SET revoked = NULL", "UPDATE api_keys SET revoked = 1", "UPDATE api_keys SET revoker = 'pl-1'", "DELETE FROM api_keys",
			"UPDATE private_reads SET basis = 'y'", "DELETE FROM private_reads",
		}
		if strings.HasPrefix(address, "postgres") {
			attempts = append(attempts, "TRUNCATE api_keys CASCADE", "TRUNCATE private_reads")
		}
		for _, sql := range attempts {
			if err := s.Tamper(sql); err == nil {
				t.Errorf("%s: no error", sql)
			}
		}
		must(t, s.Tamper("UPDATE api_keys SET label = '' WHERE id = 'ch-1'")) // a name that somebody wants out of it
		for _, sql := range []string{
			"INSERT INTO api_keys (id, mac, role, label, created, creator) VALUES ('x', 'x', 'charity', '', 0, '')",
			"INSERT INTO api_keys (id, mac, role, organization, label, created, creator) VALUES ('x', 'x', 'king', 1, '', 0, '')",
			"INSERT INTO private_reads (at, key, organization, idx, basis) VALUES (0, 'ch-1', 1, 5, '')",
			"INSERT INTO private_reads (at, key, organization, idx, basis) VALUES (0, 'nobody', 1, 5, 'x')",
		} {
			if err := s.Tamper(sql); err == nil {
				t.Errorf("%s: no error", sql)
			}
		}
	})
}

func TestPrivateReads(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		must(t, s.AddAPIKey(ctx, charityKey("au-1")))
		must(t, s.AddAPIKey(ctx, charityKey("au-2")))
		for i, key := range []string{"au-1", "au-2", "au-1"} {
			must(t, s.AddPrivateRead(ctx, store.PrivateRead{At: noon.Add(time.Duration(i) * time.Hour), Key: key, Organization: 1, Index: int64(5 + i/2), Basis: "审计通知〔2026〕3号"}))
		}
		five := int64(5)
		all, err := s.PrivateReads(ctx, store.PrivateReadFilter{Limit: 10})
		must(t, err)
		if len(all) != 3 {
			t.Fatalf("%d looks, want 3", len(all))
		}
		want := store.PrivateRead{Number: all[2].Number, At: noon, Key: "au-1", Organization: 1, Index: 5, Basis: "审计通知〔2026〕3号"}
		if all[2] != want {
			t.Errorf("got %+v, want %+v", all[2], want)
		}
		for _, c := range []struct {
			name string
			f    store.PrivateReadFilter
			want []int // places in all
		}{
			{"of a record", store.PrivateReadFilter{Index: &five, Limit: 10}, []int{1, 2}},
			{"by a key", store.PrivateReadFilter{Key: "au-1", Limit: 10}, []int{0, 2}},
			{"of a record by a key", store.PrivateReadFilter{Index: &five, Key: "au-1", Limit: 10}, []int{2}},
			{"one", store.PrivateReadFilter{Limit: 1}, []int{0}},
			{"those before", store.PrivateReadFilter{Before: all[0].Number, Limit: 10}, []int{1, 2}},
		} {
			got, err := s.PrivateReads(ctx, c.f)
			must(t, err)
			if !slices.EqualFunc(got, c.want, func(r store.PrivateRead, i int) bool { return r == all[i] }) {
				t.Errorf("%s: got %+v, want those at %v", c.name, got, c.want)
			}
		}
	})
}

// TestAccessUnderLoad: keys are made, used and revoked and seals opened while many
// callers write flows, from this program and from another on the same database; nobody
// is told that the database is busy, and the flows are as they would be without.
func TestAccessUnderLoad(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		prepare(t, b)
		other := openStore(t, address) // to open is to migrate, which waits for a busy file only so long
		c := gather(t, b, "load", 8, nil)
		c.more(50)
		var wg sync.WaitGroup
		const rounds = 20
		for _, name := range []string{"a", "b"} {
			wg.Go(func() { keepBusy(t, s, c, name, rounds, fair) })
		}
		wg.Go(func() { keepBusy(t, other, c, "other", 1, math.MaxInt64) })
		wg.Wait()
		c.more(50)
		c.disperse()
		if n := c.refused.Load(); n > 0 {
			t.Errorf("%d writes of flows were told to ask again", n)
		}
		c.wantAll(s)
		wantKept(t, s, 2*rounds+1)
	})
}

// fair is how many answers others may get while one of their program waits for its turn
// to write: far more than in the groups between two turns, and what takes no more than a
// few seconds where nothing else slows the machine.
const fair = 1000

// keepBusy makes keys, each with all that can happen to one. While it waits for a turn, a
// crowd gets no more answers than said.
func keepBusy(t *testing.T, s *store.Store, c *crowd, name string, rounds int, most int64) {
	for i := range rounds {
		k := charityKey(fmt.Sprintf("ch-%s-%d", name, i))
		for _, write := range []func() error{
			func() error { return s.AddAPIKey(ctx, k) },
			func() error { return s.UsedAPIKeys(ctx, map[string]time.Time{k.ID: noon}) },
			func() error {
				return s.AddPrivateRead(ctx, store.PrivateRead{At: noon, Key: k.ID, Organization: 1, Index: 5, Basis: "x"})
			},
			func() error { return s.RevokeAPIKey(ctx, k.ID, "", noon) },
		} {
			before := c.count.Load()
			if err := write(); err != nil {
				t.Errorf("key %s: %v", k.ID, err)
				return
			}
			if n := c.count.Load() - before; n > most {
				t.Errorf("key %s: while a write waited, others had %d answers, want %d at most", k.ID, n, most)
			}
		}
	}
}

func wantKept(t *testing.T, s *store.Store, n int) {
	t.Helper()
	keys, err := s.APIKeys(ctx, "", 1000)
	must(t, err)
	reads, err := s.PrivateReads(ctx, store.PrivateReadFilter{Limit: 1000})
	must(t, err)
	if len(keys) != n || len(reads) != n {
		t.Errorf("%d keys and %d looks, want %d of both", len(keys), len(reads), n)
	}
	for _, k := range keys {
		if k.Used.IsZero() || k.Revoked.IsZero() {
			t.Errorf("key %s: used %v, revoked %v", k.ID, k.Used, k.Revoked)
		}
	}
}
