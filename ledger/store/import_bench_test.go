package store_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mingzhang/ledger/book"
	"mingzhang/ledger/intake"
)

// BenchmarkImport takes in a list of gifts: the 228,481 that were really published where
// they lie beside the repository, else as many made ones. The limit is the same rows in
// bulk, a thousand a transaction, measured in the same run.
func BenchmarkImport(b *testing.B) {
	list, profile := giftList(b)
	onBothBench(b, func(b *testing.B, address string) {
		s := openStore(b, address)
		c := config(b, s, book.File(filepath.Join(b.TempDir(), "checkpoint")))
		bk, err := book.Open(ctx, c)
		must(b, err)
		found(b, bk)
		must(b, bk.Close())
		for b.Loop() { // a list is imported once: to do it again adds nothing
		}
		began := time.Now()
		summary, err := intake.Import(ctx, intake.Donations, intake.Flags{Files: []string{list}, Profile: profile, Project: east},
			intake.Parts{Book: c, Store: s, Profiles: b.TempDir(), Out: io.Discard})
		took := time.Since(began).Seconds()
		must(b, err)
		rate := float64(summary.Added) / took
		bare := bare(b, s, summary.Added, 1000)
		b.ReportMetric(took, "s")
		b.ReportMetric(rate, "gifts/s")
		b.ReportMetric(bare, "bare/s")
		b.ReportMetric(rate/bare, "ratio")
	})
}

// giftList gives a list of gifts and the profile that reads it.
func giftList(b *testing.B) (path, profile string) {
	profile = "wuhan2020-donations"
	path = filepath.Join("..", "..", "..", "shared", "data", "wuhan2020", "donations.csv.gz")
	if _, err := os.Stat(path); err == nil {
		return path, profile
	}
	var list bytes.Buffer
	list.WriteString("src,channel,date,time,txn_no,donor_kind,donor_masked,amount_fen,has_note\n")
	for i := range 228_481 {
		fmt.Fprintf(&list, "31,qr_pos,2020-01-%02d,12:34:%02d,01022020012423%014d,person,某%s,%d,0\n", 22+i%10, i%60, i, strings.Repeat("*", 1+i%2), i%100_000+1)
	}
	path = filepath.Join(b.TempDir(), "list.csv")
	must(b, os.WriteFile(path, list.Bytes(), 0o600))
	return path, profile
}
