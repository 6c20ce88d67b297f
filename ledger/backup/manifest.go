package backup

import (
	"encoding/json"
	"path"
	"path/filepath"
	"strings"
	"time"

	"mingzhang/ledger"
)

// Format is what a manifest says that the file is.
const Format = "mingzhang/backup@v1"

// Manifest says what is in a backup.
type Manifest struct {
	Format   string    `json:"format"`
	Made     time.Time `json:"made"`
	Program  string    `json:"program"` // version that made it
	Origin   string    `json:"origin"`  // of the log
	LogKey   string    `json:"log_key"` // its public key
	Secret   string    `json:"secret"`  // SHA-256 of the look-ups' secret, in hexadecimal
	WithKey  bool      `json:"with_key"`
	Evidence bool      `json:"evidence"` // files of evidence are in it
	Size     int64     `json:"size"`     // records of the log
	Root     string    `json:"root"`     // of its tree, in base64
	Damaged  []string  `json:"damaged,omitempty"`
	Files    []File    `json:"files"` // in their order, without the manifest
}

// File is an entry of the archive.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Places in the archive.
const (
	manifestName = "manifest.json"
	schemaName   = "database/schema.json"
	databaseDir  = "database/"
	evidenceDir  = "evidence/"
	folderDir    = "folder/"
)

// maxManifest bounds a manifest, a schema and a key file in bytes.
const maxManifest = 1 << 30

// isKey tells the files of the data folder that let their holder sign in somebody's name.
func isKey(name string) bool {
	return name == "secret" || name == "log.key" || name == "log.next.key" || strings.HasPrefix(name, "ledger/keys/")
}

// isOwn tells what of the data folder is not copied as a file: the database and
// the evidence go their own ways, the ledger's state follows from its blocks, the name of
// the log is in the manifest, and the rest is of a moment.
func isOwn(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(name, "book.db") || strings.HasPrefix(name, "ledger/state.db") || strings.HasPrefix(name, "evidence/") ||
		name == "origin" || name == "restored" || strings.HasSuffix(base, ".lock") || strings.HasSuffix(base, ".new") || strings.HasPrefix(base, ".")
}

// local says whether a name in the archive's folder is one within the data folder.
func local(name string) bool {
	return filepath.IsLocal(filepath.FromSlash(name)) && path.Clean(name) == name && !isOwn(name)
}

func parseManifest(data []byte) (*Manifest, error) {
	m := new(Manifest)
	if err := json.Unmarshal(data, m); err != nil || m.Format != Format {
		return nil, refuse("清单无法读取", "its manifest cannot be read")
	}
	return m, nil
}

// refuse says what is wrong with a backup.
func refuse(zh, en string) error {
	return ledger.Refuse(ledger.Corrupt, "backup-damaged", "", "这不是完整的备份：%[1]s", "this is no whole backup: %[2]s", zh, en)
}
