package anchor

import (
	"bytes"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger/record"
)

// Olders gives the earlier records that the contract needs to see beside consecutive
// ones, at most one more than it takes. at gives earlier records by their indices,
// ascending.
func Olders(first int64, records [][]byte, at func(indices []int64) ([][]byte, error)) ([]contract.Older, error) {
	needs, err := contract.Needs(referring(first, records), func(index int64) (*record.Record, error) {
		data, err := at([]int64{index})
		if err != nil {
			return nil, err
		}
		if r, err := record.Parse(data[0]); err == nil {
			return r, nil
		}
		return &record.Record{}, nil // an exception let it in
	})
	if err != nil || len(needs) == 0 {
		return nil, err
	}
	needs = needs[:min(len(needs), contract.MaxOlders+1)]
	found, err := at(needs)
	olders := make([]contract.Older, len(found))
	for i, data := range found {
		olders[i] = contract.Older{Index: needs[i], Record: data}
	}
	return olders, err
}

// referring parses the records that may need older ones: those with a member "of". In
// text the quotes would be escaped. The others, which are most, stay empty, and so does
// what is no record: the contract says so.
func referring(first int64, records [][]byte) []*record.Record {
	parsed := make([]*record.Record, len(records))
	for i, data := range records {
		parsed[i] = &record.Record{Index: first + int64(i)}
		if !bytes.Contains(data, []byte(`"of":`)) {
			continue
		}
		if r, err := record.Parse(data); err == nil {
			parsed[i].What = r.What
		}
	}
	return parsed
}
