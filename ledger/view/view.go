// Package view is what the public reads of a book: the rows of its lists, what they
// are filtered by, and how their pages follow each other. A store gives them; the API
// and the explorer show them.
//
// Lists are paged by key: a page names the place at which the next one goes on, so
// that nothing is missed or seen twice while records come in. Nothing here needs an
// account: what is sealed in private is not in it.
package view

import (
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/record"
)

// Holding is what pools of one asset add up to, net of reversals. What is held for
// beneficiaries whom givers named is not income and stands apart.
type Holding struct {
	Asset     ledger.AssetID
	Income    account.Sum
	Spent     account.Sum
	Held      int64
	InTransit int64 // of Held: with partners
	Agency    int64 // held for named beneficiaries, not in Held
}

// Organization is a row of the list of organizations.
type Organization struct {
	Index int64
	ledger.Organization
	Projects int64
}

// OrganizationFilter says which organizations a list has, in the order of their
// records. A zero field does not filter.
type OrganizationFilter struct {
	Text        string // in the name, or the whole code
	Kind        ledger.OrganizationKind
	Fundraising bool  // only those qualified for public fundraising
	After       int64 // the index that the page begins after; −1 for the first page
	Limit       int
}

// Project is a row of the list of projects.
type Project struct {
	Index int64
	ledger.Project
	Owner    ledger.Organization
	Status   ledger.Status // today
	Frozen   bool
	Starts   ledger.Date
	Ends     ledger.Date
	Target   *ledger.Sum
	Plan     int64 // the latest plan record
	Holdings []Holding
}

// Member is a project that another handed units to.
type Member struct {
	Project
	Given int64
}

// ProjectFilter says which projects a list has, and in which order. A zero field does
// not filter.
type ProjectFilter struct {
	Text         string // in the name of project or organization, or the whole filing number
	Cause        string
	Place        string // a prefix: two digits are a province
	Kind         ledger.ProjectKind
	Status       ledger.Status // as of Today
	Organization *int64
	Year         int // in which fundraising starts
	Frozen       bool
	Today        ledger.Date
	Sort         Sort
	After        *Place
	Limit        int
}

// Sort is an order of projects.
type Sort string

const (
	Newest Sort = "newest" // registered last
	Raised Sort = "raised" // most income in CNY
	Spent  Sort = "spent"  // most expenditure in CNY
	Ending Sort = "ending" // fundraising ends first; those without an end come last
	Name   Sort = "name"
)

// Sorts are all orders of projects.
func Sorts() []Sort { return []Sort{Newest, Raised, Spent, Ending, Name} }

// Place is where a page of a sorted list ended.
type Place struct {
	Key   string // what the list is sorted by
	Index int64
}

// Facet is how many projects one more choice would leave.
type Facet struct {
	Value string
	Count int64
}

// Facets are the choices that a list of projects offers, each counted under all
// filters but its own.
type Facets struct {
	Total         int64
	Causes        []Facet
	Places        []Facet // provinces, or countries
	Statuses      []Facet
	Kinds         []Facet
	Years         []Facet
	Organizations []Facet // by index
}

// Flow is a row of a list of flows.
type Flow struct {
	Record      *record.Record
	Flow        *ledger.Flow
	Leaf        tlog.Hash
	Texts       []record.Text // the opening of the public seal, nil where it was withdrawn
	Undone      int64         // units that came back or were reversed
	Refunded    int64         // of an income: units that its giver got back, and kept
	Delivered   int64         // of an expenditure: units signed for
	Corrections []int64
	Files       []File // of Flow.Evidence, in its order
}

// File is a file of evidence that a flow names, as far as it is recorded.
type File struct {
	Hash   string
	Media  string // "" where no record of it is there
	Size   int64
	Public bool // anyone may see it, not only auditors and regulators
}

// FlowFilter says which flows a list has. A zero field does not filter.
type FlowFilter struct {
	Project      *int64 // its flows, and transfers into it
	Organization *int64 // those of its projects, and of the pools it holds in others'
	Cause        string // of the project
	Place        string // of the project, a prefix: two digits are a province
	Pool         *ledger.Pool
	Transit      bool // only those into or out of the pools of partners
	Kinds        []ledger.FlowKind
	Categories   []ledger.Category
	Asset        ledger.AssetID
	From, Upto   ledger.Date // occurred, the last day of an interval
	Least, Most  int64       // units
	Party        string      // USCC, or the name of an organization without one
	Oldest       bool        // first, and not last
	After        *int64      // the index that the page begins after
	Limit        int
}

// Flows is a page of flows. A page of a narrow filter may be short, or even empty,
// and still have a next one: each page looks at a bounded number of records.
type Flows struct {
	Rows []Flow
	Next *int64 // what After is for the next page; nil at the end
}

// Record is a record as anyone may see it.
type Record struct {
	Bytes       []byte
	Record      *record.Record
	Texts       []record.Text // what the public seal holds
	Opening     []byte        // of the public seal: canonical bytes
	Withdrawn   bool          // there was an opening, and it was erased
	Project     int64         // 0 for none
	Undone      int64
	Delivered   int64
	Corrections []int64
	Deliveries  []int64
}

// RecordFilter says which records a list has. A zero field does not filter.
type RecordFilter struct {
	Project *int64   // that they are about: its flows, too
	Types   []string // as records name them
}

// PoolFilter says which pools a list has. A zero field does not filter.
type PoolFilter struct {
	Project      *int64
	Organization *int64 // those of its projects, and those it holds in others'
	Owner        *int64 // those of its projects
	Holder       *int64
	Cause        string
	Place        string // a prefix: two digits are a province
	Asset        ledger.AssetID
	Transit      bool // only those of partners
}

// Pool is a pool and what it holds.
type Pool struct {
	ledger.Pool
	ledger.Head
	Class ledger.Class
}

// Party is what an organization gave to a project or got from it.
type Party struct {
	Project int64
	Line    account.Line
	Asset   ledger.AssetID
	Key     string // USCC, or name
	Name    string
	account.Sum
}

// PartyFilter says which parties. The largest sums come first.
type PartyFilter struct {
	Project      *int64
	Organization *int64 // of the projects
	Party        string
	Asset        ledger.AssetID
	Lines        []account.Line
	After        *Party // the party that the page begins after
	Limit        int
}

// Moment is a line of the accounts in a stretch of time.
type Moment struct {
	Period string // 2026, 2026-11 or 2026-11-20
	Asset  ledger.AssetID
	Line   account.Line
	account.Sum
}

// Every is how long the stretches of a series are.
type Every string

const (
	Day   Every = "day"
	Month Every = "month"
	Year  Every = "year"
)

// SeriesFilter says what a series over time adds up.
type SeriesFilter struct {
	Project      *int64
	Organization *int64
	Cause        string
	Place        string // a prefix: two digits are a province
	From, Upto   ledger.Date
	Every        Every
}

// Group is what the projects of one cause, place or organization add up to.
type Group struct {
	Value    string
	Name     string // of an organization
	Projects int64
	Holdings []Holding
}

// By is what projects are grouped by.
type By string

const (
	ByCause        By = "cause"
	ByPlace        By = "place" // provinces
	ByOrganization By = "organization"
	ByAsset        By = "asset" // one group for all
)

// Size is how many donations have an amount of so many digits.
type Size struct {
	Asset ledger.AssetID
	Band  int
	account.Sum
}

// Hit is something that a search found.
type Hit struct {
	Index int64
	Type  string // of the record
	Name  string // of an organization or project
}

// Log is how far the log is.
type Log struct {
	Size     int64
	Root     tlog.Hash
	Recorded time.Time
}
