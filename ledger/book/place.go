package book

import (
	"strings"

	"mingzhang/ledger"
)

// Rules speak of records, and name what is wrong as a record has it; who asks knows the
// members of what they sent. What follows gives refusals the names of those, in full:
// donor.name, budget[2].amount, from.project.

// named gives a refusal the name of the member that it is about.
func named(member string, err error) error {
	e, ok := err.(*ledger.Error)
	if !ok {
		return err
	}
	about := *e
	about.Field = member
	return &about
}

// renamed gives a refusal of one member, or of what is in it, another name.
func renamed(err error, from, to string) error {
	e, ok := err.(*ledger.Error)
	if !ok {
		return err
	}
	if rest, found := strings.CutPrefix(e.Field, from); found && (rest == "" || rest[0] == '.') {
		return named(to+rest, err)
	}
	return err
}

// giver is who gave: a donor, or a payer, and the name of that member.
func (r Income) giver() (member string, p *Party) {
	if r.Donor == nil && (r.Payer != nil || r.Kind != "" && r.Kind != ledger.Donation) {
		return "payer", r.Payer
	}
	return "donor", r.Donor
}

// placed gives the refusal of a record its place in the request for it.
func placed(what any, err error) error {
	switch r := what.(type) {
	case Income:
		member, _ := r.giver()
		return renamed(renamed(err, "party", member), "donor", member)
	case Spend:
		return renamed(err, "party", "payee")
	case Convert:
		return placedConversion(err)
	case Refund, Return, Reverse:
		if e, ok := err.(*ledger.Error); ok && e.Field == "pool" { // there is none without what it refers to
			return ledger.Refuse(ledger.Invalid, "field-missing", "of", "缺少所指的记录", "of is missing")
		}
	}
	return err
}

// placedConversion: what a record has as one amount of one asset are two sums in the
// request.
func placedConversion(err error) error {
	e, ok := err.(*ledger.Error)
	switch {
	case ok && (e.Code == "pool-full" || e.Code == "project-full"):
		return named("to.amount", err)
	case ok && e.Code == "conversion-asset":
		return named("to.asset", err)
	}
	return renamed(renamed(err, "party", "payee"), "amount", "from.amount")
}

// textPlaced gives the refusal of a text that is to be sealed its place in the request.
func textPlaced(what any, err error) error {
	e, ok := err.(*ledger.Error)
	if !ok {
		return err
	}
	of := map[string]bool{"display": true, "name": true, "contact": true}[e.Field] // of a party
	switch r := what.(type) {
	case Income:
		if member, _ := r.giver(); of {
			return ledger.Within(member, err)
		}
	case Spend, Convert:
		if of {
			return ledger.Within("payee", err)
		}
	case Deliver:
		return ledger.Within("recipient", err)
	case RegisterProject, ChangePlan:
		if e.Field != "reason" {
			return ledger.Within("plan", err)
		}
	}
	return err
}
