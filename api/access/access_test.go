package access

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/store"
)

func TestAuthenticate(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		b := open(t, address)
		b.register(t)
		key := b.make(t, ledger.Charity, charityA)
		c, err := b.with(key)
		must(t, err)
		if c.Key != key.ID() || c.Role != ledger.Charity || *c.Organization != charityA {
			t.Errorf("the caller is %+v", c)
		}
		if a := (ledger.Author{Org: charityA, Key: key.ID()}); c.Author() != a {
			t.Errorf("the author is %v, want %v", c.Author(), a)
		}
		if c, err := b.Authenticate(ctx, ""); err != nil || c != Anonymous {
			t.Errorf("no header: %v, %v", c, err)
		}
		other := b.make(t, ledger.Charity, charityA)
		forged, _ := draw(ledger.Charity, b.Random)
		_, err = b.with(forged)
		wantCode(t, "an id that nobody has", err, "key-unknown")
		_, r, _ := read(other.text)
		_, err = b.with(Key{text: spell(key.id, r)})
		wantCode(t, "another's secret", err, "key-unknown")
	})
}

// TestHeaders: what may stand in the header, and what hostile ones get. None is looked
// up or repeated.
func TestHeaders(t *testing.T) {
	b := open(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	key := b.makeFirst(t)
	k := key.Reveal()
	_, err := b.with(key)
	must(t, err)
	before := b.store.lookups.Load()
	for _, c := range []struct{ name, header, code string }{
		{"as documented", "Bearer " + k, ""},
		{"lower case", "bearer " + k, ""},
		{"upper case", "BEARER " + k, ""},
		{"many spaces", "Bearer" + strings.Repeat(" ", 50) + k, ""},
		{"no space", "Bearer" + k, "key-malformed"},
		{"too many spaces", "Bearer" + strings.Repeat(" ", 5000) + k, "key-malformed"},
		{"a tab", "Bearer\t" + k, "key-malformed"},
		{"space before", " Bearer " + k, "key-malformed"},
		{"space behind", "Bearer " + k + " ", "key-malformed"},
		{"line break", "Bearer " + k + "\r\nX: y", "key-malformed"},
		{"line break within", "Bearer " + k[:40] + "\n" + k[40:], "key-malformed"},
		{"the key alone", k, "key-malformed"},
		{"the scheme alone", "Bearer", "key-malformed"},
		{"the scheme and a space", "Bearer ", "key-malformed"},
		{"another scheme", "Basic " + base64.StdEncoding.EncodeToString([]byte("user:"+k)), "key-malformed"},
		{"a scheme that begins alike", "Bearers " + k, "key-malformed"},
		{"two keys", "Bearer " + k + "," + k, "key-malformed"},
		{"a parameter", "Bearer token=" + k, "key-malformed"},
		{"in capitals", "Bearer " + strings.ToUpper(k), "key-malformed"},
		{"quoted", `Bearer "` + k + `"`, "key-malformed"},
		{"huge", "Bearer " + strings.Repeat(k, 100_000), "key-malformed"},
		{"huge scheme", strings.Repeat("Bearer", 100_000), "key-malformed"},
		{"binary", "Bearer \x00\xff\xfe" + k[3:], "key-malformed"},
		{"NUL in the id", "Bearer " + k[:6] + "\x00" + k[7:], "key-malformed"},
		{"full width", "Bearer ｍｚ＿" + k[3:], "key-malformed"},
		{"SQL", "Bearer mz_ch-' OR '1'='1' --" + k[23:], "key-malformed"},
		{"a path", "Bearer mz_ch-../../../etc" + k[22:], "key-malformed"},
		{"empty secret", "Bearer " + k[:head+1], "key-malformed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := b.Authenticate(ctx, c.header)
			wantCode(t, c.name, err, c.code)
			if err != nil && strings.Contains(err.Error(), k[head+1:head+20]) {
				t.Errorf("the refusal repeats the key: %v", err)
			}
		})
	}
	if got := b.store.lookups.Load() - before; got != 0 {
		t.Errorf("%d look-ups, want none", got)
	}
}

// makeFirst makes the platform's first key, before there is any organization.
func (b *bed) makeFirst(t testing.TB) Key {
	t.Helper()
	key, err := b.Create(ctx, Operator, Wish{Role: ledger.Platform})
	must(t, err)
	return key
}

func TestExpiry(t *testing.T) {
	b := open(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	key, err := b.Create(ctx, Operator, Wish{Role: ledger.Platform, Expires: noon.Add(time.Hour)})
	must(t, err)
	for _, step := range []struct {
		pass time.Duration
		code string
	}{{0, ""}, {time.Hour - time.Second, ""}, {999 * time.Millisecond, ""}, {time.Millisecond, "key-expired"}, {1000 * time.Hour, "key-expired"}} {
		b.pass(step.pass)
		_, err := b.with(key)
		wantCode(t, b.now().String(), err, step.code)
	}
	_, err = b.Create(ctx, Operator, Wish{Role: ledger.Platform, Expires: b.now()})
	wantCode(t, "a key that has expired already", err, "key-expired")
}

// TestRevocation: it holds at once where it was made, and within the life of the cache in
// another program. Who has not the whole key cannot tell it from one that never was.
func TestRevocation(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		here := open(t, address)
		there := stand(t, open(t, address).store.Store, here.clock)
		key := here.makeFirst(t)
		for _, b := range []*bed{here, there} {
			_, err := b.with(key)
			must(t, err)
		}
		must(t, here.Revoke(ctx, Operator, key.ID()))
		_, err := here.with(key)
		wantCode(t, "here", err, "key-revoked")
		here.pass(cacheLife - 1)
		_, err = there.with(key)
		wantCode(t, "there, a little later", err, "")
		here.pass(1)
		_, err = there.with(key)
		wantCode(t, "there, when its cache is old", err, "key-revoked")

		guess, r := draw(ledger.Platform, here.Random)
		_, unknown := here.with(guess)
		_, revoked := here.with(Key{text: spell(key.id, r)})
		if unknown == nil || revoked == nil || unknown.Error() != revoked.Error() {
			t.Errorf("with another secret: unknown %v, revoked %v", unknown, revoked)
		}
	})
}

// TestForgedRow: who writes into the database makes no key that works, nor lifts one.
func TestForgedRow(t *testing.T) {
	b := open(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	b.register(t)
	key := b.make(t, ledger.Charity, charityA)
	row, err := b.store.Store.APIKey(ctx, key.ID())
	must(t, err)
	other := charityB
	for name, change := range map[string]func(*store.APIKey){
		"nothing":          func(*store.APIKey) {},
		"the role":         func(k *store.APIKey) { k.Role = ledger.Platform },
		"the organization": func(k *store.APIKey) { k.Organization = &other },
		"no organization":  func(k *store.APIKey) { k.Organization = nil },
		"the end":          func(k *store.APIKey) { k.Expires = noon.AddDate(9, 0, 0) },
		"the id":           func(k *store.APIKey) { k.ID = "pl-0000000" },
		"the mac":          func(k *store.APIKey) { k.MAC = nil },
	} {
		k := *row
		change(&k)
		_, r, _ := read(key.text)
		if knows := b.knows(&k, &r); knows != (name == "nothing") {
			t.Errorf("with %s changed: known %v", name, knows)
		}
	}
	elsewhere, err := New(Config{Keys: b.store, Secret: append([]byte{8}, testSecret...), Now: b.now})
	must(t, err)
	_, err = elsewhere.Authenticate(ctx, "Bearer "+key.Reveal())
	wantCode(t, "under another secret", err, "key-unknown")
}

// TestConstantTime: secrets are compared by hmac.Equal and by nothing else.
func TestConstantTime(t *testing.T) {
	files, err := filepath.Glob("*.go")
	must(t, err)
	compared := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		must(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := call.X.(*ast.Ident); ok && call.Sel.Name == "Equal" {
				if x.Name != "hmac" {
					t.Errorf("%s: %s.Equal", name, x.Name)
				}
				compared++
			}
			return true
		})
	}
	if compared != 1 {
		t.Errorf("%d comparisons, want one", compared)
	}
}

// TestCache: many requests at once and in a row cost one look-up, ids that nobody has one
// each and no memory, and a store that fails fails nobody for longer than it does.
func TestCache(t *testing.T) {
	b := open(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	key := b.makeFirst(t)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			for range 100 {
				if _, err := b.with(key); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := b.store.lookups.Load(); n != 1 {
		t.Errorf("%d look-ups, want 1", n)
	}
	for range 100 {
		guess, _ := draw(ledger.Charity, b.Random)
		_, err := b.with(guess)
		wantCode(t, "a guess", err, "key-unknown")
	}
	if n := len(b.cache.entries); n != 1 {
		t.Errorf("%d keys are remembered, want 1", n)
	}

	b.pass(cacheLife)
	b.store.fault.Store(true)
	_, err := b.with(key)
	wantCode(t, "a store that fails", err, "keys-unavailable")
	if ledger.KindOf(err) != ledger.Unavailable {
		t.Errorf("the kind is %d, want Unavailable", ledger.KindOf(err))
	}
	b.store.fault.Store(false)
	_, err = b.with(key)
	must(t, err)
}

// TestCacheBound: the cache stays small however many keys there are.
func TestCacheBound(t *testing.T) {
	var c cache
	c.load = func(_ context.Context, id string) (*store.APIKey, error) { return &store.APIKey{ID: id}, nil }
	for range 3 * cacheSize {
		key, _ := draw(ledger.Charity, func(p []byte) { rand.Read(p) })
		_, err := c.get(ctx, key.id, noon)
		must(t, err)
		if len(c.entries) > cacheSize {
			t.Fatalf("%d entries", len(c.entries))
		}
	}
}

// TestRevokedWhileRead: a row that was read before a revocation and arrives after it
// is not believed by those who come later.
func TestRevokedWhileRead(t *testing.T) {
	var c cache
	arrive := make(chan struct{})
	c.load = func(_ context.Context, id string) (*store.APIKey, error) {
		<-arrive
		return &store.APIKey{ID: id}, nil
	}
	go c.get(ctx, "x", noon)
	for begun := false; !begun; time.Sleep(time.Millisecond) {
		c.mu.RLock()
		begun = c.entries["x"] != nil
		c.mu.RUnlock()
	}
	c.mu.RLock()
	old := c.entries["x"]
	c.mu.RUnlock()
	c.forget("x")
	close(arrive)
	e, err := c.get(ctx, "x", noon)
	must(t, err)
	if e == old {
		t.Error("the row from before the revocation is given to who came after it")
	}
}

// TestGivenUp: who stops waiting for the store does not stop others.
func TestGivenUp(t *testing.T) {
	var c cache
	arrive := make(chan struct{})
	c.load = func(ctx context.Context, id string) (*store.APIKey, error) {
		<-arrive
		return &store.APIKey{ID: id}, ctx.Err()
	}
	short, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := c.get(short, "x", noon); err == nil {
		t.Error("who gave up has an answer")
	}
	close(arrive)
	_, err := c.get(ctx, "x", noon)
	must(t, err)
}
