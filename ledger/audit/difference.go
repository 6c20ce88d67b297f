package audit

import (
	"errors"

	"mingzhang/ledger"
	"mingzhang/ledger/store"
)

// Difference is the first thing in which a book differs from the records that passed.
// It is an error of the kind ledger.Corrupt.
type Difference struct {
	Index   int64  // of the record, −1 where a total differs
	Project int64  // of the total
	What    string // "missing", "record", "leaf", "tree", "checkpoint", a table or a column of the database, a pool, or an asset and the line of a statement
	Want    string // what follows from the records
	Book    string
	Cause   *ledger.Error
}

func (d *Difference) Error() string { return d.Cause.En }

// Unwrap gives the sentences in both languages.
func (d *Difference) Unwrap() error { return d.Cause }

// ofRecord is a record that the book lacks, or has otherwise.
func ofRecord(index int64, what, want, book string) error {
	d := &Difference{Index: index, What: what, Want: want, Book: book}
	switch what {
	case "missing":
		d.Cause = differs("账本（平台）缺少第 %d 号记录（叶哈希 %s）", "the book lacks record %d (leaf %s)", index, want)
	case "leaf":
		d.Cause = differs("账本（平台）的默克尔树中，第 %d 号记录的叶哈希不符：账本为 %s，应为 %s", "the tree of the book has another leaf for record %d: it has %s, and should have %s", index, book, want)
	case "tree":
		d.Cause = differs("账本（平台）的默克尔树从第 %d 号记录起有一处内部哈希不符：账本为 %s，应为 %s", "the tree of the book has a wrong hash above the records from %d on: it has %s, and should have %s", index, book, want)
	default:
		d.Cause = differs("第 %d 号记录与权限账本上的不同：账本（平台）为 %.2000s，权限账本为 %.2000s", "record %d is not the one on the ledger: the book has %.2000s, the ledger %.2000s", index, book, want)
	}
	return d
}

// ofCheckpoint is a checkpoint of another log than the records make.
func ofCheckpoint(size int64, want, book string) error {
	return &Difference{Index: -1, What: "checkpoint", Want: want, Book: book, Cause: differs(
		"前 %d 条记录的根不是检查点所载：检查点为 %s，应为 %s", "the first %d records have another root than the checkpoint says: it has %s, and should have %s", size, book, want)}
}

// ofShort is a book that has fewer records than the log had signed for.
func ofShort(signed, size int64) error {
	return &Difference{Index: size, What: "missing", Cause: differs(
		"日志签名的检查点有 %d 条记录，账本（平台）只有 %d 条：其后的记录缺失", "the log signed a checkpoint of %d records, and the book has only %d: those behind are missing", signed, size)}
}

// ofTotal is a total of a project.
func ofTotal(project int64, what, want, book string) error {
	return &Difference{Index: -1, Project: project, What: what, Want: want, Book: book, Cause: differs(
		"项目 %d 的合计（%s）与记录不符：账本（平台）为 %s，按记录应为 %s", "the totals of project %d (%s) do not follow from the records: the book has %s, and should have %s", project, what, book, want)}
}

// unlike is a row of a database that does not follow from the records, or a cell that is
// not even of its column's type.
func unlike(err error) error {
	var u *store.Unlike
	switch {
	case errors.As(err, &u):
	case errors.Is(err, store.ErrType):
		u = &store.Unlike{Index: -1, What: "cell", Want: "one of its column's type", Have: err.Error()}
	default:
		return err
	}
	d := &Difference{Index: u.Index, What: u.What, Want: u.Want, Book: u.Have}
	if u.Index >= 0 {
		d.Cause = differs("数据库中第 %d 号记录旁的 %s 与记录不符：数据库为 %.500s，按记录应为 %.500s", "what the database has beside record %d (%s) does not follow from it: it has %.500s, and should have %.500s", u.Index, u.What, u.Have, u.Want)
	} else {
		d.Cause = differs("数据库的 %s 与记录不符：数据库为 %.500s，按记录应为 %.500s", "the database is not what its records make it (%s): it has %.500s, and should have %.500s", u.What, u.Have, u.Want)
	}
	return d
}

func differs(zh, en string, args ...any) *ledger.Error {
	return ledger.Refuse(ledger.Corrupt, "book-differs", "", zh, en, args...)
}
