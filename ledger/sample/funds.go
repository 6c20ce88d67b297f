package sample

import (
	"fmt"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// dailyAccounts are those of the city's charity federation: every kind of income, and
// what it costs to keep an office.
func (f *filling) dailyAccounts() {
	f.on(-days+2, func() {
		p := &project{owner: f.society}
		f.general = p
		what := book.RegisterProject{Name: "南珠市慈善会日常捐赠与运营", Kind: ledger.GeneralFund, Cause: "poverty-relief", Place: "440100"}
		what.Plan = book.PlanTexts{Purpose: "接收未指定项目的日常捐赠，用于本市困难群众救助和本会运营。", Use: "困难家庭临时救助、节日慰问，以及按规定列支的管理费用。",
			Beneficiaries: "本市户籍和常住的困难家庭。", Selection: "由镇街初审、本会复核，名单在镇街公示七日。", Remaining: "结余转入下一年度继续用于困难群众救助。", Contact: contact(p.owner)}
		f.register(p, never, never, what)
		f.city.Showcase.General = p.index
		f.ask(p.owner, book.ChangeStatus{Project: p.index, Status: ledger.Filed, Reason: "年度工作计划经理事会通过"})
		f.ask(p.owner, book.Income{PoolRef: p.of(p.owner, ""), Kind: ledger.Opening, Asset: "CNY", Amount: 386_512_40, Occurred: f.date(f.day), Note: "启用本账本时的银行存款余额，已与对账单核对"})
		p.become(-days+12, ledger.Executing, "开始执行")
		p.raise(230, -days+5, 0, even)
		p.boxes()
		p.incomes()
		p.office()
		p.annual()
	})
}

// incomes are those of an association besides gifts.
func (p *project) incomes() {
	for i, member := range []*body{portGroup, electronics, foods, building, tea} {
		p.income(-400+3*i, ledger.Membership, member.party(), 2000, "单位会员年度会费")
		p.income(-35+3*i, ledger.Membership, member.party(), 2000, "单位会员年度会费")
	}
	p.income(-300, ledger.Grant, lottery.party(), 180_000, "福利彩票公益金：困难群众帮扶")
	p.income(-210, ledger.Service, townTang.party(), 36_000, "承接镇级社会工作站督导服务")
	p.income(-120, ledger.Sale, nil, 8_460, "义卖日义卖收入")
	p.income(-95, ledger.Other, landlord.party(), 1_200, "退还办公场地押金利息")
	p.income(-230, ledger.Allocation, league.party(), 20_000, "联合会拨付社区宣传经费")
	for day := -380; day < 0; day += 91 {
		p.income(day, ledger.Investment, bank.party(), 1_430, "七天通知存款利息")
	}
}

// office is what is paid month by month, and once in a while.
func (p *project) office() {
	p.fees(-days+5, -3)
	p.pays(p.owner, "", 30, -days+15, -5, bill{"5301", landlord, "办公场地租金与物业费", 1_600, 1_600, nil})
	p.pays(p.owner, "", 30, -days+18, -5, bill{"5301", nil, "财务岗工资（半职）", 2_800, 2_800, nil})
	p.pays(p.owner, "", 91, -days+40, -5, bill{"5301", related(software), "账本与官网系统运维服务费", 1_500, 1_500, nil})
	p.pays(p.owner, "", 7, -days+25, -4, bill{"5101.direct_aid", nil, "困难家庭临时救助金", 1_000, 8_000, nil}, bill{"5101.direct_aid", nil, "大病家庭慰问金", 800, 3_000, nil},
		bill{"5101.purchase", bookshop, "慰问用品采购", 2_000, 6_000, townTang}, bill{"5101.travel", nil, "入户走访交通补助", 120, 480, nil})
	once := func(day int, b bill) { p.on(day, func() { p.pay(p.owner, "", b) }) }
	once(-280, bill{"5201", tax, "印花税等税费", 180, 400, nil})
	once(-170, bill{"5601", tax, "非免税收入应缴所得税", 300, 900, nil})
	once(-200, bill{"5901", bank, "账户年费与函证费", 200, 500, nil})
	once(-130, bill{"5401", printer, "募捐箱与宣传折页制作", 2_400, 5_200, nil})
	p.on(-60, func() {
		p.ask(p.owner, book.Spend{PoolRef: p.of(p.owner, ""), Asset: "CNY", Amount: 1_260_00, Occurred: p.date(p.day), Category: ledger.Impairment, Purpose: "应收押金确认无法收回，经理事会决议计提减值"})
	})
}

// related is a body as a related party: a council member has a share in it.
func related(b *body) *body {
	r := *b
	r.related = true
	return &r
}

// boxes are emptied once a month: what is in them was given on some day of it.
func (p *project) boxes() {
	p.every(30, -380, -4, func() {
		p.ask(p.owner, book.Income{PoolRef: p.of(p.owner, ""), Asset: "CNY", Amount: 180_00 + p.rand.Int64N(900_00), Occurred: p.date(p.day-30) + "/" + p.date(p.day-1),
			Channel: "cash", Donor: &book.Party{Kind: ledger.Anonymous}, Note: "慈善超市募捐箱，双人开箱清点"})
	})
}

// annual publishes the annual report by the end of May (order 81).
func (p *project) annual() {
	year := p.clock.until.In(china).Year()
	for _, y := range []int{year - 1, year} {
		may := time.Date(y, time.May, 20, 2, 0, 0, 0, time.UTC)
		day := p.dayOf(may)
		if day <= p.day || day >= 0 {
			continue
		}
		p.on(day, func() {
			p.send()
			p.ask(p.owner, book.Disclose{Project: p.index, Period: fmt.Sprintf("%d-01-01/%d-12-31", y-1, y-1), Kind: "annual", At: p.size,
				Title: fmt.Sprintf("南珠市慈善会 %d 年度工作报告与财务会计报告", y-1),
				Text:  "年度财务会计报告已由南珠澄心会计师事务所审计，出具标准无保留意见。全部收支按资金池逐笔列示，可在本账本中核对。"})
		})
	}
}

// springFund is a named fund: companies, dollars from abroad, and money for one school
// that its giver named.
func (f *filling) springFund() {
	f.on(-days+10, func() {
		p := &project{owner: f.seedling}
		f.spring = p
		what := book.RegisterProject{Name: "春晖助学专项基金", Kind: ledger.Fund, Cause: "education", Place: "440100", Designations: []book.Designation{
			{ID: "girls", Name: "山区女生高中奖学金", Class: ledger.Restricted}, {ID: "heshan-library", Name: "河湾小学图书馆（捐赠人指定）", Class: ledger.Agency}}}
		budget(&what.PlanFields, "5101.direct_aid", 400_000, "5101.purchase", 120_000, "5101.staff", 30_000, "5301", 25_000)
		what.Beneficiaries = 260
		what.Plan = book.PlanTexts{Purpose: "资助家庭困难的中小学生完成学业。", Use: "奖学金、助学金、图书与学习用品。", Beneficiaries: "云岭县及周边山区在读学生。",
			Selection: "学校推荐、家访核实、评审会投票。", Remaining: "结余留存基金，继续用于助学。", Contact: contact(p.owner)}
		f.register(p, never, never, what)
		f.city.Showcase.Fund = p.index
		p.become(-days+20, ledger.Executing, "基金管理委员会成立，开始资助")
		p.company(-395, related(electronics), "", 120_000, "春晖基金发起捐赠")
		p.company(-370, tea, "girls", 80_000, "用于女生奖学金")
		p.company(-340, building, "heshan-library", 60_000, "指定用于河湾小学图书馆建设")
		p.company(-180, related(electronics), "", 60_000, "")
		p.raise(70, -390, 0, even)
		p.fees(-390, -3)
		p.pays(p.owner, "", 16, -330, -5, bill{"5101.direct_aid", schoolPing, "助学金（由学校代发并公示）", 4_000, 9_000, schoolPing}, bill{"5101.direct_aid", schoolShan, "助学金（由学校代发并公示）", 3_000, 8_000, schoolShan},
			bill{"5101.purchase", bookshop, "学习用品与图书采购", 2_000, 5_000, schoolPing})
		p.pays(p.owner, "girls", 60, -300, -6, bill{"5101.direct_aid", schoolShan, "女生高中奖学金", 9_000, 15_000, schoolShan})
		p.pays(p.owner, "heshan-library", 45, -290, -180, bill{"5101.purchase", bookshop, "河湾小学图书馆藏书", 12_000, 20_000, schoolHe})
		p.pays(p.owner, "", 90, -320, -6, bill{"5301", landlord, "项目办公室分摊费用", 1_500, 2_600, nil})
		p.dollars()
		p.report(90, -400, -10, "助学金由学校公示后发放，签收单随支出记录公开。")
	})
}

// dollars come from abroad and are changed in two parts.
func (p *project) dollars() {
	p.on(-250, func() {
		p.then(p.owner, book.Income{PoolRef: p.of(p.owner, ""), Asset: "USD", Amount: 20_000_00, Occurred: p.date(p.day), Channel: "bank", Account: "境外汇入",
			Donor: &book.Party{Kind: ledger.Organized, Name: "Nanzhu Alumni Friendship Circle (sample)"}, Note: "来自海外校友的心意"},
			func(index int64, _ *ledger.Flow) { p.city.Showcase.Dollars = index })
	})
	change := func(day int, dollars, rate int64) {
		p.on(day, func() {
			p.then(p.owner, book.Convert{Pool: p.of(p.owner, ""), From: ledger.Sum{Asset: "USD", Amount: dollars}, To: ledger.Sum{Asset: "CNY", Amount: dollars * rate / 10000},
				Occurred: p.date(p.day), Basis: fmt.Sprintf("按结汇当日银行现汇买入价，1 美元兑 %s 元", ledger.FormatAmount(rate, 4)), Payee: bank.party()},
				func(index int64, _ *ledger.Flow) { p.city.Showcase.Exchange = index })
		})
	}
	change(-243, 12_000_00, 7_1842)
	change(-150, 5_000_00, 7_1535)
}

// matchFund holds what a company gives to match the gifts of others.
func (f *filling) matchFund() {
	f.on(-130, func() {
		p := &project{owner: f.society}
		f.match = p
		what := book.RegisterProject{Name: "同心配捐专项基金", Kind: ledger.Fund, Cause: "poverty-relief", Place: "440100"}
		budget(&what.PlanFields, "5101.other", 200_000)
		what.Plan = book.PlanTexts{Purpose: "以企业捐赠为公众捐款配捐，带动更多人参与。", Use: "按公布的规则配捐给本会及联合劝募的成员项目。", Beneficiaries: "获配捐项目的受益人。",
			Selection: "配捐规则事先公布，按联合劝募当日公众捐款的一半配捐，以基金余额为限。", Remaining: "结余用于下一年度配捐。", Contact: contact(p.owner)}
		f.register(p, never, never, what)
		f.city.Showcase.Match = p.index
		p.become(-120, ledger.Executing, "配捐规则公布")
		p.company(-110, portGroup, "", 150_000, "南珠慈善日配捐资金")
		p.company(-102, foods, "", 50_000, "南珠慈善日配捐资金")
	})
}
