package store

import (
	"context"

	"gorm.io/gorm"
)

// DB shows the tables to tests that look at them past the store's own methods. It
// only reads.
func (s *Store) DB() *gorm.DB { return s.reads }

// Tamper runs a statement as somebody would who has the database in their hands and
// takes the triggers away first.
func (s *Store) Tamper(statement string) error {
	tx, err := s.Begin(context.Background())
	if err != nil {
		return err
	}
	for _, sql := range []string{"DROP TRIGGER records_no_update", statement} {
		if err := tx.(*Tx).db.Exec(sql).Error; err != nil {
			tx.Rollback()
			return err
		}
	}
	return tx.Commit()
}
