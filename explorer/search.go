package explorer

import (
	"context"
	"strings"
	"unicode"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// searchPage is what the one search box found.
type searchPage struct {
	Text          string // what was asked for, "" of what belongs to a giver
	Private       bool   // it looks like a receipt's code or a payment's number
	Projects      []card
	Organizations []organizationRow
	Records       []view.Hit
	Party         *view.Party // of flows, without being registered
	MoreProjects  bool
	MoreNames     bool // of organizations
}

// mostHits of each kind are shown; the lists have the rest.
const mostHits = 12

// search finds what a visitor types: the index or hash of a record, a filing number, a
// code, a part of a name. It never looks for what only a giver has, the code of a receipt
// or a payment's number, and does not repeat what looks like one.
func (s *Site) search(ctx context.Context, v visit, r Reads) (*page, error) {
	a := v.ask()
	text := strings.TrimSpace(strings.TrimPrefix(a.text("q"), "№"))
	if err := a.done(); err != nil {
		return nil, err
	}
	out := searchPage{Text: text}
	if text != "" {
		if err := out.look(ctx, v, r); err != nil {
			return nil, err
		}
	}
	if out.Private = !out.Found() && givers(text); out.Private {
		out.Text = ""
		v.query.Del("q") // nor do the links to other languages repeat it
	}
	return &page{Name: "search", Title: v.tongue.say("search.title"), Data: out}, nil
}

// look looks for a text everywhere. What was asked for by its number alone, and is the
// only thing under it, is led to.
func (p *searchPage) look(ctx context.Context, v visit, r Reads) error {
	hits, err := r.Search(ctx, p.Text, 2)
	if err != nil {
		return err
	}
	if to := exact(v, p.Text, hits); to != "" {
		return moved(to)
	}
	for _, h := range hits {
		if h.Name == "" {
			p.Records = append(p.Records, h)
		}
	}
	projects, next, err := r.Projects(ctx, view.ProjectFilter{Text: p.Text, Today: v.today, Limit: mostHits})
	if err != nil {
		return err
	}
	p.Projects, p.MoreProjects = asCards(projects), next != nil
	list, err := r.Organizations(ctx, view.OrganizationFilter{Text: p.Text, After: -1, Limit: mostHits + 1})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return p.party(ctx, r)
	}
	p.MoreNames = len(list) > mostHits
	p.Organizations, err = withMoney(ctx, r, list[:min(len(list), mostHits)])
	return err
}

// party finds who is under a code, or under exactly this name, a party of flows without
// being registered.
func (p *searchPage) party(ctx context.Context, r Reads) error {
	key := p.Text
	if code, _, err := ledger.ParseUSCC(strings.ToUpper(key)); err == nil {
		key = string(code)
	}
	list, err := r.Parties(ctx, view.PartyFilter{Party: key, Limit: 1})
	if len(list) > 0 {
		p.Party = &list[0]
	}
	return err
}

// Found says whether there is anything to show.
func (p searchPage) Found() bool {
	return len(p.Projects)+len(p.Organizations)+len(p.Records) > 0 || p.Party != nil
}

// exact gives where the only hit is, if it was asked for by its number or hash and not by
// a name.
func exact(v visit, text string, hits []view.Hit) string {
	if len(hits) != 1 || !strings.ContainsAny(text, "0123456789") || strings.ContainsFunc(text, notOfNumbers) {
		return ""
	}
	path := map[string]string{"project": "/projects/", "organization": "/organizations/"}[hits[0].Type]
	if index := text64(hits[0].Index); path == "" || strings.TrimPrefix(text, "#") == index || hashed(text) {
		path = "/records/"
	}
	return v.link(path + text64(hits[0].Index))
}

// notOfNumbers says whether a letter is in no index, hash, code or filing number.
func notOfNumbers(r rune) bool {
	return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("#:+/=-", r)
}

// hashed says whether a text has the length of a hash, in hexadecimal digits or base64.
func hashed(text string) bool {
	n := len(strings.TrimPrefix(text, "sha256:"))
	return n == 64 || n == 44
}

// receiptAlphabet is that of receipts' codes: without letters easily taken for another.
const receiptAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// givers says whether a text looks like what only a giver has: the 24 characters of a
// receipt's code, or the long number of a payment, a card or a person. No record has an
// index of eleven digits.
func givers(text string) bool {
	if hashed(text) {
		return false
	}
	digits := 0
	joined := strings.ToUpper(strings.NewReplacer("-", "", " ", "", "_", "").Replace(text))
	for _, c := range joined {
		if digits++; c < '0' || c > '9' {
			digits = 0
		}
		if digits == 11 {
			return true
		}
	}
	words := strings.FieldsFunc(strings.ToUpper(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, word := range append(words, joined) {
		if len(word) == 24 && strings.Trim(word, receiptAlphabet) == "" {
			return true
		}
	}
	return false
}
