package stories

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"mingzhang/ledger/store/pgtest"
)

// reader is somebody who follows a guide, in a shell.
type reader struct {
	*testing.T
	dir    string
	stdin  io.Writer
	output string // file with what the shell printed
	read   int    // how much of it was printed by earlier blocks
	ended  chan struct{}
	server string // the address of the last one that was started
	change *strings.Replacer
}

// address is where the guides have their server.
const address = "127.0.0.1:8080"

// reading starts a shell in an empty folder.
func reading(t *testing.T, blocks []block) *reader {
	dir := t.TempDir()
	r := &reader{T: t, dir: dir, output: filepath.Join(dir, ".printed"), ended: make(chan struct{})}
	pairs := []string{"go run . ", "mingzhang ", address, freeAddress(t)}
	const database = "postgres://mingzhang@db.example/mingzhang"
	if strings.Contains(fmt.Sprint(blocks), database) {
		pairs = append(pairs, database, pgtest.DSN(t))
	}
	r.change = strings.NewReplacer(pairs...)
	out, err := os.Create(r.output)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cache := filepath.Join(dir, "cache")
	settle(t, dir, cache, blocks)
	shell := exec.Command("sh", "-eu")
	shell.Dir, shell.Stdout, shell.Stderr = dir, out, out
	shell.Env = append(os.Environ(), "LANG=en_US.UTF-8", "HOME="+dir, "XDG_CACHE_HOME="+cache, "MINGZHANG_LISTEN="+pairs[3])
	stdin, err := shell.StdinPipe()
	if err == nil {
		err = shell.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	r.stdin = stdin
	go func() { shell.Wait(); close(r.ended) }()
	t.Cleanup(func() {
		stdin.Close()
		<-r.ended
	})
	fmt.Fprintf(stdin, "trap '%s' EXIT\n", stopServer)
	return r
}

// freeAddress finds a port that nobody listens on, and that nobody will be given who asks
// for any: between here and the guide's server others do.
func freeAddress(t *testing.T) string {
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", 10_000+rand.IntN(10_000)))
		if err == nil {
			l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no port is free")
	return ""
}

// stopServer ends what was started in the background, and waits for it.
const stopServer = `if test -n "${SERVER-}"; then kill $SERVER; wait $SERVER; SERVER=; fi`

// serve starts a server and waits until it has said its address.
func (r *reader) serve(number int, command string) string {
	name := fmt.Sprintf(".served-%d", number)
	r.run(number, stopServer+"\n"+strings.TrimSpace(command)+" >"+name+" 2>&1 &\nSERVER=$!\n")
	said := r.await(filepath.Join(r.dir, name), at)
	r.server = at.FindString(said)
	r.published()
	return said
}

// at is the line with which a server says where it is.
var at = regexp.MustCompile(`(?m)^http://\S+$`)

// published waits until the server has published all that its log has, as it has long
// before somebody has typed the next command. Where none runs, there is nothing to wait for.
func (r *reader) published() {
	r.Helper()
	pace := time.NewTicker(20 * time.Millisecond)
	defer pace.Stop()
	for late := time.After(10 * time.Minute); ; {
		var log struct {
			Size int64
			Head struct{ Size int64 }
		}
		answer, err := http.Get(strings.TrimSuffix(r.server, "/") + "/v1/log")
		if r.server == "" || errors.Is(err, syscall.ECONNREFUSED) {
			return
		}
		if err == nil {
			err = json.NewDecoder(answer.Body).Decode(&log)
			answer.Body.Close()
		}
		if err == nil && log.Size == log.Head.Size {
			return
		}
		select {
		case <-pace.C:
		case <-late:
			r.Fatalf("%s has published %d of %d records: %v", r.server, log.Size, log.Head.Size, err)
		}
	}
}

// run runs a block and gives what it printed.
func (r *reader) run(number int, command string) string {
	end := fmt.Sprintf("that was block %d of the guide", number)
	fmt.Fprintf(r.stdin, "%s\necho; echo %s\n", r.change.Replace(command), end)
	all := r.await(r.output, regexp.MustCompile("(?m)^"+end+"$"))
	printed := all[r.read:]
	r.read = len(all)
	r.published()
	return strings.TrimSuffix(printed, end+"\n")
}

// await waits until a file has a line.
func (r *reader) await(name string, line *regexp.Regexp) string {
	r.Helper()
	pace := time.NewTicker(20 * time.Millisecond)
	defer pace.Stop()
	late := time.After(10 * time.Minute) // with the race detector on a slow and busy machine
	for over := false; ; {
		text, _ := os.ReadFile(name) // it may not be there yet
		if line.Match(text) {
			return string(text)
		}
		if over {
			r.Fatalf("the guide never came to %s:\n%s", line, bytes.TrimSpace(text))
		}
		select {
		case <-pace.C:
		case <-r.ended:
			over = true
		case <-late:
			over = true
		}
	}
}

// compare holds what was printed against the guide.
func (r *reader) compare(b block, printed string) {
	for _, line := range b.prints {
		pattern := strings.ReplaceAll(regexp.QuoteMeta(r.change.Replace(strings.TrimSpace(line))), "…", ".*")
		at := regexp.MustCompile(pattern).FindStringIndex(printed)
		if at == nil {
			r.Errorf("%s\nprints no line\n\t%s\nafter the ones before it, but\n%s", b.command, line, printed)
			return
		}
		printed = printed[at[1]:]
	}
}
