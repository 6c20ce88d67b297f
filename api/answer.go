package api

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// Answer is what a write gives: the record as it stands in the log.
type Answer struct {
	ID       int64           `json:"id" example:"228490"` // the record's index, its identity everywhere
	Type     string          `json:"type" example:"flow"`
	Kind     ledger.FlowKind `json:"kind,omitempty" example:"donation"`
	Project  int64           `json:"project,omitempty" example:"4"`
	Asset    ledger.AssetID  `json:"asset,omitempty" example:"CNY"`
	Amount   int64           `json:"amount,omitempty" example:"2000"`
	Occurred string          `json:"occurred,omitempty" example:"2026-11-20"`
	Recorded time.Time       `json:"recorded" example:"2026-11-20T04:00:00Z"`
	Spans    []Span          `json:"spans,omitempty"`
	LeafHash string          `json:"leaf_hash" example:"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	Receipt  *ReceiptLink    `json:"receipt,omitempty"`
	Anchor   AnchorState     `json:"anchor"`
}

// Span is a run of units of a pool, by their addresses, that a flow laid there or took
// from there.
type Span struct {
	Pool string `json:"pool" example:"4/1/general/CNY"`
	From int64  `json:"from" example:"60000"`
	Upto int64  `json:"upto" example:"62000"` // the first address behind it
}

// ReceiptLink is where the giver finds the receipt. Who has the code sees what is
// sealed: it is for the giver alone.
type ReceiptLink struct {
	Code string `json:"code" example:"0000VF2M1ZQK7C0B4H9XW8TD"`
	URL  string `json:"url" example:"https://mingzhang.example/receipts/0000VF2M1ZQK7C0B4H9XW8TD"`
}

// AnchorState is where the permissioned ledger has a record.
type AnchorState struct {
	Status  string `json:"status" example:"anchored"` // none, pending or anchored
	Backend string `json:"backend,omitempty" example:"fabric"`
	Block   int64  `json:"block,omitempty" example:"17"`
	Tx      string `json:"tx,omitempty"`
}

// answer says what a request became. Only its author gets it, with the receipt's code.
func (s *server) answer(a *book.Answer) *Answer {
	r := a.Record
	out := &Answer{ID: a.Index, Type: r.Type(), Project: r.Project(), Recorded: r.Recorded, LeafHash: hashText(a.Leaf), Anchor: s.unanchored()}
	f, ok := r.What.(*ledger.Flow)
	if !ok {
		return out
	}
	out.Kind, out.Amount, out.Occurred = f.Kind, f.Amount, f.Occurred.String()
	out.Asset, out.Spans = assetOf(f), spansOf(f)
	if f.Kind.Brings() {
		out.Receipt = s.receiptLink(a.Index)
	}
	return out
}

func (s *server) receiptLink(index int64) *ReceiptLink {
	code := s.Book.ReceiptCode(index)
	return &ReceiptLink{code, s.URL + "/receipts/" + code}
}

// unanchored is the state of a record that was just written.
func (s *server) unanchored() AnchorState {
	if s.Anchors == nil {
		return AnchorState{Status: "none"}
	}
	return AnchorState{Status: "pending"}
}

// anchor says where the permissioned ledger has a record.
func (s *server) anchor(ctx context.Context, index int64) (AnchorState, *proof.Anchor, error) {
	state := s.unanchored()
	if s.Anchors == nil {
		return state, nil, nil
	}
	a, err := s.Anchors.Of(ctx, index)
	if a != nil {
		state = AnchorState{"anchored", a.Backend, a.Block, a.Tx}
	}
	return state, a, err
}

// assetOf is the asset that a flow's amount counts.
func assetOf(f *ledger.Flow) ledger.AssetID {
	if f.Out != nil {
		return f.Out.Pool.Asset
	}
	return f.In.Pool.Asset
}

// spansOf gives the addresses that a flow took and laid: of an ordinary outflow the
// envelope, of a named one each run.
func spansOf(f *ledger.Flow) []Span {
	var spans []Span
	if f.Out != nil {
		pool := f.Out.Pool.String()
		for _, t := range f.Out.Takes {
			spans = append(spans, Span{pool, t.From, t.Upto})
		}
		if len(f.Out.Takes) == 0 {
			spans = append(spans, Span{pool, f.Out.Span.From, f.Out.Span.Upto})
		}
	}
	if f.In != nil {
		spans = append(spans, Span{f.In.Pool.String(), f.In.Span.From, f.In.Span.Upto})
	}
	return spans
}

// hashText writes a hash as every other hash in the API is written.
func hashText[H ~[32]byte](h H) string { return "sha256:" + hex.EncodeToString(h[:]) }

// base64Text writes what a proof holds, as C2SP texts do.
func base64Text(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// commitmentText writes a seal's commitment as the record has it, "" for none.
func commitmentText(c record.Commitment) string {
	if c == (record.Commitment{}) {
		return ""
	}
	return base64Text(c[:])
}
