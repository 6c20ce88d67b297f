package fabricnet

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// patience is how long a wait on this machine may take at the most; a caller's
// context may be shorter.
const patience = 3 * time.Minute

// until asks again and again, until there is no error, the error is final, or time is
// up; then it says what was waited for and what stood in the way.
func until(ctx context.Context, what string, ask func(context.Context) error) error {
	return untilAt(ctx, 20*time.Millisecond, what, ask)
}

// untilAt is until at a pace of its own, for questions that cost something.
func untilAt(ctx context.Context, pace time.Duration, what string, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	again := time.NewTicker(pace)
	defer again.Stop()
	for {
		err := ask(ctx)
		var f *finalError
		switch {
		case err == nil:
			return nil
		case errors.As(err, &f):
			return f.error
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return fmt.Errorf("%s: %w (%w)", what, err, ctx.Err())
		}
	}
}

// finalError is one that no waiting mends.
type finalError struct{ error }

func final(err error) error { return &finalError{err} }

// each does something for all of some things at once, and gives all that went wrong.
func each[T any](some []T, do func(T) error) error {
	done := make(chan error, len(some))
	for _, one := range some {
		go func() { done <- do(one) }()
	}
	var errs []error
	for range some {
		errs = append(errs, <-done)
	}
	return errors.Join(errs...)
}
