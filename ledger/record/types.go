package record

import "mingzhang/ledger"

// bodyType ties a type's name to the Go type that holds it, the walk over its
// members, and the rule it must satisfy.
type bodyType struct {
	name string
	is   func(any) bool
	make func() any
	walk func(*codec, any)
}

// typed builds a bodyType from the walk over the members of *T.
func typed[T any](name string, walk func(*codec, *T)) bodyType {
	return bodyType{
		name: name,
		is:   func(v any) bool { p, ok := v.(*T); return ok && p != nil },
		make: func() any { return new(T) },
		walk: func(c *codec, v any) { walk(c, v.(*T)) },
	}
}

// types are all record types, the most frequent first.
var types = []bodyType{
	typed("flow", (*codec).flow),
	typed("delivery", (*codec).delivery),
	typed("evidence", (*codec).evidence),
	typed("organization", (*codec).organization),
	typed("key", (*codec).key),
	typed("asset", (*codec).asset),
	typed("project", (*codec).project),
	typed("plan", (*codec).plan),
	typed("status", (*codec).status),
	typed("designation", (*codec).designation),
	typed("disclosure", (*codec).disclosure),
	typed("correction", (*codec).correction),
	typed("freeze", (*codec).freeze),
	typed("exception", (*codec).exception),
	typed("erasure", (*codec).erasure),
}

// Types lists the names of all record types.
func Types() []string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.name
	}
	return names
}

// what walks the body.
func (c *codec) what(name string, v *any) {
	for _, t := range types {
		if t.name != name {
			continue
		}
		if c.reading {
			*v = t.make()
		}
		c.object(func() { t.walk(c, *v) })
		return
	}
	c.refuse("type-unknown", "记录类型 %q 未知", "the record type %q is not known", name)
}

// check applies the rule of the body's own type.
func check(what any) error {
	f, ok := what.(*ledger.Flow)
	if !ok {
		return what.(interface{ Check() error }).Check()
	}
	if err := f.Check(); err != nil {
		return err
	}
	return f.CheckUnits()
}

func (c *codec) author(a *ledger.Author) {
	text(c, "key", &a.Key, true)
	c.number("org", &a.Org, true)
}

func (c *codec) organization(o *ledger.Organization) {
	text(c, "code", &o.Code, true)
	text(c, "kind", &o.Kind, true)
	c.name("name", &o.Name, true)
	c.flag("public_fundraising", &o.PublicFundraising)
	text(c, "scheme", &o.Scheme, true)
}

func (c *codec) key(k *ledger.Key) {
	text(c, "id", &k.ID, true)
	c.number("org", &k.Org, true)
	text(c, "replaces", &k.Replaces, false)
	text(c, "use", &k.Use, true)
	text(c, "verifier", &k.Verifier, true)
}

func (c *codec) asset(a *ledger.Asset) {
	text(c, "class", &a.Class, true)
	text(c, "id", &a.ID, true)
	c.name("name", &a.Name, true)
	scale := int64(a.Scale)
	c.number("scale", &scale, true)
	a.Scale = int(scale)
	c.name("unit", &a.Unit, true)
}

func (c *codec) project(p *ledger.Project) {
	text(c, "cause", &p.Cause, true)
	text(c, "filing_number", &p.Filing, false)
	text(c, "kind", &p.Kind, true)
	c.name("name", &p.Name, true)
	c.number("organization", &p.Organization, true)
	text(c, "place", &p.Place, true)
}

func (c *codec) plan(p *ledger.Plan) {
	c.number("beneficiaries", &p.Beneficiaries, false)
	list(c, "budget", &p.Budget, func(l *ledger.BudgetLine) {
		c.object(func() {
			c.number("amount", &l.Amount, true)
			text(c, "category", &l.Category, true)
		})
	})
	text(c, "ends", &p.Ends, false)
	list(c, "partners", &p.Partners, c.value)
	c.number("project", &p.Project, true)
	c.number("replaces", &p.Replaces, false)
	text(c, "starts", &p.Starts, false)
	nested(c, "target", &p.Target, false, func(s *ledger.Sum) {
		c.number("amount", &s.Amount, true)
		text(c, "asset", &s.Asset, true)
	})
}

func (c *codec) status(s *ledger.StatusChange) {
	c.number("project", &s.Project, true)
	text(c, "status", &s.Status, true)
}

func (c *codec) designation(d *ledger.Designation) {
	text(c, "class", &d.Class, true)
	text(c, "id", &d.ID, true)
	c.name("name", &d.Name, true)
	c.number("project", &d.Project, true)
}

func (c *codec) delivery(d *ledger.Delivery) {
	c.number("amount", &d.Amount, true)
	list(c, "evidence", &d.Evidence, c.item)
	c.period("occurred", &d.Occurred)
	c.number("of", &d.Of, true)
	p := &d.Recipient
	nested(c, "recipient", &p, true, c.party)
}

func (c *codec) evidence(e *ledger.Evidence) {
	text(c, "hash", &e.Hash, true)
	text(c, "media", &e.Media, true)
	c.flag("public", &e.Public)
	text(c, "redacted", &e.Redacted, false)
	c.number("size", &e.Size, true)
}

func (c *codec) disclosure(d *ledger.Disclosure) {
	c.number("at", &d.At, true)
	text(c, "kind", &d.Kind, true)
	c.period("period", &d.Period)
	c.number("project", &d.Project, true)
}

func (c *codec) correction(k *ledger.Correction) {
	text(c, "field", &k.Field, true)
	c.number("of", &k.Of, true)
}

func (c *codec) freeze(f *ledger.Freeze) {
	c.name("order", &f.Order, true)
	c.number("project", &f.Project, true)
	c.flag("release", &f.Release)
}

func (c *codec) exception(e *ledger.Exception) {
	digest(c, "leaf", &e.Leaf, true)
	c.number("of", &e.Of, true)
}

func (c *codec) erasure(e *ledger.Erasure) {
	text(c, "basis", &e.Basis, true)
	c.number("of", &e.Of, true)
	text(c, "seal", &e.Seal, true)
}
