package record

import "mingzhang/ledger"

// flow walks a flow. Kind and of come before out, which they shape.
func (c *codec) flow(f *ledger.Flow) {
	c.number("amount", &f.Amount, true)
	nested(c, "back", &f.Cut, false, c.span)
	c.number("basis", &f.Basis, false)
	text(c, "category", &f.Category, false)
	text(c, "channel", &f.Channel, false)
	nested(c, "consent", &f.Consent, false, c.author)
	list(c, "evidence", &f.Evidence, c.item)
	nested(c, "in", &f.In, false, func(in *ledger.Inflow) {
		c.number("from", &in.Span.From, true)
		c.pool(&in.Pool)
		c.number("upto", &in.Span.Upto, true)
	})
	c.number("into", &f.Into, false)
	text(c, "kind", &f.Kind, true)
	c.flag("late", &f.Late)
	c.period("occurred", &f.Occurred)
	c.number("of", &f.Of, false)
	nested(c, "out", &f.Out, false, func(out *ledger.Outflow) { c.outflow(out, f.Of != 0) })
	nested(c, "party", &f.Party, false, c.party)
	nested(c, "value", &f.Value, false, func(v *ledger.Value) {
		c.number("amount", &v.Amount, true)
		text(c, "basis", &v.Basis, true)
	})
}

// outflow walks an envelope, or the takes of an outflow that names a record.
func (c *codec) outflow(out *ledger.Outflow, named bool) {
	if !named {
		c.number("from", &out.Span.From, true)
		c.pool(&out.Pool)
		c.number("upto", &out.Span.Upto, true)
		return
	}
	c.pool(&out.Pool)
	list(c, "takes", &out.Takes, func(t *ledger.Take) {
		c.object(func() {
			c.number("from", &t.From, true)
			list(c, "path", &t.Path, c.value)
			c.number("upto", &t.Upto, true)
		})
	})
}

func (c *codec) span(s *ledger.Span) {
	c.number("from", &s.From, true)
	c.number("upto", &s.Upto, true)
}

func (c *codec) pool(p *ledger.Pool) {
	parsed(c, "pool", p, true, true, func(b []byte, p ledger.Pool) []byte { return p.Append(b) }, ledger.ParsePool)
}

func (c *codec) period(key string, p *ledger.Period) {
	parsed(c, key, p, true, true, func(b []byte, p ledger.Period) []byte { return append(b, p.String()...) }, ledger.ParsePeriod)
}

// item walks a string in an array, which has no name of its own: of what is written,
// list says where it stands.
func (c *codec) item(s *string) { c.quoted(c.last, s) }

func (c *codec) party(p *ledger.Party) {
	text(c, "kind", &p.Kind, true)
	c.name("name", &p.Name, false)
	c.flag("related", &p.Related)
	text(c, "uscc", &p.USCC, false)
}
