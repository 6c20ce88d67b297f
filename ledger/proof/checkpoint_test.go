package proof

import (
	"math"
	"strings"
	"testing"

	"mingzhang/ledger"
)

// The root of the one-leaf tree whose leaf is the empty record.
const emptyRecord = "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="

var checkpointTexts = []struct {
	name string
	text string
	size int64
}{
	{"one record", "log.example/book\n1\n" + emptyRecord + "\n", 1},
	{"empty log", "log.example/book\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", 0},
	{"greatest size", "账本.example\n9223372036854775807\n" + emptyRecord + "\n", math.MaxInt64},
}

func TestCheckpointText(t *testing.T) {
	for _, c := range checkpointTexts {
		t.Run(c.name, func(t *testing.T) {
			cp, err := ParseCheckpoint(c.text)
			if err != nil {
				t.Fatalf("ParseCheckpoint(%q) = %v", c.text, err)
			}
			if origin, _, _ := strings.Cut(c.text, "\n"); cp.Origin != origin || cp.Size != c.size {
				t.Errorf("got %+v, want origin %q and size %d", cp, origin, c.size)
			}
			if got := cp.Text(); got != c.text {
				t.Errorf("Text() = %q, want %q", got, c.text)
			}
		})
	}
}

func TestParseCheckpointRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":              "",
		"two lines":            "log.example\n1\n",
		"no last newline":      "log.example\n1\n" + emptyRecord,
		"extension line":       "log.example\n1\n" + emptyRecord + "\nmore\n",
		"empty fourth line":    "log.example\n1\n" + emptyRecord + "\n\n",
		"carriage returns":     "log.example\r\n1\r\n" + emptyRecord + "\r\n",
		"no origin":            "\n1\n" + emptyRecord + "\n",
		"space in origin":      "log example\n1\n" + emptyRecord + "\n",
		"wide space in origin": "log\u3000example\n1\n" + emptyRecord + "\n",
		"plus in origin":       "log+example\n1\n" + emptyRecord + "\n",
		"control in origin":    "log\x00example\n1\n" + emptyRecord + "\n",
		"origin not UTF-8":     "log\xff\n1\n" + emptyRecord + "\n",
		"no size":              "log.example\n\n" + emptyRecord + "\n",
		"leading zero":         "log.example\n01\n" + emptyRecord + "\n",
		"plus sign":            "log.example\n+1\n" + emptyRecord + "\n",
		"negative":             "log.example\n-1\n" + emptyRecord + "\n",
		"negative zero":        "log.example\n-0\n" + emptyRecord + "\n",
		"hexadecimal":          "log.example\n0x1\n" + emptyRecord + "\n",
		"beyond int64":         "log.example\n9223372036854775808\n" + emptyRecord + "\n",
		"no root":              "log.example\n1\n\n",
		"31 bytes":             "log.example\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoA==\n",
		"33 bytes":             "log.example\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0A\n",
		"stray bits":           "log.example\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB1=\n",
		"no padding":           "log.example\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0\n",
		"URL alphabet":         "log.example\n1\nbjQLnP-zepicpUTmu3gKLHiQHT-zNzh2hRGjBhevoB0=\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseCheckpoint(text)
			wantCode(t, name, err, ledger.Corrupt, "checkpoint")
		})
	}
}

func FuzzCheckpoint(f *testing.F) {
	for _, c := range checkpointTexts {
		f.Add(c.text)
	}
	f.Add("log.example\n01\n" + emptyRecord + "\n")
	f.Add("log+example\n-1\n\n\n")
	signer, verifier := key(f, testOrigin, 1)
	f.Fuzz(func(t *testing.T, text string) {
		cp, err := ParseCheckpoint(text)
		if err != nil {
			return
		}
		if cp.Text() != text {
			t.Fatalf("checkpoint %q came back as %q", text, cp.Text())
		}
		cp.Origin = testOrigin
		if back, _, err := OpenCheckpoint(sign(t, cp, signer), testOrigin, verifier); back != cp || err != nil {
			t.Errorf("signed and opened: got %v, %v, want %v", back, err, cp)
		}
	})
}
