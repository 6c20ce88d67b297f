package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store"
)

// Trust is what an audit starts from.
type Trust struct {
	Origin     string // the log
	Key        string // its verifier key; "" believes the one that the ledger registered
	Named      bool   // the key is what the server named, and not the auditor's own knowledge
	Checkpoint []byte // one that the log signed, which its records must give; nil for none
}

// Blocks audits the blocks of a ledger from the first to the last, and holds a book
// against them, unless it is nil. The report says how far the audit came, also beside
// an error.
//
// The state is in memory: some 40 bytes for each record, and what pools and projects take,
// against a database 9 bytes more and the rows of what it adds up, and 200 for each batch;
// beside it the few blocks that are read ahead.
func Blocks(ctx context.Context, blocks anchor.Blocks, trust Trust, against Book) (*Report, error) {
	a := begin(ctx, trust, against)
	a.chain = blocks.Chain()
	source := func(ctx context.Context) iter.Seq2[*anchor.Block, error] { return blocks.Blocks(ctx, 0) }
	for block, err := range ahead(ctx, source, a.unpack) {
		if err == nil {
			err = a.block(block)
		}
		if err != nil {
			return a.report, err
		}
	}
	return a.report, a.atOnce(a.finish)
}

// atOnce has do see a database at one moment: all that it then compares is of one log. A
// moment is for one goroutine.
func (a *audit) atOnce(do func() error) error {
	d, ok := a.against.(Database)
	if !ok {
		return do()
	}
	err := d.At(a.ctx, func(s *store.Store) error {
		a.against, a.moment = Database{s}, true
		return do()
	})
	return unlike(err)
}

// audit is one on its way.
type audit struct {
	Trust
	ctx      context.Context
	against  Book
	state    anchor.Memory
	accounts *accounts
	report   *Report
	alone    bool  // there is a book, and no ledger
	moment   bool  // the book is a database as it was at one moment
	end      End   // of the book
	size     int64 // records that passed
	anchored int64 // of them those that the ledger's blocks have; 0 of a book by itself
	chain    store.Chain
	placed   []store.Placed // the batches of the blocks, where a database is held against them
}

func begin(ctx context.Context, trust Trust, against Book) *audit {
	a := &audit{Trust: trust, ctx: ctx, against: against, state: anchor.Memory{}, accounts: newAccounts(), report: &Report{Origin: trust.Origin}}
	if _, ok := against.(Database); ok {
		a.accounts.rows = store.NewDerived()
	}
	return a
}

// block runs the calls of a block.
func (a *audit) block(b *readBlock) error {
	if b.Number != a.report.Blocks {
		return ledger.Refuse(ledger.Corrupt, "block-missing", "", "缺少第 %d 号区块", "block %d is missing", a.report.Blocks)
	}
	a.report.Blocks++
	for i := range b.Txs {
		tx := &b.Txs[i]
		if !a.concerns(tx) {
			continue
		}
		if err := a.call(tx, b.batches[i]); err != nil {
			return fmt.Errorf("block %d: %w", b.Number, err)
		}
		if err := a.place(b.Number, tx); err != nil {
			return err
		}
		if tx.Function == "ConfirmLog" || tx.Function == "ConfirmKey" {
			if err := a.keyed(b.Block); err != nil {
				return err
			}
		}
	}
	return nil
}

// place notes where the records stand that a transaction let in, if it did.
func (a *audit) place(number int64, tx *anchor.Tx) error {
	from := a.anchored
	a.anchored = a.size
	if _, ok := a.against.(Database); !ok || a.size == from {
		return nil
	}
	p, err := store.PlacedAt(store.Anchor{First: from, Upto: a.size, Anchor: proof.Anchor{Block: number, Tx: tx.Tx, Code: tx.Code, Orgs: tx.Orgs, Time: tx.Time}})
	a.placed = append(a.placed, p)
	return err
}

// concerns: the transaction took effect, and is about the log.
func (a *audit) concerns(tx *anchor.Tx) bool {
	return tx.Code == anchor.Valid && len(tx.Args) > 0 && string(tx.Args[0]) == a.Origin
}

// call runs one call again, with the batch that it carries, if it was read. A ledger that
// does not say what it wrote needs no digest of it.
func (a *audit) call(tx *anchor.Tx, batch *readBatch) error {
	var state contract.State = a.state
	over := anchor.Over(a.state)
	if tx.Writes != nil {
		state = over
	}
	answer, passed, err := run(state, tx, batch)
	if err != nil {
		return refuted(err)
	}
	if tx.Answer != nil && !bytes.Equal(answer, tx.Answer) || tx.Writes != nil && !bytes.Equal(over.Digest(), tx.Writes) {
		return ledger.Refuse(ledger.Corrupt, "block-otherwise", "", "按规则重算交易 %.16s 的结果不同", "by the rules, the transaction %.16s has another result", tx.Tx)
	}
	a.state.Keep(over.Writes)
	if passed == nil {
		return nil
	}
	return a.count(passed, batch.fault)
}

// run runs a call by the rules, which write nothing where they refuse.
func run(s contract.State, tx *anchor.Tx, batch *readBatch) (answer []byte, passed *contract.Passed, err error) {
	if batch != nil {
		return contract.Anchor(s, tx.Call, string(tx.Args[0]), batch.Reading)
	}
	answer, err = contract.Invoke(s, tx.Call, tx.Function, tx.Args)
	return answer, nil, err
}

// count adds a batch that was let in to the accounts, and gives what the book has otherwise.
func (a *audit) count(passed *contract.Passed, differs error) error {
	a.size += int64(len(passed.Records))
	a.report.Batches++
	if err := a.accounts.add(passed); err != nil {
		return err
	}
	if d, ok := a.against.(Database); ok && differs == nil && a.accounts.rows != nil {
		return unlike(a.accounts.rows.CompareRecords(a.ctx, d.Store))
	}
	return differs
}

// refuted turns a refusal of the rules into what it means here: somebody let in what
// they never allow.
func refuted(err error) error {
	if ledger.KindOf(err) == 0 {
		return err
	}
	return errors.Join(ledger.Refuse(ledger.Corrupt, "against-rules", "", "有规则不允许的内容：%v", "there is what the rules do not allow: %v", err), err)
}

// keyed notes the log's key, if it is another one than before.
func (a *audit) keyed(b *anchor.Block) error {
	head, err := a.head()
	if err != nil {
		return err
	}
	if n := len(a.report.Keys); n == 0 || a.report.Keys[n-1].Key != head.Key {
		a.report.Keys = append(a.report.Keys, KeyUse{Key: head.Key, From: head.Size, Block: b.Number})
	}
	return nil
}

// head is where the log ends by the rules.
func (a *audit) head() (*contract.Head, error) { return ask[contract.Head](a, "Head") }

// ask calls a function that only reads, and decodes its answer.
func ask[T any](a *audit, function string, args ...string) (*T, error) {
	all := [][]byte{[]byte(a.Origin)}
	for _, arg := range args {
		all = append(all, []byte(arg))
	}
	answer, err := contract.Invoke(a.state, contract.Call{}, function, all)
	if err != nil {
		return nil, err
	}
	v := new(T)
	return v, json.Unmarshal(answer, v)
}
