package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// result is a line that a benchmark printed.
type result struct {
	pkg, cpu string
	name     string // without "Benchmark" and the number of cores
	values   []value
}

// value is a metric.
type value struct {
	number float64
	unit   string
}

// parse reads the results out of what go test printed (golang.org/design/14313).
func parse(r io.Reader) (results []result, err error) {
	var pkg, cpu string
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := lines.Text()
		if s, ok := strings.CutPrefix(line, "pkg: "); ok {
			pkg = strings.TrimPrefix(s, "mingzhang/")
		}
		if s, ok := strings.CutPrefix(line, "cpu: "); ok {
			cpu = s
		}
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		values, err := parseValues(fields[2:])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", line, err)
		}
		results = append(results, result{pkg, cpu, bareName(fields[0]), values})
	}
	return results, lines.Err()
}

func parseValues(fields []string) (values []value, err error) {
	if len(fields)%2 != 0 {
		return nil, fmt.Errorf("a metric without its unit")
	}
	for i := 0; i < len(fields); i += 2 {
		number, err := strconv.ParseFloat(fields[i], 64)
		if err != nil {
			return nil, err
		}
		values = append(values, value{number, fields[i+1]})
	}
	return values, nil
}

// bareName is a benchmark's name without what go test puts around it.
func bareName(s string) string {
	s = strings.TrimPrefix(s, "Benchmark")
	if at := strings.LastIndexByte(s, '-'); at > 0 {
		if _, err := strconv.Atoi(s[at+1:]); err == nil {
			s = s[:at]
		}
	}
	return s
}
