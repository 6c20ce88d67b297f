package explorer

import (
	"context"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// card is a project in a list.
type card struct {
	*view.Project
	Money view.Holding // in yuan
	Goods int          // how many assets it has beside yuan
	Given int64        // what it got from the project whose page it is on
	Joint bool         // that one is a joint campaign, and this one of its members
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

// readMembers reads the projects that this one handed money to.
func (s *Site) readMembers(ctx context.Context, v visit, r Reads, out *projectPage) error {
	members, err := r.Members(ctx, out.Index, yuan, v.today)
	out.handed = members
	for i := range members {
		c := asCard(&members[i].Project)
		c.Given, c.Joint = members[i].Given, out.Project.Kind == ledger.Joint
		out.Members = append(out.Members, c)
	}
	return err
}
