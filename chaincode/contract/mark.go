package contract

import (
	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// Breach is what a committed record is marked with, for all to see.
type Breach struct {
	Index   int64  `json:"index"`
	Kind    string `json:"kind"` // see the package comment
	Project int64  `json:"project,omitempty"`
	Order   string `json:"order,omitempty"`
}

// Kinds of breaches.
const (
	BreachFrozen    = "frozen"
	BreachOverdue   = "order-overdue"
	BreachOrder     = "order-unknown"
	BreachConsent   = "consent-missing"
	BreachException = "exception-unknown"
	BreachReference = "reference-unknown"
)

// mark holds a record that is let in against policy.
func (a *anchoring) mark(r *record.Record) error {
	switch w := r.What.(type) {
	case *ledger.Flow:
		if err := a.markOutflow(r, w); err != nil {
			return err
		}
		return a.markConsent(r, w)
	case *ledger.Freeze:
		return a.bind(w)
	case *ledger.Plan:
		for _, partner := range w.Partners {
			if err := a.markOrganization(partner); err != nil {
				return err
			}
		}
	case *ledger.Exception:
		row, err := a.exceptions.get(w.Of)
		if err != nil {
			return err
		}
		if !row.V.InForce() || row.V.Platform.Leaf != w.Leaf {
			return a.breach(Breach{Kind: BreachException})
		}
	}
	return nil
}

// breach writes a mark at the record that is being checked.
func (a *anchoring) breach(b Breach) error {
	b.Index = a.index
	page, err := a.breachPages.get(a.head.Breaches / pageWidth)
	if err != nil {
		return err
	}
	*page.change() = append(page.V, b)
	a.head.Breaches++
	a.answer.Breaches++
	return nil
}

// markOutflow marks an outflow of a project that is frozen, by record or by an order
// that the platform has not recorded in time.
func (a *anchoring) markOutflow(r *record.Record, f *ledger.Flow) error {
	if f.Out == nil {
		return nil
	}
	id := f.Out.Pool.Project
	p, err := a.projects.get(id)
	if err != nil {
		return err
	}
	if p.V.Frozen != nil {
		return a.breach(Breach{Kind: BreachFrozen, Project: id, Order: p.V.Frozen.Order})
	}
	if order, found := p.V.overdue(r.Recorded); found {
		return a.breach(Breach{Kind: BreachOverdue, Project: id, Order: order})
	}
	return nil
}

// markConsent marks a transfer into another organization's project that neither that
// organization recorded nor it agreed to.
func (a *anchoring) markConsent(r *record.Record, f *ledger.Flow) error {
	if f.Consent != nil {
		if err := a.markOrganization(f.Consent.Org); err != nil {
			return err
		}
	}
	if f.Kind != ledger.Transfer || f.In.Pool.Project == f.Out.Pool.Project {
		return nil
	}
	from, err := a.projects.get(f.Out.Pool.Project)
	if err != nil {
		return err
	}
	to, err := a.projects.get(f.In.Pool.Project)
	if err != nil {
		return err
	}
	receiver := to.V.Organization
	if from.V.Organization == receiver || r.By.Org == receiver || f.Consent != nil && f.Consent.Org == receiver {
		return nil
	}
	return a.breach(Breach{Kind: BreachConsent, Project: f.In.Pool.Project})
}

func (a *anchoring) markOrganization(index int64) error {
	err := a.organization("", index)
	if ledger.KindOf(err) == ledger.NotFound {
		return a.breach(Breach{Kind: BreachReference})
	}
	return err
}
