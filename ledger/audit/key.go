package audit

import (
	"io"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger/proof"
)

// maxKey bounds the file of a verifier key.
const maxKey = 4 << 10

// ReadKey reads a verifier key as a command line gives it: the key itself, or the name of
// the file that has it. It gives its text as well.
func ReadKey(text string) (note.Verifier, string, error) {
	text = strings.TrimSpace(text)
	v, err := proof.NewVerifier(text)
	if err == nil {
		return v, text, nil
	}
	f, missing := os.Open(text)
	if missing != nil {
		return nil, "", err
	}
	defer f.Close()
	data, missing := io.ReadAll(io.LimitReader(f, maxKey))
	if missing != nil {
		return nil, "", err
	}
	text = strings.TrimSpace(string(data))
	v, err = proof.NewVerifier(text)
	return v, text, err
}
