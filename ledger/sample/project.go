package sample

import (
	"fmt"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// project is a project of the city and what its accounts came to so far.
type project struct {
	*filling
	owner *body
	name  string
	index int64    // of its record
	plan  int64    // of its latest plan's record
	words []string // that its givers write

	gifts, raised, spent int64 // gifts and sums in fen, net of refunds and returns
}

// never is the day of a project that does not end.
const never = 1 << 20

// register registers a project today. A campaign has the days on which fundraising
// starts and ends.
func (f *filling) register(p *project, starts, ends int, what book.RegisterProject) {
	p.filling, p.name = f, what.Name
	what.Organization = p.owner.uscc
	if starts != never {
		what.Starts = ledger.Date(f.date(starts))
	}
	if ends != never {
		what.Ends = ledger.Date(f.date(ends))
	}
	if what.Kind != ledger.GeneralFund {
		what.Filing = f.filing(p.owner, what.Kind)
	}
	p.index = f.do(f.platform, what)
	p.plan = p.index + 1
	f.projects[p.index] = p
	f.city.Projects = append(f.city.Projects, p.index)
}

// filing makes up a filing number: the code of the organization, A for a campaign and P
// for a project, the year and a serial.
func (f *filling) filing(owner *body, kind ledger.ProjectKind) string {
	letter := "P"
	if kind == ledger.Campaign || kind == ledger.Joint {
		letter = "A"
	}
	f.filed++
	return fmt.Sprintf("%s%s%s%03d", owner.uscc, letter, f.date(f.day)[2:4], f.filed)
}

// budget is a plan's budget: yuan by category, and their sum as the target.
func budget(p *book.PlanFields, lines ...any) {
	p.Target, p.Budget = &ledger.Sum{Asset: "CNY"}, nil
	for i := 0; i < len(lines); i += 2 {
		line := ledger.BudgetLine{Category: ledger.Category(lines[i].(string)), Amount: int64(lines[i+1].(int)) * 100}
		p.Budget = append(p.Budget, line)
		p.Target.Amount += line.Amount
	}
}

// of names a pool of the project. No holder is the project's own organization.
func (p *project) of(holder *body, designation string) book.PoolRef {
	ref := book.PoolRef{Project: p.index, Designation: designation}
	if holder != p.owner {
		ref.Holder = &holder.index
	}
	return ref
}

// left is what a pool holds, after all that was asked for.
func (p *project) left(holder *body, designation string, asset ledger.AssetID) int64 {
	p.send()
	if designation == "" {
		designation = ledger.General
	}
	return p.held[ledger.Pool{Project: p.index, Holder: holder.index, Designation: designation, Asset: asset}]
}

// count adds a flow to the sums that the project's publications tell.
func (p *project) count(flow *ledger.Flow) {
	switch {
	case flow.Kind == ledger.Donation && flow.In.Pool.Asset == "CNY":
		p.gifts, p.raised = p.gifts+1, p.raised+flow.Amount
	case flow.Kind == ledger.Refund && flow.Out.Pool.Asset == "CNY":
		p.raised -= flow.Amount
	case flow.Kind == ledger.Expenditure && flow.Out.Pool.Asset == "CNY":
		p.spent += flow.Amount
	case flow.Kind == ledger.Return:
		p.spent -= flow.Amount
	}
}

// become moves a project to a later status.
func (p *project) become(day int, status ledger.Status, reason string) {
	p.on(day, func() { p.ask(p.owner, book.ChangeStatus{Project: p.index, Status: status, Reason: reason}) })
}

// contact is where questions to an organization go.
func contact(b *body) string {
	return b.name + "信息公开联系人，南珠市珠江月路 1 号慈善服务大厅，工作日 9:00–17:00；捐赠账户：" + bank.name + "慈善专户，户名同本组织"
}
