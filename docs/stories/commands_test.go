package stories

import (
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"

	"mingzhang/ledger/anchor/anchortest"
)

// commands are what a story can say beside testscript's own commands:
//
//	open VAR                     opens a new book, and serves it as start does; see book_test.go
//	city FOLDER                  copies the folder of a demo that was filled
//	start VAR ARG…               runs mingzhang ARG… in the background; the first line
//	                             that it prints, its address, is then in $VAR
//	told VAR PATTERN NAME        waits until it has printed the pattern, too, whose group is
//	                             then in $NAME
//	stop VAR, crash VAR          ends it as an operator does, or with kill -9
//	exits CODE PROGRAM ARG…      is exec for a program that must end with this code
//	ask METHOD ADDRESS [BODY]    sends a request, with the API key in $KEY, and in $CONSENT
//	                             that of whoever agrees; the answer is stdout. A BODY that
//	                             begins with @ names a file. After ! it must be refused.
//	await PATTERN ADDRESS        asks until the answer has the pattern
//	keep VAR [PATH]              puts stdout, or what it has as JSON at items.0.id, in $VAR
//	sql DATABASE STATEMENT…      edits a database behind the program's back
var commands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"open": open, "city": city, "start": start, "told": told, "stop": end(syscall.SIGTERM), "crash": end(syscall.SIGKILL), "exits": exits,
	"ask": ask, "await": await, "keep": keep, "sql": edit,
}

// usage ends a story that is itself wrong.
func usage(ts *testscript.TestScript, right bool, how string) {
	if !right {
		ts.Fatalf("usage: %s", how)
	}
}

// exits runs a program that must end with a code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 1, "exits CODE PROGRAM ARG…")
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code, err = exit.ExitCode(), nil
	}
	ts.Check(err)
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("%s ended with %d, want %s", strings.Join(args[1:], " "), code, args[0])
	}
}

// keep puts what was printed last into a variable.
func keep(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && (len(args) == 1 || len(args) == 2), "keep VAR [PATH]")
	text := strings.TrimSpace(ts.ReadFile("stdout"))
	if len(args) == 2 {
		var value any
		ts.Check(json.Unmarshal([]byte(text), &value))
		for _, step := range strings.Split(args[1], ".") {
			value = below(value, step)
		}
		if value == nil {
			ts.Fatalf("there is no %s in %s", args[1], text)
		}
		text = fmt.Sprint(value)
		if number, ok := value.(float64); ok {
			text = strconv.FormatFloat(number, 'f', -1, 64)
		}
	}
	ts.Setenv(args[0], text)
}

// below is a member of an object, or an element of a list; nil where there is none.
func below(value any, step string) any {
	switch v := value.(type) {
	case map[string]any:
		return v[step]
	case []any:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(v) {
			return v[i]
		}
	}
	return nil
}

// edit changes a database without its triggers. A relative file is one of the story's.
func edit(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 1, "sql DATABASE STATEMENT…")
	address := args[0]
	if file, ok := strings.CutPrefix(address, "sqlite:"); ok {
		address = "sqlite:" + ts.MkAbs(file)
	}
	ts.Check(anchortest.Edit(address, args[1:]...))
}
