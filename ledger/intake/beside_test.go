package intake

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store"
)

// TestBesideServer imports while another book writes to the same database: both get
// everything in, the log stays one, and nobody waits long.
func TestBesideServer(t *testing.T) {
	for name, scene := range map[string]func(testing.TB) *scene{"sqlite": onSQLite, "postgres": onPostgres} {
		t.Run(name, func(t *testing.T) {
			s := scene(t)
			beside, err := store.Open(ctx, s.address)
			must(t, err)
			defer beside.Close()
			c := s.config
			c.Store = beside
			server, err := book.Open(ctx, c)
			must(t, err)
			over, written := make(chan bool), make(chan int)
			go func() { written <- s.serve(server, over) }()
			rows := 6 * firstGroup
			s.want(Donations, Flags{Files: []string{s.write("list.csv", gifts(int(rows)))}}, rows, rows, 0, 0, 0)
			close(over)
			others := <-written
			must(t, server.Close())
			if got := s.size() - s.first(); got != rows+int64(others) || others == 0 {
				t.Errorf("%d records of %d rows and %d others", got, rows, others)
			}
			head, err := s.store.Head(ctx)
			must(t, err)
			if root, err := proof.Root(head.Size, s.store); err != nil || root != head.Root {
				t.Errorf("the root of the log is %v, its head says %v (%v)", root, head.Root, err)
			}
		})
	}
}

// serve gives one gift after the other until it is over, and says how many.
func (s *scene) serve(b *book.Book, over chan bool) int {
	longest := time.Duration(0)
	for n := 0; ; n++ {
		select {
		case <-over:
			s.t.Logf("%d gifts beside the import, of which one waited %v", n, longest)
			return n
		default:
		}
		began := time.Now()
		in := book.Income{PoolRef: book.PoolRef{Project: s.project}, Asset: "CNY", Amount: 1, Occurred: "2026-11-20", Donor: &book.Party{}}
		if _, err := b.Submit(ctx, book.Request{By: author, Key: fmt.Sprint("server ", n), What: in}); err != nil {
			s.t.Errorf("gift %d beside the import: %v", n, err)
		}
		longest = max(longest, time.Since(began))
	}
}

// roleVariable tells this test binary, started again, what to import: the database, the
// scene's folder and the list.
const roleVariable = "MINGZHANG_INTAKE_ROLE"

// TestKilled kills an import in the middle, and runs it again.
func TestKilled(t *testing.T) {
	if role := strings.Fields(os.Getenv(roleVariable)); len(role) == 3 {
		importUntilKilled(t, role[0], role[1], role[2])
		return
	}
	for name, scene := range map[string]func(testing.TB) *scene{"sqlite": onSQLite, "postgres": onPostgres} {
		t.Run(name, func(t *testing.T) {
			s := scene(t)
			rows := 8 * firstGroup
			list := s.write("list.csv", gifts(int(rows)))
			s.killed(list, firstGroup)
			done := s.size() - s.first()
			if done < firstGroup || done >= rows {
				t.Fatalf("%d of %d rows were recorded when the import was killed", done, rows)
			}
			s.want(Donations, Flags{Files: []string{list}}, rows, rows-done, done, 0, 0)
			s.want(Donations, Flags{Files: []string{list}}, rows, 0, rows, 0, 0)
		})
	}
}

// killed begins an import in another process and kills it once it has added so many
// records.
func (s *scene) killed(list string, records int64) {
	s.t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	child.Env = append(os.Environ(), roleVariable+"="+strings.Join([]string{s.address, s.folder, list}, " "))
	child.Stderr = os.Stderr
	must(s.t, child.Start())
	ended := make(chan error, 1)
	go func() { ended <- child.Wait() }()
	for s.size()-s.first() < records {
		select {
		case err := <-ended:
			s.t.Fatalf("the import ended before it was killed: %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	must(s.t, child.Process.Kill())
	<-ended
}

// importUntilKilled is the child. It stops before the end by itself, however late it is
// killed.
func importUntilKilled(t *testing.T, address, folder, list string) {
	s := &scene{t: t, folder: folder}
	s.open(address)
	s.project = 2
	s.config.Committed = s.after(int(3*firstGroup), func() { select {} })
	_, err := Import(ctx, Donations, Flags{Files: []string{list}, Project: s.project}, s.parts(io.Discard))
	must(t, err)
}
