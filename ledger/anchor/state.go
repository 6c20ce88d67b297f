package anchor

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"maps"

	"mingzhang/chaincode/contract"
)

// State gathers what one call of the contract writes over a state that it reads: it
// can be kept as a whole or thrown away, as a ledger does.
type State struct {
	contract.State                   // read only
	Writes         map[string][]byte // nil deletes
	digest         hash.Hash
}

// Over begins to gather writes over a state.
func Over(s contract.State) *State {
	return &State{State: s, Writes: map[string][]byte{}, digest: sha256.New()}
}

// Put implements contract.State.
func (s *State) Put(key string, value []byte) error {
	s.Writes[key] = value
	s.note(1, key, value)
	return nil
}

// Delete implements contract.State.
func (s *State) Delete(key string) error {
	s.Writes[key] = nil
	s.note(0, key, nil)
	return nil
}

// note adds a write to the digest: 1 or 0 (deleted), then key and value, each behind
// its length as a varint.
func (s *State) note(op byte, key string, value []byte) {
	head := binary.AppendUvarint([]byte{op}, uint64(len(key)))
	head = binary.AppendUvarint(append(head, key...), uint64(len(value)))
	s.digest.Write(head)
	s.digest.Write(value)
}

// Digest is SHA-256 over all writes in their order, which the contract fixes.
func (s *State) Digest() []byte { return s.digest.Sum(nil) }

// Memory is a state in memory.
type Memory map[string][]byte

// Get implements contract.State.
func (m Memory) Get(keys []string) ([][]byte, error) {
	values := make([][]byte, len(keys))
	for i, key := range keys {
		values[i] = m[key]
	}
	return values, nil
}

// Put implements contract.State.
func (m Memory) Put(key string, value []byte) error {
	m[key] = value
	return nil
}

// Delete implements contract.State.
func (m Memory) Delete(key string) error {
	delete(m, key)
	return nil
}

// Keep applies what a call wrote.
func (m Memory) Keep(writes map[string][]byte) {
	maps.Copy(m, writes)
	for key, value := range writes {
		if value == nil {
			delete(m, key)
		}
	}
}
