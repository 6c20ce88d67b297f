package contract

import (
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
)

// tx is one transaction on one log.
type tx struct {
	*store
	Call
	origin string
	log    *row[logRow]
	tiles  *tiles

	logs         *table[string, logRow]
	proposals    *table[string, logRow]
	heads        *table[string, headRow]
	pools        *table[ledger.Pool, poolRow]
	nodes        *table[nodeKey, node]
	tallies      *table[int64, []tally]
	nouns        *table[int64, []noun]
	projects     *table[int64, projectRow]
	totals       *table[holding, Totals]
	assetPages   *table[[2]int64, []ledger.AssetID]
	designations *table[purpose, int64]
	assets       *table[ledger.AssetID, int64]
	orderCounts  *table[string, orderCount]
	orders       *table[int64, Order]
	ordered      *table[verdict, int64]
	breachPages  *table[int64, []Breach]
	exceptCounts *table[string, int64]
	exceptions   *table[int64, Exception]
	excepted     *table[int64, int64]
}

// logRow is how a log is registered.
type logRow struct {
	Key       string `json:"key"` // the log's verifier key; its name is the origin
	Platform  string `json:"platform"`
	Regulator string `json:"regulator"`
	Rules     int64  `json:"rules"`
	Proposed  string `json:"proposed,omitempty"` // the key that is to follow
}

// headRow is the end of the log as it is anchored.
type headRow struct {
	Size       int64     `json:"size"`
	Root       tlog.Hash `json:"root"`
	Recorded   time.Time `json:"recorded"` // of the last record
	Checkpoint string    `json:"checkpoint"`
	Breaches   int64     `json:"breaches"`
	Excepted   int64     `json:"excepted"`  // exceptions that were used
	Unchecked  int64     `json:"unchecked"` // pools
}

// poolRow is a pool's head and the root of its holes.
type poolRow struct {
	In        int64  `json:"in"`
	Next      int64  `json:"next"`
	Holed     int64  `json:"holed,omitempty"`
	Root      int64  `json:"root,omitempty"` // node of the tree of holes; 0 for none
	Nodes     int64  `json:"nodes,omitempty"`
	Unchecked *int64 `json:"unchecked,omitempty"` // the record from which on it is
}

func (p *poolRow) head() ledger.Head { return ledger.Head{In: p.In, Next: p.Next, Holed: p.Holed} }

// projectRow is what must be known of a project to judge its flows.
type projectRow struct {
	Organization int64     `json:"organization"`
	Frozen       *frozen   `json:"frozen,omitempty"`
	Waiting      []waiting `json:"waiting,omitempty"` // orders without a record, by number
	Latest       time.Time `json:"latest,omitzero"`   // of the latest order
	Assets       int64     `json:"assets,omitempty"`  // how many it has had
	Unchecked    *int64    `json:"unchecked,omitempty"`
}

// noun is a record that others name.
type noun struct {
	Index   int64 `json:"i"`
	Project int64 `json:"p,omitempty"` // of a plan; 0 for an organization
}

// tally is what happened to the units of a flow.
type tally struct {
	Index     int64 `json:"i"`
	Undone    int64 `json:"u,omitempty"`
	Delivered int64 `json:"d,omitempty"`
}

type (
	nodeKey struct {
		Pool ledger.Pool
		ID   int64
	}
	holding struct {
		Project int64
		Asset   ledger.AssetID
	}
	purpose struct {
		Project int64
		ID      string
	}
	verdict struct {
		Project int64
		Release bool
		Order   string
	}
)

const (
	tileWidth = 256 // indices of one tally or noun row
	pageWidth = 64  // entries of one page
)

// begin opens the tables of a log.
func begin(state State, c Call, origin string, unlogged bool) (*tx, error) {
	if err := checkOrigin(origin); err != nil {
		return nil, err
	}
	s := &store{state: state, prefix: origin + " ", values: map[string][]byte{}}
	t := &tx{store: s, Call: c, origin: origin, tiles: newTiles(s)}
	t.openTables(s)
	var err error
	if t.log, err = t.logs.get("log"); err != nil {
		return nil, err
	}
	if !t.log.there && !unlogged {
		return nil, ledger.Refuse(ledger.NotFound, "log-unknown", "", "账本上没有登记日志 %q", "the log %q is not registered on this ledger", origin)
	}
	return t, rulesKnown(t.log.V.Rules)
}

func (t *tx) openTables(s *store) {
	self := func(name string) string { return name }
	number := func(name string) func(int64) string {
		return func(n int64) string { return name + " " + strconv.FormatInt(n, 10) }
	}
	t.logs, t.heads = newTable[string, logRow](s, self), newTable[string, headRow](s, self)
	t.proposals = newTable[string, logRow](s, func(msp string) string { return "proposal " + msp })
	t.pools = newTable[ledger.Pool, poolRow](s, func(p ledger.Pool) string { return "pool " + p.String() })
	t.nodes = newTable[nodeKey, node](s, func(k nodeKey) string { return number("hole " + k.Pool.String())(k.ID) })
	t.tallies, t.nouns = newTable[int64, []tally](s, number("tally")), newTable[int64, []noun](s, number("noun"))
	t.projects = newTable[int64, projectRow](s, number("project"))
	t.totals = newTable[holding, Totals](s, func(k holding) string { return number("total")(k.Project) + " " + string(k.Asset) })
	t.assetPages = newTable[[2]int64, []ledger.AssetID](s, func(k [2]int64) string { return number(number("assets")(k[0]))(k[1]) })
	t.designations = newTable[purpose, int64](s, func(k purpose) string { return number("designation")(k.Project) + " " + k.ID })
	t.assets = newTable[ledger.AssetID, int64](s, func(id ledger.AssetID) string { return "asset " + string(id) })
	t.orderCounts, t.orders = newTable[string, orderCount](s, self), newTable[int64, Order](s, number("order"))
	t.ordered = newTable[verdict, int64](s, func(k verdict) string { return number("ordered")(k.Project) + k.verb() + k.Order })
	t.breachPages = newTable[int64, []Breach](s, number("breach"))
	t.exceptCounts, t.exceptions = newTable[string, int64](s, self), newTable[int64, Exception](s, number("exception"))
	t.excepted = newTable[int64, int64](s, number("excepted"))
}

func (k verdict) verb() string {
	if k.Release {
		return " release "
	}
	return " freeze "
}
