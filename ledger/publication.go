package ledger

import "strings"

// Delivery is the sign-off of the recipient for units of an expenditure: what makes
// money that passed through a partner count as spent (民发〔2026〕12号, 12).
type Delivery struct {
	Of        int64
	Amount    int64
	Occurred  Period
	Recipient Party
	Evidence  []string
}

// Check refuses a delivery that names no expenditure, amount, day or recipient.
func (d Delivery) Check() error {
	if err := checkRef("of", d.Of); err != nil {
		return err
	}
	if err := CheckAmount("amount", d.Amount); err != nil {
		return err
	}
	if err := d.Occurred.Check(); err != nil {
		return err
	}
	if err := d.Recipient.Check("recipient"); err != nil {
		return err
	}
	return checkEvidence(d.Evidence)
}

// Evidence is a file known by its content: an invoice, a receipt, a photograph.
type Evidence struct {
	Hash     string // "sha256:" and 64 hexadecimal digits
	Size     int64  // bytes
	Media    string // "application/pdf"
	Public   bool   // anyone may see it, not only auditors and regulators
	Redacted string // the hash of the original that this one was made of, "" for an original
}

// Check refuses evidence without a content hash, size or media type.
func (e Evidence) Check() error {
	if err := CheckHash("hash", e.Hash); err != nil {
		return err
	}
	if e.Redacted != "" {
		if err := CheckHash("redacted", e.Redacted); err != nil {
			return err
		}
	}
	if err := CheckAmount("size", e.Size); err != nil {
		return err
	}
	kind, sub, ok := strings.Cut(e.Media, "/")
	if !ok || !isSlug(kind) || strings.Trim(sub, "abcdefghijklmnopqrstuvwxyz0123456789.+-") != "" || sub == "" || len(sub) > 100 {
		return Refuse(Invalid, "media-unreadable", "media",
			"%.60q 不是媒体类型（应为 application/pdf 这样的形式）", "%.60q is not a media type such as application/pdf", e.Media)
	}
	return nil
}

// Disclosure is a publication about a project, for a period, as the log stood at an
// index (Charity Law 79). Its title and text are sealed as public text.
type Disclosure struct {
	Project int64
	Period  Period
	Kind    string // a machine name: progress, final, annual
	At      int64
}

// Check refuses a disclosure without project, period or kind.
func (d Disclosure) Check() error {
	if err := checkRef("project", d.Project); err != nil {
		return err
	}
	if err := d.Period.Check(); err != nil {
		return inField("period", err)
	}
	if err := CheckIndex("at", d.At); err != nil {
		return err
	}
	return checkSlug("kind", d.Kind)
}

// Correction puts a wrong word of an earlier record right. The old value, the new
// one and the reason are sealed as public text, and the earlier record stays
// (order 81, 16).
type Correction struct {
	Of    int64
	Field string
}

// Check refuses a correction of nothing.
func (c Correction) Check() error {
	if err := CheckIndex("of", c.Of); err != nil {
		return err
	}
	if strings.Trim(c.Field, "abcdefghijklmnopqrstuvwxyz_.") != "" {
		return unknown("field", c.Field)
	}
	return checkName("field", c.Field, 60)
}

// Exception is a record that the permissioned ledger refused and that platform and
// regulator accepted together: its pool is unchecked from then on.
type Exception struct {
	Of   int64
	Leaf [32]byte
}

// Check refuses an exception that names no record.
func (e Exception) Check() error { return CheckIndex("of", e.Of) }

// Erasure says that the opening of a seal was deleted (PIPL 47). It is replayed
// after a restore, so that what was erased stays erased.
type Erasure struct {
	Of    int64
	Seal  string // "public" or "private"
	Basis string // a machine name: "pipl-47"
}

// Check refuses an erasure that names no record, seal or basis.
func (e Erasure) Check() error {
	if e.Seal != "public" && e.Seal != "private" {
		return unknown("seal", e.Seal)
	}
	if err := CheckIndex("of", e.Of); err != nil {
		return err
	}
	return checkSlug("basis", e.Basis)
}

// Key is a public key that the log uses or knows: its own, an author's, a witness's.
type Key struct {
	ID       string
	Org      int64
	Use      string // "log", "author" or "witness"
	Verifier string // a signed-note verifier key: name+hash+base64
	Replaces string // the id of the key that ends with this one
}

// Check refuses a key without id, use or verifier.
func (k Key) Check() error {
	if k.Use != "log" && k.Use != "author" && k.Use != "witness" {
		return unknown("use", k.Use)
	}
	for _, id := range []string{k.ID, k.Replaces} {
		if err := checkSlug("id", id); id != "" && err != nil {
			return err
		}
	}
	if k.ID == "" {
		return missing("id")
	}
	if k.ID == k.Replaces {
		return Refuse(Invalid, "key-replaces-itself", "replaces", "密钥 %s 不能取代自己", "the key %s cannot replace itself", k.ID)
	}
	if err := CheckIndex("org", k.Org); err != nil {
		return err
	}
	return checkName("verifier", k.Verifier, 300)
}

// Check refuses an author without a key.
func (a Author) Check() error {
	if err := CheckIndex("org", a.Org); err != nil {
		return err
	}
	return checkSlug("key", a.Key)
}
