package sample

import (
	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/record"
)

// mistakes are what goes wrong in every office, and how it is put right.
func (p *project) mistakes() {
	p.refunds()
	p.bounced()
	p.mistyped()
	p.twice()
	p.misspelled()
	p.regretted()
}

// refunds: somebody paid twice, and somebody gave more than was meant.
func (p *project) refunds() {
	give := func(day int, amount, back int64, reason string, note *int64) {
		p.at(day, 21*60+40, func() {
			in := p.gift(p, amount)
			in.Donor, in.Channel = p.person(), "wechat"
			of := p.do(p.platform, in)
			*note = of
			p.at(p.day+1, 8*60+50, func() {
				p.ask(p.owner, book.Refund{Of: of, Amount: back, Occurred: p.date(p.day), Reason: reason})
			})
		})
	}
	give(-96, 500_00, 500_00, "捐赠人重复付款，申请全额退回", &p.city.Showcase.Refunded)
	give(-71, 2_000_00, 1_800_00, "捐赠人误多输一位，申请退回多付部分", &p.city.Showcase.PartRefunded)
}

// bounced is a payment to a wrong account, which comes back and is made again.
func (p *project) bounced() {
	p.on(-88, func() {
		wrong := p.spend(p.owner, "", bill{category: "5101.travel", purpose: "志愿讲师往返车票报销"}, 640_00)
		index := p.do(p.owner, wrong)
		p.city.Showcase.Bounced = index
		p.after(4, func() {
			p.ask(p.owner, book.Return{Of: index, Amount: 640_00, Occurred: p.date(p.day), Reason: "收款账号有误，银行退回"})
			wrong.Occurred = p.date(p.day)
			p.ask(p.owner, wrong)
		})
	})
}

// mistyped is a payment that was entered with two figures exchanged: it is reversed and
// entered anew in one piece.
func (p *project) mistyped() {
	p.on(-53, func() {
		s := p.spend(p.owner, "", bill{category: "5101.publicity", payee: printer, purpose: "募捐海报印制"}, 1_520_00)
		index := p.do(p.owner, s)
		p.city.Showcase.Reversed = index
		p.after(1, func() {
			s.Amount = 1_250_00
			p.together(p.owner, book.Reverse{Of: index, Reason: "金额录错：发票为 1,250.00 元，误录为 1,520.00 元"}, s)
		})
	})
}

// twice is a gift that was entered by hand though the bank's list had brought it.
func (p *project) twice() {
	p.on(-33, func() {
		in := p.gift(p, 800_00)
		in.Channel, in.Serial, in.Account, in.Note = "bank", "", "尾号 3307", ""
		p.ask(p.owner, in)
		again := p.do(p.owner, in)
		p.at(p.day, 18*60+20, func() { p.ask(p.owner, book.Reverse{Of: again, Reason: "同一笔汇款重复录入"}) })
	})
}

// misspelled is a payment whose purpose was put wrongly.
func (p *project) misspelled() {
	p.on(-47, func() {
		s := p.spend(p.owner, "", bill{category: "5101.purchase", payee: bookshop, purpose: "河湾小学图书角图书（46 班）"}, 2_360_00)
		index := p.do(p.owner, s)
		p.city.Showcase.Corrected = index
		p.after(3, func() {
			p.ask(p.owner, book.Correct{Of: index, Field: "purpose", Old: s.Purpose, New: "河湾小学图书角图书（4–6 班）", Reason: "班级序号漏打连接号"})
		})
	})
}

// misprinted is a publication with a wrong word in it: it stays, with a correction under
// it (order 81, 16).
func (p *project) misprinted(day int) {
	p.on(day, func() {
		p.publish("emergency", "暴雨洪水应急救援：棉被发放说明", p.day-20, "应急棉被已送达河口镇、塘上镇安置点。", func(index int64) {
			p.after(2, func() {
				p.ask(p.owner, book.Correct{Of: index, Field: "text", Old: "河口镇、塘上镇安置点", New: "河口镇、塘下镇安置点", Reason: "镇名录入有误"})
			})
		})
	})
}

// regretted is a gift whose giver does not want to be shown any more: the words are
// erased, and the record stays.
func (p *project) regretted() {
	p.at(-58, 19*60, func() {
		in := p.gift(p, 188_00)
		in.Donor, in.Channel, in.Note = p.person(), "alipay", "祝三年级的小朋友天天有书读"
		index := p.do(p.platform, in)
		p.city.Showcase.Withdrawn = index
		p.after(15, func() { p.ask(p.platform, book.Erase{Of: index, Seal: record.Public, Basis: "pipl-47"}) })
	})
}

// misposted is a gift that a charity entered in the wrong project: it is moved, unit by
// unit, to where its giver wanted it, with the consent of that side.
func (p *project) misposted(day int) {
	p.at(day, 16*60, func() {
		in := p.gift(p, 1_000_00)
		in.Channel, in.Note = "bank", "捐给图书角"
		of := p.do(p.owner, in)
		p.city.Showcase.Misposted = of
		p.at(p.day, 17*60, func() {
			to := p.library
			consent := to.owner.author()
			p.ask(p.owner, book.Transfer{From: p.of(p.owner, ""), To: to.of(to.owner, ""), Of: of, Asset: "CNY", Amount: in.Amount, Occurred: p.date(p.day),
				Consent: &consent, Purpose: "汇款附言写明捐给“一间图书角”，误记入本项目，转回"})
		})
	})
}

// lately is what came in within the last minutes.
func (p *project) lately() {
	now := p.clock.until.In(china)
	p.at(0, max(0, now.Hour()*60+now.Minute()-4), func() { p.receive(4) })
}

// birdWatch is filed and begins next week.
func (f *filling) birdWatch() {
	f.on(-9, func() {
		p := &project{owner: f.bay}
		what := book.RegisterProject{Name: "候鸟驿站：滩涂越冬地守护", Kind: ledger.Campaign, Cause: "environment", Place: "440115"}
		budget(&what.PlanFields, "5101.purchase", 60_000, "5101.staff", 40_000, "5101.travel", 15_000, "5101.publicity", 5_000)
		what.Partners = []int64{f.handful.index}
		what.Plan = book.PlanTexts{Purpose: "守护候鸟越冬的滩涂，减少人为干扰。", Use: "监测设备、巡护员补贴和自然教育活动。", Area: "碧湾滩涂及周边社区。", Beneficiaries: "滩涂生态和周边居民。",
			Selection: "按年度监测方案实施。", Remaining: "结余用于下一越冬季。", Contact: contact(p.owner)}
		f.register(p, 7, 120, what)
		f.city.Showcase.NotStarted = p.index
	})
}
