package contract

import (
	"encoding/json"
	"errors"
	"fmt"

	"mingzhang/ledger"
)

// Refusal is a refusal for the fault of one record: the first bad one of its batch.
type Refusal struct {
	Index int64 // the record's place in the log
	Cause *ledger.Error
}

func (r *Refusal) Error() string { return fmt.Sprintf("record %d: %s", r.Index, r.Cause.En) }

// Unwrap makes errors.As find the rule that was broken, and ledger.KindOf its kind.
func (r *Refusal) Unwrap() error { return r.Cause }

// at says which record a refusal is about; a fault of the machine is about none.
func at(index int64, err error) error {
	var cause *ledger.Error
	var known *Refusal
	if err == nil || errors.As(err, &known) || !errors.As(err, &cause) {
		return err
	}
	return &Refusal{index, cause}
}

// carried is the form in which a refusal crosses to a client as text.
type carried struct {
	Index *int64      `json:"index,omitempty"`
	Kind  ledger.Kind `json:"kind"`
	Code  string      `json:"code"`
	Field string      `json:"field,omitempty"`
	Zh    string      `json:"zh"`
	En    string      `json:"en"`
}

// FormatError gives a refusal as one line of JSON, for a ledger that can answer with
// text only. ok is false for an error that is no refusal.
func FormatError(err error) (text []byte, ok bool) {
	var cause *ledger.Error
	if !errors.As(err, &cause) {
		return nil, false
	}
	c := carried{Kind: cause.Kind, Code: cause.Code, Field: cause.Field, Zh: cause.Zh, En: cause.En}
	var r *Refusal
	if errors.As(err, &r) {
		c.Index = &r.Index
	}
	text, err = json.Marshal(c)
	return text, err == nil
}

// ParseError is the inverse of FormatError, but for the Data of the refusal. ok is
// false for text that is no refusal.
func ParseError(text []byte) (err error, ok bool) {
	var c carried
	if json.Unmarshal(text, &c) != nil || c.Kind == 0 || c.Code == "" {
		return nil, false
	}
	cause := &ledger.Error{Kind: c.Kind, Code: c.Code, Field: c.Field, Zh: c.Zh, En: c.En}
	if c.Index == nil {
		return cause, true
	}
	return &Refusal{*c.Index, cause}, true
}
