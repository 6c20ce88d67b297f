package ledger

import (
	"strconv"
	"strings"
)

// Check refuses a flow whose fields do not fit its kind, without regard to the
// state of any pool.
func (f *Flow) Check() error {
	if err := CheckAmount("amount", f.Amount); err != nil {
		return err
	}
	if err := f.Occurred.Check(); err != nil {
		return err
	}
	if err := f.checkSides(); err != nil {
		return err
	}
	if err := f.checkDetails(); err != nil {
		return err
	}
	if err := f.checkParty(); err != nil {
		return err
	}
	if err := f.checkValue(); err != nil {
		return err
	}
	return checkEvidence(f.Evidence)
}

// checkSides refuses pools that the kind does not have or that do not go together.
func (f *Flow) checkSides() error {
	in := f.Kind.Brings() || f.Kind == Return
	out := f.Kind.Spends()
	both := f.Kind == Transfer || f.Kind == Conversion
	switch {
	case !f.Kind.Known():
		return unknown("kind", f.Kind)
	case f.Kind == Reversal && f.In == nil && f.Out == nil,
		(in || both) && f.In == nil, (out || both) && f.Out == nil:
		return missing("pool")
	case in && f.Out != nil:
		return misplaced("from", f.Kind)
	case out && f.In != nil:
		return misplaced("to", f.Kind)
	}
	if f.Out != nil {
		if err := f.Out.Pool.Check(); err != nil {
			return err
		}
	}
	if f.In != nil {
		if err := f.In.Pool.Check(); err != nil {
			return err
		}
	}
	switch f.Kind {
	case Transfer:
		return f.checkTransfer()
	case Conversion:
		return f.checkConversion()
	}
	return nil
}

// checkTransfer: one asset, two pools; a change of project or designation names
// the plan that allows it, or the gift it puts in its right place (Charity Law 56).
func (f *Flow) checkTransfer() error {
	from, to := f.Out.Pool, f.In.Pool
	switch {
	case from == to:
		return Refuse(Invalid, "transfer-nowhere", "to",
			"转出与转入是同一个资金池", "the transfer goes from a pool to itself")
	case from.Asset != to.Asset:
		return Refuse(Invalid, "transfer-asset", "asset",
			"调拨不能改变资产（%s → %s），请用兑换", "a transfer cannot change the asset (%s to %s): use a conversion", from.Asset, to.Asset)
	case (from.Project != to.Project || from.Designation != to.Designation) && f.Basis == 0 && f.Of == 0:
		return Refuse(Invalid, "basis-missing", "basis",
			"变更项目或指定用途的调拨须注明依据（允许变更的募捐方案记录）", "a transfer that changes the project or the designation names its basis: the plan record that allows it")
	case f.Consent != nil:
		return f.Consent.Check()
	}
	return nil
}

// checkConversion: one holder, project and designation, two assets.
func (f *Flow) checkConversion() error {
	from, to := f.Out.Pool, f.In.Pool
	if from.Asset == to.Asset {
		return Refuse(Invalid, "conversion-asset", "to",
			"兑换前后的资产相同", "the conversion ends in the asset it began with")
	}
	to.Asset = from.Asset
	if from != to {
		return Refuse(Invalid, "conversion-pool", "to",
			"兑换不能改变项目、持有人或指定用途", "a conversion cannot change the project, the holder or the designation")
	}
	return CheckAmount("to.amount", f.Into)
}

// checkDetails refuses fields that the kind does not have.
func (f *Flow) checkDetails() error {
	refers := f.Kind == Refund || f.Kind == Return || f.Kind == Reversal
	switch {
	case refers && f.Of <= 0:
		return missing("of")
	case !refers && f.Kind != Transfer && f.Of != 0:
		return misplaced("of", f.Kind)
	case f.Of < 0 || f.Of > MaxUnits || f.Basis < 0 || f.Basis > MaxUnits:
		return Refuse(Invalid, "index-range", "of", "记录编号超出范围", "the index of a record is out of range")
	case f.Kind != Transfer && f.Basis != 0:
		return misplaced("basis", f.Kind)
	case f.Kind != Transfer && f.Consent != nil:
		return misplaced("consent", f.Kind)
	case f.Into != 0 && f.Kind != Conversion && (f.Kind != Reversal || f.Out == nil || f.In == nil || f.Carries()):
		return misplaced("into", f.Kind)
	case !f.Kind.Brings() && f.Late:
		return misplaced("late", f.Kind)
	case !f.Kind.Brings() && f.Channel != "":
		return misplaced("channel", f.Kind)
	case f.Kind == Expenditure:
		return f.Category.Check()
	case f.Category != "":
		return misplaced("category", f.Kind)
	case f.Channel != "":
		return checkSlug("channel", f.Channel)
	}
	return nil
}

// checkParty: a donation has a giver, a payment a payee; a loss has none, and a
// conversion may name whom things were bought from or sold to.
func (f *Flow) checkParty() error {
	needed := f.Kind == Donation || f.Kind == Expenditure
	allowed := needed || f.Kind.Brings() && f.Kind != Opening || f.Kind == Conversion
	if f.Category.Account() == string(Impairment) {
		needed, allowed = false, false
	}
	field := "payee"
	if f.Kind.Brings() {
		field = "donor"
	}
	switch {
	case f.Party == nil && needed:
		return missing(field)
	case f.Party != nil && !allowed:
		return misplaced(field, f.Kind)
	case f.Party == nil:
		return nil
	}
	return f.Party.Check(field)
}

// checkValue: goods may carry a fair value, money is its own.
func (f *Flow) checkValue() error {
	switch {
	case f.Value == nil:
		return nil
	case !f.Kind.Brings() || f.In.Pool.Asset.Class() == Money:
		return misplaced("value", f.Kind)
	case f.Value.Basis != "document" && f.Value.Basis != "fair" && f.Value.Basis != "nominal":
		return unknown("value.basis", f.Value.Basis)
	}
	return CheckAmount("value.amount", f.Value.Amount)
}

// checkEvidence refuses a list of content hashes that is too long, or holds one twice.
func checkEvidence(hashes []string) error {
	if len(hashes) > maxEvidence {
		return Refuse(Invalid, "evidence-too-many", "evidence",
			"一条记录最多附 %d 份凭证", "a record refers to at most %d pieces of evidence", maxEvidence)
	}
	for i, hash := range hashes {
		if err := CheckHash("evidence", hash); err != nil {
			return inField(at("evidence", i), err)
		}
		for _, other := range hashes[:i] {
			if other == hash {
				return Refuse(Invalid, "evidence-twice", at("evidence", i),
					"同一份凭证列了两次：%s", "the same evidence is listed twice: %s", hash)
			}
		}
	}
	return nil
}

// at names an element of a list.
func at(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// maxEvidence keeps a record far below the log's 65,535 bytes.
const maxEvidence = 50

// CheckHash refuses what is not the name of a content hash: "sha256:" and 64
// lower-case hexadecimal digits.
func CheckHash(field, s string) error {
	hex, ok := strings.CutPrefix(s, "sha256:")
	if !ok || len(hex) != 64 || strings.Trim(hex, "0123456789abcdef") != "" {
		return Refuse(Invalid, "hash-unreadable", field,
			"%.80q 不是内容哈希（应为 sha256: 加 64 位十六进制）", "%.80q is not a content hash: sha256: and 64 hexadecimal digits", s)
	}
	return nil
}

// CheckUnits refuses a flow whose units contradict its amount: what a record must
// satisfy before any state is looked at.
func (f *Flow) CheckUnits() error {
	bad := func(what string) error {
		return Refuse(Corrupt, "units-contradict", what, "区段与金额不符（%s）", "the units contradict the amount (%s)", what)
	}
	if f.In != nil {
		laid := f.Amount
		if f.Into != 0 {
			laid = f.Into
		}
		if f.In.Span.From < 0 || f.In.Span.Upto > MaxUnits || f.In.Span.Len() != laid {
			return bad("in")
		}
	}
	if f.Out != nil && !f.Named() {
		s := f.Out.Span
		if s.From < 0 || s.Upto > MaxUnits || s.Len() < f.Amount || len(f.Out.Takes) > 0 {
			return bad("out")
		}
	}
	if (f.Kind == Return) != (f.Cut != nil) || f.Cut != nil && (f.Cut.From < 0 || f.Cut.Len() != f.Amount) {
		return bad("places")
	}
	return f.checkTakes(bad)
}

// checkTakes: the spans of a named outflow ascend and add up; paths ascend, as
// each record on them came later.
func (f *Flow) checkTakes(bad func(string) error) error {
	if !f.Named() {
		return nil
	}
	var at, sum int64
	for _, t := range f.Out.Takes {
		if t.Empty() || t.From < at || t.Upto > MaxUnits {
			return bad("takes")
		}
		at, sum = t.Upto, sum+t.Len()
		last := f.Of
		for _, step := range t.Path {
			if step <= last || step > MaxUnits {
				return bad("path")
			}
			last = step
		}
	}
	if sum != f.Amount || f.Out.Span != (Span{}) {
		return bad("takes")
	}
	return nil
}

// misplaced refuses a field that the kind of flow does not have.
func misplaced(field string, kind FlowKind) error {
	return Refuse(Invalid, "field-misplaced", field,
		"%[4]s没有“%[3]s”这一项", "a flow of kind %[2]s has no %[1]s", field, kind, fieldName(field), kindNames[kind])
}
