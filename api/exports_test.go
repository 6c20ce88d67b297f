package api_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"mingzhang/api"
	"mingzhang/api/export"
)

// table is an export as a program reads it: by the names of its columns.
type table []map[string]string

// csvTable reads CSV back.
func csvTable(t testing.TB, body []byte) table {
	t.Helper()
	text, ok := bytes.CutPrefix(body, []byte("\ufeff"))
	if !ok {
		t.Fatalf("no byte order mark: %.40q", body)
	}
	if bytes.Count(text, []byte("\r\n")) == 0 {
		t.Fatalf("no CRLF: %.80q", text)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	check(t, err)
	for _, row := range rows {
		for i := range row {
			row[i] = export.Unmark(row[i])
		}
	}
	return named(rows)
}

// xlsxTable reads a workbook back, sheet after sheet, numbers as they are stored.
func xlsxTable(t testing.TB, body []byte) table {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(body))
	check(t, err)
	defer f.Close()
	var all table
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		check(t, err)
		all = append(all, named(rows)...)
	}
	return all
}

func named(rows [][]string) table {
	var all table
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			if i < len(row) {
				m[name] = row[i]
			}
		}
		all = append(all, m)
	}
	return all
}

// TestExportsSayWhatListsSay holds each format of the flows against their list.
func TestExportsSayWhatListsSay(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		for _, filter := range []string{"", "kind=expenditure,reversal", "asset=goods/desk", "min=1000", fmt.Sprint("project=", l.at["east"]), fmt.Sprint("project=", l.at["west"])} {
			var list api.Flows
			l.json(t, "/v1/flows?limit=500&order=oldest&"+filter, &list)
			var items api.Flows
			l.json(t, "/v1/exports/flows.json?"+filter, &items)
			if got, want := fmt.Sprint(texts(t, items.Items)), fmt.Sprint(texts(t, list.Items)); got != want {
				t.Errorf("%q: JSON has\n%s, want\n%s", filter, got, want)
			}
			csv := csvTable(t, l.export(t, "flows.csv?headings=machine&"+filter))
			xlsx := xlsxTable(t, l.export(t, "flows.xlsx?headings=machine&"+filter))
			for i, f := range list.Items {
				compare(t, fmt.Sprintf("%q, CSV, row %d", filter, i), csv[i], flat(f))
				compare(t, fmt.Sprintf("%q, XLSX, row %d", filter, i), xlsx[i], flat(f))
			}
			if len(csv) != len(list.Items) || len(xlsx) != len(list.Items) {
				t.Errorf("%q: %d rows of CSV and %d of XLSX, want %d", filter, len(csv), len(xlsx), len(list.Items))
			}
		}
	})
}

// export gets a file.
func (l *library) export(t testing.TB, name string) []byte {
	t.Helper()
	status, header, body := l.ask(t, "GET", "/v1/exports/"+name, nil)
	if status != http.StatusOK || header.Get("Export-Size") == "" {
		t.Fatalf("GET %s: %d %s", name, status, body)
	}
	return body
}

func compare(t testing.TB, what string, got, want map[string]string) {
	t.Helper()
	for name, v := range want {
		if got[name] != v && !(v == "0" && got[name] == "") {
			t.Errorf("%s: %s is %q, want %q", what, name, got[name], v)
		}
	}
}

// flat lays a flow of the list out as a row has it.
func flat(f *api.Flow) map[string]string {
	row := map[string]string{"id": fmt.Sprint(f.ID), "kind": string(f.Kind), "project": fmt.Sprint(f.Project), "asset": string(f.Asset), "amount": fmt.Sprint(f.Amount),
		"occurred": f.Occurred, "recorded": f.Recorded.Format("2006-01-02T15:04:05Z"), "from": f.From, "to": f.To, "channel": f.Channel, "category": string(f.Category),
		"note": f.Texts["note"], "purpose": f.Texts["purpose"], "reason": f.Texts["reason"], "rate_basis": f.Texts["basis"], "evidence": hashesOf(f.Evidence, false), "evidence_public": hashesOf(f.Evidence, true),
		"undone": fmt.Sprint(f.Undone), "delivered": fmt.Sprint(f.Delivered), "leaf_hash": f.LeafHash, "by_org": fmt.Sprint(f.By.Org), "by_key": f.By.Key,
		"corrections": strings.Trim(fmt.Sprint(f.Corrections), "[]")}
	if f.Of != nil {
		row["of"] = fmt.Sprint(*f.Of)
	}
	if f.Party != nil {
		row["party_kind"], row["party_name"], row["party_uscc"], row["party_display"] = string(f.Party.Kind), f.Party.Name, string(f.Party.USCC), f.Party.Display
	}
	if f.Into != nil {
		row["into_asset"], row["into_amount"] = string(f.Into.Asset), fmt.Sprint(f.Into.Amount)
	}
	return row
}

// hashesOf lists files, or only those that are public.
func hashesOf(files []api.File, public bool) string {
	var hashes []string
	for _, f := range files {
		if f.Public || !public {
			hashes = append(hashes, f.Hash)
		}
	}
	return strings.Join(hashes, " ")
}

func texts(t testing.TB, flows []*api.Flow) (all []string) {
	t.Helper()
	for _, f := range flows {
		all = append(all, fmt.Sprint(flat(f), f.Texts, f.Spans, f.Withdrawn))
	}
	return all
}

func TestExportedNouns(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		for _, read := range []func(string) table{
			func(name string) table { return csvTable(t, l.export(t, name+".csv?headings=machine")) },
			func(name string) table { return xlsxTable(t, l.export(t, name+".xlsx?headings=machine")) },
		} {
			organizations := read("organizations")
			compare(t, "the charity", organizations[1], map[string]string{"name": "甲慈善会", "kind": "charity", "projects": "1", "code": libraryCode(2)})
			projects := read("projects")
			if len(organizations) != 6 || len(projects) != 3 {
				t.Fatalf("%d organizations and %d rows of projects, want 6 and 3", len(organizations), len(projects))
			}
			compare(t, "the yuan of the project", projects[0], map[string]string{"name": "东村小学课桌", "asset": "CNY", "income": "8000", "target": "10000"})
			compare(t, "its desks", projects[1], map[string]string{"name": "东村小学课桌", "asset": "goods/desk", "held": "2"})
			compare(t, "a project without money", projects[2], map[string]string{"name": "西镇义诊", "frozen": map[bool]string{true: "true", false: "1"}[projects[2]["frozen"] == "true"], "asset": "", "held": ""})
		}
	})
}

// TestExportedStatement adds the lines up to the closing.
func TestExportedStatement(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		for _, scope := range []string{fmt.Sprint("project=", l.at["east"]), fmt.Sprint("organization=", l.at["charity"])} {
			sums, closing := map[string]int64{}, map[string]int64{}
			for _, row := range csvTable(t, l.export(t, "statement.csv?headings=machine&"+scope)) {
				var amount, sign int64
				fmt.Sscan(row["amount"], &amount)
				fmt.Sscan(row["sign"], &sign)
				sums[row["asset"]] += sign * amount
				if row["line"] == "closing" {
					closing[row["asset"]] = amount
				}
			}
			if len(sums) != 2 || fmt.Sprint(sums) != fmt.Sprint(closing) {
				t.Errorf("%s: the lines add up to %v, the closing is %v", scope, sums, closing)
			}
		}
	})
}

func TestExportRefusals(t *testing.T) {
	l := newLibrary(t, "sqlite:"+t.TempDir()+"/book.db")
	for path, want := range map[string]int{
		"flows.pdf": 404, "flows": 404, "secrets.csv": 404, "flows.csv?limit=5": 400, "flows.csv?cursor=MQ": 400, "flows.csv?order=newest": 400, "projects.csv?sort=name": 400,
		"projects.csv?facets=true": 400, "flows.csv?colour=red": 400, "flows.json?headings=machine": 400, "flows.csv?headings=latin": 400, "flows.csv?kind=gift": 400,
		"pools.csv?limit=5": 400, "pools.csv?holder=x": 400, "parties.csv?side=left": 400, "parties.csv?cursor=MQ": 400, "records.csv?type=gift": 400, "records.csv?limit=1": 400,
		"assets.csv?class=goods": 400, "statistics.csv?by=hour": 400, "statistics.csv?by=cause&from=2026-01-01": 400, "statistics.csv?project=1": 404, "statistics.csv?organization=7": 404,
		"trace.csv": 400, "trace.csv?flow=7": 404, "sources.json": 400, "sources.json?flow=9999": 404, "trace.csv?flow=18&limit=5": 400, "sources.csv?flow=18&project=7": 400, "statement.csv": 400, "statement.csv?project=4&organization=1": 400, "statement.csv?project=1": 404, "statement.xlsx?project=999": 404,
		"budget.csv": 400, "budget.csv?project=1": 404, "budget.csv?project=7&from=2026-01-01": 400, "moneyflow.xlsx": 400, "moneyflow.xlsx?project=1": 404, "partners.csv": 400, "partners.csv?project=7&organization=1": 400, "partners.csv?project=1": 404, "partners.csv?organization=7": 404,
		"members.csv?project=7&asset=money!": 400, "members.json": 400, "shares.csv": 400, "shares.csv?organization=7": 404, "disclosures.csv?project=1": 404, "corrections.csv?type=flow": 400, "freezes.csv?project=999": 404,
		"due.csv?project=7&organization=1": 400, "due.csv?project=1": 404, "reconciliation.csv": 400, "reconciliation.csv?project=1": 404, "anchors.csv?project=7": 400,
	} {
		status, header, body := l.ask(t, "GET", "/v1/exports/"+path, nil)
		if status != want || header.Get("Content-Type") != "application/problem+json; charset=utf-8" || header.Get("Content-Disposition") != "" {
			t.Errorf("GET %s: %d %v %s, want %d", path, status, header, body, want)
		}
	}
}

func TestExportHeaders(t *testing.T) {
	l := newLibrary(t, "sqlite:"+t.TempDir()+"/book.db")
	size := fmt.Sprint(l.at["witness"] + 1)
	r, err := http.NewRequest("HEAD", l.URL+"/v1/exports/flows.csv", nil)
	check(t, err)
	res, err := http.DefaultClient.Do(r)
	check(t, err)
	want := `attachment; filename="mingzhang-flows-2026-11-20-` + size + `.csv"; filename*=UTF-8''%E6%98%8E%E8%B4%A6-%E6%B5%81%E6%B0%B4-2026-11-20-` + size + `.csv`
	if got := res.Header.Get("Content-Disposition"); got != want || res.Header.Get("Export-Size") != size {
		t.Errorf("HEAD: %v, want %s", res.Header, want)
	}
	zh, en := l.export(t, "flows.csv"), l.in(t, "en", "flows.csv")
	if !bytes.HasPrefix(zh, []byte("\ufeff流水编号,")) || !bytes.HasPrefix(en, []byte("\ufeffFlow,Kind,")) {
		t.Errorf("headings: %.60q and %.60q", zh, en)
	}
	if !slices.Equal(bytes.SplitAfter(zh, []byte("\r\n"))[1], bytes.SplitAfter(en, []byte("\r\n"))[1]) {
		t.Error("the language changes more than the headings")
	}
}

// TestExportLanguage: the address decides on a file's language against what the client
// prefers, also on that of a refusal; a language that there is not is refused.
func TestExportLanguage(t *testing.T) {
	l := newLibrary(t, "sqlite:"+t.TempDir()+"/book.db")
	for name, same := range map[string][2]string{"English": {"flows.csv?lang=en", "en"}, "Chinese": {"flows.csv?lang=zh-Hans", "zh-CN"}, "none": {"flows.csv?lang=", "fr"}} {
		for _, accept := range []string{"en", "zh-CN"} {
			if name == "none" {
				same[1] = accept
			}
			if got, want := l.in(t, accept, same[0]), l.in(t, same[1], "flows.csv"); !bytes.Equal(got, want) {
				t.Errorf("%s for a client in %s begins with %.60q, want %.60q", same[0], accept, got, want)
			}
		}
	}
	if items := l.export(t, "flows.json?lang=en"); !bytes.Equal(items, l.export(t, "flows.json")) {
		t.Error("the language changes a JSON")
	}
	for path, want := range map[string]string{
		"flows.csv?lang=tlh": "参数 lang 的值 “tlh” 不可用", "flows.csv?lang=EN": "参数 lang 的值", "flows.csv?lang=en&lang=en": "the parameter lang is there more than once", "flows.csv?lang=en&kind=gift": "the parameter kind cannot be",
	} {
		status, _, body := l.ask(t, "GET", "/v1/exports/"+path, nil, "Accept-Language", "zh-CN")
		if status != http.StatusBadRequest || !strings.Contains(string(body), want) {
			t.Errorf("%s: %d %s, want %q", path, status, body, want)
		}
	}
}

// in gets a file in a language, through the client's own gzip.
func (l *library) in(t testing.TB, language, name string) []byte {
	t.Helper()
	r, err := http.NewRequest("GET", l.URL+"/v1/exports/"+name, nil)
	check(t, err)
	r.Header.Set("Accept-Language", language)
	res, err := http.DefaultClient.Do(r)
	check(t, err)
	defer res.Body.Close()
	if !res.Uncompressed {
		t.Error("the answer was not compressed")
	}
	var b bytes.Buffer
	_, err = b.ReadFrom(res.Body)
	check(t, err)
	return b.Bytes()
}
