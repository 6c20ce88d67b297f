package contract

import (
	"encoding/json"
	"time"
	"unicode/utf8"

	"mingzhang/ledger"
)

// Rules is the version of the rules in this package. A log that was registered for a
// later version is refused: these rules would judge it wrongly.
const Rules = 1

// State is the ledger's key-value state as one transaction sees it. Reads may show the
// state before the transaction: the contract keeps what it wrote itself in memory and
// never relies on reading its own writes. Errors are passed on as they are.
type State interface {
	// Get gives the values of keys, in their order; nil for an absent key.
	Get(keys []string) ([][]byte, error)
	Put(key string, value []byte) error
	Delete(key string) error
}

// Call is who calls and when: MSP id, transaction id, the transaction's time (UTC).
type Call struct {
	MSP, Tx string
	Time    time.Time
}

// function is one of those that Invoke knows. Its arguments follow the origin.
type function struct {
	least, most int
	unlogged    bool // works on a log that is not registered yet
	run         func(t *tx, args arguments) (any, error)
}

// functions are all there are. Those of the first group write.
var functions = map[string]function{
	"RegisterLog": {least: 3, most: 4, unlogged: true, run: (*tx).registerLog},
	"ConfirmLog":  {least: 3, most: 4, unlogged: true, run: (*tx).confirmLog},
	"RotateKey":   {least: 1, most: 1, run: (*tx).rotateKey},
	"ConfirmKey":  {least: 1, most: 1, run: (*tx).confirmKey},
	"Anchor":      {least: 1, most: 1, run: (*tx).anchor},
	"Freeze":      {least: 3, most: 3, run: (*tx).freeze},
	"Release":     {least: 3, most: 3, run: (*tx).release},
	"Except":      {least: 3, most: 3, run: (*tx).except},

	"Head":       {run: (*tx).showHead},
	"Leaf":       {least: 1, most: 1, run: (*tx).showLeaf},
	"Leaves":     {least: 1, most: 1, run: (*tx).showLeaves},
	"Pool":       {least: 1, most: 1, run: (*tx).showPool},
	"Project":    {least: 1, most: 2, run: (*tx).showProject},
	"Orders":     {most: 1, run: (*tx).showOrders},
	"Breaches":   {most: 1, run: (*tx).showBreaches},
	"Exceptions": {most: 1, run: (*tx).showExceptions},
}

// Invoke runs a function and gives its answer as JSON. The first argument is always the
// log's origin; the others are text, indices in decimal, but for Anchor's batch, which
// is bytes (see [Batch]):
//
//	RegisterLog  verifier key, platform's MSP, regulator's MSP, [rules]  -> Registered
//	ConfirmLog   the same, by the regulator's MSP                        -> Registered
//	RotateKey    verifier key                                            -> Registered
//	ConfirmKey   the same, by the regulator's MSP                        -> Registered
//	Anchor       batch                                                   -> Anchored
//	Freeze       project, order, reason                                  -> Ordered
//	Release      project, order, reason                                  -> Ordered
//	Except       index, leaf hash in base64, reason                      -> Agreed
//	Head                                                                 -> Head
//	Leaf         index                                                   -> Leaf
//	Leaves       index of the first                                      -> Leaves
//	Pool         address, as in "5/1/general/CNY"                        -> Pool
//	Project      index, [page]                                           -> Project
//	Orders       [from]                                                  -> Page of Order
//	Breaches     [from]                                                  -> Page of Breach
//	Exceptions   [from]                                                  -> Page of Exception
//
// After an error nothing was written. Refusals are [ledger.Error]s, within a [Refusal]
// where a record is at fault; every other error is the state's.
func Invoke(s State, c Call, name string, args [][]byte) ([]byte, error) {
	f, ok := functions[name]
	if !ok {
		return nil, ledger.Refuse(ledger.NotFound, "function-unknown", "", "账本没有 %.40q 这个功能", "the ledger has no function %.40q", name)
	}
	if n := len(args) - 1; n < f.least || n > f.most {
		return nil, ledger.Refuse(ledger.Invalid, "arguments", "",
			"功能 %s 在日志名之后须有 %d 至 %d 个参数", "the function %s has %d to %d arguments after the origin", name, f.least, f.most)
	}
	return transact(s, c, string(args[0]), f.unlogged, func(t *tx) (any, error) { return f.run(t, args[1:]) })
}

// Anchor is Invoke of the function of that name, for who has read the batch already and
// wants to know what it says: passed is nil where it was anchored before.
func Anchor(s State, c Call, origin string, batch *Reading) (answer []byte, passed *Passed, err error) {
	answer, err = transact(s, c, origin, false, func(t *tx) (answer any, err error) {
		if err := t.mayAnchor(); err != nil {
			return nil, err
		}
		answer, passed, err = t.extend(batch)
		return answer, err
	})
	return answer, passed, err
}

// transact runs a function on a log, and writes what it changed if it refuses nothing.
func transact(s State, c Call, origin string, unlogged bool, run func(*tx) (any, error)) ([]byte, error) {
	c.Time = c.Time.UTC()
	t, err := begin(s, c, origin, unlogged)
	if err != nil {
		return nil, err
	}
	answer, err := run(t)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	return data, t.flush()
}

// arguments are those after the origin.
type arguments [][]byte

// text gives an argument, or "" where it was left out.
func (a arguments) text(i int, field string) (string, error) {
	if i >= len(a) {
		return "", nil
	}
	if !utf8.Valid(a[i]) {
		return "", ledger.Refuse(ledger.Invalid, "text-utf8", field, "参数 %s 不是有效的 UTF-8", "the argument %s is not valid UTF-8", field)
	}
	return string(a[i]), nil
}

// number gives an index in decimal, or other where it was left out.
func (a arguments) number(i int, field string, other int64) (int64, error) {
	if i >= len(a) {
		return other, nil
	}
	var n int64
	ok := len(a[i]) > 0 && len(a[i]) <= 16 && (a[i][0] != '0' || len(a[i]) == 1)
	for _, c := range a[i][:min(len(a[i]), 16)] {
		ok = ok && '0' <= c && c <= '9'
		n = n*10 + int64(c-'0')
	}
	if !ok || n > ledger.MaxUnits {
		return 0, ledger.Refuse(ledger.Invalid, "index-range", field, "参数 %[1]s 不是编号（%.20[2]q）", "the argument %[1]s is not an index (%.20[2]q)", field, a[i])
	}
	return n, nil
}
