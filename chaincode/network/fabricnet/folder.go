package fabricnet

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// folder is where a network lives.
type folder string

func (f folder) path(parts ...string) string {
	return filepath.Join(append([]string{string(f)}, parts...)...)
}

func (f folder) log(name string) string  { return f.path("log", name+".log") }
func (f folder) data(name string) string { return f.path("data", name) }
func (f folder) conf() string            { return f.path("conf") }
func (f folder) server() string          { return f.path("bin", "chaincode") }
func (f folder) genesis() string         { return f.path("conf", "channel.block") }

// Profile is the connection profile, for config.FromFile of fabric-sdk-go.
func (f folder) Profile() string { return f.path("profile.yaml") }

// Crypto is where cryptogen put the certificates and keys of all organisations.
func (f folder) Crypto() string { return f.path("crypto") }

func (f folder) member(o org, parts ...string) string {
	return f.path(append([]string{"crypto", "peerOrganizations", o.Domain}, parts...)...)
}

func (f folder) orderers(parts ...string) string {
	return f.path(append([]string{"crypto", "ordererOrganizations", ordererOrg}, parts...)...)
}

// identity is the folder of a node's certificates and keys.
func (f folder) identity(n node, parts ...string) string {
	if n.Kind == Orderer {
		return f.orderers(append([]string{"orderers", n.Host}, parts...)...)
	}
	return f.member(n.Org, append([]string{"peers", n.Host}, parts...)...)
}

func (f folder) user(o org, user string, parts ...string) string {
	return f.member(o, append([]string{"users", user + "@" + o.Domain}, parts...)...)
}

// parts are what a network puts in its folder: purge removes these and nothing else.
var parts = []string{"bin", "conf", "crypto", "data", "log", "package", "run", "profile.yaml", memory}

func (f folder) makeParts() error {
	for _, part := range parts[:7] {
		if err := os.MkdirAll(f.path(part), 0o700); err != nil {
			return err
		}
	}
	return nil
}

func (f folder) removeParts() error {
	for _, part := range parts {
		if err := os.RemoveAll(f.path(part)); err != nil {
			return err
		}
	}
	return nil
}

// purge removes the network, and the folder where nothing else is in it.
func (f folder) purge() error {
	if err := f.removeParts(); err != nil {
		return err
	}
	os.Remove(f.path(lockFile)) // under the lock still held: the next one makes its own
	os.Remove(string(f))        // fails, rightly, where something else is in it
	return nil
}

const memory = "network.json"

// remembered is network.json.
type remembered struct {
	Version  int               `json:"version"`
	Ready    bool              `json:"ready"`              // false: it was never usable, and up begins anew
	Packages map[string]string `json:"packages,omitempty"` // organisation: id of its installed package
	choices
}

const version = 1

// recall reads network.json; absent is fs.ErrNotExist.
func (f folder) recall() (r remembered, err error) {
	b, err := os.ReadFile(f.path(memory))
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(b, &r); err != nil {
		return r, fmt.Errorf("%s: %w", f.path(memory), err)
	}
	if r.Version != version {
		return r, fmt.Errorf("%s is of version %d, this program knows %d; remove the folder", f.path(memory), r.Version, version)
	}
	return r, nil
}

// remember writes network.json, whole or not at all.
func (f folder) remember(r remembered) error {
	r.Version = version
	b, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	fresh := f.path(memory + ".new")
	if err := os.WriteFile(fresh, append(b, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(fresh, f.path(memory))
}

// vacant refuses a folder in which something else lives.
func (f folder) vacant() error {
	entries, err := os.ReadDir(string(f))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if e.Name() != lockFile {
			return fmt.Errorf("%s holds %s and no network; take an empty folder", f, e.Name())
		}
	}
	return nil
}
