package contract

import (
	"slices"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// Needs gives the indices of the older records that a batch must carry: those before
// the first of the consecutive records given, ascending. They are
//
//   - what a refund, return, reversal, named transfer or delivery refers to;
//   - the records on the paths of the units that a flow takes;
//   - where a return is reversed, also the payment that had come back.
//
// read gives an earlier record and is asked only for what is reversed; its errors are
// passed on.
func Needs(records []*record.Record, read func(index int64) (*record.Record, error)) ([]int64, error) {
	if len(records) == 0 {
		return nil, nil
	}
	first := records[0].Index
	var needs []int64
	for _, r := range records {
		indices, err := refersTo(r, func(index int64) (*record.Record, error) {
			if index >= first && index < r.Index {
				return records[index-first], nil
			}
			return read(index)
		})
		if err != nil {
			return nil, err
		}
		needs = append(needs, indices...)
	}
	needs = slices.DeleteFunc(needs, func(index int64) bool { return index >= first })
	slices.Sort(needs)
	return slices.Compact(needs), nil
}

// refersTo gives the records without which a record cannot be checked.
func refersTo(r *record.Record, read func(int64) (*record.Record, error)) ([]int64, error) {
	if d, ok := r.What.(*ledger.Delivery); ok {
		return []int64{d.Of}, nil
	}
	f, ok := r.What.(*ledger.Flow)
	if !ok || f.Of == 0 {
		return nil, nil
	}
	indices := []int64{f.Of}
	if f.Out != nil {
		for _, take := range f.Out.Takes {
			indices = append(indices, take.Path...)
		}
	}
	if f.Kind != ledger.Reversal {
		return indices, nil
	}
	of, err := read(f.Of)
	if err != nil {
		return nil, err
	}
	if reversed, ok := of.What.(*ledger.Flow); ok && reversed.Kind == ledger.Return {
		indices = append(indices, reversed.Of)
	}
	return indices, nil
}
