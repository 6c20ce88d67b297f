package fabric_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// buildFlags say how the program is built; with the race detector where the tests are.
var buildFlags []string

// binary is the program as its users have it, built when the first test asks.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(one.dir, "mingzhang")
	out, err := exec.Command("go", append(append([]string{"build", "-ldflags", "-s -w", "-o", path}, buildFlags...), "mingzhang")...).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return path, err
})

// program is the program with a data folder of its own, and a log on the network.
type program struct {
	testing.TB
	path, data, profile string
	key                 string // of the API, for the platform
}

func newProgram(t testing.TB, origin string) *program {
	t.Helper()
	p := &program{TB: t, profile: network(t).Profile(), data: t.TempDir()}
	var err error
	p.path, err = binary()
	must(t, err)
	key, err := exec.Command(p.path, "keys", "create", "--role", "platform", "--data", p.data, "--origin", origin).Output()
	must(t, err)
	p.key = strings.TrimSpace(string(key))
	return p
}

// run runs a command to its end, and gives what it printed and its exit code.
func (p *program) run(args ...string) (string, int) {
	p.Helper()
	var out bytes.Buffer
	c := exec.Command(p.path, args...)
	c.Stdout, c.Stderr = &out, &out
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.Fatal(err)
	}
	return out.String(), c.ProcessState.ExitCode()
}

// serving is the server while it lives.
type serving struct {
	*program
	url    string
	server *exec.Cmd
	log    bytes.Buffer
	ended  chan error
}

// serve starts the server, on the network.
func (p *program) serve() *serving {
	p.Helper()
	s := &serving{program: p, ended: make(chan error, 1)}
	s.server = exec.Command(p.path, "serve", "--data", p.data, "--anchor", "fabric:"+p.profile, "--listen", "127.0.0.1:0")
	s.server.Stderr = &s.log
	out, err := s.server.StdoutPipe()
	must(p, err)
	must(p, s.server.Start())
	p.Cleanup(func() { s.server.Process.Kill() })
	lines := bufio.NewScanner(out)
	if lines.Scan() {
		s.url = lines.Text()
	}
	go func() { io.Copy(io.Discard, out); s.ended <- s.server.Wait() }()
	if s.url == "" {
		<-s.ended
		p.Fatalf("the server does not start: %s", &s.log)
	}
	return s
}

// end sends a signal, and waits until the server is gone.
func (s *serving) end(signal syscall.Signal) {
	s.Helper()
	must(s, s.server.Process.Signal(signal))
	err := <-s.ended
	if state := s.server.ProcessState.Sys().(syscall.WaitStatus); signal == syscall.SIGKILL && !state.Signaled() || signal == syscall.SIGTERM && err != nil {
		s.Fatalf("the server ended with %v: %s", err, &s.log)
	}
}

// web has its connections for itself: a life's are not used in the next one.
func web() *http.Client {
	return &http.Client{Transport: &http.Transport{}, Timeout: time.Minute}
}

// post records something, and decodes the answer. An error is the connection's.
func (s *serving) post(client *http.Client, path, body string, answer any) error {
	req, err := http.NewRequest(http.MethodPost, s.url+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+s.key)
	req.Header.Set("Content-Type", "application/json")
	return answered(client, req, http.StatusCreated, answer)
}

// get reads.
func (s *serving) get(path string, answer any) error {
	req, err := http.NewRequest(http.MethodGet, s.url+path, nil)
	if err != nil {
		return err
	}
	return answered(http.DefaultClient, req, http.StatusOK, answer)
}

// answered decodes an answer, which must be whole and of a status.
func answered(client *http.Client, req *http.Request, status int, answer any) error {
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != status {
		return &unexpected{fmt.Sprintf("%s: status %d: %s", req.URL.Path, resp.StatusCode, data)}
	}
	if raw, ok := answer.(*[]byte); ok {
		*raw = data
		return nil
	}
	return json.Unmarshal(data, answer)
}

// unexpected is an answer that was not wanted, which a killed server never gives.
type unexpected struct{ text string }

func (u *unexpected) Error() string { return u.text }
