package chart

import (
	"fmt"
	"html/template"
	"strings"
)

// The samples are small books made up for looking at: every name in them is invented.

func yuan(fen int64) string {
	whole, rest := fmt.Sprint(fen/100), fen%100
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return fmt.Sprintf("¥%s.%02d", whole, rest)
}

func sampleFlow() Flow {
	f := Flow{Head: Head{ID: "flow", Title: "珍珠湾渔村学童午餐：收入 ¥2,043,600.00，已支付 ¥1,218,900.00，结余 ¥612,700.00"}}
	node := func(column int, label string, class Class, lake bool) int {
		f.Nodes = append(f.Nodes, Node{Column: column, Label: label, Class: class, Lake: lake, Href: fmt.Sprint("/records/", 100+len(f.Nodes))})
		return len(f.Nodes) - 1
	}
	band := func(from, to int, fen int64) {
		f.Bands = append(f.Bands, Band{From: from, To: to, Value: fen, Amount: yuan(fen), Href: fmt.Sprint("/v1/flows?band=", len(f.Bands))})
	}
	wechat, alipay := node(0, "微信小额捐赠", In, false), node(0, "支付宝公益", In, false)
	bank, firm := node(0, "银行转账", In, false), node(0, "南珠市某海产有限公司", In, false)
	grant, other := node(0, "福彩公益金补助", In, false), node(0, "其他渠道", Muted, false)
	project := node(1, "珍珠湾渔村学童午餐", In, false)
	held := node(2, "结余", In, true)
	partner, station := node(2, "珍珠湾社会工作服务中心", Transit, false), node(2, "北岸乡村教育发展站", Transit, false)
	way := node(3, "在途", Transit, true)
	aid, buy := node(3, "业务活动成本·直接资助", Out, false), node(3, "业务活动成本·采购", Out, false)
	staff, manage := node(3, "业务活动成本·人员", Out, false), node(3, "管理费用", Out, false)
	fee := node(3, "筹资费用·支付手续费", Out, false)
	payees := []int{node(4, "渔湾镇第一小学", Out, false), node(4, "珍珠湾中心学校", Out, false), node(4, "北岸粮油商行", Out, false),
		node(4, "红树林小学教学点", Out, false), node(4, "海安食品配送有限公司", Out, false), node(4, "其他 37 家", Muted, false)}
	refund := node(2, "退回捐赠人", Muted, false)
	for i, fen := range []int64{86_420_000, 51_230_000, 32_150_000, 20_000_000, 12_060_000, 2_500_000} {
		band([]int{wechat, alipay, bank, firm, grant, other}[i], project, fen)
	}
	band(project, partner, 78_000_000)
	band(project, station, 34_340_000)
	band(project, held, 61_270_000)
	band(project, refund, 50_000)
	band(project, manage, 9_800_000)
	band(project, fee, 1_226_000)
	band(project, aid, 19_674_000)
	band(partner, aid, 43_000_000)
	band(partner, buy, 15_000_000)
	band(partner, staff, 5_800_000)
	band(partner, way, 14_200_000)
	band(station, aid, 12_000_000)
	band(station, buy, 16_200_000)
	band(station, way, 6_140_000)
	band(aid, payees[0], 28_000_000)
	band(aid, payees[1], 24_000_000)
	band(aid, payees[3], 12_674_000)
	band(aid, payees[5], 10_000_000)
	band(buy, payees[2], 14_800_000)
	band(buy, payees[4], 11_400_000)
	band(buy, payees[5], 5_000_000)
	band(staff, payees[5], 5_800_000)
	amounts(&f)
	return f
}

// amounts writes on each node what its bands bring or take.
func amounts(f *Flow) {
	in, out := make([]int64, len(f.Nodes)), make([]int64, len(f.Nodes))
	for _, b := range f.Bands {
		out[b.From] += b.Value
		in[b.To] += b.Value
	}
	for i := range f.Nodes {
		f.Nodes[i].Amount = yuan(max(in[i], out[i]))
	}
}

// largeFlow has as many nodes and bands as a page shows, over six orders of magnitude.
func largeFlow() Flow {
	f := Flow{Head: Head{ID: "large", Title: "联合募捐：60 个节点，120 条资金带"}}
	sizes := []int{12, 1, 6, 15, 26}
	var columns [][]int
	for c, size := range sizes {
		var column []int
		for i := range size {
			class := []Class{In, In, Transit, Out, Out}[c]
			label := []string{"捐赠渠道第%d类", "南珠市联合募捐第%d期", "承办机构之%d社会服务中心", "业务活动成本·第%d项", "受助与供货单位%d号"}[c]
			column = append(column, len(f.Nodes))
			f.Nodes = append(f.Nodes, Node{Column: c, Label: fmt.Sprintf(label, i+1), Class: class, Href: "/records/1"})
		}
		columns = append(columns, column)
	}
	value := func(i int) int64 { return []int64{7, 93, 1_204, 15_003, 260_011, 3_900_017, 12_345_678}[i%7] }
	add := func(from, to int) {
		v := value(len(f.Bands))
		f.Bands = append(f.Bands, Band{From: from, To: to, Value: v, Amount: yuan(v), Href: "/v1/flows"})
	}
	for _, i := range columns[0] {
		add(i, columns[1][0])
	}
	for _, i := range columns[2] {
		add(columns[1][0], i)
	}
	for i, to := range columns[3] {
		for j := range 3 {
			add(columns[2][(i+j*2)%len(columns[2])], to)
		}
	}
	for i, to := range columns[4] {
		add(columns[3][i%len(columns[3])], to)
		add(columns[3][(i*7+3)%len(columns[3])], to)
	}
	for i := 0; len(f.Bands) < 120; i++ {
		add(columns[1][0], columns[3][i%len(columns[3])])
	}
	amounts(&f)
	return f
}

func sampleLine() Line {
	l := Line{Head: Head{ID: "gift", Title: "这笔 ¥20.00 的捐赠：¥13.40 已用于学童，¥3.60 在途，¥2.90 结余"}}
	at := int64(0)
	add := func(fen int64, label string, class Class) {
		l.Segments = append(l.Segments, Segment{From: at, Upto: at + fen, Label: label, Amount: yuan(fen), Class: class, Href: fmt.Sprint("/records/", 900+at)})
		at += fen
		l.Cuts = append(l.Cuts, Tick{at, yuan(at)})
	}
	add(760, "渔湾镇第一小学 午餐", Out)
	add(310, "海安食品配送有限公司", Out)
	add(14, "支付手续费", Out)
	add(26, "管理费用", Out)
	add(180, "北岸粮油商行", Out)
	add(50, "红树林小学教学点 餐具", Wrong)
	add(360, "珍珠湾社会工作服务中心（在途）", Transit)
	add(290, "结余", In)
	add(10, "退回", Muted)
	return l
}

// longLine is a gift that became many payments.
func longLine(n int) Line {
	l := Line{Head: Head{ID: fmt.Sprint("long-", n), Title: fmt.Sprintf("这笔捐赠用于 %d 笔支付", n)}}
	at := int64(0)
	for i := range n {
		fen := []int64{120, 35, 2_400, 18, 77, 910, 5, 260, 40_000, 64, 12}[i%11]
		l.Segments = append(l.Segments, Segment{From: at, Upto: at + fen, Label: fmt.Sprintf("第 %d 号受助人", i+1), Amount: yuan(fen), Class: []Class{Out, Out, Transit, Out, In}[i%5], Href: fmt.Sprint("/records/", i)})
		at += fen
	}
	l.Bundle = func(part []Segment) Segment {
		sum := int64(0)
		for _, s := range part {
			sum += s.Upto - s.From
		}
		return Segment{Label: fmt.Sprintf("%d 笔较小的支付", len(part)), Amount: yuan(sum), Class: Out, Href: "/receipts/made-up"}
	}
	return l
}

func sampleHops() Hops {
	h := Hops{Head: Head{ID: "hops", Title: "¥200.00 从联合募捐到学童：经过三个资金池"}}
	h.Rows = []Row{
		{Label: "南珠市慈善会 · 联合募捐资金池", Amount: "¥200.00", Href: "/projects/1", Segments: []Segment{
			{From: 5_000_000, Upto: 5_012_000, Class: In, Label: "转入成员项目", Amount: "¥120.00", Href: "/records/7"},
			{From: 5_012_000, Upto: 5_017_000, Class: In, Label: "转入北岸项目", Amount: "¥50.00", Href: "/records/8"},
			{From: 5_017_000, Upto: 5_020_000, Class: In, Label: "结余", Amount: "¥30.00"}}},
		{Label: "珍珠湾渔村学童午餐 · 项目资金池", Amount: "¥170.00", Href: "/projects/2", Segments: []Segment{
			{From: 88_000, Upto: 100_000, Class: In, Label: "拨给承办机构", Amount: "¥120.00", Href: "/records/9"},
			{From: 412_300, Upto: 417_300, Class: In, Label: "结余", Amount: "¥50.00"}}},
		{Label: "珍珠湾社会工作服务中心 · 在途资金池", Amount: "¥120.00", Href: "/projects/2", Segments: []Segment{
			{From: 700, Upto: 8_700, Class: Out, Label: "渔湾镇第一小学 午餐", Amount: "¥80.00", Href: "/records/11"},
			{From: 8_700, Upto: 9_900, Class: Out, Label: "北岸粮油商行", Amount: "¥12.00", Href: "/records/12"},
			{From: 9_900, Upto: 10_000, Class: Out, Label: "手续费", Amount: "¥1.00", Href: "/records/13"},
			{From: 10_000, Upto: 12_700, Class: Transit, Label: "在途", Amount: "¥27.00"}}},
	}
	h.Links = []Link{
		{Row: 0, From: 5_000_000, Upto: 5_012_000, Into: 88_000, Unto: 100_000, Title: "转账 ¥120.00", Href: "/records/9"},
		{Row: 0, From: 5_012_000, Upto: 5_017_000, Into: 412_300, Unto: 417_300, Title: "转账 ¥50.00", Href: "/records/10"},
		{Row: 1, From: 88_000, Upto: 100_000, Into: 700, Unto: 12_700, Title: "拨付 ¥120.00", Href: "/records/14"},
	}
	return h
}

func sampleColumns(n int) Columns {
	c := Columns{Head: Head{ID: fmt.Sprint("months-", n), Title: "2025 年起每月收支"}, In: "收入", Out: "支出", Held: "结余"}
	held := int64(0)
	for i := range n {
		in := []int64{8_200_000, 41_000_000, 12_300_000, 0, 9_900_000, 30_450_000, 17_000_000, 2_000}[i*5%8]
		out := []int64{0, 6_100_000, 22_000_000, 0, 18_500_000, 4_000_000}[i*5%6]
		if i == 4 || i == 9 {
			in, out = 0, 0
		}
		out = min(out, held+in)
		held += in - out
		month := fmt.Sprintf("%d月", i%12+1)
		c.Periods = append(c.Periods, Period{Label: month, Group: fmt.Sprint(2025+i/12, "年"), Name: fmt.Sprintf("%d年%s", 2025+i/12, month),
			In:   Mark{in, yuan(in), fmt.Sprint("/v1/flows?month=", i)},
			Out:  Mark{out, yuan(out), fmt.Sprint("/v1/flows?spent=", i)},
			Held: Mark{Value: held, Amount: yuan(held)}})
	}
	low, high := c.Range()
	for _, v := range Steps(low, high, 5) {
		c.Ticks = append(c.Ticks, Tick{v, fmt.Sprint(max(v, -v)/1_000_000, " 万")})
	}
	return c
}

func sampleBars() Bars {
	return Bars{Head{ID: "kinds", Title: "支出按类别"}, []Bar{
		{Label: "业务活动成本·直接资助", Value: 74_674_000, Amount: "¥746,740.00", Share: "61.3%", Class: Out, Href: "/v1/flows?category=5101"},
		{Label: "业务活动成本·采购", Value: 31_200_000, Amount: "¥312,000.00", Share: "25.6%", Class: Out, Href: "/v1/flows?category=5102"},
		{Label: "管理费用", Value: 9_800_000, Amount: "¥98,000.00", Share: "8.0%", Class: Out},
		{Label: "筹资费用·支付手续费", Value: 1_226_000, Amount: "¥12,260.00", Share: "1.0%", Class: Out},
		{Label: "其他", Value: 4_000, Amount: "¥40.00", Share: "0.0%", Class: Muted},
		{Label: "资产减值", Value: 0, Amount: "¥0.00", Share: "–", Class: Out}}}
}

func sampleBudget() Bars {
	return Bars{Head{ID: "budget", Title: "预算执行：管理费用超出预算 ¥18,000.00"}, []Bar{
		{Label: "业务活动成本·直接资助", Value: 74_674_000, Amount: "¥746,740.00", Share: "74.7%", Budget: 100_000_000, BudgetAmount: "¥1,000,000.00", Class: Out, Href: "/records/5"},
		{Label: "业务活动成本·采购", Value: 31_200_000, Amount: "¥312,000.00", Share: "78.0%", Budget: 40_000_000, BudgetAmount: "¥400,000.00", Class: Out},
		{Label: "管理费用", Value: 9_800_000, Amount: "¥98,000.00", Share: "122.5%", Budget: 8_000_000, BudgetAmount: "¥80,000.00", Class: Out},
		{Label: "筹资费用", Value: 0, Amount: "¥0.00", Share: "0.0%", Budget: 2_000_000, BudgetAmount: "¥20,000.00", Class: Out}}}
}

func sampleProgress(raised, target int64) Progress {
	return Progress{Head: Head{ID: fmt.Sprint("goal-", raised/max(target, 1)), Title: "筹款进度 " + percent(raised, target)}, Raised: raised, Target: target,
		RaisedAmount: "已收到 " + yuan(raised), TargetAmount: "目标 " + yuan(target), Percent: percent(raised, target)}
}

func percent(part, whole int64) string {
	return fmt.Sprintf("%.1f%%", float64(part)/float64(whole)*100)
}

func sampleTree(index, size int64) Tree {
	t := Tree{Head: Head{ID: fmt.Sprint("tree-", index), Title: "记录 #" + fmt.Sprint(index) + " 在日志树中的位置"}, Leaf: hash(0), Name: "记录 #" + fmt.Sprint(index),
		Href: fmt.Sprint("/records/", index), Root: hash(99), Note: fmt.Sprintf("检查点 · 共 %d 条记录", size), Seal: "已验证"}
	for i, s := range Siblings(index, size) {
		t.Path = append(t.Path, Step{Hash: hash(i + 1), Left: s.Left, Label: fmt.Sprintf("记录 %d–%d", s.From, s.Upto-1)})
	}
	return t
}

// hash makes up a hash in hex.
func hash(seed int) string { return strings.Repeat(fmt.Sprintf("%08x", uint32(seed+1)*2654435761), 8) }

// picture is anything that draws itself.
type picture interface{ SVG() (template.HTML, error) }

// samples are all pictures by the name of their golden file.
func samples() map[string]picture {
	small := sampleProgress(204_360_000, 180_000_000)
	small.Small, small.ID = true, "card"
	return map[string]picture{
		"flow": sampleFlow(), "line": sampleLine(), "hops": sampleHops(), "columns": sampleColumns(14),
		"bars": sampleBars(), "budget": sampleBudget(), "tree": sampleTree(1_234, 4_321), "deep": sampleTree(1<<39+12_345, 1<<40-7),
		"progress": sampleProgress(124_360_000, 180_000_000), "beyond": sampleProgress(204_360_000, 180_000_000), "card": small,
	}
}
