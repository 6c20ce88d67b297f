package ledger

import (
	"errors"
	"fmt"
)

// Kind says what sort of refusal an Error is, so that each edge (HTTP, command
// line, chaincode) needs one table to answer it and no knowledge of the rules.
type Kind uint8

const (
	Invalid     Kind = iota + 1 // the input breaks a rule of its own
	NotFound                    // what the input names is not in the book
	Conflict                    // the input contradicts what is recorded
	Shortfall                   // a pool, or a gift in it, holds less than asked for
	Forbidden                   // the caller may not do this
	Frozen                      // the regulator stopped the project's payments
	Corrupt                     // stored bytes or a proof are not what they should be
	Unavailable                 // a fault of the machine that passes: ask again later
)

// Error is a refusal that a user can read. It never carries personal data.
type Error struct {
	Kind  Kind
	Code  string // stable name of the rule, e.g. "pool-shortfall"
	Field string // the input's field that broke it, "" for the whole
	Zh    string // the sentence in simplified Chinese
	En    string // the sentence in English
	Data  any    // what the caller needs to act: Shortage, Elsewhere, or nil
}

func (e *Error) Error() string { return e.En }

// In gives the sentence in the language of the tag: English for "en" and its
// regions, Chinese for everything else.
func (e *Error) In(language string) string {
	if len(language) >= 2 && language[:2] == "en" {
		return e.En
	}
	return e.Zh
}

// Is makes errors.Is(err, &Error{Code: "…"}) match by code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Refuse builds an Error. The two sentences take the same arguments in the same
// order, so a translation cannot lose one.
func Refuse(kind Kind, code, field, zh, en string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Field: field, Zh: fmt.Sprintf(zh, args...), En: fmt.Sprintf(en, args...)}
}

// Within gives a refusal the place of an input that is a part of another: what is wrong
// with "name" is then wrong with "donor.name". Where the refusal names no field, it gets
// the place itself. Other errors stay as they are.
func Within(place string, err error) error {
	e, ok := err.(*Error)
	if !ok || place == "" {
		return err
	}
	field := place
	if e.Field != "" {
		field += "." + e.Field
	}
	return inField(field, err)
}

// With attaches the data a caller needs to act on the refusal.
func (e *Error) With(data any) *Error {
	e.Data = data
	return e
}

// KindOf gives the kind of the Error inside err, or 0 if there is none: a fault
// of the machine, which no user can mend.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}
