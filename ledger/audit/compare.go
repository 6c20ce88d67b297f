package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
)

// compareRecords holds a batch against the book, byte by byte.
func (a *audit) compareRecords(ctx context.Context, b *contract.Reading) error {
	if a.against == nil {
		return nil
	}
	have, err := a.against.Range(ctx, b.First, int64(len(b.Records)))
	if err != nil {
		return fmt.Errorf("read the book: %w", err)
	}
	for i, data := range b.Records {
		index := b.First + int64(i)
		switch {
		case i >= len(have):
			return ofRecord(index, "missing", b.Leaves()[i].String(), "")
		case !bytes.Equal(data, have[i]):
			return ofRecord(index, "record", string(data), string(have[i]))
		}
	}
	return nil
}

// compareStatements holds the book's statement of each project against what the records
// add up to.
func (a *audit) compareStatements() error {
	for _, want := range a.accounts.statements(a.size) {
		err := a.compareStatement(&want)
		if errors.Is(err, errors.ErrUnsupported) {
			return nil // a copy of a log has no totals of its own
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// compareStatement names the first line that differs.
func (a *audit) compareStatement(want *account.Statement) error {
	got, err := a.against.Statement(a.ctx, want.Scope, "", "", want.At)
	if err != nil {
		return fmt.Errorf("the book's statement of project %d: %w", want.Project, err)
	}
	for _, asset := range assetsOf(want, got) {
		mine, theirs := linesOf(want, asset), linesOf(got, asset)
		for i, line := range mine {
			if theirs[i] != line {
				return ofTotal(want.Project, string(asset)+" "+line.name, line.value, theirs[i].value)
			}
		}
	}
	return nil
}

func assetsOf(statements ...*account.Statement) (all []ledger.AssetID) {
	seen := map[ledger.AssetID]bool{}
	for _, st := range statements {
		for _, a := range st.Assets {
			if !seen[a.Asset] {
				seen[a.Asset] = true
				all = append(all, a.Asset)
			}
		}
	}
	return all
}

// lineText is a line of a statement as text.
type lineText struct{ name, value string }

// linesOf lists the fields of a statement in one asset; all are zero where it has none.
func linesOf(st *account.Statement, id ledger.AssetID) []lineText {
	var found account.AssetStatement
	for _, a := range st.Assets {
		if a.Asset == id {
			found = a
		}
	}
	found.Asset = id
	v := reflect.ValueOf(found)
	var lines []lineText
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() {
			lines = append(lines, lineText{f.Tag.Get("json"), fmt.Sprint(v.Field(i).Interface())})
		}
	}
	return lines
}
