package interop

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// theirs are the programs of others, by name.
var theirs = map[string]string{
	"fsck":        "github.com/transparency-dev/tessera/cmd/fsck",
	"posix":       "github.com/transparency-dev/tessera/cmd/experimental/mirror/posix",
	"litewitness": "filippo.io/torchwood/cmd/litewitness",
}

var building struct {
	once    sync.Once
	folder  string
	trouble error
}

// program gives the path of a program: one of theirs, or mingzhang.
func program(t *testing.T, name string) string {
	t.Helper()
	building.once.Do(func() { building.folder, building.trouble = build(context.Background()) })
	if building.trouble != nil {
		t.Fatal(building.trouble)
	}
	return filepath.Join(building.folder, name)
}

// build makes the programs, theirs the first time only, and ours from what stands here.
func build(ctx context.Context) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	key, err := fingerprint()
	if err != nil {
		return "", err
	}
	made := filepath.Join(cache, "mingzhang", "interop", key)
	if _, err := os.Stat(made); err != nil {
		if err := buildTheirs(ctx, made); err != nil {
			return "", err
		}
	}
	dir, err := os.MkdirTemp("", "interop")
	if err != nil {
		return "", err
	}
	for name := range theirs {
		if err := os.Symlink(filepath.Join(made, name), filepath.Join(dir, name)); err != nil {
			return "", err
		}
	}
	return dir, goBuild(ctx, "", dir, nil, "mingzhang") // with all that is in the cache already
}

// fingerprint names what the build depends on: the pinned versions and the compiler.
func fingerprint() (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, runtime.GOOS, runtime.GOARCH, runtime.Version())
	for _, name := range []string{"go.mod", "go.sum"} {
		b, err := os.ReadFile(filepath.Join("programs", name))
		if err != nil {
			return "", err
		}
		h.Write(b)
	}
	return fmt.Sprintf("programs-%x", h.Sum(nil)[:6]), nil
}

// buildTheirs builds beside the place and moves there at the end, so that what lies there
// is whole, whoever else does the same.
func buildTheirs(ctx context.Context, made string) error {
	if err := os.MkdirAll(filepath.Dir(made), 0o755); err != nil {
		return err
	}
	fresh, err := os.MkdirTemp(filepath.Dir(made), "new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	var packages []string
	for _, pkg := range theirs {
		packages = append(packages, pkg)
	}
	if err := goBuild(ctx, "programs", fresh, []string{"CGO_ENABLED=0", "GOFLAGS=-buildvcs=false", "GOWORK=off"}, packages...); err != nil {
		return err
	}
	if err := os.Rename(fresh, made); err != nil {
		if _, there := os.Stat(made); there != nil {
			return err
		}
	}
	return nil
}

func goBuild(ctx context.Context, module, into string, env []string, packages ...string) error {
	args := append([]string{"build", "-o", into + string(filepath.Separator)}, packages...)
	c := exec.CommandContext(ctx, "go", args...)
	c.Dir = module
	c.Env = append(os.Environ(), env...)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", strings.Join(packages, ", "), err, out)
	}
	return nil
}

func TestMain(m *testing.M) {
	code := m.Run()
	if building.folder != "" {
		os.RemoveAll(building.folder)
	}
	if city.dir != "" {
		os.RemoveAll(filepath.Dir(city.dir))
	}
	os.Exit(code)
}

// ran is what a program said and how it ended.
type ran struct {
	out, problem string
	code         int
}

// long is how long anything may take: it ends a hang, on a slow and busy machine too.
const long = 5 * time.Minute

// run runs a program to its end, which a test's patience bounds.
func run(t *testing.T, patience time.Duration, name string, args ...string) ran {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	return runIn(ctx, t, name, args...)
}

// runIn runs a program to its end, or that of a context.
func runIn(ctx context.Context, t *testing.T, name string, args ...string) ran {
	t.Helper()
	c := exec.CommandContext(ctx, program(t, name), args...)
	var out, problem bytes.Buffer
	c.Stdout, c.Stderr = &out, &problem
	err := c.Run()
	if err != nil && c.ProcessState == nil {
		t.Fatal(err)
	}
	return ran{out.String(), problem.String(), c.ProcessState.ExitCode()}
}

// running is a program that goes on until the test ends.
type running struct {
	*exec.Cmd
	mu   sync.Mutex
	said bytes.Buffer
	grew chan struct{}
	done chan struct{}
}

func (r *running) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case r.grew <- struct{}{}:
	default:
	}
	return r.said.Write(p)
}

func (r *running) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.said.String()
}

func start(t *testing.T, name string, args ...string) *running {
	t.Helper()
	r := &running{Cmd: exec.Command(program(t, name), args...), grew: make(chan struct{}, 1), done: make(chan struct{})}
	r.Stdout, r.Stderr = r, r
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { r.Wait(); close(r.done) }()
	t.Cleanup(r.end)
	return r
}

// end asks the program to stop, and waits.
func (r *running) end() {
	r.Process.Signal(os.Interrupt)
	select {
	case <-r.done:
	case <-time.After(long):
		r.Process.Kill()
		<-r.done
	}
}

// says waits until the program has said something.
func (r *running) says(t *testing.T, what string) string {
	t.Helper()
	patience := time.After(long)
	for !strings.Contains(r.text(), what) {
		select {
		case <-r.grew:
		case <-r.done:
			if !strings.Contains(r.text(), what) {
				t.Fatalf("%s has ended without saying %q:\n%s", filepath.Base(r.Path), what, r.text())
			}
		case <-patience:
			t.Fatalf("%s does not say %q:\n%s", filepath.Base(r.Path), what, r.text())
		}
	}
	return r.text()
}
