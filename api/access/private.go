package access

import (
	"context"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/store"
)

// OpenSeal lets somebody look behind the private seal of a record and notes who did, at
// what and why. The opening may be shown after it returns without an error, for then the
// note is durable: a look that nobody knows of is worse than one that is asked for twice.
// The basis is the number of an order or an audit, not the name of a person.
func (a *Access) OpenSeal(ctx context.Context, c *Caller, index int64, basis string) error {
	if err := Allow(c, ReadPrivateSeal, Target{}); err != nil {
		return err
	}
	if basis == "" {
		return ledger.Refuse(ledger.Invalid, "field-missing", "basis", "须写明查阅依据，如审计通知书文号", "the basis is missing: the number of the audit or the order")
	}
	if err := checkNote("basis", basis, 200); err != nil {
		return err
	}
	by := c.Author()
	return a.Keys.AddPrivateRead(ctx, store.PrivateRead{At: a.Now().UTC().Truncate(time.Second), Key: by.Key, Organization: by.Org, Index: index, Basis: basis})
}
