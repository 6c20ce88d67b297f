package ledger

import "testing"

// TestYearlyLimits: the law's table, as far as a record tells the row.
func TestYearlyLimits(t *testing.T) {
	charity := func(code string) Organization {
		return Organization{Scheme: SchemeUSCC, Code: code, Kind: Charity, PublicFundraising: true}
	}
	unqualified, partner, abroad := charity("53440100MJK9876542"), charity("52440100MJK9876542"), charity("53440100MJK9876542")
	unqualified.PublicFundraising, partner.Kind, abroad.Scheme = false, Partner, "GB-CHC"
	for _, c := range []struct {
		name  string
		of    Organization
		want  Limits
		known bool
	}{
		{"foundation", charity("53440100MJK9876542"), Limits{70, 10}, true},
		{"association", charity("51440100MJK9876542"), Limits{70, 13}, true},
		{"service organisation", charity("52440100MJK9876542"), Limits{70, 13}, true},
		{"another kind of body", charity("12440100MJK9876542"), Limits{}, false},
		{"a foundation without the qualification: its net assets decide", unqualified, Limits{}, false},
		{"a partner is no charity", partner, Limits{}, false},
		{"a charity abroad", abroad, Limits{}, false},
	} {
		if got, known := YearlyLimits(c.of); got != c.want || known != c.known {
			t.Errorf("%s: got %+v, %v, want %+v, %v", c.name, got, known, c.want, c.known)
		}
	}
}
