package audit

import (
	"errors"
	"fmt"
	"os"
)

// spool keeps records in a file that nobody else sees, and 8 bytes for each in memory.
type spool struct {
	file *os.File
	ends []int64 // of each record, in the file
}

func newSpool() (*spool, error) {
	f, err := os.CreateTemp("", "mingzhang-audit-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("a file for the records: %w", err)
	}
	return &spool{file: f}, nil
}

func (s *spool) close() error { return errors.Join(s.file.Close(), os.Remove(s.file.Name())) }

func (s *spool) size() int64 { return int64(len(s.ends)) }

// begins is where a record begins.
func (s *spool) begins(index int64) int64 {
	if index == 0 {
		return 0
	}
	return s.ends[index-1]
}

// add appends records.
func (s *spool) add(records [][]byte) error {
	var data []byte
	end := s.begins(s.size())
	for _, r := range records {
		data = append(data, r...)
	}
	if _, err := s.file.WriteAt(data, end); err != nil {
		return fmt.Errorf("keep the records: %w", err)
	}
	for _, r := range records {
		end += int64(len(r))
		s.ends = append(s.ends, end)
	}
	return nil
}

// rangeOf gives n records from one on; all are there.
func (s *spool) rangeOf(from, n int64) ([][]byte, error) {
	indices := make([]int64, n)
	for i := range indices {
		indices[i] = from + int64(i)
	}
	return s.at(indices)
}

// at gives records by their indices.
func (s *spool) at(indices []int64) ([][]byte, error) {
	records := make([][]byte, len(indices))
	for i, index := range indices {
		if index < 0 || index >= s.size() {
			return nil, fmt.Errorf("record %d was not read yet", index)
		}
		begin := s.begins(index)
		records[i] = make([]byte, s.ends[index]-begin)
		if _, err := s.file.ReadAt(records[i], begin); err != nil {
			return nil, fmt.Errorf("read the records again: %w", err)
		}
	}
	return records, nil
}
