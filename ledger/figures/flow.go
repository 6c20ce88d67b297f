package figures

import (
	"slices"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// Flow is where a project's money in yuan came from and where it went: from sources to the
// project, on to partners and categories, and to the largest payees. What was given for
// named beneficiaries is in it: it is held and paid like any other.
//
//	giver 广州某某公司 → project 东村小学课桌     50.00
//	income donation   → project 东村小学课桌     10.00
//	project           → category 5101.direct_aid 3.50
//	project           → held                    56.50
//	category 5101.direct_aid → payee 某小学       3.50
type Flow struct {
	Places []Place
	Bands  []Band

	In      int64 // from all sources
	Spent   int64
	Held    int64                     // by the project's own organization
	Transit int64                     // with partners
	Left    map[ledger.FlowKind]int64 // to other projects, into other assets, and back to givers
	Agency  AgencyPart
}

// AgencyPart is what of a flow was given for named beneficiaries, which no statement counts
// as income or spending.
type AgencyPart struct{ In, Spent int64 }

// PlaceKind is what sort of end a band has.
type PlaceKind string

const (
	PlaceGiver    PlaceKind = "giver"    // an organization, by its code or name
	PlaceIncome   PlaceKind = "income"   // all else that came in, by kind of flow
	PlaceProject  PlaceKind = "project"  // the project itself
	PlacePartner  PlaceKind = "partner"  // by organization
	PlaceCategory PlaceKind = "category" // of expenditure
	PlaceMember   PlaceKind = "member"   // another project that got money
	PlaceLeft     PlaceKind = "left"     // all else that left, by kind of flow
	PlacePayee    PlaceKind = "payee"    // an organization, by its code or name
	PlaceOthers   PlaceKind = "others"   // payees that do not stand by themselves
	PlaceHeld     PlaceKind = "held"     // by the project's own organization
	PlaceTransit  PlaceKind = "transit"  // by a partner, by organization
)

// Place is an end of a band.
type Place struct {
	Kind PlaceKind
	Key  string // of a party; the kind of a flow, or the category
	ID   int64  // of an organization or a project
	Name string // of those that have one
	Of   int64  // whose project a member is
}

// Band is money that went from one place to another.
type Band struct {
	From, To int
	Units    int64
}

// MostParties is how many givers and payees stand by themselves; the rest is one place.
const MostParties = 6

// GiversOf and PayeesOf ask for the parties that the flow of a project names.
func GiversOf(project int64) view.PartyFilter {
	return view.PartyFilter{Project: &project, Asset: yuan, Lines: []account.Line{account.LineDonation}, Limit: MostParties}
}

func PayeesOf(project int64) view.PartyFilter {
	return view.PartyFilter{Project: &project, Asset: yuan, Lines: account.LinesOfKind(ledger.Expenditure), Limit: MostParties}
}

// FlowParts are what the flow of a project is made of.
type FlowParts struct {
	Project *view.Project
	Sums    []account.MonthSum
	Givers  []view.Party // as GiversOf asks for them
	Payees  []view.Party // as PayeesOf does
	Members []view.Member
	Names   map[int64]string // of partners
}

// FlowOf gives the flow of a project, nil where no money came in.
func FlowOf(p FlowParts) *Flow {
	m := moneyOf(p.Sums)
	if m.in == 0 {
		return nil
	}
	w := &weaver{parts: p, money: m, at: map[Place]int{}, flow: &Flow{In: m.in, Left: map[ledger.FlowKind]int64{}, Agency: m.agency}}
	w.sources()
	w.holders()
	w.payees()
	w.sums()
	return w.flow
}

// weaver lays out a flow.
type weaver struct {
	parts FlowParts
	money *money
	at    map[Place]int // by what they are, without their names
	flow  *Flow
}

// place gives the number of a place, and makes it where there is none.
func (w *weaver) place(p Place) int {
	key := p
	key.Name, key.Of = "", 0
	if i, ok := w.at[key]; ok {
		return i
	}
	w.at[key] = len(w.flow.Places)
	w.flow.Places = append(w.flow.Places, p)
	return w.at[key]
}

// band leads money from one place to another. What is nothing, or less, has none.
func (w *weaver) band(from int, to Place, units int64) {
	if i := w.place(to); units > 0 {
		w.flow.Bands = append(w.flow.Bands, Band{from, i, units})
	}
}

func (w *weaver) project() int {
	return w.place(Place{Kind: PlaceProject, ID: w.parts.Project.Index, Name: w.parts.Project.Name})
}

// sources leads in where money came from: of donations, the largest givers that are
// organizations stand by themselves.
func (w *weaver) sources() {
	project, named := w.project(), int64(0)
	in := func(from Place, units int64) {
		w.flow.Bands = append(w.flow.Bands, Band{w.place(from), project, units})
	}
	for _, g := range positive(w.parts.Givers) {
		named += g.Units
		in(Place{Kind: PlaceGiver, Key: g.Key, Name: g.Name}, g.Units)
	}
	for _, line := range account.Lines() {
		units := w.money.sources[line]
		if line == account.LineDonation {
			units -= named
		}
		if brings(line) && units > 0 {
			in(Place{Kind: PlaceIncome, Key: string(line.Kind())}, units)
		}
	}
}

// holders leads on to what the project's own organization and its partners did with it.
func (w *weaver) holders() {
	m, project := w.money, w.project()
	for _, index := range sorted(m.holders) {
		h := m.holders[index]
		if index == m.own || m.internal[index] <= 0 {
			continue
		}
		partner := Place{Kind: PlacePartner, ID: index, Name: w.parts.Names[index]}
		w.band(project, partner, m.internal[index])
		w.uses(w.place(partner), h)
		w.lake(w.place(partner), Place{Kind: PlaceTransit, ID: index}, h.held)
	}
	if own := m.holders[m.own]; own != nil {
		w.uses(project, own)
		w.lake(project, Place{Kind: PlaceHeld}, own.held)
	}
}

// lake leads to what is still held.
func (w *weaver) lake(from int, to Place, held int64) {
	if held > 0 {
		w.band(from, to, held)
	}
}

// uses leads to what a holder spent, by category, and to what left otherwise.
func (w *weaver) uses(from int, h *holding) {
	for _, c := range ledger.Categories() {
		if h.spent[c] > 0 {
			w.band(from, Place{Kind: PlaceCategory, Key: string(c)}, h.spent[c])
		}
	}
	rest := w.passOn(from, h)
	for _, line := range account.Lines() {
		if rest[line] > 0 {
			w.band(from, Place{Kind: PlaceLeft, Key: string(line.Kind())}, rest[line])
		}
	}
}

// passOn leads to other projects, one for each of the largest, and gives what is left
// beside them.
func (w *weaver) passOn(from int, h *holding) map[account.Line]int64 {
	rest := map[account.Line]int64{}
	for line, units := range h.left {
		rest[line] = units
	}
	for _, line := range []account.Line{account.LineSisterOut, account.LineTransferOut} {
		for i, c := range w.parts.Members {
			_, there := w.at[Place{Kind: PlaceMember, ID: c.Index}]
			if i >= MostParties*2 || c.Given <= 0 || rest[line] < c.Given || there {
				continue
			}
			rest[line] -= c.Given
			w.band(from, Place{Kind: PlaceMember, ID: c.Index, Name: c.Name, Of: c.Organization}, c.Given)
		}
	}
	return rest
}

// payees leads to who was paid: of each category the largest, and the rest as one.
func (w *weaver) payees() {
	rest := map[ledger.Category]int64{}
	for c, units := range w.money.spent {
		rest[c] = units
	}
	for _, p := range positive(w.parts.Payees) {
		c := p.Line.Category()
		from, ok := w.at[Place{Kind: PlaceCategory, Key: string(c)}]
		if !ok || rest[c] < p.Units {
			continue
		}
		rest[c] -= p.Units
		w.band(from, Place{Kind: PlacePayee, Key: p.Key, Name: p.Name}, p.Units)
	}
	for _, c := range ledger.Categories() {
		if from, ok := w.at[Place{Kind: PlaceCategory, Key: string(c)}]; ok && rest[c] > 0 {
			w.band(from, Place{Kind: PlaceOthers}, rest[c])
		}
	}
}

// sums adds up what became of all of it.
func (w *weaver) sums() {
	for _, units := range w.money.spent {
		w.flow.Spent += units
	}
	for index, h := range w.money.holders {
		if index == w.money.own {
			w.flow.Held += h.held
		} else {
			w.flow.Transit += h.held
		}
		for line, units := range h.left {
			w.flow.Left[line.Kind()] += units
		}
	}
}

// money is what the flow of a project adds up.
type money struct {
	in       int64
	sources  map[account.Line]int64 // what came in, by line
	holders  map[int64]*holding     // by organization
	own      int64                  // the project's, −1 where it has no pool
	spent    map[ledger.Category]int64
	internal map[int64]int64 // what a partner got from the project, net of what it gave back
	agency   AgencyPart
}

// holding is what one organization did with the project's money.
type holding struct {
	spent map[ledger.Category]int64
	left  map[account.Line]int64
	held  int64
}

// lines that bring units to a project, but for transfers within it.
func brings(l account.Line) bool {
	return l < account.LineRefund && l != account.LineInternalIn
}

// positive leaves out what reversals brought to less than nothing.
func positive(list []view.Party) []view.Party {
	return slices.DeleteFunc(slices.Clone(list), func(p view.Party) bool { return p.Units <= 0 })
}

func moneyOf(sums []account.MonthSum) *money {
	m := &money{sources: map[account.Line]int64{}, holders: map[int64]*holding{}, spent: map[ledger.Category]int64{}, internal: map[int64]int64{}, own: -1}
	for _, x := range sums {
		if x.Pool.Asset != yuan || x.Units == 0 {
			continue
		}
		m.add(x.PoolSum)
	}
	return m
}

// add counts one line of one pool.
func (m *money) add(x account.PoolSum) {
	if !x.Partner {
		m.own = x.Pool.Holder
	}
	h := m.holders[x.Pool.Holder]
	if h == nil {
		h = &holding{spent: map[ledger.Category]int64{}, left: map[account.Line]int64{}}
		m.holders[x.Pool.Holder] = h
	}
	switch {
	case x.Line == account.LineInternalIn:
		m.internal[x.Pool.Holder] += x.Units
		h.held += x.Units
	case x.Line == account.LineInternalOut:
		m.internal[x.Pool.Holder] -= x.Units
		h.held -= x.Units
	case brings(x.Line):
		m.in += x.Units
		m.sources[x.Line] += x.Units
		h.held += x.Units
		if x.Agency {
			m.agency.In += x.Units
		}
		if x.Partner { // paid to the partner directly: the flow leads it through the project
			m.internal[x.Pool.Holder] += x.Units
		}
	case x.Line.Spent():
		m.spent[x.Line.Category()] += x.Units
		h.spent[x.Line.Category()] += x.Units
		h.held -= x.Units
		if x.Agency {
			m.agency.Spent += x.Units
		}
	default:
		h.left[x.Line] += x.Units
		h.held -= x.Units
	}
}

func sorted(m map[int64]*holding) []int64 {
	var list []int64
	for index := range m {
		list = append(list, index)
	}
	slices.Sort(list)
	return list
}
