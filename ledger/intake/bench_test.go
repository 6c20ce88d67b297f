package intake

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkParse reads a packed list and makes requests of its rows, without a book.
func BenchmarkParse(b *testing.B) {
	const n = 200_000
	var list strings.Builder
	list.WriteString("src,channel,date,time,txn_no,donor_kind,donor_masked,amount_fen,has_note\n")
	for i := range n {
		fmt.Fprintf(&list, "31,qr_pos,2020-01-%02d,12:34:%02d,01022020012423%014d,person,某*,%d,0\n", 22+i%10, i%60, i, i%100000+1)
	}
	path := filepath.Join(b.TempDir(), "list.csv.gz")
	must(b, writeFile(path, string(packed(b, []byte(list.String())))))
	im := &importer{kind: Donations, profile: own(b, "wuhan2020-donations")}
	im.groupSize.Store(groupSize)
	for b.Loop() {
		s, err := im.open(path, newThings(nil))
		must(b, err)
		go s.read(ctx)
		for range s.groups {
		}
		must(b, s.rows.close())
	}
	b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds(), "rows/s")
}
