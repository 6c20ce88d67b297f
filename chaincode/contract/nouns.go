package contract

import (
	"slices"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// refers refuses a body that names something nobody registered.
func (a *anchoring) refers(what any) error {
	switch w := what.(type) {
	case *ledger.Key:
		return a.organization("org", w.Org)
	case *ledger.Project:
		return a.organization("organization", w.Organization)
	case *ledger.Plan:
		if w.Replaces != 0 {
			if err := a.planOf("replaces", w.Replaces, w.Project); err != nil {
				return err
			}
		}
		return a.project(w.Project)
	case *ledger.StatusChange:
		return a.project(w.Project)
	case *ledger.Designation:
		if err := a.project(w.Project); err != nil {
			return err
		}
		return a.unregistered(a.designations.get(purpose{w.Project, w.ID}))
	case *ledger.Asset:
		if _, known := ledger.Currency(w.ID); known {
			return registeredTwice(-1)
		}
		return a.unregistered(a.assets.get(w.ID))
	case *ledger.Disclosure:
		return a.project(w.Project)
	case *ledger.Freeze:
		return a.project(w.Project)
	}
	return nil
}

// register keeps of a record what later ones may name.
func (a *anchoring) register(r *record.Record) error {
	switch w := r.What.(type) {
	case *ledger.Organization:
		return a.addNoun(noun{Index: r.Index})
	case *ledger.Plan:
		return a.addNoun(noun{Index: r.Index, Project: w.Project})
	case *ledger.Project:
		return keep(a.projects, r.Index, projectRow{Organization: w.Organization})
	case *ledger.Designation:
		return keep(a.designations, purpose{w.Project, w.ID}, r.Index)
	case *ledger.Asset:
		return keep(a.assets, w.ID, r.Index)
	}
	return nil
}

// keep makes a row that was not there; what is there stays.
func keep[K comparable, V any](t *table[K, V], k K, v V) error {
	row, err := t.get(k)
	if err == nil && !row.there {
		*row.change() = v
	}
	return err
}

func (t *tx) addNoun(n noun) error {
	row, err := t.nouns.get(n.Index / tileWidth)
	if err == nil {
		all := row.change()
		*all = append(*all, n) // records come in order
	}
	return err
}

// noun gives the organization or plan that a record is.
func (t *tx) noun(index int64) (n noun, found bool, err error) {
	row, err := t.nouns.get(index / tileWidth)
	if err != nil {
		return n, false, err
	}
	i, found := slices.BinarySearchFunc(row.V, index, func(n noun, index int64) int { return int(n.Index - index) })
	if found {
		n = row.V[i]
	}
	return n, found, nil
}

func (t *tx) organization(field string, index int64) error {
	n, found, err := t.noun(index)
	if err != nil || found && n.Project == 0 {
		return err
	}
	return ledger.Refuse(ledger.NotFound, "no-such-organization", field, "记录 %d 不是已登记的组织", "record %d is not an organization", index)
}

func (t *tx) project(index int64) error {
	row, err := t.projects.get(index)
	if err != nil || row.there {
		return err
	}
	return ledger.Refuse(ledger.NotFound, "no-such-project", "project", "记录 %d 不是已登记的项目", "record %d is not a project", index)
}

// planOf refuses a record that is no plan of any of the projects.
func (t *tx) planOf(field string, index int64, projects ...int64) error {
	n, found, err := t.noun(index)
	if err != nil || found && n.Project != 0 && slices.Contains(projects, n.Project) {
		return err
	}
	return ledger.Refuse(ledger.Conflict, "basis-wrong", field, "记录 %d 不是有关项目的募捐方案", "record %d is not a plan of a project concerned", index)
}

// unregistered refuses a name that a record stands for already.
func (t *tx) unregistered(row *row[int64], err error) error {
	if err == nil && row.there {
		err = registeredTwice(row.V)
	}
	return err
}

func registeredTwice(index int64) error {
	if index < 0 {
		return ledger.Refuse(ledger.Conflict, "registered-twice", "id", "常用货币不必登记", "a common currency needs no registration")
	}
	return ledger.Refuse(ledger.Conflict, "registered-twice", "id", "该代号已由记录 %d 登记", "record %d registered this id already", index)
}

// pool refuses a pool of which some part is not registered. One that exists was seen
// before.
func (t *tx) pool(p ledger.Pool) error {
	row, err := t.pools.get(p)
	if err != nil || row.there {
		return err
	}
	if err := t.project(p.Project); err != nil {
		return err
	}
	if err := t.organization("holder", p.Holder); err != nil {
		return err
	}
	if p.Designation != ledger.General {
		if row, err := t.designations.get(purpose{p.Project, p.Designation}); err != nil {
			return err
		} else if !row.there {
			return ledger.Refuse(ledger.NotFound, "no-such-designation", "designation",
				"项目 %d 没有登记指定用途 %s", "project %d has no designation %s", p.Project, p.Designation)
		}
	}
	return t.asset(p.Asset)
}

func (t *tx) asset(id ledger.AssetID) error {
	if _, known := ledger.Currency(id); known {
		return nil
	}
	row, err := t.assets.get(id)
	if err != nil || row.there {
		return err
	}
	return ledger.Refuse(ledger.NotFound, "no-such-asset", "asset", "没有登记资产 %s", "the asset %s is not registered", id)
}
