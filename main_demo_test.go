package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// started is a demo that runs.
type started struct {
	t     *testing.T
	url   string
	guide string
	stop  func()
}

// startDemo starts the demo on a free port, and gives it when it has said where to look.
func startDemo(t *testing.T, dir string) *started {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, stdout := io.Pipe()
	var stderr bytes.Buffer
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, []string{"demo", "--listen", "127.0.0.1:0", "--data", dir}, stdout, &stderr)
		stdout.CloseWithError(io.EOF)
		ended <- err
	}()
	d := &started{t: t, stop: func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the demo ended with: %v\n%s", err, &stderr)
		}
	}}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if d.url == "" {
			d.url = lines.Text()
		}
		d.guide += lines.Text() + "\n"
		if strings.HasPrefix(lines.Text(), "mz_") {
			return d
		}
	}
	t.Fatalf("the demo said no more than %q: %v\n%s", d.guide, <-ended, &stderr)
	return nil
}

// get asks the demo and gives the body of a 200.
func (d *started) get(path string) []byte {
	d.t.Helper()
	client := http.Client{Timeout: 30 * time.Second}
	resp, err := client.Get(d.url + path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		d.t.Fatalf("GET %s: %s, %v\n%s", path, resp.Status, err, body)
	}
	return body
}

// TestDemo: one command gives a server with a city's accounts, all of them anchored; the
// next start serves the same accounts.
func TestDemo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	d := startDemo(t, dir)
	var projects struct {
		Items []struct {
			ID   int64  `json:"id"`
			Name string `json:"name"`
		} `json:"items"`
	}
	if err := json.Unmarshal(d.get("/v1/projects?limit=50"), &projects); err != nil || len(projects.Items) != 14 {
		t.Errorf("%d projects, %v", len(projects.Items), err)
	}
	code := regexp.MustCompile(`/receipts/([0-9A-Z]{24}) `).FindStringSubmatch(d.guide)
	if code == nil {
		t.Fatalf("no receipt in the guide:\n%s", d.guide)
	}
	var receipt struct {
		Anchor *struct {
			Block int64 `json:"block"`
		} `json:"anchor"`
	}
	if err := json.Unmarshal(d.get("/v1/receipts/"+code[1]), &receipt); err != nil || receipt.Anchor == nil || receipt.Anchor.Block == 0 {
		t.Errorf("the receipt tells of no block: %+v, %v", receipt.Anchor, err)
	}
	checkpoint := d.get("/checkpoint")
	d.stop()

	again := startDemo(t, dir)
	defer again.stop()
	if next := again.get("/checkpoint"); !bytes.Equal(next, checkpoint) {
		t.Errorf("the second start has another log:\n%s\nwant\n%s", next, checkpoint)
	}
	if _, err := os.Stat(filepath.Join(dir, "city.json")); err != nil {
		t.Error(err)
	}
}
