package record

import (
	"bytes"
	"crypto/sha256"
	"time"

	"mingzhang/ledger"
)

// MaxBytes is the longest record: what an entry bundle can hold (C2SP tlog-tiles).
const MaxBytes = 65535

// Record is one public fact, one leaf of the log.
type Record struct {
	Index    int64         // its place in the log, its identity everywhere
	Recorded time.Time     // by the book's clock, UTC, whole seconds, never running back
	By       ledger.Author // whose request it was
	Public   Commitment    // of the opening that is served beside it; zero for none
	Private  Commitment    // of the opening that donor and auditors may see; zero for none
	What     any           // *ledger.Flow, *ledger.Project, …: one of the types of this format
}

// Type is the record's type as it is written, "" where What is none of the types.
func (r *Record) Type() string {
	for _, t := range types {
		if t.is(r.What) {
			return t.name
		}
	}
	return ""
}

// Format gives the canonical bytes of a record, or refuses what breaks a rule of its
// type, holds text that is not canonical or gives a person away, or is too long.
func Format(r *Record) ([]byte, error) { return AppendFormat(make([]byte, 0, 448), r) } // of a gift, 350

// AppendFormat appends the canonical bytes to b; after a refusal b is as it was.
func AppendFormat(b []byte, r *Record) ([]byte, error) {
	c := &codec{buf: b}
	c.record(r)
	if c.err == nil {
		c.fail(r.check())
	}
	if n := len(c.buf) - len(b); c.err == nil && n > MaxBytes {
		c.fail(tooLong(n))
	}
	if c.err != nil {
		return b, c.err
	}
	return c.buf, nil
}

// Parse reads canonical bytes. It accepts just what Format gives, byte for byte.
func Parse(data []byte) (*Record, error) {
	if len(data) > MaxBytes {
		return nil, tooLong(len(data))
	}
	c := reader(data)
	if bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")) {
		c.refuse("text-bom", "记录以字节序标记（BOM）开头", "the record begins with a byte order mark")
	}
	r := &Record{}
	c.record(r)
	if left := len(c.rest()); c.err == nil && left > 0 {
		c.refuse("trailing-bytes", "记录之后还有 %d 个字节", "%d bytes follow the record", left)
	}
	if c.err == nil {
		c.fail(r.check())
	}
	if c.err != nil {
		return nil, c.err
	}
	return r, nil
}

func tooLong(n int) error {
	return ledger.Refuse(ledger.Invalid, "record-too-long", "",
		"记录有 %d 字节，超过上限 %d", "the record has %d bytes, beyond the limit of %d", n, MaxBytes)
}

// Hash is the leaf hash of canonical bytes: SHA-256 of a zero byte and the bytes
// (RFC 6962, 2.1).
func Hash(data []byte) [32]byte {
	h := sha256.New()
	h.Write([]byte{0})
	h.Write(data)
	var sum [32]byte
	h.Sum(sum[:0])
	return sum
}

// check refuses a record that its own rules do not allow.
func (r *Record) check() error {
	if err := ledger.CheckIndex("index", r.Index); err != nil {
		return err
	}
	if y := r.Recorded.Year(); y < 2000 || y > 9999 || r.Recorded.Nanosecond() != 0 || r.Recorded.Location() != time.UTC {
		return ledger.Refuse(ledger.Invalid, "recorded-form", "recorded",
			"记录时间须为整秒的 UTC 时间", "the time of recording is UTC to the second")
	}
	if err := r.By.Check(); err != nil {
		return err
	}
	if err := check(r.What); err != nil {
		return err
	}
	return r.before()
}

// record walks the members that every record has. The body comes last, under a key
// that sorts behind "type", so that a reader knows what it is about to read.
func (c *codec) record(r *Record) {
	c.object(func() {
		by := &r.By
		nested(c, "by", &by, true, c.author)
		c.number("index", &r.Index, true)
		digest(c, "private", &r.Private, false)
		digest(c, "public", &r.Public, false)
		c.moment("recorded", &r.Recorded)
		kind := ""
		if !c.reading {
			kind = r.Type()
		}
		text(c, "type", &kind, true)
		version := int64(1)
		c.version(&version)
		if c.member("what", true, true) {
			c.what(kind, &r.What)
		}
	})
}

// version walks "v", which is 1 in this format.
func (c *codec) version(v *int64) {
	if c.reading {
		*v = 0
	}
	c.number("v", v, true)
	if c.err == nil && *v != 1 {
		c.refuse("version-unknown", "记录格式版本 %d 未知", "the record format version %d is not known", *v)
	}
}

// before refuses a record that refers to itself or to one that is not there yet. The
// first record is of the organization that writes it, and refers to nothing else.
func (r *Record) before() error {
	if last := max(r.By.Org-1, latest(r.What)); last >= r.Index && (r.Index > 0 || last > 0) {
		return ledger.Refuse(ledger.Invalid, "refers-ahead", "",
			"记录 %d 引用了尚不存在的记录", "record %d refers to a record that is not there yet", r.Index)
	}
	return nil
}

// latest is the latest record that a body refers to.
func latest(what any) int64 {
	switch w := what.(type) {
	case *ledger.Flow:
		return latestOfFlow(w)
	case *ledger.Key:
		return w.Org - 1 // the log's own key may stand beside its organization
	case *ledger.Project:
		return w.Organization
	case *ledger.Plan:
		last := max(w.Project, w.Replaces)
		for _, partner := range w.Partners {
			last = max(last, partner)
		}
		return last
	case *ledger.StatusChange:
		return w.Project
	case *ledger.Designation:
		return w.Project
	case *ledger.Delivery:
		return w.Of
	case *ledger.Disclosure:
		return max(w.Project, w.At-1) // as the log stood before record At
	case *ledger.Correction:
		return w.Of
	case *ledger.Freeze:
		return w.Project
	case *ledger.Exception:
		return w.Of
	case *ledger.Erasure:
		return w.Of
	}
	return -1
}

func latestOfFlow(f *ledger.Flow) int64 {
	last := max(f.Of, f.Basis)
	if f.Consent != nil {
		last = max(last, f.Consent.Org)
	}
	if f.In != nil {
		last = max(last, f.In.Pool.Project, f.In.Pool.Holder)
	}
	if f.Out == nil {
		return last
	}
	last = max(last, f.Out.Pool.Project, f.Out.Pool.Holder)
	for _, t := range f.Out.Takes {
		for _, step := range t.Path {
			last = max(last, step)
		}
	}
	return last
}

// Project is the project that a record is about; 0 where there is none, or where only
// the record that it refers to tells.
func (r *Record) Project() int64 {
	switch w := r.What.(type) {
	case *ledger.Flow:
		return w.Project()
	case *ledger.Project:
		return r.Index
	case *ledger.Plan:
		return w.Project
	case *ledger.StatusChange:
		return w.Project
	case *ledger.Designation:
		return w.Project
	case *ledger.Disclosure:
		return w.Project
	case *ledger.Freeze:
		return w.Project
	}
	return 0
}

// Refers gives the record that a record refers to, and whether there is one: record 0
// can be corrected like any other.
func (r *Record) Refers() (of int64, ok bool) {
	switch w := r.What.(type) {
	case *ledger.Flow:
		return w.Of, w.Of != 0
	case *ledger.Delivery:
		return w.Of, true
	case *ledger.Correction:
		return w.Of, true
	case *ledger.Erasure:
		return w.Of, true
	case *ledger.Exception:
		return w.Of, true
	}
	return 0, false
}
