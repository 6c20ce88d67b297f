package trace

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"mingzhang/ledger"
)

// takeBytes is the room for takes in a record of at most 65,535 bytes.
const takeBytes = 60_000

// restParts is how much of a trace a refusal tells: a gift may have been paid out in any
// number of parts, and the book's writer waits for the sentence.
const restParts = 100

// Elsewhere is the data of a refused named outflow: what the pool still holds of
// the record named, what was asked, and where the rest went.
type Elsewhere struct {
	Of    int64       `json:"of"`
	Pool  ledger.Pool `json:"pool"`
	Left  int64       `json:"left"`
	Asked int64       `json:"asked"`
	Rest  []Rest      `json:"rest"`           // of the first parts of the trace
	More  int64       `json:"more,omitempty"` // units behind them, which are not in the pool either
}

// Rest is the amount of a record that is in one state at one place.
type Rest struct {
	State  State       `json:"state"`
	Pool   ledger.Pool `json:"pool"`
	Amount int64       `json:"amount"`        // in the record's own units
	Via    int64       `json:"via,omitempty"` // the last record that moved it, where one did
}

// Draw picks the units that a named outflow takes (rule 3): of the pool's untaken
// units that lead back to the record of, directly or through returns and transfers,
// the lowest amount. Where the pool holds less, the refusal says where the rest went.
//
// It costs O(log n) for each transfer and return that it follows and each hole that it
// meets: the book's writer waits for it, and a gift has any number of payments.
func Draw(ctx context.Context, r Drawer, of int64, pool ledger.Pool, amount int64) ([]ledger.Take, error) {
	f, err := r.Flow(ctx, of)
	if err != nil {
		return nil, err
	}
	d := &draw{ctx: ctx, r: r, pool: pool}
	if err := d.follow(f.In.Pool, f.In.Span, of, nil); err != nil {
		return nil, err
	}
	if d.left < amount {
		return nil, d.elsewhere(of, f, amount)
	}
	slices.SortFunc(d.takes, func(a, b ledger.Take) int { return cmp.Compare(a.From, b.From) })
	return lowest(d.takes, pool.Asset, amount)
}

// draw gathers the units of a pool that lead back to one record.
type draw struct {
	ctx   context.Context
	r     Drawer
	pool  ledger.Pool
	takes []ledger.Take
	left  int64
}

// follow gathers what is left of addresses that the record laid, and goes after what
// moved on. Units that were converted are no longer those of the record.
func (d *draw) follow(pool ledger.Pool, addresses ledger.Span, laid int64, w *way) error {
	if pool == d.pool {
		if err := d.gather(addresses, w); err != nil {
			return err
		}
	}
	moved, err := d.r.Moved(d.ctx, pool, addresses, laid)
	if err != nil {
		return err
	}
	for _, e := range moved {
		e.Piece = e.Cut(addresses)
		next := &way{e.Index, w}
		switch {
		case e.Flow.Carries():
			err = d.follow(e.Flow.In.Pool, e.Places().Shift(e.Flow.In.Span.From), e.Index, next)
		case e.Undone > 0:
			err = d.back(e, next)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *draw) gather(addresses ledger.Span, w *way) error {
	runs, err := d.r.Untaken(d.ctx, d.pool, addresses)
	for _, s := range runs {
		d.takes = append(d.takes, ledger.Take{Span: s, Path: w.path()})
		d.left += s.Len()
	}
	return err
}

// back follows what came back of units that an outflow took.
func (d *draw) back(e Entry, w *way) error {
	returns, err := d.r.Returns(d.ctx, e.Index)
	if err != nil {
		return err
	}
	for _, b := range returns {
		if b.Piece = b.CutPlaces(e.Places()); b.Empty() {
			continue
		}
		if err := d.follow(b.Flow.In.Pool, b.Span, b.Index, &way{b.Index, w}); err != nil {
			return err
		}
	}
	return nil
}

// elsewhere is the refusal of a pool that holds too little of the record.
func (d *draw) elsewhere(of int64, f *ledger.Flow, amount int64) error {
	parts, _, err := ForwardFrom(d.ctx, d.r, of, 0, restParts)
	if err != nil {
		return err
	}
	e := Elsewhere{Of: of, Pool: d.pool, Left: d.left, Asked: amount, Rest: rest(parts, d.pool)}
	return elsewhere(e, f.In.Span.Len())
}

// in says whether the part's units lie in pool and got there without a conversion.
func (p Part) in(pool ledger.Pool) bool {
	return p.Pool == pool && !p.Changed && (p.State == Held || p.State == InTransit)
}

// lowest cuts ascending takes after amount units.
func lowest(takes []ledger.Take, asset ledger.AssetID, amount int64) ([]ledger.Take, error) {
	asked, room := amount, takeBytes
	for i := range takes {
		if room -= 60 + 17*len(takes[i].Path); room < 0 {
			return nil, ledger.Refuse(ledger.Conflict, "too-scattered", "amount",
				"这笔款项分散在太多区段，一条记录最多可取 %[1]s；退款请分次办理，冲正请先冲正其后的业务",
				"the units lie in too many pieces: one record can take %[1]s of them; refund in several steps, or reverse what came after first", asset.Show(asked-amount))
		}
		if n := takes[i].Len(); n < amount {
			amount -= n
			continue
		}
		takes[i].Upto = takes[i].From + amount
		return takes[:i+1], nil
	}
	return takes, nil
}

// rest sums what is not in pool by state and place, in the order of the trace.
func rest(parts []Part, pool ledger.Pool) []Rest {
	var sums []Rest
	for _, p := range parts {
		if p.in(pool) {
			continue
		}
		r := Rest{State: p.State, Pool: p.Pool}
		if p.Changed && (p.State == Held || p.State == InTransit) {
			r.State = Converted // even where it was changed back, these are not the gift's own units
		}
		if len(p.Path) > 0 {
			r.Via = p.Path[len(p.Path)-1]
		}
		i := slices.IndexFunc(sums, func(s Rest) bool { return s.State == r.State && s.Pool == r.Pool && s.Via == r.Via })
		if i < 0 {
			i, sums = len(sums), append(sums, r)
		}
		sums[i].Amount += p.Len()
	}
	return sums
}

// words are the states in a sentence: Chinese, English.
var words = map[State][2]string{
	Held: {"结余于", "held in"}, InTransit: {"在途于", "in transit in"}, Converted: {"已兑换，现存于", "converted and held in"},
	Spent: {"已支出，付自", "spent from"}, Refunded: {"已退款，退自", "refunded from"}, Reversed: {"已冲正，原在", "reversed in"},
}

// elsewhere is the refusal that tells where the units are, of which there are so many.
func elsewhere(e Elsewhere, units int64) error {
	var zh, en []string
	asset := e.Pool.Asset
	e.More = units - e.Left
	for _, r := range e.Rest {
		e.More -= r.Amount
	}
	named := e.Rest[:min(5, len(e.Rest))]
	for _, r := range named {
		amount := asset.Show(r.Amount)
		zh = append(zh, amount+" "+words[r.State][0]+" "+r.Pool.String())
		en = append(en, amount+" "+words[r.State][1]+" "+r.Pool.String())
	}
	switch {
	case len(named) < len(e.Rest) || len(named) > 0 && e.More > 0:
		zh, en = append(zh, "等"), append(en, "and more")
	case e.More > 0: // the parts that were looked at are all in the pool
		zh, en = []string{asset.Show(e.More) + " 已在别处"}, []string{asset.Show(e.More) + " elsewhere"}
	case len(named) == 0:
		zh, en = []string{"无"}, []string{"nowhere"}
	}
	return ledger.Refuse(ledger.Shortfall, "gift-shortfall", "amount",
		"记录 %[1]d 在资金池 %[2]s 只剩 %[3]s，不够 %[4]s；其余：%[5]s",
		"of record %[1]d the pool %[2]s holds %[3]s, which is less than %[4]s; the rest: %[6]s",
		e.Of, e.Pool, asset.Show(e.Left), asset.Show(e.Asked),
		strings.Join(zh, "，"), strings.Join(en, ", ")).With(e)
}
