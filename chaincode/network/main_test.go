package main

import (
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func none(string) string { return "" }

func TestParse(t *testing.T) {
	env := map[string]string{"MINGZHANG_FABRIC_DIR": "/env", "MINGZHANG_FABRIC_ORDERERS": "3", "MINGZHANG_FABRIC_BATCH_TIMEOUT": "20ms", "MINGZHANG_FABRIC_PURGE": "true"}
	o, words, err := parse([]string{"stop", "--dir", "/line", "orderer1"}, func(name string) string { return env[name] }, io.Discard)
	if err != nil || strings.Join(words, " ") != "stop orderer1" {
		t.Fatalf("words %v, %v", words, err)
	}
	if o.Dir != "/line" || o.Orderers != 3 || o.BatchTimeout != 20*time.Millisecond {
		t.Errorf("got %+v", o)
	}
	if o.purge {
		t.Error("the environment can remove data")
	}
}

func TestRefuses(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	for line, want := range map[string]string{
		"":                        "say up",
		"upwards":                 "say up",
		"stop":                    "say up",
		"up more":                 "say up",
		"up --orderers many":      "many",
		"up --orderers 2":         "not 2",
		"status --dir " + dir:     "no network in " + dir,
		"down --dir " + dir:       "no network",
		"start peer --dir " + dir: "no network",
	} {
		err := run(t.Context(), strings.Fields(line), none, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", line, err, want)
		}
	}
	wrong := func(name string) string { return map[string]string{"MINGZHANG_FABRIC_PORT": "no"}[name] }
	if err := run(t.Context(), []string{"status"}, wrong, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "MINGZHANG_FABRIC_PORT") {
		t.Errorf("a wrong variable: %v", err)
	}
}
