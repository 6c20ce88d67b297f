package trace_test

import (
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/trace"
)

// Case 2. Of a gift partly spent, the rest can be refunded and not a fen more, even
// though the pool holds more.

func TestRefundOfPartlySpentGift(t *testing.T) {
	b := open(t)
	b.do(100,
		gift(home, 100), // 100 [0 ......... 100)
		gift(home, 50),  // 101              [100 .. 150)
		pay(home, 60))   // 102 [0 ... 60)
	e := b.refuse("gift-shortfall", trace.Elsewhere{Of: 100, Pool: home, Left: 40, Asked: 41,
		Rest: []trace.Rest{{State: trace.Spent, Pool: home, Amount: 60, Via: 102}}}, refund(100, 41))
	want(t, "kind", e.Kind, ledger.Shortfall)
	for _, figure := range []string{"0.40 CNY", "0.41 CNY", "0.60 CNY"} {
		want(t, figure+" in both sentences", strings.Contains(e.Zh, figure) && strings.Contains(e.En, figure), true)
	}

	b.do(103, refund(100, 40))
	b.named(103, "home[60, 100) via []")
	b.head(home, 150, 100, 0, 50)
	b.forward(100,
		"[0, 60) spent home[0, 60) via [102]",
		"[60, 100) refunded home[60, 100) via [103]")
	b.back(103, "[0, 40) of 100[60, 100) via [103]")
	b.refuse("gift-shortfall", trace.Elsewhere{Of: 100, Pool: home, Left: 0, Asked: 1, Rest: []trace.Rest{
		{State: trace.Spent, Pool: home, Amount: 60, Via: 102},
		{State: trace.Refunded, Pool: home, Amount: 40, Via: 103}}}, refund(100, 1))
	b.forward(101, "[0, 50) held home[100, 150) via []")
}

// Case 3. What came back of a payment is the gift's again.

func TestRefundAfterPaymentCameBack(t *testing.T) {
	b := open(t)
	b.do(100,
		gift(home, 100),    // 100 [0 .. 100)
		pay(home, 100),     // 101 [0 .. 100)
		comeback(101, 100)) // 102           [100 .. 200)
	b.laid(102, span(100, 200), span(0, 100))
	b.forward(100, "[0, 100) held home[100, 200) via [101 102]")

	b.do(103, refund(100, 100))
	b.named(103, "home[100, 200) via [101 102]")
	b.head(home, 200, 200, 0, 0)
	b.forward(100, "[0, 100) refunded home[100, 200) via [101 102 103]")
	b.forward(101, "[0, 100) refunded home[100, 200) via [102 103]")
	b.forward(102, "[0, 100) refunded home[100, 200) via [103]")
	b.back(103, "[0, 100) of 100[0, 100) via [101 102 103]")
	b.back(102, "[0, 100) of 100[0, 100) via [101 102]")
}

func TestRefundOfUnspentAndReturnedUnits(t *testing.T) {
	b := open(t)
	b.do(100,
		gift(home, 100),   // 100 [0 ....... 100)
		pay(home, 60),     // 101 [0 .. 60)
		comeback(101, 60), // 102           [100 .. 160)
		refund(100, 100))  // 103     [60 .......... 160)
	b.named(103,
		"home[60, 100) via []",
		"home[100, 160) via [101 102]")
	b.head(home, 160, 160, 0, 0)
	b.forward(100,
		"[0, 60) refunded home[100, 160) via [101 102 103]",
		"[60, 100) refunded home[60, 100) via [103]")
	b.back(103,
		"[0, 40) of 100[60, 100) via [103]",
		"[40, 100) of 100[0, 60) via [101 102 103]")
}

// Case 4. A joint campaign hands its money to a member project: the gift is refunded
// where it lies.

func TestRefundFromMemberProject(t *testing.T) {
	b := open(t)
	b.do(100,
		gift(home, 100),       // 100 home [0 .. 100)
		gift(home, 50),        // 101 home           [100 .. 150)
		move(home, east, 150)) // 102 home [0 ........... 150) to east [0 .. 150)
	b.refuse("gift-shortfall", trace.Elsewhere{Of: 100, Pool: home, Left: 0, Asked: 100,
		Rest: []trace.Rest{{State: trace.Held, Pool: east, Amount: 100, Via: 102}}}, refund(100, 100))

	b.do(103, refundFrom(100, east, 100), refundFrom(101, east, 30))
	b.named(103, "east[0, 100) via [102]")
	b.named(104, "east[100, 130) via [102]")
	b.head(home, 150, 150, 0, 0)
	b.head(east, 150, 130, 0, 20)
	b.forward(100, "[0, 100) refunded east[0, 100) via [102 103]")
	b.forward(101,
		"[0, 30) refunded east[100, 130) via [102 104]",
		"[30, 50) held east[130, 150) via [102]")
	b.back(104, "[0, 30) of 101[0, 30) via [102 104]")
}

// Case 5. A return is the last units of the payment: here 10 of the first gift and
// all 30 of the second.

func TestPartReturnOfTwoGifts(t *testing.T) {
	b := open(t)
	b.do(100,
		gift(home, 70),    // 100 [0 .. 70)
		gift(home, 50),    // 101         [70 .... 120)
		pay(home, 100),    // 102 [0 ........ 100)
		comeback(102, 40)) // 103     [60 .. 100) laid at [120 .. 160)
	b.laid(103, span(120, 160), span(60, 100))
	b.head(home, 160, 100, 0, 60)
	b.forward(100,
		"[0, 60) spent home[0, 60) via [102]",
		"[60, 70) held home[120, 130) via [102 103]")
	b.forward(101,
		"[0, 30) held home[130, 160) via [102 103]",
		"[30, 50) held home[100, 120) via []")
	b.forward(102,
		"[0, 60) spent home[0, 60) via []",
		"[60, 100) held home[120, 160) via [103]")
	b.back(102,
		"[0, 70) of 100[0, 70) via [102]",
		"[70, 100) of 101[0, 30) via [102]")
	b.back(103,
		"[0, 10) of 100[60, 70) via [102 103]",
		"[10, 40) of 101[0, 30) via [102 103]")

	b.do(104, pay(home, 30)) // [100 .. 130)
	b.took(104, span(100, 130), "[100, 130)@0")
	b.back(104,
		"[0, 20) of 101[30, 50) via [104]",
		"[20, 30) of 100[60, 70) via [102 103 104]")
}

// Case 6. What came back once cannot come back again; the last units come first.

func TestReturnInParts(t *testing.T) {
	b := open(t)
	b.do(100,
		gift(home, 100),   // 100
		pay(home, 100),    // 101 [0 .............. 100)
		comeback(101, 30), // 102         [70 ..... 100) laid at [100 .. 130)
		comeback(101, 20)) // 103 [50 .. 70)             laid at [130 .. 150)
	b.refuse("return-too-large", ledger.Shortage{Pool: home, Left: 50, Asked: 60}, comeback(101, 60))
	b.do(104, comeback(101, 50)) // [0 .. 50) laid at [150 .. 200)
	b.refuse("return-too-large", ledger.Shortage{Pool: home, Left: 0, Asked: 1}, comeback(101, 1))

	b.laid(102, span(100, 130), span(70, 100))
	b.laid(103, span(130, 150), span(50, 70))
	b.laid(104, span(150, 200), span(0, 50))
	b.head(home, 200, 100, 0, 100)
	b.forward(100,
		"[0, 50) held home[150, 200) via [101 104]",
		"[50, 70) held home[130, 150) via [101 103]",
		"[70, 100) held home[100, 130) via [101 102]")

	b.do(105, pay(home, 100))
	b.back(105,
		"[0, 30) of 100[70, 100) via [101 102 105]",
		"[30, 50) of 100[50, 70) via [101 103 105]",
		"[50, 100) of 100[0, 50) via [101 104 105]")
}

// Case 7. A refund that bounced is the gift's again, as often as it bounces.

func TestBouncedRefund(t *testing.T) {
	b := open(t)
	b.do(100, gift(home, 100))
	b.forward(100, "[0, 100) held home[0, 100) via []")
	b.do(101, refund(100, 100))
	b.forward(100, "[0, 100) refunded home[0, 100) via [101]")
	b.do(102, comeback(101, 100))
	b.forward(100, "[0, 100) held home[100, 200) via [101 102]")
	b.do(103, refund(100, 100))
	b.named(103, "home[100, 200) via [101 102]")
	b.forward(100, "[0, 100) refunded home[100, 200) via [101 102 103]")
	b.do(104, comeback(103, 100), refund(100, 100))
	b.named(105, "home[200, 300) via [101 102 103 104]")
	b.forward(100, "[0, 100) refunded home[200, 300) via [101 102 103 104 105]")
	b.back(105, "[0, 100) of 100[0, 100) via [101 102 103 104 105]")
	b.head(home, 300, 300, 0, 0)
}

// Case 8. A gift of 10 typed as 1,000, and already spent: reverse, reverse, enter anew.

func TestMistypedGiftSpent(t *testing.T) {
	b := open(t)
	b.do(100,
		gift(home, 1000), // 100 [0 ........ 1000)
		pay(home, 300))   // 101 [0 .. 300)
	b.refuse("gift-shortfall", trace.Elsewhere{Of: 100, Pool: home, Left: 700, Asked: 1000,
		Rest: []trace.Rest{{State: trace.Spent, Pool: home, Amount: 300, Via: 101}}}, reverse(100))

	b.do(102, reverse(101)) // laid at [1000 .. 1300)
	b.laid(102, span(1000, 1300))
	b.forward(100,
		"[0, 300) held home[1000, 1300) via [101 102]",
		"[300, 1000) held home[300, 1000) via []")
	b.do(103, reverse(100))
	b.named(103,
		"home[300, 1000) via []",
		"home[1000, 1300) via [101 102]")
	b.head(home, 1300, 1300, 0, 0)

	b.do(104, gift(home, 10)) // [1300 .. 1310)
	b.refuse("pool-shortfall", ledger.Shortage{Pool: home, Left: 10, Asked: 300}, pay(home, 300))
	b.do(105, pay(home, 8))
	b.head(home, 1310, 1308, 0, 2)
	b.forward(100,
		"[0, 300) reversed home[1000, 1300) via [101 102 103]",
		"[300, 1000) reversed home[300, 1000) via [103]")
	b.forward(101, "[0, 300) reversed home[1000, 1300) via [102 103]")
	b.back(101, "[0, 300) of 100[0, 300) via [101]")
	b.forward(104,
		"[0, 8) spent home[1300, 1308) via [105]",
		"[8, 10) held home[1308, 1310) via []")
	b.back(105, "[0, 8) of 104[0, 8) via [105]")
}

func TestMistypedGiftCoveredByAnother(t *testing.T) {
	b := open(t)
	b.do(100,
		gift(home, 1000), // 100 [0 ........ 1000)
		gift(home, 400),  // 101                 [1000 .. 1400)
		pay(home, 300),   // 102 [0 .. 300)
		reverse(102),     // 103                              laid at [1400 .. 1700)
		reverse(100),     // 104      [300 .. 1000)              and  [1400 .. 1700)
		gift(home, 10))   // 105                                                   [1700 .. 1710)
	b.named(104,
		"home[300, 1000) via []",
		"home[1400, 1700) via [102 103]")
	b.head(home, 1710, 1000, 300, 410, span(1400, 1700))

	b.do(106, pay(home, 300), pay(home, 105))
	b.took(106, span(1000, 1300), "[1000, 1300)@0")
	b.took(107, span(1300, 1705), "[1300, 1400)@0", "[1700, 1705)@100")
	b.head(home, 1710, 1705, 0, 5)
	b.back(106, "[0, 300) of 101[0, 300) via [106]")
	b.back(107,
		"[0, 100) of 101[300, 400) via [107]",
		"[100, 105) of 105[0, 5) via [107]")
}

// Units that went through a conversion are not drawn, even where they are back in
// the gift's own pool and asset.
func TestRefundAfterChangingThereAndBack(t *testing.T) {
	b := open(t)
	b.do(100, gift(home, 100), change(home, 100, dollars, 10), change(dollars, 10, home, 100))
	b.forward(100, "[0, 100) held home[100, 200) via [101 102]")
	b.refuse("gift-shortfall", trace.Elsewhere{Of: 100, Pool: home, Left: 0, Asked: 100,
		Rest: []trace.Rest{{State: trace.Converted, Pool: home, Amount: 100, Via: 102}}}, refund(100, 100))
	b.forge("path-broken", taking(refund(100, 100), home, take(100, 200, 101, 102)))
}

// A gift whose payment came back fen by fen, last first, lies in 700 pieces: too many
// for one record, which has room for 638 of them.
func TestScatteredRefund(t *testing.T) {
	b := open(t)
	b.do(100, gift(home, 700), pay(home, 700))
	for i := range int64(700) { // place 699−i at address 700+i
		b.do(102+i, comeback(101, 1))
	}
	b.refuse("too-scattered", nil, refund(100, 700))
	b.do(802, refund(100, 638), refund(100, 1))
	b.named(803, "home[1338, 1339) via [101 740]")
	b.back(803, "[0, 1) of 100[61, 62) via [101 740 803]")
	b.head(home, 1400, 1339, 0, 61)
}

// A gift paid out in 300 parts is refused in a sentence, with the first 100 of them and
// the sum of the others: the book's writer waits for it.
func TestRefusalOfGiftInManyParts(t *testing.T) {
	b := open(t)
	b.do(100, gift(home, 310))
	e := trace.Elsewhere{Of: 100, Pool: home, Left: 10, Asked: 11, More: 200}
	for i := range int64(300) {
		b.do(101+i, pay(home, 1))
		if i < 100 {
			e.Rest = append(e.Rest, trace.Rest{State: trace.Spent, Pool: home, Amount: 1, Via: 101 + i})
		}
	}
	b.refuse("gift-shortfall", e, refund(100, 11))
}

// Where the first parts are all in the pool, the sentence says that others are not.
func TestRefusalOfGiftGoneBehindManyParts(t *testing.T) {
	b := open(t)
	b.do(100, gift(home, 300), pay(home, 300))
	for i := range int64(300) { // place 299−i at address 300+i
		b.do(102+i, comeback(101, 1))
	}
	b.do(402, refund(100, 1)) // of place 299
	e := b.refuse("gift-shortfall", trace.Elsewhere{Of: 100, Pool: home, Left: 299, Asked: 300, More: 1}, refund(100, 300))
	want(t, "the sentence", strings.HasSuffix(e.En, "the rest: 0.01 CNY elsewhere"), true)
}
