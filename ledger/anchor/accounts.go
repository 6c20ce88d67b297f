package anchor

import (
	"cmp"
	"maps"
	"slices"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/record"
)

// accounts adds up what flows count as, from records alone.
type accounts struct {
	owners map[int64]int64 // of projects
	agency map[purpose]bool
	sums   map[lineOf]account.Sum
	flows  int64
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
	return &accounts{owners: map[int64]int64{}, agency: map[purpose]bool{}, sums: map[lineOf]account.Sum{}}
}

// add takes the records of a batch, which the rules have let in.
func (a *accounts) add(b *contract.Batch) error {
	for i, data := range b.Records {
		r, err := record.Parse(data)
		if err != nil {
			continue // let in by an exception: hashed, but part of no account
		}
		switch w := r.What.(type) {
		case *ledger.Project:
			a.owners[b.First+int64(i)] = w.Organization
		case *ledger.Designation:
			a.agency[purpose{w.Project, w.ID}] = w.Class == ledger.Agency
		case *ledger.Flow:
			a.flows++
			if err := a.flow(w, b, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// flow counts a flow on its lines; a reversal takes out what it reverses.
func (a *accounts) flow(f *ledger.Flow, b *contract.Batch, i int) error {
	var reversed *ledger.Flow
	if f.Kind == ledger.Reversal {
		var err error
		if reversed, err = flowIn(b, f.Of, i); err != nil {
			return err
		}
	}
	counts, err := account.Counts(f, reversed, a.owner)
	for _, c := range counts {
		key := lineOf{c.Pool, c.Line, c.Occurred}
		sum := a.sums[key]
		a.sums[key] = account.Sum{Units: sum.Units + c.Units, Flows: sum.Flows + c.Flows}
	}
	return err
}

// flowIn finds an earlier flow in the batch, or among the older records beside it.
func flowIn(b *contract.Batch, index int64, before int) (*ledger.Flow, error) {
	var data []byte
	if i := index - b.First; i >= 0 && i < int64(before) {
		data = b.Records[i]
	} else if i, found := slices.BinarySearchFunc(b.Olders, index, func(o contract.Older, n int64) int { return cmp.Compare(o.Index, n) }); found {
		data = b.Olders[i].Record
	}
	if r, err := record.Parse(data); err == nil {
		if f, ok := r.What.(*ledger.Flow); ok {
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

// statements gives a statement for each project with flows.
func (a *accounts) statements(at int64) []account.Statement {
	byProject := map[int64][]account.PoolSum{}
	for key, sum := range a.sums {
		p := key.pool
		byProject[p.Project] = append(byProject[p.Project], account.PoolSum{Pool: p, Line: key.line, Sum: sum,
			Partner: p.Holder != a.owners[p.Project], Agency: a.agency[purpose{p.Project, p.Designation}]})
	}
	var all []account.Statement
	for _, project := range slices.Sorted(maps.Keys(byProject)) {
		st := account.Statement{Scope: account.Scope{Project: project}, At: at}
		st.Fold(byProject[project])
		all = append(all, st)
	}
	return all
}

// pools is how many pools of a project flows named.
func (a *accounts) pools(project int64) int {
	seen := map[ledger.Pool]bool{}
	for key := range a.sums {
		if key.pool.Project == project {
			seen[key.pool] = true
		}
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
	for key, sum := range a.sums {
		if p := key.pool; p.Project == project && !a.agency[purpose{project, p.Designation}] {
			d := day{key.day, p.Asset, key.line}
			sums[d] = account.Sum{Units: sums[d].Units + sum.Units, Flows: sums[d].Flows + sum.Flows}
		}
	}
	maps.DeleteFunc(sums, func(_ day, s account.Sum) bool { return s == account.Sum{} })
	return sums
}

func leaf(data []byte) [32]byte { return record.Hash(data) }
