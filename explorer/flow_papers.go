package explorer

import (
	"context"

	"mingzhang/ledger"
)

// paper is a file of evidence. Who is not an auditor sees public ones alone; a redacted
// one was made of an original that auditors see.
type paper struct {
	Hash  string
	Index int64 // of its record
	*ledger.Evidence
	File string // the name that it came with
}

// signed is a recipient's sign-off for units of a payment.
type signed struct {
	Index     int64
	Occurred  ledger.Period
	Amount    int64
	Recipient party
	Papers    []paper
}

// mostSigned is how many deliveries and corrections a page shows by themselves.
const mostSigned = 20

// readPapers reads the evidence of a flow, and what later records say about it.
func readPapers(ctx context.Context, r Reads, out *flowPage) (err error) {
	if out.Papers, err = papers(ctx, r, out.View.Flow.Evidence); err != nil {
		return err
	}
	for _, index := range out.Corrections[:min(len(out.Corrections), mostSigned)] {
		rec, err := r.Record(ctx, index)
		if err != nil {
			return err
		}
		if c, ok := rec.Record.What.(*ledger.Correction); ok {
			out.Changes = append(out.Changes, asChange(*rec, c))
		}
	}
	if out.Delivered == 0 {
		return nil
	}
	rec, err := r.Record(ctx, out.Index)
	if err != nil {
		return err
	}
	out.More = max(len(rec.Deliveries)-mostSigned, 0)
	for _, index := range rec.Deliveries[:len(rec.Deliveries)-out.More] {
		if err := out.sign(ctx, r, index); err != nil {
			return err
		}
	}
	return nil
}

// sign adds a delivery.
func (p *flowPage) sign(ctx context.Context, r Reads, index int64) error {
	rec, err := r.Record(ctx, index)
	if err != nil {
		return err
	}
	d, ok := rec.Record.What.(*ledger.Delivery)
	if !ok {
		return nil
	}
	x := signed{Index: index, Occurred: d.Occurred, Amount: d.Amount, Recipient: asParty(&d.Recipient, rec.Texts)}
	x.Papers, err = papers(ctx, r, d.Evidence)
	p.Signed = append(p.Signed, x)
	return err
}

// papers reads files by their hashes. One that nobody registered has its hash alone.
func papers(ctx context.Context, r Reads, hashes []string) ([]paper, error) {
	var list []paper
	for _, hash := range hashes {
		index, e, err := r.Evidence(ctx, hash)
		if ledger.KindOf(err) == ledger.NotFound {
			list = append(list, paper{Hash: hash})
			continue
		}
		if err != nil {
			return nil, err
		}
		rec, err := r.Record(ctx, index)
		if err != nil {
			return nil, err
		}
		list = append(list, paper{hash, index, e, text(rec.Texts, "file")})
	}
	return list, nil
}
