package sample

import (
	"fmt"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// jointCampaign is raised by one charity for projects of four (联合劝募): a festival
// day, a company that matches gifts, and money that goes on to members and partners.
func (f *filling) jointCampaign() {
	f.on(-97, func() {
		p := &project{owner: f.society}
		f.joint = p
		what := book.RegisterProject{Name: "百善同行·南珠慈善日联合劝募", Kind: ledger.Joint, Cause: "poverty-relief", Place: "440100"}
		budget(&what.PlanFields, "5101.other", 380_000, "5401", 8_000, "5401.payment_fee", 3_000)
		what.Partners = []int64{f.ridge.index, f.ginkgo.index, f.handful.index}
		what.Plan = book.PlanTexts{Purpose: "联合四家慈善组织，在南珠慈善日集中劝募。", Use: "按公布的比例拨给成员项目，由各成员项目使用并公示。", Area: "本市及对口帮扶地区。", Beneficiaries: "各成员项目的受益人。",
			Selection: "成员项目经评审会遴选。", Remaining: "结余按成员项目执行进度拨付。", Contact: contact(p.owner)}
		f.register(p, -80, -20, what)
		f.city.Showcase.Joint = p.index
		members := f.members()
		p.raise(130, -80, -21, even)
		p.festival()
		p.fees(-80, -12)
		p.on(-72, func() { p.matched() })
		p.on(-58, func() { p.share(members) })
		p.pays(p.owner, "", 12, -79, -60, bill{"5401", printer, "慈善日现场物料", 900, 1_800, nil})
		p.report(30, -80, -10, "已按公布比例拨付成员项目，成员项目的使用情况见各项目页面。")
		p.become(-15, ledger.Executing, "募捐期结束，成员项目继续执行")
	})
}

// festival is the day on which half of the city gives.
func (p *project) festival() {
	p.raise(70, -77, -76, even)
	p.raise(90, -74, -73, early)
	for i, gifts := range []int{18, 64, 52, 46, 40, 58, 110, 72} {
		p.at(-75, 8*60+10+i*110, func() {
			p.receive(gifts)
			p.send() // at their time, not at the end of the day
		})
	}
	p.company(-79, building, "", 50_000, "慈善日定向支持成员项目")
	p.at(-75, 15*60, func() {
		in := p.gift(p, 2_000_00)
		in.Channel, in.Account, in.Note = "wechat", "", "给孩子们的早餐，也给独居的老人"
		in.Donor = &book.Party{Kind: ledger.Person, Name: "卢禾年", Display: "卢**"}
		in.Serial = fmt.Sprintf("42%s%012d", "0001", p.number())
		p.then(p.platform, in, func(index int64, flow *ledger.Flow) {
			p.city.Showcase.Gift, p.city.Showcase.Serial, p.city.Showcase.Amount = index, in.Serial, in.Amount
			p.mark = mark{flow.In.Pool, flow.In.Span.From + in.Amount*3/5}
		})
	})
}

// matched adds half of the festival day's gifts, as far as the fund reaches.
func (p *project) matched() {
	amount := min(p.raised/2, p.match.left(p.match.owner, "", "CNY")*3/4) / 100_00 * 100_00
	p.ask(p.owner, book.Transfer{From: p.match.of(p.owner, ""), To: p.of(p.owner, ""), Asset: "CNY", Amount: amount, Occurred: p.date(p.day),
		Basis: p.match.plan, Purpose: "按配捐规则配捐慈善日公众捐款"})
}

// share hands the money to the members, each with its side's consent. The first one
// gets the units of the gift that the showcase follows.
func (p *project) share(members []*project) {
	for i, share := range []float64{0.36, 0.4, 0.5, 0.7} {
		m := members[i]
		amount := int64(float64(p.left(p.owner, "", "CNY")) * share)
		if i == 0 {
			amount = max(amount, p.before(p.owner)+5_000_00)
		}
		consent := m.owner.author()
		p.ask(p.owner, book.Transfer{From: p.of(p.owner, ""), To: m.of(m.owner, ""), Asset: "CNY", Amount: amount / 100_00 * 100_00, Occurred: p.date(p.day),
			Basis: p.plan, Consent: &consent, Purpose: "联合劝募款拨付成员项目“" + m.name + "”"})
	}
}

// mark is where the unit is that the showcase follows: the first of its gift that is
// not spent yet.
type mark struct {
	pool    ledger.Pool
	address int64
}

// follow moves the mark with a transfer that takes its unit.
func (m *mark) follow(flow *ledger.Flow) {
	if flow.Carries() && !flow.Named() && flow.Out.Pool == m.pool && flow.Out.Span.From <= m.address && m.address < flow.Out.Span.Upto {
		m.address += flow.In.Span.From - flow.Out.Span.From
		m.pool = flow.In.Pool
	}
}

// before is how many units leave a pool before the marked one does; −1 where the mark
// is in another.
func (p *project) before(holder *body) int64 {
	left := p.left(holder, "", "CNY")
	pool := ledger.Pool{Project: p.index, Holder: holder.index, Designation: ledger.General, Asset: "CNY"}
	if p.mark.pool != pool {
		return -1
	}
	return p.mark.address - (p.laid[pool] - left)
}
