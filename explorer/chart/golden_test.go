package chart

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the drawings in testdata anew")

// TestGolden holds every sample to the drawing that was looked at and found good.
func TestGolden(t *testing.T) {
	for name, p := range samples() {
		t.Run(name, func(t *testing.T) { golden(t, name, string(sound(t, p))) })
	}
	t.Run("qr", func(t *testing.T) {
		code, err := QR("https://mingzhang.example/receipts/7K3M-PQ9D-2XVA")
		if err != nil {
			t.Fatal(err)
		}
		safe(t, code)
		golden(t, "qr", string(code))
	})
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".svg")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs from %s; look at it with -gallery, then -update", name, file)
	}
}
