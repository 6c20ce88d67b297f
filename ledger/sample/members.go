package sample

import (
	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// members are the projects that the joint campaign raises money for.
func (f *filling) members() []*project {
	members := []*project{f.breakfasts(), f.visits(), f.mangroves(), f.coats()}
	for _, m := range members {
		f.city.Showcase.Members = append(f.city.Showcase.Members, m.index)
		m.raise(35, -88, 0, even)
		m.become(-57, ledger.Executing, "联合劝募款到账，开始执行")
		m.report(45, -90, -3, "收到联合劝募拨款后按方案执行，合作机构的使用情况一并公开。")
	}
	return members
}

// breakfasts goes through a partner. What that one pays ends within the gift that the
// showcase follows, so that a part of it is spent and a part still in transit.
func (f *filling) breakfasts() *project {
	p := &project{owner: f.seedling, words: []string{"希望孩子们吃好每一顿早餐", "吃饱了好好上课"}}
	what := book.RegisterProject{Name: "山里娃的热早餐", Kind: ledger.Undertaking, Cause: "education", Place: "520000"}
	budget(&what.PlanFields, "5101.purchase", 130_000, "5101.staff", 12_000, "5101.travel", 6_000)
	what.Beneficiaries, what.Partners = 860, []int64{f.ridge.index}
	what.Plan = book.PlanTexts{Purpose: "让寄宿的山区学生每天吃上热早餐。", Use: "早餐食材、配送和厨工补贴。", Beneficiaries: "云岭县三所小学学生 860 名。", Selection: "学校申报、合作机构核查。", Remaining: "结余延长供餐天数。", Contact: contact(p.owner)}
	f.register(p, never, never, what)
	p.on(-52, func() { p.entrust(p.ridge, 0.5) })
	p.on(-31, func() { p.entrust(p.ridge, 0.8) })
	for day := -49; day <= -8; day += 6 {
		last := int64(-8-day)/6 + 2 // payments still to come, this one and the last among them
		p.on(day, func() { p.meals(last) })
	}
	p.at(-4, 14*60+20, func() { p.meals(1) })
	return p
}

// entrust hands a share of the money to a partner, and in it the marked gift.
func (p *project) entrust(partner *body, share float64) {
	left := p.left(p.owner, "", "CNY")
	amount := int64(float64(left) * share)
	if before := p.before(p.owner); before >= 0 && p.day > -40 {
		amount = max(amount, before+2_000_00)
	}
	p.ask(p.owner, book.Transfer{From: p.of(p.owner, ""), To: p.of(partner, ""), Asset: "CNY", Amount: min(amount/100_00*100_00+100_00, left), Occurred: p.date(p.day), Purpose: "拨付合作机构执行供餐"})
}

// meals pays for breakfasts: of what lies before the mark, its part of the payments that
// are still to come.
func (p *project) meals(payments int64) {
	b := bill{category: "5101.purchase", payee: breakfast, purpose: "早餐食材与配送（按周结算）"}
	amount := p.left(p.ridge, "", "CNY") / 6
	before := p.before(p.ridge)
	if before >= 0 {
		amount = before / payments
	}
	if amount == 0 {
		return
	}
	index := p.do(p.ridge, p.spend(p.ridge, "", b, amount))
	to := pick(p.filling, []*body{schoolPing, schoolHe, schoolShan})
	if payments == 1 {
		p.city.Showcase.Payment = index
		p.at(-2, 15*60, func() { p.sign(p.ridge, index, amount/2, to) })
		return
	}
	p.city.Showcase.Purchase = index
	p.after(2, func() { p.sign(p.ridge, index, amount, to) })
}

// visits are to old people who live alone; volunteers give their hours.
func (f *filling) visits() *project {
	p := &project{owner: f.riverside, words: []string{"常回家看看", "替我去看看阿婆"}}
	what := book.RegisterProject{Name: "银龄相伴：独居长者探访", Kind: ledger.Undertaking, Cause: "elderly-care", Place: "440105"}
	budget(&what.PlanFields, "5101.staff", 40_000, "5101.purchase", 30_000, "5101.travel", 5_000)
	what.Beneficiaries, what.Partners = 320, []int64{f.ginkgo.index}
	what.Plan = book.PlanTexts{Purpose: "让独居长者每周有人探访。", Use: "社工补贴、慰问用品和交通。", Beneficiaries: "江岸片区独居长者 320 名。", Selection: "社区登记、自愿参加。", Remaining: "结余继续用于探访。", Contact: contact(p.owner)}
	f.register(p, never, never, what)
	p.hand(-50, p.ginkgo, 0.6, "拨付社工机构开展探访")
	p.pays(p.ginkgo, "", 7, -46, -4, bill{"5101.staff", nil, "探访社工补贴", 1_800, 3_600, nil}, bill{"5101.purchase", kitchen, "长者慰问餐", 1_200, 3_000, townTang})
	p.pays(p.owner, "", 20, -45, -5, bill{"5101.travel", nil, "志愿者交通补助", 100, 300, nil}, bill{"5101.asset_use", landlord, "活动场地使用费", 400, 900, nil})
	p.every(14, -80, -4, func() {
		n := 20 + p.rand.Int64N(30)
		p.ask(p.owner, book.Income{PoolRef: p.of(p.owner, ""), Asset: "hours/volunteer", Amount: n, Occurred: p.date(p.day), Donor: &book.Party{Kind: ledger.Group, Display: pick(p.filling, groups)}, Note: "周末探访"})
		p.ask(p.owner, book.Spend{PoolRef: p.of(p.owner, ""), Asset: "hours/volunteer", Amount: n, Occurred: p.date(p.day), Category: "5101.other", Payee: &book.Party{Kind: ledger.Distribution}, Purpose: "探访独居长者"})
	})
	return p
}

// mangroves is carried out with a partner on the shore.
func (f *filling) mangroves() *project {
	p := &project{owner: f.bay, words: []string{"给白鹭留个家", "退潮的时候去看过，很美"}}
	what := book.RegisterProject{Name: "种下一片红树林", Kind: ledger.Undertaking, Cause: "environment", Place: "440115"}
	budget(&what.PlanFields, "5101.purchase", 45_000, "5101.staff", 15_000, "5101.publicity", 3_000)
	what.Partners = []int64{f.handful.index}
	what.Plan = book.PlanTexts{Purpose: "修复退化的滨海红树林。", Use: "苗木、补植人工和科普材料。", Beneficiaries: "碧湾岸线与周边社区。", Selection: "按林业部门规划地块实施。", Remaining: "结余用于后期管护。", Contact: contact(p.owner)}
	f.register(p, never, never, what)
	p.hand(-49, p.handful, 0.5, "拨付合作机构组织补植")
	p.pays(p.handful, "", 11, -44, -5, bill{"5101.purchase", nursery, "秋茄、桐花树苗木", 2_500, 5_500, nil}, bill{"5101.staff", nil, "补植人工", 1_000, 2_400, nil})
	p.pays(p.owner, "", 25, -40, -5, bill{"5101.publicity", printer, "红树林科普折页", 600, 1_200, nil})
	return p
}

// coats buys winter coats and gives them to children.
func (f *filling) coats() *project {
	p := &project{owner: f.society, words: []string{"天冷加衣", "暖暖和和过冬"}}
	what := book.RegisterProject{Name: "困境儿童的新冬衣", Kind: ledger.Undertaking, Cause: "child-welfare", Place: "440100"}
	budget(&what.PlanFields, "5101.purchase", 60_000, "5401.freight", 2_000)
	what.Beneficiaries = 400
	what.Plan = book.PlanTexts{Purpose: "入冬前为困境儿童准备一件新冬衣。", Use: "购置冬衣和运输。", Beneficiaries: "本市困境儿童 400 名。", Selection: "民政部门在册名单。", Remaining: "结余用于购置书包文具。", Contact: contact(p.owner)}
	f.register(p, never, never, what)
	p.on(-40, func() {
		const price = 118_00
		count := min(p.left(p.owner, "", "CNY")*8/10/price, 400)
		p.ask(p.owner, book.Convert{Pool: p.of(p.owner, ""), From: ledger.Sum{Asset: "CNY", Amount: price * count}, To: ledger.Sum{Asset: "goods/winter-coat", Amount: count},
			Occurred: p.date(p.day), Basis: "公开询价后的合同单价 118 元/件", Payee: tailor.party(), Evidence: []string{p.invoice(p.owner, "儿童冬衣", price*count)}})
	})
	p.out(-30, p.owner, "goods/winter-coat", 0.5, townHe, "发放困境儿童冬衣")
	p.out(-12, p.owner, "goods/winter-coat", 0.6, townTang, "发放困境儿童冬衣")
	p.on(-28, func() { p.pay(p.owner, "", bill{"5401.freight", carrier, "冬衣配送运费", 300, 700, nil}) })
	return p
}
