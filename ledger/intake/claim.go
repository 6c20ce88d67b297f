package intake

import (
	"fmt"
	"strconv"
	"strings"

	"mingzhang/ledger"
)

// Measure is what a total counts.
type Measure string

const (
	Received Measure = "received" // income of every kind, but for what was held at first
	Spent    Measure = "spent"    // expenditure of every category
)

// Figure names a total: received, received.cumulative, received.count, spent:USD,
// received@alipay and so on. It is of one day unless it is cumulative, an amount unless
// it is a count of flows, in CNY unless it names another currency.
type Figure struct {
	Measure    Measure        `json:"measure"`
	Cumulative bool           `json:"cumulative,omitempty"`
	Count      bool           `json:"count,omitempty"`
	Channel    string         `json:"channel,omitempty"` // of the income by this channel alone
	Asset      ledger.AssetID `json:"asset"`
}

// ParseFigure reads the name of a total.
func ParseFigure(name string) (Figure, bool) {
	rest, asset, named := strings.Cut(name, ":")
	if !named {
		asset = "CNY"
	}
	rest, channel, by := strings.Cut(rest, "@")
	f := Figure{Channel: channel, Asset: ledger.AssetID(asset)}
	rest, f.Count = strings.CutSuffix(rest, ".count")
	rest, f.Cumulative = strings.CutSuffix(rest, ".cumulative")
	f.Measure = Measure(rest)
	_, known := ledger.Currency(f.Asset)
	return f, known && (f.Measure == Received || f.Measure == Spent && !by) && (!by || channel != "")
}

func (f Figure) String() string {
	s := string(f.Measure)
	if f.Cumulative {
		s += ".cumulative"
	}
	if f.Count {
		s += ".count"
	}
	if f.Channel != "" {
		s += "@" + f.Channel
	}
	return s + ":" + string(f.Asset)
}

// Claim is a total that somebody published.
type Claim struct {
	Figure
	Period ledger.Period // it counts on the last day, as flows do
	Amount int64         // in the smallest unit, or flows
	Within int64         // how far it may be off, by the digits that it has
	Title  string        // where it was published
	Index  int64         // of the record that has it; 0 of a file's
}

// claims reads the totals that a row has. Empty cells say nothing.
func (l *list) claims(r row) ([]Claim, error) {
	if r.fault != nil {
		return nil, r.fault
	}
	w, err := l.when(r)
	if err != nil {
		return nil, err
	}
	period, err := ledger.ParsePeriod(w.Occurred)
	if err != nil {
		return nil, err
	}
	var claims []Claim
	for _, f := range l.figures {
		if f.at < 0 || f.at >= len(r.cells) || r.cells[f.at] == "" {
			continue
		}
		c := Claim{Figure: f.Figure, Period: period, Title: l.cell(r, colTitle)}
		if err := c.read(line(r.cells[f.at]), l); err != nil {
			return nil, err
		}
		claims = append(claims, c)
	}
	return claims, nil
}

// read reads the amount of a claim, or its count.
func (c *Claim) read(text string, l *list) (err error) {
	if l.sheets {
		text = asShown(text)
	}
	if c.Count {
		c.Amount, _, err = ParseQuantity(text)
		return err
	}
	a, err := assetOf(c.Asset)
	if err != nil {
		return err
	}
	var last int64
	c.Amount, last, err = parseMoney(text, a, l.Unit)
	c.Within = last / 2
	return err
}

// claimWords are how claims of each kind begin in public.
var claimWords = map[Figure]string{
	{Measure: Received}: "当日收到", {Measure: Received, Cumulative: true}: "累计收到",
	{Measure: Spent}: "当日支出", {Measure: Spent, Cumulative: true}: "累计支出",
}

// Text writes a claim as a line of a public text, which [ParseClaim] reads:
//
//	当日收到 CNY 134690500.00 ±50.00
//	累计收到（alipay） CNY 85501100.00
//	当日收到 CNY 1926 笔
func (c Claim) Text() string {
	words := claimWords[Figure{Measure: c.Measure, Cumulative: c.Cumulative}]
	if c.Channel != "" {
		words += "（" + c.Channel + "）"
	}
	if c.Count {
		return fmt.Sprintf("%s %s %d 笔", words, c.Asset, c.Amount)
	}
	a, _ := ledger.Currency(c.Asset)
	text := fmt.Sprintf("%s %s %s", words, c.Asset, ledger.FormatAmount(c.Amount, a.Scale))
	if c.Within > 0 {
		text += " ±" + ledger.FormatAmount(c.Within, a.Scale)
	}
	return text
}

// ParseClaim reads a line that [Claim.Text] wrote; anything else is no claim.
func ParseClaim(text string) (c Claim, ok bool) {
	parts := strings.Split(text, " ")
	if len(parts) < 3 || len(parts) > 4 {
		return c, false
	}
	words, channel, by := strings.Cut(strings.TrimSuffix(parts[0], "）"), "（")
	for f, w := range claimWords {
		if w == words {
			c.Figure = f
		}
	}
	c.Channel, c.Asset = channel, ledger.AssetID(parts[1])
	a, known := ledger.Currency(c.Asset)
	var err, off error
	if c.Count = len(parts) == 4 && parts[3] == "笔"; c.Count {
		c.Amount, err = strconv.ParseInt(parts[2], 10, 64)
	} else {
		c.Amount, err = ledger.ParseAmount(parts[2], a.Scale)
		if len(parts) == 4 {
			c.Within, off = ledger.ParseAmount(strings.TrimPrefix(parts[3], "±"), a.Scale)
		}
	}
	ok = known && c.Measure != "" && (!by || c.Measure == Received) && err == nil && off == nil && c.Text() == text
	return c, ok
}
