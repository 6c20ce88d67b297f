package proof

import (
	"bytes"
	"encoding/json"
	"io"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// MaxReceipt bounds a receipt in bytes: a record, two openings, a proof, and a block
// of the permissioned ledger.
const MaxReceipt = 8 << 20

// Receipt is what a donor keeps. It shows, without asking anybody, that a record is
// in the log; with the openings, what the record sealed; and where the permissioned
// ledger says it committed the record.
//
// It has two forms. [Receipt.Format] is one JSON object in which the record, the
// openings and the proof are texts, so that no program on the way can change a byte
// of them. [Receipt.Text] is a tlog-proof with the openings as its extra data, for
// programs that others wrote: a line of JSON for each opening, which names its seal.
// The record itself goes with it as a file.
type Receipt struct {
	Record  []byte  // canonical bytes
	Public  []byte  // opening of the public seal; nil where there is none or it was withdrawn
	Private []byte  // opening of the private seal; nil where there is none or it is not for the holder
	Proof   Proof   // without Extra
	Anchor  *Anchor // nil while the record is not on the permissioned ledger yet
}

// Anchor is where the permissioned ledger committed a record. A receipt carries it
// as the server told it; its proof is in the ledger's block.
type Anchor struct {
	Backend string    `json:"backend"` // "fabric" or "local"
	Channel string    `json:"channel,omitempty"`
	Block   int64     `json:"block"`
	Tx      string    `json:"tx"`
	Code    string    `json:"code"`           // validation code: "VALID"
	Orgs    []string  `json:"orgs,omitempty"` // that endorsed it
	Time    time.Time `json:"time"`
	Bytes   []byte    `json:"bytes,omitempty"` // the block, as the ledger gives it
}

// receiptJSON is the JSON form. Texts are of canonical bytes, which are UTF-8.
type receiptJSON struct {
	Type    string  `json:"type"`
	Record  string  `json:"record"`
	Public  string  `json:"public,omitempty"`
	Private string  `json:"private,omitempty"`
	Proof   string  `json:"proof"`
	Anchor  *Anchor `json:"anchor,omitempty"`
}

const receiptType = "mingzhang/receipt@v1"

// Format gives the JSON form.
func (r *Receipt) Format() []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(receiptJSON{
		receiptType, string(r.Record), string(r.Public), string(r.Private), string(r.Proof.Format()), r.Anchor,
	}); err != nil {
		panic(err) // strings, numbers and a time in UTC always encode
	}
	return out.Bytes()
}

// Text gives the form of tlog-proof.
func (r *Receipt) Text() []byte {
	p := r.Proof
	for _, opening := range [][]byte{r.Public, r.Private} {
		if opening != nil {
			p.Extra = append(append(p.Extra, opening...), '\n')
		}
	}
	return p.Format()
}

// ParseReceipt reads the JSON form. It verifies nothing; that is for Check. Anything
// else, also a member that is not known, is refused (Corrupt, "receipt").
func ParseReceipt(data []byte) (*Receipt, error) {
	var j receiptJSON
	if len(data) > MaxReceipt || decode(data, &j) != nil || j.Type != receiptType {
		return nil, ledger.Refuse(ledger.Corrupt, "receipt", "",
			"这不是查验凭证，或已残缺", "this is not a receipt, or it is damaged")
	}
	p, err := ParseProof([]byte(j.Proof))
	if err != nil {
		return nil, err
	}
	r := &Receipt{Record: []byte(j.Record), Proof: p, Anchor: j.Anchor}
	if j.Public != "" {
		r.Public = []byte(j.Public)
	}
	if j.Private != "" {
		r.Private = []byte(j.Private)
	}
	return r, nil
}

// ParseReceiptText reads the form of tlog-proof, with the record that goes with it. Of
// the extra data each line is the opening of a seal; an anchor it does not have.
func ParseReceiptText(text, data []byte) (*Receipt, error) {
	p, err := ParseProof(text)
	if err != nil {
		return nil, err
	}
	r := &Receipt{Record: data, Proof: p}
	r.Proof.Extra = nil
	for line := range bytes.Lines(p.Extra) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		switch sealOf(line) {
		case record.Public:
			r.Public = line
		case record.Private:
			r.Private = line
		}
	}
	return r, nil
}

// sealOf reads which seal an opening says that it is of.
func sealOf(opening []byte) record.Seal {
	var o struct {
		Seal record.Seal `json:"seal"`
	}
	if json.Unmarshal(opening, &o) != nil {
		return ""
	}
	return o.Seal
}

// decode reads one JSON value and nothing after it.
func decode(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return io.ErrUnexpectedEOF
	}
	return nil
}
