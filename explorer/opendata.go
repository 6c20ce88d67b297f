package explorer

import (
	"context"

	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/record"
	"mingzhang/ledger/trace"
)

// openData is what can be taken from here, what it means, and how to check it.
type openData struct {
	URL        string
	Origin     string
	Key        string
	Whole      []string  // lists that can be taken away whole
	Lists      []listing // the data dictionary: all lists, with their columns
	Words      []word
	Kinds      []ledger.FlowKind
	Categories []ledger.Category
	States     []trace.State
	Types      []string
}

// listing is a list as the data dictionary has it.
type listing struct {
	export.List
	Language string // of the headings
	Headings []string
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
	out := &openData{URL: s.URL, Origin: s.Origin, Key: s.LogKey, Kinds: kinds,
		Categories: ledger.Categories(), Types: record.Types(),
		States: []trace.State{trace.Held, trace.InTransit, trace.Converted, trace.Spent, trace.Refunded, trace.Reversed}}
	language := export.Nearest(v.tongue.tag)
	for _, l := range s.Lists {
		if len(l.Needs) == 0 {
			out.Whole = append(out.Whole, l.Name)
		}
		list := listing{List: l, Language: language}
		for _, c := range l.Columns {
			list.Headings = append(list.Headings, c.In(language))
		}
		out.Lists = append(out.Lists, list)
	}
	for _, name := range vocabulary {
		out.Words = append(out.Words, word{name, v.tongue.say("word." + name)})
	}
	return &page{Name: "opendata", Title: v.tongue.say("nav.open"), Data: out}, nil
}
