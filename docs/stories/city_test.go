package stories

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// filled is the folder of a demo that was started on nothing, has said where to look, and
// was stopped. It is made once: each story and guide about it has a copy, and begins
// where a reader has started the demo a second time.
var filled = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(scratch, "demo")
	c := exec.Command("mingzhang", "demo", "--listen", "127.0.0.1:0", "--data", dir)
	stdout, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		return "", err
	}
	ready := false
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "A key of the platform") {
			ready = true
			err = c.Process.Signal(syscall.SIGTERM)
		}
	}
	if err = errors.Join(err, c.Wait()); !ready {
		err = errors.Join(err, errors.New("the demo never said where to look"))
	}
	return dir, err
})

// copyCity puts a copy of the demo's folder where nothing is yet. Nobody but its owner may
// read what is in it: the program minds.
func copyCity(to string) error {
	from, err := filled()
	if err == nil {
		err = os.MkdirAll(filepath.Dir(to), 0o700)
	}
	if err != nil {
		return err
	}
	return exec.Command("cp", "-Rp", from, to).Run()
}

// city puts the demo's folder into a story.
func city(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 1, "city FOLDER")
	ts.Check(copyCity(ts.MkAbs(args[0])))
}

var demos = regexp.MustCompile(`(?m)^(?:mingzhang|go run \.) demo\b(?:.* --data (\S+))?`)

// settle puts the demo's folder where a guide's command will look for it.
func settle(t *testing.T, dir, cache string, blocks []block) {
	for _, b := range blocks {
		m := demos.FindStringSubmatch(b.command)
		if m == nil {
			continue
		}
		to := filepath.Join(cache, "mingzhang-demo")
		if m[1] != "" {
			to = filepath.Join(dir, m[1])
		}
		if err := copyCity(to); err != nil {
			t.Fatal(err)
		}
	}
}
