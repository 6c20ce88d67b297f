package book

import (
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// record turns a request into its record, or its first one.
func (t *turn) record(p *prepared) (*Entry, error) {
	switch r := p.What.(type) {
	case Income:
		return t.income(p, r)
	case Spend:
		return t.spend(p, r)
	case Transfer:
		return t.transfer(p, r)
	case Convert:
		return t.convert(p, r)
	case Refund:
		return t.refund(p, r)
	case Return:
		return t.giveBack(p, r)
	case Reverse:
		return t.reverse(p, r)
	case Deliver:
		return t.deliver(p, r)
	case RegisterOrganization:
		return t.organization(p, r)
	case RegisterAsset:
		return t.asset(p, r)
	case RegisterProject:
		return t.registerProject(p, r)
	case ChangePlan:
		return t.plan(p, r.Project, r.PlanFields)
	case ChangeStatus:
		return t.status(p, r.Project, r.Status)
	case FreezeProject:
		return t.freeze(p, r)
	case Disclose:
		return t.disclose(p, r)
	case Correct:
		return t.correct(p, r)
	case Erase:
		return t.erase(p, r)
	case AddEvidence:
		return t.add(p, &r.Evidence)
	case RegisterKey:
		return t.key(p, r)
	case Except:
		return t.except(p, r)
	}
	return nil, fmt.Errorf("the book has no request %T", p.What)
}

func (t *turn) organization(p *prepared, r RegisterOrganization) (*Entry, error) {
	o := &ledger.Organization{Scheme: r.Scheme, Code: r.Code, Name: r.Name, Kind: r.Kind, PublicFundraising: r.PublicFundraising}
	if r.USCC != "" || r.Scheme == "" {
		o.Scheme, o.Code = ledger.SchemeUSCC, r.USCC
	}
	if err := o.Check(); err != nil {
		return nil, err
	}
	index, err := t.tx.OrganizationByCode(o.Scheme, o.Code)
	for _, e := range t.batch.Entries {
		if same, ok := e.Record.What.(*ledger.Organization); ok && same.Scheme == o.Scheme && same.Code == o.Code {
			index, err = e.Index, nil
		}
	}
	if err == nil {
		return nil, ledger.Refuse(ledger.Conflict, "organization-exists", "uscc",
			"组织 %s 已登记为记录 %d", "the organization %s is record %d already", o.Code, index)
	}
	if ledger.KindOf(err) != ledger.NotFound {
		return nil, err
	}
	e, err := t.add(p, o)
	if err == nil { // it may hold a pool in this very batch, before the store has it
		t.cache.known[e.Index] = true
		t.journal = append(t.journal, func() { delete(t.cache.known, e.Index) })
	}
	return e, err
}

func (t *turn) asset(p *prepared, r RegisterAsset) (*Entry, error) {
	a := &ledger.Asset{ID: r.ID, Class: r.Class, Name: r.Name, Unit: r.Unit, Scale: r.Scale}
	if err := a.Check(); err != nil {
		return nil, err
	}
	if err := t.countable(a.ID); err == nil {
		return nil, ledger.Refuse(ledger.Conflict, "asset-exists", "id", "资产 %s 已登记", "the asset %s is registered already", a.ID)
	} else if ledger.KindOf(err) != ledger.NotFound {
		return nil, err
	}
	e, err := t.add(p, a)
	if err == nil {
		t.cache.assets[a.ID] = true
		t.journal = append(t.journal, func() { delete(t.cache.assets, a.ID) })
	}
	return e, err
}

// countable refuses an asset that nobody registered; the common currencies need no
// registration.
func (t *turn) countable(id ledger.AssetID) error {
	if _, known := ledger.Currency(id); known || t.cache.assets[id] {
		return nil
	}
	if err := id.Check("asset"); err != nil {
		return err
	}
	if _, err := t.tx.Asset(id); err != nil {
		return err
	}
	t.cache.assets[id] = true
	return nil
}

// project gives a project as it stands in this turn.
func (t *turn) project(index int64) (*ProjectState, error) {
	if p := t.cache.projects[index]; p != nil {
		return p, nil
	}
	p, err := t.tx.Project(index)
	if err == nil {
		t.cache.projects[index] = p
	}
	return p, err
}

func (t *turn) registerProject(p *prepared, r RegisterProject) (*Entry, error) {
	scheme, code, foreign := strings.Cut(r.Organization, ":")
	if !foreign {
		scheme, code = ledger.SchemeUSCC, r.Organization
	}
	org, err := t.tx.OrganizationByCode(scheme, code)
	if err != nil {
		return nil, named("organization", err)
	}
	if err := t.filedOnce(r.Filing); err != nil {
		return nil, err
	}
	what := &ledger.Project{Organization: org, Name: r.Name, Filing: r.Filing, Kind: r.Kind, Cause: r.Cause, Place: r.Place}
	first, err := t.add(p.unsealed(), what)
	if err != nil {
		return nil, err
	}
	t.cache.projects[first.Index] = &ProjectState{Project: *what, Status: ledger.Draft}
	t.journal = append(t.journal, func() { delete(t.cache.projects, first.Index) })
	if _, err := t.plan(p.unkeyed(), first.Index, r.PlanFields); err != nil {
		return nil, err
	}
	for i, d := range r.Designations {
		if err := t.designation(p, first.Index, d); err != nil {
			return nil, ledger.Within(fmt.Sprintf("designations[%d]", i), err)
		}
	}
	if r.Filing != "" {
		_, err = t.status(p.unkeyed().unsealed(), first.Index, ledger.Filed)
	}
	return first, err
}

func (t *turn) filedOnce(filing string) error {
	if filing == "" {
		return nil
	}
	index, err := t.tx.ProjectByFiling(filing)
	if err == nil {
		return ledger.Refuse(ledger.Conflict, "filing-exists", "filing_number",
			"备案编号 %s 已登记为项目 %d", "the filing number %s is project %d already", filing, index)
	}
	if ledger.KindOf(err) == ledger.NotFound {
		return nil
	}
	return err
}

func (t *turn) designation(p *prepared, project int64, d Designation) error {
	what := &ledger.Designation{Project: project, ID: d.ID, Name: d.Name, Class: d.Class}
	key := [2]any{project, d.ID}
	if t.cache.known[key] || d.ID == ledger.General {
		return ledger.Refuse(ledger.Conflict, "designation-exists", "id",
			"指定用途 %s 已有", "the designation %s is there already", d.ID)
	}
	if _, err := t.add(p.unkeyed().unsealed(), what); err != nil {
		return err
	}
	t.cache.known[key] = true
	t.journal = append(t.journal, func() { delete(t.cache.known, key) })
	return nil
}

func (t *turn) plan(p *prepared, project int64, f PlanFields) (*Entry, error) {
	state, err := t.project(project)
	if err != nil {
		return nil, err
	}
	e, err := t.add(p, &ledger.Plan{Project: project, Starts: f.Starts, Ends: f.Ends, Target: f.Target, Budget: f.Budget,
		Beneficiaries: f.Beneficiaries, Partners: f.Partners, Replaces: state.Plan})
	if err != nil {
		return nil, err
	}
	t.alter(state, func(s *ProjectState) { s.Plan, s.Starts, s.Ends = e.Index, f.Starts, f.Ends })
	return e, nil
}

// alter changes a project in the cache so that a rewind can take it back.
func (t *turn) alter(p *ProjectState, change func(*ProjectState)) {
	before := *p
	change(p)
	t.journal = append(t.journal, func() { *p = before })
}

func (t *turn) status(p *prepared, project int64, next ledger.Status) (*Entry, error) {
	state, err := t.project(project)
	if err != nil {
		return nil, err
	}
	if err := state.Status.Become(next); err != nil {
		return nil, err
	}
	e, err := t.add(p, &ledger.StatusChange{Project: project, Status: next})
	if err == nil {
		t.alter(state, func(s *ProjectState) { s.Status = next })
	}
	return e, err
}

func (t *turn) freeze(p *prepared, r FreezeProject) (*Entry, error) {
	state, err := t.project(r.Project)
	if err != nil {
		return nil, named("project", err)
	}
	if state.Frozen != r.Release {
		return nil, ledger.Refuse(ledger.Conflict, "freeze-same", "release",
			"项目 %d 的冻结状态已是如此", "project %d is so already", r.Project)
	}
	e, err := t.add(p, &ledger.Freeze{Project: r.Project, Order: r.Order, Release: r.Release})
	if err == nil {
		t.alter(state, func(s *ProjectState) { s.Frozen = !r.Release })
	}
	return e, err
}

func (t *turn) disclose(p *prepared, r Disclose) (*Entry, error) {
	if _, err := t.project(r.Project); err != nil {
		return nil, named("project", err)
	}
	period, err := ledger.ParsePeriod(r.Period)
	if err != nil {
		return nil, named("period", err)
	}
	if period.First > t.today {
		return nil, ledger.Refuse(ledger.Invalid, "date-ahead", "period", "期间 %s 尚未开始（今天是 %s）", "the period %s has not begun: today is %s", period, t.today)
	}
	if r.At > t.next() {
		return nil, ledger.Refuse(ledger.Invalid, "at-ahead", "at", "日志现有 %d 条记录，尚无第 %d 条", "the log has %d records and not yet %d", t.next(), r.At)
	}
	return t.add(p, &ledger.Disclosure{Project: r.Project, Period: period, Kind: r.Kind, At: r.At})
}

// erase records that an opening is deleted; the store deletes it with the same write.
func (t *turn) erase(p *prepared, r Erase) (*Entry, error) {
	if _, err := t.earlier(r.Of); err != nil {
		return nil, err
	}
	public, private, err := t.tx.Openings(r.Of)
	if err != nil {
		return nil, err
	}
	if r.Seal == record.Public && public == nil || r.Seal == record.Private && private == nil {
		return nil, ledger.Refuse(ledger.Conflict, "nothing-sealed", "seal",
			"记录 %d 没有可删除的 %s 密封内容", "record %d has no %s seal to erase", r.Of, r.Seal)
	}
	return t.add(p, &ledger.Erasure{Of: r.Of, Seal: string(r.Seal), Basis: r.Basis})
}

// key registers a public key. An id is there once; a key that ends with this one has
// the same owner and the same use.
func (t *turn) key(p *prepared, r RegisterKey) (*Entry, error) {
	if err := t.flush(); err != nil {
		return nil, err
	}
	if _, err := t.tx.Organization(r.Org); err != nil {
		return nil, named("org", err)
	}
	if _, err := t.tx.Key(r.ID); err == nil {
		return nil, ledger.Refuse(ledger.Conflict, "key-exists", "id", "密钥 %s 已登记", "the key %s is registered already", r.ID)
	} else if ledger.KindOf(err) != ledger.NotFound {
		return nil, err
	}
	read := note.NewVerifier
	if r.Use == "witness" {
		read = proof.NewVerifier // which signs with the time of seeing
	}
	if _, err := read(r.Verifier); err != nil {
		return nil, ledger.Refuse(ledger.Invalid, "verifier-unreadable", "verifier", "不是签名验证密钥", "this is no verifier key of a signed note")
	}
	if r.Replaces != "" {
		old, err := t.tx.Key(r.Replaces)
		if err != nil {
			return nil, named("replaces", err)
		}
		if old.Org != r.Org || old.Use != r.Use {
			return nil, ledger.Refuse(ledger.Conflict, "key-other", "replaces", "密钥 %s 属于其他组织或用途", "the key %s is another owner's, or for another use", r.Replaces)
		}
	}
	return t.add(p, &ledger.Key{ID: r.ID, Org: r.Org, Use: r.Use, Verifier: r.Verifier, Replaces: r.Replaces})
}

// except records that the permissioned ledger took a record that breaks its rules,
// because platform and regulator agreed to it there.
func (t *turn) except(p *prepared, r Except) (*Entry, error) {
	if err := t.flush(); err != nil {
		return nil, err
	}
	if _, err := t.earlier(r.Of); err != nil {
		return nil, err
	}
	data, err := t.tx.Record(r.Of)
	if err != nil {
		return nil, err
	}
	if record.Hash(data) != r.Leaf {
		return nil, ledger.Refuse(ledger.Conflict, "leaf-other", "leaf", "记录 %d 的叶哈希与此不符", "record %d has another leaf hash", r.Of)
	}
	return t.add(p, &ledger.Exception{Of: r.Of, Leaf: r.Leaf})
}
