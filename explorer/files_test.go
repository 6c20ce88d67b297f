package explorer_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"mingzhang/api"
	"mingzhang/api/export"
)

// file reads a CSV by the names of its columns.
func (s *site) file(t testing.TB, address string) (rows []map[string]string) {
	t.Helper()
	status, body := s.fetch(t, address+map[bool]string{true: "&", false: "?"}[strings.Contains(address, "?")]+"headings=machine", "en")
	all, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff")))).ReadAll()
	if err != nil || status != 200 {
		t.Fatalf("%s answers %d %v: %.200s", address, status, err, body)
	}
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = export.Unmark(cells[i])
		}
		rows = append(rows, row)
	}
	return rows
}

// below reads the file to which the line below a table leads, by the list's name; nil where
// the page has no such line. CSV, XLSX and JSON are in that order, and of the same.
func (s *site) below(t testing.TB, page *goquery.Document, within, list string) []map[string]string {
	t.Helper()
	line := page.Find(within + ` .downloads:has(a[href*="/exports/` + list + `."])`).First()
	if line.Length() == 0 {
		return nil
	}
	links := line.Find("a[download]")
	if links.Length() != 3 {
		t.Errorf("%s leads to %d files of %s", within, links.Length(), list)
	}
	csv := links.First().AttrOr("href", "")
	for i, format := range []string{"csv", "xlsx", "json"} {
		if href := links.Eq(i).AttrOr("href", ""); href != strings.Replace(csv, ".csv", "."+format, 1) {
			t.Errorf("%s: beside %s is %s", within, csv, href)
		}
	}
	rows := s.file(t, csv)
	if rows == nil {
		rows = []map[string]string{}
	}
	return rows
}

// cells are those of the rows of a table, as they are read.
func cells(rows *goquery.Selection) (list [][]string) {
	rows.Find("br").ReplaceWithHtml(" ")
	rows.Each(func(_ int, tr *goquery.Selection) {
		var row []string
		tr.Find("th, td").Each(func(_ int, c *goquery.Selection) { row = append(row, strings.Join(strings.Fields(c.Text()), " ")) })
		list = append(list, row)
	})
	return list
}

// figuresOf gives some columns of a page's table in smallest units, a row each.
func figuresOf(t testing.TB, rows *goquery.Selection, columns ...int) (list []string) {
	t.Helper()
	for _, row := range cells(rows) {
		var all []int64
		for _, i := range columns {
			all = append(all, unsigned(t, row[i]))
		}
		list = append(list, fmt.Sprint(all))
	}
	return list
}

// unsigned reads the first amount of a cell.
func unsigned(t testing.TB, cell string) int64 {
	t.Helper()
	if strings.HasPrefix(cell, "–") {
		return 0
	}
	return amountIn(t, cell)
}

// columnsOf gives some columns of a file likewise.
func columnsOf(rows []map[string]string, names ...string) (list []string) {
	for _, row := range rows {
		var all []int64
		for _, name := range names {
			all = append(all, integer(row[name]))
		}
		list = append(list, fmt.Sprint(all))
	}
	return list
}

func integer(text string) (n int64) {
	fmt.Sscan(text, &n)
	return max(n, -n)
}

// same fails where page and file do not have the same, in whatever order.
func same(t testing.TB, what string, page, file []string) {
	t.Helper()
	slices.Sort(page)
	slices.Sort(file)
	if !slices.Equal(page, file) {
		t.Errorf("%s: the page has\n%v\nand the file\n%v", what, page, file)
	}
}

// where gives the rows in which a column is one of some values.
func where(rows []map[string]string, column string, values ...string) (list []map[string]string) {
	for _, row := range rows {
		if slices.Contains(values, row[column]) {
			list = append(list, row)
		}
	}
	return list
}

// TestProjectFiles: below each table of a project's page are files with the very figures.
func TestProjectFiles(t *testing.T) {
	t.Parallel()
	s, seen := open(), map[string]int{}
	for _, project := range some(s.city.Projects) {
		for _, language := range languages {
			for _, query := range []string{"", "?from=2026-01-01&to=2026-06-30"} {
				path := projectPath(project) + query
				_, page := s.get(t, path, language)
				for name, compare := range projectTables {
					within, list, _ := strings.Cut(name, " ")
					if rows := s.below(t, page, "."+within, list); rows != nil {
						seen[list]++
						compare(t, path+" "+name, page, rows)
					} else if rows := s.below(t, page, "#"+within, list); rows != nil {
						seen[list]++
						compare(t, path+" "+name, page, rows)
					}
				}
			}
		}
	}
	if mostPages < 1000 {
		return
	}
	for name := range projectTables {
		if _, list, _ := strings.Cut(name, " "); seen[list] == 0 {
			t.Errorf("no page leads to a file of %s", list)
		}
	}
}

// projectTables hold the tables of a project's page against the files below them, by the
// part of the page and the list.
var projectTables = map[string]func(t testing.TB, what string, page *goquery.Document, file []map[string]string){
	"flowpicture moneyflow": func(t testing.TB, what string, page *goquery.Document, file []map[string]string) {
		rows := page.Find(".flowpicture tbody tr")
		same(t, what, figuresOf(t, rows, 2), columnsOf(file, "amount"))
		for i, row := range cells(rows) {
			for column, name := range []string{"from_name", "to_name"} {
				if said := file[i][name]; said != "" && said != row[column] {
					t.Errorf("%s: row %d has %q, and the file %q", what, i, row[column], said)
				}
			}
		}
	},
	"series statistics": func(t testing.TB, what string, page *goquery.Document, file []map[string]string) {
		same(t, what, monthsOf(t, page.Find("table.months tbody tr")), monthLines(file))
	},
	"statement statement": func(t testing.TB, what string, page *goquery.Document, file []map[string]string) {
		var shown []string
		for _, n := range figuresOf(t, page.Find("table.statement tbody tr"), 1) {
			if n != "[0]" {
				shown = append(shown, n)
			}
		}
		same(t, what, shown, slices.DeleteFunc(columnsOf(file, "amount"), func(n string) bool { return n == "[0]" }))
	},
	"budget budget": func(t testing.TB, what string, page *goquery.Document, file []map[string]string) {
		same(t, what, figuresOf(t, page.Find("#budget tbody tr"), 1, 2), columnsOf(file, "planned", "actual"))
	},
	"partners partners": func(t testing.TB, what string, page *goquery.Document, file []map[string]string) {
		same(t, what, figuresOf(t, page.Find("#partners tbody tr"), 2, 3, 4, 5), columnsOf(file, "received", "paid", "passed", "held"))
	},
	"goods statistics": func(t testing.TB, what string, page *goquery.Document, file []map[string]string) {
		same(t, what, figuresOf(t, page.Find("#goods tbody tr"), 1, 2, 4, 5), holdingLines(file, "total", func(asset string) bool { return asset != "CNY" }, "income", "spent", "in_transit", "held"))
	},
	"members members": func(t testing.TB, what string, page *goquery.Document, file []map[string]string) {
		var shown, rows []string
		page.Find("#members li").Each(func(_ int, card *goquery.Selection) {
			yuan := func(e *goquery.Selection) int64 {
				_, amount, _ := strings.Cut(e.Text(), "¥")
				return amountIn(t, amount)
			}
			in := card.Find(".figure").First()
			if exact := in.Find(".exact"); exact.Length() > 0 {
				in = exact
			}
			shown = append(shown, fmt.Sprint(card.Find("h3").Text(), yuan(in.First()), yuan(card.Find("p small").Last())))
		})
		for _, row := range file {
			rows = append(rows, fmt.Sprint(row["name"], integer(row["income"]), integer(row["given"])))
		}
		same(t, what, shown, rows)
	},
	"disclosures disclosures": func(t testing.TB, what string, page *goquery.Document, file []map[string]string) {
		for _, row := range file {
			if row["kind"] == "claim" || row["kind"] == "finding" {
				continue
			}
			if row["title"] != "" && !strings.Contains(page.Find("#disclosures").Text(), row["title"]) {
				t.Errorf("%s: the file has %q, and the page has not", what, row["title"])
			}
		}
	},
	"disclosures corrections": func(t testing.TB, what string, page *goquery.Document, file []map[string]string) {
		var shown, rows []string
		for _, row := range cells(page.Find("#disclosures tbody tr")) {
			shown = append(shown, strings.Join(row[2:5], "|"))
		}
		for _, row := range file {
			rows = append(rows, strings.Join([]string{row["old"], row["new"], row["reason"]}, "|"))
		}
		same(t, what, shown, rows)
	},
	"disclosures freezes": func(t testing.TB, what string, page *goquery.Document, file []map[string]string) {
		for _, row := range file {
			if !strings.Contains(page.Find("#disclosures ul").Text(), row["order"]) {
				t.Errorf("%s: the file has the order %q, and the page has not", what, row["order"])
			}
		}
	},
}

// monthsOf gives the rows of a series: the month or year, and its figures.
func monthsOf(t testing.TB, rows *goquery.Selection) (list []string) {
	t.Helper()
	for _, row := range cells(rows) {
		if list = append(list, fmt.Sprint(row[0], unsigned(t, row[1]), unsigned(t, row[2]), unsigned(t, row[3]), unsigned(t, row[4]))); strings.HasSuffix(list[len(list)-1], "0 0 0 0") {
			list = list[:len(list)-1] // nothing happened, which a file does not list
		}
	}
	return list
}

// monthLines adds up the lines of a file likewise.
func monthLines(file []map[string]string) (list []string) {
	sums := map[string][4]int64{}
	for _, row := range where(where(file, "part", "month", "year"), "asset", "CNY") {
		sum := sums[row["value"]]
		switch row["line"] {
		case "income":
			sum[0], sum[1] = sum[0]+signed(row["amount"]), sum[1]+signed(row["flows"])
		case "expenditure":
			sum[2], sum[3] = sum[2]+signed(row["amount"]), sum[3]+signed(row["flows"])
		default:
			continue
		}
		sums[row["value"]] = sum
	}
	for month, n := range sums {
		if n != [4]int64{} {
			list = append(list, fmt.Sprint(month, n[0], n[1], n[2], n[3]))
		}
	}
	return list
}

func signed(text string) (n int64) {
	fmt.Sscan(text, &n)
	return n
}

// holdingLines gives the figures of each asset or group that statistics have lines of.
func holdingLines(file []map[string]string, part string, of func(asset string) bool, lines ...string) (list []string) {
	all, order := map[string]map[string]int64{}, []string{}
	for _, row := range where(file, "part", part) {
		if !of(row["asset"]) {
			continue
		}
		key := row["value"] + " " + row["asset"]
		if all[key] == nil {
			all[key], order = map[string]int64{}, append(order, key)
		}
		all[key][row["line"]] = integer(row["amount"])
		all[key]["projects"] = integer(row["projects"])
	}
	for _, key := range order {
		var figures []int64
		for _, line := range lines {
			figures = append(figures, all[key][line])
		}
		list = append(list, fmt.Sprint(figures))
	}
	return list
}

func inCNY(asset string) bool { return asset == "CNY" }

// TestStatisticsFiles: below each table of the statistics and of the first page are files
// with its figures.
func TestStatisticsFiles(t *testing.T) {
	t.Parallel()
	s := open()
	for _, language := range languages {
		for _, query := range []string{"", "?from=2026-01-01&to=2026-06-30"} {
			_, page := s.get(t, "/statistics"+query, language)
			same(t, "months", monthsOf(t, page.Find("#months table.months tbody tr")), monthLines(s.below(t, page, "#months", "statistics")))
		}
		_, page := s.get(t, "/statistics", language)
		for _, by := range []string{"cause", "place", "organization"} {
			link := page.Find(`.downloads a[href*="by=` + by + `"]`).First()
			group := link.Closest("section")
			if group.Length() != 1 {
				t.Fatalf("%d tables are by %s", group.Length(), by)
			}
			file := s.file(t, link.AttrOr("href", ""))
			same(t, by, figuresOf(t, group.Find("tbody tr"), 1, 2, 3, 4), holdingLines(file, by, inCNY, "projects", "income", "spent", "held"))
		}
		sizes := where(where(s.below(t, page, "#sizes", "statistics"), "part", "size"), "asset", "CNY")
		same(t, "sizes", figuresOf(t, page.Find("#sizes tbody tr").Not(".sum"), 1, 3), columnsOf(sizes, "flows", "amount"))
		same(t, "assets", figuresOf(t, page.Find("#assets tbody tr"), 1, 2, 4, 5), holdingLines(s.below(t, page, "#assets", "statistics"), "total", func(string) bool { return true }, "income", "spent", "in_transit", "held"))
		_, page = s.get(t, "/", language)
		same(t, "months of the first page", monthsOf(t, page.Find("table.months tbody tr")), monthLines(s.below(t, page, ".series", "statistics")))
		_, page = s.get(t, "/organizations", language)
		sums := where(s.below(t, page, "#main", "statistics"), "part", "organization")
		for _, row := range cells(page.Find("table.rows tbody tr")) {
			if row[3] == "–" {
				continue
			}
			if got := fmt.Sprint([]int64{unsigned(t, row[3]), unsigned(t, row[4]), unsigned(t, row[5])}); !slices.Contains(holdingLines(sums, "organization", inCNY, "income", "spent", "held"), got) {
				t.Errorf("no organization of the file has %v", row)
			}
		}
	}
}

// TestOrganizationFiles: likewise of the tables of organizations.
func TestOrganizationFiles(t *testing.T) {
	t.Parallel()
	s, seen := open(), map[string]int{}
	for index := range int64(12) {
		for _, language := range languages {
			path := organizationPath(index)
			_, page := s.get(t, path, language)
			for name, compare := range organizationTables {
				within, list, _ := strings.Cut(name, " ")
				if rows := s.below(t, page, within, list); rows != nil {
					seen[name]++
					compare(t, path+" "+name, index, page.Find(within+" tbody tr"), rows)
				}
			}
		}
	}
	for name := range organizationTables {
		if seen[name] == 0 {
			t.Errorf("no page has %s", name)
		}
	}
}

// organizationTables hold tables against files, by the part of the page and the list.
var organizationTables = map[string]func(t testing.TB, what string, of int64, rows *goquery.Selection, file []map[string]string){
	"#published due": func(t testing.TB, what string, _ int64, rows *goquery.Selection, file []map[string]string) {
		var shown, listed []string
		rows.Each(func(_ int, tr *goquery.Selection) {
			due := strings.Fields(tr.Find("td").Last().Text())
			date := ""
			if len(due) > 0 && strings.Contains(due[0], "-") {
				date = due[0]
			}
			shown = append(shown, fmt.Sprint(tr.Find("th").Text(), tr.Find(".badge.wrong").Length() > 0, date))
		})
		for _, row := range file {
			listed = append(listed, fmt.Sprint(row["name"], row["overdue"] == "true", row["due"]))
		}
		if strings.Contains(strings.Join(shown, " "), "202") { // in English months are words
			same(t, what, shown, listed)
		} else if len(shown) != len(listed) {
			t.Errorf("%s: %d projects, and %d in the file", what, len(shown), len(listed))
		}
	},
	"#shares shares": func(t testing.TB, what string, _ int64, rows *goquery.Selection, file []map[string]string) {
		same(t, what, figuresOf(t, rows, 1, 2, 3, 4), columnsOf(file[:rows.Length()], "spent", "management", "fundraising", "programme"))
	},
	"#partners partners": func(t testing.TB, what string, _ int64, rows *goquery.Selection, file []map[string]string) {
		var laid, held int64
		for _, row := range cells(rows) {
			laid, held = laid+unsigned(t, row[1]), held+unsigned(t, row[2])
		}
		for _, row := range file {
			laid, held = laid-integer(row["laid"]), held-integer(row["held"])
		}
		if laid != 0 || held != 0 {
			t.Errorf("%s: the page has %d more that partners got, and %d more that they hold", what, laid, held)
		}
	},
	"#held pools": func(t testing.TB, what string, of int64, rows *goquery.Selection, file []map[string]string) {
		var laid, held int64
		for _, row := range cells(rows) {
			laid, held = laid+unsigned(t, row[1]), held+unsigned(t, row[2])
		}
		for _, row := range where(file, "holder", key(of)) {
			laid, held = laid-integer(row["laid"]), held-integer(row["held"])
		}
		if laid != 0 || held != 0 {
			t.Errorf("%s: the page has %d more that it got, and %d more that it holds", what, laid, held)
		}
	},
	".columns parties": func(t testing.TB, what string, _ int64, rows *goquery.Selection, file []map[string]string) {
		sums := map[string]int64{}
		for _, row := range where(file, "asset", "CNY") {
			sums[row["name"]] += integer(row["amount"])
		}
		first := rows.First().Parent().Find("tr")
		for _, row := range cells(first) {
			if sums[row[0]] != unsigned(t, row[2]) {
				t.Errorf("%s: %s has %s, and in the file %d", what, row[0], row[2], sums[row[0]])
			}
		}
	},
	"#goods statistics": func(t testing.TB, what string, _ int64, rows *goquery.Selection, file []map[string]string) {
		same(t, what, figuresOf(t, rows, 1, 2, 4, 5), holdingLines(file, "total", func(asset string) bool { return asset != "CNY" }, "income", "spent", "in_transit", "held"))
	},
}

// TestLogFiles: the batches of the page are the first of the file, and the file has the
// whole log.
func TestLogFiles(t *testing.T) {
	t.Parallel()
	s := open()
	_, page := s.get(t, "/log", "en")
	shown, file := cells(page.Find("#batches tbody tr")), s.below(t, page, "#batches", "anchors")
	next := s.book.Head().Size
	for i, row := range file {
		if i < len(shown) && (unsigned(t, shown[i][1]) != integer(row["records"]) || unsigned(t, shown[i][2]) != integer(row["block"]) || shown[i][6] != strings.Split(page.Find("#batches tbody tr").Eq(i).Find(".day").Text(), "\n")[0]) {
			t.Errorf("row %d is %v, and in the file %v", i, shown[i], row)
		}
		if integer(row["last"]) != next-1 || integer(row["first"])+integer(row["records"]) != next {
			t.Fatalf("row %d of the file is %v, behind which come records from %d on", i, row, next)
		}
		next = integer(row["first"])
	}
	if next != 0 || len(shown) == 0 {
		t.Errorf("the file ends at record %d", next)
	}
	if records := s.below(t, page, "#records", "records"); int64(len(records)) != s.book.Head().Size {
		t.Errorf("%d records in the file", len(records))
	}
}

// TestTraceFiles: the parts of a flow's course and sources are those of the files.
func TestTraceFiles(t *testing.T) {
	t.Parallel()
	s := open()
	for _, flow := range []int64{s.city.Showcase.Payment, s.city.Showcase.Refunded, s.city.Showcase.Reversed} {
		_, page := s.get(t, "/flows/"+key(flow), "en")
		for within, list := range map[string]string{"#parts": "trace", "#sources": "sources"} {
			rows := page.Find(within + " table.parts tbody tr")
			file := s.below(t, page, within, list)
			if (rows.Length() > 0) != (file != nil) {
				t.Errorf("%d %s: %d rows, and the file %v", flow, list, rows.Length(), file)
			}
			if page.Find(within+" tfoot").Length() > 0 {
				same(t, list, figuresOf(t, rows, 0), columnsOf(file, "amount"))
			}
		}
	}
}

// TestDictionaryPage: the page of open data has every list with the columns that its files
// have, in the reader's language.
func TestDictionaryPage(t *testing.T) {
	t.Parallel()
	s := open()
	for language, heading := range map[string]func(export.Heading) string{"zh-Hans": func(h export.Heading) string { return h.Zh }, "en": func(h export.Heading) string { return h.En }} {
		_, page := s.get(t, "/open-data", language)
		for _, list := range api.Dictionary() {
			section := page.Find("#list-" + list.Name)
			var want, got [][]string
			for _, c := range list.Columns {
				want = append(want, []string{c.Name, strings.Join(strings.Fields(heading(c)), " ")})
			}
			if got = cells(section.Find("tbody tr")); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s in %s: the page has\n%v\nand the file\n%v", list.Name, language, got, want)
			}
			if text := section.Find("p").Text(); !strings.Contains(text, "/v1/exports/"+list.Name+".csv") {
				t.Errorf("%s: the page says %q of the file", list.Name, text)
			}
			if n := page.Find(`section td a[href^="/v1/exports/` + list.Name + `.csv"]`).Length(); (n == 1) != (len(list.Needs) == 0) {
				t.Errorf("%s can be taken away at %d places", list.Name, n)
			}
		}
	}
}
