package witness

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
)

// Witness is one that is asked.
type Witness struct {
	note.Verifier        // of its cosignatures
	URL           string // its submission prefix, without a slash at the end
}

// Parse reads a witness's verifier key and address, with a space between them:
//
//	witness.example/w1+5cb9cd6e+BGSEitir7W6FmBs7OHWyUrh2frtLAvcDrKOx5xu9ao5Q https://witness.example/
func Parse(text string) (Witness, error) {
	vkey, address, _ := strings.Cut(strings.TrimSpace(text), " ")
	v, err := proof.NewVerifier(vkey)
	if err != nil {
		return Witness{}, err
	}
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return Witness{}, ledger.Refuse(ledger.Invalid, "witness-address", "witness",
			"见证人 %s 须写作“公钥 网址”，网址以 https:// 开头", "the witness %s is written as its key, a space and its address (https://…)", v.Name())
	}
	return Witness{v, strings.TrimSuffix(u.String(), "/")}, nil
}

// ParseAll reads witnesses, each of which is there once and is not the log itself.
func ParseAll(origin string, texts []string) ([]Witness, error) {
	var all []Witness
	for _, text := range texts {
		w, err := Parse(text)
		if err != nil {
			return nil, err
		}
		if w.Name() == origin || slices.ContainsFunc(all, func(o Witness) bool { return o.Name() == w.Name() || o.KeyHash() == w.KeyHash() }) {
			return nil, ledger.Refuse(ledger.Invalid, "witness-twice", "witness", "见证人 %s 重复，或与日志同名", "the witness %s is there twice, or has the log's name", w.Name())
		}
		all = append(all, w)
	}
	return all, nil
}
