package access

import "mingzhang/ledger"

// Caller is who asks. It is shared by the requests of a key and never changed.
type Caller struct {
	Key          string                  // the id of the key, "" for none
	Role         ledger.OrganizationKind // "" for who has no key
	Organization *int64                  // its record; nil for none, and for the platform's first key
}

// Anonymous is who has no key: the public.
var Anonymous = &Caller{}

// Operator is who runs a command on the machine that has the database and the secret:
// nothing that is asked of a key could hold them.
var Operator = &Caller{Role: ledger.Platform}

// platformRecord is where the platform's own organization stands in every log.
const platformRecord = 0

// Author is who a record says wrote it. The platform's first key was made before there
// was an organization, and writes as the one that it registers.
func (c *Caller) Author() ledger.Author {
	a := ledger.Author{Org: platformRecord, Key: c.Key}
	if c.Organization != nil {
		a.Org = *c.Organization
	}
	return a
}

// is says whether the caller belongs to an organization.
func (c *Caller) is(organization int64) bool {
	if c.Organization == nil {
		return c.Role == ledger.Platform && organization == platformRecord
	}
	return *c.Organization == organization
}
