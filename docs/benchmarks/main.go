// Benchmarks measures the whole program and keeps the figures: it runs go test -bench on
// every package that has some, shows what they print, and writes one table to
// docs/benchmarks.md, with the machine. make bench runs it at the top of the repository.
//
// A benchmark reports what it reached as a metric in units a second, what the machine
// gives at best, measured in the same run, as "bare/s" or "gin/s", and the share of it
// that was reached as "ratio".
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
)

// runs are the packages that are measured together, with their flags: the core's figures
// are of one core, the book's of all.
var runs = [][]string{
	{"./ledger/ledgertest", "./ledger/record", "./ledger/trace", "./ledger/proof", "./chaincode/contract", "./explorer/chart", "-benchmem", "-cpu", "1"},
	{"./ledger/store", "./ledger/evidence", "./ledger/intake", "./api/...", "./explorer", "-benchtime", "3s"},
	{"./ledger/anchor/...", "./ledger/audit"},
}

const kept = "docs/benchmarks.md"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := measure(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "benchmarks:", err)
		os.Exit(1)
	}
}

// measure runs everything. The table is replaced only when all of it was measured.
func measure(ctx context.Context) error {
	var printed bytes.Buffer
	for _, run := range runs {
		args := append([]string{"test", "-run", "^$", "-bench", ".", "-timeout", "60m"}, run...)
		c := exec.CommandContext(ctx, "go", args...)
		c.Stdout, c.Stderr = io.MultiWriter(os.Stderr, &printed), os.Stderr
		if err := c.Run(); err != nil {
			return fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
		}
	}
	results, err := parse(&printed)
	if err != nil {
		return err
	}
	whole, err := program(ctx)
	if err != nil {
		return err
	}
	results = append(whole, results...)
	page := here(ctx, results).page() + table(results)
	fmt.Print(page)
	return os.WriteFile(kept, []byte(page), 0o644)
}
