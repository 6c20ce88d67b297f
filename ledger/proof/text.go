package proof

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
)

const (
	proofHeader = "c2sp.org/tlog-proof@v1"

	// MaxProof bounds a proof's text in bytes: room for a record's length of
	// extra data and the sixteen 5 kB signatures that signed-note asks readers to
	// accept, in base64.
	MaxProof = 256 << 10

	maxHashes = 63 // more than the deepest tree has levels
)

// Proof shows offline that a record is in a log. Its text is that of tlog-proof.
type Proof struct {
	Extra      []byte           // salts and openings; nothing authenticates it; nil when there is none
	Index      int64            // of the record
	Hashes     tlog.RecordProof // the leaf's sibling first
	Checkpoint []byte           // the signed note, byte for byte
}

// Format gives the text (tlog-proof, "Format"). Readers by other hands take it
// line by line, up to 64 KiB a line: Extra of more than 48 kB is lost on them.
func (p Proof) Format() []byte {
	out := []byte(proofHeader + "\n")
	if len(p.Extra) > 0 {
		out = append(out, "extra "...)
		out = append(base64.StdEncoding.AppendEncode(out, p.Extra), '\n')
	}
	out = append(out, "index "...)
	out = append(strconv.AppendInt(out, p.Index, 10), '\n')
	for _, h := range p.Hashes {
		out = append(base64.StdEncoding.AppendEncode(out, h[:]), '\n')
	}
	out = append(out, '\n')
	return append(out, p.Checkpoint...)
}

// ParseProof is the inverse of Format and refuses (Corrupt, "proof-text") every
// other text, more than 63 hashes, more than MaxProof bytes, and a checkpoint
// that is not a signed note of this package's Checkpoint. It verifies nothing:
// that is for OpenCheckpoint and CheckInclusion.
func ParseProof(text []byte) (Proof, error) {
	p, ok := readProof(text)
	if ok {
		_, err := unverified(p.Checkpoint)
		ok = err == nil && bytes.Equal(p.Format(), text)
	}
	if !ok {
		return Proof{}, ledger.Refuse(ledger.Corrupt, "proof-text", "",
			"证明的文本不合格式", "the text of the proof is malformed")
	}
	return p, nil
}

// readProof is lenient about spelling: ParseProof compares that.
func readProof(text []byte) (p Proof, ok bool) {
	if len(text) > MaxProof {
		return p, false
	}
	head, checkpoint, _ := bytes.Cut(text, []byte("\n\n"))
	header, rest, _ := strings.Cut(string(head), "\n")
	extra, rest, hasExtra := cutLine(rest, "extra ")
	index, rest, hasIndex := cutLine(rest, "index ")
	var err, err2 error
	if hasExtra {
		p.Extra, err = base64.StdEncoding.DecodeString(extra)
	}
	p.Index, err2 = strconv.ParseInt(index, 10, 64)
	if header != proofHeader || !hasIndex || err != nil || err2 != nil || p.Index < 0 {
		return p, false
	}
	p.Checkpoint = bytes.Clone(checkpoint)
	p.Hashes, ok = readHashes(rest)
	return p, ok
}

// cutLine takes the first line off text if it begins with the key.
func cutLine(text, key string) (value, rest string, ok bool) {
	line, rest, _ := strings.Cut(text, "\n")
	value, ok = strings.CutPrefix(line, key)
	if !ok {
		return "", text, false
	}
	return value, rest, true
}

func readHashes(text string) (hashes tlog.RecordProof, ok bool) {
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		h, err := tlog.ParseHash(line)
		if err != nil || len(hashes) == maxHashes {
			return nil, false
		}
		hashes = append(hashes, h)
	}
	return hashes, true
}
