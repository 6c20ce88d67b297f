package ledger_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"mingzhang/ledger"
)

// refused makes sure that err is a refusal with the code given, if any, and that
// its sentences are whole in both languages.
func refused(t testing.TB, err error, code string) *ledger.Error {
	t.Helper()
	var e *ledger.Error
	if !errors.As(err, &e) {
		t.Fatalf("got error %v, want a refusal %s", err, code)
	}
	if code != "" && e.Code != code {
		t.Errorf("refused as %s (%s), want %s", e.Code, e.En, code)
	}
	if e.Kind == 0 || e.Code == "" || e.Zh == "" || e.En == "" || strings.Contains(e.Zh+e.En, "%!") || e.Zh == e.En {
		t.Errorf("the refusal %+v is not whole", *e)
	}
	if !strings.ContainsFunc(e.Zh, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }) {
		t.Errorf("the Chinese sentence of %s is %q", e.Code, e.Zh)
	}
	return e
}

// refusedFor is refused for input that a fuzzer made up, which a sentence may quote:
// where it holds a per cent sign, that is no sign of a fault.
func refusedFor(t testing.TB, err error, input, code string) {
	t.Helper()
	if !strings.Contains(input, "%") {
		refused(t, err, code)
	} else if !errors.As(err, new(*ledger.Error)) {
		t.Fatalf("got error %v, want a refusal", err)
	}
}

// checked compares a check with the code it should refuse with, "" for none.
func checked(t testing.TB, err error, code string) {
	t.Helper()
	if code != "" {
		refused(t, err, code)
	} else if err != nil {
		t.Errorf("refused: %v", err)
	}
}

func TestError(t *testing.T) {
	e := ledger.Refuse(ledger.Shortfall, "pool-shortfall", "amount", "只剩 %d", "only %d left", 7).With(7)
	wrapped := fmt.Errorf("paying: %w", e)
	for tag, want := range map[string]string{"en": "only 7 left", "en-GB": "only 7 left", "zh-CN": "只剩 7", "": "只剩 7", "e": "只剩 7"} {
		if got := e.In(tag); got != want {
			t.Errorf("In(%q) = %q, want %q", tag, got, want)
		}
	}
	if got := ledger.KindOf(wrapped); got != ledger.Shortfall {
		t.Errorf("KindOf = %d, want %d", got, ledger.Shortfall)
	}
	if got := ledger.KindOf(errors.New("disk full")); got != 0 {
		t.Errorf("KindOf of a machine's fault = %d, want 0", got)
	}
	if !errors.Is(wrapped, &ledger.Error{Code: "pool-shortfall"}) || errors.Is(wrapped, &ledger.Error{Code: "pool-full"}) {
		t.Error("errors.Is does not match by code")
	}
	if e.Data != 7 || e.Error() != "only 7 left" {
		t.Errorf("Data = %v, Error = %q", e.Data, e.Error())
	}
}
