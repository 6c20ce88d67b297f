// Package evidence keeps the files that stand behind records (invoices, receipts,
// photographs) by the hash of their content.
//
// A file has no name here and cannot be changed: its key is "sha256/" and the 64
// hexadecimal digits of its SHA-256, its address everywhere else is "sha256:" and
// the same digits, as a record carries it. The same bytes are kept once.
//
//   - A file is there whole or not at all. Put writes to a key under "incoming/"
//     and moves it under its hash when every byte has arrived, was looked at and is
//     on the disk; an upload that breaks off leaves nothing.
//   - A file is what its hash says. Open reads all of it before it gives the first
//     byte, and refuses what a disk, a restore or a hand has changed. Serve does so
//     once in a while for each file, and whenever its size or time of change is another.
//   - A file is one of the kinds in [Media], found out from its bytes. Web pages,
//     SVG, scripts, programs and unknown bytes are refused at the door, so that
//     Serve never hands a browser something that acts.
//
// Who may see a file is decided elsewhere; Delete is for erasure (PIPL 47).
package evidence
