package sample

import (
	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// heartSurgery is a campaign from its filing to its end: all spent, what remained
// handed on, and published in full.
func (f *filling) heartSurgery() {
	f.on(-405, func() {
		p := &project{owner: f.lamp, words: []string{"祝早日康复", "小朋友要勇敢", "愿每颗心都有力跳动", "医生辛苦了"}}
		what := book.RegisterProject{Name: "让心跳更有力：先心病患儿手术救助", Kind: ledger.Campaign, Cause: "health", Place: "440100"}
		budget(&what.PlanFields, "5101.direct_aid", 150_000, "5101.travel", 12_000, "5101.publicity", 4_000, "5401.payment_fee", 1_000, "5301", 8_000)
		what.Beneficiaries = 12
		what.Plan = book.PlanTexts{Purpose: "帮助困难家庭的先天性心脏病患儿完成手术。", Use: "手术自付费用、术后复查和陪护家属食宿。", Area: "本市及对口帮扶地区。", Beneficiaries: "十四周岁以下、家庭困难的先心病患儿，预计 12 名。",
			Selection: "医院初筛、家庭经济核对、专家评审。", Remaining: "结余转入本会同类医疗救助项目。", Contact: contact(p.owner)}
		f.register(p, -393, -240, what)
		f.city.Showcase.Completed = p.index
		p.raise(300, -393, -240, ahead)
		p.company(-385, tea, "", 60_000, "愿每个孩子都能奔跑")
		p.fees(-393, -230)
		p.pays(p.owner, "", 7, -370, -190, bill{"5101.direct_aid", hospital, "患儿手术自付费用（结算单号见凭证）", 6_000, 14_000, nil}, bill{"5101.travel", lodging, "患儿家属往返与食宿", 600, 1_800, nil})
		p.pays(p.owner, "", 60, -360, -200, bill{"5301", landlord, "项目管理费用分摊", 900, 1_500, nil}, bill{"5101.publicity", printer, "先心病筛查宣传册", 800, 1_600, nil})
		p.report(88, -393, -215, "每名患儿的救助按医院结算单支付，患儿身份信息不公开。")
		p.become(-225, ledger.Executing, "募捐期结束，继续实施手术救助")
		p.late(-232)
		p.finish(-175)
	})
}

// late is a gift that came after the end. It is recorded all the same.
func (p *project) late(day int) {
	p.on(day, func() {
		in := p.gift(p, 300_00)
		in.Channel, in.Note = "bank", "汇款在途，晚到了几天"
		p.then(p.owner, in, func(index int64, _ *ledger.Flow) { p.city.Showcase.Late = index })
	})
}

// finish spends what remains for the same purpose in the general fund, and ends.
func (p *project) finish(day int) {
	p.on(day, func() {
		rest := p.left(p.owner, "", "CNY")
		receiver := p.general.owner.author()
		if rest > 0 {
			p.ask(p.owner, book.Transfer{From: p.of(p.owner, ""), To: p.general.of(p.general.owner, ""), Asset: "CNY", Amount: rest, Occurred: p.date(p.day),
				Basis: p.plan, Consent: &receiver, Purpose: "按募捐方案处置剩余财产，转用于困难家庭大病救助"})
		}
		p.publish("final", p.name+"：募捐与项目实施情况全面公示", -393, "救助已全部完成，剩余财产按方案转用于同类目的，专项审计由南珠澄心会计师事务所完成，意见为标准无保留。",
			func(index int64) { p.city.Showcase.Disclosure = index })
		p.ask(p.owner, book.ChangeStatus{Project: p.index, Status: ledger.Completed, Reason: "款项全部使用完毕并已全面公示"})
	})
}

// bathVan ended five months ago and never published its end.
func (f *filling) bathVan() {
	f.on(-348, func() {
		p := &project{owner: f.riverside}
		what := book.RegisterProject{Name: "流动助浴车进社区", Kind: ledger.Campaign, Cause: "elderly-care", Place: "440105"}
		budget(&what.PlanFields, "5101.purchase", 90_000, "5101.staff", 24_000, "5101.asset_use", 10_000, "5301", 6_000)
		what.Beneficiaries = 400
		what.Plan = book.PlanTexts{Purpose: "为失能、半失能老人提供上门助浴服务。", Use: "购置改装助浴车一辆，支付护理员补贴和运行费用。", Beneficiaries: "江岸片区失能和半失能老人。",
			Selection: "社区摸底、自愿申请。", Remaining: "结余用于助浴车后续运行。", Contact: contact(p.owner)}
		f.register(p, -335, -150, what)
		f.city.Showcase.Overdue = p.index
		p.raise(190, -335, -150, early)
		p.company(-320, portGroup, "", 70_000, "")
		p.fees(-335, -140)
		p.on(-240, func() {
			p.pay(p.owner, "", bill{"5101.purchase", carworks, "助浴车购置与改装", 56_000, 60_000, nil})
		})
		p.pays(p.owner, "", 30, -225, -100, bill{"5101.staff", nil, "助浴护理员补贴", 900, 1_500, nil}, bill{"5101.asset_use", landlord, "助浴车停放与保养", 500, 1_200, nil})
		p.on(-238, func() {
			p.publish("progress", "流动助浴车进社区：第 1 期进展公示", -335, "助浴车已交付改装厂，预计下月投入服务。", nil)
		})
	})
}

// villageDoctors raises money still, but the regulator has stopped its payments.
func (f *filling) villageDoctors() {
	f.on(-262, func() {
		p := &project{owner: f.lamp}
		what := book.RegisterProject{Name: "乡村医生能力提升计划", Kind: ledger.Campaign, Cause: "health", Place: "520000"}
		budget(&what.PlanFields, "5101.other", 90_000, "5101.travel", 30_000, "5101.publicity", 5_000, "5301", 10_000)
		what.Beneficiaries = 80
		what.Plan = book.PlanTexts{Purpose: "培训偏远乡镇的乡村医生，提高常见病诊治能力。", Use: "授课、进修食宿和随访督导。", Area: "对口帮扶地区。", Beneficiaries: "在岗乡村医生 80 名。",
			Selection: "由县级卫生健康部门推荐。", Remaining: "结余用于后续督导。", Contact: contact(p.owner)}
		f.register(p, -250, 25, what)
		f.city.Showcase.Frozen = p.index
		p.raise(170, -250, 0, even)
		p.company(-230, foods, "", 30_000, "")
		p.fees(-250, -60)
		p.on(-120, func() {
			p.pay(p.owner, "", bill{"5101.other", lodging, "第一期培训班食宿与场地", 15_000, 18_000, nil})
		})
		p.report(85, -250, -60, "第一期培训班已开班，学员名单由县级卫生健康部门公示。")
		p.on(-45, func() {
			p.then(f.regulator, book.FreezeProject{Project: p.index, Order: "南民执〔" + p.date(p.day)[:4] + "〕8号", Reason: "接举报反映培训费用支付对象与合同不符，核查期间暂停支出"},
				func(index int64, _ *ledger.Flow) { p.city.Showcase.Freeze = index })
		})
		p.on(-30, func() {
			p.publish("progress", p.name+"：关于配合核查的说明", -60, "本项目正在接受民政部门核查，核查期间暂停支出，已收捐款专户存放，结果将第一时间公布。", nil)
		})
	})
}

// readingCorners raises money today. Its plan was changed on the way.
func (f *filling) readingCorners() {
	f.on(-165, func() {
		p := &project{owner: f.seedling, words: []string{"给弟弟妹妹们的新书", "我也是从山里读出来的", "愿你们在书里看见大海", "多放几本科普书吧", "儿子挑的，他说最好看"}}
		f.library = p
		what := book.RegisterProject{Name: "一间图书角", Kind: ledger.Campaign, Cause: "education", Place: "450000", Designations: []book.Designation{{ID: "teachers", Name: "阅读教师培训", Class: ledger.Restricted}}}
		budget(&what.PlanFields, "5101.purchase", 160_000, "5101.staff", 24_000, "5101.travel", 8_000, "5101.publicity", 6_000, "5401.payment_fee", 2_000)
		what.Beneficiaries, what.Partners = 3200, []int64{f.ridge.index}
		what.Plan = book.PlanTexts{Purpose: "为乡村小学的每间教室建一个图书角。", Use: "采购适龄图书、书架，培训阅读教师。", Area: "山区县乡镇小学。", Beneficiaries: "乡村小学在读学生，预计 3,200 名。",
			Selection: "由合作机构实地走访，按教室缺书情况排序。", Remaining: "结余用于图书更新。", Contact: contact(p.owner)}
		f.register(p, -150, 20, what)
		f.city.Showcase.Running = p.index
		p.raise(620, -150, 40, ahead)
		p.company(-140, tea, "", 20_000, "给每间教室一束光")
		p.fees(-150, -3)
		p.pays(p.owner, "", 9, -120, -5, bill{"5101.purchase", bookshop, "图书角适龄图书", 2_400, 5_600, schoolShan}, bill{"5101.purchase", bookshop, "教室书架", 1_800, 3_200, schoolHe},
			bill{"5101.travel", nil, "走访学校交通费", 150, 420, nil}, bill{"5101.publicity", printer, "阅读手册印制", 600, 1_400, nil})
		p.pays(p.owner, "", 30, -130, -5, bill{"5101.staff", nil, "项目专员工资（半职）", 2_600, 2_600, nil})
		p.report(60, -150, -20, "图书清单和签收单随每笔支出公开，欢迎核对。")
		p.change()
		p.mistakes()
		p.on(-2, func() { p.receive(6) })
		p.lately()
	})
}

// change files a new plan, and money that was given for all is set aside by it.
func (p *project) change() {
	p.on(-64, func() {
		what := book.ChangePlan{Project: p.index, Reason: "新增阅读教师培训，募捐期延长四十天；变更已在决定后十日内备案"}
		budget(&what.PlanFields, "5101.purchase", 210_000, "5101.staff", 30_000, "5101.travel", 12_000, "5101.publicity", 6_000, "5101.other", 20_000, "5401.payment_fee", 2_000)
		what.Starts, what.Ends = ledger.Date(p.date(-150)), ledger.Date(p.date(60))
		what.Beneficiaries, what.Partners = 4000, []int64{p.ridge.index}
		what.Plan = book.PlanTexts{Purpose: "为乡村小学的每间教室建一个图书角，并培训会带孩子读书的老师。", Use: "采购适龄图书、书架，培训阅读教师。", Area: "山区县乡镇小学。", Beneficiaries: "乡村小学在读学生，预计 4,000 名。",
			Selection: "由合作机构实地走访，按教室缺书情况排序。", Remaining: "结余用于图书更新。", Contact: contact(p.owner)}
		p.plan = p.do(p.owner, what)
		p.city.Showcase.PlanChange = p.plan
		p.ask(p.owner, book.Transfer{From: p.of(p.owner, ""), To: p.of(p.owner, "teachers"), Asset: "CNY", Amount: 6_000_00, Occurred: p.date(p.day), Basis: p.plan, Purpose: "按变更后的方案划出阅读教师培训经费"})
	})
	p.on(-40, func() {
		p.pay(p.owner, "teachers", bill{"5101.other", lodging, "阅读教师培训班（第一期）", 3_000, 4_200, nil})
	})
}
