package store

import (
	"context"

	"gorm.io/gorm"
)

// DB shows the tables to tests that look at them past the store's own methods. It
// only reads.
func (s *Store) DB() *gorm.DB { return s.reads }

// MoveLog has SQLite's write-ahead log moved into the file beside the writer, as after many
// records.
func (s *Store) MoveLog() { s.moves.wrote(0, checkpointEach) }

// Tamper runs statements as somebody would who has the database in their hands.
func (s *Store) Tamper(statements ...string) error {
	tx, err := s.Begin(context.Background())
	if err != nil {
		return err
	}
	for _, sql := range statements {
		if err := tx.(*Tx).db.Exec(sql).Error; err != nil {
			tx.Rollback()
			return err
		}
	}
	return tx.Commit()
}
