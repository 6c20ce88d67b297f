package explorer

import (
	"cmp"
	"context"
	"slices"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// listSums is what all flows of a list add up to, net of reversals: the very sums that
// statements and pictures show, so that a figure is the same where it leads.
type listSums struct {
	Groups []sumGroup
	Note   string // of the catalogue: whether what is held for named beneficiaries is in it
}

// sumGroup is what a statement has in one line or under one heading.
type sumGroup struct {
	Word   string // of the catalogue
	Class  string
	Asset  ledger.AssetID
	Agency bool // held for named beneficiaries: in no statement's income or spending
	account.Sum
	Parts []sumPart // where there are several
}

// sumPart is a kind or category within a group.
type sumPart struct {
	Label string
	Link  string
	account.Sum
}

// lineSum is a sum on one line of the accounts.
type lineSum struct {
	Asset  ledger.AssetID
	Line   account.Line
	Agency bool
	account.Sum
}

// listSums adds up a list, nil where the book keeps no sum of its filter.
func (s *Site) listSums(ctx context.Context, v visit, r Reads, f flowAsk) (*listSums, error) {
	if slices.Contains(f.Kinds, ledger.Reversal) {
		return nil, nil
	}
	lines, ok, err := f.lineSums(ctx, r)
	if err != nil || !ok {
		return nil, err
	}
	out := &listSums{Note: f.note()}
	for _, l := range lines {
		if (f.Asset == "" || l.Asset == f.Asset) && f.wants(l.Line) && l.Sum != (account.Sum{}) {
			out.add(v, f, l)
		}
	}
	if f.balances() {
		word := "money.held"
		if f.Upto != "" || f.at > 0 {
			word = "statement.closing"
		}
		out.close(word, lines, f.Asset)
	}
	slices.SortStableFunc(out.Groups, func(a, b sumGroup) int {
		return cmp.Or(cmp.Compare(assetOrder(a.Asset), assetOrder(b.Asset)), cmp.Compare(slices.Index(groupWords, a.Word), slices.Index(groupWords, b.Word)), cmp.Compare(agencyText(a.Agency), agencyText(b.Agency)))
	})
	return out, nil
}

// balances says that the list has all that came into some pools and left them, so that it
// adds up to what they hold.
func (f *flowAsk) balances() bool {
	return len(f.Kinds) == 0 && len(f.Categories) == 0 && f.Party == "" && !f.sized() && f.From == ""
}

// close adds what is left of each asset.
func (s *listSums) close(word string, lines []lineSum, asset ledger.AssetID) {
	type own struct {
		asset  ledger.AssetID
		agency bool
	}
	left := map[own]int64{}
	for _, l := range lines {
		if asset == "" || l.Asset == asset {
			left[own{l.Asset, l.Agency}] += l.Line.Sign() * l.Units
		}
	}
	for of, n := range left {
		s.Groups = append(s.Groups, sumGroup{Word: word, Class: "in", Asset: of.asset, Agency: of.agency, Sum: account.Sum{Units: n}})
	}
}

// assetOrder puts yuan first.
func assetOrder(id ledger.AssetID) string {
	if id == yuan {
		return ""
	}
	return string(id)
}

// wants says whether the list has flows of a line.
func (f *flowAsk) wants(l account.Line) bool {
	return (len(f.Kinds) == 0 || slices.Contains(f.Kinds, l.Kind())) && (len(f.Categories) == 0 || slices.Contains(f.Categories, l.Category()))
}

// note says whether the sums have what is held for named beneficiaries: those of parties
// and of sizes of gifts have it, those of a project or organization have it apart, and
// those of the whole book leave it out.
func (f *flowAsk) note() string {
	switch {
	case f.Party != "", f.sized(), f.allGifts():
		return "flows.withagency"
	case !f.owned() && f.Pool == nil:
		return "flows.noagency"
	}
	return ""
}

func (f *flowAsk) dated() bool { return f.From != "" || f.Upto != "" || f.at > 0 }
func (f *flowAsk) sized() bool { return f.Least != 0 || f.Most != 0 }

// grouped says that the list is of the projects of a cause or place.
func (f *flowAsk) grouped() bool { return f.Cause != "" || f.Place != "" }

// allGifts says that the list has all gifts of the book.
func (f *flowAsk) allGifts() bool {
	return !f.owned() && !f.grouped() && f.Pool == nil && !f.Transit && !f.dated() && f.onlyGifts()
}

func (f *flowAsk) onlyGifts() bool {
	return len(f.Kinds) == 1 && f.Kinds[0] == ledger.Donation && len(f.Categories) == 0
}

// lineSums reads the sums of a filter, from whichever the book keeps: of a party, of gifts
// of one size, of a project or organization within days, or of all.
func (f *flowAsk) lineSums(ctx context.Context, r Reads) (sums []lineSum, ok bool, err error) {
	switch {
	case f.unsummed():
		return nil, false, nil
	case f.Party != "":
		return f.partySums(ctx, r)
	case f.sized(), f.allGifts():
		return f.sizeSums(ctx, r)
	case f.owned(), f.Pool != nil:
		return f.scopeSums(ctx, r)
	}
	moments, err := r.Series(ctx, view.SeriesFilter{Cause: f.Cause, Place: f.Place, From: f.From, Upto: f.Upto, Every: view.Year})
	for _, m := range moments {
		sums = append(sums, lineSum{Asset: m.Asset, Line: m.Line, Sum: m.Sum})
	}
	return sums, true, err
}

// unsummed says that the book keeps no sum of a filter: it has those of a party and of a
// size for all days and for whole projects and organizations, and of everything else one
// scope at a time.
func (f *flowAsk) unsummed() bool {
	narrow := f.Party != "" || f.sized()
	switch {
	case f.Party != "" && f.sized(), narrow && (f.dated() || f.partner() || f.grouped() || f.Transit || f.Pool != nil):
		return true
	case f.grouped() && (f.owned() || f.Pool != nil), f.Pool != nil && f.owned(), f.Transit && (f.Pool != nil || !f.owned()):
		return true
	}
	return f.at > 0 && !f.owned() && f.Pool == nil // of all, not as the log once stood
}

// owned says that the list is of a project or an organization.
func (f *flowAsk) owned() bool { return f.Project != nil || f.Organization != nil }

// partner says that the list is of what an organization does with the money of another's
// project.
func (f *flowAsk) partner() bool {
	return f.project != nil && f.owner != nil && f.project.Organization != f.owner.Index
}

// mostParty bounds how many sums of a party are added up.
const mostParty = 1000

func (f *flowAsk) partySums(ctx context.Context, r Reads) (sums []lineSum, ok bool, err error) {
	list, err := r.Parties(ctx, view.PartyFilter{Project: f.Project, Organization: f.Organization, Party: f.Party, Limit: mostParty})
	for _, p := range list {
		sums = append(sums, lineSum{Asset: p.Asset, Line: p.Line, Sum: p.Sum})
	}
	return sums, len(list) < mostParty, err
}

// sizeSums are there for gifts whose amounts have the same number of digits, and for all.
func (f *flowAsk) sizeSums(ctx context.Context, r Reads) (sums []lineSum, ok bool, err error) {
	band := account.Band(f.Least)
	if !f.onlyGifts() || f.sized() && (f.Least != tenTo(band-1) || f.Most != tenTo(band)-1) {
		return nil, false, nil
	}
	list, err := r.Sizes(ctx, f.Project, f.Organization)
	for _, size := range list {
		if size.Band == band || !f.sized() {
			sums = append(sums, lineSum{Asset: size.Asset, Line: account.LineDonation, Sum: size.Sum})
		}
	}
	return sums, true, err
}

func tenTo(n int) int64 {
	unit := int64(1)
	for range n {
		unit *= 10
	}
	return unit
}

// scopeSums are what the statement of a project or organization adds up, of a partner the
// part in its hands, of a pool what it holds. A transfer between two pools of the scope is there once, as what left.
func (f *flowAsk) scopeSums(ctx context.Context, r Reads) (sums []lineSum, ok bool, err error) {
	scope := account.Scope{Organization: f.Organization}
	switch {
	case f.Pool != nil:
		scope = account.Scope{Project: f.Pool.Project}
	case f.Project != nil:
		scope = account.Scope{Project: *f.Project}
	}
	list, err := r.SumsWithin(ctx, scope, f.From, f.Upto, f.at)
	for _, sum := range list {
		if !sum.Before && (!f.partner() || sum.Pool.Holder == f.owner.Index) && (f.Pool == nil || sum.Pool == *f.Pool) && (!f.Transit || sum.Partner) {
			sums = append(sums, lineSum{Asset: sum.Pool.Asset, Line: sum.Line, Agency: sum.Agency, Sum: sum.Sum})
		}
	}
	return sums, true, err
}

// groupWords are the headings in the order of a statement.
var groupWords = []string{"kind.opening", "money.income", "kind.return", "flows.pool_in", "statement.transfers_in", "statement.converted_in",
	"flows.handed", "money.spent", "kind.refund", "flows.pool_out", "statement.transfers_out", "statement.converted_out", "flows.returned", "flows.within", "money.held", "statement.closing"}

// groupOf gives the heading and colour of a line, "" for the far side of a transfer
// within the scope.
func (f *flowAsk) groupOf(l account.Line) (word, class string) {
	inside := f.Project == nil && f.Pool == nil && !f.grouped() && (l == account.LineSisterIn || l == account.LineSisterOut) ||
		f.Project == nil && f.Organization == nil && f.Pool == nil && !f.grouped() && (l == account.LineTransferIn || l == account.LineTransferOut)
	switch {
	case (f.partner() || f.Transit) && l == account.LineInternalIn:
		return "flows.handed", "transit"
	case (f.partner() || f.Transit) && l == account.LineInternalOut:
		return "flows.returned", "transit"
	case f.pool.ofPartner() && l == account.LineInternalIn:
		return "flows.handed", "transit"
	case f.pool.ofPartner() && l == account.LineInternalOut:
		return "flows.returned", "transit"
	case f.Pool != nil && l == account.LineInternalIn:
		return "flows.pool_in", "transit"
	case f.Pool != nil && l == account.LineInternalOut:
		return "flows.pool_out", "transit"
	case l == account.LineInternalOut, inside && l > account.LineRefund:
		return "flows.within", "transit"
	case l == account.LineInternalIn, inside:
		return "", ""
	case l.Income():
		return "money.income", "in"
	case l.Spent():
		return "money.spent", "out"
	}
	switch l {
	case account.LineOpening:
		return "kind.opening", "in"
	case account.LineReturn:
		return "kind.return", "in"
	case account.LineRefund:
		return "kind.refund", "muted"
	case account.LineConvertedIn:
		return "statement.converted_in", "in"
	case account.LineConvertedOut:
		return "statement.converted_out", "muted"
	case account.LineSisterIn, account.LineTransferIn:
		return "statement.transfers_in", "in"
	}
	return "statement.transfers_out", "muted"
}

// add counts a line under its heading.
func (s *listSums) add(v visit, f flowAsk, l lineSum) {
	word, class := f.groupOf(l.Line)
	if word == "" {
		return
	}
	i := slices.IndexFunc(s.Groups, func(g sumGroup) bool { return g.Word == word && g.Asset == l.Asset && g.Agency == l.Agency })
	if i < 0 {
		i, s.Groups = len(s.Groups), append(s.Groups, sumGroup{Word: word, Class: class, Asset: l.Asset, Agency: l.Agency})
	}
	g := &s.Groups[i]
	g.Units, g.Flows = g.Units+l.Units, g.Flows+l.Flows
	g.part(v, l)
}

// part counts a line beside others of its heading, under what it is called and with the
// list of it alone.
func (g *sumGroup) part(v visit, l lineSum) {
	kind, category := l.Line.Kind(), l.Line.Category()
	label := v.tongue.term("kind", kind)
	if category != "" {
		label = v.tongue.term("category", category)
	}
	i := slices.IndexFunc(g.Parts, func(p sumPart) bool { return p.Label == label })
	if i < 0 {
		link := v.with("kind", string(kind), "category", string(category), "asset", string(l.Asset), "after", "")
		i, g.Parts = len(g.Parts), append(g.Parts, sumPart{Label: label, Link: link})
	}
	g.Parts[i].Units, g.Parts[i].Flows = g.Parts[i].Units+l.Units, g.Parts[i].Flows+l.Flows
}

// Several says whether a heading has parts to tell apart.
func (g sumGroup) Several() bool { return len(g.Parts) > 1 }

// Main are the headings that stand at the top, those in yuan or, without any, in the
// first asset. Others are those of further assets.
func (s *listSums) Main() []sumGroup { return s.split(true) }

func (s *listSums) Others() []sumGroup { return s.split(false) }

func (s *listSums) split(main bool) (list []sumGroup) {
	for _, g := range s.Groups {
		if (g.Asset == s.Groups[0].Asset) == main { // yuan comes first
			list = append(list, g)
		}
	}
	return list
}
