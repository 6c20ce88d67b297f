package api

import (
	"context"
	"fmt"

	"github.com/gin-gonic/gin"

	"mingzhang/api/access"
	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/record"
)

// allowed refuses what a caller may not ask.
func (s *server) allowed(c *gin.Context, caller *access.Caller, what any) error {
	action, target, err := s.about(c.Request.Context(), what)
	if err != nil {
		return err
	}
	return access.Allow(caller, action, target)
}

// about says what a request does and to whose pools and records: the facts that the
// rules of access ask for.
func (s *server) about(ctx context.Context, what any) (action access.Action, on access.Target, err error) {
	switch r := what.(type) {
	case book.RegisterOrganization:
		return access.RegisterOrganization, on, nil
	case book.RegisterAsset:
		return access.RegisterAsset, on, nil
	case book.RegisterProject:
		return access.RegisterProject, on, nil
	case book.RegisterKey:
		on.Key = &access.Holder{Use: r.Use, Organization: &r.Org}
		return access.RegisterKey, on, nil
	case book.Income:
		on.Pool, err = s.pool(ctx, "", r.PoolRef)
		return access.RecordIncome, on, err
	case book.Spend:
		on.Pool, err = s.pool(ctx, "", r.PoolRef)
		return access.Spend, on, err
	case book.Convert:
		on.Pool, err = s.pool(ctx, "pool", r.Pool)
		return access.Convert, on, err
	case book.Transfer:
		if on.Pool, err = s.pool(ctx, "from", r.From); err == nil {
			on.To, err = s.pool(ctx, "to", r.To)
		}
		return access.Transfer, on, err
	case book.Disclose:
		on.Pool, err = s.pool(ctx, "", book.PoolRef{Project: r.Project})
		return access.Disclose, on, err
	case book.ChangePlan:
		on.Pool, err = s.poolOfPath(ctx, r.Project)
		return access.ChangePlan, on, err
	case book.ChangeStatus:
		on.Pool, err = s.poolOfPath(ctx, r.Project)
		return access.ChangeStatus, on, err
	case book.FreezeProject:
		return access.Freeze, on, nil
	case book.Erase:
		return access.Erase, on, nil
	case book.Except:
		return access.Except, on, nil
	case book.AddEvidence:
		on.By, err = s.broughtBy(ctx, r.Redacted)
		return access.AddEvidence, on, err
	}
	return s.aboutRecord(ctx, what)
}

// aboutRecord is about for requests that refer to an earlier record.
func (s *server) aboutRecord(ctx context.Context, what any) (action access.Action, on access.Target, err error) {
	switch r := what.(type) {
	case book.Refund:
		if r.From != nil {
			on.Pool, err = s.pool(ctx, "from", *r.From)
			return access.Refund, on, err
		}
		on, err = s.earlier(ctx, r.Of, (*ledger.Flow).Entered)
		return access.Refund, on, err
	case book.Return:
		on, err = s.earlier(ctx, r.Of, (*ledger.Flow).Left)
		return access.Return, on, err
	case book.Reverse:
		on, err = s.earlier(ctx, r.Of, (*ledger.Flow).Entered)
		return access.Reverse, on, err
	case book.Deliver:
		on, err = s.earlier(ctx, r.Of, (*ledger.Flow).Left)
		return access.Deliver, on, err
	case book.Correct:
		on, err = s.earlier(ctx, r.Of, (*ledger.Flow).Entered)
		return access.Correct, on, err
	}
	return "", on, fmt.Errorf("no rule of access is known for %T", what)
}

// pool gives the facts about a pool that a member of a request names, or the request
// itself.
func (s *server) pool(ctx context.Context, member string, ref book.PoolRef) (*access.Pool, error) {
	owner, err := s.owner(ctx, ref.Project)
	err = ledger.Within(member, ledger.Within("project", err))
	p := &access.Pool{Project: ref.Project, Owner: owner, Holder: owner}
	if ref.Holder != nil {
		p.Holder = *ref.Holder
	}
	return p, err
}

// poolOfPath is pool for a project that is in the path.
func (s *server) poolOfPath(ctx context.Context, project int64) (*access.Pool, error) {
	owner, err := s.owner(ctx, project)
	return &access.Pool{Project: project, Owner: owner, Holder: owner}, ledger.Within("id", err)
}

// earlier gives the facts about a record: who wrote it, and the pool that the units of
// a flow are in, or of another record any pool of its project.
func (s *server) earlier(ctx context.Context, index int64, side func(*ledger.Flow) ledger.Pool) (on access.Target, err error) {
	r, err := s.Store.Record(ctx, index)
	if err != nil {
		return on, ledger.Within("of", err)
	}
	on.By, on.Type = &r.Record.By.Org, r.Record.Type()
	ref := book.PoolRef{Project: r.Project}
	if f, ok := r.Record.What.(*ledger.Flow); ok {
		pool := side(f)
		ref = book.PoolRef{Project: pool.Project, Holder: &pool.Holder}
	}
	if ref.Project != 0 {
		on.Pool, err = s.pool(ctx, "", ref)
	}
	return on, err
}

// broughtBy gives who brought the original of a redacted file; nil for an original.
func (s *server) broughtBy(ctx context.Context, original string) (*int64, error) {
	if original == "" {
		return nil, nil
	}
	index, _, err := s.Store.Evidence(ctx, original)
	if err != nil {
		return nil, ledger.Within("redacted", err)
	}
	r, err := s.Store.Record(ctx, index)
	if err != nil {
		return nil, err
	}
	return &r.Record.By.Org, nil
}

// allowedEvidence refuses the original of a file to who may not see it.
func (s *server) allowedEvidence(c *gin.Context, hash string) error {
	by, err := s.broughtBy(c.Request.Context(), hash)
	if err != nil {
		return err
	}
	return access.Allow(callerOf(c), access.ReadPrivateEvidence, access.Target{By: by})
}

// opened lets a caller look behind the private seal of a record, on a basis, and notes
// that it did.
func (s *server) opened(c *gin.Context, index int64, basis string) (record.Opening, error) {
	if err := s.Access.OpenSeal(c.Request.Context(), callerOf(c), index, basis); err != nil {
		return record.Opening{}, err
	}
	r, err := s.Store.Record(c.Request.Context(), index)
	if err != nil {
		return record.Opening{}, err
	}
	_, private, err := s.Store.Openings(c.Request.Context(), index)
	if err != nil {
		return record.Opening{}, err
	}
	if private == nil {
		return record.Opening{}, ledger.Refuse(ledger.NotFound, "nothing-sealed", "", "记录 %d 没有非公开密封内容，或已删除", "record %d has no private seal, or it was erased", index)
	}
	return record.Open(r.Record.Private, private)
}
