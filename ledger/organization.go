package ledger

import "strings"

// OrganizationKind is what an organization does in the book.
type OrganizationKind string

const (
	Charity   OrganizationKind = "charity"   // owns projects and publishes their accounts
	Platform  OrganizationKind = "platform"  // runs the book and registers the others
	Partner   OrganizationKind = "partner"   // carries projects out with a charity's money
	Regulator OrganizationKind = "regulator" // reads all and freezes
	Auditor   OrganizationKind = "auditor"   // reads all and opens private seals
)

// SchemeUSCC is the register of every organization in mainland China.
const SchemeUSCC = "uscc"

// Organization is a body known to the book by its code in a public register.
type Organization struct {
	Scheme            string // "uscc", or a register abroad by its org-id code: "US-EIN"
	Code              string
	Name              string
	Kind              OrganizationKind
	PublicFundraising bool // has the qualification for public fundraising (Charity Law 22)
}

// Check refuses an organization that cannot be registered.
func (o Organization) Check() error {
	switch o.Kind {
	case Charity, Platform, Partner, Regulator, Auditor:
	default:
		return unknown("kind", o.Kind)
	}
	if o.Scheme == SchemeUSCC {
		if _, _, err := ParseUSCC(o.Code); err != nil {
			return err
		}
	} else if err := checkForeign(o.Scheme, o.Code); err != nil {
		return err
	}
	if o.PublicFundraising && o.Kind != Charity {
		return Refuse(Invalid, "fundraising-qualification", "public_fundraising",
			"只有慈善组织可以有公开募捐资格", "only a charity is qualified for public fundraising")
	}
	return checkName("name", o.Name, 200)
}

// checkForeign accepts a register as org-id.guide names it, a country and a short
// name ("US-EIN"), and a code of visible ASCII.
func checkForeign(scheme, code string) error {
	country, register, ok := strings.Cut(scheme, "-")
	if !ok || !capitals(country) || len(country) > 3 || !isCode(register, 1, 20) || register[0] == '-' {
		return Refuse(Invalid, "scheme-unknown", "scheme",
			"%.40q 不是登记机构代号（uscc，或 US-EIN 这样的形式）", "%.40q is not a register: uscc, or one abroad such as US-EIN", scheme)
	}
	for _, c := range []byte(code) {
		if c <= ' ' || c > '~' {
			return Refuse(Invalid, "code-unreadable", "code",
				"登记代码只能用可见的 ASCII 字符", "a code in a register is visible ASCII")
		}
	}
	return checkName("code", code, 60)
}

// capitals accepts one or more capital letters.
func capitals(s string) bool {
	for i := range len(s) {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return s != ""
}

// isCode accepts low to high capitals, digits and hyphens.
func isCode(s string, low, high int) bool {
	return low <= len(s) && len(s) <= high && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == ""
}
