package book

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// prepared is a request with all that can be made of it before its turn: the callers
// do this side by side, so that the committer has less to do.
type prepared struct {
	Request
	found           []Found
	public, private record.Commitment
	publicOpening   []byte
	privateOpening  []byte
	fault           error // it is refused whatever the state of the book
}

// unsealed is the request for a record that does not carry its seals, unkeyed for one
// that is not found under its keys: of a request for several records, one has each.
func (p *prepared) unsealed() *prepared { return &prepared{Request: p.Request, found: p.found} }

func (p *prepared) unkeyed() *prepared {
	q := *p
	q.found = nil
	return &q
}

// keys are those that the answer is found under.
func (p *prepared) keys() (keys []Key) {
	for _, f := range p.found {
		keys = append(keys, f.Key)
	}
	return keys
}

// prepareInTurn prepares when there is room; whatever happens, the room is free again.
func (b *Book) prepareInTurn(r Request) *prepared {
	b.room <- struct{}{}
	defer func() { <-b.room }()
	return b.prepare(r)
}

func (b *Book) prepare(r Request) *prepared {
	p := &prepared{Request: r, found: b.secret.found(&r)}
	texts := textsOf(r.What)
	if p.public, p.publicOpening, p.fault = b.seal(record.Public, texts.public); p.fault == nil {
		p.private, p.privateOpening, p.fault = b.seal(record.Private, texts.private)
	}
	if p.fault != nil {
		p.fault = textPlaced(r.What, p.fault)
	}
	return p
}

// found gives the keys that the answer to a request is found under: the caller's own,
// and the serial number of a payment. Each comes with a digest of the input, by which
// a repetition is told from a contradiction.
func (s *secret) found(r *Request) []Found {
	var found []Found
	if r.Key != "" {
		input, _ := json.Marshal(r.What) // a request type always encodes
		found = append(found, Found{s.idempotency(r.By, r.Key), s.key("input", fmt.Sprintf("%T", r.What), string(input), strconv.FormatInt(aside(r.What), 10))})
	}
	if in, ok := r.What.(Income); ok && in.Serial != "" {
		what := s.key("payment", strconv.FormatInt(in.Project, 10), string(in.Asset), strconv.FormatInt(in.Amount, 10))
		found = append(found, Found{s.serial(in.Channel, in.Serial), what})
	}
	return found
}

// aside is the project of a request that has it beside its body.
func aside(what any) int64 {
	switch r := what.(type) {
	case ChangePlan:
		return r.Project
	case ChangeStatus:
		return r.Project
	}
	return 0
}

// seal seals texts with fresh salt; no texts need no seal.
func (b *Book) seal(seal record.Seal, texts []record.Text) (record.Commitment, []byte, error) {
	texts = slices.DeleteFunc(texts, func(x record.Text) bool { return x.Value == "" })
	if len(texts) == 0 {
		return record.Commitment{}, nil, nil
	}
	salt := make([]byte, 16)
	b.Random(salt)
	return record.SealUp(record.Opening{Seal: seal, Salt: salt, Texts: texts})
}

// sealed are the texts of a request, which are not in its record.
type sealed struct {
	public  []record.Text
	private []record.Text
}

// show adds a public text, hide a private one.
func (s *sealed) show(name, value string) {
	s.public = append(s.public, record.Text{Name: name, Value: value})
}
func (s *sealed) hide(name, value string) {
	s.private = append(s.private, record.Text{Name: name, Value: value})
}

// party seals what a record does not show of a party.
func (s *sealed) party(p *Party) {
	if p == nil {
		return
	}
	if p.Kind != ledger.Organized {
		s.show("display", p.Display)
		s.hide("name", p.Name)
	}
	s.hide("contact", p.Contact)
}

// textsOf gives what a request has to seal.
func textsOf(what any) sealed {
	s := sealed{make([]record.Text, 0, 4), make([]record.Text, 0, 8)}
	switch r := what.(type) {
	case Income:
		_, giver := r.giver()
		s.party(giver)
		s.show("note", r.Note)
		for _, t := range []record.Text{{Name: "serial", Value: r.Serial}, {Name: "account", Value: r.Account}, {Name: "time", Value: r.Time}, {Name: "invoice", Value: r.Invoice}} {
			s.hide(t.Name, t.Value)
		}
	case Spend:
		s.party(r.Payee)
		s.show("purpose", r.Purpose)
		s.hide("account", r.Account)
	case Transfer:
		s.show("purpose", r.Purpose)
	case Convert:
		s.party(r.Payee)
		s.show("basis", r.Basis)
	case Refund:
		s.show("reason", r.Reason)
	case Return:
		s.show("reason", r.Reason)
	case Reverse:
		s.show("reason", r.Reason)
	case Deliver:
		s.party(r.Recipient)
	case RegisterProject:
		s.plan(r.Plan)
	case ChangePlan:
		s.plan(r.Plan)
		s.show("reason", r.Reason)
	case ChangeStatus:
		s.show("reason", r.Reason)
	case FreezeProject:
		s.show("reason", r.Reason)
	case Disclose:
		s.show("title", r.Title)
		s.show("text", r.Text)
	case Correct:
		s.show("old", r.Old)
		s.show("new", r.New)
		s.show("reason", r.Reason)
	case AddEvidence:
		s.show("file", r.File)
	case Except:
		s.show("reason", r.Reason)
	}
	return s
}

func (s *sealed) plan(p PlanTexts) {
	s.show("purpose", p.Purpose)
	s.show("use", p.Use)
	s.show("area", p.Area)
	s.show("beneficiaries", p.Beneficiaries)
	s.show("selection", p.Selection)
	s.show("remaining", p.Remaining)
	s.show("contact", p.Contact)
}
