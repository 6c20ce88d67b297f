package stories

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"mingzhang/ledger/record"
)

// TestRecordExample: the record in docs/records.md is one, has the hash that stands
// there, and is opened by the opening that stands there.
func TestRecordExample(t *testing.T) {
	text, err := os.ReadFile("../records.md")
	if err != nil {
		t.Fatal(err)
	}
	example := map[string]string{}
	for _, m := range fence.FindAllStringSubmatch(string(text), -1) {
		example[m[1]] = strings.TrimSpace(m[2])
	}
	r, err := record.Parse([]byte(example["json"]))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("sha256:%x", record.Hash([]byte(example["json"]))); got != example["hash"] {
		t.Errorf("its hash is %s, not %s", got, example["hash"])
	}
	if _, err := record.Open(r.Public, []byte(example["opening"])); err != nil {
		t.Error(err)
	}
}
