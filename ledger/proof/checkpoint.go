package proof

import (
	"encoding/base64"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
)

// Checkpoint is the size and root of a log at one moment. Signed, it is what the
// log can be held to; see Sign and OpenCheckpoint.
type Checkpoint struct {
	Origin string    // the log's name, which is also the name of its key
	Size   int64     // leaves
	Root   tlog.Hash // RFC 6962, section 2.1
}

// Text gives the note text (tlog-checkpoint, "Note text"): origin, size in
// decimal and root in base64, a line each, and no extension lines.
func (cp Checkpoint) Text() string {
	return cp.Origin + "\n" + strconv.FormatInt(cp.Size, 10) + "\n" + cp.Root.String() + "\n"
}

// ParseCheckpoint is the inverse of Text and refuses (Corrupt, "checkpoint")
// every other text. It checks no signature.
func ParseCheckpoint(text string) (Checkpoint, error) {
	cp, ok := readCheckpoint(text)
	if !ok || cp.Text() != text || !cp.valid() {
		return Checkpoint{}, refuseCheckpoint()
	}
	return cp, nil
}

// readCheckpoint is lenient about spelling: ParseCheckpoint compares that.
func readCheckpoint(text string) (cp Checkpoint, ok bool) {
	lines := strings.SplitN(text, "\n", 4)
	if len(lines) != 4 {
		return cp, false
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	root, err2 := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || err2 != nil || len(root) != tlog.HashSize {
		return cp, false
	}
	return Checkpoint{lines[0], size, tlog.Hash(root)}, true
}

// valid holds the origin to the rules for a key's name and a note's text
// (signed-note, "Format"): the log signs under it.
func (cp Checkpoint) valid() bool {
	bad := func(r rune) bool { return r < 0x20 || r == '+' || unicode.IsSpace(r) }
	return cp.Size >= 0 && cp.Origin != "" && utf8.ValidString(cp.Origin) && !strings.ContainsFunc(cp.Origin, bad)
}

func refuseCheckpoint() error {
	return ledger.Refuse(ledger.Corrupt, "checkpoint", "",
		"检查点的文本不合格式", "the text of the checkpoint is malformed")
}
