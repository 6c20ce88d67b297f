package explorer

import (
	"context"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
	"mingzhang/ledger/trace"
)

// openData is what can be taken from here, what it means, and how to check it.
type openData struct {
	URL        string
	Origin     string
	Key        string
	Lists      []string // of exports
	Words      []word
	Kinds      []ledger.FlowKind
	Categories []ledger.Category
	States     []trace.State
	Types      []string
}

// word is a word of the book, which is used alike in pages, interface and files.
type word struct{ Name, Term string }

// vocabulary is the words that the data dictionary explains, in the order in which they build
// on each other.
var vocabulary = []string{"organization", "project", "asset", "designation", "pool", "flow", "span", "record", "log", "checkpoint", "receipt", "anchor"}

// kinds are all kinds of flows, in the order of the accounts.
var kinds = []ledger.FlowKind{ledger.Donation, ledger.Membership, ledger.Service, ledger.Grant, ledger.Sale, ledger.Investment, ledger.Allocation, ledger.Other,
	ledger.Opening, ledger.Return, ledger.Transfer, ledger.Conversion, ledger.Expenditure, ledger.Refund, ledger.Reversal}

func (s *Site) openData(_ context.Context, v visit, _ Reads) (*page, error) {
	out := &openData{URL: s.URL, Origin: s.Origin, Key: s.LogKey, Lists: []string{"projects", "organizations", "flows"}, Kinds: kinds,
		Categories: ledger.Categories(), Types: record.Types(),
		States: []trace.State{trace.Held, trace.InTransit, trace.Converted, trace.Spent, trace.Refunded, trace.Reversed}}
	for _, name := range vocabulary {
		out.Words = append(out.Words, word{name, v.tongue.say("word." + name)})
	}
	return &page{Name: "opendata", Title: v.tongue.say("nav.open"), Data: out}, nil
}
