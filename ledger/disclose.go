package ledger

import (
	"slices"
	"time"
)

// Kinds of disclosures that say something about a list, and nothing about the project:
// what somebody claimed elsewhere, and which rows of a list could not be recorded.
const (
	Claim   = "claim"
	Finding = "finding"
)

// Reports says whether a disclosure is a publication of the project's own, as the law
// asks for.
func (d Disclosure) Reports() bool { return d.Kind != Claim && d.Kind != Finding }

// NextDisclosure gives the last day on which a project must publish next, where it
// raised money from starts to ends and published on the given days; "" where the law
// asks for nothing more. Fundraising of more than six months is published at least every
// three months, and all of it in full within three months after its end (Charity Law 79).
func NextDisclosure(starts, ends Date, published []Date) Date {
	if starts == "" {
		return ""
	}
	last := starts
	for _, d := range published {
		if d > last {
			last = d
		}
	}
	if ends != "" && slices.ContainsFunc(published, func(d Date) bool { return d > ends }) {
		return "" // published after the end
	}
	next := after(last, 3)
	if ends == "" {
		return next
	}
	full := after(ends, 3)
	if ends <= after(starts, 6) {
		return full
	}
	return min(next, full)
}

// after gives the day so many months after another; where that month is too short, its
// last day.
func after(d Date, months int) Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return d
	}
	first := time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Day(first.AddDate(0, 0, min(t.Day(), last)-1))
}
