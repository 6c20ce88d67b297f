package ledger

// FlowKind says what a flow is for the accounts. Income kinds carry the account
// numbers of the accounting system for non-profit organisations (民间非营利组织会计制度).
type FlowKind string

const (
	Donation   FlowKind = "donation"   // 4101 捐赠收入
	Membership FlowKind = "membership" // 4201 会费收入
	Service    FlowKind = "service"    // 4301 提供服务收入
	Grant      FlowKind = "grant"      // 4401 政府补助收入, lottery public-welfare fund
	Sale       FlowKind = "sale"       // 4501 商品销售收入
	Investment FlowKind = "investment" // 4601 投资收益
	Allocation FlowKind = "allocation" // 4701 总部拨款收入
	Other      FlowKind = "other"      // 4901 其他收入
	Opening    FlowKind = "opening"    // held when the book began; not income

	Return FlowKind = "return" // a payment or refund that came back

	Transfer   FlowKind = "transfer"   // from one pool to another
	Conversion FlowKind = "conversion" // from one asset to another

	Expenditure FlowKind = "expenditure"
	Refund      FlowKind = "refund"

	Reversal FlowKind = "reversal" // undoes an entry that should not have been made
)

// incomes maps each kind that brings units into the book for the first time to
// its account; an opening has none.
var incomes = map[FlowKind]string{
	Donation: "4101", Membership: "4201", Service: "4301", Grant: "4401",
	Sale: "4501", Investment: "4601", Allocation: "4701", Other: "4901", Opening: "",
}

// Brings says whether the kind brings units into the book from outside: every
// income and the opening. These are the flows where a trace back ends.
func (k FlowKind) Brings() bool {
	_, ok := incomes[k]
	return ok
}

// Account is the income account of the kind, "" where it is no income.
func (k FlowKind) Account() string { return incomes[k] }

// Spends says whether the kind takes units out of the book: what can come back
// as a return.
func (k FlowKind) Spends() bool { return k == Expenditure || k == Refund }

// kindNames are the Chinese names of all kinds, for sentences.
var kindNames = map[FlowKind]string{
	Donation: "捐赠收入", Membership: "会费收入", Service: "服务收入", Grant: "政府补助收入",
	Sale: "销售收入", Investment: "投资收益", Allocation: "总部拨款收入", Other: "其他收入", Opening: "期初结存",
	Return: "退回", Transfer: "调拨", Conversion: "兑换", Expenditure: "支出", Refund: "退款", Reversal: "冲正",
}

// Zh is the Chinese name of a kind, "" of what is none.
func (k FlowKind) Zh() string { return kindNames[k] }

// Known says whether k is one of the kinds.
func (k FlowKind) Known() bool {
	_, ok := kindNames[k]
	return ok
}

// Category is what an expenditure was for: an expense account, and for some a
// detail after a point.
type Category string

// Impairment is the account of losses; an expenditure under it has no payee.
const Impairment Category = "5501"

// categories are the expense accounts of the accounting system; the details of
// 5101 are those of the foundations' annual form.
var categories = []Category{
	"5101.direct_aid", "5101.purchase", "5101.staff", "5101.asset_use",
	"5101.publicity", "5101.travel", "5101.other",
	"5201",
	"5301",
	"5401", "5401.payment_fee", "5401.freight",
	Impairment, "5501.loss", "5501.expiry",
	"5601",
	"5901",
}

// Categories lists every expenditure category in the order of the accounts.
func Categories() []Category { return append([]Category(nil), categories...) }

// Check refuses a category that is not in the list.
func (c Category) Check() error {
	for _, known := range categories {
		if c == known {
			return nil
		}
	}
	return unknown("category", c)
}

// Account is the four-digit account of the category.
func (c Category) Account() string { return string(c[:min(4, len(c))]) }
