package backup

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store"
)

// dumped reads the database out of a backup that was checked, and hashes the records on
// their way: behind the last row they must be those of the log.
type dumped struct {
	*archive
	ctx    context.Context
	made   *Manifest
	tables []store.Table
	lines  *bufio.Scanner // of the current part; nil before the first
	table  int            // that the part is of
	edge   proof.Edge
	leaves []tlog.Hash
}

// maxRow bounds a row in bytes: a long opening in base64.
const maxRow = 64 << 20

func openDumped(ctx context.Context, name string, made *Manifest) (*dumped, error) {
	a, err := openArchive(name)
	if err != nil {
		return nil, err
	}
	return &dumped{archive: a, ctx: ctx, made: made}, nil
}

// Begin implements store.Dumped.
func (d *dumped) Begin() (int, []store.Table, error) {
	h, err := d.Next()
	if err != nil || h.Name != schemaName {
		return 0, nil, refuse("没有数据库的表结构", "it does not say what its tables are")
	}
	data, err := readAll(d, h)
	if err != nil {
		return 0, nil, err
	}
	var s schema
	if json.Unmarshal(data, &s) != nil {
		return 0, nil, refuse("数据库的表结构无法读取", "what its tables are cannot be read")
	}
	d.tables = s.Tables
	return s.Version, s.Tables, nil
}

// Row implements store.Dumped.
func (d *dumped) Row() (int, []any, error) {
	for {
		if d.lines != nil && d.lines.Scan() {
			cells, err := parseRow(d.lines.Bytes(), &d.tables[d.table])
			if err == nil {
				d.hash(&d.tables[d.table], cells)
			}
			return d.table, cells, err
		}
		if d.lines != nil && d.lines.Err() != nil {
			return 0, nil, d.lines.Err()
		}
		if err := d.nextPart(); err == io.EOF {
			return 0, nil, d.whole()
		} else if err != nil {
			return 0, nil, err
		}
	}
}

// nextPart goes to the next part of a table; io.EOF is behind the last.
func (d *dumped) nextPart() error {
	if err := d.ctx.Err(); err != nil {
		return err
	}
	h, err := d.Next()
	if err != nil {
		return err
	}
	rest, ok := strings.CutPrefix(h.Name, databaseDir)
	if !ok {
		return io.EOF
	}
	name, _, _ := strings.Cut(rest, ".")
	for d.table < len(d.tables) && d.tables[d.table].Name != name {
		d.table++
	}
	if d.table == len(d.tables) {
		return refuse("表的顺序不符", "its tables stand in another order")
	}
	d.lines = bufio.NewScanner(d)
	d.lines.Buffer(make([]byte, 64<<10), maxRow)
	return nil
}

// hash takes the leaf of a record.
func (d *dumped) hash(t *store.Table, cells []any) {
	if t.Name != "records" {
		return
	}
	for i, c := range t.Columns {
		if data, ok := cells[i].([]byte); ok && c.Name == "bytes" {
			d.leaves = append(d.leaves, record.Hash(data))
		}
	}
	if len(d.leaves) == 4096 {
		d.edge.Append(d.leaves)
		d.leaves = d.leaves[:0]
	}
}

// whole is io.EOF where the records were those of the log.
func (d *dumped) whole() error {
	d.edge.Append(d.leaves)
	d.leaves = nil
	if d.edge.Size() != d.made.Size || d.edge.Root().String() != d.made.Root {
		return refuse("其中的记录不是日志的记录", "its records are not those of the log")
	}
	return io.EOF
}
