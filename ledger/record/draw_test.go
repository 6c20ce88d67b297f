package record_test

import (
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// tokens are what drawn text is made of: what needs an escape, what needs two or
// four bytes, what another encoder might escape, and what sorts or folds oddly.
var tokens = []string{
	"慈善", "李*", "〔", "（", "，", `"`, `\`, `\n`, `\u4e2d`, "/", "<script>", "&", "'", "a", "Z", "é", "ß", "Ω", "한",
	"😀", "𠀀", "👩‍👧", "\u00a0", "\u3000", "\ue000", "\ufffd", "～", " x", "3年",
}

// drawText makes up text of 1 to limit characters that a record may hold.
func drawText(t *rapid.T, label string, limit int, more ...string) string {
	words := rapid.SliceOfN(rapid.SampledFrom(append(more, tokens...)), 1, 12).Draw(t, label)
	s := norm.NFC.String(strings.Join(words, ""))
	if r := []rune(s); len(r) > limit {
		s = string(r[:limit])
	}
	if s = strings.TrimSpace(s); s == "" {
		return "善"
	}
	return s
}

func drawSlug(t *rapid.T, label string) string {
	return rapid.StringMatching(`[a-z0-9]{1,12}(-[a-z0-9]{1,12}){0,2}`).Draw(t, label)
}

// drawInt makes up a number from low on, small or up to the limit, but for the one
// that drawRecord has for the index: a record refers to earlier ones.
func drawInt(t *rapid.T, label string, low int64) int64 {
	return rapid.OneOf(rapid.Int64Range(low, 300), rapid.Int64Range(low, ledger.MaxUnits-1), rapid.Just(int64(ledger.MaxUnits-1))).Draw(t, label)
}

func drawIndices(t *rapid.T, label string, limit int) []int64 {
	var indices []int64
	for range rapid.IntRange(0, limit).Draw(t, label) {
		indices = append(indices, drawInt(t, label, 0))
	}
	return indices
}

// maybe draws a value or leaves it out.
func maybe[T any](t *rapid.T, label string, draw func() T) (v T) {
	if rapid.Bool().Draw(t, label+" there") {
		v = draw()
	}
	return v
}

func drawDate(t *rapid.T, label string) ledger.Date {
	day := rapid.IntRange(0, 400*366).Draw(t, label)
	return ledger.Day(time.Date(1900, 1, 1+day, 0, 0, 0, 0, time.UTC))
}

func drawPeriod(t *rapid.T) ledger.Period {
	a, b := drawDate(t, "first"), drawDate(t, "last")
	return ledger.Period{First: min(a, b), Last: max(a, b)}
}

func drawHash(t *rapid.T, label string) string {
	return "sha256:" + rapid.StringMatching(`[0-9a-f]{64}`).Draw(t, label)
}

func drawHashes(t *rapid.T) []string {
	hashes := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) string { return drawHash(t, "hash") }), 0, 3, rapid.ID).Draw(t, "evidence")
	if len(hashes) == 0 {
		return nil
	}
	return hashes
}

func drawDigest(t *rapid.T, label string) (d [32]byte) {
	copy(d[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, label))
	d[rapid.IntRange(0, 31).Draw(t, label+" at")] |= 1
	return d
}

func drawAuthor(t *rapid.T, label string) ledger.Author {
	return ledger.Author{Org: drawInt(t, label+" org", 0), Key: drawSlug(t, label+" key")}
}

func drawParty(t *rapid.T) *ledger.Party {
	p := &ledger.Party{
		Kind:    rapid.SampledFrom([]ledger.PartyKind{ledger.Person, ledger.Organized, ledger.Group, ledger.Anonymous, ledger.Distribution}).Draw(t, "party"),
		Related: rapid.Bool().Draw(t, "related"),
	}
	if p.Kind == ledger.Organized {
		p.Name = drawText(t, "party name", 200)
		p.USCC = rapid.SampledFrom([]ledger.USCC{"", charityCode, partnerCode, platformCode}).Draw(t, "uscc")
	}
	return p
}

var drawnAssets = []ledger.AssetID{"CNY", "USD", "XXX", "goods/kn95-mask", "hours/volunteer"}

func drawPool(t *rapid.T, label string) ledger.Pool {
	return ledger.Pool{
		Project: drawInt(t, label+" project", 1), Holder: drawInt(t, label+" holder", 0),
		Designation: drawSlug(t, label+" designation"), Asset: rapid.SampledFrom(drawnAssets).Draw(t, label+" asset"),
	}
}

// drawSpan makes up a span of n units.
func drawSpan(t *rapid.T, label string, n int64) ledger.Span {
	from := rapid.Int64Range(0, ledger.MaxUnits-n).Draw(t, label)
	return ledger.Span{From: from, Upto: from + n}
}

// drawTakes makes up the units of a named outflow, and its amount.
func drawTakes(t *rapid.T, f *ledger.Flow) []ledger.Take {
	var takes []ledger.Take
	var at int64
	f.Amount = 0
	for range rapid.IntRange(1, 4).Draw(t, "takes") {
		from := at + rapid.Int64Range(0, 1<<50).Draw(t, "gap")
		at = from + rapid.Int64Range(1, 1<<50).Draw(t, "run")
		f.Amount += at - from
		var path []int64
		for range rapid.IntRange(0, 3).Draw(t, "steps") {
			path = append(path, f.Of+1+int64(len(path)))
		}
		takes = append(takes, ledger.Take{Span: ledger.Span{From: from, Upto: at}, Path: path})
	}
	return takes
}

var incomes = []ledger.FlowKind{
	ledger.Donation, ledger.Membership, ledger.Service, ledger.Grant, ledger.Sale, ledger.Investment, ledger.Allocation, ledger.Other, ledger.Opening,
}

// drawFlow makes up a flow of any kind whose units fit its amount.
func drawFlow(t *rapid.T) *ledger.Flow {
	others := []ledger.FlowKind{ledger.Return, ledger.Transfer, ledger.Conversion, ledger.Expenditure, ledger.Refund, ledger.Reversal}
	f := &ledger.Flow{
		Kind:     rapid.OneOf(rapid.SampledFrom(incomes), rapid.SampledFrom(others)).Draw(t, "kind"),
		Amount:   drawInt(t, "amount", 1),
		Occurred: drawPeriod(t),
		Evidence: drawHashes(t),
	}
	of := rapid.Int64Range(1, ledger.MaxUnits-9).Draw(t, "of")
	switch f.Kind {
	case ledger.Return:
		back := drawSpan(t, "back", f.Amount)
		f.Of, f.Cut = of, &back
		f.In = drawIn(t, f.Amount)
	case ledger.Transfer:
		drawTransfer(t, f, of)
	case ledger.Conversion:
		f.Into = drawInt(t, "into", 1)
		f.Out, f.In = drawOut(t, f.Amount), drawIn(t, f.Into)
		f.In.Pool = f.Out.Pool
		f.Out.Pool.Asset, f.In.Pool.Asset = "CNY", "goods/books"
		f.Party = maybe(t, "party", func() *ledger.Party { return drawParty(t) })
	case ledger.Expenditure:
		f.Category = rapid.SampledFrom(ledger.Categories()).Draw(t, "category")
		f.Out = drawOut(t, f.Amount)
		if f.Category.Account() != string(ledger.Impairment) {
			f.Party = drawParty(t)
		}
	case ledger.Refund:
		f.Of = of
		f.Out = &ledger.Outflow{Pool: drawPool(t, "out"), Takes: drawTakes(t, f)}
	case ledger.Reversal:
		drawReversal(t, f, of)
	default:
		drawIncome(t, f)
	}
	return f
}

func drawIn(t *rapid.T, n int64) *ledger.Inflow {
	return &ledger.Inflow{Pool: drawPool(t, "in"), Span: drawSpan(t, "laid", n)}
}

// drawOut makes up an envelope, which may be larger than the amount.
func drawOut(t *rapid.T, n int64) *ledger.Outflow {
	n += rapid.Int64Range(0, min(100, ledger.MaxUnits-n)).Draw(t, "holes")
	return &ledger.Outflow{Pool: drawPool(t, "out"), Span: drawSpan(t, "taken", n)}
}

func drawIncome(t *rapid.T, f *ledger.Flow) {
	f.In = drawIn(t, f.Amount)
	f.Late = rapid.Bool().Draw(t, "late")
	f.Channel = maybe(t, "channel", func() string { return drawSlug(t, "channel") })
	if f.Kind == ledger.Donation || f.Kind != ledger.Opening && rapid.Bool().Draw(t, "payer") {
		f.Party = drawParty(t)
	}
	if f.In.Pool.Asset.Class() != ledger.Money {
		f.Value = maybe(t, "value", func() *ledger.Value {
			return &ledger.Value{Amount: drawInt(t, "value", 1), Basis: rapid.SampledFrom([]string{"document", "fair", "nominal"}).Draw(t, "value basis")}
		})
	}
}

func drawTransfer(t *rapid.T, f *ledger.Flow, of int64) {
	f.Basis = drawInt(t, "basis", 1)
	f.Consent = maybe(t, "consent", func() *ledger.Author { a := drawAuthor(t, "consent"); return &a })
	if rapid.Bool().Draw(t, "named") {
		f.Of, f.Basis = of, 0
		f.Out = &ledger.Outflow{Pool: drawPool(t, "out"), Takes: drawTakes(t, f)}
	} else {
		f.Out = drawOut(t, f.Amount)
	}
	f.In = drawIn(t, f.Amount)
	f.In.Pool.Asset = f.Out.Pool.Asset
	if f.In.Pool == f.Out.Pool {
		f.In.Pool.Holder = (f.In.Pool.Holder + 1) % ledger.MaxUnits
	}
}

func drawReversal(t *rapid.T, f *ledger.Flow, of int64) {
	f.Of = of
	side := rapid.SampledFrom([]string{"in", "out", "transfer", "conversion"}).Draw(t, "reversal of")
	if side != "in" {
		f.Out = &ledger.Outflow{Pool: drawPool(t, "out"), Takes: drawTakes(t, f)}
	}
	if side != "out" {
		f.In = drawIn(t, f.Amount)
	}
	switch side {
	case "transfer":
		f.In.Pool.Asset = f.Out.Pool.Asset
	case "conversion":
		f.Into = drawInt(t, "into", 1)
		f.In = drawIn(t, f.Into)
		f.In.Pool = f.Out.Pool
		f.Out.Pool.Asset, f.In.Pool.Asset = "USD", "CNY"
	}
}

func drawOrganization(t *rapid.T) *ledger.Organization {
	o := &ledger.Organization{
		Scheme: "uscc", Code: rapid.SampledFrom([]string{charityCode, partnerCode, platformCode}).Draw(t, "code"), Name: drawText(t, "name", 200),
		Kind: rapid.SampledFrom([]ledger.OrganizationKind{ledger.Charity, ledger.Platform, ledger.Partner, ledger.Regulator, ledger.Auditor}).Draw(t, "kind"),
	}
	if rapid.Bool().Draw(t, "abroad") {
		o.Scheme, o.Code = rapid.StringMatching(`[A-Z]{2}-[A-Z]{2,10}`).Draw(t, "scheme"), rapid.StringMatching(`[!-~]{1,60}`).Draw(t, "code")
	}
	o.PublicFundraising = o.Kind == ledger.Charity && rapid.Bool().Draw(t, "public_fundraising")
	return o
}

func drawProject(t *rapid.T) *ledger.Project {
	return &ledger.Project{
		Organization: drawInt(t, "organization", 0), Name: drawText(t, "name", 200), Cause: drawSlug(t, "cause"),
		Filing: rapid.StringMatching(`[A-Z0-9]{6,40}`).Draw(t, "filing"),
		Kind:   rapid.SampledFrom([]ledger.ProjectKind{ledger.Campaign, ledger.Undertaking, ledger.Joint, ledger.Fund, ledger.GeneralFund}).Draw(t, "kind"),
		Place:  rapid.SampledFrom([]string{"440100", "000000", "CN", "US"}).Draw(t, "place"),
	}
}

func drawPlan(t *rapid.T) *ledger.Plan {
	p := &ledger.Plan{
		Project: drawInt(t, "project", 1), Beneficiaries: drawInt(t, "beneficiaries", 0),
		Partners: drawIndices(t, "partners", 4), Replaces: drawInt(t, "replaces", 0),
	}
	if rapid.Bool().Draw(t, "starts") {
		days := drawPeriod(t)
		p.Starts, p.Ends = days.First, maybe(t, "ends", func() ledger.Date { return days.Last })
	}
	if rapid.Bool().Draw(t, "target") {
		p.Target = &ledger.Sum{Asset: rapid.SampledFrom(drawnAssets).Draw(t, "asset"), Amount: drawInt(t, "target", 1)}
		for _, c := range ledger.Categories()[:rapid.IntRange(0, 4).Draw(t, "budget")] {
			p.Budget = append(p.Budget, ledger.BudgetLine{Category: c, Amount: drawInt(t, "budget", 1)})
		}
	}
	return p
}

// drawBody makes up a body of the type given.
func drawBody(t *rapid.T, kind string) any {
	switch kind {
	case "organization":
		return drawOrganization(t)
	case "key":
		k := &ledger.Key{ID: drawSlug(t, "id"), Org: drawInt(t, "org", 0), Verifier: drawText(t, "verifier", 300)}
		k.Use = rapid.SampledFrom([]string{"log", "author", "witness"}).Draw(t, "use")
		if k.Replaces = maybe(t, "replaces", func() string { return drawSlug(t, "replaces") }); k.Replaces == k.ID {
			k.Replaces = ""
		}
		return k
	case "asset":
		id := rapid.SampledFrom([]ledger.AssetID{"CNY", "XXX", "goods/tea", "hours/volunteer"}).Draw(t, "id")
		return &ledger.Asset{ID: id, Class: id.Class(), Name: drawText(t, "name", 100), Unit: drawText(t, "unit", 20), Scale: 2}
	case "project":
		return drawProject(t)
	case "plan":
		return drawPlan(t)
	case "status":
		all := []ledger.Status{ledger.Draft, ledger.Filed, ledger.Fundraising, ledger.Closed, ledger.Executing, ledger.Completed}
		return &ledger.StatusChange{Project: drawInt(t, "project", 1), Status: rapid.SampledFrom(all).Draw(t, "status")}
	case "designation":
		class := rapid.SampledFrom([]ledger.Class{ledger.Unrestricted, ledger.Restricted, ledger.Agency}).Draw(t, "class")
		return &ledger.Designation{Project: drawInt(t, "project", 1), ID: drawSlug(t, "id"), Name: drawText(t, "name", 100), Class: class}
	case "flow":
		return drawFlow(t)
	case "delivery":
		return &ledger.Delivery{Of: drawInt(t, "of", 1), Amount: drawInt(t, "amount", 1), Occurred: drawPeriod(t), Recipient: *drawParty(t), Evidence: drawHashes(t)}
	case "evidence":
		e := &ledger.Evidence{Hash: drawHash(t, "hash"), Size: drawInt(t, "size", 1), Public: rapid.Bool().Draw(t, "public")}
		e.Media = rapid.StringMatching(`[a-z]{1,12}/[a-z0-9.+\-]{1,40}`).Draw(t, "media")
		e.Redacted = maybe(t, "redacted", func() string { return drawHash(t, "redacted") })
		return e
	case "disclosure":
		return &ledger.Disclosure{Project: drawInt(t, "project", 1), Period: drawPeriod(t), Kind: drawSlug(t, "kind"), At: drawInt(t, "at", 0)}
	case "correction":
		return &ledger.Correction{Of: drawInt(t, "of", 0), Field: rapid.StringMatching(`[a-z_.]{1,60}`).Draw(t, "field")}
	case "freeze":
		return &ledger.Freeze{Project: drawInt(t, "project", 1), Order: drawText(t, "order", 100), Release: rapid.Bool().Draw(t, "release")}
	case "exception":
		return &ledger.Exception{Of: drawInt(t, "of", 0), Leaf: drawDigest(t, "leaf")}
	case "erasure":
		return &ledger.Erasure{Of: drawInt(t, "of", 0), Seal: rapid.SampledFrom([]string{"public", "private"}).Draw(t, "seal"), Basis: drawSlug(t, "basis")}
	}
	t.Fatalf("nothing draws the type %s", kind)
	return nil
}

// drawRecord makes up a record of any type.
func drawRecord(t *rapid.T) *record.Record {
	seconds := rapid.Int64Range(946684800, 253402300799).Draw(t, "recorded") // 2000 to 9999
	r := &record.Record{
		Index: ledger.MaxUnits, Recorded: time.Unix(seconds, 0).UTC(), By: drawAuthor(t, "by"),
		What: drawBody(t, rapid.SampledFrom(record.Types()).Draw(t, "type")),
	}
	r.Public = maybe(t, "public", func() record.Commitment { return drawDigest(t, "public") })
	r.Private = maybe(t, "private", func() record.Commitment { return drawDigest(t, "private") })
	return r
}

// drawOpening makes up what a seal hides.
func drawOpening(t *rapid.T) record.Opening {
	names := map[record.Seal][]string{
		record.Public:  {"area", "basis", "beneficiaries", "contact", "display", "file", "new", "note", "old", "purpose", "reason", "remaining", "selection", "text", "title", "use"},
		record.Private: {"account", "contact", "invoice", "name", "note", "serial", "time"},
	}
	o := record.Opening{
		Seal: rapid.SampledFrom([]record.Seal{record.Public, record.Private}).Draw(t, "seal"),
		Salt: rapid.SliceOfN(rapid.Byte(), 16, 64).Draw(t, "salt"),
	}
	for _, name := range names[o.Seal] {
		if rapid.Bool().Draw(t, name+" there") {
			o.Texts = append(o.Texts, record.Text{Name: name, Value: drawText(t, name, 60, "\n", "\n\n")})
		}
	}
	return o
}
