package ledger

import "strings"

// AssetClass says how an asset is counted and where it may go.
type AssetClass string

const (
	Money AssetClass = "money" // an ISO 4217 currency in its minor unit
	Goods AssetClass = "goods" // things, counted in their own unit
	Hours AssetClass = "hours" // volunteers' time, in minutes or hours
)

// AssetID names an asset: "CNY", "goods/kn95-mask", "hours/volunteer".
type AssetID string

// Asset is what is counted. Amounts are whole numbers of its smallest unit, which
// is Unit divided by ten to the power of Scale: CNY has the unit 元 and scale 2.
type Asset struct {
	ID    AssetID
	Class AssetClass
	Name  string // for readers: 人民币, KN95 口罩
	Unit  string // what one whole is called: 元, 箱, 小时
	Scale int    // decimal places of the smallest unit, 0 to 6
}

// currencies are the money assets known without being registered; any other
// currency is registered like goods are (scales from ISO 4217).
var currencies = []Asset{
	{"CNY", Money, "人民币", "元", 2},
	{"USD", Money, "美元", "美元", 2},
	{"HKD", Money, "港元", "港元", 2},
	{"MOP", Money, "澳门元", "澳门元", 2},
	{"TWD", Money, "新台币", "元", 2},
	{"EUR", Money, "欧元", "欧元", 2},
	{"GBP", Money, "英镑", "英镑", 2},
	{"JPY", Money, "日元", "日元", 0},
	{"KRW", Money, "韩元", "韩元", 0},
	{"SGD", Money, "新加坡元", "新加坡元", 2},
	{"AUD", Money, "澳大利亚元", "澳元", 2},
	{"CAD", Money, "加拿大元", "加元", 2},
	{"CHF", Money, "瑞士法郎", "瑞郎", 2},
	{"THB", Money, "泰铢", "泰铢", 2},
	{"MYR", Money, "马来西亚林吉特", "林吉特", 2},
	{"RUB", Money, "俄罗斯卢布", "卢布", 2},
}

// Currency gives the known money asset of an id.
func Currency(id AssetID) (Asset, bool) {
	for _, a := range currencies {
		if a.ID == id {
			return a, true
		}
	}
	return Asset{}, false
}

// Class is the class that the id's form shows.
func (id AssetID) Class() AssetClass {
	if class, _, ok := strings.Cut(string(id), "/"); ok {
		return AssetClass(class)
	}
	return Money
}

// Check refuses what is not the form of an asset id: three capitals for money,
// class/name for the rest.
func (id AssetID) Check(field string) error {
	class, name, slashed := strings.Cut(string(id), "/")
	money := !slashed && len(class) == 3 && capitals(class)
	other := slashed && (class == string(Goods) || class == string(Hours)) && isSlug(name)
	if !money && !other {
		return Refuse(Invalid, "asset-unreadable", field,
			"%.40q 不是资产代码：货币为三个大写字母（CNY），物资为 goods/小写名称",
			"%.40q is not an asset: money is three capitals (CNY), goods are goods/lower-case-name", id)
	}
	return nil
}

// Check refuses an asset that cannot be registered.
func (a Asset) Check() error {
	if err := a.ID.Check("id"); err != nil {
		return err
	}
	if a.Class != a.ID.Class() {
		return Refuse(Invalid, "asset-class", "class",
			"资产 %s 的类别应为 %s", "the class of the asset %s is %s", a.ID, a.ID.Class())
	}
	if known, ok := Currency(a.ID); ok && a.Scale != known.Scale {
		return Refuse(Invalid, "asset-scale", "scale",
			"%s 有 %d 位小数", "%s has %d decimal places", a.ID, known.Scale)
	}
	if a.Scale < 0 || a.Scale > 6 {
		return Refuse(Invalid, "asset-scale", "scale",
			"小数位数应为 0 至 6（收到 %d）", "the number of decimal places is 0 to 6, not %d", a.Scale)
	}
	if err := checkName("name", a.Name, 100); err != nil {
		return err
	}
	return checkName("unit", a.Unit, 20)
}

// Show writes n units of the asset for a sentence: "12.34 CNY" where the scale is
// known, the bare count of smallest units where it is not.
func (id AssetID) Show(n int64) string {
	scale := 0
	if a, ok := Currency(id); ok {
		scale = a.Scale
	}
	return FormatAmount(n, scale) + " " + string(id)
}
