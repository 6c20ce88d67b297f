package fabricnet

import (
	"io"
	"os/exec"
	"syscall"
)

// guardian ends a network when the process that made it ends, were it by SIGKILL: it
// reads from a pipe whose other end the process holds, and the kernel closes that.
type guardian struct {
	pipe    io.WriteCloser
	process *exec.Cmd
}

// vigil waits for a word, and where none comes kills what runs then.
const vigil = `read -r word
[ "$word" = done ] && exit
for f in "$1"/run/*.pid; do [ -s "$f" ] && kill -s KILL -- "-$(cat "$f")"; done
exit 0`

func guard(dir string) (*guardian, error) {
	c := exec.Command("/bin/sh", "-c", vigil, "guardian", dir)
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // an interrupt must not end it first
	c.Dir, c.Env = "/", clean()
	pipe, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	return &guardian{pipe, c}, c.Start()
}

// release tells the guardian that its network is in order without it.
func (g *guardian) release() {
	io.WriteString(g.pipe, "done\n")
	g.pipe.Close()
	g.process.Wait()
}
