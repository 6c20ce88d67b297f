package chart

import "testing"

func BenchmarkSVG(b *testing.B) {
	pictures := samples()
	pictures["flow of 60 nodes"], pictures["line of 100"], pictures["line of 500"], pictures["columns of 36"] = largeFlow(), longLine(100), longLine(500), sampleColumns(36)
	for name, p := range pictures {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.SVG(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkQR(b *testing.B) {
	for b.Loop() {
		if _, err := QR("https://mingzhang.example/receipts/7K3M-PQ9D-2XVA"); err != nil {
			b.Fatal(err)
		}
	}
}
