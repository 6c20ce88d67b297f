package stories

import (
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// running is a program in the background of a story.
type running struct {
	*exec.Cmd
	output, errors string // files with what it printed
	ended          chan struct{}
}

// background is where a story's programs are, by the name of their variable.
type background struct{}

// start runs the program in the background.
func start(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 1, "start VAR ARG…")
	r := &running{Cmd: exec.Command("mingzhang", args[1:]...), ended: make(chan struct{}),
		output: ts.MkAbs(args[0] + ".stdout"), errors: ts.MkAbs(args[0] + ".stderr")}
	r.Dir, r.Env = ts.MkAbs("."), environment(ts)
	r.Stdout, r.Stderr = create(ts, r.output), create(ts, r.errors)
	ts.Check(r.Start())
	go func() { r.Wait(); close(r.ended) }()
	ts.Defer(func() { r.Process.Kill(); <-r.ended })
	processes(ts)[args[0]] = r
	told(ts, false, []string{args[0], `(?m)^(http://\S+)$`, args[0]})
}

func create(ts *testscript.TestScript, name string) *os.File {
	f, err := os.Create(name)
	ts.Check(err)
	ts.Defer(func() { f.Close() })
	return f
}

// told waits until a program in the background has said something.
func told(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 3, "told VAR PATTERN NAME")
	r, pattern := process(ts, args[0]), regexp.MustCompile(args[1])
	pace := time.NewTicker(20 * time.Millisecond)
	defer pace.Stop()
	for deadline := time.Now().Add(10 * time.Minute); time.Now().Before(deadline); {
		if found := pattern.FindStringSubmatch(ts.ReadFile(r.output)); found != nil {
			ts.Setenv(args[2], found[1])
			return
		}
		select {
		case <-pace.C:
		case <-r.ended:
			ts.Fatalf("it ended: %s", ts.ReadFile(r.errors))
		}
	}
	ts.Fatalf("it never said %s: %s", pattern, ts.ReadFile(r.errors))
}

// environment is what programs of a story see.
func environment(ts *testscript.TestScript) []string {
	all := os.Environ()
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "LANG", "MINGZHANG_LISTEN", "MINGZHANG_DATA", "MINGZHANG_DATABASE", "MINGZHANG_ORIGIN", "MINGZHANG_ANCHOR", "MINGZHANG_WITNESS"} {
		if value := ts.Getenv(name); value != "" {
			all = append(all, name+"="+value)
		}
	}
	return all
}

func processes(ts *testscript.TestScript) map[string]*running {
	return ts.Value(background{}).(map[string]*running)
}

func process(ts *testscript.TestScript, name string) *running {
	r := processes(ts)[name]
	if r == nil {
		ts.Fatalf("nothing runs as %s", name)
	}
	return r
}

// end ends a program. One that is told to must end well.
func end(signal syscall.Signal) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		usage(ts, !neg && len(args) == 1, "stop VAR or crash VAR")
		r := process(ts, args[0])
		ts.Check(r.Process.Signal(signal))
		<-r.ended
		if signal == syscall.SIGTERM && !r.ProcessState.Success() {
			ts.Fatalf("it ended with %v: %s", r.ProcessState, ts.ReadFile(r.errors))
		}
		delete(processes(ts), args[0])
	}
}
