package record_test

import (
	"encoding/base64"
	"fmt"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// A gift of 20 yuan by a person who gave through a payment platform.
func Example() {
	public, opening, err := record.SealUp(record.Opening{
		Seal:  record.Public,
		Salt:  []byte("a salt of 16+ by"),
		Texts: []record.Text{{"display", "李*"}, {"note", "加油"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	bytes, err := record.Format(&record.Record{
		Index:    12,
		Recorded: time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC),
		By:       ledger.Author{Org: 1, Key: "k7"},
		Public:   public,
		What: &ledger.Flow{
			Kind:     ledger.Donation,
			Amount:   2000,
			Occurred: ledger.On("2026-11-20"),
			Channel:  "wechat",
			Party:    &ledger.Party{Kind: ledger.Person},
			In: &ledger.Inflow{
				Pool: ledger.Pool{Project: 5, Holder: 1, Designation: ledger.General, Asset: "CNY"},
				Span: ledger.Span{From: 50000, Upto: 52000},
			},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	leaf := record.Hash(bytes)
	fmt.Printf("%s\n%s\n%s\n", bytes, opening, base64.StdEncoding.EncodeToString(leaf[:]))
	// Output:
	// {"by":{"key":"k7","org":1},"index":12,"public":"Ou2rJHTk7TgVNiO5XGMkcfGF7FVccXcC/YCbwhq4FRg=","recorded":"2026-11-20T08:30:00Z","type":"flow","v":1,"what":{"amount":2000,"channel":"wechat","in":{"from":50000,"pool":"5/1/general/CNY","upto":52000},"kind":"donation","occurred":"2026-11-20","party":{"kind":"person"}}}
	// {"salt":"YSBzYWx0IG9mIDE2KyBieQ==","seal":"public","texts":{"display":"李*","note":"加油"}}
	// ZkvTTK5VEDs8u5uXhKYMfDZQ+x4HliNMqCd9LNLlm+M=
}

// The life of a seal: sealed up, recorded, opened, withdrawn.
func ExampleOpen() {
	commitment, opening, err := record.SealUp(record.Opening{
		Seal:  record.Public,
		Salt:  []byte("sixteen of chance"),
		Texts: []record.Text{{"reason", "第一行\n第二行"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	kept := string(opening) // somebody's copy

	bytes, err := record.Format(&record.Record{
		Index:    30,
		Recorded: time.Date(2026, 11, 21, 1, 0, 0, 0, time.UTC),
		By:       ledger.Author{Org: 1, Key: "k7"},
		Public:   commitment,
		What:     &ledger.StatusChange{Project: 5, Status: ledger.Closed},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	before := record.Hash(bytes)
	o, err := record.Open(commitment, opening)
	fmt.Printf("%q %v\n", o.Get("reason"), err)

	opening = nil // withdrawn
	_, err = record.Open(commitment, opening)
	fmt.Println(err)

	r, err := record.Parse(bytes)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Public == commitment, record.Hash(bytes) == before)
	o, err = record.Open(r.Public, []byte(kept))
	fmt.Printf("%q %v\n", o.Get("reason"), err)
	// Output:
	// "第一行\n第二行" <nil>
	// the opening is not the one that the record committed to
	// true true
	// "第一行\n第二行" <nil>
}
