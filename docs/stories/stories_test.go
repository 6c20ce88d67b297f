// Package stories proves the program as its users have it: the stories beside this file
// are read as documentation and run as tests, and so is every command in the guides of
// docs/. All of them run one binary, built once.
package stories

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// buildFlags say how the program is built; with the race detector where the tests are.
var buildFlags []string

// scratch is a folder for what all tests share.
var scratch string

// TestMain builds the program and puts it where every story finds it.
func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "mingzhang-stories-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	scratch = dir
	args := append([]string{"build", "-o", filepath.Join(dir, "mingzhang")}, buildFlags...)
	if out, err := exec.Command("go", append(args, "mingzhang")...).CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, out)
		return 1
	}
	os.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	return m.Run()
}

// TestStories runs the stories. What they can say beside testscript's own commands is in
// commands_test.go.
func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: ".", Cmds: commands, RequireExplicitExec: true, Setup: func(e *testscript.Env) error {
		e.Setenv("LANG", "en_US.UTF-8")
		e.Setenv("MINGZHANG_LISTEN", "127.0.0.1:0")
		e.Values[background{}] = map[string]*running{}
		return nil
	}})
}
