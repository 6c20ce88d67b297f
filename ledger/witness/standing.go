package witness

import (
	"time"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger/proof"
)

// Standing is how the witnesses stand to a checkpoint.
type Standing struct {
	Quorum int     // signatures that a checkpoint waits for
	Signed int     // witnesses whose signatures the checkpoint has
	Asked  []Asked // all witnesses, in the order in which they were named
}

// Asked is what is known of a witness.
type Asked struct {
	Name string
	Last *Last // what it signed last, nil for nothing
}

// Last is the last checkpoint that a witness signed: its size, and when that was, by the
// witness's clock where its signature says so.
type Last struct {
	Size int64
	At   time.Time
}

// Standing tells who has signed a checkpoint, the published one, and what each witness
// signed last. Where nobody is asked it is nil.
func (c *Client) Standing(checkpoint []byte) *Standing {
	if c == nil || len(c.asked) == 0 {
		return nil
	}
	s := &Standing{Quorum: c.Quorum}
	var known []note.Verifier
	for _, a := range c.asked {
		known = append(known, a)
		s.Asked = append(s.Asked, Asked{a.Name(), a.last.Load()})
	}
	if _, n, err := proof.OpenCheckpoint(checkpoint, c.Origin, c.Log, known...); err == nil {
		s.Signed = len(n.Sigs) - 1
	}
	return s
}

// signedAt is when a witness made a signature; now, if that says nothing of it.
func signedAt(sig note.Signature) time.Time {
	if at, ok := proof.Seen(sig); ok {
		return at
	}
	return time.Now().UTC().Truncate(time.Second)
}
