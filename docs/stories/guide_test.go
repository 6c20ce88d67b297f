package stories

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestGuides runs every command of the guides, each guide in one shell in an empty
// folder. In a guide,
//
//   - a block marked sh is run, and must succeed;
//   - a block marked text after it is what was printed: each of its lines, in order, with
//     … for whatever stands there;
//   - a block whose command serves runs in the background until the next one that serves,
//     and the blocks after it find it at its address;
//   - every other block (a file's content, an example) is for reading alone.
//
// The reader's address, database and way to start the program are exchanged for those of
// the test.
func TestGuides(t *testing.T) {
	guides, err := filepath.Glob("../*.md")
	if err != nil || len(guides) == 0 {
		t.Fatalf("no guides: %v", err)
	}
	for _, name := range append(guides, "../../README.md") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if blocks := parseGuide(string(text)); len(blocks) > 0 {
			t.Run(strings.TrimSuffix(filepath.Base(name), ".md"), func(t *testing.T) { follow(t, blocks) })
		}
	}
}

// block is a command of a guide, and what it prints.
type block struct {
	command string
	prints  []string
}

var fence = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$")

// parseGuide gives the commands of a guide in their order.
func parseGuide(text string) (blocks []block) {
	for _, m := range fence.FindAllStringSubmatch(text, -1) {
		switch {
		case m[1] == "sh":
			blocks = append(blocks, block{command: m[2]})
		case m[1] == "text" && len(blocks) > 0:
			last := &blocks[len(blocks)-1]
			last.prints = append(last.prints, strings.Split(strings.TrimSpace(m[2]), "\n")...)
		}
	}
	return blocks
}

var serving = regexp.MustCompile(`^(mingzhang|go run \.) (serve|demo)\b`)

func follow(t *testing.T, blocks []block) {
	t.Parallel()
	r := reading(t, blocks)
	for i, b := range blocks {
		printed := ""
		if serving.MatchString(b.command) {
			printed = r.serve(i, b.command)
		} else {
			printed = r.run(i, b.command)
		}
		r.compare(b, printed)
	}
}
