package ledger

import "strings"

// Limits are what the law asks of a charity each year (民发〔2026〕12号). They are of the
// whole organization: a book that has only some of its accounts can show how it stands,
// and no more.
type Limits struct {
	Spending   int64 // charitable spending, in percent of the income of the year before: at least
	Management int64 // management, in percent of all that was spent in the year: at most
}

const (
	// ManagementExempt is the yearly management cost, in fen, below which its share is
	// not bounded (民发〔2026〕12号).
	ManagementExempt int64 = 200_000_00
	// FundraisingShare is what raising funds may cost at most in a year, in percent of
	// the average donations of three years (民发〔2026〕12号).
	FundraisingShare int64 = 3
)

// YearlyLimits gives the limits of an organization, where its record tells which they
// are: a charity in mainland China that is qualified for public fundraising. Its code
// begins with 53 for a foundation, 51 for an association and 52 for a service
// organisation. Those of all others depend on their net assets, which no record has.
func YearlyLimits(o Organization) (limits Limits, known bool) {
	if o.Kind != Charity || !o.PublicFundraising || o.Scheme != SchemeUSCC {
		return Limits{}, false
	}
	switch {
	case strings.HasPrefix(o.Code, "53"):
		return Limits{Spending: 70, Management: 10}, true
	case strings.HasPrefix(o.Code, "51"), strings.HasPrefix(o.Code, "52"):
		return Limits{Spending: 70, Management: 13}, true
	}
	return Limits{}, false
}
