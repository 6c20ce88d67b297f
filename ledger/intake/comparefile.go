package intake

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// writeComparisons writes the file of a reconciliation.
func writeComparisons(path string, all []Comparison) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write the comparison: %w", err)
	}
	if strings.EqualFold(filepath.Ext(path), ".json") {
		e := json.NewEncoder(f)
		e.SetIndent("", "  ")
		err = e.Encode(all)
	} else {
		err = comparisonsTo(f, all)
	}
	return errors.Join(err, f.Close())
}

// ComparisonColumns are the columns of the CSV of a reconciliation. Amounts are whole
// numbers of the smallest unit; an empty cell is what was not claimed.
var ComparisonColumns = []string{"day", "measure", "channel", "asset", "claimed", "recorded", "claimed_flows", "recorded_flows",
	"cumulative_claimed", "cumulative_recorded", "step_since", "step", "step_claimed", "step_recorded", "within", "titles", "findings", "findings_zh"}

// comparisonsTo writes a reconciliation as CSV (RFC 4180).
func comparisonsTo(w io.Writer, all []Comparison) error {
	out := csv.NewWriter(w)
	if err := out.Write(ComparisonColumns); err != nil {
		return err
	}
	for _, c := range all {
		if err := out.Write(c.csv()); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func (c Comparison) csv() []string {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	cells := []string{string(c.Day), string(c.Measure), c.Channel, string(c.Asset), "", number(c.Recorded), "", number(c.RecordedFlows),
		"", number(c.CumulativeRecorded), "", "", "", "", "", guarded(strings.Join(c.Titles, "; ")), "", ""}
	if c.Claimed != nil {
		cells[4], cells[14] = number(c.Claimed.Amount), number(c.Claimed.Within)
	}
	if c.ClaimedFlows != nil {
		cells[6] = number(*c.ClaimedFlows)
	}
	if c.CumulativeClaimed != nil {
		cells[8] = number(c.CumulativeClaimed.Amount)
	}
	if s := c.Step; s != nil {
		cells[10], cells[11], cells[13] = string(s.Since), number(s.Amount.Amount), number(s.Recorded)
		if s.Claimed != nil {
			cells[12] = number(s.Claimed.Amount)
		}
	}
	for _, f := range c.Findings {
		cells[16] += f.Code + "; "
		cells[17] += f.Zh + "；"
	}
	cells[16], cells[17] = strings.TrimSuffix(cells[16], "; "), strings.TrimSuffix(cells[17], "；")
	return cells
}
