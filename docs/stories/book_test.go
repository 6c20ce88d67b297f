package stories

import (
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// open opens a book in the folder data and serves it. Its first records are those of a
// small town, whose API keys are in variables:
//
//	0  某平台      the platform      $PLATFORM, and in $KEY to begin with
//	1  甲慈善会    a charity         $CHARITY
//	2  乙基金会    another           $FOUNDATION
//	3  丙服务中心  their partner     $PARTNER
//	4  某民政局    the regulator     $REGULATOR
//	5  东村小学课桌, a project of 甲慈善会, whose number is in $PROJECT as well
//
// The log's public key is in $LOGKEY, and the folder in $MINGZHANG_DATA.
func open(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 1, "open VAR")
	ts.Setenv("MINGZHANG_DATA", "data")
	ts.Setenv("MINGZHANG_ORIGIN", "mingzhang.example/story")
	ts.Setenv("PLATFORM", newKey(ts, "platform"))
	ts.Setenv("KEY", ts.Getenv("PLATFORM"))
	start(ts, false, []string{args[0], "serve"})
	url := ts.Getenv(args[0])
	for i, who := range town {
		must(ts, "POST", url+"/v1/organizations",
			fmt.Sprintf(`{"uscc":%q,"name":%q,"kind":%q,"public_fundraising":%t}`, who.uscc, who.name, who.kind, who.kind == "charity"))
		if i > 0 {
			ts.Setenv(who.key, newKey(ts, who.kind, "--organization", fmt.Sprint(i)))
		}
	}
	must(ts, "POST", url+"/v1/projects", `{"organization":"51440100000000002E","name":"东村小学课桌","kind":"fund","cause":"education","place":"440100"}`)
	ts.Setenv("PROJECT", "5")
	ts.Setenv("LOGKEY", strings.TrimSpace(must(ts, "GET", url+"/log.pub", "")))
}

// must sends a request that cannot be refused.
func must(ts *testscript.TestScript, method, address, body string) string {
	status, answer, err := send(method, address, ts.Getenv("KEY"), "", body)
	ts.Check(err)
	if status >= 400 {
		ts.Fatalf("%s %s: status %d: %s", method, address, status, answer)
	}
	return answer
}

var town = []struct{ uscc, name, kind, key string }{
	{"51440100000000001B", "某平台", "platform", "PLATFORM"},
	{"51440100000000002E", "甲慈善会", "charity", "CHARITY"},
	{"53440100000000004E", "乙基金会", "charity", "FOUNDATION"},
	{"53440100000000003B", "丙服务中心", "partner", "PARTNER"},
	{"11440100000000006Y", "某民政局", "regulator", "REGULATOR"},
}

func newKey(ts *testscript.TestScript, role string, more ...string) string {
	ts.Check(ts.Exec("mingzhang", append([]string{"keys", "create", "--role", role}, more...)...))
	return strings.TrimSpace(ts.ReadFile("stdout"))
}
