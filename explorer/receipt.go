package explorer

import (
	"cmp"
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// receiptPage is a gift as its giver sees it, who has the code.
type receiptPage struct {
	*gift
	Sentence string
	Course   *course
	Proof    keptProof
}

// gift is a flow with what its giver alone may see.
type gift struct {
	row
	View     *view.Flow
	Code     string
	Address  string // of its page
	API      string // of the receipt that is a file
	Place    *place
	Texts    []record.Text // public, but for the name
	Private  []record.Text
	Erased   bool // there were private texts
	Donation bool
}

// keptProof is what proves a record, in short.
type keptProof struct {
	Leaf   string // hex
	Size   int64  // of the published checkpoint that has the record, 0 where it is to come
	Anchor *proof.Anchor
	LogKey string
	File   string // the name under which the receipt is saved
}

func (s *Site) receipt(ctx context.Context, v visit, r Reads) (*page, error) {
	d := newDirectory(ctx, v, r)
	g, err := s.gift(ctx, v, r, d)
	if err != nil {
		return nil, err
	}
	out := &receiptPage{gift: g}
	if out.Course, err = s.course(ctx, v, r, d, newWatch(r.Trace()), g.Index); err != nil {
		return nil, err
	}
	out.Sentence = out.Course.sentence(s, v.tongue, g.Subject())
	if out.Proof, err = s.keptProof(ctx, g); err != nil {
		return nil, err
	}
	return &page{Name: "receipt", Title: v.tongue.say("receipt.title", "amount", s.assets.money(v.tongue)(g.Asset, g.Amount)), Data: out}, nil
}

// gift reads the flow that a code stands for. The code of anything else leads nowhere.
func (s *Site) gift(ctx context.Context, v visit, r Reads, d *directory) (*gift, error) {
	f, err := r.Flow(ctx, v.gift)
	if ledger.KindOf(err) == ledger.NotFound {
		err = unknownReceipt()
	}
	if err != nil {
		return nil, err
	}
	code := s.Book.Code(v.gift)
	g := &gift{row: asRow(*f), View: f, Code: code, Address: s.URL + "/receipts/" + code, API: s.URL + "/v1/receipts/" + code,
		Donation: f.Flow.Kind == ledger.Donation, Texts: words(f.Texts)}
	if g.Place, err = d.place(f.Flow.Entered()); err != nil {
		return nil, err
	}
	_, private, err := r.Openings(ctx, v.gift)
	if err == nil && private != nil {
		var o record.Opening
		o, err = record.Open(f.Record.Private, private)
		g.Private = v.tongue.private(o.Texts)
	}
	g.Erased = private == nil && f.Record.Private != (record.Commitment{})
	return g, err
}

// privateOrder is the order in which private texts are read: the giver, the payment, the
// paper.
var privateOrder = []string{"name", "contact", "account", "serial", "time", "invoice", "note"}

// private puts private texts into their order, and the time of the payment as it is read.
func (t *tongue) private(texts []record.Text) []record.Text {
	texts = slices.Clone(texts)
	slices.SortFunc(texts, func(a, b record.Text) int {
		return cmp.Compare(slices.Index(privateOrder, a.Name), slices.Index(privateOrder, b.Name))
	})
	for i, x := range texts {
		if at, err := time.Parse(time.RFC3339, x.Value); err == nil && x.Name == "time" {
			texts[i].Value = t.time(at)
		}
	}
	return texts
}

// words are the texts of a public seal without the name of the party, which stands where
// the party does.
func words(texts []record.Text) (list []record.Text) {
	for _, t := range texts {
		if t.Name != "display" {
			list = append(list, t)
		}
	}
	return list
}

// Grouped is the code in groups of four, as it is read out.
func (g *gift) Grouped() string {
	var groups []string
	for part := range slices.Chunk([]byte(g.Code), 4) {
		groups = append(groups, string(part))
	}
	return strings.Join(groups, " ")
}

// Subject is what a sentence calls the flow.
func (g *gift) Subject() string {
	if g.Donation {
		return "course.yours"
	}
	return "course.this"
}

// keptProof tells what proves a record.
func (s *Site) keptProof(ctx context.Context, g *gift) (keptProof, error) {
	k := keptProof{Leaf: hex.EncodeToString(g.View.Leaf[:]), LogKey: s.LogKey, File: "receipt-" + text64(g.Index) + ".json"}
	body, _, published := strings.Cut(string(s.Book.Checkpoint()), "\n\n")
	if published {
		cp, err := proof.ParseCheckpoint(body + "\n")
		if err != nil {
			return k, err
		}
		if g.Index < cp.Size {
			k.Size = cp.Size
		}
	}
	if s.Anchors == nil {
		return k, nil
	}
	var err error
	k.Anchor, err = s.Anchors.Of(ctx, g.Index)
	return k, err
}
