package trace_test

import (
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/trace"
)

// Case 10. 10.00 dollars of two gifts become 72.13 yuan. Cent k stands at fen
// ⌊7.213·k⌋, so fen x begins at cent ⌈x/7.213⌉:
//
//	cent   700 at fen ⌊5049.1⌋ = 5049, where the second gift begins
//	fen   3000 at cent ⌈415.9…⌉ = 416, and cent 416 at fen ⌊3000.6…⌋
//	fen   7000 at cent ⌈970.4…⌉ = 971, but cent 971 at fen 7003: fen 7000 to 7002 hold no cent

func TestDollarsSpentAsYuan(t *testing.T) {
	b := open(t)
	b.do(100,
		gift(dollars, 700),                // 100 cents [0 .. 700)
		gift(dollars, 300),                // 101 cents          [700 .. 1000)
		change(dollars, 1000, home, 7213), // 102 cents [0 ......... 1000) to fen [0 .. 7213)
		pay(home, 3000),                   // 103 fen   [0 .. 3000)
		pay(home, 4000))                   // 104 fen             [3000 .. 7000)
	b.laid(102, span(0, 7213))
	b.head(dollars, 1000, 1000, 0, 0)
	b.head(home, 7213, 7000, 0, 213)
	b.forward(100, // 416 + 284 = 700
		"[0, 416) spent home[0, 3000) via [102 103]",
		"[416, 700) spent home[3000, 5049) via [102 104]")
	b.forward(101, // 271 + 29 = 300
		"[0, 271) spent home[5049, 7000) via [102 104]",
		"[271, 300) converted home[7000, 7213) via [102]")
	b.forward(102,
		"[0, 3000) spent home[0, 3000) via [103]",
		"[3000, 7000) spent home[3000, 7000) via [104]",
		"[7000, 7213) held home[7000, 7213) via []")
	b.back(102,
		"[0, 700) of 100[0, 700) via [102]",
		"[700, 1000) of 101[0, 300) via [102]")
	b.back(103, "[0, 3000) of 100[0, 416) via [102 103]")
	b.back(104, // 2049 + 1951 = 4000
		"[0, 2049) of 100[416, 700) via [102 104]",
		"[2049, 4000) of 101[0, 271) via [102 104]")

	b.do(105, pay(home, 2)) // [7000, 7002): cents [971, 971), none of the gift's
	b.back(105, "[0, 2) of 101[271, 271) via [102 105]")
	b.forward(101,
		"[0, 271) spent home[5049, 7000) via [102 104]",
		"[271, 300) converted home[7002, 7213) via [102]")
	b.refuse("gift-shortfall", trace.Elsewhere{Of: 101, Pool: dollars, Left: 0, Asked: 300, Rest: []trace.Rest{
		{State: trace.Spent, Pool: home, Amount: 271, Via: 104},
		{State: trace.Converted, Pool: home, Amount: 29, Via: 102}}}, refund(101, 300))
}

// With n = 2^53−1 cents for n−1 fen, cents 0 and 1 share fen 0 and every later cent k
// stands at fen k−1; the products need 106 bits.
func TestLargestConversion(t *testing.T) {
	b := open(t)
	b.do(100,
		gift(dollars, 9007199254740991),
		change(dollars, 9007199254740991, home, 9007199254740990),
		pay(home, 1))
	b.forward(100,
		"[0, 2) spent home[0, 1) via [101 102]",
		"[2, 9007199254740991) converted home[1, 9007199254740990) via [101]")
	b.back(102, "[0, 1) of 100[0, 2) via [101 102]")
	b.do(103, pay(home, 9007199254740989))
	b.back(103, "[0, 9007199254740989) of 100[2, 9007199254740991) via [101 103]")
}

func TestReversalOfConversion(t *testing.T) {
	b := open(t)
	b.do(100, gift(dollars, 700), change(dollars, 700, home, 5049), reverse(101))
	b.laid(102, span(700, 1400))
	b.head(home, 5049, 5049, 0, 0)
	b.forward(100, "[0, 700) held dollars[700, 1400) via [101 102]")
	b.do(103, refund(100, 700))
	b.named(103, "dollars[700, 1400) via [101 102]")

	b = open(t)
	b.do(100, gift(dollars, 700), change(dollars, 700, home, 5049), pay(home, 1))
	b.refuse("conversion-used", nil, reverse(101))
}

// Case 11. 900.00 yuan buy 30 masks: fen k stands at mask ⌊k/3000⌋. The second gift
// begins at fen 50,000, within mask 16 (fen 48,000 to 50,999); mask 20 begins at fen
// 60,000.

func TestGoodsBoughtAndHandedOut(t *testing.T) {
	b := open(t)
	b.do(100,
		gift(home, 50_000),              // 100 fen [0 .. 50000)
		gift(home, 40_000),              // 101 fen             [50000 .. 90000)
		change(home, 90_000, masks, 30), // 102 fen [0 ............... 90000) to masks [0 .. 30)
		pay(masks, 20))                  // 103 masks [0 .. 20), fen [0 .. 60000)
	b.forward(100, "[0, 50000) spent masks[0, 17) via [102 103]")
	b.forward(101,
		"[0, 10000) spent masks[16, 20) via [102 103]",
		"[10000, 40000) converted masks[20, 30) via [102]")
	b.back(103, // the second gift begins at mask ⌊50000/3000⌋ = 16
		"[0, 16) of 100[0, 50000) via [102 103]",
		"[16, 20) of 101[0, 10000) via [102 103]")
	b.refuse("gift-shortfall", trace.Elsewhere{Of: 101, Pool: home, Left: 0, Asked: 1, Rest: []trace.Rest{
		{State: trace.Spent, Pool: masks, Amount: 10_000, Via: 103},
		{State: trace.Converted, Pool: masks, Amount: 30_000, Via: 102}}}, refund(101, 1))

	goods := gift(masks, 10) // 104 masks [30 .. 40)
	goods.Value = &ledger.Value{Amount: 30_000, Basis: "fair"}
	b.do(104, goods, pay(masks, 15)) // 105 masks [20 .. 35)
	b.head(masks, 40, 35, 0, 5)
	b.back(105,
		"[0, 10) of 101[10000, 40000) via [102 105]",
		"[10, 15) of 104[0, 5) via [105]")
	b.forward(101,
		"[0, 10000) spent masks[16, 20) via [102 103]",
		"[10000, 40000) spent masks[20, 30) via [102 105]")
	b.forward(104,
		"[0, 5) spent masks[30, 35) via [105]",
		"[5, 10) held masks[35, 40) via []")
}

// A refund is in what was given, and the rest of a gift is counted in it too, wherever
// one looks.
func TestRefundNamesTheGiftsAsset(t *testing.T) {
	b := open(t)
	b.do(100, gift(home, 90_000), change(home, 90_000, masks, 30))
	b.refuse("gift-asset", nil, refundFrom(100, masks, 1))
	e := b.refuse("gift-shortfall", trace.Elsewhere{Of: 100, Pool: home, Left: 0, Asked: 1,
		Rest: []trace.Rest{{State: trace.Converted, Pool: masks, Amount: 90_000, Via: 101}}}, refund(100, 1))
	want(t, "900.00 CNY in both sentences", strings.Contains(e.Zh, "900.00 CNY") && strings.Contains(e.En, "900.00 CNY"), true)
}
