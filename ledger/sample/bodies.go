package sample

import (
	"crypto/ed25519"
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// body is an organization of the city. Its code has a right check digit, and MADE in
// it, which no registry gives out.
type body struct {
	name    string
	uscc    string
	index   int64 // of its record, once it is registered
	key     string
	related bool // to the charity that pays it
}

func (b *body) author() ledger.Author { return ledger.Author{Org: b.index, Key: b.key} }

// party is the body at the other end of a flow.
func (b *body) party() *book.Party {
	return &book.Party{Kind: ledger.Organized, Name: b.name, USCC: ledger.USCC(b.uscc), Related: b.related}
}

// bodies are the organizations that keep the book.
type bodies struct {
	platform, regulator, auditor            *body
	society, seedling, riverside, bay, lamp *body // charities
	ridge, ginkgo, tide, handful            *body // partners
}

// made gives a body with a code of its own. kind is how its code begins: 51 an
// association, 52 a service organisation, 53 a foundation, 91 a company, 11 an
// authority, 12 a public institution.
func made(kind string, number int, name string) *body {
	stem := fmt.Sprintf("%s440100MADE%05d", kind, number)
	for _, c := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
		if code, legacy, err := ledger.ParseUSCC(stem + string(c)); err == nil && !legacy {
			return &body{name: name, uscc: string(code)}
		}
	}
	return &body{name: name} // not reached: one of the 31 fits
}

// registered are the bodies in the order of their records, the platform first.
func (f *filling) registered() []struct {
	*body
	kind ledger.OrganizationKind
} {
	return []struct {
		*body
		kind ledger.OrganizationKind
	}{
		{f.platform, ledger.Platform}, {f.regulator, ledger.Regulator}, {f.auditor, ledger.Auditor},
		{f.society, ledger.Charity}, {f.seedling, ledger.Charity}, {f.riverside, ledger.Charity}, {f.bay, ledger.Charity}, {f.lamp, ledger.Charity},
		{f.ridge, ledger.Partner}, {f.ginkgo, ledger.Partner}, {f.tide, ledger.Partner}, {f.handful, ledger.Partner},
	}
}

// establish makes the bodies up and registers them.
func (f *filling) establish() {
	f.bodies = bodies{
		platform:  made("52", 1, "南珠市公益联募服务中心"),
		regulator: made("11", 2, "南珠市民政局"),
		auditor:   made("91", 3, "南珠澄心会计师事务所（普通合伙）"),
		society:   made("51", 11, "南珠市慈善会"),
		seedling:  made("53", 12, "南珠市青禾助学基金会"),
		riverside: made("52", 13, "南珠市江岸社区公益服务中心"),
		bay:       made("51", 14, "南珠市碧湾生态保护协会"),
		lamp:      made("53", 15, "南珠市明灯医疗救助基金会"),
		ridge:     made("52", 21, "云岭县山路乡村教育发展中心"),
		ginkgo:    made("52", 22, "南珠市银杏叶社会工作服务中心"),
		tide:      made("51", 23, "南珠市蓝潮志愿救援队"),
		handful:   made("52", 24, "南珠市一捧土自然教育中心"),
	}
	for i, b := range f.registered() {
		b.key = fmt.Sprintf("demo-%02d", i+1)
		b.index = f.do(f.platform, book.RegisterOrganization{USCC: b.uscc, Name: b.name, Kind: b.kind, PublicFundraising: b.kind == ledger.Charity})
	}
	f.authorKey()
}

// authorKey makes the public key known with which the regulator signs its orders.
func (f *filling) authorKey() {
	seed := make([]byte, ed25519.SeedSize)
	for i := range seed {
		seed[i] = byte(f.rand.Uint32())
	}
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	verifier, err := note.NewEd25519VerifierKey("orders.nanzhu.example", public)
	if err != nil {
		f.err = err
		return
	}
	f.ask(f.platform, book.RegisterKey{ID: "regulator-orders", Org: f.regulator.index, Use: "author", Verifier: verifier})
}

// things are the assets of the city that are not money.
var things = []book.RegisterAsset{
	{ID: "goods/drinking-water", Class: ledger.Goods, Name: "瓶装饮用水（24 瓶/箱）", Unit: "箱"},
	{ID: "goods/quilt", Class: ledger.Goods, Name: "应急棉被", Unit: "床"},
	{ID: "goods/instant-meal", Class: ledger.Goods, Name: "自热米饭（12 盒/箱）", Unit: "箱"},
	{ID: "goods/water-pump", Class: ledger.Goods, Name: "移动排水泵", Unit: "台"},
	{ID: "goods/winter-coat", Class: ledger.Goods, Name: "儿童冬衣", Unit: "件"},
	{ID: "hours/volunteer", Class: ledger.Hours, Name: "志愿服务时间", Unit: "小时"},
}

// Organizations that the city deals with and that keep no accounts in the book.
var (
	portGroup   = made("91", 101, "南珠港湾集团有限公司")
	electronics = made("91", 102, "南珠市晨露电子有限公司")
	foods       = made("91", 103, "南珠市百味巷食品有限公司")
	building    = made("91", 104, "南珠市筑石建设有限公司")
	tea         = made("91", 105, "南珠市半山茶业有限公司")

	breakfast = made("91", 201, "云岭县丰穗配餐有限公司")
	bookshop  = made("91", 202, "南珠市一页书业有限公司")
	carrier   = made("91", 203, "南珠市顺河物流有限公司")
	printer   = made("91", 204, "南珠市青瓦印务有限公司")
	pumps     = made("91", 205, "南珠市海岳排灌设备有限公司")
	tailor    = made("91", 206, "南珠市沐棉服饰有限公司")
	cashier   = made("91", 207, "南珠联合支付服务有限公司")
	software  = made("91", 208, "南珠市云桥信息科技有限公司")
	landlord  = made("91", 209, "南珠市安居物业管理有限公司")
	nursery   = made("91", 210, "南珠市滩涂苗木有限公司")
	carworks  = made("91", 211, "南珠市轮转专用车有限公司")
	kitchen   = made("91", 212, "南珠市暖灶餐饮服务有限公司")
	lodging   = made("91", 213, "南珠市渡口旅行社有限公司")

	hospital   = made("12", 301, "南珠市儿童医院（样例）")
	schoolPing = made("12", 302, "云岭县坪上小学")
	schoolHe   = made("12", 303, "云岭县河湾小学")
	schoolShan = made("12", 304, "云岭县杉木中心小学")
	townHe     = made("11", 305, "南珠市河口镇人民政府")
	townTang   = made("11", 306, "南珠市塘下镇人民政府")
	tax        = made("11", 307, "南珠市税务局")
	lottery    = made("11", 308, "南珠市福利彩票公益金管理办公室")
	league     = made("51", 309, "海岸生态保护联合会（样例）")
	bank       = made("91", 310, "南珠市珠江月商业银行（样例）")
)
