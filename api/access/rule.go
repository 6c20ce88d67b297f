package access

import (
	"fmt"
	"slices"
	"strings"

	"mingzhang/ledger"
)

// Allow refuses an action that a caller may not do: a ledger.Forbidden of the code
// key-missing for who has no key (HTTP 401), role-forbidden for a role that never may,
// and not-yours for one that may, but not here. The sentence says whose key it takes.
func Allow(c *Caller, action Action, on Target) error {
	r, ok := rules[action]
	if !ok {
		return fmt.Errorf("there is no rule for the action %q", action)
	}
	code := "role-forbidden"
	if c == nil || c.Role == "" {
		code = "key-missing"
	}
	for _, g := range r.may {
		if code == "key-missing" || c.Role != g.role {
			continue
		}
		if g.holds(c, &on) {
			return nil
		}
		code = "not-yours"
	}
	zh, en := r.who(&on)
	return ledger.Refuse(ledger.Forbidden, code, "", "%[1]s须使用%[2]s的 API 密钥", "to %[3]s takes an API key of %[4]s", r.zh, zh, r.en, en)
}

// rule is who may do an action, and its name in a sentence.
type rule struct {
	zh, en string
	may    []grant
}

// grant lets a role do it where a condition holds.
type grant struct {
	role ledger.OrganizationKind
	condition
}

// condition is what must hold between a caller and a target, in words that say whose key
// it takes; number is the organization that the target names, if it does.
type condition struct {
	holds  func(*Caller, *Target) bool
	zh, en string
	number func(*Target) *int64
}

// who lists whose keys a rule accepts.
func (r rule) who(on *Target) (zh, en string) {
	var zhs, ens []string
	for _, g := range r.may {
		z, e := g.zh, g.en
		if z == "" {
			z, e = roleNames[g.role][0], roleNames[g.role][1]
		}
		if g.number != nil {
			if n := g.number(on); n != nil {
				z, e = fmt.Sprintf("%s（组织 %d）", z, *n), fmt.Sprintf("%s (organization %d)", e, *n)
			}
		}
		if !slices.Contains(ens, e) {
			zhs, ens = append(zhs, z), append(ens, e)
		}
	}
	return listed(zhs, "、", "或"), listed(ens, ", ", " or ")
}

// listed joins words as a sentence does: a, b or c.
func listed(words []string, comma, or string) string {
	last := len(words) - 1
	if last == 0 {
		return words[0]
	}
	return strings.Join(words[:last], comma) + or + words[last]
}

var roleNames = map[ledger.OrganizationKind][2]string{
	ledger.Platform: {"平台", "the platform"}, ledger.Charity: {"慈善组织", "a charity"}, ledger.Partner: {"执行机构", "a partner"},
	ledger.Regulator: {"监管部门", "the regulator"}, ledger.Auditor: {"审计机构", "an auditor"},
}

func ownerOf(on *Target) *int64 {
	if on.Pool == nil {
		return nil
	}
	return &on.Pool.Owner
}

func holderOf(on *Target) *int64 {
	if on.Pool == nil {
		return nil
	}
	return &on.Pool.Holder
}

func writerOf(on *Target) *int64 { return on.By }

func owns(c *Caller, on *Target) bool  { return on.Pool != nil && c.is(on.Pool.Owner) }
func holds(c *Caller, on *Target) bool { return on.Pool != nil && c.is(on.Pool.Holder) }
func wrote(c *Caller, on *Target) bool { return on.By != nil && c.is(*on.By) }
func always(*Caller, *Target) bool     { return true }

// handsBack: from a pool that the caller holds to the pool that the project's own
// organization holds, of the same project.
func handsBack(c *Caller, on *Target) bool {
	return holds(c, on) && on.To != nil && *on.To == Pool{on.Pool.Project, on.Pool.Owner, on.Pool.Owner}
}

// receives: the receiving project is the caller's.
func receives(c *Caller, on *Target) bool { return on.To != nil && c.is(on.To.Owner) }

// undoes: the caller's own entry, whose units are in a pool that the caller holds.
func undoes(c *Caller, on *Target) bool { return wrote(c, on) && holds(c, on) }

// wordsOf: a record whose words are not somebody else's order. A record of an unknown
// type might be one.
func wordsOf(c *Caller, on *Target) bool {
	return wrote(c, on) || on.Type != "" && on.Type != "freeze"
}

func ownWords(c *Caller, on *Target) bool {
	return wrote(c, on) || owns(c, on) && wordsOf(c, on)
}

// fresh: a file of which no other version is there, or only the caller's.
func fresh(c *Caller, on *Target) bool { return on.By == nil || wrote(c, on) }

// witness: a key of the caller's own organization to witness the log with.
func witness(c *Caller, on *Target) bool {
	return on.Key != nil && on.Key.Use == "witness" && on.Key.Organization != nil && c.is(*on.Key.Organization)
}

// supervises: an auditor's key, or one of the caller's own organization and role.
func supervises(c *Caller, on *Target) bool {
	k := on.Key
	return k != nil && (k.Role == ledger.Auditor || k.Role == c.Role && k.Organization != nil && c.is(*k.Organization))
}
