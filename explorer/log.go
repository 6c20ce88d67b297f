package explorer

import (
	"context"
	"strings"

	"mingzhang/ledger/proof"
	"mingzhang/ledger/view"
)

// logPage is how the log stands: what was published of it, and what is anchored.
type logPage struct {
	Origin    string
	Key       string
	Size      int64 // of the published checkpoint
	Note      string
	Witnesses []string
	Standing  *Standing
	Batches   []Batch
	Older     int64 // the record before which the next page of batches begins, 0 for none
	Records   []view.Record
	Names     map[int64]string // of their projects
	Before    int64
	Earlier   int64
}

// rowsOfLog is how many rows its tables have.
const rowsOfLog = 20

func (s *Site) log(ctx context.Context, v visit, r Reads) (*page, error) {
	batches, err := v.index("batches")
	if err != nil {
		return nil, err
	}
	out := &logPage{Origin: s.Origin, Key: s.LogKey, Note: string(s.Book.Checkpoint())}
	if out.Before, err = v.index("before"); err != nil {
		return nil, err
	}
	if body, signatures, found := strings.Cut(out.Note, "\n\n"); found {
		cp, err := proof.ParseCheckpoint(body + "\n")
		if err != nil {
			return nil, err
		}
		out.Size, out.Witnesses = cp.Size, signers(signatures, s.Origin)
	}
	if out.Records, err = r.Latest(ctx, out.Before, rowsOfLog+1); err != nil {
		return nil, err
	}
	if len(out.Records) > rowsOfLog {
		out.Records = out.Records[:rowsOfLog]
		out.Earlier = out.Records[rowsOfLog-1].Record.Index
	}
	var projects []int64
	for _, rec := range out.Records {
		projects = append(projects, rec.Project)
	}
	if out.Names, err = r.Names(ctx, projects); err != nil {
		return nil, err
	}
	err = s.readAnchors(ctx, batches, out)
	return &page{Name: "log", Title: v.tongue.say("nav.log"), Data: out}, err
}

// readAnchors reads how far the permissioned ledger is, and its last batches.
func (s *Site) readAnchors(ctx context.Context, before int64, out *logPage) error {
	if s.Anchors == nil {
		return nil
	}
	standing, err := s.Anchors.Standing(ctx)
	if err != nil {
		return err
	}
	out.Standing = &standing
	if out.Batches, err = s.Anchors.Latest(ctx, before, rowsOfLog+1); err != nil {
		return err
	}
	if len(out.Batches) > rowsOfLog {
		out.Batches = out.Batches[:rowsOfLog]
		out.Older = out.Batches[rowsOfLog-1].First
	}
	return nil
}
