package contract

import (
	"sort"

	"mingzhang/ledger"
)

// delivery refuses the sign-off of what is no expenditure, or of more than was paid.
func (a *anchoring) delivery(d *ledger.Delivery) error {
	of, err := a.flowAt(d.Of)
	if err != nil {
		return err
	}
	if of.Kind != ledger.Expenditure {
		return ledger.Refuse(ledger.Conflict, "not-an-expenditure", "of", "记录 %d 不是支出，无从签收", "record %d is not an expenditure: nothing of it is delivered", d.Of)
	}
	before, err := a.tally(d.Of)
	if err != nil {
		return err
	}
	asset, left := of.Out.Pool.Asset, of.Amount-before.Delivered
	if d.Amount > left {
		return ledger.Refuse(ledger.Shortfall, "delivery-too-large", "amount",
			"签收 %[1]s 超过记录 %[3]d 尚未签收的 %[2]s", "%[1]s is more than the %[2]s of record %[3]d that is not delivered yet", asset.Show(d.Amount), asset.Show(left), d.Of)
	}
	before.Delivered += d.Amount
	return a.setTally(before)
}

// tally gives what happened to the units of an earlier flow.
func (t *tx) tally(index int64) (tally, error) {
	row, err := t.tallies.get(index / tileWidth)
	if err != nil {
		return tally{}, err
	}
	if i := tallyPlace(row.V, index); i < len(row.V) && row.V[i].Index == index {
		return row.V[i], nil
	}
	return tally{Index: index}, nil
}

func (t *tx) setTally(n tally) error {
	row, err := t.tallies.get(n.Index / tileWidth)
	if err != nil {
		return err
	}
	all := row.change()
	i := tallyPlace(*all, n.Index)
	if i == len(*all) || (*all)[i].Index != n.Index {
		*all = append(*all, tally{})
		copy((*all)[i+1:], (*all)[i:])
	}
	(*all)[i] = n
	return nil
}

func tallyPlace(all []tally, index int64) int {
	return sort.Search(len(all), func(i int) bool { return all[i].Index >= index })
}
