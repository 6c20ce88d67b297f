package pgtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// install makes a folder with files of the given names.
func install(t *testing.T, folder string, programs ...string) string {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, program := range programs {
		if err := os.WriteFile(filepath.Join(folder, program), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestFind(t *testing.T) {
	all := []string{"initdb", "pg_ctl", "postgres"}
	root := t.TempDir()
	debian, mac := filepath.Join(root, "lib", "*", "bin"), filepath.Join(root, "opt", "postgresql@*", "bin")
	client := install(t, filepath.Join(root, "client"), "psql", "pg_ctl")
	whole := install(t, filepath.Join(root, "whole"), all...)
	install(t, filepath.Join(root, "lib", "9.6", "bin"), all...)
	install(t, filepath.Join(root, "lib", "18", "bin"), "psql")
	newest := install(t, filepath.Join(root, "lib", "15", "bin"), all...)
	homebrew := install(t, filepath.Join(root, "opt", "postgresql@17", "bin"), all...)
	for _, c := range []struct {
		name           string
		path, patterns []string
		want           string
	}{
		{"on PATH", []string{client, whole}, []string{debian}, whole},
		{"only clients on PATH", []string{client}, []string{debian}, newest},
		{"in two places", nil, []string{debian, mac}, homebrew},
		{"nowhere", []string{client, ""}, []string{filepath.Join(root, "none*")}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := find(c.path, c.patterns); got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}

func TestNoServer(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	defer func(before []string) { places = before }(places)
	places = []string{filepath.Join(t.TempDir(), "*")}
	_, err := programs()
	if err == nil || !strings.Contains(err.Error(), "apt-get install postgresql") || !strings.Contains(err.Error(), Variable) {
		t.Errorf("got error %v, want one that says how to install it", err)
	}
}
