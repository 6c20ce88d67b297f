package chart

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var gallery = flag.String("gallery", "", "write a page with every picture to this folder, to look at")

// TestGallery draws every sample; with -gallery=DIR it leaves them as a page in the
// site's own stylesheet.
func TestGallery(t *testing.T) {
	pictures := samples()
	pictures["large"], pictures["line-100"], pictures["line-500"], pictures["months-36"] = largeFlow(), longLine(100), longLine(500), sampleColumns(36)
	var page strings.Builder
	for _, name := range []string{"flow", "large", "line", "line-100", "line-500", "hops", "columns", "months-36", "bars", "budget", "progress", "beyond", "card", "tree", "deep"} {
		drawing, err := pictures[name].SVG()
		if err != nil || drawing == "" {
			t.Fatalf("%s: %d bytes, %v", name, len(drawing), err)
		}
		fmt.Fprintf(&page, "<h2>%s</h2>\n<figure>%s</figure>\n", name, drawing)
	}
	code, err := QR("https://mingzhang.example/receipts/7K3M-PQ9D-2XVA")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&page, "<h2>QR</h2>\n%s", code)
	if *gallery != "" {
		write(t, filepath.Join(*gallery, "index.html"), page.String())
	}
}

func write(t *testing.T, file, body string) {
	t.Helper()
	style, err := os.ReadFile("../static/style.css")
	if err != nil {
		t.Fatal(err)
	}
	page := `<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>chart</title><style>` + string(style) + `</style><body><main class="frame">` + body + `</main>`
	if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
}
