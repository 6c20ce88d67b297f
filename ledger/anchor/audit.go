package anchor

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
)

// Book is a public book that an audit holds against the ledger: the platform's
// database (*store.Store), or a server. None of it is believed.
type Book interface {
	// Range gives up to n records from an index on, in order, fewer at the end.
	Range(ctx context.Context, from, n int64) ([][]byte, error)
	// Statement gives a statement as the log stood when it had at records.
	Statement(ctx context.Context, scope account.Scope, from, upto ledger.Date, at int64) (*account.Statement, error)
}

// Trust is what an audit starts from.
type Trust struct {
	Origin string // the log
	Key    string // its verifier key; "" believes the one that the ledger registered
}

// Report is what an audit found.
type Report struct {
	Head       contract.Head       // as the rules made it from the blocks alone
	Blocks     int64               // that were read
	Batches    int64               // that were anchored
	Flows      int64               // among the records
	Statements []account.Statement // of each project with flows, over all its days, by project
	Compared   bool                // a book was held against it, without a difference
}

// Difference is the first thing in which a book differs from the ledger. It is an
// error of the kind ledger.Corrupt.
type Difference struct {
	Index   int64  // of the record, −1 where a total differs
	Project int64  // of the total
	What    string // "missing", "record", "tree", a pool, or an asset and the line of a statement
	Ledger  string
	Book    string
	Cause   *ledger.Error
}

func (d *Difference) Error() string { return d.Cause.En }

// Unwrap gives the sentences in both languages.
func (d *Difference) Unwrap() error { return d.Cause }

// Audit reads all blocks of a ledger and has the rules check every record anew on an
// empty state; rebuilds every project's account; and holds records and totals against
// a book, unless against is nil. Nothing but the blocks and the log's key is needed
// for the first two. A *Difference, and every other error of the kind ledger.Corrupt,
// mean that the book or the ledger is refuted; any other error, that it could not be
// checked.
//
// The state is in memory: some 40 bytes for each record, and what pools and projects take.
func Audit(ctx context.Context, blocks Blocks, trust Trust, against Book) (*Report, error) {
	a := &audit{ctx: ctx, origin: trust.Origin, against: against, state: Memory{}, accounts: newAccounts(), report: &Report{}}
	for block, err := range blocks.Blocks(ctx, 0) {
		if err != nil {
			return a.report, err
		}
		if err := a.block(block); err != nil {
			return a.report, fmt.Errorf("block %d: %w", block.Number, err)
		}
	}
	return a.report, a.finish(trust)
}

// audit is one on its way.
type audit struct {
	ctx      context.Context
	origin   string
	against  Book
	state    Memory
	accounts *accounts
	report   *Report
	size     int64
}

// block runs the calls of a block.
func (a *audit) block(b *Block) error {
	if b.Number != a.report.Blocks {
		return ledger.Refuse(ledger.Corrupt, "block-missing", "", "缺少第 %d 号区块", "block %d is missing", a.report.Blocks)
	}
	a.report.Blocks++
	for i := range b.Txs {
		tx := &b.Txs[i]
		if tx.Code != Valid || len(tx.Args) == 0 || string(tx.Args[0]) != a.origin {
			continue
		}
		if err := a.call(tx); err != nil {
			return err
		}
	}
	return nil
}

// call runs one call again, and follows it if it anchored a batch.
func (a *audit) call(tx *Tx) error {
	over := Over(a.state)
	answer, err := contract.Invoke(over, tx.Call, tx.Function, tx.Args)
	if err != nil {
		return refuted(err)
	}
	if tx.Answer != nil && !bytes.Equal(answer, tx.Answer) || tx.Writes != nil && !bytes.Equal(over.Digest(), tx.Writes) {
		return ledger.Refuse(ledger.Corrupt, "block-otherwise", "", "按规则重算交易 %.16s 的结果不同", "by the rules, the transaction %.16s has another result", tx.Tx)
	}
	a.state.Keep(over.Writes)
	batch, err := tx.batch(a.origin)
	if err != nil || batch == nil || batch.First != a.size {
		return err
	}
	a.size += int64(len(batch.Records))
	a.report.Batches++
	if err := a.accounts.add(batch); err != nil {
		return err
	}
	return a.compareRecords(batch)
}

// refuted turns a refusal of the rules into what it means here: the block holds what
// they never allow.
func refuted(err error) error {
	if ledger.KindOf(err) == 0 {
		return err
	}
	return errors.Join(ledger.Refuse(ledger.Corrupt, "block-against-rules", "", "区块中有规则不允许的内容：%v", "the block holds what the rules do not allow: %v", err), err)
}

// compareRecords holds a batch against the book, byte by byte.
func (a *audit) compareRecords(b *contract.Batch) error {
	if a.against == nil {
		return nil
	}
	have, err := a.against.Range(a.ctx, b.First, int64(len(b.Records)))
	if err != nil {
		return fmt.Errorf("read the book: %w", err)
	}
	for i, data := range b.Records {
		index := b.First + int64(i)
		switch {
		case i >= len(have):
			return differs(index, 0, "missing", leafText(data), "")
		case !bytes.Equal(data, have[i]):
			return differs(index, 0, "record", string(data), string(have[i]))
		}
	}
	return nil
}

// finish reads the head that came out, and holds the totals against the book's.
func (a *audit) finish(trust Trust) error {
	head, err := ask[contract.Head](a.state, a.origin, "Head")
	if err != nil {
		return err
	}
	a.report.Head, a.report.Flows = *head, a.accounts.flows
	a.report.Statements = a.accounts.statements(head.Size)
	if trust.Key != "" && head.Key != trust.Key {
		return ledger.Refuse(ledger.Corrupt, "key-otherwise", "", "账本登记的日志密钥是 %q，不是 %q", "the ledger has the log's key as %q, not %q", head.Key, trust.Key)
	}
	if a.against == nil {
		return nil
	}
	for i := range a.report.Statements {
		if err := a.compareStatement(&a.report.Statements[i]); err != nil {
			return err
		}
	}
	if err := a.compareState(head); err != nil {
		return err
	}
	a.report.Compared = true
	return nil
}

func leafText(data []byte) string { return tlog.Hash(leaf(data)).String() }

func differs(index, project int64, what, ledgerSays, bookSays string) error {
	d := &Difference{Index: index, Project: project, What: what, Ledger: ledgerSays, Book: bookSays}
	switch {
	case what == "missing":
		d.Cause = ledger.Refuse(ledger.Corrupt, "book-differs", "", "账本（平台）缺少第 %d 号记录（权限账本上的叶哈希 %s）", "the book lacks record %d (leaf %s on the ledger)", index, ledgerSays)
	case index >= 0:
		d.Cause = ledger.Refuse(ledger.Corrupt, "book-differs", "",
			"第 %d 号记录与权限账本上的不同：账本（平台）为 %.2000s，权限账本为 %.2000s", "record %d is not the one on the ledger: the book has %.2000s, the ledger %.2000s", index, bookSays, ledgerSays)
	case project == 0:
		d.Cause = ledger.Refuse(ledger.Corrupt, "book-differs", "",
			"账本（平台）的默克尔树与权限账本不同：根为 %s，权限账本为 %s", "the tree of the book is not that of the ledger: its root is %s, the ledger's %s", bookSays, ledgerSays)
	default:
		d.Cause = ledger.Refuse(ledger.Corrupt, "book-differs", "",
			"项目 %d 的合计（%s）与权限账本不同：账本（平台）为 %s，权限账本为 %s", "the totals of project %d (%s) are not those of the ledger: the book has %s, the ledger %s", project, what, bookSays, ledgerSays)
	}
	return d
}
