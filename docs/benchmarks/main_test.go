package main

import (
	"os"
	"strings"
	"testing"
)

// TestTable makes the table of what go test has printed once.
func TestTable(t *testing.T) {
	f, err := os.Open("testdata/printed.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	results, err := parse(f)
	if err != nil {
		t.Fatal(err)
	}
	const want = `| what | figure | limit in the same run | ratio |
|---|---|---|---|
| **ledger/record** | | | |
| Format | 886 ns, 320 B/op, 4 allocs/op |  |  |
| **ledger/store** | | | |
| Donations/sqlite/callers=1 | 2,425 donations/s | 4,100 bare rows/s | 0.59 |
| Donations/postgres/callers=1024 | 42,633 donations/s | 118,000 bare rows/s | 0.36 |
| Reads/trace-of-a-gift | 1.25 p50-ms, 14.9 p99-ms |  |  |
`
	if got := table(results); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if cpu := results[0].cpu; cpu != "Some Processor @ 2.50GHz" {
		t.Errorf("the processor is %q", cpu)
	}
}

// TestParse: what is no result is passed over, and a broken one is not.
func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		printed string
		results int
		broken  bool
	}{
		"nothing":          {"PASS\nok  \tmingzhang/ledger\t0.1s\n", 0, false},
		"a name alone":     {"BenchmarkDonations\n", 0, false},
		"one":              {"BenchmarkA-2 10 12 ns/op\n", 1, false},
		"no unit":          {"BenchmarkA-2 10 12 ns/op 7\n", 0, true},
		"no number":        {"BenchmarkA-2 10 many ns/op\n", 0, true},
		"a name with dash": {"BenchmarkA/top-heavy 10 12 ns/op\n", 1, false},
	} {
		results, err := parse(strings.NewReader(c.printed))
		if len(results) != c.results || (err != nil) != c.broken {
			t.Errorf("%s: %v, %v", name, results, err)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{short(0), "0"}, {short(0.3613), "0.361"}, {short(99.94), "99.9"}, {short(100.4), "100"}, {short(1234567), "1,234,567"}, {short(-1234.6), "-1,235"},
		{duration(12), "12 ns"}, {duration(1500), "1.5 µs"}, {duration(2.5e6), "2.5 ms"}, {duration(3e9), "3 s"},
		{bareName("BenchmarkA/b-c-16"), "A/b-c"}, {bareName("BenchmarkA/b-c"), "A/b-c"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// TestMachine: the page says what it was measured on, and leaves out what is not known.
func TestMachine(t *testing.T) {
	page := machine{day: "2026-11-22", cpu: "Some Processor", cores: 2, golang: "go1.26"}.page()
	if !strings.Contains(page, "- processor: Some Processor\n- cores: 2\n- Go: go1.26\n") {
		t.Errorf("got\n%s", page)
	}
	if m := here(t.Context(), nil); m.cores < 1 || m.golang == "" || m.day == "" {
		t.Errorf("this machine is %+v", m)
	}
}
