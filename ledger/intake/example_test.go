package intake_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/intake"
	"mingzhang/ledger/store"
)

// A list that a charity keeps by hand: two gifts alike, and one with a typing mistake.
func Example() {
	ctx, dir := context.Background(), must(os.MkdirTemp("", "intake"))
	defer os.RemoveAll(dir)
	s := must(store.Open(ctx, "sqlite:"+filepath.Join(dir, "book.db")))
	defer s.Close()
	config := bookOn(ctx, s, dir)

	list := filepath.Join(dir, "明细.csv")
	must(0, os.WriteFile(list, []byte("日期,金额,捐赠人\n2020年1月22日,\"￥1,000.00\",某公司\n2020/1/23,20元,李某\n2020/1/23,20元,李某\n2020/1/32,5元,王某\n"), 0o600))
	total := int64(104_000)
	_, err := intake.Import(ctx, intake.Donations, intake.Flags{Files: []string{list}, Project: 1, ExpectTotal: &total},
		intake.Parts{Book: config, Store: s, Out: os.Stdout})
	fmt.Println(err)
	// Output:
	// 4 rows: 3 added, 0 there already, 1 refused, 0 say nothing.
	// CNY: 1,040.00 CNY added (3), 0.00 CNY there already (0), 1,040.00 CNY in all, or 104000 of the smallest unit.
	// That is the total expected, 1,040.00 CNY.
	// 1 refused, date-unreadable: "2020/1/32" is not a date such as 2026-11-20
	//   明细.csv line 5: "2020/1/32" is not a date such as 2026-11-20
	// 1 of 4 rows were refused; the others were taken
}

// bookOn makes a book with a platform and a project, records 0 and 1.
func bookOn(ctx context.Context, s *store.Store, dir string) book.Config {
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{1}, 32)), "mingzhang.example/intake")
	must(0, err)
	config := book.Config{Store: s, Origin: "mingzhang.example/intake", Secret: make([]byte, 32), Signer: must(note.NewSigner(skey)),
		Verifier: must(note.NewVerifier(vkey)), Keeper: book.File(filepath.Join(dir, "checkpoint")), Log: slog.New(slog.DiscardHandler)}
	b := must(book.Open(ctx, config))
	defer b.Close()
	by := ledger.Author{Org: 0, Key: "example"}
	must(b.Submit(ctx, book.Request{By: by, What: book.RegisterOrganization{USCC: "531100006684027126", Name: "某慈善会", Kind: ledger.Platform}}))
	must(b.Submit(ctx, book.Request{By: by, What: book.RegisterProject{Organization: "531100006684027126", Name: "某项目", Kind: ledger.Fund, Cause: "relief", Place: "420100"}}))
	return config
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func ExampleParseMoney() {
	cny, _ := ledger.Currency("CNY")
	for _, text := range []string{"1,234.56", "￥1,234.56", "1.2万", "12 万元", "１２３４．５"} {
		fmt.Println(intake.ParseMoney(text, cny, intake.Yuan))
	}
	// Output:
	// 123456 <nil>
	// 123456 <nil>
	// 1200000 <nil>
	// 12000000 <nil>
	// 123450 <nil>
}
