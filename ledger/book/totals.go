package book

import (
	"mingzhang/ledger"
	"mingzhang/ledger/account"
)

// Totals is what the flows of a batch add to the sums that lists and statements read.
// No sum names a natural person.
type Totals struct {
	Lines   map[account.Total]Tally
	Parties map[PartyLine]PartySum
	Sizes   map[SizeBand]account.Sum
	Stored  map[ProjectLine]int64 // how many flows
}

// Tally is a sum and between which records the flows in it lie.
type Tally struct {
	account.Sum
	First, Last int64
}

// PartyLine names the sum of what an organization gave to, or got from, a project.
type PartyLine struct {
	Project int64
	Line    account.Line
	Asset   ledger.AssetID
	Party   string // its USCC, or its name where it has none
}

// PartySum is such a sum, with the name that the latest flow has.
type PartySum struct {
	account.Sum
	Name string
}

// SizeBand names the sum of a project's donations of one size.
type SizeBand struct {
	Project int64
	Asset   ledger.AssetID
	Band    int // how many decimal digits the amount has
}

// ProjectLine is a line that flows of a project are stored under; a reversal has the
// line of what it reverses, negative.
type ProjectLine struct {
	Project int64
	Line    account.Line
}

func newTotals() Totals {
	return Totals{map[account.Total]Tally{}, map[PartyLine]PartySum{}, map[SizeBand]account.Sum{}, map[ProjectLine]int64{}}
}

// owner gives the organization of a project.
func (t *turn) owner(project int64) (int64, error) {
	p, err := t.project(project)
	if err != nil {
		return 0, err
	}
	return p.Organization, nil
}

// count adds a flow to the totals and gives the line it is stored under.
func (t *turn) count(index int64, f *ledger.Flow) (account.Line, error) {
	var reversed *ledger.Flow
	if f.Kind == ledger.Reversal {
		var err error
		if reversed, err = t.flow(f.Of); err != nil {
			return 0, err
		}
	}
	counts, err := account.Counts(f, reversed, t.owner)
	if err != nil {
		return 0, err
	}
	for _, c := range counts {
		t.tally(index, c)
	}
	counted, line := f, counts[0].Line
	if reversed != nil {
		counted, line = reversed, -line
	}
	stored := ProjectLine{f.Project(), line}
	put(t, t.batch.Totals.Stored, stored, t.batch.Totals.Stored[stored]+1)
	t.countParty(counts[0], counted.Party, reversed != nil)
	t.countSize(counts[0], counted.Amount)
	return line, nil
}

func (t *turn) tally(index int64, c account.Count) {
	key := account.Total{Pool: c.Pool, Line: c.Line, Occurred: c.Occurred, Recorded: t.today}
	sum, there := t.batch.Totals.Lines[key]
	if !there {
		sum.First = index
	}
	sum.Units, sum.Flows, sum.Last = sum.Units+c.Units, sum.Flows+c.Flows, index
	put(t, t.batch.Totals.Lines, key, sum)
}

// countParty counts what an organization gave or got. Its name is that of the latest
// flow; a reversal, which may be of an old one, brings none.
func (t *turn) countParty(c account.Count, p *ledger.Party, reversal bool) {
	if p == nil || p.Kind != ledger.Organized {
		return
	}
	key := PartyLine{c.Pool.Project, c.Line, c.Pool.Asset, p.Key()}
	sum := t.batch.Totals.Parties[key]
	sum.Units, sum.Flows = sum.Units+c.Units, sum.Flows+c.Flows
	if !reversal {
		sum.Name = p.Name
	}
	put(t, t.batch.Totals.Parties, key, sum)
}

func (t *turn) countSize(c account.Count, amount int64) {
	if c.Line != account.LineDonation {
		return
	}
	key := SizeBand{c.Pool.Project, c.Pool.Asset, account.Band(amount)}
	sum := t.batch.Totals.Sizes[key]
	sum.Units, sum.Flows = sum.Units+c.Units, sum.Flows+c.Flows
	put(t, t.batch.Totals.Sizes, key, sum)
}

// put sets an entry of a total so that a rewind can take it back.
func put[K comparable, V any](t *turn, total map[K]V, key K, value V) {
	before, there := total[key]
	total[key] = value
	t.journal = append(t.journal, func() {
		if delete(total, key); there {
			total[key] = before
		}
	})
}
