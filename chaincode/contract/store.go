package contract

import (
	"cmp"
	"encoding/json"
	"slices"

	"mingzhang/ledger"
)

// store reads the state once for each key and gathers what is to be written. Nothing is
// written before the end of the transaction, so a refusal changes nothing.
type store struct {
	state  State
	prefix string
	values map[string][]byte // what was read; nil is absent
	wanted []string          // to be read with the next fetch
	tables []interface{ changes() ([]change, error) }
}

// change is one key to write; a nil value deletes it.
type change struct {
	key   string
	value []byte
}

// fetch reads all keys that are wanted, in one round.
func (s *store) fetch() error {
	slices.Sort(s.wanted)
	keys := slices.Compact(s.wanted)
	s.wanted = nil
	if len(keys) == 0 {
		return nil
	}
	values, err := s.state.Get(keys)
	if err != nil {
		return err
	}
	if len(values) != len(keys) {
		return broken(keys[0])
	}
	for i, key := range keys {
		s.values[key] = values[i]
	}
	return nil
}

// want asks for a key with the next fetch.
func (s *store) want(key string) {
	if _, read := s.values[key]; !read {
		s.wanted = append(s.wanted, key)
	}
}

// read gives the value of a key, in a round of its own if nobody wanted it before.
func (s *store) read(key string) ([]byte, error) {
	if _, read := s.values[key]; !read {
		s.wanted = append(s.wanted, key)
		if err := s.fetch(); err != nil {
			return nil, err
		}
	}
	return s.values[key], nil
}

// flush writes all changes in the order of their keys, which is the same on every peer.
func (s *store) flush() error {
	var all []change
	for _, t := range s.tables {
		changes, err := t.changes()
		if err != nil {
			return err
		}
		all = append(all, changes...)
	}
	slices.SortFunc(all, func(a, b change) int { return cmp.Compare(a.key, b.key) })
	for _, c := range all {
		var err error
		if c.value == nil {
			err = s.state.Delete(c.key)
		} else {
			err = s.state.Put(c.key, c.value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// table is all rows of one sort that a transaction looked at.
type table[K comparable, V any] struct {
	*store
	name  func(K) string // of the key, without the prefix
	rows  map[K]*row[V]
	asked map[K]bool

	// What was looked for last. One record looks for the same few rows again and again,
	// and the one behind it often for some of them.
	near   [2]found[K, V]
	nearby K // asked for last
}

type found[K comparable, V any] struct {
	k K
	r *row[V] // nil: nothing yet
}

// row is one value of the state.
type row[V any] struct {
	V     V
	there bool // it exists
	dirty bool
}

func newTable[K comparable, V any](s *store, name func(K) string) *table[K, V] {
	t := &table[K, V]{store: s, name: name, rows: map[K]*row[V]{}, asked: map[K]bool{}}
	s.tables = append(s.tables, t)
	return t
}

// want asks for a row with the next fetch.
func (t *table[K, V]) want(k K) {
	if len(t.asked) > 0 && k == t.nearby {
		return
	}
	t.nearby = k
	if !t.asked[k] {
		t.asked[k] = true
		t.store.want(t.prefix + t.name(k))
	}
}

// get gives a row as the transaction has made it; one that is not there is zero.
func (t *table[K, V]) get(k K) (*row[V], error) {
	if f := &t.near[0]; f.r != nil && f.k == k {
		return f.r, nil
	}
	t.near[0], t.near[1] = t.near[1], t.near[0]
	if f := &t.near[0]; f.r != nil && f.k == k {
		return f.r, nil
	}
	r, err := t.look(k)
	if err == nil {
		t.near[0] = found[K, V]{k, r}
	}
	return r, err
}

// look gets a row that was not among the last.
func (t *table[K, V]) look(k K) (*row[V], error) {
	if r := t.rows[k]; r != nil {
		return r, nil
	}
	data, err := t.read(t.prefix + t.name(k))
	if err != nil {
		return nil, err
	}
	r := &row[V]{there: data != nil}
	if r.there && !quick(data, &r.V) && json.Unmarshal(data, &r.V) != nil {
		return nil, broken(t.prefix + t.name(k))
	}
	t.rows[k] = r
	return r, nil
}

// change gives the value to be changed in place.
func (r *row[V]) change() *V {
	r.there, r.dirty = true, true
	return &r.V
}

// remove makes the row be absent.
func (r *row[V]) remove() { *r = row[V]{dirty: true} }

func (t *table[K, V]) changes() ([]change, error) {
	var all []change
	for k, r := range t.rows { // in any order: flush sorts
		if !r.dirty {
			continue
		}
		c := change{key: t.prefix + t.name(k)}
		if r.there {
			var err error
			if c.value, err = json.Marshal(&r.V); err != nil {
				return nil, err
			}
		}
		all = append(all, c)
	}
	return all, nil
}

// stateBroken is a fault of the machine in the form of a refusal: no exception helps.
var stateBroken = &ledger.Error{Code: "state-broken"}

func broken(key string) error {
	return ledger.Refuse(ledger.Corrupt, stateBroken.Code, "", "账本状态中 %.200q 的内容已损坏", "the ledger's state holds something unreadable under %.200q", key)
}
