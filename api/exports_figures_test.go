package api_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"mingzhang/api"
	"mingzhang/api/export"
	"mingzhang/ledger/book"
	"mingzhang/ledger/intake"
)

// amountOf is a number of an item.
func amountOf(item map[string]any, name string) int64 {
	n, _ := item[name].(json.Number).Int64()
	return n
}

// TestExportedBudget: the file has the lines that the statement's budget has, for whatever
// day and size of the log.
func TestExportedBudget(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		for _, query := range []string{"", "to=2026-10-31", fmt.Sprint("at=", l.at["payment"])} {
			var st api.ProjectStatement
			l.json(t, l.path("/v1/projects/{east}/statement?")+query, &st)
			var planned, actual int64
			items := l.sameTables(t, "budget", l.path("project={east}&")+query)
			for i, item := range items {
				planned, actual = planned+amountOf(item, "planned"), actual+amountOf(item, "actual")
				if line := st.Budget.Lines[i]; fmt.Sprint(item["category"]) != string(line.Category) || amountOf(item, "planned") != line.Planned || amountOf(item, "actual") != line.Actual {
					t.Errorf("%q: line %d is %v, want %v", query, i, item, line)
				}
			}
			if planned != st.Budget.Planned || actual != st.Budget.Actual || len(items) != len(st.Budget.Lines) {
				t.Errorf("%q: %d of %d in %d lines, want %+v", query, actual, planned, len(items), st.Budget)
			}
		}
		if none := l.items(t, l.path("/v1/exports/budget.json?project={west}")); len(none) != 0 {
			t.Errorf("a project without a budget has %v", none)
		}
	})
}

// TestExportedPartners: what a partner got, paid and passed on leaves what its pool holds.
func TestExportedPartners(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		for _, scope := range []string{"project={east}", "organization={charity}"} {
			items := l.sameTables(t, "partners", l.path(scope))
			want := map[string]any{"project": l.at["east"], "partner": l.at["partner"], "name": "丙服务中心", "designation": "general", "asset": "CNY", "received": 1000, "paid": 300, "passed": 0, "held": 700, "laid": 1000}
			delete(items[0], "class")
			if len(items) != 1 || fmt.Sprint(items[0]) != fmt.Sprint(want) {
				t.Errorf("%s: got %v, want %v", scope, items, want)
			}
		}
		if none := l.items(t, l.path("/v1/exports/partners.json?organization={other}")); len(none) != 0 {
			t.Errorf("who has no partners has %v", none)
		}
	})
}

// TestExportedWords: what was published, corrected and ordered, word by word.
func TestExportedWords(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		const texts = "texts title text old new reason"
		for list, want := range map[string]map[string]string{
			"disclosures": {"id": "{disclosure}", "project": "{east}", "kind": "progress", "period": "2026-07-01/2026-09-30", "at": "{payment}", "title": "三季度进展", "text": "第一行\n第二行"},
			"corrections": {"id": "{correction}", "project": "{east}", "of": "{payment}", "field": "payee.name", "old": "某学校", "new": "某小学", "reason": "误写"},
			"freezes":     {"id": "{freeze}", "project": "{west}", "order": "穗民函〔2026〕12号", "reason": "核查"},
		} {
			if n := len(l.sameTables(t, list, "", strings.Fields(texts)...)); n != 1 {
				t.Errorf("%d %s", n, list)
			}
			for name, value := range want {
				want[name] = l.path(value)
			}
			compare(t, list, csvTable(t, l.export(t, list+".csv?headings=machine"))[0], want)
			for _, project := range []string{"{east}", "{west}"} {
				n := len(l.items(t, l.path("/v1/exports/"+list+".json?project="+project)))
				if (n == 1) != (want["project"] == l.path(project)) {
					t.Errorf("%d %s of %s", n, list, project)
				}
			}
		}
	})
}

// TestExportedDue: three months after the last report, and nothing where no money was ever
// raised from the public.
func TestExportedDue(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		table := csvTable(t, l.export(t, "due.csv?headings=machine"))
		compare(t, "the project that published", table[0], map[string]string{"project": l.path("{east}"), "last": l.path("{disclosure}"), "last_kind": "progress", "last_title": "三季度进展", "due": "2027-02-20", "overdue": "false"})
		compare(t, "the other", table[1], map[string]string{"project": l.path("{west}"), "last": "", "due": "", "overdue": "false"})
		items := l.sameTables(t, "due", "", "last", "last_kind", "last_title", "last_recorded")
		for _, query := range []string{"project={east}", "organization={charity}"} {
			if one := l.items(t, l.path("/v1/exports/due.json?"+query)); len(one) != 1 || !reflect.DeepEqual(one[0], items[0]) {
				t.Errorf("%s: got %v, want %v", query, one, items[0])
			}
		}
	})
}

// TestExportedMoneyflow: what comes in by the bands is what went out by them or is held.
func TestExportedMoneyflow(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		got := map[string]int64{}
		for _, row := range csvTable(t, l.export(t, l.path("moneyflow.csv?headings=machine&project={east}"))) {
			var units int64
			fmt.Sscan(row["amount"], &units)
			got[fmt.Sprintf("%s %s%s → %s %s%s", row["from_kind"], row["from_key"], row["from_name"], row["to_kind"], row["to_key"], row["to_name"])] = units
			if from := row["from_id"]; (row["from_kind"] == "project") != (from == l.path("{east}")) {
				t.Errorf("the id of %v", row)
			}
		}
		want := map[string]int64{
			"giver " + libraryCode(9) + "某某公司 → project 东村小学课桌": 5000, "income donation → project 东村小学课桌": 1000, "income grant → project 东村小学课桌": 2000,
			"project 东村小学课桌 → partner 丙服务中心": 1000, "partner 丙服务中心 → category 5101.other": 300, "partner 丙服务中心 → transit ": 700,
			"project 东村小学课桌 → category 5101.direct_aid": 400, "project 东村小学课桌 → category 5301": 20, "project 东村小学课桌 → category 5401.payment_fee": 6,
			"project 东村小学课桌 → left refund": 100, "project 东村小学课桌 → left conversion": 3000, "project 东村小学课桌 → held ": 3524, "income return → project 东村小学课桌": 50,
		}
		for band, units := range want {
			if got[band] != units {
				t.Errorf("%s: %d, want %d; all are %v", band, got[band], units, got)
			}
		}
		l.sameTables(t, "moneyflow", l.path("project={east}"), "from", "to", "from_kind", "from_key", "from_id", "from_name", "to_kind", "to_key", "to_id", "to_name")
	})
}

// TestExportedShares: the years add up what the statistics by year have.
func TestExportedShares(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		items := l.sameTables(t, "shares", l.path("organization={charity}"))
		var s api.Statistics
		l.json(t, l.path("/v1/statistics?by=year&organization={charity}"), &s)
		for _, m := range s.Moments {
			if m.Asset == "CNY" && (len(items) != 1 || fmt.Sprint(items[0]["year"]) != m.Period || amountOf(items[0], "income") != m.Received.Units || amountOf(items[0], "spent") != m.Spent.Units || items[0]["running"] != true) {
				t.Errorf("got %v, want %+v", items, m)
			}
		}
		if got := fmt.Sprint(amountOf(items[0], "management"), amountOf(items[0], "fundraising"), amountOf(items[0], "donations")); got != "20 6 6000" {
			t.Errorf("management, fundraising and donations are %s", got)
		}
	})
}

// TestExportedMembers: a project that handed money on has those that got it, in the asset
// that was asked for.
func TestExportedMembers(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		other := l.do(t, "sister", book.RegisterProject{Organization: libraryCode(2), Name: "北乡课桌", Kind: "fund", Cause: "education", Place: "440100"})
		var east api.ProjectDetail
		l.json(t, l.path("/v1/projects/{east}"), &east)
		l.do(t, "handed", book.Transfer{From: book.PoolRef{Project: l.at["east"]}, To: book.PoolRef{Project: other}, Asset: "CNY", Amount: 250, Occurred: "2026-11-20", Purpose: "转给成员", Basis: east.Plan.ID})
		items := l.sameTables(t, "members", l.path("project={east}"))
		if len(items) != 1 || amountOf(items[0], "given") != 250 || amountOf(items[0], "held") != 250 || items[0]["name"] != "北乡课桌" || items[0]["organization_name"] != "甲慈善会" {
			t.Errorf("got %v", items)
		}
		if none := l.items(t, l.path("/v1/exports/members.json?project={east}&asset=goods/desk")); len(none) != 0 {
			t.Errorf("of desks: %v", none)
		}
	})
}

// TestExportedReconciliation: claims beside what is recorded; what was not claimed is empty.
func TestExportedReconciliation(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		l.do(t, "claim", book.Disclose{Project: l.at["east"], Period: "2026-10-01", Kind: "claim", Title: "=第一号公告", Text: "当日收到 CNY 51.00\n累计收到 CNY 50.00"})
		table := csvTable(t, l.export(t, l.path("reconciliation.csv?headings=machine&project={east}")))
		compare(t, "the day that was claimed", table[0], map[string]string{"day": "2026-10-01", "measure": "received", "asset": "CNY", "claimed": "5100", "claimed_whole": "51.00", "recorded": "5000", "recorded_whole": "50.00",
			"claimed_flows": "", "recorded_flows": "1", "cumulative_claimed": "5000", "cumulative_recorded": "5000", "findings": "day-differs", "titles": "=第一号公告", "records": l.path("{claim}"), "step": ""})
		l.sameTables(t, "reconciliation", l.path("project={east}"), "findings", "findings_zh", "findings_en", "titles", "claimed", "cumulative_claimed", "within", "step_since", "step_claimed", "step_recorded")
	})
}

// TestReconciliationColumns: whoever reads the file that the command reconcile writes finds
// each of its columns in the export, under the same name.
func TestReconciliationColumns(t *testing.T) {
	for _, list := range api.Dictionary() {
		for _, name := range intake.ComparisonColumns {
			if list.Name == "reconciliation" && !slices.ContainsFunc(list.Columns, func(h export.Heading) bool { return h.Name == name }) {
				t.Errorf("the export has no column %s", name)
			}
		}
	}
}
