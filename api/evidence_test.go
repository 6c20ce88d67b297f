package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"mingzhang/api"
	"mingzhang/ledger"
)

// TestEvidence: anyone sees a public file, and the original only who may.
func TestEvidence(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		owner, other := l.key(t, ledger.Charity, "charity"), l.key(t, ledger.Charity, "other")
		auditor, regulator := l.key(t, ledger.Auditor, "auditor"), l.key(t, ledger.Regulator, "regulator")
		for _, c := range []struct {
			path, key string
			status    int
			body      string
		}{
			{l.redacted, "", 200, "the invoice, in part"},
			{l.original, "", 404, "no-such-evidence"},
			{l.original, owner, 404, "no-such-evidence"},
			{"sha256:" + strings.Repeat("0", 64), "", 404, "no-such-evidence"},
			{l.original + "/original", "", 401, "key-missing"},
			{l.original + "/original", other, 403, "not-yours"},
			{l.original + "/original", owner, 200, "original of an invoice"},
			{l.original + "/original", regulator, 200, "original of an invoice"},
			{l.redacted + "/original", auditor, 200, "original of an invoice"},
			{l.redacted + "/original", other, 403, "not-yours"},
		} {
			status, header, body := l.ask(t, "GET", "/v1/evidence/"+c.path, nil, "Authorization", c.key)
			if status != c.status || !strings.Contains(string(body), c.body) {
				t.Errorf("%s: got %d %s, want %d %s", c.path, status, body, c.status, c.body)
			}
			private := strings.HasSuffix(c.path, "/original")
			if cache := header.Get("Cache-Control"); status == 200 && private == strings.Contains(cache, "public") || header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: the headers are %v", c.path, header)
			}
		}
		if name := l.disposition(t, "/v1/evidence/"+l.redacted, ""); !strings.Contains(name, "filename*=utf-8''%E5%BC%A0") {
			t.Errorf("the public file is called %s", name)
		}
		if name := l.disposition(t, "/v1/evidence/"+l.original+"/original", owner); !strings.Contains(name, "evidence-") {
			t.Errorf("the original is called %s: its name may name a person", name)
		}
	})
}

func (l *library) disposition(t *testing.T, path, key string) string {
	_, header, _ := l.ask(t, "GET", path, nil, "Authorization", key)
	return header.Get("Content-Disposition")
}

// TestUpload: what a form must not be is said, and nothing is recorded.
func TestUpload(t *testing.T) {
	l := newLibrary(t, "sqlite:"+t.TempDir()+"/book.db")
	owner, other, auditor := l.key(t, ledger.Charity, "charity"), l.key(t, ledger.Charity, "other"), l.key(t, ledger.Auditor, "auditor")
	size := fmt.Sprint(at(l.decoded(t, "/v1/log"), "head.size"))
	for _, c := range []struct {
		name, key, code string
		status          int
		fields          map[string]string
		file, content   string
	}{
		{"no key", "", "key-missing", 401, nil, "a.txt", "text"},
		{"an auditor", auditor, "role-forbidden", 403, nil, "a.txt", "text"},
		{"no file", owner, "form-field", 422, map[string]string{"public": "true"}, "", ""},
		{"an unknown field", owner, "form-field", 422, map[string]string{"pubic": "true"}, "a.txt", "text"},
		{"public as a word", owner, "form-field", 422, map[string]string{"public": "yes"}, "a.txt", "text"},
		{"redacted as a word", owner, "hash-unreadable", 422, map[string]string{"redacted": "yes"}, "a.txt", "text"},
		{"redacted of nothing", owner, "no-such-evidence", 404, map[string]string{"redacted": "sha256:" + strings.Repeat("0", 64)}, "a.txt", "text"},
		{"redacted of another's", other, "not-yours", 403, map[string]string{"redacted": l.original}, "a.txt", "text"},
		{"an empty file", owner, "evidence-empty", 422, nil, "a.txt", ""},
		{"a web page", owner, "evidence-type-active", 422, nil, "a.txt", "<html><script>alert(1)</script>"},
		{"a program", owner, "evidence-type-unknown", 422, nil, "a.txt", "\x7fELF\x00\x01"},
		{"another's file", other, "evidence-exists", 409, map[string]string{"public": "true"}, "a.txt", "original of an invoice"},
		{"an identity card in the name", owner, "personal-number", 422, map[string]string{"public": "true"}, "990000190001010008.txt", "text"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, _, body := l.form(t, c.key, c.fields, c.file, c.content)
			var p struct{ Type string }
			if err := json.Unmarshal(body, &p); err != nil || status != c.status || p.Type != "/problems/"+c.code {
				t.Errorf("got %d %s, want %d %s", status, body, c.status, c.code)
			}
		})
	}
	status, _, _ := l.ask(t, "POST", "/v1/evidence", strings.NewReader("{}"), "Authorization", owner, "Content-Type", "application/json")
	if status != http.StatusUnsupportedMediaType {
		t.Errorf("JSON: got %d", status)
	}
	half := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhalf a fi"
	status, _, body := l.ask(t, "POST", "/v1/evidence", strings.NewReader(half), "Authorization", owner, "Content-Type", "multipart/form-data; boundary=b")
	if status != http.StatusBadRequest {
		t.Errorf("half a form: got %d %s", status, body)
	}
	if after := fmt.Sprint(at(l.decoded(t, "/v1/log"), "head.size")); after != size {
		t.Errorf("the log went from %s to %s records", size, after)
	}
}

// TestPrivate: an auditor opens a private seal and says why; nobody else does.
func TestPrivate(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		auditor := l.key(t, ledger.Auditor, "auditor")
		for _, c := range []struct {
			name, path, key string
			status          int
			body            string
		}{
			{"an auditor", "/v1/records/{gift}/private?basis=2026-17", auditor, 200, "李真名"},
			{"without a basis", "/v1/records/{gift}/private", auditor, 422, "field-missing"},
			{"of what is not sealed", "/v1/records/{east}/private?basis=2026-17", auditor, 404, "nothing-sealed"},
			{"the charity", "/v1/records/{gift}/private?basis=2026-17", l.key(t, ledger.Charity, "charity"), 403, "role-forbidden"},
			{"nobody", "/v1/records/{gift}/private?basis=2026-17", "", 401, "key-missing"},
		} {
			status, header, body := l.ask(t, "GET", l.path(c.path), nil, "Authorization", c.key)
			if status != c.status || !strings.Contains(string(body), c.body) || header.Get("Cache-Control") != "no-store" || header.Get("ETag") != "" {
				t.Errorf("%s: got %d %s %v, want %d %s", c.name, status, body, header, c.status, c.body)
			}
		}
	})
}

// TestFilesOffered: an answer that names a file says who may see it, and has its address
// only where anybody may.
func TestFilesOffered(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		var list, file api.Flows
		l.json(t, "/v1/flows?kind=expenditure&limit=500", &list)
		l.json(t, "/v1/exports/flows.json?kind=expenditure", &file)
		var one api.Flow
		l.json(t, l.path("/v1/flows/{payment}"), &one)
		open, closed := 0, 0
		for _, f := range append(append(list.Items, file.Items...), &one) {
			for _, e := range f.Evidence {
				status, header, body := l.ask(t, "GET", "/v1/evidence/"+e.Hash, nil)
				switch {
				case e.Public != (status == http.StatusOK) || e.Public != (e.URL == "/v1/evidence/"+e.Hash) || !e.Public && e.URL != "":
					t.Errorf("flow %d offers %+v, and who asks for it gets %d", f.ID, e, status)
				case e.Public && (e.Size != int64(len(body)) || e.Media != header.Get("Content-Type")):
					t.Errorf("flow %d says %+v of %s of %d bytes", f.ID, e, header.Get("Content-Type"), len(body))
				case e.Public:
					open++
				default:
					closed++
				}
			}
		}
		if open != 3 || closed != 3 {
			t.Errorf("%d files of 3 are open and %d of 3 are not", open, closed)
		}
	})
}
