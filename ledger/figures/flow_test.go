package figures_test

import (
	"fmt"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/figures"
	"mingzhang/ledger/view"
)

// sums are those of one month, in yuan: the holder, whether it is a partner, the line, and
// the units.
func sums(rows ...[3]int64) (list []account.MonthSum) {
	for _, r := range rows {
		pool := ledger.Pool{Project: 4, Holder: r[0], Designation: "general", Asset: "CNY"}
		list = append(list, account.MonthSum{Month: "2026-03", PoolSum: account.PoolSum{Pool: pool, Partner: r[0] != 1, Line: account.Line(r[1]), Sum: account.Sum{Units: r[2], Flows: 1}}})
	}
	return list
}

func lineOf(kind ledger.FlowKind) int64 { return int64(account.LinesOfKind(kind)[0]) }

// TestFlowOf: what runs into a place runs out of it or lies there, and who stands by
// himself is not in the rest.
func TestFlowOf(t *testing.T) {
	aid, fee := account.LineOfCategory("5101.direct_aid"), account.LineOfCategory("5401.payment_fee")
	parts := figures.FlowParts{
		Project: &view.Project{Index: 4, Project: ledger.Project{Name: "课桌"}},
		Sums: sums([3]int64{1, lineOf(ledger.Donation), 1000}, [3]int64{1, lineOf(ledger.Grant), 200}, [3]int64{1, int64(account.LineInternalOut), 300}, [3]int64{3, int64(account.LineInternalIn), 300},
			[3]int64{3, int64(aid), 250}, [3]int64{1, int64(aid), 100}, [3]int64{1, int64(fee), 5}, [3]int64{1, int64(account.LineTransferOut), 70}, [3]int64{1, lineOf(ledger.Refund), 20}),
		Givers:  []view.Party{{Key: "53", Name: "某公司", Line: account.LineDonation, Sum: account.Sum{Units: 600}}, {Key: "x", Sum: account.Sum{Units: -1}}},
		Payees:  []view.Party{{Key: "某小学", Name: "某小学", Line: aid, Sum: account.Sum{Units: 340}}},
		Members: []view.Member{{Project: view.Project{Index: 9, Project: ledger.Project{Name: "西镇", Organization: 2}}, Given: 60}},
		Names:   map[int64]string{3: "服务中心"},
	}
	f := figures.FlowOf(parts)
	end := func(i int) string {
		p := f.Places[i]
		return strings.TrimRight(fmt.Sprint(p.Kind, " ", p.Key, p.Name), " ")
	}
	var got []string
	in, out := map[int]int64{}, map[int]int64{}
	for _, b := range f.Bands {
		got = append(got, fmt.Sprintf("%s → %s %d", end(b.From), end(b.To), b.Units))
		in[b.To], out[b.From] = in[b.To]+b.Units, out[b.From]+b.Units
	}
	want := []string{"giver 53某公司 → project 课桌 600", "income donation → project 课桌 400", "income grant → project 课桌 200",
		"project 课桌 → partner 服务中心 300", "partner 服务中心 → category 5101.direct_aid 250", "partner 服务中心 → transit 50",
		"project 课桌 → category 5101.direct_aid 100", "project 课桌 → category 5401.payment_fee 5", "project 课桌 → member 西镇 60", "project 课桌 → left refund 20", "project 课桌 → left transfer 10",
		"project 课桌 → held 705", "category 5101.direct_aid → payee 某小学某小学 340", "category 5101.direct_aid → others 10", "category 5401.payment_fee → others 5"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for i, p := range f.Places {
		if out[i] > 0 && in[i] > 0 && in[i] != out[i] {
			t.Errorf("%d run into %s %s%s and %d out of it", in[i], p.Kind, p.Key, p.Name, out[i])
		}
	}
	if f.In != 1200 || f.Spent != 355 || f.Held != 705 || f.Transit != 50 || f.Left[ledger.Transfer] != 70 || f.Left[ledger.Refund] != 20 {
		t.Errorf("the sums are %+v", f)
	}
	if f := figures.FlowOf(figures.FlowParts{Project: parts.Project}); f != nil {
		t.Errorf("without money: got %v", f)
	}
}
