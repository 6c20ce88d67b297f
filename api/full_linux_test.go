package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"mingzhang/api"
	"mingzhang/ledger/folder"
)

const fullVariable = "MINGZHANG_API_FULL"

// TestFullDisk: while no file of the server may grow, whoever writes is told that it is not
// their fault and to come again, and the server says that it is not ready; afterwards all
// goes on. A child bounds the size of its own files, which everybody may; those of a
// PostgreSQL server are others'.
func TestFullDisk(t *testing.T) {
	if on := os.Getenv(fullVariable); on != "" {
		fullDisk(t, on)
		return
	}
	for _, on := range []string{"sqlite", "postgres"} {
		t.Run(on, func(t *testing.T) {
			c := exec.Command(os.Args[0], "-test.run=^TestFullDisk$")
			c.Env = append(os.Environ(), fullVariable+"="+on)
			if out, err := c.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

func fullDisk(t *testing.T, on string) {
	d := deskOn(t, on)
	f := folder.Place{Data: t.TempDir(), Origin: "mingzhang.example/full"}
	opened, err := f.Make(t.Context())
	check(t, err)
	defer opened.Close()
	d.again(t, func(c *api.Config) { c.Writable = opened.Writable })
	private := fmt.Sprintf("/v1/records/%d/private?basis=x", d.at["gift"])
	outcome := func(method, path, as, body, media string) string {
		status, _, answer := d.ask(t, method, path, strings.NewReader(body), "Authorization", d.keys[as], "Content-Type", media)
		var p api.Problem
		json.Unmarshal(answer, &p)
		if code, ok := strings.CutPrefix(p.Type, "/problems/"); ok {
			return fmt.Sprint(status, " ", code)
		}
		return fmt.Sprint(status)
	}
	wantAll := func(what string, evidence, donation, key, look string, ready api.Ready) {
		t.Helper()
		form, media := aForm(t)
		got := []string{outcome("POST", "/v1/evidence", "charity", form, media), outcome("POST", "/v1/donations", "charity", d.path(aGift.but()), "application/json"),
			outcome("POST", "/v1/keys", "platform", `{"role":"platform"}`, "application/json"), outcome("GET", private, "auditor", "", "")}
		if want := []string{evidence, donation, key, look}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q\n%s", what, got, want, d.log.take())
		}
		d.checkpoint(t, d.size(t)-1)
		d.clock.pass(10 * time.Second) // what was tried before is old
		if _, r := d.ready(t); r != ready {
			t.Errorf("%s: got %+v, want %+v", what, r, ready)
		}
	}
	well := api.Ready{Ready: true, Database: "ok", Log: "ok", Folder: "ok"}
	wantAll("with room", "201", "201", "201", "200", well)
	limitFiles(t, 1024)
	if on == "postgres" {
		wantAll("full", "503 evidence-unavailable", "201", "201", "200", api.Ready{Database: "ok", Log: "ok", Folder: "unwritable"})
	} else {
		wantAll("full", "503 evidence-unavailable", "503 store-unavailable", "503 store-unwritable", "503 store-unwritable", api.Ready{Database: "unwritable", Log: "ok", Folder: "unwritable"})
		d.clock.pass(time.Minute)
		if _, r := d.ready(t); r != (api.Ready{Database: "ok", Log: "ok", Folder: "unwritable"}) {
			t.Errorf("long after the last write failed: got %+v", r)
		}
	}
	limitFiles(t, 1<<40)
	wantAll("with room again", "201", "201", "201", "200", well)
}

// aForm is an upload of a file of some size, and its media type.
func aForm(t *testing.T) (form, media string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", "发票.txt")
	check(t, err)
	fmt.Fprint(part, strings.Repeat("收到学习用品。\n", 1000))
	check(t, w.Close())
	return b.String(), w.FormDataContentType()
}

// limitFiles bounds the size of the files that this process writes.
func limitFiles(t *testing.T, bytes uint64) {
	var l syscall.Rlimit
	check(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &l))
	l.Cur = min(bytes, l.Max)
	check(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l))
}
