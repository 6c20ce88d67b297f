package book

import (
	"errors"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
)

// in gives the pool that a reference names, of an asset. Refusals name the members of
// the reference, or "asset".
func (t *turn) in(ref PoolRef, asset ledger.AssetID) (ledger.Pool, error) {
	p, err := t.project(ref.Project)
	if err != nil {
		return ledger.Pool{}, ledger.Within("project", err)
	}
	pool := ledger.Pool{Project: ref.Project, Holder: p.Organization, Designation: ref.Designation, Asset: asset}
	if ref.Holder != nil {
		pool.Holder = *ref.Holder
	}
	if pool.Designation == "" {
		pool.Designation = ledger.General
	}
	if err := t.registered(pool); err != nil {
		return ledger.Pool{}, err
	}
	return pool, named("asset", t.countable(asset))
}

// inMember is in for a reference that is a member of the request.
func (t *turn) inMember(member string, ref PoolRef, asset ledger.AssetID) (ledger.Pool, error) {
	pool, err := t.in(ref, asset)
	var e *ledger.Error
	if errors.As(err, &e) && e.Field != "asset" {
		err = ledger.Within(member, err)
	}
	return pool, err
}

// registered refuses a pool whose holder or designation nobody registered.
func (t *turn) registered(pool ledger.Pool) error {
	if err := t.holder(pool.Holder); err != nil {
		return ledger.Within("holder", err)
	}
	purpose := any([2]any{pool.Project, pool.Designation})
	if pool.Designation == ledger.General || t.cache.known[purpose] {
		return nil
	}
	if _, err := t.tx.Designation(pool.Project, pool.Designation); err != nil {
		return named("designation", err)
	}
	t.cache.known[purpose] = true
	return nil
}

// holder refuses an organization that nobody registered.
func (t *turn) holder(index int64) error {
	if t.cache.known[index] {
		return nil
	}
	if _, err := t.tx.Organization(index); err != nil {
		return err
	}
	t.cache.known[index] = true
	return nil
}

// moved gives the pool that a flow moves units of, and when it did.
func (t *turn) moved(member string, ref PoolRef, asset ledger.AssetID, occurred string) (ledger.Pool, ledger.Period, error) {
	pool, err := t.inMember(member, ref, asset)
	if err != nil {
		return pool, ledger.Period{}, err
	}
	when, err := t.happened(occurred)
	return pool, when, err
}

// happened reads when something happened: not after today, which only a typing
// mistake says.
func (t *turn) happened(s string) (ledger.Period, error) {
	p, err := ledger.ParsePeriod(s)
	if err == nil && p.Last > t.today {
		err = ledger.Refuse(ledger.Invalid, "date-ahead", "occurred",
			"发生日期 %s 晚于今天（%s）", "%s is later than today, %s", p, t.today)
	}
	return p, err
}

// followed reads when something happened to what an earlier flow moved: not before that.
func (t *turn) followed(s string, of int64) (ledger.Period, error) {
	when, err := t.happened(s)
	if err != nil {
		return when, err
	}
	switch f, err := t.flow(of); {
	case err != nil && ledger.KindOf(err) == 0:
		return when, err
	case err == nil && when.Last < f.Occurred.First: // a refusal is said with what else is wrong
		return when, ledger.Refuse(ledger.Invalid, "date-before", "occurred",
			"发生日期 %s 早于记录 %d 的发生日期（%s）", "%[1]s is before record %[2]d, which happened on %[3]s", when, of, f.Occurred)
	}
	return when, nil
}

// shown is a party as a record shows it.
func (p *Party) shown() *ledger.Party {
	if p == nil {
		return nil
	}
	shown := &ledger.Party{Kind: p.Kind, USCC: p.USCC, Related: p.Related}
	if shown.Kind == "" {
		shown.Kind = ledger.Person
	}
	if shown.Kind == ledger.Organized {
		shown.Name = p.Name
	}
	return shown
}

func (t *turn) income(p *prepared, r Income) (*Entry, error) {
	if r.Kind == "" {
		r.Kind = ledger.Donation
	}
	if !r.Kind.Brings() {
		return nil, ledger.Refuse(ledger.Invalid, "word-unknown", "kind", "“%.40s” 不是收入的类型", "%.40q is not a kind of income", string(r.Kind))
	}
	pool, when, err := t.moved("", r.PoolRef, r.Asset, r.Occurred)
	if err != nil {
		return nil, err
	}
	_, giver := r.giver()
	f := ledger.Flow{Kind: r.Kind, Amount: r.Amount, Occurred: when, Channel: r.Channel, Evidence: r.Evidence,
		In: &ledger.Inflow{Pool: pool}, Party: giver.shown(), Late: t.late(r.Project, when)}
	if r.Value != nil {
		f.Value = &ledger.Value{Amount: r.Value.Amount, Basis: r.Value.Basis}
	}
	return t.move(p, f)
}

// late says whether money was received after the end of fundraising. It is recorded
// all the same.
func (t *turn) late(project int64, when ledger.Period) bool {
	p := t.cache.projects[project]
	return p != nil && p.Ends != "" && when.Last > p.Ends
}

func (t *turn) spend(p *prepared, r Spend) (*Entry, error) {
	pool, when, err := t.moved("", r.PoolRef, r.Asset, r.Occurred)
	if err != nil {
		return nil, err
	}
	f := ledger.Flow{Kind: ledger.Expenditure, Amount: r.Amount, Occurred: when, Category: r.Category, Evidence: r.Evidence,
		Out: &ledger.Outflow{Pool: pool}, Party: r.Payee.shown()}
	return t.move(p, f)
}

func (t *turn) transfer(p *prepared, r Transfer) (*Entry, error) {
	from, err := t.inMember("from", r.From, r.Asset)
	if err != nil {
		return nil, err
	}
	to, when, err := t.moved("to", r.To, r.Asset, r.Occurred)
	if err != nil {
		return nil, err
	}
	if err := t.agreed(p.By, from, to, r); err != nil {
		return nil, err
	}
	f := ledger.Flow{Kind: ledger.Transfer, Of: r.Of, Amount: r.Amount, Occurred: when, Basis: r.Basis, Consent: r.Consent,
		Evidence: r.Evidence, Out: &ledger.Outflow{Pool: from}, In: &ledger.Inflow{Pool: to}}
	return t.move(p, f)
}

// agreed refuses a transfer into another organization's project without that side's
// consent, and a basis that is no plan of either project.
func (t *turn) agreed(by ledger.Author, from, to ledger.Pool, r Transfer) error {
	far, err := account.Distance(from.Project, to.Project, t.owner)
	if err != nil {
		return err
	}
	receiver := t.cache.projects[to.Project]
	if far == account.Beyond && by.Org != receiver.Organization && (r.Consent == nil || r.Consent.Org != receiver.Organization) {
		return ledger.Refuse(ledger.Forbidden, "consent-missing", "to",
			"调拨到其他组织的项目须经对方同意", "a transfer into another organization's project needs that side's consent")
	}
	if r.Basis == 0 {
		return nil
	}
	basis, err := t.earlier(r.Basis)
	if err != nil {
		return named("basis", err)
	}
	if plan, ok := basis.What.(*ledger.Plan); !ok || plan.Project != from.Project && plan.Project != to.Project {
		return ledger.Refuse(ledger.Conflict, "basis-wrong", "basis",
			"记录 %d 不是转出或转入项目的募捐方案", "record %d is not a plan of the project that gives or receives", r.Basis)
	}
	return nil
}

func (t *turn) convert(p *prepared, r Convert) (*Entry, error) {
	from, err := t.inMember("pool", r.Pool, r.From.Asset)
	if err != nil {
		return nil, renamed(err, "asset", "from.asset")
	}
	to, when, err := t.moved("pool", r.Pool, r.To.Asset, r.Occurred)
	if err != nil {
		return nil, renamed(err, "asset", "to.asset")
	}
	f := ledger.Flow{Kind: ledger.Conversion, Amount: r.From.Amount, Into: r.To.Amount, Occurred: when, Evidence: r.Evidence,
		Out: &ledger.Outflow{Pool: from}, In: &ledger.Inflow{Pool: to}, Party: r.Payee.shown()}
	return t.move(p, f)
}

func (t *turn) refund(p *prepared, r Refund) (*Entry, error) {
	when, err := t.followed(r.Occurred, r.Of)
	if err != nil {
		return nil, err
	}
	f := ledger.Flow{Kind: ledger.Refund, Of: r.Of, Amount: r.Amount, Occurred: when}
	if r.From != nil {
		of, err := t.flow(r.Of)
		if err != nil {
			return nil, err
		}
		if of.In == nil {
			return nil, ledger.Refuse(ledger.Conflict, "not-a-gift", "of", "记录 %d 不是收入", "record %d is not an income", r.Of)
		}
		pool, err := t.inMember("from", *r.From, of.In.Pool.Asset)
		if err != nil {
			return nil, err
		}
		f.Out = &ledger.Outflow{Pool: pool}
	}
	return t.move(p, f)
}

func (t *turn) giveBack(p *prepared, r Return) (*Entry, error) {
	when, err := t.followed(r.Occurred, r.Of)
	if err != nil {
		return nil, err
	}
	return t.move(p, ledger.Flow{Kind: ledger.Return, Of: r.Of, Amount: r.Amount, Occurred: when})
}

// reverse undoes an entry on the day it was made for, so that both vanish from it.
func (t *turn) reverse(p *prepared, r Reverse) (*Entry, error) {
	of, err := t.flow(r.Of)
	if err != nil {
		return nil, err
	}
	return t.move(p, ledger.Flow{Kind: ledger.Reversal, Of: r.Of, Occurred: of.Occurred})
}

func (t *turn) deliver(p *prepared, r Deliver) (*Entry, error) {
	when, err := t.followed(r.Occurred, r.Of)
	if err != nil {
		return nil, err
	}
	of, err := t.flow(r.Of)
	if err != nil {
		return nil, err
	}
	if of.Kind != ledger.Expenditure {
		return nil, ledger.Refuse(ledger.Conflict, "not-an-expenditure", "of",
			"记录 %d 不是支出，无从签收", "record %d is not an expenditure: nothing of it is delivered", r.Of)
	}
	if r.Recipient == nil {
		return nil, ledger.Refuse(ledger.Invalid, "field-missing", "recipient", "缺少接收方", "recipient is missing")
	}
	if err := t.deliverable(r, of); err != nil {
		return nil, err
	}
	return t.add(p, &ledger.Delivery{Of: r.Of, Amount: r.Amount, Occurred: when, Recipient: *r.Recipient.shown(), Evidence: r.Evidence})
}

// deliverable refuses a delivery of more than was paid for and not delivered yet.
func (t *turn) deliverable(r Deliver, of *ledger.Flow) error {
	before, err := t.tx.Delivered(r.Of)
	if err != nil {
		return err
	}
	for _, e := range t.batch.Entries {
		if d, ok := e.Record.What.(*ledger.Delivery); ok && d.Of == r.Of {
			before += d.Amount
		}
	}
	if asset, left := of.Out.Pool.Asset, of.Amount-before; r.Amount > left {
		return ledger.Refuse(ledger.Shortfall, "delivery-too-large", "amount",
			"签收 %[1]s 超过记录 %[3]d 尚未签收的 %[2]s", "%[1]s is more than the %[2]s of record %[3]d that is not delivered yet",
			asset.Show(r.Amount), asset.Show(left), r.Of).With(ledger.Shortage{Pool: of.Out.Pool, Left: left, Asked: r.Amount})
	}
	return nil
}
