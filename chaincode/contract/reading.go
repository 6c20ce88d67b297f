package contract

import (
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger/record"
)

// Reading is a batch whose records have been read and hashed. That needs no state and is
// near half the work of anchoring them: who has many batches reads them side by side, and
// has Anchor judge them one after the other.
type Reading struct {
	*Batch
	records     []*record.Record // nil where the bytes are none
	faults      []error          // why
	leaves      []tlog.Hash
	olders      []*record.Record // by place in Batch.Olders; nil where the bytes are none
	olderLeaves []tlog.Hash
}

// Read reads a batch that keeps to the form. It is not to be changed any more, but for
// its checkpoint.
func Read(b *Batch) *Reading {
	r := &Reading{Batch: b}
	r.read()
	return r
}

// Parsed are the records, nil where the bytes are none.
func (r *Reading) Parsed() []*record.Record { return r.records }

// Leaves are the leaf hashes of the records.
func (r *Reading) Leaves() []tlog.Hash { return r.leaves }

// Supply adds the older records that the batch needs.
func (r *Reading) Supply(olders []Older) {
	r.Olders = olders
	r.readOlders()
}

// Passed is a batch that Anchor let in, with its records as the rules have read them:
// nil where an exception let in what is none.
type Passed struct {
	*Batch
	Records  []*record.Record
	Olders   []*record.Record // by place in Batch.Olders
	Excepted int64            // records that an exception let in
}

// read does what was not done before. What is no record is refused in its turn.
func (r *Reading) read() {
	if r.records != nil {
		return
	}
	n := len(r.Records)
	r.records, r.faults, r.leaves = make([]*record.Record, n), make([]error, n), make([]tlog.Hash, n)
	for i, data := range r.Records {
		r.records[i], r.faults[i] = record.Parse(data)
		r.leaves[i] = record.Hash(data)
	}
	r.readOlders()
}

// readOlders reads the older ones. One that an exception let in may be no record.
func (r *Reading) readOlders() {
	n := len(r.Olders)
	r.olders, r.olderLeaves = make([]*record.Record, n), make([]tlog.Hash, n)
	for i, o := range r.Olders {
		r.olders[i], _ = record.Parse(o.Record)
		r.olderLeaves[i] = record.Hash(o.Record)
	}
}
