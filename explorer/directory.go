package explorer

import (
	"context"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// directory names the projects, organizations and designations of a page, each of which
// it reads once.
type directory struct {
	ctx           context.Context
	reads         Reads
	today         ledger.Date
	projects      map[int64]*view.Project
	organizations map[int64]*view.Organization
	designations  map[int64][]ledger.Designation
}

func newDirectory(ctx context.Context, v visit, r Reads) *directory {
	return &directory{ctx: ctx, reads: r, today: v.today, projects: map[int64]*view.Project{}, organizations: map[int64]*view.Organization{},
		designations: map[int64][]ledger.Designation{}}
}

// once gives what a map has under an index, or reads it into the map.
func once[T any](m map[int64]T, index int64, read func() (T, error)) (T, error) {
	if v, ok := m[index]; ok {
		return v, nil
	}
	v, err := read()
	if err == nil {
		m[index] = v
	}
	return v, err
}

func (d *directory) project(index int64) (*view.Project, error) {
	return once(d.projects, index, func() (*view.Project, error) { return d.reads.Project(d.ctx, index, d.today) })
}

func (d *directory) organization(index int64) (*view.Organization, error) {
	return once(d.organizations, index, func() (*view.Organization, error) { return d.reads.Organization(d.ctx, index) })
}

// place is a pool as a page names it.
type place struct {
	ledger.Pool
	Project     *view.Project
	Partner     *view.Organization  // that holds it, nil where the project's own organization does
	Designation *ledger.Designation // nil for the general one
}

// place names a pool.
func (d *directory) place(p ledger.Pool) (*place, error) {
	out := &place{Pool: p}
	var err error
	if out.Project, err = d.project(p.Project); err != nil {
		return nil, err
	}
	if p.Holder != out.Project.Organization {
		if out.Partner, err = d.organization(p.Holder); err != nil {
			return nil, err
		}
	}
	if p.Designation != ledger.General {
		out.Designation, err = d.designation(p.Project, p.Designation)
	}
	return out, err
}

func (d *directory) designation(project int64, id string) (*ledger.Designation, error) {
	list, err := once(d.designations, project, func() ([]ledger.Designation, error) { return d.reads.Designations(d.ctx, project) })
	for i := range list {
		if list[i].ID == id {
			return &list[i], err
		}
	}
	return &ledger.Designation{Project: project, ID: id, Name: id}, err
}

// ofPartner says whether another organization than that of its project holds a pool.
func (p *place) ofPartner() bool { return p != nil && p.Partner != nil }

// Name is what a picture calls a pool: the partner that holds it or else its project,
// and what it is bound to.
func (p *place) Name() string {
	name := p.Project.Name
	if p.Partner != nil {
		name = p.Partner.Name + " · " + name
	}
	if p.Designation != nil {
		name += " · " + p.Designation.Name
	}
	return name
}
