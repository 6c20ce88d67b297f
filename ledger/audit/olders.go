package audit

import (
	"context"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger/record"
)

// olders gives the earlier records that those of a batch refer to: as many as a ledger
// takes, and more where there are too many.
func (t *trial) olders(ctx context.Context, r *contract.Reading) ([]contract.Older, error) {
	t.asking.Lock() // a database has a cache for each who asks
	defer t.asking.Unlock()
	needs, err := contract.Needs(placed(r), func(index int64) (*record.Record, error) {
		data, err := t.against.RecordsAt(ctx, []int64{index})
		if err != nil {
			return nil, err
		}
		if r, err := record.Parse(data[0]); err == nil {
			return r, nil
		}
		return &record.Record{}, nil // an exception let it in
	})
	if err != nil {
		return nil, err
	}
	needs = needs[:min(len(needs), contract.MaxOlders+1)]
	olders, size := make([]contract.Older, 0, len(needs)), 0
	for from := 0; from < len(needs) && size <= contract.MaxBatch; from += olderRecords {
		part := needs[from:min(len(needs), from+olderRecords)]
		found, err := t.against.RecordsAt(ctx, part)
		if err != nil {
			return nil, err
		}
		for i, data := range found {
			olders, size = append(olders, contract.Older{Index: part[i], Record: data}), size+len(data)
		}
	}
	return olders, nil
}

// olderRecords is how many are asked for at once.
const olderRecords = 2000

// placed are the records of a batch as they say what they need. One that is none, or
// stands where it does not belong, needs nothing: the rules refuse it before they ask.
func placed(r *contract.Reading) []*record.Record {
	all := make([]*record.Record, len(r.Records))
	for i, rec := range r.Parsed() {
		index := r.First + int64(i)
		if rec == nil || rec.Index != index {
			rec = &record.Record{Index: index}
		}
		all[i] = rec
	}
	return all
}
