package store_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// TestSearchByLeaf: a record is found by its index and by its leaf hash, in whatever
// tile it is.
func TestSearchByLeaf(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		p := longLog(t, address, 513)
		b := openBook(t, p.s)
		for _, size := range []int64{513, 600, 768} { // the last tile just begun, half full, and full
			for int64(len(p.records)) < size {
				var requests []book.Request
				for i := int64(len(p.records)); i < size; i++ {
					requests = append(requests, ask(gift(east, i), ""))
				}
				_, err := b.SubmitAll(ctx, requests, true)
				must(t, err)
				p.read(t)
			}
			for _, index := range []int64{0, 1, east, 254, 255, 256, 257, 511, 512, size - 2, size - 1} {
				if index < size {
					p.searchLeaf(t, index)
				}
			}
			absent := record.Hash([]byte("absent"))
			for _, text := range []string{hex.EncodeToString(absent[:]), base64.StdEncoding.EncodeToString(absent[:]), "#9999", "9999", "-1", "#-1", "99999999999999999999"} {
				wantHits(t, p, text)
			}
		}
	})
}

// searchLeaf looks for a record in every way that its reader may have copied.
func (p *plain) searchLeaf(t *testing.T, index int64) {
	t.Helper()
	leaf := record.Hash(p.bytes[index])
	digits := hex.EncodeToString(leaf[:])
	for _, text := range []string{fmt.Sprint(index), fmt.Sprint("#", index), digits, strings.ToUpper(digits), "sha256:" + digits, base64.StdEncoding.EncodeToString(leaf[:]), "  " + digits + "\n"} {
		wantHits(t, p, text, index)
	}
}

// wantHits looks for a text and wants these records, each with its type and name.
func wantHits(t *testing.T, p *plain, text string, want ...int64) {
	t.Helper()
	got, err := p.s.Search(ctx, text, 20)
	var hits []view.Hit
	for _, index := range want {
		h := view.Hit{Index: index, Type: p.records[index].Type()}
		if o := p.orgs[index]; o != nil {
			h.Name = o.Name
		}
		if r := p.projects[index]; r != nil {
			h.Name = r.Name
		}
		hits = append(hits, h)
	}
	same(t, fmt.Sprintf("the search for %q", text), listOf(got), err, hits)
}

// TestSearchByName: organizations and projects by number and by any part of their
// name, those whose name begins with it first; wildcards are letters like others.
func TestSearchByName(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		foreign := do(t, b, book.RegisterOrganization{Scheme: "GB-COH", Code: "No.4a", Name: "Save 100% Ltd", Kind: ledger.Charity})
		project := func(name string) int64 {
			return do(t, b, book.RegisterProject{Organization: uscc(2), Name: name, Kind: ledger.Fund, Cause: "education", Place: "440100"})
		}
		wild, under, slash, quote := project("希望100%助学"), project("希_望"), project(`山\水`), project(`'; DROP TABLE records; --`)
		smile, wide, fourth := project("爱心🎗️行动"), project("ＡＢＣ École Сад"), project("第4届爱心日")
		inner := project("大爱心")
		p := newPlain(s)
		p.read(t)
		for _, c := range []struct {
			name, text string
			want       []int64
		}{
			{"one letter", "丙", []int64{3}},
			{"two letters", "慈善", []int64{1}},
			{"three letters", "乙基金", []int64{2}},
			{"those that begin with it first, then the latest", "爱心", []int64{smile, inner, fourth}},
			{"projects and organizations", "东", []int64{east}},
			{"nothing of it", "南", nil},
			{"spaces around it", " \t慈善 ", []int64{1}},
			{"a per cent sign", "%", []int64{wild, foreign}},
			{"a number with it", "100%", []int64{wild, foreign}},
			{"a wildcard between letters", "希%助", nil},
			{"an underscore", "_", []int64{under}},
			{"an underscore for a letter", "山_水", nil},
			{"a backslash", `\`, []int64{slash}},
			{"a backslash before a letter", `山\水`, []int64{slash}},
			{"a backslash before a wildcard", `\%`, nil},
			{"a quotation mark", "'", []int64{quote}},
			{"a statement", `'; DROP TABLE records; --`, []int64{quote}},
			{"a picture", "🎗️", []int64{smile}},
			{"small letters for capitals", "save", []int64{foreign}},
			{"wide letters", "ＡＢＣ", []int64{wide}},
			{"letters of other scripts", "École Сад", []int64{wide}},
			{"a filing number", uscc(2) + "A26001", []int64{east}},
			{"a filing number in small letters", strings.ToLower(uscc(2)) + "a26001", []int64{east}},
			{"a part of a filing number", "A26001", nil},
			{"a USCC", uscc(3), []int64{2}},
			{"a USCC in small letters", strings.ToLower(uscc(3)), []int64{2}},
			{"a part of a USCC", uscc(3)[:17], nil},
			{"a code of another register", "No.4a", []int64{foreign}},
			{"a number that is an index and in a name", "4", []int64{east, fourth}},
			{"nothing", "", nil},
			{"a space", " ", nil},
			{"a named place", "@text", nil},
			{"a question mark", "?", nil},
			{"a byte of zero", "慈\x00善", nil},
			{"bytes that are no text", "\xff\xfe", nil},
			{"half a letter", "慈"[:2], nil},
		} {
			t.Run(c.name, func(t *testing.T) { wantHits(t, p, c.text, c.want...) })
		}
		for _, text := range []string{"爱心", "4"} {
			if hits, err := s.Search(ctx, text, 1); err != nil || len(hits) != 1 {
				t.Errorf("the first hit of %q: got %d, %v", text, len(hits), err)
			}
		}
		wantHits(t, p, fmt.Sprint(fourth), fourth)
	})
}

// TestSearchFindsNobody: neither who gave nor how they paid is found, whatever is
// known of it, nor what anybody wrote.
func TestSearchFindsNobody(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		g := gift(east, 1234567)
		g.Serial, g.Account, g.Time, g.Invoice, g.Note = "4200001234202611200000000001", "ACC-778899", "2026-11-20T12:00:00+08:00", "PJ-2026-0001", "祝孩子们好"
		g.Donor = &book.Party{Kind: ledger.Person, Name: "欧阳晓晓", Display: "欧**", Contact: "wx-ouyang"}
		do(t, b, g, book.Correct{Of: east, Field: "name", Old: "东项目", New: "新名", Reason: "笔误"})
		p := newPlain(s)
		p.read(t)
		for _, text := range []string{g.Serial, g.Serial[20:] + "x", g.Account, "778899", g.Time, g.Invoice, g.Note, "孩子", "欧阳晓晓", "欧阳", "欧", "欧**", "**", "wx-ouyang", "ouyang",
			"1234567", "wechat", "新名", "某平台%"} {
			wantHits(t, p, text)
		}
	})
}
