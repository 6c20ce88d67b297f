package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// APIKey is what the book keeps of an API key: not the key, but what tells it when it
// is shown. A zero time is none.
type APIKey struct {
	ID           string // also ledger.Author.Key of what is written with it
	MAC          []byte
	Role         ledger.OrganizationKind
	Organization *int64 // nil: the platform's, made before its own record
	Label        string
	Created      time.Time
	Creator      string // the key that made it, "" from the command line
	Expires      time.Time
	Revoked      time.Time
	Revoker      string
	Used         time.Time // last, to the minute
}

// PrivateRead is one look behind a private seal.
type PrivateRead struct {
	Number       int64 // given by the store; later ones are higher
	At           time.Time
	Key          string
	Organization int64
	Index        int64 // of the record
	Basis        string
}

// aside writes what is not part of the log. It takes the one connection that writes
// and the lock of the head, as a group does: beside it, SQLite would answer that the
// database is busy for as long as groups follow each other, and who waits for the
// connection is served in turn. It must be short: the book waits.
func (s *Store) aside(ctx context.Context, do func(*Tx) error) error {
	tx, err := s.turn(ctx)
	if err != nil {
		return unwritable(ctx, fmt.Errorf("begin: %w", err))
	}
	defer tx.Rollback() // nothing after a commit
	if err := do(tx.(*Tx)); err != nil {
		return unwritable(ctx, err)
	}
	return unwritable(ctx, tx.Commit())
}

// asideWaits is how long a write waits for another program on the same SQLite file.
const asideWaits = time.Minute

// turn begins a transaction, however busy another program keeps the file: SQLite has
// no queue between programs but only asks again now and then, and a command like
// "keys create" may be unlucky for longer than one such wait while a server commits
// group after group.
func (s *Store) turn(ctx context.Context) (book.Tx, error) {
	for began := time.Now(); ; {
		tx, err := s.Begin(ctx)
		if err == nil || !strings.Contains(err.Error(), "SQLITE_BUSY") || time.Since(began) > asideWaits || ctx.Err() != nil {
			return tx, err
		}
	}
}

// changed runs a statement and says whether it changed a row.
func changed(db *gorm.DB, text string, args ...any) (bool, error) {
	done := db.Exec(text, args...)
	return done.RowsAffected > 0, done.Error
}

// AddAPIKey keeps a new key; an id that is taken is a ledger.Conflict. Used and
// Revoked are not read.
func (s *Store) AddAPIKey(ctx context.Context, k APIKey) error {
	return s.aside(ctx, func(t *Tx) error {
		added, err := changed(t.db, "INSERT INTO api_keys (id, mac, role, organization, label, created, creator, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
			k.ID, k.MAC, string(k.Role), k.Organization, k.Label, k.Created.Unix(), k.Creator, second(k.Expires))
		if err == nil && !added {
			return ledger.Refuse(ledger.Conflict, "key-exists", "id", "已有代号为 %s 的 API 密钥", "there is an API key %s already", k.ID)
		}
		return keeping("an API key", err)
	})
}

// RevokeAPIKey ends a key. Revoking it again changes nothing; absent is a
// ledger.NotFound.
func (s *Store) RevokeAPIKey(ctx context.Context, id, revoker string, at time.Time) error {
	return s.aside(ctx, func(t *Tx) error {
		done, err := changed(t.db, "UPDATE api_keys SET revoked = ?, revoker = ? WHERE id = ? AND revoked IS NULL", at.Unix(), revoker, id)
		if err == nil && !done {
			_, err = apiKey(t.db, id)
		}
		return err
	})
}

// UsedAPIKeys notes when keys were last used. Of several programs that note the same
// key, one writes each minute.
func (s *Store) UsedAPIKeys(ctx context.Context, used map[string]time.Time) error {
	if len(used) == 0 {
		return nil
	}
	var queue []statement
	for id, at := range used {
		queue = append(queue, statement{"UPDATE api_keys SET used = ? WHERE id = ? AND coalesce(used, 0) <= ?",
			[]any{at.Unix(), id, at.Add(-time.Minute).Unix()}})
	}
	return s.aside(ctx, func(t *Tx) error {
		return keeping("the last use of keys", s.d.exec(ctx, t.conn, queue))
	})
}

// APIKey gives a key; absent is a ledger.NotFound.
func (s *Store) APIKey(ctx context.Context, id string) (*APIKey, error) {
	return apiKey(s.reads.WithContext(ctx), id)
}

func apiKey(db *gorm.DB, id string) (*APIKey, error) {
	r, err := one[apiKeyRow](db, absent("no-such-key", "没有代号为 %s 的 API 密钥", "there is no API key %s", id),
		"SELECT * FROM api_keys WHERE id = ?", id)
	if err != nil {
		return nil, err
	}
	k := r.key()
	return &k, nil
}

// APIKeys gives keys in the order of their ids, those after one.
func (s *Store) APIKeys(ctx context.Context, after string, limit int) ([]APIKey, error) {
	var rows []apiKeyRow
	err := s.reads.WithContext(ctx).Raw("SELECT * FROM api_keys WHERE id > ? ORDER BY id"+atMost(limited(limit)), after).Scan(&rows).Error
	keys := make([]APIKey, len(rows))
	for i, r := range rows {
		keys[i] = r.key()
	}
	return keys, err
}

type apiKeyRow struct {
	ID           string
	Mac          []byte
	Role         string
	Organization *int64
	Label        string
	Created      int64
	Creator      string
	Expires      *int64
	Revoked      *int64
	Revoker      string
	Used         *int64
}

func (r apiKeyRow) key() APIKey {
	return APIKey{ID: r.ID, MAC: r.Mac, Role: ledger.OrganizationKind(r.Role), Organization: r.Organization, Label: r.Label,
		Created: instant(&r.Created), Creator: r.Creator, Expires: instant(r.Expires), Revoked: instant(r.Revoked), Revoker: r.Revoker, Used: instant(r.Used)}
}

// AddPrivateRead notes a look behind a private seal. It is durable when this returns:
// only then may the opening be shown.
func (s *Store) AddPrivateRead(ctx context.Context, r PrivateRead) error {
	return s.aside(ctx, func(t *Tx) error {
		_, err := changed(t.db, "INSERT INTO private_reads (at, key, organization, idx, basis) VALUES (?, ?, ?, ?, ?)",
			r.At.Unix(), r.Key, r.Organization, r.Index, r.Basis)
		return keeping("who opened a seal", err)
	})
}

// PrivateReadFilter says which looks a list has, the latest first. A zero field does
// not filter.
type PrivateReadFilter struct {
	Index  *int64 // of the record
	Key    string
	Before int64 // the number that the page begins before
	Limit  int
}

// PrivateReads gives a page of looks behind private seals.
func (s *Store) PrivateReads(ctx context.Context, f PrivateReadFilter) ([]PrivateRead, error) {
	q := s.reads.WithContext(ctx).Table("private_reads").Order("number DESC").Limit(limited(f.Limit))
	if f.Index != nil {
		q = q.Where("idx = ?", *f.Index)
	}
	if f.Key != "" {
		q = q.Where("key = ?", f.Key)
	}
	if f.Before != 0 {
		q = q.Where("number < ?", f.Before)
	}
	var rows []struct {
		Number, At, Organization, Idx int64
		Key, Basis                    string
	}
	err := q.Scan(&rows).Error
	list := make([]PrivateRead, len(rows))
	for i, r := range rows {
		list[i] = PrivateRead{Number: r.Number, At: instant(&r.At), Key: r.Key, Organization: r.Organization, Index: r.Idx, Basis: r.Basis}
	}
	return list, err
}

// second is how a moment stands in a row: Unix seconds, NULL for none.
func second(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	n := t.Unix()
	return &n
}

func instant(n *int64) time.Time {
	if n == nil {
		return time.Time{}
	}
	return time.Unix(*n, 0).UTC()
}

// keeping says what failed to be kept. The database's own words name columns and ids,
// never values that are secret.
func keeping(what string, err error) error {
	if err != nil {
		return fmt.Errorf("keep %s: %w", what, err)
	}
	return nil
}
