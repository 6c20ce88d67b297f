package sample

import (
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// pick takes one of a list.
func pick[T any](f *filling, list []T) T { return list[f.rand.IntN(len(list))] }

var (
	surnames = strings.Split("陈林黄李张王何吴周罗梁郑谢冯邓曾彭蔡潘叶苏卢钟汪田姜范石谭廖邹熊陆孔白毛邱江史顾侯邵孟万段钱汤尹黎易武乔贺赖龚文", "")
	firsts   = strings.Split("禾穗舟溪岚棠桐棉苇芷砚川渡屿桥灯砂月雨晴朗知以予安可小云", "")
	seconds  = strings.Split("生声行舒言年时光南北野青原宁远和平沐阳木之若然岸", "")
	nicks    = []string{"爱心市民", "小雨点妈妈", "河边的风", "老街坊", "一位退休教师", "夜班司机", "早起的面包店", "南珠一家人", "海边散步的人", "记得浇花", "路过的学生", "豆豆爸爸"}
	groups   = []string{"河口中学高二（3）班", "塘下镇卫生院全体护士", "江岸社区广场舞队", "南珠大桥养护班组", "杉木村村民", "南珠市图书馆夜读会"}
	wishes   = []string{"一点心意，愿一切都好", "加油", "为家乡出一份力", "谢谢你们的付出", "愿平安", "以女儿的名义捐出今年的压岁钱", "请用在最需要的地方",
		"坚持每月一捐", "大家一起来", "平凡的一天，做一件好事", "钱不多，是我的一份心"}
)

// name makes up a natural person's name. Two characters that seldom follow each other
// keep it from being anybody's.
func (f *filling) name() string {
	return pick(f, surnames) + pick(f, firsts) + pick(f, seconds)
}

// mask is a name as most people agree to have it shown.
func mask(name string) string {
	runes := []rune(name)
	return string(runes[0]) + strings.Repeat("*", len(runes)-1)
}

// giver makes up who gives an amount in fen: mostly persons, each shown as they wish.
func (f *filling) giver(amount int64) *book.Party {
	if amount >= 5_000_00 && f.rand.IntN(3) == 0 {
		return pick(f, []*body{portGroup, electronics, foods, building, tea}).party()
	}
	name := f.name()
	p := &book.Party{Kind: ledger.Person, Name: name, Display: mask(name)}
	switch n := f.rand.IntN(100); {
	case n < 12:
		return &book.Party{Kind: ledger.Anonymous}
	case n < 14:
		return &book.Party{Kind: ledger.Group, Name: name + "（经办人）", Display: pick(f, groups)}
	case n < 24:
		p.Display = pick(f, nicks)
	case n < 30:
		p.Display = string([]rune(name)[0]) + pick(f, []string{"女士", "先生", "老师", "师傅"})
	}
	return p
}

// person makes up somebody who is paid or helped. The public sees no more than the
// masked name.
func (f *filling) person() *book.Party {
	name := f.name()
	return &book.Party{Kind: ledger.Person, Name: name, Display: mask(name)}
}
