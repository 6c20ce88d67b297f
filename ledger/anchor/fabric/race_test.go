//go:build race

package fabric_test

func init() { buildFlags = append(buildFlags, "-race") }
