package audit

import (
	"cmp"
	"maps"
	"slices"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/store"
)

// accounts adds up what flows count as, from records alone.
type accounts struct {
	owners map[int64]int64 // of projects
	agency map[purpose]bool
	sums   map[int64]map[lineOf]*account.Sum // by project
	keys   map[string]int64                  // of the log, by their records
	flows  int64
	rows   *store.Derived // what a database should have beside the records; nil where none is compared
}

// purpose is a designation of a project.
type purpose struct {
	project int64
	id      string
}

// lineOf is a line of a pool's account on a day.
type lineOf struct {
	pool ledger.Pool
	line account.Line
	day  ledger.Date
}

func newAccounts() *accounts {
	return &accounts{owners: map[int64]int64{}, agency: map[purpose]bool{}, sums: map[int64]map[lineOf]*account.Sum{}, keys: map[string]int64{}}
}

// add takes the records of a batch, which the rules have let in. Bytes that are no
// record entered by an exception and are part of no account.
func (a *accounts) add(p *contract.Passed) error {
	for i, r := range p.Records {
		if r == nil {
			a.rows = nil // what follows is not made from records alone
			continue
		}
		var counts []account.Count
		var reversed *ledger.Flow
		index := p.First + int64(i)
		switch w := r.What.(type) {
		case *ledger.Project:
			a.owners[index] = w.Organization
		case *ledger.Designation:
			a.agency[purpose{w.Project, w.ID}] = w.Class == ledger.Agency
		case *ledger.Key:
			if w.Use == "log" {
				a.keys[w.Verifier] = index
			}
		case *ledger.Flow:
			a.flows++
			var err error
			if counts, reversed, err = a.flow(w, p, i); err != nil && p.Excepted == 0 {
				return err
			}
		}
		if p.Excepted > 0 {
			a.rows = nil
		}
		if a.rows != nil {
			a.rows.Add(r, counts, reversed)
		}
	}
	return nil
}

// flow counts a flow on its lines, which it gives; a reversal takes out what it reverses.
func (a *accounts) flow(f *ledger.Flow, p *contract.Passed, i int) (counts []account.Count, reversed *ledger.Flow, err error) {
	if f.Kind == ledger.Reversal {
		if reversed, err = flowIn(p, f.Of, i); err != nil {
			return nil, nil, err
		}
	}
	if counts, err = account.Counts(f, reversed, a.owner); err != nil {
		return nil, nil, err
	}
	for _, c := range counts {
		of := a.sums[c.Pool.Project]
		if of == nil {
			of = map[lineOf]*account.Sum{}
			a.sums[c.Pool.Project] = of
		}
		key := lineOf{c.Pool, c.Line, c.Occurred}
		sum := of[key]
		if sum == nil {
			sum = &account.Sum{}
			of[key] = sum
		}
		sum.Units, sum.Flows = sum.Units+c.Units, sum.Flows+c.Flows
	}
	return counts, reversed, nil
}

// flowIn finds an earlier flow in the batch, or among the older records beside it.
func flowIn(p *contract.Passed, index int64, before int) (*ledger.Flow, error) {
	all, at := p.Records, int(index-p.First)
	if index < p.First {
		all = p.Olders
		at, _ = slices.BinarySearchFunc(p.Batch.Olders, index, func(o contract.Older, n int64) int { return cmp.Compare(o.Index, n) })
		before = len(all)
	}
	if at < before && all[at] != nil {
		if f, ok := all[at].What.(*ledger.Flow); ok {
			return f, nil
		}
	}
	return nil, ledger.Refuse(ledger.Corrupt, "older-missing", "", "批次没有随附第 %d 号记录", "the batch does not supply record %d", index)
}

func (a *accounts) owner(project int64) (int64, error) {
	if owner, ok := a.owners[project]; ok {
		return owner, nil
	}
	return 0, ledger.Refuse(ledger.Corrupt, "no-such-project", "", "没有编号为 %d 的项目", "there is no project %d", project)
}

// statements gives a statement of each project.
func (a *accounts) statements(at int64) []account.Statement {
	var all []account.Statement
	for _, project := range slices.Sorted(maps.Keys(a.owners)) {
		var sums []account.PoolSum
		for key, sum := range a.sums[project] {
			p := key.pool
			sums = append(sums, account.PoolSum{Pool: p, Line: key.line, Sum: *sum,
				Partner: p.Holder != a.owners[project], Agency: a.agency[purpose{project, p.Designation}]})
		}
		st := account.Statement{Scope: account.Scope{Project: project}, At: at}
		st.Fold(sums)
		all = append(all, st)
	}
	return all
}

// pools is how many pools of a project flows named.
func (a *accounts) pools(project int64) int {
	seen := map[ledger.Pool]bool{}
	for key := range a.sums[project] {
		seen[key.pool] = true
	}
	return len(seen)
}

// day is a line in one asset on one day.
type day struct {
	day   ledger.Date
	asset ledger.AssetID
	line  account.Line
}

// days adds up a project's lines by day, but for agencies and what reversals brought to
// nothing.
func (a *accounts) days(project int64) map[day]account.Sum {
	sums := map[day]account.Sum{}
	for key, sum := range a.sums[project] {
		if p := key.pool; !a.agency[purpose{project, p.Designation}] {
			d := day{key.day, p.Asset, key.line}
			sums[d] = account.Sum{Units: sums[d].Units + sum.Units, Flows: sums[d].Flows + sum.Flows}
		}
	}
	maps.DeleteFunc(sums, func(_ day, s account.Sum) bool { return s == account.Sum{} })
	return sums
}
