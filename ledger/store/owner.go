package store

import (
	"bytes"
	"context"
	"fmt"

	"gorm.io/gorm"

	"mingzhang/ledger"
)

// Owner is the log that a database is of.
type Owner struct {
	Origin string
	Mark   []byte // of the secret of its data folder
}

// Claim makes sure that the database is the owner's, and makes an unclaimed one so: two
// folders with different secrets do not know each other's payments, and one would be
// recorded twice. Another's is refused (Conflict, "database-other"). So is an
// unclaimed one with records in it, from before databases had owners, unless the owner is
// known to have published them.
func (s *Store) Claim(ctx context.Context, o Owner, published bool) error {
	if found, err := ownedBy(s.reads.WithContext(ctx), o); err != nil || found {
		return err // without the lock of the head, as a rule
	}
	return s.aside(ctx, func(t *Tx) error {
		if found, err := ownedBy(t.db, o); err != nil || found {
			return err // another program was faster
		}
		if size := t.Head().Size; size > 0 && !published {
			return ledger.Refuse(ledger.Conflict, "database-unclaimed", "database",
				"数据库已有 %d 条记录，而数据目录从未公布过检查点：若确属这本账，请先把日志最后公布的检查点存为数据目录中的 checkpoint",
				"the database has %d records, but the data folder never published a checkpoint: if it is this log's, put the last one that was published into the folder first, as the file checkpoint", size)
		}
		return keeping("whose the database is", t.db.Exec("INSERT INTO log_owner VALUES (1, ?, ?)", o.Origin, o.Mark).Error)
	})
}

// ownedBy says whether a database is an owner's; another's is refused, and nobody's is
// not.
func ownedBy(db *gorm.DB, o Owner) (bool, error) {
	var rows []Owner
	if err := db.Raw("SELECT origin, mark FROM log_owner").Scan(&rows).Error; err != nil {
		return false, fmt.Errorf("read whose the database is: %w", err)
	}
	switch {
	case len(rows) == 0:
		return false, nil
	case rows[0].Origin != o.Origin:
		return false, ledger.Refuse(ledger.Conflict, "database-other", "database", "数据库属于日志 %s，不是 %s", "the database is that of the log %s, not of %s", rows[0].Origin, o.Origin)
	case !bytes.Equal(rows[0].Mark, o.Mark):
		return false, ledger.Refuse(ledger.Conflict, "database-other", "database", "数据库属于日志 %s 的另一个数据目录，其密钥 secret 与这里的不同", "the database is that of the log %s with another data folder: its secret is not the one here", o.Origin)
	}
	return true, nil
}
