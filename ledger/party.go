package ledger

// PartyKind says who stands at the other end of a flow.
type PartyKind string

const (
	Person       PartyKind = "person"       // a natural person; never named in a record
	Organized    PartyKind = "organization" // named in clear
	Group        PartyKind = "group"        // several persons together: a class, a village
	Anonymous    PartyKind = "anonymous"    // does not want to be named, or is not known
	Distribution PartyKind = "public"       // many recipients at once, or the public
)

// Party is the giver, payer, payee or recipient of a flow as a record shows it. A
// natural person's name, even masked, is not here: it is sealed.
type Party struct {
	Kind    PartyKind
	Name    string // of an organization only
	USCC    USCC   // of an organization, where known
	Related bool   // a related party of the charity, 关联方
}

// Key is what an organization is found under: its USCC, or its name where it has
// none. Nobody else has one.
func (p *Party) Key() string {
	switch {
	case p == nil || p.Kind != Organized:
		return ""
	case p.USCC != "":
		return string(p.USCC)
	}
	return p.Name
}

// Check refuses a party that names a person in clear or leaves an organization
// without a name.
func (p Party) Check(field string) error {
	switch p.Kind {
	case Organized:
		if p.USCC != "" {
			if _, _, err := ParseUSCC(string(p.USCC)); err != nil {
				return inField(field+".uscc", err)
			}
		}
		return checkName(field+".name", p.Name, 200)
	case Person, Group, Anonymous, Distribution:
		if p.Name != "" || p.USCC != "" {
			return Refuse(Invalid, "party-named", field+".name",
				"只有组织的名称可以公开写入记录；自然人的姓名须密封", "only an organization is named in a record; a person's name is sealed")
		}
		return nil
	}
	return unknown(field+".kind", p.Kind)
}
