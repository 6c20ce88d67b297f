package contract

import "mingzhang/ledger"

// Totals are the sums of a project in one asset, each net of reversals. Transfers
// within the project are not counted. Held is what its pools hold, in transit and for
// others (agency) included. Flows of unchecked pools are not in them.
type Totals struct {
	Asset        ledger.AssetID `json:"asset"`
	Opening      int64          `json:"opening"`
	Income       int64          `json:"income"`
	Returns      int64          `json:"returns"`
	TransfersIn  int64          `json:"transfers_in"`
	ConvertedIn  int64          `json:"converted_in"`
	Expenditure  int64          `json:"expenditure"`
	Refunds      int64          `json:"refunds"`
	TransfersOut int64          `json:"transfers_out"`
	ConvertedOut int64          `json:"converted_out"`
	Held         int64          `json:"held"`
}

// line is the sum that a kind of flow adds to, on its way in or out.
func (s *Totals) line(kind ledger.FlowKind, in bool) *int64 {
	switch {
	case kind == ledger.Opening:
		return &s.Opening
	case kind.Brings():
		return &s.Income
	case kind == ledger.Return:
		return &s.Returns
	case kind == ledger.Transfer && in:
		return &s.TransfersIn
	case kind == ledger.Transfer:
		return &s.TransfersOut
	case kind == ledger.Conversion && in:
		return &s.ConvertedIn
	case kind == ledger.Conversion:
		return &s.ConvertedOut
	case kind == ledger.Refund:
		return &s.Refunds
	}
	return &s.Expenditure
}

// count adds a flow to the totals; a reversal takes out what it reverses.
func (a *anchoring) count(f *ledger.Flow) error {
	of, sign := f, int64(1)
	if f.Kind == ledger.Reversal {
		var err error
		if of, err = a.flowAt(f.Of); err != nil {
			return err
		}
		sign = -1
	}
	if of.Carries() && of.In.Pool.Project == of.Out.Pool.Project && a.unchecked(of.In.Pool) == a.unchecked(of.Out.Pool) {
		return nil
	}
	var sums []sum
	if of.Out != nil {
		sums = append(sums, sum{of.Out.Pool, of.Kind, false, sign * of.Amount})
	}
	if of.In != nil {
		sums = append(sums, sum{of.In.Pool, of.Kind, true, sign * of.In.Span.Len()})
	}
	for _, s := range sums {
		if err := a.room(s); err != nil {
			return err
		}
	}
	for _, s := range sums {
		if err := a.add(s); err != nil {
			return err
		}
	}
	return nil
}

// sum is what one side of a flow adds to the totals of its pool's project.
type sum struct {
	pool  ledger.Pool
	kind  ledger.FlowKind
	in    bool
	units int64
}

// room refuses a sum of more than 2^62, which no project with less than a thousand full
// pools has, before it could wrap.
func (a *anchoring) room(s sum) error {
	row, err := a.totals.get(holding{s.pool.Project, s.pool.Asset})
	if err == nil && (*row.V.line(s.kind, s.in)+s.units > 1<<62 || row.V.Held+s.units > 1<<62) {
		err = ledger.Refuse(ledger.Conflict, "project-full", "amount", "项目 %d 的合计超出上限", "the totals of project %d are beyond the limit", s.pool.Project)
	}
	return err
}

// add adds to one line, if the pool is checked.
func (a *anchoring) add(s sum) error {
	if a.unchecked(s.pool) {
		return nil
	}
	row, err := a.totals.get(holding{s.pool.Project, s.pool.Asset})
	if err != nil {
		return err
	}
	if !row.there {
		if err := a.list(s.pool); err != nil {
			return err
		}
		row.V.Asset = s.pool.Asset
	}
	t := row.change()
	*t.line(s.kind, s.in) += s.units
	if s.in {
		t.Held += s.units
	} else {
		t.Held -= s.units
	}
	return nil
}

// list puts a new asset into the list of its project's.
func (a *anchoring) list(p ledger.Pool) error {
	project, err := a.projects.get(p.Project)
	if err != nil {
		return err
	}
	page, err := a.assetPages.get([2]int64{p.Project, project.V.Assets / pageWidth})
	if err != nil {
		return err
	}
	*page.change() = append(page.V, p.Asset)
	project.change().Assets++
	return nil
}
