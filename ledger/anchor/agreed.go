package anchor

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"
)

// Agreed gives the leaf hash of the record that platform and regulator let in at an
// index, each by a word of its own on the ledger; nil while they have not. It asks the
// ledger, which has few exceptions or none.
func (l *Loop) Agreed(ctx context.Context, index int64) (*tlog.Hash, error) {
	for from, total := int64(0), int64(1); from < total; {
		page, err := l.Ledger.Exceptions(ctx, from)
		if err != nil {
			return nil, err
		}
		for i := range page.Items {
			if e := &page.Items[i]; e.Index == index && e.InForce() {
				return &e.Platform.Leaf, nil
			}
		}
		if from, total = page.Next, page.Total; len(page.Items) == 0 {
			break // whatever it says of its length
		}
	}
	return nil, nil
}
