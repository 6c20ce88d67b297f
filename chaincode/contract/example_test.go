package contract_test

import (
	"bytes"
	"fmt"
	"log"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// state is a ledger in memory.
type state map[string][]byte

func (s state) Get(keys []string) (values [][]byte, err error) {
	for _, key := range keys {
		values = append(values, s[key])
	}
	return values, nil
}

func (s state) Put(key string, value []byte) error { s[key] = value; return nil }
func (s state) Delete(key string) error            { delete(s, key); return nil }

// A log is registered by platform and regulator, and its first record is anchored.
func Example() {
	const origin = "mingzhang.example/log"
	now := time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)
	skey, vkey, err := note.GenerateKey(bytes.NewReader(make([]byte, 32)), origin) // a real key is random
	check(err)
	signer, err := note.NewSigner(skey)
	check(err)
	data, err := record.Format(&record.Record{Recorded: now, By: ledger.Author{Org: 0, Key: "k1"},
		What: &ledger.Organization{Scheme: "US-EIN", Code: "00-0000001", Name: "示例平台", Kind: ledger.Platform}})
	check(err)
	var edge proof.Edge
	edge.Append([]tlog.Hash{record.Hash(data)})
	checkpoint, err := proof.Sign(proof.Checkpoint{Origin: origin, Size: edge.Size(), Root: edge.Root()}, signer)
	check(err)
	batch, err := (&contract.Batch{First: 0, Records: [][]byte{data}, Checkpoint: checkpoint}).Marshal()
	check(err)

	kept := state{}
	invoke := func(msp, function string, args ...string) {
		all := [][]byte{[]byte(origin)}
		for _, a := range args {
			all = append(all, []byte(a))
		}
		answer, err := contract.Invoke(kept, contract.Call{MSP: msp, Tx: "t1", Time: now}, function, all)
		if err != nil {
			fmt.Println("refused:", err)
			return
		}
		fmt.Println(string(answer))
	}
	invoke("Platform", "RegisterLog", vkey, "Platform", "Regulator")
	invoke("Regulator", "ConfirmLog", vkey, "Platform", "Regulator")
	invoke("Charity", "Anchor", string(batch))
	invoke("Platform", "Anchor", string(batch))
	invoke("Platform", "Anchor", string(batch))
	invoke("Charity", "Leaf", "0")

	// Output:
	// {"origin":"mingzhang.example/log","key":"mingzhang.example/log+e44e9af3+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop","platform":"Platform","regulator":"Regulator","rules":1,"confirmed":false,"repeated":false}
	// {"origin":"mingzhang.example/log","key":"mingzhang.example/log+e44e9af3+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop","platform":"Platform","regulator":"Regulator","rules":1,"confirmed":true,"repeated":false}
	// refused: only Platform may anchor to this log
	// {"first":0,"size":1,"root":"o+FZV5cW4/vRQ6VshoWlp7bbeEE/U1Dz5rhm2XLKdRA=","breaches":0,"excepted":0,"repeated":false}
	// {"first":0,"size":1,"root":"o+FZV5cW4/vRQ6VshoWlp7bbeEE/U1Dz5rhm2XLKdRA=","breaches":0,"excepted":0,"repeated":true}
	// {"index":0,"leaf":"o+FZV5cW4/vRQ6VshoWlp7bbeEE/U1Dz5rhm2XLKdRA=","size":1}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
