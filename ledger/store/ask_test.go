package store_test

import (
	"context"
	"errors"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/store"
	"mingzhang/ledger/view"
)

// months is what Monthly answers.
type months struct {
	pools []view.Pool
	sums  []account.MonthSum
}

// answers asks each kind of question once.
func answers(t *testing.T, s *store.Store) []any {
	t.Helper()
	project, organization := east, int64(1)
	var all []any
	answer := func(what any, err error) {
		t.Helper()
		must(t, err)
		all = append(all, what)
	}
	head, err := s.Head(ctx)
	answer(head, err)
	p, err := s.Project(ctx, project, "2026-11-20")
	answer(p, err)
	list, place, err := s.Projects(ctx, view.ProjectFilter{Limit: 1})
	answer(list, err)
	answer(place, err)
	designations, err := s.Designations(ctx, project)
	answer(designations, err)
	members, err := s.Members(ctx, project, "CNY", "2026-11-20")
	answer(members, err)
	pools, sums, err := s.Monthly(ctx, account.Scope{Project: project})
	answer(months{pools, sums}, err)
	st, err := s.Statement(ctx, account.Scope{Organization: &organization}, "2026-11-20", "", head.Size-2)
	answer(st, err)
	parties, err := s.Parties(ctx, view.PartyFilter{Project: &project, Limit: 10})
	answer(parties, err)
	names, err := s.Names(ctx, []int64{organization, project})
	answer(names, err)
	lists, err := s.FlowLists(ctx, view.FlowFilter{Project: &project, Kinds: []ledger.FlowKind{ledger.Donation}, Limit: 10},
		view.FlowFilter{Organization: &organization, From: "2020-01-01", Limit: 10})
	answer(lists, err)
	latest, err := s.Latest(ctx, 0, 100)
	answer(latest, err)
	return all
}

// TestLook: within a look questions go to the driver itself, with the same answers.
func TestLook(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		eachKind(t, openBook(t, s))
		want := answers(t, s)
		must(t, s.At(ctx, func(r *store.Store) error {
			for i, got := range answers(t, r) {
				same(t, "within a look", got, nil, want[i])
			}
			return nil
		}))
	})
}

// TestLookGivenUp: who gives a look up gets no more answers from it, and the next look
// does.
func TestLookGivenUp(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		found(t, openBook(t, s))
		for range 20 { // more often than there are connections
			leaving, leave := context.WithCancel(ctx)
			err := s.At(leaving, func(r *store.Store) error {
				if _, err := r.Head(leaving); err != nil {
					return err
				}
				leave()
				_, err := r.Head(leaving)
				return err
			})
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("after it was given up: %v", err)
			}
		}
		must(t, s.At(ctx, func(r *store.Store) error {
			_, err := r.Head(ctx)
			return err
		}))
	})
}
