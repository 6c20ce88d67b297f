package access

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
)

var ctx = context.Background()

var noon = time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)

// clock is a clock that a test moves.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time       { return noon.Add(time.Duration(c.ahead.Load())) }
func (c *clock) pass(d time.Duration) { c.ahead.Add(int64(d)) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t testing.TB, what string, err error, code string) {
	t.Helper()
	if code == "" && err == nil {
		return
	}
	if code == "" || !errors.Is(err, &ledger.Error{Code: code}) {
		t.Errorf("%s: got %v, want the refusal %q", what, err, code)
	}
}

// onBoth runs a test on each kind of database.
func onBoth(t *testing.T, test func(t *testing.T, address string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, pgtest.DSN(t)) })
}

// counted is a store that counts what is looked up, and fails when it is told to.
type counted struct {
	*store.Store
	lookups atomic.Int64
	fault   atomic.Bool
}

var errFault = errors.New("the disk is on fire")

func (c *counted) APIKey(ctx context.Context, id string) (*store.APIKey, error) {
	c.lookups.Add(1)
	if c.fault.Load() {
		return nil, errFault
	}
	return c.Store.APIKey(ctx, id)
}

func (c *counted) UsedAPIKeys(ctx context.Context, used map[string]time.Time) error {
	if c.fault.Load() {
		return errFault
	}
	return c.Store.UsedAPIKeys(ctx, used)
}

// bed is what a test stands on.
type bed struct {
	*Access
	*clock
	store *counted
	log   *logged
}

// logged is what was logged.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

var testSecret = bytes.Repeat([]byte{7}, 32)

func open(t testing.TB, address string) *bed {
	t.Helper()
	s, err := store.Open(ctx, address)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return stand(t, s, &clock{})
}

// stand makes an Access as another program on the same database would.
func stand(t testing.TB, s *store.Store, c *clock) *bed {
	t.Helper()
	b := &bed{clock: c, store: &counted{Store: s}, log: &logged{}}
	var err error
	b.Access, err = New(Config{Keys: b.store, Secret: testSecret, Now: c.now, Log: slog.New(slog.NewTextHandler(b.log, nil))})
	must(t, err)
	return b
}

// The organizations of a test book, by their records.
const (
	thePlatform int64 = iota
	charityA
	charityB
	charityC
	partnerP
	partnerQ
	theRegulator
	anotherRegulator
	theAuditor
)

// register fills a book with the organizations.
func (b *bed) register(t testing.TB) {
	t.Helper()
	skey, vkey, err := note.GenerateKey(bytes.NewReader(testSecret), "test")
	must(t, err)
	signer, err := note.NewSigner(skey)
	must(t, err)
	verifier, err := note.NewVerifier(vkey)
	must(t, err)
	bk, err := book.Open(ctx, book.Config{Store: b.store.Store, Origin: "test", Secret: testSecret, Signer: signer, Verifier: verifier,
		Keeper: book.File(filepath.Join(t.TempDir(), "checkpoint")), Now: b.now})
	must(t, err)
	defer bk.Close()
	for i, kind := range []ledger.OrganizationKind{ledger.Platform, ledger.Charity, ledger.Charity, ledger.Charity, ledger.Partner, ledger.Partner,
		ledger.Regulator, ledger.Regulator, ledger.Auditor} {
		_, err := bk.Submit(ctx, book.Request{By: ledger.Author{Key: "pl-1"}, What: book.RegisterOrganization{
			Scheme: "US-EIN", Code: fmt.Sprint(i), Name: strings.Repeat("组织", i+1), Kind: kind}})
		must(t, err)
	}
}

// make makes a key from the command line.
func (b *bed) make(t testing.TB, role ledger.OrganizationKind, organization int64) Key {
	t.Helper()
	k, err := b.Create(ctx, Operator, Wish{Role: role, Organization: &organization})
	must(t, err)
	return k
}

func (b *bed) with(k Key) (*Caller, error) { return b.Authenticate(ctx, "Bearer "+k.Reveal()) }
