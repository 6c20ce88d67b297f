package main

import (
	"io"
	"strings"
	"testing"
	"time"
)

func TestConfigure(t *testing.T) {
	env := map[string]string{"MINGZHANG_CHAINCODE_PACKAGE": packageID, "MINGZHANG_CHAINCODE_LISTEN": "127.0.0.1:1", "MINGZHANG_CHAINCODE_TLS_KEY": "k", "MINGZHANG_CHAINCODE_TLS_CERTIFICATE": "c"}
	c, err := configure([]string{"--listen", "127.0.0.1:2"}, func(name string) string { return env[name] }, io.Discard)
	if want := (config{Listen: "127.0.0.1:2", Package: packageID, Grace: 10 * time.Second, Certificate: "c", Key: "k"}); err != nil || c != want {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestConfigureRefuses(t *testing.T) {
	for args, want := range map[string]string{
		"":             "--package",
		"--package 12": "--package",
		"--package " + packageID + " --tls-key k":       "go together",
		"--package " + packageID + " --tls-client-ca c": "needs",
		"--package " + packageID + " more":              "unknown argument",
		"--nonsense":                                    "nonsense",
	} {
		_, err := configure(strings.Fields(args), func(string) string { return "" }, io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", args, err, want)
		}
	}
	wrong := func(name string) string { return map[string]string{"MINGZHANG_CHAINCODE_GRACE": "soon"}[name] }
	if _, err := configure(nil, wrong, io.Discard); err == nil || !strings.Contains(err.Error(), "MINGZHANG_CHAINCODE_GRACE") {
		t.Errorf("a wrong variable: %v", err)
	}
}
