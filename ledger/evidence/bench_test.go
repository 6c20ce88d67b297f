package evidence

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"testing"
)

// BenchmarkPut is a new file each time, on the disk when it is counted.
func BenchmarkPut(b *testing.B) {
	for _, size := range []int{100 << 10, 2 << 20, DefaultLimit} {
		b.Run(fmt.Sprintf("%dKiB", size>>10), func(b *testing.B) {
			s, content := openAt(b, b.TempDir()), bytes.Repeat([]byte("%PDF-1.7"), size/8)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for n := uint64(0); b.Loop(); n++ {
				binary.LittleEndian.PutUint64(content[8:], n)
				if _, err := s.Put(context.Background(), bytes.NewReader(content), ""); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkOpen verifies a file and reads it.
func BenchmarkOpen(b *testing.B) {
	for _, size := range []int{100 << 10, 2 << 20, DefaultLimit} {
		b.Run(fmt.Sprintf("%dKiB", size>>10), func(b *testing.B) {
			s := openAt(b, b.TempDir())
			e := put(b, s, string(bytes.Repeat([]byte("%PDF-1.7"), size/8)), "")
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				f, err := s.Open(context.Background(), e.Hash)
				if err != nil {
					b.Fatal(err)
				}
				io.Copy(io.Discard, f)
				f.Close()
			}
		})
	}
}
