package intake

import (
	"context"

	"mingzhang/ledger/book"
)

// brief is a store for a book that is only asked for what an import asks. To a request
// that came before, a book answers with its record; an import looks at nothing of it but
// that it is there. To read the records of a list that is imported again, one by one,
// would take most of the time, and so the first record of the log stands for all.
type brief struct {
	book.Store
	first []byte
}

func (b *brief) Begin(ctx context.Context) (book.Tx, error) {
	tx, err := b.Store.Begin(ctx)
	if err != nil {
		return nil, err
	}
	return &briefTx{tx, b}, nil
}

type briefTx struct {
	book.Tx
	of *brief
}

// Record gives the first record. There is one transaction at a time.
func (t *briefTx) Record(int64) (_ []byte, err error) {
	if t.of.first == nil {
		t.of.first, err = t.Tx.Record(0)
	}
	return t.of.first, err
}
