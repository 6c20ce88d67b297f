package store_test

import (
	"bytes"
	"errors"
	"fmt"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// witness has read the log for itself and knows what each pool held after each record.
type witness struct {
	h     *handled
	size  int64
	left  []map[int64]int64 // what projects hold, by how long the log is
	bytes [][]byte
	keys  map[string]int64 // what was recorded under each key

	fresh, repeated, short, refused, unavailable int
}

// read reads on.
func (w *witness) read() error {
	head, err := w.h.Head(ctx)
	if err != nil {
		return err
	}
	for ; w.size < head.Size; w.size++ {
		data, err := w.h.Stored(ctx, w.size)
		if err != nil {
			return err
		}
		r, err := record.Parse(data)
		if err != nil {
			return err
		}
		left := map[int64]int64{}
		for project, n := range w.left[w.size] {
			left[project] = n
		}
		if f, ok := r.What.(*ledger.Flow); ok && f.In != nil {
			left[f.In.Pool.Project] += f.Amount
		} else if ok {
			left[f.Out.Pool.Project] -= f.Amount
		}
		w.left, w.bytes = append(w.left, left), append(w.bytes, data)
	}
	return nil
}

// holds says where something that was told is not true, or a record is one that nobody was
// told of.
func (w *witness) holds(before int64, tellings []telling) error {
	fresh := map[string]int64{}
	for _, told := range tellings {
		if told.answer == nil {
			continue
		}
		if err := w.answered(told, fresh); err != nil {
			return fmt.Errorf("%+v: %w", told.errand, err)
		}
	}
	if n := int64(len(fresh)); n != w.size-before {
		return fmt.Errorf("%d records were made, and %d keys were answered", w.size-before, n)
	}
	for _, told := range tellings {
		if told.answer != nil {
			continue
		}
		if err := w.refusal(told); err != nil {
			return fmt.Errorf("%+v, told between %d and %d records: %v: %w", told.errand, told.before, told.after, told.err, err)
		}
	}
	return nil
}

// answered: an answer is the record that stands in the log, it is what was asked for, and
// of all who asked under the key, one was told that it is new.
func (w *witness) answered(told telling, fresh map[string]int64) error {
	index := told.answer.Index
	if told.err != nil || index >= told.after || !bytes.Equal(w.bytes[index], told.answer.Bytes) {
		return fmt.Errorf("the answer is record %d, error %v, which the log of %d has not", index, told.err, told.after)
	}
	if known, there := w.keys[told.Key]; there && known != index {
		return fmt.Errorf("the answer is record %d, and once was %d", index, known)
	}
	w.keys[told.Key] = index
	if told.answer.Replayed {
		w.repeated++
	} else if other, twice := fresh[told.Key]; twice {
		return fmt.Errorf("record %d is new, and so was %d", index, other)
	} else {
		fresh[told.Key] = index
		w.fresh++
	}
	kinds := map[string]ledger.FlowKind{"gift": ledger.Donation, "pay": ledger.Expenditure, "refund": ledger.Refund}
	f := told.answer.Record.What.(*ledger.Flow)
	if f.Kind != kinds[told.What] || f.Amount != told.Amount || f.Of != told.of {
		return fmt.Errorf("the answer is %s", told.answer.Bytes)
	}
	return nil
}

var errFalse = errors.New("that is not true")

// refusal: a payment was refused because at one moment while the caller waited the pool
// held what the refusal says. A gift never is, and nothing that was recorded when the
// caller asked, but where the store fails.
func (w *witness) refusal(told telling) error {
	if ledger.KindOf(told.err) == ledger.Unavailable {
		w.unavailable++
		return nil
	}
	index, recorded := w.keys[told.Key]
	if recorded && index < told.before {
		return fmt.Errorf("it is record %d: %w", index, errFalse)
	}
	var refusal *ledger.Error
	if !errors.As(told.err, &refusal) {
		return errFalse
	}
	switch {
	case told.What == "refund" && (refusal.Code == "gift-shortfall" || refusal.Code == "no-such-record" || refusal.Code == "not-a-gift"):
		w.refused++
		return nil
	case told.What == "pay" && refusal.Code == "pool-shortfall":
		w.short++
		for at := told.before; at <= told.after; at++ {
			if left := w.left[at][told.project()]; left == refusal.Data.(ledger.Shortage).Left && left < told.Amount {
				return nil
			}
		}
	}
	return errFalse
}
