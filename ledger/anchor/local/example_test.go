package local_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// A log is registered on an embedded ledger, its first record is anchored, and a reader
// of the files finds it in the fourth block.
func Example() {
	const origin = "mingzhang.example/log"
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "ledger")
	check(err)
	defer os.RemoveAll(dir)
	skey, vkey, err := note.GenerateKey(bytes.NewReader(make([]byte, 32)), origin) // a real key is random
	check(err)
	signer, err := note.NewSigner(skey)
	check(err)
	data, err := record.Format(&record.Record{Recorded: time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC), By: ledger.Author{Org: 0, Key: "k1"},
		What: &ledger.Organization{Scheme: "US-EIN", Code: "00-0000001", Name: "示例平台", Kind: ledger.Platform}})
	check(err)
	var edge proof.Edge
	edge.Append([]tlog.Hash{record.Hash(data)})
	checkpoint, err := proof.Sign(proof.Checkpoint{Origin: origin, Size: edge.Size(), Root: edge.Root()}, signer)
	check(err)
	batch, err := (&contract.Batch{First: 0, Records: [][]byte{data}, Checkpoint: checkpoint}).Marshal()
	check(err)

	l, err := local.Open(ctx, dir, local.Config{Origin: origin})
	check(err)
	check(l.Register(ctx, vkey))
	anchor, err := l.Submit(ctx, batch)
	check(err)
	fmt.Println("anchored up to", anchor.Answer.Size, "in block", anchor.Block, anchor.Code)
	check(l.Close())
	for block, err := range local.Reader(dir).Blocks(ctx, 0) {
		check(err)
		tx := block.Txs[0]
		fmt.Println(block.Number, tx.MSP, tx.Function)
	}
	// Output:
	// anchored up to 1 in block 3 VALID
	// 0  Genesis
	// 1 PlatformMSP RegisterLog
	// 2 RegulatorMSP ConfirmLog
	// 3 PlatformMSP Anchor
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
