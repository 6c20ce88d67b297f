package contract

import (
	"encoding/binary"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// Limits of one batch. Fabric's orderers take transactions of up to 10 MB as they come.
const (
	MaxRecords = 5000    // consecutive records
	MaxOlders  = 20_000  // older records they refer to
	MaxBatch   = 8 << 20 // bytes in all
)

// Batch is what one Anchor carries: consecutive records, the older ones that they refer
// to, and the log's checkpoint behind the last. Its bytes are
//
//	version     one byte, 1
//	first       index of the first record
//	count       of records, 1 to MaxRecords; then each: length, bytes
//	count       of older records, up to MaxOlders; then each, by index: how far its
//	            index is beyond the last one's (the first one's beyond −1), length, bytes
//	length      of the checkpoint; then its bytes
//
// Numbers are unsigned varints (encoding/binary) in their shortest form. A record has 1
// to record.MaxBytes bytes. Nothing follows.
type Batch struct {
	First      int64
	Records    [][]byte
	Olders     []Older // ascending, all before First
	Checkpoint []byte  // a signed note
}

// Older is a record that was anchored before.
type Older struct {
	Index  int64
	Record []byte
}

const batchVersion = 1

// Marshal gives the bytes, or refuses what Unmarshal would.
func (b *Batch) Marshal() ([]byte, error) {
	data := append(make([]byte, 0, b.room()), batchVersion)
	data = binary.AppendUvarint(data, uint64(b.First))
	data = binary.AppendUvarint(data, uint64(len(b.Records)))
	for _, r := range b.Records {
		data = appendBytes(data, r)
	}
	data = binary.AppendUvarint(data, uint64(len(b.Olders)))
	last := int64(-1)
	for _, o := range b.Olders {
		data = appendBytes(binary.AppendUvarint(data, uint64(o.Index-last)), o.Record)
		last = o.Index
	}
	data = appendBytes(data, b.Checkpoint)
	_, err := Unmarshal(data)
	return data, err
}

// room is as many bytes as Marshal may need.
func (b *Batch) room() int {
	n := 64 + len(b.Checkpoint)
	for _, r := range b.Records {
		n += binary.MaxVarintLen32 + len(r)
	}
	for _, o := range b.Olders {
		n += binary.MaxVarintLen64 + binary.MaxVarintLen32 + len(o.Record)
	}
	return n
}

func appendBytes(data, b []byte) []byte {
	return append(binary.AppendUvarint(data, uint64(len(b))), b...)
}

// Unmarshal reads a batch. It accepts what Marshal gives and nothing else (Invalid,
// "batch-form"; "batch-too-large" beyond a limit). The records are read by nobody yet;
// they share the memory of data.
func Unmarshal(data []byte) (*Batch, error) {
	if len(data) > MaxBatch {
		return nil, tooLarge("字节", "bytes", uint64(len(data)), MaxBatch)
	}
	r := &reader{rest: data}
	if version := r.take(1); r.err == nil && version[0] != batchVersion {
		return nil, ledger.Refuse(ledger.Invalid, "batch-version", "", "批次格式版本 %d 未知", "the batch format version %d is not known", version[0])
	}
	b := &Batch{First: r.index()}
	b.Records = make([][]byte, r.count(MaxRecords))
	for i := range b.Records {
		b.Records[i] = r.record()
	}
	b.Olders = make([]Older, r.count(MaxOlders))
	last := int64(-1)
	for i := range b.Olders {
		last = r.beyond(last)
		b.Olders[i] = Older{last, r.record()}
	}
	b.Checkpoint = r.take(r.index())
	size := b.First + int64(len(b.Records))
	r.must(len(r.rest) == 0 && len(b.Records) > 0 && last < b.First && size <= ledger.MaxUnits)
	return b, r.err
}

// reader takes a batch apart; the first fault stays, and after it everything is empty.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) must(ok bool) {
	if !ok && r.err == nil {
		r.err = ledger.Refuse(ledger.Invalid, "batch-form", "", "批次的字节不合格式", "the bytes of the batch are malformed")
	}
	if r.err != nil {
		r.rest = nil
	}
}

func (r *reader) take(n int64) []byte {
	r.must(n <= int64(len(r.rest)))
	if r.err != nil {
		return nil
	}
	taken := r.rest[:n:n]
	r.rest = r.rest[n:]
	return taken
}

// index reads a number of at most 2^53−1.
func (r *reader) index() int64 {
	n, length := binary.Uvarint(r.rest)
	r.must(length > 0 && (length == 1 || r.rest[length-1] != 0) && n <= ledger.MaxUnits)
	if r.err != nil {
		return 0
	}
	r.rest = r.rest[length:]
	return int64(n)
}

// beyond reads an index that is larger than last.
func (r *reader) beyond(last int64) int64 {
	step := r.index()
	r.must(step > 0 && step <= ledger.MaxUnits-max(last, 0))
	return last + step
}

// count reads a number of things that each take a byte at least.
func (r *reader) count(limit int64) int64 {
	n := r.index()
	if n > limit && r.err == nil {
		r.err = tooLarge("记录", "records", uint64(n), limit)
	}
	if r.must(n <= int64(len(r.rest))); r.err != nil {
		return 0
	}
	return n
}

func (r *reader) record() []byte {
	n := r.index()
	r.must(n > 0 && n <= record.MaxBytes)
	return r.take(n)
}

func tooLarge(zh, en string, n uint64, limit int64) error {
	return ledger.Refuse(ledger.Invalid, "batch-too-large", "",
		"批次有 %[1]d %[3]s，上限为 %[2]d，请分批提交", "the batch has %[1]d %[4]s, beyond the limit of %[2]d: divide it", n, limit, zh, en)
}
