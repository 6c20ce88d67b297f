package fabricnet

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// release is Fabric's, which programs/go.mod pins by the commit of its tag.
const release = "3.1.1"

// tools are the programs a network needs.
var tools = []string{"configtxgen", "cryptogen", "discover", "orderer", "osnadmin", "peer"}

// steps are the names a peer calls the external builder by.
var steps = []string{"detect", "build", "release"}

// samples are the nodes' settings as Fabric ships them; ours are said on top.
var samples = []string{"core.yaml", "orderer.yaml"}

// cache is where programs are kept that all networks of this user share.
func cache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "mingzhang", "fabric")
}

// Programs gives the folder with Fabric's programs, the external builder and the
// sample settings. The first time it builds them, which takes a minute or three;
// after that they are found by what they were built from.
func Programs(ctx context.Context, progress func(string)) (string, error) {
	source, err := sourceOf(ctx, "mingzhang/chaincode/network")
	if err != nil {
		return "", err
	}
	source = filepath.Join(source, "programs")
	key, err := fingerprint(source)
	if err != nil {
		return "", err
	}
	made := filepath.Join(cache(), fmt.Sprintf("programs-%s-%s", release, key))
	l, err := lockPatiently(ctx, filepath.Join(cache(), "programs.lock"))
	if err != nil {
		return "", err
	}
	defer l.Close()
	if _, err := os.Stat(made); err == nil {
		return made, nil
	}
	if progress != nil {
		progress("build Fabric's programs, once: a minute or three")
	}
	return made, buildPrograms(ctx, source, made)
}

// fingerprint names what a build depends on: the pinned versions, the builder, the
// compiler and the machine.
func fingerprint(source string) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, runtime.GOOS, runtime.GOARCH, runtime.Version())
	for _, name := range []string{"go.mod", "go.sum", filepath.Join("builder", "main.go")} {
		b, err := os.ReadFile(filepath.Join(source, name))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n%s", name, len(b), b)
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:6]), nil
}

// buildPrograms builds beside the place and moves there at the end, so that what lies
// there is whole.
func buildPrograms(ctx context.Context, source, made string) error {
	fresh, err := os.MkdirTemp(filepath.Dir(made), "new-programs-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	args := []string{"build", "-trimpath", "-ldflags", "-s -w", "-o", fresh + string(filepath.Separator), "./builder"}
	for _, tool := range tools {
		args = append(args, "github.com/hyperledger/fabric/cmd/"+tool)
	}
	if _, err := goCommand(ctx, source, args...); err != nil {
		return fmt.Errorf("build Fabric's programs: %w", err)
	}
	if err := nameSteps(fresh); err != nil {
		return err
	}
	if err := takeSamples(ctx, source, fresh); err != nil {
		return err
	}
	return os.Rename(fresh, made)
}

// nameSteps puts the builder where a peer looks for it, under its three names.
func nameSteps(dir string) error {
	bin := filepath.Join(dir, "ccaas", "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return err
	}
	for _, step := range steps {
		if err := os.Link(filepath.Join(dir, "builder"), filepath.Join(bin, step)); err != nil {
			return err
		}
	}
	return os.Remove(filepath.Join(dir, "builder"))
}

func takeSamples(ctx context.Context, source, dir string) error {
	fabric, err := goCommand(ctx, source, "list", "-m", "-f", "{{.Dir}}", "github.com/hyperledger/fabric")
	if err != nil {
		return err
	}
	for _, sample := range samples {
		b, err := os.ReadFile(filepath.Join(fabric, "sampleconfig", sample))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, sample), b, 0o644)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// complete refuses a folder of programs in which something is missing.
func complete(dir string) error {
	var errs []error
	need := append(append([]string{}, tools...), samples...)
	for _, step := range steps {
		need = append(need, filepath.Join("ccaas", "bin", step))
	}
	for _, name := range need {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
