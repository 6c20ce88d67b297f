package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/api"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// pact is a permissioned ledger that has every record, and the exceptions that it is told.
type pact struct {
	agreed map[int64]tlog.Hash
	broken error // it cannot be asked
}

func (p *pact) Of(context.Context, int64) (*proof.Anchor, error) {
	return &proof.Anchor{Backend: "fabric", Channel: "gongyi", Block: 17, Tx: strings.Repeat("4f1c", 16), Code: "VALID",
		Orgs: []string{"PlatformMSP", "RegulatorMSP"}, Time: libraryNoon.Add(time.Second)}, nil
}

func (p *pact) Standing(context.Context) (api.Standing, error) {
	return api.Standing{Backend: "fabric", Upto: 1 << 20}, nil
}

func (p *pact) Agreed(_ context.Context, index int64) (*tlog.Hash, error) {
	if leaf, ok := p.agreed[index]; ok {
		return &leaf, p.broken
	}
	return nil, p.broken
}

// deaf is a ledger that cannot be asked what was agreed on it.
type deaf struct{ api.Anchors }

// onLedger has the API of a desk stand on a ledger, nil for none.
func (d *desk) onLedger(t *testing.T, on api.Anchors) {
	t.Helper()
	d.again(t, func(c *api.Config) { c.Anchors = on })
}

// again makes the desk's interface anew with another configuration.
func (d *desk) again(t *testing.T, change func(*api.Config)) {
	t.Helper()
	c := d.made
	c.Metrics = api.NewMetrics()
	change(&c)
	h, err := api.New(c)
	check(t, err)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	d.URL = server.URL
}

// leaf is a record's leaf hash, hashOf a hash as a request has it.
func (d *desk) leaf(t testing.TB, name string) tlog.Hash {
	data, err := d.store.Stored(t.Context(), d.at[name])
	check(t, err)
	return record.Hash(data)
}

func hashOf(sum tlog.Hash) string { return fmt.Sprintf(`"sha256:%x"`, sum[:]) }

// TestExceptions: the book takes an exception that platform and regulator made on the
// permissioned ledger, of that very record, and no other.
func TestExceptions(t *testing.T) {
	d := sqliteDesk(t)
	leaf := d.leaf(t, "gift")
	body := members{"of", "{gift}", "leaf", hashOf(leaf), "reason", `"双方核对无误"`}
	agreed := &pact{agreed: map[int64]tlog.Hash{d.at["gift"]: leaf, d.at["firm"]: leaf}}
	before := d.written(t)
	for _, c := range []struct {
		name, as string
		on       api.Anchors
		body     string
		want     string
	}{
		{"no ledger", "platform", nil, body.but(), "409 exception-unknown of"},
		{"a ledger that cannot be asked", "platform", deaf{agreed}, body.but(), "409 exception-unknown of"},
		{"a ledger that does not answer", "platform", &pact{agreed: agreed.agreed, broken: errors.New("no route to host")}, body.but(), "503 ledger-unavailable"},
		{"nothing agreed", "regulator", &pact{}, body.but(), "409 exception-unknown of"},
		{"agreed of another leaf", "platform", &pact{agreed: map[int64]tlog.Hash{d.at["gift"]: {1}}}, body.but(), "409 exception-unknown of"},
		{"another record", "platform", agreed, body.but("of", "{payment}"), "409 exception-unknown of"},
		{"agreed of a leaf that the record has not", "platform", agreed, body.but("of", "{firm}"), "409 leaf-other leaf"},
		{"by a charity", "charity", agreed, body.but(), "403 role-forbidden"},
		{"by nobody", "nobody", agreed, body.but(), "401 key-missing"},
		{"in base64", "platform", agreed, body.but("leaf", quoted(leaf.String())), "422 hash-unreadable leaf"},
		{"no leaf", "platform", agreed, body.but("leaf", "-"), "422 hash-unreadable leaf"},
		{"in capitals", "platform", agreed, body.but("leaf", strings.ToUpper(hashOf(leaf))), "422 hash-unreadable leaf"},
	} {
		d.onLedger(t, c.on)
		if p := d.refused(t, refusal{as: c.as, path: "/v1/exceptions", body: c.body}, "en"); p.String() != c.want {
			t.Errorf("%s: got %s, want %s", c.name, p, c.want)
		}
		results, _ := d.batch(t, "platform", "", typed("exception", body, "leaf", quoted(leaf.String())))
		if got := outcome(t, results); got != "422/hash-unreadable" {
			t.Errorf("%s: in a batch: %s", c.name, got)
		}
	}
	if after := d.written(t); after != before {
		t.Errorf("something was written: %s, before %s", after, before)
	}
	d.onLedger(t, agreed)
	if results, _ := d.batch(t, "regulator", "", typed("exception", body)+typed("exception", body, "of", "{payment}")); outcome(t, results) != "201 409/exception-unknown" {
		t.Errorf("in a batch: %s", outcome(t, results))
	}
	if status, _, answer := d.send(t, "platform", "/v1/exceptions", body.but()); status != http.StatusCreated {
		t.Errorf("got %d %s", status, answer)
	}
}
