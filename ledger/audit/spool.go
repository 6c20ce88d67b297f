package audit

import (
	"errors"
	"fmt"
	"os"
	"sync"
)

// spool keeps records in a file that nobody else sees, and 8 bytes for each in memory.
// Records may be read while one goroutine adds others.
type spool struct {
	file *os.File
	mu   sync.RWMutex
	ends ends // of the records, in the file
}

func newSpool() (*spool, error) {
	f, err := os.CreateTemp("", "mingzhang-audit-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("a file for the records: %w", err)
	}
	return &spool{file: f}, nil
}

func (s *spool) close() error { return errors.Join(s.file.Close(), os.Remove(s.file.Name())) }

func (s *spool) size() int64 { return int64(len(s.kept())) }

// kept are the ends of the records that are there.
func (s *spool) kept() ends {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.ends
}

// ends says where records end in a file.
type ends []int64

// begins is where a record begins.
func (e ends) begins(index int64) int64 {
	if index == 0 {
		return 0
	}
	return e[index-1]
}

// add appends records.
func (s *spool) add(records [][]byte) error {
	var data []byte
	ends := s.kept()
	end := ends.begins(int64(len(ends)))
	for _, r := range records {
		data = append(data, r...)
	}
	if _, err := s.file.WriteAt(data, end); err != nil {
		return fmt.Errorf("keep the records: %w", err)
	}
	for _, r := range records {
		end += int64(len(r))
		ends = append(ends, end)
	}
	s.mu.Lock()
	s.ends = ends
	s.mu.Unlock()
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
	ends, records := s.kept(), make([][]byte, len(indices))
	for i, index := range indices {
		if index < 0 || index >= int64(len(ends)) {
			return nil, fmt.Errorf("record %d was not read yet", index)
		}
		begin := ends.begins(index)
		records[i] = make([]byte, ends[index]-begin)
		if _, err := s.file.ReadAt(records[i], begin); err != nil {
			return nil, fmt.Errorf("read the records again: %w", err)
		}
	}
	return records, nil
}
