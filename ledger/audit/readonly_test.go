package audit_test

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/audit"
	"mingzhang/ledger/store/pgtest"
)

// config is the command's, for a database.
func (s *scene) config(address string) audit.Config {
	return audit.Config{Database: address, LogKey: s.Key, Blocks: s.dir, Log: anchortest.Quiet}
}

// wantProven audits with blocks and without.
func wantProven(t *testing.T, name string, c audit.Config) {
	t.Helper()
	for _, c.Blocks = range []string{c.Blocks, ""} {
		r, err := audit.Run(ctx, c)
		if err != nil || r.Compared != "database" || !r.Tables {
			t.Errorf("%s, blocks %q: got %+v %v", name, c.Blocks, r, err)
		}
	}
}

// folder is all that is in a folder, byte by byte.
func folder(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		must(t, err)
		info, err := e.Info()
		must(t, err)
		fmt.Fprintf(&all, "%s %s %s %x\n", e.Name(), info.Mode(), info.ModTime(), data)
	}
	return all.String()
}

// copied copies files of a database to a folder where nothing can be written, but by root.
func copied(t *testing.T, file string, endings ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for _, ending := range endings {
		data, err := os.ReadFile(file + ending)
		must(t, err)
		must(t, os.WriteFile(filepath.Join(dir, "book.db"+ending), data, 0o444))
	}
	must(t, os.Chmod(dir, 0o555))
	t.Cleanup(func() { os.Chmod(dir, 0o755) })
	return dir
}

// TestReadOnlyFile: an audit changes nothing and makes no file, whether the database was
// closed, or copied with what had not been moved into its file, and it sees that as well.
func TestReadOnlyFile(t *testing.T) {
	address := file(t)
	s := newScene(t, address, 300)
	path := strings.TrimPrefix(address, "sqlite:")
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() == 0 {
		t.Fatalf("the write-ahead log is to have something: %v %v", info, err)
	}
	dirs := map[string]string{"with its log": copied(t, path, "", "-wal"), "with its log and the index": copied(t, path, "", "-wal", "-shm")}
	wantProven(t, "while it is open", s.config(address))
	must(t, s.Store.Close())
	dirs["closed"] = copied(t, path, "")
	must(t, os.WriteFile(path+"-wal", nil, 0o600))
	dirs["with an empty log"] = copied(t, path, "", "-wal")
	must(t, os.Remove(path+"-wal"))
	for name, dir := range dirs {
		before := folder(t, dir)
		index := strings.Contains(name, "index")
		if index && os.Geteuid() == 0 {
			before = "" // root may write everywhere: SQLite makes the index anew
		}
		wantProven(t, name, s.config("sqlite:"+filepath.Join(dir, "book.db")))
		if before != "" && folder(t, dir) != before {
			t.Errorf("%s: the folder is not as it was", name)
		}
	}
	link := filepath.Join(t.TempDir(), "link.db")
	must(t, os.Symlink(filepath.Join(dirs["with its log"], "book.db"), link))
	wantProven(t, "a link", s.config("sqlite:"+link))
	if _, err := audit.Run(ctx, s.config("sqlite:"+path+"x")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// TestReadOnlyRole: a role that may read, and nothing else, can audit; SQLite has no roles.
func TestReadOnlyRole(t *testing.T) {
	t.Parallel()
	address := pgtest.DSN(t)
	s := newScene(t, address, 300)
	db, err := sql.Open("pgx", address)
	must(t, err)
	defer db.Close()
	role := "auditor_" + strings.ToLower(rand.Text()[:12])
	for _, text := range []string{"CREATE ROLE %s LOGIN PASSWORD 'auditing'", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO %s"} {
		_, err := db.Exec(fmt.Sprintf(text, role))
		must(t, err)
	}
	defer func() {
		_, err := db.Exec(fmt.Sprintf("DROP OWNED BY %s; DROP ROLE %[1]s", role))
		must(t, err)
	}()
	u, err := url.Parse(address)
	must(t, err)
	u.User = url.UserPassword(role, "auditing")
	wantProven(t, "a role that reads", s.config(u.String()))
}

// TestOtherVersion: a database of another version is neither audited nor migrated, and that
// is said in both languages.
func TestOtherVersion(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newScene(t, address, 30)
		must(t, s.Store.Close())
		for code, c := range map[string]struct{ change, back, zh string }{
			"database-older": {"DELETE FROM versions WHERE version = (SELECT max(version) FROM versions)", "INSERT INTO versions SELECT max(version) + 1 FROM versions", "不作升级"},
			"database-newer": {"INSERT INTO versions VALUES (1000)", "DELETE FROM versions WHERE version = 1000", "新版程序"},
		} {
			anchortest.Forge(t, address, c.change)
			_, err := audit.Run(ctx, s.config(address))
			var said *ledger.Error
			if !errors.As(err, &said) || said.Code != code || said.Kind == ledger.Corrupt || !strings.Contains(said.Zh, c.zh) || !strings.Contains(said.En, "the database has version") {
				t.Errorf("got %v, want %s", err, code)
			}
			anchortest.Forge(t, address, c.back)
		}
		wantProven(t, "put back", s.config(address))
	})
}
