package fabricnet

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// mark begins the line in a log at which a process was started, so that what an
// earlier one wrote is not taken for its words.
const mark = "==== started"

// died says that a node ended, where its log is, and what it last wrote.
func (p process) died() error {
	return fmt.Errorf("%s has ended; the last lines of %s:\n%s", p.name, p.logFile, tail(p.logFile, 12))
}

// tail gives the last lines of a log since the last start, indented, or why it cannot.
func tail(path string, lines int) string {
	f, err := os.Open(path)
	if err != nil {
		return "  " + err.Error()
	}
	defer f.Close()
	size, _ := f.Seek(0, io.SeekEnd)
	f.Seek(max(0, size-16<<10), io.SeekStart)
	b, err := io.ReadAll(f)
	if err != nil {
		return "  " + err.Error()
	}
	text := string(b)
	if i := strings.LastIndex(text, mark); i >= 0 {
		text = text[i:]
	}
	all := strings.Split(strings.TrimSpace(text), "\n")
	return "  " + strings.Join(all[max(0, len(all)-lines):], "\n  ")
}
