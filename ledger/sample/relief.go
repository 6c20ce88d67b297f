package sample

import (
	"fmt"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/intake"
)

// floodRelief is an emergency: money and goods within days, a publication every five
// days (Charity Law 73), goods given, bought and handed out.
func (f *filling) floodRelief() {
	f.at(-170, 8*60+30, func() {
		p := &project{owner: f.society, words: []string{"愿大水早日退去", "向一线人员致敬", "风雨同舟", "塘下镇是我外婆家", "平安就好", "救援队的兄弟们注意安全"}}
		f.relief = p
		what := book.RegisterProject{Name: "暴雨洪水应急救援", Kind: ledger.Campaign, Cause: "disaster-relief", Place: "440000"}
		budget(&what.PlanFields, "5101.direct_aid", 180_000, "5101.purchase", 260_000, "5401.freight", 20_000, "5101.other", 20_000, "5401.payment_fee", 3_000)
		what.Beneficiaries, what.Partners = 6000, []int64{f.tide.index}
		what.Plan = book.PlanTexts{Purpose: "救助暴雨洪水受灾群众，支援抢险和灾后清淤。", Use: "饮用水、食品、棉被、排水设备和过渡期补助。", Area: "受灾镇街。", Beneficiaries: "受灾群众约 6,000 人。",
			Selection: "按镇街核定的受灾名单发放。", Remaining: "结余用于防灾减灾物资储备。", Contact: contact(p.owner)}
		f.register(p, -170, -110, what)
		f.city.Showcase.Relief = p.index
		p.raise(560, -170, -110, func(x float64) float64 { return x * x * x * x })
		p.company(-169, portGroup, "", 100_000, "驰援家乡")
		p.company(-166, building, "", 60_000, "")
		p.fees(-170, -90)
		p.emergency()
		p.misposted(-139)
		p.every(5, -165, -112, func() {
			p.publish("emergency", fmt.Sprintf("暴雨洪水应急救援：款物收支公示（%s）", p.date(p.day)), p.day-5, "物资按镇街核定名单发放，签收单随支出记录公开。", nil)
		})
		p.misprinted(-128)
		p.bulletins(-169, -156, -163)
		p.become(-105, ledger.Executing, "募捐期结束，转入灾后恢复")
		p.on(-40, func() {
			p.publish("final", p.name+"：募捐情况全面公示", -170, "募捐已结束，剩余款物继续用于灾后恢复，使用完毕后再次公示。", nil)
		})
	})
}

// bulletins are what was told every morning elsewhere, on a board and by telephone: how
// much had come in by the night before. In one of them two digits had changed places.
func (p *project) bulletins(from, upto, wrong int) {
	told := intake.Claim{Figure: intake.Figure{Measure: intake.Received, Cumulative: true, Asset: "CNY"}}
	slipped := false
	for day := from; day <= upto; day++ {
		p.at(day, 6*60, func() {
			p.send()
			if told.Amount = p.raised; day >= wrong && !slipped {
				told.Amount = exchanged(p.raised)
				slipped = told.Amount != p.raised
			}
			p.ask(p.owner, book.Disclose{Project: p.index, Period: p.date(p.day - 1), Kind: ledger.Claim, Title: "救灾募捐每日简报", Text: told.Text()})
		})
	}
}

// exchanged exchanges the thousands of a sum of money with the hundreds, as happens to
// who copies it by hand.
func exchanged(fen int64) int64 {
	hundreds, thousands := fen/100_00%10, fen/1000_00%10
	return fen + (hundreds-thousands)*(1000_00-100_00)
}

// emergency is what was paid, bought, given and handed out.
func (p *project) emergency() {
	p.pays(p.owner, "", 4, -166, -60, bill{"5101.direct_aid", townHe, "受灾家庭过渡期生活补助（镇政府代发）", 6_000, 15_000, townHe}, bill{"5101.purchase", kitchen, "安置点热食供应", 2_500, 6_000, townTang},
		bill{"5101.direct_aid", townTang, "受灾家庭过渡期生活补助（镇政府代发）", 5_000, 12_000, townTang}, bill{"5401.freight", carrier, "捐赠物资运费", 800, 2_400, nil}, bill{"5101.other", nil, "清淤志愿者保险与餐补", 300, 900, nil})
	p.hand(-160, p.tide, 0.25, "拨付救援队执行排涝与转运任务")
	p.pays(p.tide, "", 6, -155, -85, bill{"5101.purchase", pumps, "排涝油料与水带", 2_000, 5_000, townHe}, bill{"5101.travel", carrier, "冲锋舟转运", 900, 2_200, nil})
	p.handBack(-78, p.tide)
	p.goods()
	p.purchase()
}

// handBack has a partner give back what it did not need.
func (p *project) handBack(day int, partner *body) {
	p.on(day, func() {
		if rest := p.left(partner, "", "CNY"); rest > 0 {
			p.ask(partner, book.Transfer{From: p.of(partner, ""), To: p.of(p.owner, ""), Asset: "CNY", Amount: rest, Occurred: p.date(p.day), Purpose: "任务结束，余款退回"})
		}
	})
}

// things gives things; worth is their fair value in yuan.
func (p *project) things(day int, asset ledger.AssetID, amount, worth int64, from *body, basis string) {
	p.on(day, func() {
		p.then(p.owner, book.Income{PoolRef: p.of(p.owner, ""), Asset: asset, Amount: amount, Occurred: p.date(p.day), Donor: from.party(),
			Value: &book.Value{Amount: worth * 100, Basis: basis}, Evidence: []string{p.invoice(p.owner, "捐赠物资清单", worth*100)}},
			func(index int64, _ *ledger.Flow) { p.city.Showcase.Goods = index })
	})
}

// out hands things out, to somebody who signs for them.
func (p *project) out(day int, holder *body, asset ledger.AssetID, share float64, to *body, purpose string) {
	p.on(day, func() {
		amount := int64(float64(p.left(holder, "", asset)) * share)
		if amount == 0 {
			return
		}
		p.then(holder, book.Spend{PoolRef: p.of(holder, ""), Asset: asset, Amount: amount, Occurred: p.date(p.day), Category: "5101.direct_aid", Payee: to.party(), Purpose: purpose},
			func(index int64, _ *ledger.Flow) { p.deliver(holder, index, amount, to) })
	})
}

func (p *project) goods() {
	p.things(-168, "goods/drinking-water", 2400, 57_600, foods, "document")
	p.things(-167, "goods/quilt", 650, 58_500, electronics, "document")
	p.things(-166, "goods/instant-meal", 820, 98_400, foods, "fair")
	p.out(-165, p.owner, "goods/drinking-water", 0.5, townHe, "发放安置点饮用水")
	p.out(-162, p.owner, "goods/drinking-water", 0.8, townTang, "发放安置点饮用水")
	p.out(-161, p.owner, "goods/instant-meal", 0.6, townHe, "发放自热食品")
	p.out(-150, p.owner, "goods/instant-meal", 0.7, townTang, "发放自热食品")
	p.on(-163, func() {
		p.ask(p.owner, book.Transfer{From: p.of(p.owner, ""), To: p.of(p.tide, ""), Asset: "goods/quilt", Amount: 400, Occurred: p.date(p.day), Purpose: "由救援队送往偏远村"})
	})
	p.out(-158, p.tide, "goods/quilt", 0.75, townHe, "送达被困村组的棉被")
	p.out(-140, p.owner, "goods/quilt", 0.6, townTang, "安置点棉被")
	p.lose(-135, "goods/drinking-water", "5501.loss", 18, "转运途中破损")
	p.lose(-30, "goods/instant-meal", "5501.expiry", 36, "盘点发现临近保质期，已按规定销毁")
}

// lose writes things off: nobody is paid for it.
func (p *project) lose(day int, asset ledger.AssetID, category ledger.Category, amount int64, purpose string) {
	p.on(day, func() {
		p.then(p.owner, book.Spend{PoolRef: p.of(p.owner, ""), Asset: asset, Amount: amount, Occurred: p.date(p.day), Category: category, Purpose: purpose},
			func(index int64, _ *ledger.Flow) { p.city.Showcase.Expired = index })
	})
}

// purchase turns money into pumps.
func (p *project) purchase() {
	p.on(-157, func() {
		const price, count = 6_800_00, 8
		p.ask(p.owner, book.Convert{Pool: p.of(p.owner, ""), From: ledger.Sum{Asset: "CNY", Amount: price * count}, To: ledger.Sum{Asset: "goods/water-pump", Amount: count},
			Occurred: p.date(p.day), Basis: "三家询价后的合同单价 6,800 元/台", Payee: pumps.party(), Evidence: []string{p.invoice(p.owner, "移动排水泵", price*count)}})
	})
	p.out(-154, p.owner, "goods/water-pump", 0.75, townHe, "移动排水泵交付使用")
}
