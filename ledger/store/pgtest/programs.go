package pgtest

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// places are where distributions put PostgreSQL's server programs when they are not
// on PATH: Debian, Red Hat, Alpine, Homebrew (both kinds of Mac, and Linux), MacPorts,
// Postgres.app, and its own installation.
var places = []string{
	"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/lib/postgresql*/bin", "/usr/libexec/postgresql*",
	"/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin", "/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
	"/opt/local/lib/postgresql*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin", "/usr/local/pgsql*/bin",
}

// programs finds the folder with PostgreSQL's server programs.
func programs() (string, error) {
	if bin := find(filepath.SplitList(os.Getenv("PATH")), places); bin != "" {
		return bin, nil
	}
	return "", fmt.Errorf("there is no PostgreSQL server on this machine (looked on PATH and in %s); install one, "+
		"with \"apt-get install postgresql\", \"dnf install postgresql-server\" or \"brew install postgresql\", "+
		"or name one in %s", strings.Join(places, ", "), Variable)
}

// find gives the first folder of the path that has the programs, else the one with
// the newest version among the patterns.
func find(path, patterns []string) string {
	if i := slices.IndexFunc(path, complete); i >= 0 {
		return path[i]
	}
	var found []string
	for _, pattern := range patterns {
		folders, _ := filepath.Glob(pattern)
		found = append(found, slices.DeleteFunc(folders, func(f string) bool { return !complete(f) })...)
	}
	slices.SortStableFunc(found, func(a, b string) int { return cmp.Compare(version(b), version(a)) })
	return append(found, "")[0]
}

// complete tells whether a folder has all programs that are needed: Debian puts only
// those of clients on PATH.
func complete(folder string) bool {
	for _, program := range []string{"initdb", "pg_ctl", "postgres"} {
		if info, err := os.Stat(filepath.Join(folder, program)); err != nil || info.IsDir() {
			return false
		}
	}
	return true
}

var number = regexp.MustCompile(`\d+(\.\d+)?`)

// version reads the version in a folder's path, the last number in it; 0 for none.
func version(folder string) float64 {
	all := append([]string{"0"}, number.FindAllString(folder, -1)...)
	v, _ := strconv.ParseFloat(all[len(all)-1], 64)
	return v
}
