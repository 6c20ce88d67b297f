package access

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"log/slog"
	"strings"
	"sync"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/store"
	"mingzhang/ledger/view"
)

// Keys is where keys and openings of seals are kept; *store.Store is it. What is written
// is durable when a method returns without an error; after an error it may be there or
// not. What is absent is a ledger.NotFound, an id that is taken a ledger.Conflict.
type Keys interface {
	AddAPIKey(ctx context.Context, k store.APIKey) error
	APIKey(ctx context.Context, id string) (*store.APIKey, error)
	APIKeys(ctx context.Context, after string, limit int) ([]store.APIKey, error)
	RevokeAPIKey(ctx context.Context, id, revoker string, at time.Time) error
	UsedAPIKeys(ctx context.Context, used map[string]time.Time) error
	AddPrivateRead(ctx context.Context, r store.PrivateRead) error
	Organization(ctx context.Context, index int64) (*view.Organization, error)
}

// Config is what an Access is made of.
type Config struct {
	Keys   Keys
	Secret []byte           // the book's, 32 bytes or more
	Now    func() time.Time // time.Now if nil
	Random func([]byte)     // fills keys; crypto/rand if nil
	Log    *slog.Logger     // slog.Default if nil
}

// Access knows who calls. Its methods may be called from any number of goroutines.
type Access struct {
	Config
	macs  sync.Pool // of *mac
	cache cache
	uses  uses
}

// New makes an Access. Its key for HMACs is derived from the book's secret, so that it
// says nothing about what the book makes with that.
func New(c Config) (*Access, error) {
	if len(c.Secret) < 32 {
		return nil, fmt.Errorf("the book's secret has %d bytes and needs 32", len(c.Secret))
	}
	key, err := hkdf.Key(sha256.New, c.Secret, nil, "mingzhang API keys", sha256.Size)
	if err != nil {
		return nil, err
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Random == nil {
		c.Random = func(p []byte) { rand.Read(p) }
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	c.Secret = nil
	a := &Access{Config: c, macs: sync.Pool{New: func() any { return &mac{Hash: hmac.New(sha256.New, key)} }}}
	a.cache.load = c.Keys.APIKey
	return a, nil
}

// Authenticate says who sent the header "Authorization: Bearer …" of a request; no
// header is [Anonymous]. What is wrong with a key is a ledger.Forbidden of the code
// key-malformed, key-unknown, key-revoked or key-expired (HTTP: 401, with a challenge).
// That a key is revoked or expired is told only to who has all of it: its holder needs
// to know, and a thief learns nothing else. To all others such a key is as unknown as
// one that never was. Refusals do not repeat what was sent.
func (a *Access) Authenticate(ctx context.Context, header string) (*Caller, error) {
	return a.Try(ctx, header, nil)
}

// Try is [Access.Authenticate] for who may be trying keys: before the database is asked
// for an id that is not known, it asks may, and gives its error instead. A key that was
// good is looked up anew without it, however many others of its network are refused.
func (a *Access) Try(ctx context.Context, header string, may func() error) (*Caller, error) {
	if header == "" {
		return Anonymous, nil
	}
	id, r, ok := bearer(header)
	if !ok {
		return nil, ledger.Refuse(ledger.Forbidden, "key-malformed", "",
			"API 密钥的格式不对：应为 Authorization: Bearer mz_…，请检查是否抄漏或抄错", "this is not an API key as it was given out: it is sent as Authorization: Bearer mz_…, and a character is missing or wrong")
	}
	now := a.Now()
	if may != nil && !a.cache.has(id) {
		if err := may(); err != nil {
			return nil, err
		}
	}
	e, err := a.cache.get(ctx, id, now)
	if err != nil {
		return nil, unavailable(err)
	}
	return a.admit(e, &r, now)
}

// admit checks what was sent against a row; that of an unknown id matches nothing, after
// the same time.
func (a *Access) admit(e *entry, r *random, now time.Time) (*Caller, error) {
	switch {
	case !a.knows(e.row, r):
		return nil, ledger.Refuse(ledger.Forbidden, "key-unknown", "", "没有这个 API 密钥", "there is no such API key")
	case !e.row.Revoked.IsZero():
		return nil, ledger.Refuse(ledger.Forbidden, "key-revoked", "", "API 密钥 %s 已被撤销", "the API key %s was revoked", e.row.ID)
	case !e.row.Expires.IsZero() && !now.Before(e.row.Expires):
		return nil, ledger.Refuse(ledger.Forbidden, "key-expired", "", "API 密钥 %s 已过期", "the API key %s has expired", e.row.ID)
	}
	if !e.noted.Load() && e.noted.CompareAndSwap(false, true) {
		a.uses.note(e.row.ID, now)
	}
	return e.caller, nil
}

// bearer reads the header. The scheme is of any case, and one or more spaces follow it
// (RFC 9110, 11.4).
func bearer(header string) (id string, r random, ok bool) {
	const scheme = "bearer"
	if len(header) > 256 || len(header) <= len(scheme) || !strings.EqualFold(header[:len(scheme)], scheme) || header[len(scheme)] != ' ' {
		return "", r, false
	}
	return read(strings.TrimLeft(header[len(scheme):], " "))
}

// mac is a keyed hash and the bytes that go in and out.
type mac struct {
	hash.Hash
	buf []byte
}

// knows says, in constant time, whether a row was made of a secret and for the holder
// that it names.
func (a *Access) knows(k *store.APIKey, r *random) bool {
	m := a.macs.Get().(*mac)
	defer a.macs.Put(m)
	return hmac.Equal(m.of(k, r), k.MAC)
}

// of is the HMAC of a key and of all of its row that says what it may do. It holds until
// the next one.
func (m *mac) of(k *store.APIKey, r *random) []byte {
	organization, expires := int64(-1), int64(-1)
	if k.Organization != nil {
		organization = *k.Organization
	}
	if !k.Expires.IsZero() {
		expires = k.Expires.Unix()
	}
	b := append(m.buf[:0], r[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(organization))
	b = binary.BigEndian.AppendUint64(b, uint64(expires))
	b = append(append(append(b, k.ID...), '/'), k.Role...)
	m.Reset()
	m.Write(b)
	m.buf = m.Sum(b[:0])
	return m.buf
}

// unavailable is the refusal when keys cannot be read or kept.
func unavailable(err error) error {
	return errors.Join(ledger.Refuse(ledger.Unavailable, "keys-unavailable", "",
		"暂时无法核对 API 密钥，请稍后重试", "API keys cannot be checked at the moment, so try again later"), err)
}
