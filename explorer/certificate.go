package explorer

import (
	"context"
	"encoding/hex"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// certificatePage is the paper that thanks a giver.
type certificatePage struct {
	*gift
	Name     string // of the giver as shown, "" for an anonymous one
	Real     bool   // with the name of the private seal
	CanReal  bool
	Own      bool   // with the code: for the giver alone, who has it sees the private seal
	QR       string // address of the gift's page, or else of its public one
	Back     int64  // given back or undone
	Net      int64
	Capitals string // of the net amount, or of the fair value, as cheques have it
	Leaf     string // the first digits of the record's hash
	Day      ledger.Date
}

func (s *Site) certificate(ctx context.Context, v visit, r Reads) (*page, error) {
	g, err := s.gift(ctx, v, r, newDirectory(ctx, v, r))
	if err != nil {
		return nil, err
	}
	if !g.Donation {
		return nil, refuse(ledger.NotFound, "no-certificate")
	}
	out := &certificatePage{gift: g, Name: g.Party.Name, Leaf: hex.EncodeToString(g.View.Leaf[:8]), Day: v.today}
	if err := out.choose(s, v); err != nil {
		return nil, err
	}
	out.Back = givenBack(g.View)
	if out.Net = g.Amount - out.Back; out.Net <= 0 {
		return nil, refuse(ledger.NotFound, "given-back")
	}
	out.Capitals = s.inWords(out)
	return &page{Name: "certificate", Title: v.tongue.say("certificate.title"), Data: out}, nil
}

// choose reads what the visitor wants on the paper. What hangs on a wall shows the giver
// as they agreed to be shown, and leads to the public page.
func (c *certificatePage) choose(s *Site, v visit) (err error) {
	if c.Real, err = v.ticked("name", "real"); err != nil {
		return err
	}
	if c.Own, err = v.ticked("code", "own"); err != nil {
		return err
	}
	private := text(c.Private, "name")
	c.CanReal = private != "" && private != c.Name
	if c.Real && private != "" {
		c.Name = private
	}
	if c.QR = s.URL + "/flows/" + text64(c.Index); c.Own {
		c.QR = c.Address
	}
	return nil
}

// ticked reads a box from the address, which has one value or is not there.
func (v visit) ticked(name, value string) (bool, error) {
	switch v.query.Get(name) {
	case "":
		return false, nil
	case value:
		return true, nil
	}
	return false, badQuery(name)
}

// givenBack is how much of a gift its giver has again, or never gave. It is what a trace of
// all its units would add up to, however many payments share them: a refund takes units of
// the gift that it names and of no other, wherever they were transferred to, and what came
// back of it no longer counts; a gift is reversed whole or not at all.
func givenBack(f *view.Flow) int64 { return f.Refunded + f.Undone }

// inWords writes the amount of money, or the fair value of a whole gift of goods, in
// capitals; "" where there is none.
func (s *Site) inWords(c *certificatePage) string {
	asset, amount := s.assets.of(c.Asset), c.Net
	if asset.Class != ledger.Money {
		if c.Value == nil || c.Back > 0 {
			return ""
		}
		asset, amount = s.assets.of(yuan), c.Value.Amount
	}
	switch asset.Scale {
	case 0:
		amount *= 100
	case 2:
	default:
		return ""
	}
	return asset.Name + capitals(amount)
}
