//go:build programs

// Package programs pins the programs of others that must accept our log: Tessera's fsck
// and its mirror, and litewitness. It is a module of its
// own: what they depend on must never decide a version in the product's go.mod.
package programs

import (
	_ "filippo.io/torchwood/cmd/litewitness"
	_ "github.com/transparency-dev/tessera/cmd/experimental/mirror/posix"
	_ "github.com/transparency-dev/tessera/cmd/fsck"
)
