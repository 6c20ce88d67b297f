package contract

// Project is the answer of Project: its totals by asset, 64 a page, in the order in
// which the assets first came in.
type Project struct {
	Project      int64    `json:"project"`
	Organization int64    `json:"organization"`
	Frozen       string   `json:"frozen,omitempty"`    // the order that binds by its record
	FrozenBy     *int64   `json:"frozen_by,omitempty"` // that record
	Waiting      []string `json:"waiting,omitempty"`   // orders without a record
	Unchecked    *int64   `json:"unchecked,omitempty"` // since which record one of its pools is
	Assets       int64    `json:"assets"`              // in all
	Totals       []Totals `json:"totals"`
}

func (t *tx) showProject(args arguments) (any, error) {
	index, err := args.number(0, "project", 0)
	if err != nil {
		return nil, err
	}
	number, err := args.number(1, "page", 0)
	if err != nil {
		return nil, err
	}
	if err := t.project(index); err != nil {
		return nil, err
	}
	p, err := t.projects.get(index)
	if err != nil {
		return nil, err
	}
	answer := &Project{Project: index, Organization: p.V.Organization, Unchecked: p.V.Unchecked, Assets: p.V.Assets, Totals: []Totals{}}
	if f := p.V.Frozen; f != nil {
		answer.Frozen, answer.FrozenBy = f.Order, &f.Record
	}
	for _, w := range p.V.Waiting {
		answer.Waiting = append(answer.Waiting, w.Order)
	}
	page, err := t.assetPages.get([2]int64{index, number})
	if err != nil {
		return nil, err
	}
	for _, asset := range page.V {
		t.totals.want(holding{index, asset})
	}
	if err := t.fetch(); err != nil {
		return nil, err
	}
	for _, asset := range page.V {
		row, err := t.totals.get(holding{index, asset})
		if err != nil {
			return nil, err
		}
		answer.Totals = append(answer.Totals, row.V)
	}
	return answer, nil
}
