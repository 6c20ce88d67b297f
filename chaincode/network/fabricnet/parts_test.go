package fabricnet

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// unpack gives the files of a tar.gz.
func unpack(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for pile := tar.NewReader(zip); ; {
		h, err := pile.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		files[h.Name], _ = io.ReadAll(pile)
	}
}

func TestPackage(t *testing.T) {
	id, pkg, err := pack("charity", "127.0.0.1:20018")
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("mingzhang-charity:%x", sha256.Sum256(pkg)); id != want {
		t.Errorf("id %s, want %s", id, want)
	}
	if again, _, _ := pack("charity", "127.0.0.1:20018"); again != id {
		t.Errorf("made again it is %s", again)
	}
	outer := unpack(t, pkg)
	if got := string(outer["metadata.json"]); got != `{"label":"mingzhang-charity","type":"ccaas"}` {
		t.Errorf("metadata.json is %s", got)
	}
	inner := unpack(t, outer["code.tar.gz"])
	if got := string(inner["connection.json"]); got != `{"address":"127.0.0.1:20018","dial_timeout":"5s","tls_required":false}` {
		t.Errorf("connection.json is %s", got)
	}
}

// TestBuilder calls the external builder as a peer does.
func TestBuilder(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	programs, err := Programs(ctx, func(step string) { t.Log(step) })
	if err != nil {
		t.Fatal(err)
	}
	if err := complete(programs); err != nil {
		t.Fatal(err)
	}
	step := func(name string, folders ...string) error {
		out, err := exec.CommandContext(ctx, filepath.Join(programs, "ccaas", "bin", name), folders...).CombinedOutput()
		t.Logf("%s: %v %s", name, err, out)
		return err
	}
	write := func(name, text string) string {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	for text, ok := range map[string]bool{`{"type":"ccaas"}`: true, `{"type":"golang"}`: false, `{`: false} {
		if err := step("detect", t.TempDir(), write("metadata.json", text)); (err == nil) != ok {
			t.Errorf("detect %s: %v", text, err)
		}
	}
	for text, ok := range map[string]bool{`{"address":"127.0.0.1:1"}`: true, `{"address":""}`: false, `[`: false} {
		built, released := t.TempDir(), t.TempDir()
		err := step("build", write("connection.json", text), t.TempDir(), built)
		if err == nil {
			err = step("release", built, released)
		}
		if (err == nil) != ok {
			t.Errorf("build %s: %v", text, err)
		}
		got, _ := os.ReadFile(filepath.Join(released, "chaincode", "server", "connection.json"))
		if ok && string(got) != text {
			t.Errorf("released %q", got)
		}
	}
	if step("detect") == nil || step("release", "a") == nil {
		t.Error("a call without its folders succeeds")
	}
}

func TestPorts(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	claimed := func(dir string, wanted int) (int, error) {
		got := 0
		err := claim(t.Context(), dir, wanted, func(port int) error {
			got = port
			return folder(dir).remember(remembered{choices: choices{Port: port}})
		})
		return got, err
	}
	a, b := t.TempDir(), t.TempDir()
	first, err1 := claimed(a, 0)
	second, err2 := claimed(b, 0)
	if err1 != nil || err2 != nil || second < first+portsPerNetwork && first < second+portsPerNetwork {
		t.Fatalf("two networks at %d and %d, %v, %v", first, second, err1, err2)
	}
	if err := os.Remove(folder(a).path(memory)); err != nil { // the first is no more
		t.Fatal(err)
	}
	if third, err := claimed(t.TempDir(), 0); err != nil || third != first {
		t.Errorf("the block of a removed network, %d, is not used again: %d, %v", first, third, err)
	}
	l, err := net.Listen("tcp", listen(second+5))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := claimed(t.TempDir(), second); err == nil || !strings.Contains(err.Error(), fmt.Sprint(second+5)) {
		t.Errorf("a block with a port in use: %v", err)
	}
}

func TestFind(t *testing.T) {
	page := "# HELP x\nledger_blockchain_height{channel=\"other\"} 9\nledger_blockchain_height{channel=\"books\"} 7\nup 1\nbig 1.5e+08\n"
	for name, want := range map[string]float64{"ledger_blockchain_height": 7, "up": 1, "big": 1.5e8} {
		if got, err := find(page, name, "books"); err != nil || got != want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if _, err := find(page, "ledger", "books"); err == nil {
		t.Error("half a name finds something")
	}
}
