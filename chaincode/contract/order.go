package contract

import (
	"time"
	"unicode/utf8"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// maxWaiting is how many orders of one project may wait for their records.
const maxWaiting = 64

// Order is the regulator's word on a project, as it reached this ledger.
type Order struct {
	Number  int64     `json:"number"` // from 0, over all projects
	Project int64     `json:"project"`
	Order   string    `json:"order"` // as the regulator calls it
	Release bool      `json:"release"`
	Reason  string    `json:"reason"`
	Time    time.Time `json:"time"` // of the transaction; never before the project's last one
	Tx      string    `json:"tx"`
	Record  *int64    `json:"record,omitempty"` // the first freeze record that names it
}

// Ordered is the answer of Freeze and Release.
type Ordered struct {
	Order
	Repeated bool `json:"repeated"`
}

// orderCount is how many orders there are, and how many without a record may still bind.
type orderCount struct {
	Orders  int64 `json:"orders"`
	Waiting int64 `json:"waiting"`
}

func (t *tx) freeze(args arguments) (any, error)  { return t.order(args, false) }
func (t *tx) release(args arguments) (any, error) { return t.order(args, true) }

// order takes an order of the regulator.
func (t *tx) order(args arguments, release bool) (any, error) {
	if t.MSP != t.log.V.Regulator {
		return nil, notYours("冻结或解冻项目", "freeze or release a project", t.log.V.Regulator)
	}
	o, err := t.newOrder(args, release)
	if err != nil {
		return nil, err
	}
	project, err := t.projects.get(o.Project)
	if err == nil {
		err = t.project(o.Project)
	}
	if err != nil {
		return nil, err
	}
	number, err := t.ordered.get(verdict{o.Project, release, o.Order})
	if err != nil {
		return nil, err
	}
	if number.there {
		return t.reordered(o, number.V)
	}
	count, err := t.orderCounts.get("orders")
	if err != nil {
		return nil, err
	}
	if len(project.V.Waiting) == maxWaiting {
		return nil, ledger.Refuse(ledger.Conflict, "orders-waiting", "project",
			"项目 %d 已有 %d 份指令等待平台记录", "%[2]d orders of project %[1]d wait for the platform's record already", o.Project, maxWaiting)
	}
	o.Number, o.Time = count.V.Orders, latest(t.Time, project.V.Latest)
	count.change().Orders++
	*number.change() = o.Number
	project.change().Latest = o.Time
	t.join(&project.V, o, &count.V)
	row, err := t.orders.get(o.Number)
	if err == nil {
		*row.change() = *o
	}
	return &Ordered{Order: *o}, err
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func (t *tx) newOrder(args arguments, release bool) (*Order, error) {
	project, err := args.number(0, "project", 0)
	if err != nil {
		return nil, err
	}
	name, err := args.text(1, "order")
	if err != nil {
		return nil, err
	}
	if err := (ledger.Freeze{Project: project, Order: name, Release: release}).Check(); err != nil {
		return nil, err
	}
	if err := record.CheckText("order", name, false); err != nil {
		return nil, err
	}
	reason, err := reasonOf(args)
	return &Order{Project: project, Order: name, Release: release, Reason: reason, Tx: t.Tx}, err
}

// reasonOf reads a reason, which is the third argument wherever there is one.
func reasonOf(args arguments) (string, error) {
	reason, err := args.text(2, "reason")
	if err == nil {
		err = record.CheckText("reason", reason, true)
	}
	if n := utf8.RuneCountInString(reason); err == nil && (n == 0 || n > 1000) {
		err = ledger.Refuse(ledger.Invalid, "reason-missing", "reason", "须写明理由（最多 1000 字）", "a reason is given, of at most 1,000 characters")
	}
	return reason, err
}

// reordered answers an order that was given before.
func (t *tx) reordered(o *Order, number int64) (any, error) {
	before, err := t.orders.get(number)
	if err != nil {
		return nil, err
	}
	if before.V.Reason != o.Reason {
		return nil, ledger.Refuse(ledger.Conflict, "order-exists", "order",
			"文号 %s 已下达，理由不同", "the order %s was given before, for another reason", o.Order)
	}
	return &Ordered{before.V, true}, nil
}
