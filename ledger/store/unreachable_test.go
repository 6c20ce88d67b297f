package store_test

import (
	"testing"

	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
	"mingzhang/ledger/view"
)

// TestUnreachable: while the server is away every read says so, and afterwards none does.
func TestUnreachable(t *testing.T) {
	server := pgtest.New(t)
	s := openStore(t, server.Database(t))
	b := openBook(t, s)
	found(t, b)
	must(t, b.Close())
	reads := map[string]func() error{
		"the head":    func() error { _, err := s.Head(ctx); return err },
		"a record":    func() error { _, err := s.Record(ctx, 1); return err },
		"flows":       func() error { _, err := s.Flows(ctx, view.FlowFilter{}); return err },
		"projects":    func() error { _, _, err := s.Projects(ctx, view.ProjectFilter{}); return err },
		"by GORM":     func() error { _, err := s.Assets(ctx); return err },
		"of a moment": func() error { return s.At(ctx, func(s *store.Store) error { _, err := s.Head(ctx); return err }) },
	}
	server.Kill()
	for name, read := range reads {
		wantCode(t, name, read(), "store-unreachable")
	}
	server.Start()
	for name, read := range reads {
		if err := read(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
