package local

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
)

var _ anchor.Deputy = (*Ledger)(nil)

// seeRecord is every order's reason. The regulator's own words are in the record's public
// seal: in a block nobody could erase them.
const seeRecord = "理由见日志中引用本文号的记录"

// Order implements anchor.Deputy. The block is of the time of the record, or of the
// block before if that is later.
func (l *Ledger) Order(ctx context.Context, f *ledger.Freeze, recorded time.Time) error {
	function := "Freeze"
	if f.Release {
		function = "Release"
	}
	_, _, err := l.call(ctx, recorded, RegulatorMSP, function, fmt.Append(nil, f.Project), []byte(f.Order), []byte(seeRecord))
	if errors.Is(err, &ledger.Error{Code: "order-exists"}) {
		return nil // it was given by hand, with its reason
	}
	return err
}
