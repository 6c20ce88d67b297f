// Package interop holds a running server against programs that others wrote, and those
// against logs that were tampered with: Tessera's fsck and its mirror
// (github.com/transparency-dev/tessera), and litewitness (filippo.io/torchwood). It has
// tests alone; `make interop` runs them. The programs are built once, from the versions
// that programs/go.mod pins, and kept in the user's cache folder.
package interop
