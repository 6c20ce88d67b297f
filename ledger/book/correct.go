package book

import (
	"encoding/json"
	"slices"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// correct records that words were wrong. The old ones have to be what the record says by
// now, or a part of it: a correction of what nobody said would put it into its mouth.
func (t *turn) correct(p *prepared, r Correct) (*Entry, error) {
	for _, needed := range [][2]string{{"new", r.New}, {"reason", r.Reason}} {
		if needed[1] == "" {
			return nil, ledger.Refuse(ledger.Invalid, "field-missing", needed[0], "更正须写明新内容和理由", "a correction says what is right and why")
		}
	}
	if r.Old == r.New {
		return nil, ledger.Refuse(ledger.Invalid, "correction-same", "new", "更正后的内容与原内容相同", "what is to be right is what stands there already")
	}
	if slices.Contains(figures, r.Field) {
		return nil, ledger.Refuse(ledger.Invalid, "correction-figure", "field",
			"%s 计入账目，不能用更正改变：请冲销后重新记录", "%s is part of the accounts, which no correction changes: reverse the entry and enter it anew", r.Field)
	}
	what := &ledger.Correction{Of: r.Of, Field: r.Field}
	if err := what.Check(); err != nil {
		return nil, err
	}
	if err := t.flush(); err != nil {
		return nil, err
	}
	said, known, err := t.said(r.Of, r.Field)
	if err != nil {
		return nil, err
	}
	if known && (said == "") != (r.Old == "") || known && !strings.Contains(said, r.Old) {
		return nil, ledger.Refuse(ledger.Conflict, "correction-old", "old",
			"记录 %d 的 %s 现为“%s”，与所写的原内容不符", "the %[2]s of record %[1]d is %[3]q by now, which is not the old value given", r.Of, r.Field, said)
	}
	return t.add(p, what)
}

// figures are what a record's place in the accounts follows from. A correction puts words
// right; who corrected one of these would show a total that nothing adds up to.
var figures = []string{"amount", "asset", "category", "designation", "from", "holder", "into", "kind", "occurred", "of", "project", "to", "value"}

// said is what a field of a record says by now: its own words, in which each correction
// has put new ones in the place of old ones. It is not known where some were erased.
func (t *turn) said(of int64, field string) (value string, known bool, err error) {
	value, known, err = t.written(of, field)
	if err != nil {
		return "", false, err
	}
	later, err := t.tx.Corrections(of)
	for _, index := range later {
		rec, texts, err := t.shown(index)
		if err != nil {
			return "", false, err
		}
		if rec.What.(*ledger.Correction).Field == field {
			known = known && texts.Salt != nil
			value = strings.Replace(value, texts.Get("old"), texts.Get("new"), 1)
		}
	}
	return value, known, err
}

// written is what a field of a record said at first.
func (t *turn) written(of int64, field string) (value string, known bool, err error) {
	rec, public, err := t.shown(of)
	if err != nil {
		return "", false, err
	}
	if value, ok, err := t.inClear(of, field); ok || err != nil {
		return value, true, err
	}
	name := field[strings.LastIndexByte(field, '.')+1:]
	if value := public.Get(name); value != "" {
		return value, true, nil
	}
	if slices.Contains(hidden, name) {
		return "", false, ledger.Refuse(ledger.Invalid, "correction-private", "field",
			"%s 不公开，不能公开更正", "%s is not public, and no public correction changes it", field)
	}
	return "", rec.Public == (record.Commitment{}) || public.Salt != nil, nil
}

// hidden are the words of a private seal.
var hidden = []string{"name", "contact", "serial", "account", "time", "invoice"}

// shown gives a record with its public texts; without a salt, they were erased or there
// never were any.
func (t *turn) shown(index int64) (rec *record.Record, public record.Opening, err error) {
	if rec, err = t.earlier(index); err != nil {
		return nil, public, err
	}
	opening, _, err := t.tx.Openings(index)
	if err == nil && opening != nil {
		public, err = record.Open(rec.Public, opening)
	}
	return rec, public, err
}

// inClear finds a word or a number in the record itself. Who gave, paid or received is its
// party, whatever requests call them.
func (t *turn) inClear(of int64, field string) (value string, ok bool, err error) {
	data, err := t.tx.Record(of)
	if err != nil {
		return "", false, err
	}
	var body struct {
		What map[string]json.RawMessage `json:"what"`
	}
	if err := json.Unmarshal(data, &body); err != nil {
		return "", false, err
	}
	names := strings.Split(field, ".")
	if slices.Contains([]string{"donor", "payer", "payee", "recipient"}, names[0]) {
		names[0] = "party"
	}
	at := body.What
	for _, name := range names[:len(names)-1] {
		var next map[string]json.RawMessage
		if json.Unmarshal(at[name], &next) != nil {
			return "", false, nil
		}
		at = next
	}
	raw := at[names[len(names)-1]]
	if json.Unmarshal(raw, &value) == nil {
		return value, true, nil
	}
	var number json.Number
	if json.Unmarshal(raw, &number) == nil {
		return number.String(), true, nil
	}
	return "", false, nil
}
