package contract

import "mingzhang/ledger"

// prefetch reads what the batch will ask for in two rounds, because each round costs a
// chaincode a trip to its peer. What it overlooks is read singly: the trees of holes
// below their roots, and what exceptions and orders need.
func (a *anchoring) prefetch() error {
	for _, o := range a.Olders {
		a.tiles.wantLeaf(o.Index)
	}
	for _, r := range a.records {
		if r == nil {
			continue
		}
		a.nouns.want(r.By.Org / tileWidth)
		switch w := r.What.(type) {
		case *ledger.Flow:
			a.wantFlow(w)
		case *ledger.Delivery:
			a.tallies.want(w.Of / tileWidth)
		case *ledger.Plan:
			a.projects.want(w.Project)
			a.nouns.want(r.Index / tileWidth)
		case *ledger.Designation:
			a.projects.want(w.Project)
			a.designations.want(purpose{w.Project, w.ID})
		case *ledger.Project:
			a.projects.want(r.Index)
			a.nouns.want(w.Organization / tileWidth)
		case *ledger.Asset:
			a.assets.want(w.ID)
		case *ledger.Organization:
			a.nouns.want(r.Index / tileWidth)
		case *ledger.StatusChange:
			a.projects.want(w.Project)
		case *ledger.Disclosure:
			a.projects.want(w.Project)
		}
	}
	if err := a.fetch(); err != nil {
		return err
	}
	return a.prefetchPools()
}

func (a *anchoring) wantFlow(f *ledger.Flow) {
	if f.Of != 0 {
		a.tallies.want(f.Of / tileWidth)
	}
	if f.Basis != 0 {
		a.nouns.want(f.Basis / tileWidth)
	}
	if f.Out != nil {
		a.wantPool(f.Out.Pool)
	}
	if f.In != nil {
		a.wantPool(f.In.Pool)
	}
}

func (a *anchoring) wantPool(p ledger.Pool) {
	a.pools.want(p)
	a.projects.want(p.Project)
	a.totals.want(holding{p.Project, p.Asset})
}

// prefetchPools asks for the holes of the pools that have any, and for what a pool that
// is not there yet is made of.
func (a *anchoring) prefetchPools() error {
	for p := range a.pools.asked { // in any order: fetch sorts
		row, err := a.pools.get(p)
		if err != nil {
			return err
		}
		if row.V.Holed > 0 {
			a.nodes.want(nodeKey{p, row.V.Root})
		}
		if !row.there {
			a.nouns.want(p.Holder / tileWidth)
			a.assets.want(p.Asset)
			a.designations.want(purpose{p.Project, p.Designation})
		}
	}
	return a.fetch()
}
