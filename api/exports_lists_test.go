package api_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// items reads the items of a list or an export, with numbers as they are written.
func (l *library) items(t testing.TB, path string) []map[string]any {
	t.Helper()
	status, _, body := l.ask(t, "GET", path, nil)
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.UseNumber()
	var list struct{ Items []map[string]any }
	if err := d.Decode(&list); err != nil || status != 200 {
		t.Fatalf("GET %s: %d %v %s", path, status, err, body)
	}
	return list.Items
}

// pagesOf reads a list to its end, two items at a time.
func (l *library) pagesOf(t testing.TB, path string) (all []map[string]any) {
	t.Helper()
	for cursor, n := "", 0; ; n++ {
		var page struct {
			Items []map[string]any
			Next  string
		}
		l.json(t, fmt.Sprintf("%s%slimit=2&cursor=%s", path, map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")], cursor), &page)
		all = append(all, page.Items...)
		if cursor = page.Next; cursor == "" {
			return all
		}
		if len(page.Items) != 2 || n > 100 {
			t.Fatalf("GET %s: page %d has %d items and a next one", path, n, len(page.Items))
		}
	}
}

// sameTables holds CSV and XLSX against JSON: each has a row for each item, and what is
// one value in the item stands in the column of its name.
func (l *library) sameTables(t *testing.T, list, query string, without ...string) []map[string]any {
	t.Helper()
	items := l.items(t, "/v1/exports/"+list+".json?"+query)
	csv := csvTable(t, l.export(t, list+".csv?headings=machine&"+query))
	xlsx := xlsxTable(t, l.export(t, list+".xlsx?headings=machine&"+query))
	if len(csv) != len(items) || len(xlsx) != len(items) || len(items) == 0 {
		t.Fatalf("%s?%s: %d items, %d rows of CSV, %d of XLSX", list, query, len(items), len(csv), len(xlsx))
	}
	for i, item := range items {
		for name, v := range item {
			if _, one := v.(map[string]any); one || slices.Contains(without, name) {
				continue
			}
			want := strings.Trim(fmt.Sprint(v), "[]")
			if got, there := csv[i][name]; got != want || !there {
				t.Errorf("%s?%s, CSV, row %d: %s is %q, want %q", list, query, i, name, got, want)
			}
			if got := xlsx[i][name]; got != want && !(v == true && got == "1") && !(v == false && got == "0") {
				t.Errorf("%s?%s, XLSX, row %d: %s is %q, want %q", list, query, i, name, got, want)
			}
		}
		for name, v := range csv[i] {
			if _, there := item[name]; !there && v != "" && v != "0" && v != "false" && !strings.HasSuffix(name, "_whole") && !slices.Contains(without, name) {
				t.Errorf("%s?%s, CSV, row %d: %s is %q, and the item has no such member", list, query, i, name, v)
			}
		}
	}
	return items
}

// sorted brings items in some order that is the same for the same ones.
func sorted(items []map[string]any) []map[string]any {
	slices.SortFunc(items, func(a, b map[string]any) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return items
}

// TestExportsOfLists: what a list shows page by page, its export has whole, in each format.
func TestExportsOfLists(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		east := fmt.Sprintf("project=%d", l.at["east"])
		project := l.path("/v1/projects/{east}")
		for _, c := range []struct{ list, query, path string }{
			{"assets", "", "/v1/assets"},
			{"pools", east, project + "/pools"},
			{"parties", east, project + "/parties"},
			{"parties", east + "&side=got", project + "/parties?side=got"},
			{"parties", east + "&party=某学校", project + "/parties?party=某学校"},
		} {
			items := l.sameTables(t, c.list, c.query)
			want := l.items(t, c.path)
			if !reflect.DeepEqual(sorted(items), sorted(want)) {
				t.Errorf("%s?%s has\n%v\nthe list\n%v", c.list, c.query, items, want)
			}
		}
		all := len(l.sameTables(t, "pools", ""))
		held := l.sameTables(t, "pools", fmt.Sprintf("organization=%d", l.at["partner"]))
		if len(held) != 1 || held[0]["held"] != json.Number("700") || all != len(l.items(t, project+"/pools")) {
			t.Errorf("the partner's pools are %v, and all are %d", held, all)
		}
		if n := len(l.sameTables(t, "parties", "")); n != len(l.items(t, project+"/parties?limit=500")) {
			t.Errorf("%d parties of all projects", n)
		}
	})
}

// TestExportedRecords: the whole log, each record with what it takes to verify it.
func TestExportedRecords(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		list := l.items(t, "/v1/records?limit=500")
		slices.Reverse(list)
		items := l.sameTables(t, "records", "", "what", "texts", "of", "by_org", "by_key")
		if len(items) != len(list) || int64(len(list)) != l.at["witness"]+1 {
			t.Fatalf("%d records are exported, the list has %d", len(items), len(list))
		}
		for i, item := range items {
			leaf := sha256.Sum256(append([]byte{0}, item["bytes"].(string)...))
			if "sha256:"+hex.EncodeToString(leaf[:]) != item["leaf_hash"] {
				t.Errorf("record %d: the bytes %s are not those of the leaf %s", i, item["bytes"], item["leaf_hash"])
			}
			if opening, _ := item["public_opening"].(string); (opening != "") != (item["texts"] != nil) {
				t.Errorf("record %d has the texts %v and the opening %s", i, item["texts"], opening)
			}
			delete(item, "bytes")
			delete(item, "public_opening")
			if !reflect.DeepEqual(item, list[i]) {
				t.Errorf("record %d is exported as\n%v\nand listed as\n%v", i, item, list[i])
			}
		}
		for query, want := range map[string]int{"type=correction,freeze": 2, fmt.Sprintf("type=flow&project=%d", l.at["east"]): 14, fmt.Sprintf("project=%d", l.at["west"]): 3} {
			if items := l.sameTables(t, "records", query, "what", "texts", "of", "by_org", "by_key"); len(items) != want {
				t.Errorf("%s: %d records, want %d", query, len(items), want)
			}
		}
		if table := csvTable(t, l.export(t, "records.csv?headings=machine&type=correction")); table[0]["of"] != fmt.Sprint(l.at["payment"]) || table[0]["texts"] != "new: 某小学\nold: 某学校\nreason: 误写" {
			t.Errorf("the correction is %v", table)
		}
		if body := string(l.export(t, "records.json")); strings.Contains(body, "李真名") || strings.Contains(body, librarySerial) || strings.Contains(body, "请撤回") {
			t.Error("the export holds what is sealed or was erased")
		}
	})
}

// TestExportedStatistics adds the lines up to what the statistics say.
func TestExportedStatistics(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		for _, query := range []string{"", "by=day", "by=year&from=2026-11-01", "by=cause", "by=organization", fmt.Sprintf("by=place&organization=%d", l.at["charity"]), fmt.Sprintf("by=asset&project=%d", l.at["east"])} {
			sums := map[string]int64{}
			for _, line := range l.sameTables(t, "statistics", query) {
				amount, _ := line["amount"].(json.Number).Int64()
				sums[fmt.Sprint(line["part"], line["line"])] += amount
			}
			want := map[string]int64{}
			var s struct {
				By      string
				Totals  []map[string]any
				Moments []struct{ Received, Spent, Returns, Refunds struct{ Amount int64 } }
				Groups  []struct{ Holdings []map[string]any }
				Sizes   []struct{ Amount int64 }
			}
			l.json(t, "/v1/statistics?"+query, &s)
			holding := func(part string, h map[string]any) {
				for _, line := range []string{"held", "in_transit", "agency"} {
					want[part+line] += int64(h[line].(float64))
				}
				for _, line := range []string{"income", "spent"} {
					want[part+line] += int64(h[line].(map[string]any)["amount"].(float64))
				}
			}
			for _, h := range s.Totals {
				holding("total", h)
			}
			for _, g := range s.Groups {
				for _, h := range g.Holdings {
					holding(s.By, h)
				}
			}
			for _, m := range s.Moments {
				want[s.By+"income"] += m.Received.Amount
				want[s.By+"expenditure"] += m.Spent.Amount
				want[s.By+"returns"] += m.Returns.Amount
				want[s.By+"refunds"] += m.Refunds.Amount
			}
			for _, size := range s.Sizes {
				want["sizeincome"] += size.Amount
			}
			maps.DeleteFunc(want, func(_ string, n int64) bool { return n == 0 })
			maps.DeleteFunc(sums, func(_ string, n int64) bool { return n == 0 })
			if !maps.Equal(sums, want) {
				t.Errorf("%q: the lines add up to\n%v, want\n%v", query, sums, want)
			}
		}
	})
}

// TestScopedStatistics: of one project, and of the projects of one organization.
func TestScopedStatistics(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		get := func(query string) (s map[string]any) {
			l.json(t, "/v1/statistics?"+query, &s)
			return s
		}
		whole := get("by=organization")
		for query, same := range map[string]bool{
			fmt.Sprintf("project=%d", l.at["east"]): true, fmt.Sprintf("organization=%d", l.at["charity"]): true, fmt.Sprintf("project=%d&organization=%d", l.at["east"], l.at["charity"]): true,
			fmt.Sprintf("project=%d", l.at["west"]): false, fmt.Sprintf("organization=%d", l.at["other"]): false, fmt.Sprintf("project=%d&organization=%d", l.at["east"], l.at["other"]): false,
		} {
			s := get("by=organization&" + query)
			if reflect.DeepEqual(s["totals"], whole["totals"]) != same || reflect.DeepEqual(s["sizes"], whole["sizes"]) != same || (s["project"] == nil) == strings.Contains(query, "project") {
				t.Errorf("%s: got %v, of all %v", query, s, whole)
			}
			if s := get("by=day&" + query); (s["moments"] != nil) != same {
				t.Errorf("%s: the days are %v", query, s["moments"])
			}
			groups, _ := s["groups"].([]any)
			if same && len(groups) != 1 || len(groups) > 1 {
				t.Errorf("%s: the groups are %v", query, groups)
			}
		}
	})
}

// TestPagesOfParties: page by page, the parties are those of one long page.
func TestPagesOfParties(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		for _, query := range []string{"", "?side=got"} {
			path := l.path("/v1/projects/{east}/parties") + query
			var whole struct{ Items []map[string]any }
			l.json(t, path, &whole)
			if got := l.pagesOf(t, path); !reflect.DeepEqual(got, whole.Items) || len(got) < 5 {
				t.Errorf("%s: page by page\n%v\nat once\n%v", path, got, whole.Items)
			}
		}
		for _, cursor := range []string{"MQ", "MSAyIDMgQ05Z", "YSBiIGMgZCBl", "MDEgMiAzIENOWSB4"} { // "1", "1 2 3 CNY", "a b c d e", "01 2 3 CNY x"
			if status, _, body := l.ask(t, "GET", l.path("/v1/projects/{east}/parties?cursor=")+cursor, nil); status != 400 {
				t.Errorf("the cursor %s: got %d %s", cursor, status, body)
			}
		}
	})
}

// TestExportedTraces: a trace is exported whole, as its pages have it, and its parts add
// up to the flow.
func TestExportedTraces(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		for _, flow := range []string{"gift", "firm", "grant", "payment", "management", "desks"} {
			for list, member := range map[string]string{"trace": "parts", "sources": "sources"} {
				var whole map[string]any
				l.json(t, l.path(fmt.Sprintf("/v1/flows/{%s}/%s?limit=500", flow, list)), &whole)
				var exported struct{ Items []any }
				l.json(t, l.path(fmt.Sprintf("/v1/exports/%s.json?flow={%s}", list, flow)), &exported)
				if want := whole[member].([]any); !reflect.DeepEqual(exported.Items, want) && len(exported.Items)+len(want) > 0 {
					t.Errorf("%s of %s: exported\n%v\nwant\n%v", list, flow, exported.Items, want)
				}
				csv := csvTable(t, l.export(t, l.path(fmt.Sprintf("%s.csv?headings=machine&flow={%s}", list, flow))))
				xlsx := xlsxTable(t, l.export(t, l.path(fmt.Sprintf("%s.xlsx?headings=machine&flow={%s}", list, flow))))
				var sum int64
				for i, row := range csv {
					for _, name := range []string{"from", "upto", "amount", "path", "state", "gift", "giver", "expenditure", "payee"} {
						if xlsx[i][name] != row[name] {
							t.Errorf("%s of %s, row %d: %s is %q in XLSX and %q in CSV", list, flow, i, name, xlsx[i][name], row[name])
						}
					}
					var n int64
					fmt.Sscan(row["amount"], &n)
					sum += n
				}
				if len(csv) != len(exported.Items) || len(csv) > 0 && fmt.Sprint(sum) != fmt.Sprint(whole["total"]) {
					t.Errorf("%s of %s: %d rows that add up to %d, want %d and %v", list, flow, len(csv), sum, len(exported.Items), whole["total"])
				}
			}
		}
		row := csvTable(t, l.export(t, l.path("sources.csv?headings=machine&flow={payment}")))[0]
		compare(t, "the source of the payment", row, map[string]string{"gift": fmt.Sprint(l.at["gift"]), "giver": "李*", "gift_amount": "1000", "gift_amount_whole": "10.00", "channel": "wechat"})
		row = csvTable(t, l.export(t, l.path("trace.csv?headings=machine&flow={gift}")))[0]
		compare(t, "what became of the gift", row, map[string]string{"state": "spent", "expenditure": fmt.Sprint(l.at["payment"]), "payee": "某学校", "purpose": "助学金", "amount_whole": "3.50"})
	})
}
