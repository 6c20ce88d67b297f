package ledger

import "slices"

// Status is how far a project is. Being frozen stands beside it: a freeze stops
// payments, and the project goes on where it was when it is released.
type Status string

const (
	Draft       Status = "draft"
	Filed       Status = "filed"
	Fundraising Status = "fundraising"
	Closed      Status = "closed"
	Executing   Status = "executing"
	Completed   Status = "completed"
)

// statuses are in their order.
var statuses = []Status{Draft, Filed, Fundraising, Closed, Executing, Completed}

// Become refuses a step that the status machine does not have: a project goes
// forward only, and leaves the draft by being filed. A step may be skipped, since
// a fund never closes and a project that others raise money for raises none.
func (s Status) Become(next Status) error {
	from, to := slices.Index(statuses, s), slices.Index(statuses, next)
	switch {
	case to < 0 || from < 0:
		return unknown("status", next)
	case to <= from || s == Draft && next != Filed:
		return Refuse(Conflict, "status-step", "status",
			"项目状态不能从 %s 变为 %s", "a project that is %s cannot become %s", s, next)
	}
	return nil
}

// On is the status on a day: fundraising begins and ends with the dates of the plan,
// whether or not anybody says so.
func (s Status) On(day, starts, ends Date) Status {
	switch {
	case (s == Filed || s == Fundraising) && ends != "" && ends < day:
		return Closed
	case s == Filed && starts != "" && starts <= day:
		return Fundraising
	}
	return s
}

// StatusChange is a project's step to its next status.
type StatusChange struct {
	Project int64
	Status  Status
}

// Check refuses a change to what is no status.
func (c StatusChange) Check() error {
	if !slices.Contains(statuses, c.Status) {
		return unknown("status", c.Status)
	}
	return checkRef("project", c.Project)
}

// Freeze is the regulator's order to stop a project's payments, or to release it.
// It binds outflows only: money received can always be recorded.
type Freeze struct {
	Project int64
	Order   string // the number of the order
	Release bool
}

// Check refuses a freeze without an order.
func (f Freeze) Check() error {
	if err := checkRef("project", f.Project); err != nil {
		return err
	}
	return checkName("order", f.Order, 100)
}
