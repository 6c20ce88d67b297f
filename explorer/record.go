package explorer

import (
	"context"
	"encoding/hex"
	"html/template"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// recordPage is a record with all that it takes to verify it.
type recordPage struct {
	*view.Record
	Type    string
	Author  *view.Organization
	Project *view.Project // that it is about, nil for none
	Leaf    string        // hex
	Public  string        // the opening of the public seal, as it was sealed
	Sealed  []seal
	Proof   *proofShown // nil until a published checkpoint has the record
	Anchor  *proof.Anchor
	Flow    bool
	LogKey  string
}

// seal is a commitment, and whether its opening is served.
type seal struct {
	Name string
	Hash string
	Open bool
}

// proofShown is the proof that a record is in the log.
type proofShown struct {
	Size      int64
	Root      string // hex
	Steps     int
	Text      string // c2sp.org/tlog-proof
	Note      string // the signed checkpoint
	Witnesses []string
	Tree      template.HTML
	Ascent    ascent // the table behind it
}

func (s *Site) record(ctx context.Context, v visit, r Reads) (*page, error) {
	if v.id < 0 {
		return nil, missing()
	}
	rec, err := r.Record(ctx, v.id)
	if err != nil {
		return nil, err
	}
	leaf := record.Hash(rec.Bytes)
	out := &recordPage{Record: rec, Type: rec.Record.Type(), Leaf: hex.EncodeToString(leaf[:]), LogKey: s.LogKey}
	_, out.Flow = rec.Record.What.(*ledger.Flow)
	if _, plan := rec.Record.What.(*ledger.Plan); plan {
		rec.Texts = asPlanned(rec.Texts)
	}
	if err := s.readRecord(ctx, v, r, out); err != nil {
		return nil, err
	}
	if out.Proof, err = s.prove(v, v.id, leaf); err != nil {
		return nil, err
	}
	if s.Anchors != nil {
		if out.Anchor, err = s.Anchors.Of(ctx, v.id); err != nil {
			return nil, err
		}
	}
	return &page{Name: "record", Title: v.tongue.say("record.title", "index", text64(v.id)), Data: out}, nil
}

// readRecord reads who wrote a record, what it is about, and its seals.
func (s *Site) readRecord(ctx context.Context, v visit, r Reads, out *recordPage) (err error) {
	if out.Author, err = r.Organization(ctx, out.Record.Record.By.Org); ledger.KindOf(err) == ledger.NotFound {
		out.Author, err = nil, nil // the first record registers its own author
	}
	if err == nil && out.Record.Project != 0 {
		out.Project, err = r.Project(ctx, out.Record.Project, v.today)
	}
	if err != nil {
		return err
	}
	public, _, err := r.Openings(ctx, v.id)
	out.Public = string(public)
	rec := out.Record.Record
	for name, c := range map[string]record.Commitment{"public": rec.Public, "private": rec.Private} {
		if c != (record.Commitment{}) {
			out.Sealed = append(out.Sealed, seal{name, hex.EncodeToString(c[:]), name == "public" && public != nil})
		}
	}
	if len(out.Sealed) == 2 && out.Sealed[0].Name == "private" {
		out.Sealed[0], out.Sealed[1] = out.Sealed[1], out.Sealed[0]
	}
	return err
}

// prove makes the proof of a record under the published checkpoint, nil where that does
// not have it yet.
func (s *Site) prove(v visit, index int64, leaf tlog.Hash) (*proofShown, error) {
	note := s.Book.Checkpoint()
	body, signatures, found := strings.Cut(string(note), "\n\n")
	if !found {
		return nil, nil
	}
	cp, err := proof.ParseCheckpoint(body + "\n")
	if err != nil || index >= cp.Size {
		return nil, err
	}
	hashes, err := proof.Inclusion(cp.Size, cp.Root, index, s.Book.Tiles())
	if err != nil {
		return nil, err
	}
	out := &proofShown{Size: cp.Size, Root: hex.EncodeToString(cp.Root[:]), Steps: len(hashes), Note: string(note), Witnesses: signers(signatures, s.Origin),
		Text: string(proof.Proof{Index: index, Hashes: hashes, Checkpoint: note}.Format())}
	out.Ascent = climb(index, leaf, cp, hashes)
	out.Tree, err = drawTree(v, index, leaf, cp, hashes)
	return out, err
}

// signers are the names of those who signed a note, but for the log itself.
func signers(lines, log string) (names []string) {
	for line := range strings.Lines(lines) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "—" && f[1] != log {
			names = append(names, f[1])
		}
	}
	return names
}
