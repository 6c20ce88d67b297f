package verify

import (
	"errors"
	"fmt"
	"io"

	"mingzhang/ledger"
)

// Sentence is a finding in both languages.
type Sentence struct{ Zh, En string }

// In gives the sentence in the language of a tag: Chinese unless it is "en".
func (s Sentence) In(language string) string {
	if language == "en" {
		return s.En
	}
	return s.Zh
}

// Report says what was proven and what was left open.
type Report struct {
	Said   []Sentence // what a whole log was found to be
	Proven []Sentence
	Lacks  []Sentence // what is in the log and not in the list
	Open   []Sentence
}

func say(zh, en string, args ...any) Sentence {
	return Sentence{fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)}
}

func (r *Report) proven(zh, en string, args ...any) {
	r.Proven = append(r.Proven, say(zh, en, args...))
}

func (r *Report) open(zh, en string, args ...any) { r.Open = append(r.Open, say(zh, en, args...)) }

func (r *Report) lacks(zh, en string, args ...any) { r.Lacks = append(r.Lacks, say(zh, en, args...)) }

// Write writes the report, a line for each finding.
func (r *Report) Write(w io.Writer, language string) error {
	heads := [4]Sentence{{}, {"已证实：", "Proven: "}, {"不在清单中：", "Not in the list: "}, {"未核对：", "Not checked: "}}
	for i, list := range [][]Sentence{r.Said, r.Proven, r.Lacks, r.Open} {
		for _, s := range list {
			if _, err := fmt.Fprintln(w, heads[i].In(language)+s.In(language)); err != nil {
				return err
			}
		}
	}
	return nil
}

// refuted makes a refusal of what was given, whatever rule it broke, one of the kind
// ledger.Corrupt. Another error stays what it is.
func refuted(err error) error {
	var e *ledger.Error
	if !errors.As(err, &e) || e.Kind == ledger.Corrupt || e.Kind == ledger.Unavailable {
		return err
	}
	same := *e
	same.Kind = ledger.Corrupt
	return &same
}
