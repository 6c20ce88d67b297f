package store_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"mingzhang/ledger/book"
)

// roleVariable tells this test binary, started again, to run one test as a child. Its
// value is what the child works on: a name, the database, the kept checkpoint.
const roleVariable = "MINGZHANG_STORE_ROLE"

// clockVariable tells a child how far the parent's clock has moved on.
const clockVariable = "MINGZHANG_STORE_CLOCK"

// role gives the words of the child's role, none in a parent.
func role() []string { return strings.Fields(os.Getenv(roleVariable)) }

// child is a process that this test started and that says a line at a time.
type child struct {
	*exec.Cmd
	life  io.Closer // the child ends when its standard input does
	lines chan string
}

// again prepares this test binary to run the same test again in a role.
func again(t testing.TB, role ...string) *exec.Cmd {
	name, _, _ := strings.Cut(t.Name(), "/")
	c := exec.Command(os.Args[0], "-test.run=^"+name+"$")
	c.Env = append(os.Environ(), roleVariable+"="+strings.Join(role, " "), fmt.Sprint(clockVariable, "=", later.Load()))
	return c
}

// bear starts a child.
func bear(t testing.TB, role ...string) *child {
	t.Helper()
	c := &child{Cmd: again(t, role...), lines: make(chan string, 1<<16)}
	c.Stderr = os.Stderr
	life, err := c.StdinPipe()
	must(t, err)
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	c.life = life
	t.Cleanup(func() { life.Close() })
	go func() {
		for scan := bufio.NewScanner(out); scan.Scan(); {
			c.lines <- scan.Text()
		}
		close(c.lines)
	}()
	return c
}

// kill ends the child in the middle of what it does, and gives the rest of what it
// said.
func (c *child) kill() (rest []string) {
	c.Process.Kill()
	for line := range c.lines {
		rest = append(rest, line)
	}
	c.Wait()
	return rest
}

// finish closes the child's standard input, waits for its end, and gives the rest of
// what it said.
func (c *child) finish(t testing.TB) (rest []string) {
	t.Helper()
	c.life.Close()
	for line := range c.lines {
		rest = append(rest, line)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("the child: %v", err)
	}
	return rest
}

// say writes a line in one system call, so that a kill leaves it whole or away.
func say(format string, args ...any) {
	os.Stdout.WriteString(fmt.Sprintf(format, args...) + "\n")
}

// untilOrphaned waits until the parent lets go, or is gone.
func untilOrphaned() { io.Copy(io.Discard, os.Stdin) }

// childBook opens the book that a child works on.
func childBook(t testing.TB, address, keeper string) *book.Book {
	clock, err := strconv.ParseInt(os.Getenv(clockVariable), 10, 64)
	must(t, err)
	later.Store(clock)
	s := openStore(t, address)
	c := config(t, s, book.File(keeper))
	c.Log = slog.New(slog.DiscardHandler)
	b, err := book.Open(ctx, c)
	must(t, err)
	return b
}

// moment waits a random while, up to a limit: the fault may come at any point.
func moment(limit time.Duration) { <-time.After(rand.N(limit)) }
