package explorer

import (
	"context"
	"slices"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// card is a project in a list.
type card struct {
	*view.Project
	Money view.Holding // in yuan
	Goods int          // how many assets it has beside yuan
	Given int64        // to a member of a joint campaign: what it got from it
}

func asCard(p *view.Project) card {
	c := card{Project: p, Money: view.Holding{Asset: yuan}}
	for _, h := range p.Holdings {
		if h.Asset == yuan {
			c.Money = h
		} else {
			c.Goods++
		}
	}
	return c
}

func asCards(list []view.Project) []card {
	cards := make([]card, len(list))
	for i := range list {
		cards[i] = asCard(&list[i])
	}
	return cards
}

// Target is what a project wants to raise.
func (c card) Target() int64 { return target(c.Project) }

// readMembers reads the projects that this one handed money to, as a joint campaign
// (联合劝募) does to its members.
func (s *Site) readMembers(ctx context.Context, v visit, r Reads, out *projectPage) error {
	given, order := map[int64]int64{}, []int64{}
	f := view.FlowFilter{Project: &out.Index, Kinds: []ledger.FlowKind{ledger.Transfer}, Limit: 500}
	for {
		page, err := r.Flows(ctx, f)
		if err != nil {
			return err
		}
		for _, row := range page.Rows {
			to := row.Flow.In.Pool
			if row.Flow.Out.Pool.Project != out.Index || to.Project == out.Index || to.Asset != yuan {
				continue
			}
			if !slices.Contains(order, to.Project) {
				order = append(order, to.Project)
			}
			given[to.Project] += row.Flow.Amount - row.Undone
		}
		if page.Next == nil {
			break
		}
		f.After = page.Next
	}
	for _, index := range order {
		p, err := r.Project(ctx, index, v.today)
		if err != nil {
			return err
		}
		c := asCard(p)
		c.Given = given[index]
		out.Members = append(out.Members, c)
	}
	return nil
}
