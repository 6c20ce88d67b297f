package api

import (
	"context"
	"errors"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// Agreements is what [Anchors] may be able to do as well: to tell what platform and
// regulator let into the permissioned ledger together.
type Agreements interface {
	// Agreed gives the leaf hash of the record that both let in at an index, each by a
	// word of its own on the ledger; nil while they have not. It asks the ledger.
	Agreed(ctx context.Context, index int64) (*tlog.Hash, error)
}

// agreed refuses an exception that is not the permissioned ledger's own. An exception
// loosens what the ledger checks of a pool for good; were one key enough to record one,
// a reader of the book would take for agreed between platform and regulator what one
// of them made up. So the book says of it only what the ledger says, and nothing where
// there is no ledger that can be asked.
func (s *server) agreed(ctx context.Context, what any) error {
	r, ok := what.(book.Except)
	if !ok {
		return nil
	}
	var leaf *tlog.Hash
	if on, ok := s.Anchors.(Agreements); ok {
		var err error
		if leaf, err = on.Agreed(ctx, r.Of); err != nil {
			return errors.Join(ledger.Refuse(ledger.Unavailable, "ledger-unavailable", "", "暂时无法查询许可账本，请稍后重试",
				"the permissioned ledger cannot be asked at the moment, so try again later"), err)
		}
	}
	if leaf == nil || *leaf != r.Leaf {
		return ledger.Refuse(ledger.Conflict, "exception-unknown", "of", "平台和监管部门尚未在许可账本上就记录 %d 共同作出例外", "platform and regulator have made no exception for record %d on the permissioned ledger", r.Of)
	}
	return nil
}
