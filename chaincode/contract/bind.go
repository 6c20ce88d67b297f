package contract

import (
	"slices"
	"time"

	"mingzhang/ledger"
)

// grace is how long the platform has to record an order before outflows against it are
// in breach.
const grace = 10 * time.Minute

// waiting is an order that has no record yet.
type waiting struct {
	Number  int64     `json:"number"`
	Order   string    `json:"order"`
	Release bool      `json:"release,omitempty"`
	Time    time.Time `json:"time"`
}

// frozen is the freeze record that binds a project.
type frozen struct {
	Order  string `json:"order"`
	Number int64  `json:"number"` // of the order; −1 where the ledger knows none
	Record int64  `json:"record"`
	Freed  *freed `json:"freed,omitempty"`
}

// freed is a release record that came before its order, or without one.
type freed struct {
	Order  string `json:"order"`
	Record int64  `json:"record"`
}

// join puts an order among those that wait, unless the record that names it is there.
func (t *tx) join(p *projectRow, o *Order, count *orderCount) {
	f := p.Frozen
	switch {
	case f != nil && !o.Release && f.Number < 0 && f.Order == o.Order:
		o.Record, f.Number = &f.Record, o.Number
	case f != nil && o.Release && f.Freed != nil && f.Freed.Order == o.Order:
		o.Record, p.Frozen = &f.Freed.Record, nil
		count.Waiting -= p.settle(o)
	default:
		p.Waiting = append(p.Waiting, waiting{o.Number, o.Order, o.Release, o.Time})
		count.Waiting++
	}
}

// settle takes an order from those that wait, with what a release makes void: every
// order before it. It gives their number.
func (p *projectRow) settle(o *Order) int64 {
	before := len(p.Waiting)
	p.Waiting = slices.DeleteFunc(p.Waiting, func(w waiting) bool {
		return w.Number == o.Number || o.Release && w.Number < o.Number
	})
	return int64(before - len(p.Waiting))
}

// overdue gives the order to freeze that was in force at a time although it has no
// record: older than the grace, and not followed by a release until then.
func (p *projectRow) overdue(at time.Time) (order string, found bool) {
	for _, w := range p.Waiting {
		switch {
		case w.Release && !at.Before(w.Time):
			found = false
		case !w.Release && at.After(w.Time.Add(grace)):
			order, found = w.Order, true
		}
	}
	return order, found
}

// bind makes a freeze record take effect.
func (a *anchoring) bind(w *ledger.Freeze) error {
	p, err := a.projects.get(w.Project)
	if err != nil || !p.there {
		return err
	}
	number, err := a.ordered.get(verdict{w.Project, w.Release, w.Order})
	if err != nil {
		return err
	}
	if !number.there {
		p.change().bindAlone(w, a.index)
		return a.breach(Breach{Kind: BreachOrder, Project: w.Project, Order: w.Order})
	}
	order, err := a.orders.get(number.V)
	if err != nil {
		return err
	}
	if order.V.Record == nil {
		index := a.index
		order.change().Record = &index
	}
	count, err := a.orderCounts.get("orders")
	if err != nil {
		return err
	}
	count.change().Waiting -= p.change().settle(&order.V)
	p.V.bindOrdered(&order.V, a.index)
	return nil
}

// bindOrdered: the later order stands.
func (p *projectRow) bindOrdered(o *Order, index int64) {
	switch f := p.Frozen; {
	case o.Release && f != nil && f.Number < o.Number:
		p.Frozen = nil
	case !o.Release && (f == nil || f.Number < o.Number):
		p.Frozen = &frozen{Order: o.Order, Number: o.Number, Record: index}
	}
}

// bindAlone: a record without an order freezes, and releases what no order froze.
func (p *projectRow) bindAlone(w *ledger.Freeze, index int64) {
	switch f := p.Frozen; {
	case !w.Release && f == nil:
		p.Frozen = &frozen{Order: w.Order, Number: -1, Record: index}
	case w.Release && f != nil && f.Number < 0:
		p.Frozen = nil
	case w.Release && f != nil:
		f.Freed = &freed{w.Order, index}
	}
}
