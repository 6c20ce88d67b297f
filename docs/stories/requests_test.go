package stories

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// ask sends a request.
func ask(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, len(args) == 2 || len(args) == 3, "ask METHOD ADDRESS [BODY]")
	body := ""
	if len(args) == 3 {
		body = args[2]
		if file, ok := strings.CutPrefix(body, "@"); ok {
			body = ts.ReadFile(file)
		}
	}
	status, answer, err := send(args[0], args[1], ts.Getenv("KEY"), ts.Getenv("CONSENT"), body)
	ts.Check(err)
	fmt.Fprint(ts.Stdout(), answer)
	if refused := status >= 400; refused != neg {
		ts.Fatalf("%s %s: status %d: %s", args[0], args[1], status, answer)
	}
}

func send(method, address, key, consent, body string) (int, string, error) {
	req, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	if consent != "" {
		req.Header.Set("Consent-Authorization", "Bearer "+consent)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := (&http.Client{Timeout: 5 * time.Minute}).Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(answer), err
}

// await asks until the answer has a pattern.
func await(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 2, "await PATTERN ADDRESS")
	pattern, err := regexp.Compile(args[0])
	ts.Check(err)
	pace := time.NewTicker(20 * time.Millisecond)
	defer pace.Stop()
	for deadline := time.Now().Add(10 * time.Minute); ; <-pace.C {
		_, answer, err := send("GET", args[1], ts.Getenv("KEY"), "", "")
		if err == nil && pattern.MatchString(answer) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s never had %s: %v\n%s", args[1], args[0], err, answer)
		}
	}
}
