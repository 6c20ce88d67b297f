package chart

import (
	"bytes"
	"strings"
	"testing"

	"rsc.io/qr"
)

// TestEncode: a code made of a kept plan is the library's own, in every mode and size.
func TestEncode(t *testing.T) {
	for _, some := range []string{"7", "MINGZHANG:", "https://mingzhang.example/projects/1371 ", "书"} {
		for n := 1; n*len(some) < 2300; n += 1 + n/3 {
			text := strings.Repeat(some, n)
			want, err := qr.Encode(text, qr.M)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				got, err := encode(text)
				if err != nil || got.Size != want.Size || got.Stride != want.Stride || !bytes.Equal(got.Bitmap, want.Bitmap) {
					t.Errorf("%d times %q: another code, %v", n, some, err)
				}
			}
		}
	}
}
