package fabricnet

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
)

// connection is connection.json: where a peer finds the chaincode server. This is all
// that a package holds, since the program itself never goes through a peer.
type connection struct {
	Address     string `json:"address"`
	DialTimeout string `json:"dial_timeout"`
	TLSRequired bool   `json:"tls_required"`
}

// pack makes the chaincode package of an organisation and gives it with its id. The
// id is Fabric's: the label and the hash of the bytes, so these are the same every
// time they are made.
func pack(organization, address string) (id string, pkg []byte, err error) {
	code, err := archive("connection.json", connection{Address: address, DialTimeout: "5s"})
	if err != nil {
		return "", nil, err
	}
	label := Chaincode + "-" + organization
	pkg, err = archive("metadata.json", map[string]string{"type": "ccaas", "label": label}, file{"code.tar.gz", code})
	return fmt.Sprintf("%s:%x", label, sha256.Sum256(pkg)), pkg, err
}

type file struct {
	name  string
	bytes []byte
}

// archive puts one value as JSON, and further files, into a tar.gz without times,
// owners or anything else that would differ.
func archive(name string, value any, more ...file) ([]byte, error) {
	b, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	pile := tar.NewWriter(zip)
	for _, f := range append([]file{{name, b}}, more...) {
		if err := pile.WriteHeader(&tar.Header{Name: f.name, Mode: 0o644, Size: int64(len(f.bytes))}); err != nil {
			return nil, err
		}
		if _, err := pile.Write(f.bytes); err != nil {
			return nil, err
		}
	}
	if err := pile.Close(); err != nil {
		return nil, err
	}
	err = zip.Close()
	return out.Bytes(), err
}
