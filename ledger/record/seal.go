package record

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf8"

	"mingzhang/ledger"
)

// Commitment is what a record holds of a seal: SHA-256 of the opening's bytes. The
// zero Commitment stands for no seal.
type Commitment [32]byte

// Seal says who may see an opening.
type Seal string

const (
	Public  Seal = "public"  // served beside the record until it is withdrawn
	Private Seal = "private" // for the donor and auditors
)

// Text is one named text of an opening.
type Text struct{ Name, Value string }

// Opening is what a seal hides. Without it the commitment tells nothing, because
// nobody can guess the salt; with it anyone can check that the text is the one that
// was recorded.
type Opening struct {
	Seal  Seal
	Salt  []byte // 16 to 64 random bytes, used once
	Texts []Text // by name
}

// maxRunes are the names of texts and the length of each in characters.
var maxRunes = map[Seal]map[string]int{
	Public: {
		"display":       100,  // a natural person's name as they agreed to show it: 张*
		"note":          500,  // what a giver wrote with the gift
		"purpose":       1000, // of a payment or transfer
		"reason":        1000,
		"basis":         1000, // of a conversion: where the rate comes from
		"title":         200,
		"text":          20000, // of a disclosure
		"old":           4000,  // of a correction
		"new":           4000,
		"file":          200,  // the name of an evidence file
		"use":           2000, // of a plan, as filed: 募捐财产用途
		"area":          1000,
		"beneficiaries": 2000,
		"selection":     2000, // how beneficiaries are chosen
		"remaining":     2000, // what happens with what is left
		"contact":       500,  // the office that answers questions
	},
	Private: {
		"name":    200,
		"contact": 500,
		"account": 200,
		"serial":  200, // of the payment
		"time":    60,  // exact time of the payment
		"invoice": 200, // number of the fiscal receipt, 捐赠票据
		"note":    2000,
	},
}

// Get gives a text by name, "" where it is not there.
func (o Opening) Get(name string) string {
	for _, t := range o.Texts {
		if t.Name == name {
			return t.Value
		}
	}
	return ""
}

// SealUp gives the canonical bytes of an opening and the commitment to them. Texts
// may come in any order; empty ones are left out. A public text that holds the
// number of an identity card, a mobile phone or a bank card is refused.
func SealUp(o Opening) (Commitment, []byte, error) {
	texts := slices.Clone(o.Texts)
	o.Texts = slices.DeleteFunc(texts, func(t Text) bool { return t.Value == "" })
	slices.SortFunc(o.Texts, func(a, b Text) int { return cmp.Compare(a.Name, b.Name) })
	c := &codec{lines: true, buf: make([]byte, 0, 128)}
	c.opening(&o)
	if c.err == nil {
		c.fail(o.check())
	}
	for _, t := range o.Texts {
		if o.Seal == Public {
			c.fail(Guard(t.Name, t.Value))
		}
	}
	if c.err != nil {
		return Commitment{}, nil, c.err
	}
	return sha256.Sum256(c.buf), c.buf, nil
}

// Open checks that the bytes of an opening are those that a record committed to, and
// reads them.
func Open(commitment Commitment, opening []byte) (Opening, error) {
	if sha256.Sum256(opening) != commitment {
		return Opening{}, ledger.Refuse(ledger.Corrupt, "seal-broken", "",
			"开封内容与记录中的承诺不符", "the opening is not the one that the record committed to")
	}
	c := reader(opening)
	c.lines = true
	var o Opening
	c.opening(&o)
	if left := len(c.rest()); c.err == nil && left > 0 {
		c.refuse("trailing-bytes", "开封内容之后还有 %d 个字节", "%d bytes follow the opening", left)
	}
	if c.err == nil {
		c.fail(o.check())
	}
	return o, c.err
}

// check refuses an opening with too little salt, a name that its seal does not
// have, or a text that is too long.
func (o Opening) check() error {
	names, ok := maxRunes[o.Seal]
	if !ok {
		return ledger.Refuse(ledger.Invalid, "seal-unknown", "seal", "没有 %q 这种密封", "there is no seal %q", string(o.Seal))
	}
	if len(o.Salt) < 16 || len(o.Salt) > 64 {
		return ledger.Refuse(ledger.Invalid, "salt-length", "salt", "盐值须为 16 至 64 字节", "a salt has 16 to 64 bytes")
	}
	for _, t := range o.Texts {
		limit, ok := names[t.Name]
		if !ok {
			return ledger.Refuse(ledger.Invalid, "text-unknown", t.Name,
				"%s 密封中没有 %q 这一项", "the %s seal has no text %q", o.Seal, t.Name)
		}
		if n := utf8.RuneCountInString(t.Value); n > limit {
			return ledger.Refuse(ledger.Invalid, "text-too-long", t.Name,
				"%s 最多 %d 个字（收到 %d 个）", "%s has at most %d characters, not %d", t.Name, limit, n)
		}
	}
	return nil
}

func (c *codec) opening(o *Opening) {
	c.object(func() {
		c.salt(&o.Salt)
		text(c, "seal", &o.Seal, true)
		if c.member("texts", true, true) {
			c.object(func() { c.texts(o) })
		}
	})
}

// texts walks members whose keys are data.
func (c *codec) texts(o *Opening) {
	if c.reading {
		c.readTexts(o)
		return
	}
	for i := range o.Texts {
		t := &o.Texts[i]
		if i > 0 && t.Name == o.Texts[i-1].Name {
			c.refuse("key-twice", "键 %q 出现两次", "the key %q is there twice", t.Name)
		}
		text(c, t.Name, &t.Value, true)
	}
}

func (c *codec) readTexts(o *Opening) {
	for c.err == nil && c.at < len(c.all) && c.all[c.at] != '}' {
		name, found := c.nextKey()
		if !found || name <= c.last {
			c.unexpected("")
			return
		}
		t := Text{Name: name}
		text(c, name, &t.Value, true)
		if o.Texts == nil {
			o.Texts = make([]Text, 0, 2) // most have a name and a note
		}
		o.Texts = append(o.Texts, t)
	}
}

func (c *codec) salt(salt *[]byte) {
	parsed(c, "salt", salt, true, true, base64.StdEncoding.AppendEncode,
		func(s string) ([]byte, error) {
			b, err := strictBase64.DecodeString(s)
			if err != nil || strings.ContainsAny(s, "\r\n") { // which decoding skips
				return nil, ledger.Refuse(ledger.Corrupt, "salt-form", "salt", "盐值不是 base64", "the salt is not base64")
			}
			return b, nil
		})
}
