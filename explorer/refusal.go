package explorer

import (
	"errors"
	"strings"
	"time"

	"mingzhang/ledger"
)

// refusal is the page that says why there is no other.
type refusal struct {
	Status   int
	Sentence string
	Request  string
}

// refuse is a refusal of the pages' own. Its sentence is in the catalogues, under
// "refusal." and its code.
func refuse(kind ledger.Kind, code string) *ledger.Error {
	return &ledger.Error{Kind: kind, Code: code, Zh: code, En: code}
}

// missing is the refusal of an address at which there is nothing.
func missing() *ledger.Error { return refuse(ledger.NotFound, "no-such-page") }

// asked notes in a refusal of the book which record was asked for.
func asked(index int64, err error) error {
	var e *ledger.Error
	if !errors.As(err, &e) || e.Kind != ledger.NotFound {
		return err
	}
	named := *e
	return named.With(index)
}

// badQuery is the refusal of an address that says nothing sensible.
func badQuery(name string) error { return inQuery("query", name) }

// inQuery is the refusal of a field of the address.
func inQuery(code, name string) error {
	e := refuse(ledger.Invalid, code)
	e.Field = name
	return e
}

// why says why there is no page. What the book or the interface refuses in a way that the
// catalogues do not know is told in its own words.
func (v visit) why(e *ledger.Error) string {
	index, named := e.Data.(int64)
	if !named {
		index = v.id
	}
	key := "refusal." + e.Code
	if strings.HasPrefix(e.Code, "no-such-") && index < 0 {
		key = "refusal.no-such-page"
	}
	if !v.tongue.has(key) {
		return e.In(v.tongue.tag)
	}
	seconds := int64(0)
	if w, ok := e.Data.(interface{ For() time.Duration }); ok { // of who asked too often
		seconds = int64(w.For() / time.Second)
	}
	return v.tongue.say(key, "field", v.fieldWord(e.Field), "index", text64(index), "n", seconds)
}

// fieldWords are the words of the catalogue by which pages call the fields of their
// addresses. Those that are called otherwise on pages below one path have it in front.
var fieldWords = map[string]string{
	"from": "statement.from", "to": "statement.upto", "at": "statement.at",
	"project": "published.project", "organization": "filter.organization", "asset": "flows.asset",
	"category": "budget.category", "min": "flows.least", "max": "flows.most", "party": "flows.party",
	"cause": "filter.cause", "status": "filter.status", "place": "filter.place", "year": "filter.year", "frozen": "filter.frozen",
	"fundraising": "organization.qualified", "sort": "sort.label", "order": "sort.label", "after": "list.pages",
	"sources": "flowpage.back", "before": "log.latest", "batches": "log.batches",
	"kind": "filter.kind", "flows kind": "flow.kind", "pool": "word.pool", "transit": "money.transit", "owner": "filter.organization", "holder": "holdings.by",
	"q": "search.label", "projects q": "projects.search", "organizations q": "organizations.search",
	"organizations code": "organization.uscc", "receipts code": "certificate.own", "receipts name": "certificate.real",
}

// fieldWord calls a field of the address as the page does that has it. What no page has
// is called as it was written.
func (v visit) fieldWord(name string) string {
	top, _, _ := strings.Cut(strings.TrimPrefix(v.path, "/"), "/")
	for _, field := range []string{top + " " + name, name} {
		if key := fieldWords[field]; key != "" {
			return v.tongue.say(key)
		}
	}
	return name
}
