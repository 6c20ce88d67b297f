package ledgertest

import (
	"fmt"

	"mingzhang/ledger"
)

// Token marks one unit of one flow. It travels with the unit: through a pool, into
// a payment, back again, through a conversion.
type Token struct {
	Flow, Place int64
	Converted   bool // a conversion lies between the flow and here
}

// Slot is one address of a pool, or one place of an outflow, and what is there. The
// slots of a pool never go away; a taken one is empty for whoever comes later.
type Slot struct {
	Tokens []Token
	Gone   bool // of a pool: taken. Of an outflow: came back
}

// Model is a book that knows nothing of spans, holes or paths. It is slow and plain
// enough to be believed.
type Model struct {
	Pools  map[ledger.Pool][]Slot
	Moved  map[int64][]Slot  // what each outflow took, by place
	Undone map[int64]bool    // entries that were reversed
	Took   map[int64][]int64 // the addresses each outflow took, by place
	flows  map[int64]ledger.Flow
	stand  map[int64][]int64 // the standing returns of each outflow, the latest last
}

// NewModel is an empty model.
func NewModel() *Model {
	return &Model{
		Pools: map[ledger.Pool][]Slot{}, Moved: map[int64][]Slot{}, Undone: map[int64]bool{},
		Took: map[int64][]int64{}, flows: map[int64]ledger.Flow{}, stand: map[int64][]int64{},
	}
}

// Record does what the flow says, under the index that a book would give it, or
// says why not and changes nothing. It looks at no more than amounts and names.
func (m *Model) Record(index int64, f ledger.Flow) error {
	of, known := m.flows[f.Of]
	if f.Of != 0 && !known {
		return fmt.Errorf("no flow %d", f.Of)
	}
	switch f.Kind {
	case ledger.Return:
		return m.giveBack(index, f, of)
	case ledger.Reversal:
		return m.reverse(index, f, of)
	case ledger.Conversion:
		return m.convert(index, f)
	}
	if f.Of != 0 && !of.Kind.Brings() {
		return fmt.Errorf("flow %d is no gift", f.Of)
	}
	if f.Kind == ledger.Refund && f.Out == nil {
		f.Out = &ledger.Outflow{Pool: of.In.Pool}
	}
	if f.Out == nil {
		m.lay(index, f.In.Pool, make([]Slot, f.Amount))
		m.flows[index] = f
		return nil
	}
	slots, err := m.take(index, f.Out.Pool, f.Amount, f.Of)
	if err != nil {
		return err
	}
	if f.In != nil {
		m.lay(index, f.In.Pool, slots)
	}
	m.flows[index] = f
	return nil
}

// take empties the lowest slots that are left and, where of is not 0, hold a unit
// of that flow which no conversion changed.
func (m *Model) take(index int64, pool ledger.Pool, n, of int64) ([]Slot, error) {
	var at []int64
	for i, s := range m.Pools[pool] {
		if !s.Gone && (of == 0 || s.has(of)) && int64(len(at)) < n {
			at = append(at, int64(i))
		}
	}
	if int64(len(at)) < n {
		return nil, fmt.Errorf("the pool %s holds %d of %d", pool, len(at), n)
	}
	return m.empty(index, pool, at), nil
}

func (s Slot) has(flow int64) bool {
	for _, t := range s.Tokens {
		if t.Flow == flow && !t.Converted {
			return true
		}
	}
	return false
}

// empty takes the slots at the addresses given and writes down who took what.
func (m *Model) empty(index int64, pool ledger.Pool, at []int64) []Slot {
	var took []Slot
	for k, i := range at {
		tokens := append([]Token{}, m.Pools[pool][i].Tokens...)
		m.Pools[pool][i].Gone = true
		took = append(took, Slot{Tokens: append(tokens, Token{Flow: index, Place: int64(k)})})
	}
	m.Moved[index], m.Took[index] = took, at
	return copies(took)
}

// lay appends slots to a pool, each marked as a unit of the flow.
func (m *Model) lay(index int64, pool ledger.Pool, slots []Slot) {
	for k, s := range slots {
		mark := Token{Flow: index, Place: int64(k)}
		if n := len(s.Tokens); n == 0 || s.Tokens[n-1] != mark {
			s.Tokens = append(append([]Token{}, s.Tokens...), mark)
		}
		m.Pools[pool] = append(m.Pools[pool], Slot{Tokens: s.Tokens})
	}
}

func (m *Model) giveBack(index int64, f, of ledger.Flow) error {
	moved := m.Moved[f.Of]
	left := int64(0)
	for left < int64(len(moved)) && !moved[left].Gone {
		left++
	}
	if !of.Kind.Spends() || left < f.Amount {
		return fmt.Errorf("flow %d has %d to give back", f.Of, left)
	}
	back := moved[left-f.Amount : left]
	m.lay(index, of.Out.Pool, copies(back))
	for i := range back {
		back[i].Gone = true
	}
	f.In = &ledger.Inflow{Pool: of.Out.Pool}
	m.flows[index] = f
	m.stand[f.Of] = append(m.stand[f.Of], index)
	return nil
}

func (m *Model) convert(index int64, f ledger.Flow) error {
	took, err := m.take(index, f.Out.Pool, f.Amount, 0)
	if err != nil {
		return err
	}
	target := make([]Slot, f.Into)
	for k, s := range took {
		j := int64(k) * f.Into / f.Amount
		carried := s.Tokens[:len(s.Tokens)-1] // a conversion's own units are those it lays
		m.Moved[index][k].Tokens = carried
		for _, t := range carried {
			t.Converted = true
			target[j].Tokens = append(target[j].Tokens, t)
		}
	}
	m.lay(index, f.In.Pool, target)
	m.flows[index] = f
	return nil
}

func (m *Model) reverse(index int64, f, of ledger.Flow) error {
	if of.Kind == ledger.Reversal || m.Undone[f.Of] || len(m.stand[f.Of]) > 0 {
		return fmt.Errorf("flow %d cannot be reversed", f.Of)
	}
	if stand := m.stand[of.Of]; of.Kind == ledger.Return && stand[len(stand)-1] != f.Of {
		return fmt.Errorf("flow %d is not the last return", f.Of)
	}
	f.Amount, f.Out, f.In = of.Amount, nil, nil
	if of.Out != nil {
		f.In = &ledger.Inflow{Pool: of.Out.Pool}
	}
	if of.In != nil {
		f.Out = &ledger.Outflow{Pool: of.In.Pool}
		if err := m.withdraw(index, f, of); err != nil {
			return err
		}
	}
	switch of.Kind {
	case ledger.Transfer:
		m.lay(index, f.In.Pool, copies(m.Moved[index]))
	case ledger.Return:
		stand := m.stand[of.Of]
		m.stand[of.Of] = stand[:len(stand)-1]
		m.unreturn(of)
	case ledger.Expenditure, ledger.Refund, ledger.Conversion:
		moved := m.Moved[f.Of]
		m.lay(index, f.In.Pool, copies(moved))
		for i := range moved {
			moved[i].Gone = true
		}
	}
	m.Undone[f.Of] = true
	m.flows[index] = f
	return nil
}

// withdraw takes every unit of the flow of out of the pool it entered.
func (m *Model) withdraw(index int64, f, of ledger.Flow) error {
	if of.Kind != ledger.Conversion {
		_, err := m.take(index, f.Out.Pool, of.Amount, f.Of)
		return err
	}
	var at []int64
	for i, s := range m.Pools[f.Out.Pool] {
		last := s.Tokens[len(s.Tokens)-1]
		if last.Flow == f.Of && !s.Gone {
			at = append(at, int64(i))
		}
	}
	if int64(len(at)) < of.Into {
		return fmt.Errorf("flow %d was used", f.Of)
	}
	m.empty(index, f.Out.Pool, at)
	return nil
}

// unreturn makes the places that a return brought back be gone no longer.
func (m *Model) unreturn(ret ledger.Flow) {
	moved := m.Moved[ret.Of]
	n := ret.Amount
	for i := range moved {
		if moved[i].Gone && n > 0 {
			moved[i].Gone = false
			n--
		}
	}
}

func copies(slots []Slot) []Slot {
	out := make([]Slot, len(slots))
	for i, s := range slots {
		out[i].Tokens = append([]Token{}, s.Tokens...)
	}
	return out
}

// Balance counts what a pool holds.
func (m *Model) Balance(pool ledger.Pool) int64 {
	var n int64
	for _, s := range m.Pools[pool] {
		if !s.Gone {
			n++
		}
	}
	return n
}
