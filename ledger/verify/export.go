package verify

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// Export is a list that somebody exported, and what it is meant to be.
type Export struct {
	List    io.Reader // in JSON or CSV, in the order of the log
	Project *int64    // it is meant to have all flows of this project; nil where it need not
	Size    int64     // it is meant to have them up to this size of the log; up to its last row if 0
}

// CheckExport holds a list against the log (Trust.Today): each row must be of the record
// whose number and leaf hash it names, and say what that record has in plain. It reads the
// whole log, so that it can also tell what the list leaves out.
func CheckExport(ctx context.Context, e Export, t Trust) (*Report, error) {
	r := &Report{}
	if t.Today == nil {
		return r, ledger.Refuse(ledger.Invalid, "log-missing", "log", "核验导出须给出日志的所在（--log 网址或目录）", "to check a list, say where the log is (--log, an address or a folder)")
	}
	list, err := openRows(e.List)
	if err != nil {
		return r, err
	}
	cp, msg, err := t.now(ctx)
	if err != nil {
		return r, refuted(err)
	}
	c := &comparison{Export: e, rows: list, last: -1, scales: scales{}}
	if c.row, err = list.next(); err != nil && err != io.EOF {
		return r, err
	}
	if err := walk(ctx, t.Today, cp, c.take); err != nil {
		return r, err
	}
	if c.row != nil && c.row.index < cp.Size {
		return r, misplaced(c.row.index)
	}
	if c.row != nil {
		return r, ledger.Refuse(ledger.Unavailable, "export-ahead", "", "导出中有第 %d 号记录，而已签署的日志只到 %d 条：请稍后再查", "the list has record %d, but the signed log ends at %d: ask again later", c.row.index, cp.Size)
	}
	if err := c.whole(); err != nil {
		return r, err
	}
	c.tell(r, cp)
	return r, t.vouched(r, msg)
}

// comparison goes through list and log side by side.
type comparison struct {
	Export
	rows  rows
	row   *row // the next one, nil behind the last
	count int64
	flows int64
	last  int64   // index of the last row; −1 before the first
	left  []int64 // flows of the project that the list does not have, at first
	lefts int64
	later int64 // flows of the project behind its last row
	since int64 // the first of them
	scales
	projects       // of a list of records
	unsure   int64 // rows whose project only a record tells that is no row
}

// take looks at one record of the log.
func (c *comparison) take(index int64, data []byte) error {
	c.learn(data)
	if c.row == nil || c.row.index > index {
		return c.leaves(index, data)
	}
	if c.row.index < index {
		return misplaced(c.row.index)
	}
	if err := c.check(data); err != nil {
		return err
	}
	c.count++
	c.last = index
	if _, flow := c.row.cells["kind"]; flow {
		c.flows++
	}
	var err error
	if c.row, err = c.rows.next(); err == io.EOF {
		err = nil
	}
	return err
}

// misplaced refutes a row that is in the log but not in this place of the list: whoever
// adds up such a list counts it twice, or compares it with another.
func misplaced(index int64) error {
	return ledger.Refuse(ledger.Corrupt, "export-order", "", "导出的行须按记录编号排列，且不重复（%d 处不是）", "the rows stand in the order of their records, each once; that of %d does not", index)
}

// check holds the row against its record.
func (c *comparison) check(data []byte) error {
	r := c.row
	if record.Hash(data) != r.leaf {
		return differs(r.index, "leaf_hash", fmt.Sprintf("sha256:%x", record.Hash(data)), fmt.Sprintf("sha256:%x", r.leaf))
	}
	rec, err := record.Parse(data)
	if err != nil {
		return err
	}
	want := c.plain(rec, data)
	if _, flow := r.cells["kind"]; !flow {
		switch project := c.projects.of(rec); {
		case project < 0:
			want["project"] = unknown
			c.unsure++
		case project > 0:
			want["project"] = number(project)
		}
	}
	if name, differing := r.differing(want, plainColumns); differing {
		return differs(r.index, name, want[name], r.cells[name])
	}
	if !r.sameBody(data) {
		return differs(r.index, "what", string(data), r.cells["what"])
	}
	return nil
}

func differs(index int64, what, log, list string) error {
	return ledger.Refuse(ledger.Corrupt, "export-differs", "", "导出中第 %d 号的 %s 与日志不符：日志为 %.100s，导出为 %.100s", "the %[2]s of record %[1]d is not that of the log: the log has %.100[3]s, the list %.100[4]s", index, what, log, list)
}

// leaves notes a flow of the project that the list leaves out.
func (c *comparison) leaves(index int64, data []byte) error {
	if c.Project == nil || c.Size > 0 && index >= c.Size || !bytes.Contains(data, []byte(`"type":"flow"`)) {
		return nil
	}
	rec, err := record.Parse(data)
	if err != nil {
		return err
	}
	f, ok := rec.What.(*ledger.Flow)
	switch {
	case !ok || !touches(f, *c.Project):
	case c.Size == 0 && c.row == nil && c.count > 0: // recorded since the list was made, or cut off
		if c.later++; c.later == 1 {
			c.since = index
		}
	default:
		if c.lefts++; len(c.left) < 3 {
			c.left = append(c.left, index)
		}
	}
	return nil
}

// touches says whether a flow is on a project's list: it left or entered a pool of it.
func touches(f *ledger.Flow, project int64) bool {
	return f.Out != nil && f.Out.Pool.Project == project || f.In != nil && f.In.Pool.Project == project
}

// whole refuses a list that leaves out what it is meant to have, or has nothing at all.
func (c *comparison) whole() error {
	if c.count == 0 && c.Project == nil {
		return ledger.Refuse(ledger.Invalid, "export-empty", "", "导出一行也没有：没有可核验的内容", "the list has no rows: there is nothing to check")
	}
	if c.lefts == 0 {
		return nil
	}
	return ledger.Refuse(ledger.Corrupt, "export-incomplete", "", "导出缺少项目 %d 的 %d 条流水，如第 %v 号", "the list leaves out %[2]d flows of project %[1]d, such as %[3]v", *c.Project, c.lefts, c.left)
}

// tell says what was proven.
func (c *comparison) tell(r *Report, cp proof.Checkpoint) {
	if c.count > 0 {
		r.proven("导出的 %d 行都是日志 %s 中的记录，编号与叶哈希相符；日志的检查点（%d 条记录）由其密钥签署", "all %d rows are records of the log %s, each at its index and with its leaf hash; the log's checkpoint (%d records) is signed by its key", c.count, cp.Origin, cp.Size)
		c.tellColumns(r)
	}
	switch {
	case c.Project == nil:
		r.open("导出是否完整：没有指明它应包含哪个项目的全部流水（--project）", "whether the list is whole: it was not said of which project it should have all flows (--project)")
	case c.Size > 0:
		r.proven("项目 %d 在日志前 %d 条记录中的流水无一遗漏", "no flow of project %d among the first %d records of the log is left out", *c.Project, c.Size)
	case c.later > 0:
		r.proven("截至第 %[2]d 号记录，项目 %[1]d 的流水无一遗漏", "no flow of project %d up to record %d is left out", *c.Project, c.last)
		r.lacks("项目 %[1]d 其后的 %[2]d 条流水，自第 %[3]d 号记录起", "%[2]d later flows of project %[1]d, from record %[3]d on", *c.Project, c.later, c.since)
	default:
		r.proven("项目 %d 在日志的 %d 条记录中的流水无一遗漏", "no flow of project %d among the %d records of the log is left out", *c.Project, cp.Size)
	}
}

// tellColumns says which columns follow from the records, and which do not.
func (c *comparison) tellColumns(r *Report) {
	columns := c.rows.columns()
	if c.unsure > 0 && columns["project"] {
		delete(columns, "project")
		r.open("有 %d 行的项目编号：由其所涉的记录决定，而清单中没有那些记录", "the project of %d rows: records decide it that they refer to and that the list does not have", c.unsure)
	}
	if plain := strings.Join(columns.of(plainColumns), ", "); plain != "" {
		what := say("%d 条记录", "%d records", c.count)
		if c.flows == c.count {
			what = say("%d 条流水", "%d flows", c.count)
		}
		r.proven("其中%[1]s在这些列里所写的与记录相同：%[2]s", "what these columns say of %[3]s is what their records have in plain: %[2]s", what.Zh, plain, what.En)
	}
	if open := strings.Join(columns.of(openColumns), ", "); open != "" {
		r.open("记录只封存了其内容、或由其后的记录决定的列，须凭各笔的凭证核对：%s", "columns that the records only seal, or that later records decide, such as names shown, purposes and notes; each flow's receipt opens them: %s", open)
	}
	if others := columns.others(); len(others) > 0 {
		r.open("不是本系统导出的列：%.300s", "columns that no export has: %.300s", strings.Join(others, ", "))
	}
}
