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

// scoped gives parameters with which each list of the library is of something.
func (l *library) scoped(list string) string {
	switch list {
	case "statement", "budget", "moneyflow", "partners", "members", "reconciliation":
		return l.path("project={east}")
	case "shares":
		return l.path("organization={charity}")
	case "trace", "sources":
		return l.path("flow={payment}")
	}
	return ""
}

// TestDictionary: what the interface says of each list is what its files are: their first
// row in each language, and the parameters that they take and no other.
func TestDictionary(t *testing.T) {
	l := newLibrary(t, "sqlite:"+t.TempDir()+"/book.db")
	var said api.Lists
	l.json(t, "/v1/exports", &said)
	all := map[string]bool{}
	for _, list := range said.Items {
		for _, name := range list.Parameters {
			all[name] = true
		}
	}
	for _, list := range said.Items {
		for language, heading := range map[string]func(export.Heading) string{
			"headings=machine": func(h export.Heading) string { return h.Name },
			"lang=zh-Hans":     func(h export.Heading) string { return h.Zh },
			"lang=en":          func(h export.Heading) string { return h.En },
		} {
			want := make([]string, len(list.Columns))
			for i, c := range list.Columns {
				if want[i] = heading(c); want[i] == "" || slices.Contains(want[:i], want[i]) {
					t.Errorf("%s: column %d, %q, has no heading of its own with %s", list.Name, i, c.Name, language)
				}
			}
			address := fmt.Sprintf("%s?%s&%s", "%s", language, l.scoped(list.Name))
			row, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(l.export(t, fmt.Sprintf(address, list.Name+".csv")), []byte("\ufeff")))).Read()
			check(t, err)
			if !slices.Equal(row, want) {
				t.Errorf("%s in CSV with %s begins with\n%q\nand is said to begin with\n%q", list.Name, language, row, want)
			}
			book, err := excelize.OpenReader(bytes.NewReader(l.export(t, fmt.Sprintf(address, list.Name+".xlsx"))))
			check(t, err)
			rows, err := book.GetRows(book.GetSheetName(0))
			check(t, err)
			if !slices.Equal(rows[0], want) {
				t.Errorf("%s in XLSX with %s begins with\n%q\nand is said to begin with\n%q", list.Name, language, rows[0], want)
			}
			check(t, book.Close())
		}
		for name := range all {
			scope := l.scoped(list.Name)
			if !strings.HasPrefix(scope, name+"=") {
				scope += "&" + name + "="
			}
			_, _, body := l.ask(t, "GET", fmt.Sprintf("/v1/exports/%s.csv?%s", list.Name, scope), nil, "Accept-Language", "en")
			if takes := !strings.Contains(string(body), "there is no parameter "+name); takes != slices.Contains(list.Parameters, name) {
				t.Errorf("%s takes %s: %v, and is said to take %v", list.Name, name, takes, list.Parameters)
			}
		}
	}
	for _, list := range said.Items {
		status, _, body := l.ask(t, "GET", "/v1/exports/"+list.Name+".json", nil)
		if (status == http.StatusBadRequest) != (len(list.Needs) > 0) {
			t.Errorf("%s of everything: %d %s, and is said to need one of %v", list.Name, status, body, list.Needs)
		}
		for _, name := range list.Needs {
			of := map[string]string{"project": "{east}", "organization": "{charity}", "flow": "{payment}"}[name]
			l.export(t, l.path(list.Name+".json?"+name+"="+of))
		}
	}
	l.json(t, "/v1/exports?list=flows", &said)
	if len(said.Items) != 1 || said.Items[0].Name != "flows" {
		t.Errorf("asked for flows, got %v", said.Items)
	}
	for _, wrong := range []string{"list=secrets", "name=flows"} {
		if status, _, body := l.ask(t, "GET", "/v1/exports?"+wrong, nil); status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", wrong, status, body)
		}
	}
}
