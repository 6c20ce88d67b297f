package store

import (
	"context"

	"gorm.io/gorm"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

type organizationRow struct {
	Idx         int64
	Scheme      string
	Code        string
	Name        string
	Kind        string
	Fundraising bool
}

// one reads the only row of a query; none is a refusal.
func one[T any](db *gorm.DB, none error, query string, args ...any) (*T, error) {
	var rows []T
	if err := db.Raw(query, args...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, none
	}
	return &rows[0], nil
}

// Organization implements book.Tx.
func (t *Tx) Organization(index int64) (*ledger.Organization, error) {
	r, err := one[organizationRow](t.db, absent("no-such-organization", "没有编号为 %d 的组织", "there is no organization %d", index),
		"SELECT * FROM organizations WHERE idx = ?", index)
	if err != nil {
		return nil, err
	}
	o := r.organization()
	return &o, nil
}

func (r organizationRow) organization() ledger.Organization {
	return ledger.Organization{Scheme: r.Scheme, Code: r.Code, Name: r.Name, Kind: ledger.OrganizationKind(r.Kind), PublicFundraising: r.Fundraising}
}

// OrganizationByCode implements book.Tx.
func (t *Tx) OrganizationByCode(scheme, code string) (int64, error) {
	return organizationByCode(t.db, scheme, code)
}

func organizationByCode(db *gorm.DB, scheme, code string) (int64, error) {
	r, err := one[organizationRow](db, absent("no-such-organization", "组织 %s 尚未登记", "the organization %s is not registered", code),
		"SELECT * FROM organizations WHERE scheme = ? AND code = ?", scheme, code)
	if err != nil {
		return 0, err
	}
	return r.Idx, nil
}

type projectRow struct {
	Idx          int64
	Organization int64
	Name         string
	Filing       *string
	Kind         string
	Cause        string
	Place        string
	Status       string
	Frozen       bool
	Starts       string
	Ends         string
	Plan         int64
	TargetAsset  string
	Target       int64
}

func (r projectRow) state() *book.ProjectState {
	p := &book.ProjectState{
		Project: ledger.Project{Organization: r.Organization, Name: r.Name, Kind: ledger.ProjectKind(r.Kind), Cause: r.Cause, Place: r.Place},
		Status:  ledger.Status(r.Status), Frozen: r.Frozen, Starts: ledger.Date(r.Starts), Ends: ledger.Date(r.Ends), Plan: r.Plan,
	}
	if r.Filing != nil {
		p.Filing = *r.Filing
	}
	return p
}

// Project implements book.Tx.
func (t *Tx) Project(index int64) (*book.ProjectState, error) {
	r, err := one[projectRow](t.db, absent("no-such-project", "没有编号为 %d 的项目", "there is no project %d", index),
		"SELECT * FROM projects WHERE idx = ?", index)
	if err != nil {
		return nil, err
	}
	return r.state(), nil
}

// ProjectByFiling implements book.Tx.
func (t *Tx) ProjectByFiling(filing string) (int64, error) { return projectByFiling(t.db, filing) }

func projectByFiling(db *gorm.DB, filing string) (int64, error) {
	r, err := one[projectRow](db, absent("no-such-project", "没有备案编号为 %s 的项目", "there is no project with the filing number %s", filing),
		"SELECT * FROM projects WHERE filing = ?", filing)
	if err != nil {
		return 0, err
	}
	return r.Idx, nil
}

type designationRow struct{ ID, Name, Class string }

func (r *designationRow) fields() []any { return []any{&r.ID, &r.Name, &r.Class} }

// Designation implements book.Tx.
func (t *Tx) Designation(project int64, id string) (*ledger.Designation, error) {
	r, err := one[designationRow](t.db, absent("no-such-designation", "项目 %d 没有指定用途 %s", "project %d has no designation %s", project, id),
		"SELECT id, name, class FROM designations WHERE project = ? AND id = ?", project, id)
	if err != nil {
		return nil, err
	}
	return &ledger.Designation{Project: project, ID: r.ID, Name: r.Name, Class: ledger.Class(r.Class)}, nil
}

type keyRow struct {
	ID, Use, Verifier, Replaces string
	Idx, Org                    int64
}

// Key implements book.Tx.
func (t *Tx) Key(id string) (*ledger.Key, error) {
	r, err := one[keyRow](t.db, absent("no-such-key", "密钥 %s 尚未登记", "the key %s is not registered", id), "SELECT * FROM keys WHERE id = ?", id)
	if err != nil {
		return nil, err
	}
	k := r.key()
	return &k, nil
}

func (r keyRow) key() ledger.Key {
	return ledger.Key{ID: r.ID, Org: r.Org, Use: r.Use, Verifier: r.Verifier, Replaces: r.Replaces}
}

// Keys gives the registered keys in the order of their records.
func (s *Store) Keys(ctx context.Context) ([]ledger.Key, error) {
	var rows []keyRow
	err := s.reads.WithContext(ctx).Raw("SELECT * FROM keys ORDER BY idx").Scan(&rows).Error
	keys := make([]ledger.Key, len(rows))
	for i, r := range rows {
		keys[i] = r.key()
	}
	return keys, err
}

type assetRow struct {
	ID, Class, Name, Unit string
	Scale                 int
}

// Asset implements book.Tx.
func (t *Tx) Asset(id ledger.AssetID) (*ledger.Asset, error) {
	r, err := one[assetRow](t.db, absent("no-such-asset", "资产 %s 尚未登记", "the asset %s is not registered", id),
		"SELECT * FROM assets WHERE id = ?", string(id))
	if err != nil {
		return nil, err
	}
	a := r.asset()
	return &a, nil
}

func (r assetRow) asset() ledger.Asset {
	return ledger.Asset{ID: ledger.AssetID(r.ID), Class: ledger.AssetClass(r.Class), Name: r.Name, Unit: r.Unit, Scale: r.Scale}
}
