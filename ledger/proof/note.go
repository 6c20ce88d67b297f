package proof

import (
	"bytes"
	"encoding/base64"
	"errors"
	"slices"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
)

// Sign makes the signed note of a checkpoint. One of the signers is the log: its
// name is the origin, or the answer would be a note that OpenCheckpoint refuses.
// A malformed checkpoint is refused; a signer's own error is returned as it is.
func Sign(cp Checkpoint, signers ...note.Signer) ([]byte, error) {
	if !cp.valid() {
		return nil, refuseCheckpoint()
	}
	if !slices.ContainsFunc(signers, func(s note.Signer) bool { return s.Name() == cp.Origin }) {
		return nil, refuseUnsigned(cp.Origin)
	}
	return note.Sign(&note.Note{Text: cp.Text()}, signers...)
}

// AddSignatures appends signature lines, such as a witness answers with, to a
// signed checkpoint and leaves every byte before them as it was. All lines must
// be by one of the known keys and verify over the checkpoint's text, or nothing
// is added (Corrupt, "cosignature"): a note with one bad signature of a key that
// the reader knows is refused as a whole, so a witness could spoil it for all. A
// key that has signed already is passed over.
func AddSignatures(msg, lines []byte, known ...note.Verifier) ([]byte, error) {
	have, err := unverified(msg)
	if err != nil {
		return nil, err
	}
	added, err := note.Open(slices.Concat([]byte(have.Text), []byte("\n"), lines), note.VerifierList(known...))
	if err != nil || added.Text != have.Text || len(added.UnverifiedSigs) > 0 || !canonical(added.Sigs) {
		return nil, ledger.Refuse(ledger.Corrupt, "cosignature", "",
			"附加的签名不是已知见证人对该检查点的有效签名", "the added signatures are not all valid ones of known witnesses over this checkpoint")
	}
	out := bytes.Clone(msg)
	for _, sig := range added.Sigs {
		if !signedBy(have.UnverifiedSigs, sig.Name, sig.Hash) {
			out = append(out, "— "+sig.Name+" "+sig.Base64+"\n"...)
		}
	}
	return out, nil
}

// OpenCheckpoint checks a signed note and gives its checkpoint. The log's own
// signature is required, by the key log, whose name is the origin (Corrupt,
// "checkpoint-unsigned"); so is the origin itself ("checkpoint-origin"). Valid
// signatures of others, which must not repeat log, are in the note's Sigs; how
// many suffice is the caller's policy. Unknown signatures are ignored, a wrong
// one of any given key is refused ("checkpoint-signature"; signed-note,
// "Signatures"), and so is text that ParseCheckpoint refuses.
func OpenCheckpoint(msg []byte, origin string, log note.Verifier, others ...note.Verifier) (Checkpoint, *note.Note, error) {
	n, err := note.Open(msg, note.VerifierList(append(others[:len(others):len(others)], log)...))
	if err != nil {
		return Checkpoint{}, nil, refuseNote(err, origin)
	}
	if log.Name() != origin || !signedBy(n.Sigs, log.Name(), log.KeyHash()) || !canonical(n.Sigs) {
		return Checkpoint{}, nil, refuseUnsigned(origin)
	}
	cp, err := ParseCheckpoint(n.Text)
	if err != nil {
		return Checkpoint{}, nil, err
	}
	if cp.Origin != origin {
		return Checkpoint{}, nil, ledger.Refuse(ledger.Corrupt, "checkpoint-origin", "",
			"检查点属于 %q，不属于 %q", "the checkpoint is of %q, not of %q", cp.Origin, origin)
	}
	return cp, n, nil
}

// unverified takes a signed checkpoint apart; all signatures are in
// UnverifiedSigs.
func unverified(msg []byte) (*note.Note, error) {
	_, err := note.Open(msg, nil)
	var open *note.UnverifiedNoteError
	if !errors.As(err, &open) {
		return nil, refuseCheckpoint()
	}
	if _, err := ParseCheckpoint(open.Note.Text); err != nil {
		return nil, err
	}
	return open.Note, nil
}

func signedBy(sigs []note.Signature, name string, hash uint32) bool {
	return slices.ContainsFunc(sigs, func(s note.Signature) bool { return s.Name == name && s.Hash == hash })
}

// canonical refuses base64 whose unused last bits are not zero. The note package
// lets them pass, so that one signature could be spelled in several ways.
func canonical(sigs []note.Signature) bool {
	return !slices.ContainsFunc(sigs, func(s note.Signature) bool {
		_, err := base64.StdEncoding.Strict().DecodeString(s.Base64)
		return err != nil
	})
}

func refuseUnsigned(origin string) error {
	return ledger.Refuse(ledger.Corrupt, "checkpoint-unsigned", "",
		"检查点没有日志 %q 的有效签名", "the checkpoint has no valid signature of the log %q", origin)
}

// refuseNote turns an error of the note package into a sentence.
func refuseNote(err error, origin string) error {
	var none *note.UnverifiedNoteError
	var wrong *note.InvalidSignatureError
	switch {
	case errors.As(err, &none):
		return refuseUnsigned(origin)
	case errors.As(err, &wrong):
		return ledger.Refuse(ledger.Corrupt, "checkpoint-signature", "",
			"检查点上 %q 的签名无效", "the signature of %q on the checkpoint is wrong", wrong.Name)
	}
	return refuseCheckpoint()
}
