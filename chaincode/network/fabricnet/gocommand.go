package fabricnet

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// sourceOf finds a package of this module; the process must stand in the module.
func sourceOf(ctx context.Context, pkg string) (string, error) {
	dir, err := goCommand(ctx, "", "list", "-f", "{{.Dir}}", pkg)
	if err != nil {
		return "", fmt.Errorf("find the source of %s (stand in its module, or name built programs): %w", pkg, err)
	}
	return dir, nil
}

// goCommand runs the go command for this machine, without cgo, whatever the
// environment asks of other builds, and gives what it printed.
func goCommand(ctx context.Context, dir string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, "go", args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH, "GOFLAGS=-buildvcs=false", "GOWORK=off")
	var out, problem bytes.Buffer
	c.Stdout, c.Stderr = &out, &problem
	if err := c.Run(); err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, problem.Bytes())
	}
	return strings.TrimSpace(out.String()), nil
}
