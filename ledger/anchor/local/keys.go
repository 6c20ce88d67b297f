package local

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// The two members of the embedded ledger.
const (
	PlatformMSP  = "PlatformMSP"
	RegulatorMSP = "RegulatorMSP"
)

// identity is a key and what verifies it.
type identity struct {
	note.Signer
	verifier string
}

// keys are those of the node and of the members.
type keys struct {
	node identity
	msps map[string]identity
}

// openKeys reads the keys from a folder, and makes them on first use.
func openKeys(dir string) (k keys, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return k, err
	}
	k.msps = map[string]identity{}
	if k.node, err = openKey(filepath.Join(dir, "node"), "node"); err != nil {
		return k, err
	}
	for file, msp := range map[string]string{"platform": PlatformMSP, "regulator": RegulatorMSP} {
		if k.msps[msp], err = openKey(filepath.Join(dir, file), msp); err != nil {
			return k, err
		}
	}
	return k, nil
}

// openKey reads a file of two lines: the signing key and its verifier key, as package
// note writes them.
func openKey(file, name string) (id identity, err error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = makeKey(file, name)
	}
	if err != nil {
		return id, err
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) != 3 {
		return id, fmt.Errorf("%s holds no key", file)
	}
	if id.Signer, err = note.NewSigner(lines[0]); err != nil {
		return id, fmt.Errorf("%s: %w", file, err)
	}
	v, err := note.NewVerifier(lines[1])
	if err != nil || v.Name() != name || v.KeyHash() != id.KeyHash() {
		return id, fmt.Errorf("%s holds another key than that of %s", file, name)
	}
	id.verifier = lines[1]
	return id, nil
}

// makeKey makes a key whose file is whole or not there.
func makeKey(file, name string) ([]byte, error) {
	secret, verifier, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return nil, err
	}
	text := []byte(secret + "\n" + verifier + "\n")
	f, err := os.OpenFile(file+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(file+".new", file)
	}
	return text, errors.Join(err, syncDir(filepath.Dir(file)))
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
