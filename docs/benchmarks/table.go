package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// limits are the units of what the machine gives at best.
var limits = map[string]string{"bare/s": "bare rows/s", "gin/s": "Gin from memory/s", "pgbench/s": "pgbench -N/s"}

// table writes the results as a table in Markdown, a group of lines for each package.
func table(results []result) string {
	var b strings.Builder
	b.WriteString("| what | figure | limit in the same run | ratio |\n|---|---|---|---|\n")
	pkg := ""
	for _, r := range results {
		if r.pkg != pkg {
			pkg = r.pkg
			fmt.Fprintf(&b, "| **%s** | | | |\n", pkg)
		}
		figure, limit, ratio := r.columns()
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", strings.ReplaceAll(r.name, "|", `\|`), figure, limit, ratio)
	}
	return b.String()
}

// columns are what a result reached, its limit, and the ratio of both. The time for one
// step is left out where a benchmark reports something of its own, but for memory.
func (r result) columns() (figure, limit, ratio string) {
	var own, usual []string
	for _, v := range r.values {
		switch name, isLimit := limits[v.unit]; {
		case isLimit:
			limit = short(v.number) + " " + name
		case v.unit == "ratio":
			ratio = strconv.FormatFloat(v.number, 'f', 2, 64)
		case v.unit == "ns/op":
			usual = append([]string{duration(v.number)}, usual...)
		case v.unit == "B/op" || v.unit == "allocs/op" || v.unit == "MB/s":
			usual = append(usual, short(v.number)+" "+v.unit)
		default:
			own = append(own, short(v.number)+" "+v.unit)
		}
	}
	if len(own) == 0 {
		own = usual
	}
	return strings.Join(own, ", "), limit, ratio
}

// duration writes nanoseconds in the unit that reads best.
func duration(ns float64) string {
	for _, step := range []struct {
		size float64
		unit string
	}{{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}} {
		if ns >= step.size {
			return short(ns/step.size) + " " + step.unit
		}
	}
	return short(ns) + " ns"
}

// short writes a number with three figures, and whole thousands apart.
func short(n float64) string {
	if n != 0 && math.Abs(n) < 100 {
		return strconv.FormatFloat(n, 'g', 3, 64)
	}
	digits := strconv.FormatFloat(math.Abs(math.Round(n)), 'f', 0, 64)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	if n < 0 {
		return "-" + digits
	}
	return digits
}
