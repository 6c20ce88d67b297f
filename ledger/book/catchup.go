package book

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// Source is where the records of a log can be had from when a store has lost them: a
// mirror of its tiles, or the blocks of a permissioned ledger. It is not trusted.
type Source interface {
	// Checkpoint gives the latest signed checkpoint that the source knows.
	Checkpoint(ctx context.Context) ([]byte, error)
	// Records gives the bytes of records from an index on, in order.
	Records(ctx context.Context, from int64) iter.Seq2[[]byte, error]
}

// CaughtUp says what a catch-up did.
type CaughtUp struct {
	From, Upto int64 // records [From, Upto) were brought back
	Lost       int64 // of them, how many had seals: what those held is lost here
}

// CatchUp brings a restored store to the head of its log with the records of a
// source. Nothing is taken on trust: the records must give the root of a checkpoint
// that the log's own key signed, and of the last one that was published here. They
// are applied as they were the first time, and a record of which the rules would have
// made another ends it.
//
// What the seals of those records held, and the keys under which their requests would
// be known again, were in the store alone; lost is told the index of each such record
// and may be nil. No book may be open on the store.
func CatchUp(ctx context.Context, c Config, src Source, lost func(index int64)) (*CaughtUp, error) {
	b := &Book{Config: c, secret: newSecret(c.Secret)}
	if err := b.defaults(); err != nil {
		return nil, err
	}
	goals, err := b.goals(ctx, src)
	if err != nil {
		return nil, err
	}
	begin, err := b.Store.Head(ctx)
	if err != nil {
		return nil, err
	}
	b.known.Store(&begin)
	plan, err := b.survey(ctx, src, begin, goals)
	if err != nil {
		return nil, err
	}
	done := &CaughtUp{From: begin.Size, Upto: begin.Size}
	next, stop := iter.Pull2(src.Records(ctx, begin.Size))
	defer stop()
	for _, head := range plan {
		if err := b.bring(ctx, next, head, done, lost); err != nil {
			return done, err
		}
	}
	return done, nil
}

// goals are the checkpoints that the records must give: the source's latest and the
// one published here, the smaller first. Both are signed by the log.
func (b *Book) goals(ctx context.Context, src Source) ([]proof.Checkpoint, error) {
	msg, err := src.Checkpoint(ctx)
	if err != nil {
		return nil, fmt.Errorf("the checkpoint of the source: %w", err)
	}
	latest, _, err := proof.OpenCheckpoint(msg, b.Origin, b.Verifier)
	if err != nil {
		return nil, fmt.Errorf("the checkpoint of the source: %w", err)
	}
	kept, err := b.Keeper.Load()
	if err != nil || kept == nil {
		return []proof.Checkpoint{latest}, err
	}
	published, _, err := proof.OpenCheckpoint(kept, b.Origin, b.Verifier)
	if err != nil {
		return nil, fmt.Errorf("the checkpoint kept outside the database: %w", err)
	}
	if published.Size > latest.Size {
		return nil, ledger.Refuse(ledger.Conflict, "source-behind", "",
			"来源只有 %d 条记录，而日志已公布到 %d 条", "the source has %d records, but the log was published up to %d", latest.Size, published.Size)
	}
	return []proof.Checkpoint{published, latest}, nil
}

// step is how many records are brought back in one transaction.
const step = 4096

// survey hashes the records of the source before any is written, and gives the heads
// that each transaction has to end with.
func (b *Book) survey(ctx context.Context, src Source, begin Head, goals []proof.Checkpoint) ([]proof.Checkpoint, error) {
	edge, err := proof.Resume(begin.Size, b.Store)
	if err != nil {
		return nil, err
	}
	if edge.Root() != begin.Root {
		return nil, headBroken(begin)
	}
	latest := goals[len(goals)-1]
	if begin.Size > latest.Size {
		return nil, ledger.Refuse(ledger.Conflict, "source-behind", "",
			"来源只有 %d 条记录，而数据库已有 %d 条", "the source has %d records, but the database has %d", latest.Size, begin.Size)
	}
	if err := b.holds(edge.Size(), goals); err != nil {
		return nil, err
	}
	var plan []proof.Checkpoint
	var leaves []tlog.Hash
	for data, err := range src.Records(ctx, begin.Size) {
		if err != nil {
			return nil, err
		}
		if leaves = append(leaves, record.Hash(data)); !ends(edge.Size()+int64(len(leaves)), goals) {
			continue
		}
		edge.Append(leaves)
		leaves = leaves[:0]
		at := proof.Checkpoint{Origin: b.Origin, Size: edge.Size(), Root: edge.Root()}
		if err := agrees(at, goals); err != nil {
			return nil, err
		}
		if plan = append(plan, at); at.Size == latest.Size {
			return plan, nil
		}
	}
	if begin.Size == latest.Size {
		return nil, nil
	}
	return nil, ledger.Refuse(ledger.Unavailable, "source-short", "",
		"来源缺少检查点所载的 %d 条记录中的一部分", "the source does not give all of the %d records of its checkpoint", latest.Size)
}

// holds compares the goals that the store has reached with what it holds.
func (b *Book) holds(size int64, goals []proof.Checkpoint) error {
	for _, goal := range goals {
		if goal.Size > size {
			continue
		}
		root, err := proof.Root(goal.Size, b.Store)
		if err != nil {
			return err
		}
		if root != goal.Root {
			return forked(goal.Size)
		}
	}
	return nil
}

// ends says whether a transaction ends at a size.
func ends(size int64, goals []proof.Checkpoint) bool {
	for _, goal := range goals {
		if size == goal.Size {
			return true
		}
	}
	return size%step == 0
}

// agrees refuses a source whose records do not give the signed roots.
func agrees(at proof.Checkpoint, goals []proof.Checkpoint) error {
	for _, goal := range goals {
		if at.Size == goal.Size && at.Root != goal.Root {
			return ledger.Refuse(ledger.Corrupt, "source-forged", "",
				"来源的前 %d 条记录与日志签名的检查点不符", "the first %d records of the source are not those of the checkpoint that the log signed", at.Size)
		}
	}
	return nil
}

// bring writes the records up to a head in one transaction.
func (b *Book) bring(ctx context.Context, next func() ([]byte, error, bool), head proof.Checkpoint, done *CaughtUp, lost func(int64)) error {
	tx, err := b.Store.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if tx.Head().Size != done.Upto {
		return ledger.Refuse(ledger.Conflict, "book-open", "", "另有程序正在写入这个账本", "another program is writing this book")
	}
	t, err := b.turn(ctx, tx)
	if err != nil {
		return err
	}
	t.at(t.head.Recorded)
	var sealed []int64
	for t.next() < head.Size {
		data, err, ok := next()
		if !ok {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return fmt.Errorf("record %d of the source: %w", t.next(), err)
		}
		r, err := t.again(data)
		if err != nil {
			return fmt.Errorf("record %d: %w", t.next(), err)
		}
		if r.Public != (record.Commitment{}) || r.Private != (record.Commitment{}) {
			sealed = append(sealed, r.Index)
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	if t.head.Root != head.Root {
		return agrees(proof.Checkpoint{Size: t.head.Size, Root: t.head.Root}, []proof.Checkpoint{head})
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	t.keep()
	t.known.Store(&t.head)
	done.Upto, done.Lost = head.Size, done.Lost+int64(len(sealed))
	for _, index := range sealed {
		if lost != nil {
			lost(index)
		}
	}
	return nil
}

// again records what was recorded before, as it was.
func (t *turn) again(data []byte) (*record.Record, error) {
	r, err := record.Parse(data)
	if err != nil {
		return nil, err
	}
	if r.Index != t.next() || r.Recorded.Before(t.now) {
		return nil, ledger.Refuse(ledger.Corrupt, "record-misplaced", "", "记录 %d 的编号或时间与日志不符", "record %d is not at its place", r.Index)
	}
	t.at(r.Recorded)
	f, flows := r.What.(*ledger.Flow)
	if !flows {
		return r, t.againNoun(r, data)
	}
	if f.Of != 0 {
		if err := t.flush(); err != nil {
			return nil, err
		}
	}
	effect, err := ledger.Apply(state{t}, *f)
	if err != nil {
		return nil, err
	}
	same := *r
	same.What = &effect.Flow
	if made, err := record.Format(&same); err != nil || !bytes.Equal(made, data) {
		return nil, ledger.Refuse(ledger.Corrupt, "record-otherwise", "", "按规则重算的记录 %d 与来源不同", "by the rules, record %d would be another", r.Index)
	}
	e, err := t.place(r, data)
	if err != nil {
		return nil, err
	}
	return r, t.enter(e, effect)
}

// againNoun records what is not a flow. It is seldom, so that what the cache knew of
// nouns is simply read again.
func (t *turn) againNoun(r *record.Record, data []byte) error {
	if _, err := t.place(r, data); err != nil {
		return err
	}
	if err := t.flush(); err != nil {
		return err
	}
	t.cache.projects = map[int64]*ProjectState{}
	return nil
}
