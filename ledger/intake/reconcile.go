package intake

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"mingzhang/ledger"
)

// Comparison is the claimed totals and the recorded ones of one day, side by side. What
// was not claimed is nil.
type Comparison struct {
	Day     ledger.Date    `json:"day"`
	Measure Measure        `json:"measure"`
	Channel string         `json:"channel,omitempty"`
	Asset   ledger.AssetID `json:"asset"`

	Claimed  *Amount `json:"claimed,omitempty"`
	Recorded int64   `json:"recorded"`

	ClaimedFlows  *int64 `json:"claimed_flows,omitempty"`
	RecordedFlows int64  `json:"recorded_flows"`

	CumulativeClaimed  *Amount `json:"cumulative_claimed,omitempty"`
	CumulativeRecorded int64   `json:"cumulative_recorded"`

	Step *Step `json:"step,omitempty"`

	Titles   []string  `json:"titles,omitempty"`  // where it was claimed
	Records  []int64   `json:"records,omitempty"` // that have the claims
	Findings []Finding `json:"findings,omitempty"`
}

// Amount is a claimed amount and how far it may be off, by the digits that it has.
type Amount struct {
	Amount int64 `json:"amount"`
	Within int64 `json:"within"`
}

// Step is what a cumulative claim grew by since the one before it.
type Step struct {
	Since    ledger.Date `json:"since"`
	Amount               // by the cumulative claims
	Claimed  *Amount     `json:"claimed,omitempty"` // by the claims for the days between, if there is one for each
	Recorded int64       `json:"recorded"`          // on the days between
}

// Finding is a difference that rounding does not explain. Gap is what is claimed beyond
// what it is held against.
type Finding struct {
	Code string `json:"code"`
	Gap  int64  `json:"gap"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

// Codes of findings. A step that differs says that the claims contradict each other,
// whatever is recorded.
const (
	DayDiffers        = "day-differs"
	FlowsDiffer       = "flows-differ"
	CumulativeDiffers = "cumulative-differs"
	StepDiffers       = "step-differs"
	StepUnrecorded    = "step-unrecorded" // the step is not what is recorded, and the days between were not claimed
)

// Reconcile holds claims against what is recorded, for each day on which there is
// either, by measure, channel and currency. Claims of one day add up; of several
// cumulative ones the last counts. A claim for an interval counts on its last day, as
// flows do.
func Reconcile(claims []Claim, recorded Recorded) []Comparison {
	lines := map[lineKey]*claimLine{}
	for _, c := range claims {
		key := lineKey{c.Asset, c.Measure, c.Channel}
		if lines[key] == nil {
			lines[key] = &claimLine{key: key, days: map[ledger.Date]*Comparison{}}
		}
		lines[key].claim(c)
	}
	for on, sum := range recorded {
		if line := lines[lineKey{on.Asset, on.Measure, on.Channel}]; line != nil {
			day := line.on(on.Day)
			day.Recorded, day.RecordedFlows = sum.Units, sum.Flows
		}
	}
	var all []Comparison
	for _, key := range slices.SortedFunc(maps.Keys(lines), lineKey.compare) {
		all = append(all, lines[key].compare()...)
	}
	return all
}

// lineKey names a line of claims.
type lineKey struct {
	asset   ledger.AssetID
	measure Measure
	channel string
}

func (k lineKey) compare(l lineKey) int {
	return cmp.Or(cmp.Compare(k.channel, l.channel), cmp.Compare(k.asset, l.asset), cmp.Compare(k.measure, l.measure))
}

// claimLine is the days of one line.
type claimLine struct {
	key  lineKey
	days map[ledger.Date]*Comparison
}

// on gives a day.
func (l *claimLine) on(day ledger.Date) *Comparison {
	if l.days[day] == nil {
		l.days[day] = &Comparison{Day: day, Measure: l.key.measure, Channel: l.key.channel, Asset: l.key.asset}
	}
	return l.days[day]
}

// claim enters a claim on its day.
func (l *claimLine) claim(c Claim) {
	day := l.on(c.Period.Last)
	if c.Title != "" && !slices.Contains(day.Titles, c.Title) {
		day.Titles = append(day.Titles, c.Title)
	}
	if c.Index > 0 && !slices.Contains(day.Records, c.Index) {
		day.Records = append(day.Records, c.Index)
	}
	switch {
	case c.Count && c.Cumulative: // nothing is held against it
	case c.Count:
		if day.ClaimedFlows == nil {
			day.ClaimedFlows = new(int64)
		}
		*day.ClaimedFlows += c.Amount
	case c.Cumulative:
		day.CumulativeClaimed = &Amount{c.Amount, c.Within}
	default:
		day.Claimed = day.Claimed.plus(Amount{c.Amount, c.Within})
	}
}

// plus adds amounts; nil is none.
func (a *Amount) plus(b Amount) *Amount {
	if a != nil {
		b.Amount, b.Within = b.Amount+a.Amount, b.Within+a.Within
	}
	return &b
}

// compare goes through the days in order.
func (l *claimLine) compare() []Comparison {
	var all []Comparison
	var sum int64
	last := -1 // the last day with a cumulative claim
	for i, day := range slices.Sorted(maps.Keys(l.days)) {
		c := *l.days[day]
		sum += c.Recorded
		c.CumulativeRecorded = sum
		if c.CumulativeClaimed != nil {
			if last >= 0 {
				c.Step = l.step(&all[last], &c)
			}
			last = i
		}
		c.find()
		all = append(all, c)
	}
	return all
}

// step holds the growth of a cumulative claim against the days in between.
func (l *claimLine) step(from, to *Comparison) *Step {
	s := &Step{Since: from.Day, Recorded: to.CumulativeRecorded - from.CumulativeRecorded}
	s.Amount = Amount{to.CumulativeClaimed.Amount - from.CumulativeClaimed.Amount, to.CumulativeClaimed.Within + from.CumulativeClaimed.Within}
	begun, err := time.Parse(time.DateOnly, string(from.Day))
	for day := begun; err == nil && ledger.Day(day) < to.Day; {
		day = day.AddDate(0, 0, 1)
		claimed := l.days[ledger.Day(day)]
		if claimed == nil || claimed.Claimed == nil {
			s.Claimed = nil
			return s
		}
		s.Claimed = s.Claimed.plus(*claimed.Claimed)
	}
	return s
}

// find writes down what differs.
func (c *Comparison) find() {
	if c.Claimed != nil {
		c.differ(DayDiffers, *c.Claimed, Amount{Amount: c.Recorded}, "当日公布 %s，已记入 %s", "claimed for the day: %s, recorded: %s")
	}
	if c.ClaimedFlows != nil && *c.ClaimedFlows != c.RecordedFlows {
		c.Findings = append(c.Findings, finding(FlowsDiffer, *c.ClaimedFlows-c.RecordedFlows, "当日公布 %d 笔，已记入 %d 笔", "claimed for the day: %d flows, recorded: %d", *c.ClaimedFlows, c.RecordedFlows))
	}
	if c.CumulativeClaimed != nil {
		c.differ(CumulativeDiffers, *c.CumulativeClaimed, Amount{Amount: c.CumulativeRecorded}, "累计公布 %s，已记入 %s", "claimed in all: %s, recorded: %s")
	}
	if s := c.Step; s != nil && s.Claimed != nil {
		c.differ(StepDiffers, s.Amount, *s.Claimed, "累计数较上次增加 %s，而其间各日公布合计 %s", "the claimed sum grew by %s since the one before, but the claims for the days between add up to %s")
	} else if s != nil {
		c.differ(StepUnrecorded, s.Amount, Amount{Amount: s.Recorded}, "累计数较上次增加 %s，而其间已记入 %s", "the claimed sum grew by %s since the one before, but what is recorded on the days between is %s")
	}
}

// differ adds a finding, if two amounts are further apart than both may be off.
func (c *Comparison) differ(code string, claimed, other Amount, zh, en string) {
	gap := claimed.Amount - other.Amount
	if off := claimed.Within + other.Within; -off <= gap && gap <= off {
		return
	}
	c.Findings = append(c.Findings, finding(code, gap, zh, en, money(claimed.Amount, c.Asset), money(other.Amount, c.Asset)))
}

func finding(code string, gap int64, zh, en string, args ...any) Finding {
	said := ledger.Refuse(ledger.Conflict, code, "", zh, en, args...)
	return Finding{code, gap, said.Zh, said.En}
}
