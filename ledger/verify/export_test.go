package verify_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/verify"
)

// TestExport: a list is proven in every format and under every heading.
func TestExport(t *testing.T) {
	s := open(t)
	project := s.city.Showcase.Joint
	for _, c := range []struct {
		name, list string
		header     []string
		options    verify.Options
		part       string
	}{
		{"all flows as JSON", "flows.json", nil, verify.Options{}, "没有指明它应包含哪个项目"},
		{"a project as JSON", at("flows.json?project=%d", project), nil, verify.Options{Project: &project}, "no flow of project"},
		{"a project as CSV for machines", at("flows.csv?project=%d&headings=machine", project), nil, verify.Options{Project: &project}, "no flow of project"},
		{"a project as CSV in Chinese", at("flows.csv?project=%d", project), []string{"Accept-Language", "zh-Hans"}, verify.Options{Project: &project}, "no flow of project"},
		{"a project as CSV in English", at("flows.csv?project=%d", project), []string{"Accept-Language", "en"}, verify.Options{Project: &project}, "no flow of project"},
		{"the gifts of a project", at("flows.csv?project=%d&kind=donation", project), nil, verify.Options{}, "amount, amount_whole"},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := s.get(t, "/v1/exports/"+c.list, c.header...)
			c.options.Log = s.URL
			r, err := verify.Run(t.Context(), file(t, "list", data), c.options, s.trust(t))
			must(t, err)
			wantSaid(t, r, c.part, "are records of the log "+s.folder.Origin, "names shown, purposes and notes")
		})
		t.Run(c.name+", from the server", func(t *testing.T) {
			r, err := verify.Run(t.Context(), s.URL+"/v1/exports/"+c.list, verify.Options{}, s.trust(t))
			must(t, err)
			wantSaid(t, r, c.part)
		})
	}
}

// TestExportOfRecords: of a list of records the indices and leaf hashes are proven.
func TestExportOfRecords(t *testing.T) {
	s := open(t)
	for _, list := range []string{"records.json", "records.csv?headings=machine", "records.csv"} {
		data := s.get(t, "/v1/exports/"+list)
		r, err := verify.Run(t.Context(), file(t, "list", data), verify.Options{Log: s.URL}, s.trust(t))
		must(t, err)
		wantSaid(t, r, "are records of the log "+s.folder.Origin)
		leaf := bytes.Index(data, []byte("sha256:")) + 12
		data[leaf] ^= 1
		_, err = verify.Run(t.Context(), file(t, "list", data), verify.Options{Log: s.URL}, s.trust(t))
		if !errors.Is(err, &ledger.Error{Code: "export-differs"}) && !errors.Is(err, &ledger.Error{Code: "export-unreadable"}) {
			t.Errorf("%s with another leaf hash: got %v", list, err)
		}
	}
}

// TestExportRefuted changes a list, or the log that it is held against.
func TestExportRefuted(t *testing.T) {
	s := open(t)
	project := s.city.Showcase.Joint
	path := at("/v1/exports/flows.csv?project=%d&headings=machine", project)
	whole := string(s.get(t, path))
	lines := strings.SplitAfter(whole, "\n")
	column := func(row int, name, value string) string {
		heads, cells := strings.Split(strings.TrimSpace(strings.TrimPrefix(lines[0], "\ufeff")), ","), strings.Split(strings.TrimSpace(lines[row]), ",")
		for i, head := range heads {
			if head == name {
				cells[i] = value
			}
		}
		return strings.Join(lines[:row], "") + strings.Join(cells, ",") + "\r\n" + strings.Join(lines[row+1:], "")
	}
	// row finds one that has something in a column.
	row := func(name string) int {
		heads := strings.Split(strings.TrimSpace(strings.TrimPrefix(lines[0], "\ufeff")), ",")
		at := slices.Index(heads, name)
		return slices.IndexFunc(lines, func(line string) bool {
			cells := strings.Split(line, ",")
			return line != lines[0] && len(cells) == len(heads) && cells[at] != ""
		})
	}
	without := func(row int) string { return strings.Join(lines[:row], "") + strings.Join(lines[row+1:], "") }
	for _, c := range []struct{ name, list, code string }{
		{"another amount", column(3, "amount", "123456"), "export-differs"},
		{"another kind", column(3, "kind", "grant"), "export-differs"},
		{"another day", column(3, "occurred", "2020-01-01"), "export-differs"},
		{"another time", column(3, "recorded", "2020-01-01T00:00:00Z"), "export-differs"},
		{"another project", column(3, "project", "1"), "export-differs"},
		{"another asset", column(3, "asset", "USD"), "export-differs"},
		{"another amount in yuan", column(3, "amount_whole", "9913.00"), "export-differs"},
		{"another category", column(row("category"), "category", "5101.other"), "export-differs"},
		{"another channel", column(row("channel"), "channel", "cash"), "export-differs"},
		{"another organization's name", column(row("party_name"), "party_name", "x"), "export-differs"},
		{"another pool", column(row("to"), "to", "1/1/general/CNY"), "export-differs"},
		{"another writer", column(3, "by_key", "x"), "export-differs"},
		{"no kind", column(3, "kind", ""), "export-differs"},
		{"the last row twice", whole + lines[len(lines)-2], "export-order"},
		{"a column twice", strings.Replace(whole, "amount_whole", "amount", 1), "export-unreadable"},
		{"no rows", lines[0], "export-incomplete"},
		{"another leaf", column(3, "leaf_hash", "sha256:"+strings.Repeat("0", 64)), "export-differs"},
		{"a row less", without(4), "export-incomplete"},
		{"the first row less", without(1), "export-incomplete"},
		{"a row twice", strings.Join(lines[:3], "") + lines[2] + strings.Join(lines[3:], ""), "export-order"},
		{"rows in another order", strings.Join(lines[:3], "") + lines[4] + lines[3] + strings.Join(lines[5:], ""), "export-order"},
		{"a row of no record", whole + strings.Replace(column(len(lines)-2, "id", "99999999")[len(strings.Join(lines[:len(lines)-2], "")):], "\ufeff", "", 1), "export-ahead"},
		{"a negative index", column(1, "id", "-1"), "export-order"},
		{"no number", column(3, "amount", "1e3"), "export-differs"},
		{"no leaf", column(3, "leaf_hash", "x"), "export-unreadable"},
		{"a cut row", whole[:len(whole)-40], "export-unreadable"},
		{"no leaves at all", "id,amount\n1,2\n", "export-unreadable"},
		{"nothing", "", "export-unreadable"},
		{"a workbook", "PK\x03\x04", "export-format"},
		{"a row without an end", whole + strings.Repeat("9", 3<<20), "export-row"},
		{"JSON of something else", `{"items":{"a":1}}`, "export-unreadable"},
		{"JSON cut short", `{"items":[`, "export-unreadable"},
		{"JSON without an end", `{"items":[{"id":1,"x":"` + strings.Repeat("x", 3<<20), "export-row"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := verify.Run(t.Context(), file(t, "list", []byte(c.list)), verify.Options{Log: s.URL, Project: &project}, s.trust(t))
			if !errors.Is(err, &ledger.Error{Code: c.code}) {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
	t.Run("a server that leaves out a flow", func(t *testing.T) {
		url := s.spoilt(t, func(path string, answer []byte) []byte {
			if strings.HasPrefix(path, "/v1/exports/") {
				return []byte(without(5))
			}
			return answer
		})
		_, err := verify.Run(t.Context(), url+path, verify.Options{}, s.trust(t))
		if !errors.Is(err, &ledger.Error{Code: "export-incomplete"}) {
			t.Errorf("got %v, want export-incomplete", err)
		}
	})
	t.Run("a log that was changed to agree with the list", func(t *testing.T) {
		records := s.records(t)
		gift := s.city.Showcase.Gift
		list := s.get(t, "/v1/exports/flows.json")
		url := s.spoilt(t, func(path string, answer []byte) []byte {
			if strings.HasPrefix(path, "/tile/entries/") {
				return bytes.Replace(answer, records[gift], bytes.Replace(records[gift], []byte(`"occurred":"20`), []byte(`"occurred":"19`), 1), 1)
			}
			return answer
		})
		_, err := verify.Run(t.Context(), file(t, "list", list), verify.Options{Log: url}, s.trust(t))
		if ledger.KindOf(err) != ledger.Corrupt {
			t.Errorf("got %v, want a refutation", err)
		}
	})
	t.Run("no log", func(t *testing.T) {
		_, err := verify.Run(t.Context(), file(t, "list", []byte(whole)), verify.Options{}, s.trust(t))
		if !errors.Is(err, &ledger.Error{Code: "log-missing"}) {
			t.Errorf("got %v, want log-missing", err)
		}
	})
}

// TestColumns: each column of a list is compared in every form of the list, or named as
// one that the records do not have in plain.
func TestColumns(t *testing.T) {
	s := open(t)
	sealed := []string{"party_display", "note", "purpose", "reason", "rate_basis", "withdrawn", "undone", "undone_whole", "delivered", "delivered_whole", "corrections", "evidence_public",
		"texts", "public_opening", "deliveries", "id", "leaf_hash"}
	for _, list := range []string{"flows.csv", "records.csv"} {
		data := s.get(t, "/v1/exports/"+list+"?headings=machine")
		r, err := verify.Run(t.Context(), file(t, "list", data), verify.Options{Log: s.URL}, s.trust(t))
		must(t, err)
		var proven []string
		for _, p := range r.Proven {
			if _, names, ok := strings.Cut(p.En, "in plain: "); ok {
				proven = strings.Split(names, ", ")
			}
		}
		first, _, _ := strings.Cut(strings.TrimPrefix(string(data), "\ufeff"), "\r\n")
		for _, name := range strings.Split(first, ",") {
			if slices.Contains(proven, name) == slices.Contains(sealed, name) {
				t.Errorf("%s: the column %s is compared: %v, and sealed: %v", list, name, slices.Contains(proven, name), slices.Contains(sealed, name))
			}
		}
		r, err = verify.Run(t.Context(), file(t, "list", bytes.Replace(data, []byte("by_key"), []byte("verdict"), 1)), verify.Options{Log: s.URL}, s.trust(t))
		must(t, err)
		wantSaid(t, r, "columns that no export has: verdict")
	}
	for _, c := range []struct{ list, old, new string }{
		{"flows.json", `"category":"`, `"category":"x`},
		{"flows.json", `"channel":"`, `"channel":"x`},
		{"flows.json", `"party":{"kind":"organization","name":"`, `"party":{"kind":"organization","name":"x`},
		{"flows.json", `"kind":"donation"`, `"kind":"grant"`},
		{"flows.json", `"kind":"donation",`, ``},
		{"flows.json", `"from":"`, `"from":"1`},
		{"flows.json", `"upto":`, `"upto":1`},
		{"flows.json", `"by":{"org":`, `"by":{"org":1`},
		{"records.json", `"what":{"amount":`, `"what":{"amount":1`},
		{"records.json", `"type":"project"`, `"type":"plan"`},
		{"records.json", `"type":"flow",`, `"type":"flow","amount":123456,`},
		{"records.json", `"type":"flow",`, `"type":"flow","amount_whole":"1234.56",`},
		{"records.json", `"type":"organization",`, `"type":"organization","project":2248,`},
		{"flows.json", `"kind":"donation",`, `"kind":"donation","amount_whole":"1234.56",`},
		{"flows.json", `"kind":"donation",`, `"kind":"donation","party_name":"x",`},
	} {
		data := s.get(t, "/v1/exports/"+c.list)
		if !bytes.Contains(data, []byte(c.old)) {
			t.Errorf("%s has no %s", c.list, c.old)
		}
		data = bytes.Replace(data, []byte(c.old), []byte(c.new), 1)
		if _, err := verify.Run(t.Context(), file(t, "list", data), verify.Options{Log: s.URL}, s.trust(t)); !errors.Is(err, &ledger.Error{Code: "export-differs"}) || ledger.KindOf(err) != ledger.Corrupt {
			t.Errorf("%s with %s: got %v", c.list, c.new, err)
		}
	}
}

// TestSaidTwice: an item that says something twice is refused, because readers differ in
// which of the two they take: some do not even tell letters from capitals.
func TestSaidTwice(t *testing.T) {
	s := open(t)
	data := s.get(t, "/v1/exports/flows.json")
	for _, c := range []struct{ old, new string }{
		{`"amount":`, `"amount":123456,"amount":`},
		{`"amount":`, `"amount":123456,"AMOUNT":`},
		{`"asset":`, `"asset":"USD","a\u017fset":`},
		{`"by":{"org":`, `"by":{"org":77,"Org":`},
		{`"by":{`, `"by":{"org":77},"By":{`},
	} {
		_, err := verify.Run(t.Context(), file(t, "list", bytes.Replace(data, []byte(c.old), []byte(c.new), 1)), verify.Options{Log: s.URL}, s.trust(t))
		if !errors.Is(err, &ledger.Error{Code: "export-unreadable"}) {
			t.Errorf("%s: got %v", c.new, err)
		}
	}
}

// TestProjectOfReference: of a record that only refers to another, the project follows from
// that one, if the list has it.
func TestProjectOfReference(t *testing.T) {
	s := open(t)
	whole := string(s.get(t, "/v1/exports/records.csv?headings=machine"))
	lines := strings.SplitAfter(whole, "\n")
	at := slices.IndexFunc(lines, func(line string) bool { return strings.Contains(line, ",delivery,") })
	cells := strings.SplitN(lines[at], ",", 4)
	cells[2] = "7"
	lines[at] = strings.Join(cells, ",")
	_, err := verify.Run(t.Context(), file(t, "list", []byte(strings.Join(lines, ""))), verify.Options{Log: s.URL}, s.trust(t))
	if !errors.Is(err, &ledger.Error{Code: "export-differs"}) {
		t.Errorf("a delivery for another project: got %v", err)
	}
	r, err := verify.Run(t.Context(), file(t, "list", []byte(lines[0]+lines[at])), verify.Options{Log: s.URL}, s.trust(t))
	must(t, err)
	for _, p := range r.Proven {
		if strings.Contains(p.En, "project,") {
			t.Errorf("without the record that it refers to: %s", p.En)
		}
	}
	wantSaid(t, r, "project")
}

// TestCutExport: a list that was cut short says so; one with nothing in it proves nothing.
func TestCutExport(t *testing.T) {
	s := open(t)
	project := s.city.Showcase.Joint
	lines := strings.SplitAfter(string(s.get(t, at("/v1/exports/flows.csv?project=%d", project))), "\n")
	cut := []byte(strings.Join(lines[:len(lines)-4], ""))
	r, err := verify.Run(t.Context(), file(t, "list", cut), verify.Options{Log: s.URL, Project: &project}, s.trust(t))
	must(t, err)
	next, _, _ := strings.Cut(lines[len(lines)-4], ",")
	if want := fmt.Sprintf("3 later flows of project %d, from record %s on", project, next); len(r.Lacks) != 1 || r.Lacks[0].En != want {
		t.Errorf("got %v, want %s", r.Lacks, want)
	}
	for _, list := range []string{lines[0], `{"items":[]}`} {
		if _, err := verify.Run(t.Context(), file(t, "list", []byte(list)), verify.Options{Log: s.URL}, s.trust(t)); !errors.Is(err, &ledger.Error{Code: "export-empty"}) {
			t.Errorf("a list without rows: got %v", err)
		}
	}
	twice := []byte(strings.Join(lines[:2], "") + lines[1])
	if _, err := verify.Run(t.Context(), file(t, "list", twice), verify.Options{Log: s.URL}, s.trust(t)); !errors.Is(err, &ledger.Error{Code: "export-order"}) || ledger.KindOf(err) != ledger.Corrupt {
		t.Errorf("a row twice: got %v", err)
	}
}

// TestRecord: any record is proven by its page's address.
func TestRecord(t *testing.T) {
	s := open(t)
	last := int64(len(s.records(t)) - 1)
	for _, c := range []struct {
		path, part string
	}{
		{"/records/0", "organization, recorded"}, {at("/v1/records/%d", s.city.Showcase.Disclosure), "disclosure, recorded"},
		{at("/v1/flows/%d", s.city.Showcase.Dollars), "donation of "}, {at("/v1/flows/%d/proof", s.city.Showcase.Goods), "goods/"}, {at("/records/%d", last), "is in the log"},
	} {
		r, err := verify.Run(t.Context(), s.URL+c.path, verify.Options{}, s.withLedger(t))
		must(t, err)
		wantSaid(t, r, c.part, "has this very record in its place")
	}
	r, err := verify.Run(t.Context(), s.URL+at("/records/%d", last+1), verify.Options{}, s.trust(t))
	if !errors.Is(err, &ledger.Error{Code: "index-outside"}) {
		t.Errorf("a record that is not there: %v %v", r, err)
	}
	for name, prefix := range map[string]string{"record": "/tile/entries/", "leaves": "/tile/0/", "roots": "/tile/1/", "checkpoint": "/checkpoint"} {
		url := s.spoilt(t, func(path string, answer []byte) []byte {
			if strings.HasPrefix(path, prefix) && len(answer) > 110 {
				answer[100] ^= 1
			}
			return answer
		})
		if _, err := verify.Run(t.Context(), url+"/records/0", verify.Options{}, s.trust(t)); ledger.KindOf(err) != ledger.Corrupt {
			t.Errorf("with another bit in the %s: got %v, want a refutation", name, err)
		}
	}
}

// TestHostileServer: what a server sends, and where it sends us, has bounds.
func TestHostileServer(t *testing.T) {
	s := open(t)
	elsewhere := false
	other := s.handled(t, func(w http.ResponseWriter, r *http.Request) { elsewhere = true })
	for name, handler := range map[string]http.HandlerFunc{
		"a receipt without an end": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := fmt.Fprint(w, strings.Repeat("x", 1<<16)); err != nil {
					return
				}
			}
		},
		"another host": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, strings.Replace(other, "127.0.0.1", "localhost", 1)+r.URL.Path, http.StatusFound)
		},
		"in circles":       func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) },
		"an error":         func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusTeapot) },
		"nothing":          func(http.ResponseWriter, *http.Request) {},
		"it breaks off":    func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"something else":   func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
		"an endless title": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", strings.Repeat("x", 2<<20)) },
	} {
		t.Run(name, func(t *testing.T) {
			url := s.handled(t, handler)
			for _, path := range []string{"/receipts/X", "/records/1", "/v1/exports/flows.csv", "/"} {
				if r, err := verify.Run(t.Context(), url+path, verify.Options{}, s.trust(t)); err == nil {
					t.Errorf("%s: proven: %v", path, r)
				}
			}
		})
	}
	if elsewhere {
		t.Error("a redirect to another host was followed")
	}
}
