package ledger

// ProjectKind says what a project is to the public.
type ProjectKind string

const (
	Campaign    ProjectKind = "campaign" // one public fundraising campaign with its filing number
	Undertaking ProjectKind = "project"  // a charitable project that campaigns raise money for
	Joint       ProjectKind = "joint"    // a joint campaign that hands money to member projects, 联合劝募
	Fund        ProjectKind = "fund"     // a named fund
	GeneralFund ProjectKind = "general"  // an organisation's general fund
)

// Project is what money is raised and spent for. Its plan, designations and status
// are records of their own, because they change.
type Project struct {
	Organization int64 // the record of the charity it belongs to
	Name         string
	Filing       string // 备案编号, empty where the kind needs none
	Kind         ProjectKind
	Cause        string // a machine name, e.g. "disaster-relief" (Charity Law 3)
	Place        string // six digits of GB/T 2260, or two letters of ISO 3166
}

// Check refuses a project that cannot be registered. Cause, place and filing number
// are checked for their shape only.
func (p Project) Check() error {
	switch p.Kind {
	case Campaign, Joint:
		if p.Filing == "" {
			return Refuse(Invalid, "filing-missing", "filing_number",
				"公开募捐须有备案编号", "public fundraising has a filing number")
		}
	case Undertaking, Fund, GeneralFund:
	default:
		return unknown("kind", p.Kind)
	}
	if p.Filing != "" && !isCode(p.Filing, 6, 40) {
		return Refuse(Invalid, "filing-unreadable", "filing_number",
			"%.60q 不是备案编号（6 至 40 位大写字母、数字或连字符）", "%.60q is not a filing number: 6 to 40 capitals, digits and hyphens", p.Filing)
	}
	if err := checkSlug("cause", p.Cause); err != nil {
		return err
	}
	if !(len(p.Place) == 6 && digits(p.Place)) && !(len(p.Place) == 2 && capitals(p.Place)) {
		return Refuse(Invalid, "place-unreadable", "place",
			"%.40q 不是地区代码（GB/T 2260 六位数字，或两位国家字母）", "%.40q is not a place: six digits of GB/T 2260, or two letters of a country", p.Place)
	}
	if err := CheckIndex("organization", p.Organization); err != nil {
		return err
	}
	return checkName("name", p.Name, 200)
}

// CheckIndex refuses what is not the index of a record.
func CheckIndex(field string, index int64) error {
	if index < 0 || index > MaxUnits {
		return Refuse(Invalid, "index-range", field, "记录编号 %d 超出范围", "the index %d is out of range", index)
	}
	return nil
}

// checkRef refuses a reference to record 0, which is the platform itself.
func checkRef(field string, index int64) error {
	if index == 0 {
		return missing(field)
	}
	return CheckIndex(field, index)
}

// Plan is a project's fundraising plan as filed (Charity Law 24; the fields of the
// public register 慈善中国). Its prose is sealed as public text: purpose, use,
// beneficiaries, how they are chosen, what happens with what remains.
type Plan struct {
	Project       int64
	Starts, Ends  Date // of fundraising; empty where it has no end
	Target        *Sum
	Budget        []BudgetLine // in the target's asset
	Beneficiaries int64        // expected number, 0 where not said
	Partners      []int64      // organizations that carry it out
	Replaces      int64        // the plan record before, 0 for the first
}

// Sum is an amount of an asset.
type Sum struct {
	Asset  AssetID `json:"asset"`
	Amount int64   `json:"amount"`
}

// BudgetLine is what the plan sets aside for one category.
type BudgetLine struct {
	Category Category `json:"category"`
	Amount   int64    `json:"amount"`
}

// Check refuses a plan that contradicts itself.
func (p Plan) Check() error {
	if err := checkRef("project", p.Project); err != nil {
		return err
	}
	if _, err := ParseDate(string(p.Starts)); p.Starts != "" && err != nil {
		return inField("starts", err)
	}
	if _, err := ParseDate(string(p.Ends)); p.Ends != "" && err != nil {
		return inField("ends", err)
	}
	if p.Ends != "" && p.Starts == "" {
		return missing("starts")
	}
	if p.Ends != "" && p.Ends < p.Starts {
		return Refuse(Invalid, "plan-backwards", "ends",
			"募捐结束日 %s 早于开始日", "fundraising ends on %s, before it starts", p.Ends)
	}
	if p.Beneficiaries < 0 || p.Beneficiaries > MaxUnits {
		return CheckAmount("beneficiaries", p.Beneficiaries)
	}
	if err := CheckIndex("replaces", p.Replaces); err != nil {
		return err
	}
	for i, o := range p.Partners {
		if err := CheckIndex("partners", o); err != nil {
			return inField(at("partners", i), err)
		}
	}
	return p.checkBudget()
}

func (p Plan) checkBudget() error {
	if p.Target == nil {
		if len(p.Budget) > 0 {
			return missing("target")
		}
		return nil
	}
	if err := p.Target.Asset.Check("target.asset"); err != nil {
		return err
	}
	if err := CheckAmount("target.amount", p.Target.Amount); err != nil {
		return err
	}
	for i, line := range p.Budget {
		if err := line.Category.Check(); err != nil {
			return Within(at("budget", i), err)
		}
		if err := CheckAmount("amount", line.Amount); err != nil {
			return Within(at("budget", i), err)
		}
		for _, other := range p.Budget[:i] {
			if other.Category == line.Category {
				return Refuse(Invalid, "budget-twice", at("budget", i)+".category",
					"预算中类别 %s 出现两次", "the budget has the category %s twice", line.Category)
			}
		}
	}
	return nil
}

// Class says how far the giver bound the money (民间非营利组织会计制度).
type Class string

const (
	Unrestricted Class = "unrestricted" // 非限定
	Restricted   Class = "restricted"   // 限定
	Agency       Class = "agency"       // 受托代理: the giver named the beneficiary; not income
)

// Designation is a purpose within a project that money is bound to.
type Designation struct {
	Project int64
	ID      string
	Name    string
	Class   Class
}

// Check refuses a designation that cannot be registered.
func (d Designation) Check() error {
	if err := checkRef("project", d.Project); err != nil {
		return err
	}
	if d.Class != Unrestricted && d.Class != Restricted && d.Class != Agency {
		return unknown("class", d.Class)
	}
	if err := checkSlug("id", d.ID); err != nil {
		return err
	}
	return checkName("name", d.Name, 100)
}
