package evidence_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"mingzhang/ledger/evidence"
)

func Example() {
	folder, err := os.MkdirTemp("", "evidence")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	ctx := context.Background()
	store, err := evidence.Open(ctx, folder)
	if err != nil {
		panic(err)
	}
	defer store.Close()

	e, err := store.Put(ctx, strings.NewReader("收到学习用品 20 份。\n"), "text/plain")
	fmt.Println(e.Media, e.Size, err)
	fmt.Println(e.Hash)

	f, err := store.Open(ctx, e.Hash)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	io.Copy(os.Stdout, f)

	_, err = store.Put(ctx, strings.NewReader("<!DOCTYPE html><script>…"), "text/plain")
	fmt.Println(err)
	// Output:
	// text/plain 29 <nil>
	// sha256:07771255ae5b43aeb26bf492e11cb38f48ef2a1559eb265bc5af68df925a5285
	// 收到学习用品 20 份。
	// evidence cannot be a web page, an SVG drawing, a script or a program (it has HTML): save it as a PDF or an image
}
