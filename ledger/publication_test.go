package ledger_test

import (
	"strings"
	"testing"

	"mingzhang/ledger"
)

func TestPublicationChecks(t *testing.T) {
	day := ledger.On("2026-11-20")
	group := ledger.Party{Kind: ledger.Group}
	for _, c := range []struct {
		name string
		what interface{ Check() error }
		code string
	}{
		{"delivery", ledger.Delivery{Of: 10, Amount: 5, Occurred: day, Recipient: group, Evidence: hashes(2)}, ""},
		{"delivery of nothing", ledger.Delivery{Amount: 5, Occurred: day, Recipient: group}, "field-missing"},
		{"delivery of no amount", ledger.Delivery{Of: 10, Occurred: day, Recipient: group}, "amount-not-positive"},
		{"delivery on no day", ledger.Delivery{Of: 10, Amount: 5, Recipient: group}, "date-missing"},
		{"delivery to nobody", ledger.Delivery{Of: 10, Amount: 5, Occurred: day}, "word-unknown"},
		{"delivery with evidence twice", ledger.Delivery{Of: 10, Amount: 5, Occurred: day, Recipient: group, Evidence: []string{hash("a"), hash("a")}}, "evidence-twice"},

		{"evidence", ledger.Evidence{Hash: hash("a"), Size: 1, Media: "application/pdf"}, ""},
		{"evidence with a suffix", ledger.Evidence{Hash: hash("a"), Size: 1, Media: "application/vnd.ms-excel"}, ""},
		{"evidence redacted", ledger.Evidence{Hash: hash("a"), Size: 1, Media: "image/svg+xml", Redacted: hash("b"), Public: true}, ""},
		{"evidence without a hash", ledger.Evidence{Size: 1, Media: "image/png"}, "hash-unreadable"},
		{"evidence of a wrong original", ledger.Evidence{Hash: hash("a"), Size: 1, Media: "image/png", Redacted: "b"}, "hash-unreadable"},
		{"empty evidence", ledger.Evidence{Hash: hash("a"), Media: "image/png"}, "amount-not-positive"},
		{"evidence of no type", ledger.Evidence{Hash: hash("a"), Size: 1}, "media-unreadable"},
		{"evidence of half a type", ledger.Evidence{Hash: hash("a"), Size: 1, Media: "image/"}, "media-unreadable"},
		{"evidence of a type in capitals", ledger.Evidence{Hash: hash("a"), Size: 1, Media: "image/PNG"}, "media-unreadable"},
		{"evidence of a type with a parameter", ledger.Evidence{Hash: hash("a"), Size: 1, Media: "text/csv; charset=gbk"}, "media-unreadable"},
		{"evidence of a long type", ledger.Evidence{Hash: hash("a"), Size: 1, Media: "image/" + strings.Repeat("a", 101)}, "media-unreadable"},

		{"disclosure", ledger.Disclosure{Project: 5, Period: day, Kind: "progress", At: 11}, ""},
		{"disclosure of an empty log", ledger.Disclosure{Project: 5, Period: day, Kind: "progress"}, ""},
		{"disclosure of no project", ledger.Disclosure{Period: day, Kind: "progress"}, "field-missing"},
		{"disclosure for no period", ledger.Disclosure{Project: 5, Kind: "progress"}, "date-missing"},
		{"disclosure of no kind", ledger.Disclosure{Project: 5, Period: day}, "name-unreadable"},
		{"disclosure at a negative", ledger.Disclosure{Project: 5, Period: day, Kind: "progress", At: -1}, "index-range"},

		{"correction", ledger.Correction{Of: 5, Field: "what.name"}, ""},
		{"correction of the first record", ledger.Correction{Of: 0, Field: "name"}, ""},
		{"correction of a negative", ledger.Correction{Of: -1, Field: "name"}, "index-range"},
		{"correction of no field", ledger.Correction{Of: 5}, "field-missing"},
		{"correction of a field in capitals", ledger.Correction{Of: 5, Field: "Name"}, "word-unknown"},
		{"correction of a long field", ledger.Correction{Of: 5, Field: strings.Repeat("a", 61)}, "text-too-long"},

		{"freeze", ledger.Freeze{Project: 5, Order: "穗民函〔2026〕12号"}, ""},
		{"release", ledger.Freeze{Project: 5, Order: "穗民函〔2026〕15号", Release: true}, ""},
		{"freeze without order", ledger.Freeze{Project: 5}, "field-missing"},
		{"freeze of nothing", ledger.Freeze{Order: "穗民函〔2026〕12号"}, "field-missing"},

		{"exception", ledger.Exception{Of: 7, Leaf: [32]byte{1}}, ""},
		{"exception of a negative", ledger.Exception{Of: -7, Leaf: [32]byte{1}}, "index-range"},

		{"erasure", ledger.Erasure{Of: 3, Seal: "public", Basis: "pipl-47"}, ""},
		{"erasure of the private seal", ledger.Erasure{Of: 3, Seal: "private", Basis: "pipl-47"}, ""},
		{"erasure of no seal", ledger.Erasure{Of: 3, Basis: "pipl-47"}, "word-unknown"},
		{"erasure of a negative", ledger.Erasure{Of: -3, Seal: "public", Basis: "pipl-47"}, "index-range"},
		{"erasure without a basis", ledger.Erasure{Of: 3, Seal: "public"}, "name-unreadable"},

		{"key", ledger.Key{ID: "k8", Org: 1, Use: "author", Verifier: "example.org+00000001+AQID"}, ""},
		{"key that ends another", ledger.Key{ID: "k8", Org: 0, Use: "log", Verifier: "v", Replaces: "k7"}, ""},
		{"key of a witness", ledger.Key{ID: "w1", Org: 0, Use: "witness", Verifier: "v"}, ""},
		{"key of no use", ledger.Key{ID: "k8", Org: 1, Verifier: "v"}, "word-unknown"},
		{"key without id", ledger.Key{Org: 1, Use: "log", Verifier: "v"}, "field-missing"},
		{"key with a capital", ledger.Key{ID: "K8", Org: 1, Use: "log", Verifier: "v"}, "name-unreadable"},
		{"key that ends one with a capital", ledger.Key{ID: "k8", Org: 1, Use: "log", Verifier: "v", Replaces: "K7"}, "name-unreadable"},
		{"key that ends itself", ledger.Key{ID: "k8", Org: 1, Use: "log", Verifier: "v", Replaces: "k8"}, "key-replaces-itself"},
		{"key of a negative", ledger.Key{ID: "k8", Org: -1, Use: "log", Verifier: "v"}, "index-range"},
		{"key without verifier", ledger.Key{ID: "k8", Org: 1, Use: "log"}, "field-missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			checked(t, c.what.Check(), c.code)
		})
	}
}
