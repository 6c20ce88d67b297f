package contract

import (
	"sort"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// judge applies the rules to the record at the index that is being checked. It changes
// something only where it refuses nothing.
func (a *anchoring) judge(r *record.Record, fault error) error {
	if fault != nil {
		return fault
	}
	if r.Index != a.index {
		return ledger.Refuse(ledger.Conflict, "index-place", "index", "记录自称第 %d 号，实在第 %d 号的位置", "the record says %d and stands at %d", r.Index, a.index)
	}
	if r.Recorded.Before(a.head.Recorded) {
		return ledger.Refuse(ledger.Conflict, "recorded-back", "recorded",
			"记录时间 %s 早于前一条的 %s", "the time %s runs back behind %s", r.Recorded.Format("2006-01-02T15:04:05Z"), a.head.Recorded.Format("2006-01-02T15:04:05Z"))
	}
	if err := a.author(r); err != nil {
		return err
	}
	switch what := r.What.(type) {
	case *ledger.Flow:
		return a.flow(what)
	case *ledger.Delivery:
		return a.delivery(what)
	}
	if err := a.refers(r.What); err != nil {
		return err
	}
	return a.register(r)
}

// author refuses a record by nobody. The first one registers its own author.
func (a *anchoring) author(r *record.Record) error {
	if _, self := r.What.(*ledger.Organization); self && r.By.Org == r.Index {
		return nil
	}
	return a.organization("by", r.By.Org)
}

// flowAt gives an earlier flow: of this batch, or one that was supplied.
func (a *anchoring) flowAt(index int64) (*ledger.Flow, error) {
	r, err := a.recordAt(index)
	if err != nil {
		return nil, err
	}
	if r != nil {
		if f, ok := r.What.(*ledger.Flow); ok {
			return f, nil
		}
	}
	return nil, ledger.Refuse(ledger.NotFound, "no-such-flow", "of", "记录 %d 不是流水", "record %d is not a flow", index)
}

func (a *anchoring) recordAt(index int64) (*record.Record, error) {
	if index >= a.First && index < a.index {
		return a.records[index-a.First], nil
	}
	if index < 0 || index >= a.index {
		return nil, ledger.Refuse(ledger.NotFound, "no-such-record", "of", "没有编号为 %d 的记录", "there is no record %d", index)
	}
	i := sort.Search(len(a.Olders), func(i int) bool { return a.Olders[i].Index >= index })
	if i == len(a.Olders) || a.Olders[i].Index != index {
		return nil, ledger.Refuse(ledger.Invalid, "older-missing", "", "批次没有随附所引用的第 %d 号记录", "the batch does not supply record %d, which it refers to", index)
	}
	return a.olders[i], nil
}
