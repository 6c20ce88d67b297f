package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/mirror"
	"mingzhang/ledger/proof"
)

// Options is what a command line adds to what is to be checked.
type Options struct {
	Record  string // file with the record, for a receipt in the form of tlog-proof
	Log     string // where the log can be read: an address, or a folder; "" where What says so
	Project *int64 // an exported list is meant to have all flows of this project
}

// Run checks what somebody names: the file or the address of a receipt, of a record or
// of an exported list, or where the whole log is (the address of a server, or a folder
// with its tiles).
func Run(ctx context.Context, what string, o Options, t Trust) (*Report, error) {
	a, isAddress, err := parseAddress(what)
	if err != nil {
		return nil, err
	}
	place := o.Log
	if isAddress && place == "" {
		place = a.base.String()
	}
	if place != "" {
		if t.Today, err = mirror.Open(place); err != nil {
			return nil, err
		}
	}
	if isAddress {
		return runAddress(ctx, a, o, t)
	}
	return runFile(ctx, what, o, t)
}

func runAddress(ctx context.Context, a address, o Options, t Trust) (*Report, error) {
	switch {
	case a.receipt != nil:
		receipt, err := fetchReceipt(ctx, a.receipt)
		if err != nil {
			return nil, err
		}
		return Receipt(ctx, receipt, t)
	case a.record != nil:
		return Record(ctx, *a.record, t)
	case a.export != nil:
		return runExport(ctx, a, o, t)
	}
	return Server(ctx, a.base.String(), t)
}

// runExport checks a list as the server gives it. What it is meant to have, its address
// says, where no other filter narrows it.
func runExport(ctx context.Context, a address, o Options, t Trust) (*Report, error) {
	f, err := fetch(ctx, a.export, "application/json, text/csv")
	if err != nil {
		return nil, fmt.Errorf("fetch the list: %w", err)
	}
	defer f.Close()
	e := Export{List: f, Project: o.Project}
	query := a.export.Query()
	query.Del("headings")
	if project, err := strconv.ParseInt(query.Get("project"), 10, 64); err == nil && len(query) == 1 && strings.Contains(a.export.Path, "/flows.") {
		e.Project = &project
	}
	if e.Size, err = strconv.ParseInt(f.Header.Get("Export-Size"), 10, 64); err != nil {
		e.Size = 0
	}
	if err := t.reached(ctx, e.Size); err != nil {
		return nil, err
	}
	return CheckExport(ctx, e, t)
}

// A record is in a published checkpoint a second after it was answered.
const (
	publishWait  = 5 * time.Second
	publishPause = 200 * time.Millisecond
)

// reached waits until the log's checkpoint has a size.
func (t Trust) reached(ctx context.Context, size int64) error {
	for began := time.Now(); ; {
		cp, _, err := t.now(ctx)
		if err != nil || cp.Size >= size {
			return refuted(err)
		}
		if time.Since(began) > publishWait {
			return ledger.Refuse(ledger.Unavailable, "log-behind", "", "导出取自 %d 条记录，而日志签署到 %d 条", "the list is of %d records, but the log is signed up to %d", size, cp.Size)
		}
		select {
		case <-time.After(publishPause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// runFile checks a file, told by how it begins, or a folder with the tiles of a log.
func runFile(ctx context.Context, name string, o Options, t Trust) (*Report, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return Folder(ctx, name, t)
	}
	data, err := io.ReadAll(io.LimitReader(f, proof.MaxReceipt+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	switch {
	case bytes.HasPrefix(data, []byte("c2sp.org/tlog-proof")):
		return runProof(ctx, data, o, t)
	case isReceipt(data):
		receipt, err := proof.ParseReceipt(data)
		if err != nil {
			return nil, err
		}
		return Receipt(ctx, receipt, t)
	}
	return CheckExport(ctx, Export{List: io.MultiReader(bytes.NewReader(data), f), Project: o.Project}, t)
}

// isReceipt tells a receipt in JSON from a list, also where it was cut short.
func isReceipt(data []byte) bool {
	var v struct {
		Type string `json:"type"`
	}
	const kind = "mingzhang/receipt@"
	return bytes.Contains(data[:min(len(data), 100)], []byte(kind)) || json.Unmarshal(data, &v) == nil && strings.HasPrefix(v.Type, kind)
}

// runProof checks a receipt in the form of tlog-proof.
func runProof(ctx context.Context, text []byte, o Options, t Trust) (*Report, error) {
	if o.Record == "" {
		return nil, ledger.Refuse(ledger.Invalid, "record-missing", "record", "tlog-proof 形式的凭证不含记录本身，请以 --record 给出记录文件", "a receipt in the form of tlog-proof comes without its record: name its file with --record")
	}
	data, err := readBounded(o.Record, 1<<20)
	if err != nil {
		return nil, err
	}
	receipt, err := proof.ParseReceiptText(text, data)
	if err != nil {
		return nil, err
	}
	return Receipt(ctx, receipt, t)
}

func readBounded(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most))
}
