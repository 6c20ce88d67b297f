package fabric_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/audit"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// begun is a log with a gift of 100 and a payment of 30, anchored.
func begun(t testing.TB) (s *scribe, given, spent int64) {
	s = newScribe(t)
	s.found()
	given, spent = s.flow(gift(100)), s.flow(payment(30))
	s.anchor()
	return s, given, spent
}

// TestForged: what our own server would never submit, the chaincode refuses with its
// reason.
func TestForged(t *testing.T) {
	s, given, spent := begun(t)
	first := s.size
	s.flow(gift(5))
	s.flow(naming(ledger.Return, spent, 10))
	s.flow(naming(ledger.Refund, given, 7))
	end := int64(len(s.records))
	stranger, _ := newKey(t, s.origin, 9)
	for name, c := range map[string]struct {
		change func(b *contract.Batch)
		code   string
	}{
		"forged root": {func(b *contract.Batch) { b.Checkpoint = s.checkpoint(end, s.root(first)) }, "checkpoint-root"},
		"wrong signature": {func(b *contract.Batch) {
			b.Checkpoint, _ = proof.Sign(proof.Checkpoint{Origin: s.origin, Size: end, Root: s.root(end)}, stranger)
		}, "checkpoint-unsigned"},
		"gap":            {func(b *contract.Batch) { b.First++; b.Records = b.Records[1:] }, "batch-gap"},
		"reordered pair": {func(b *contract.Batch) { b.Records[0], b.Records[1] = b.Records[1], b.Records[0] }, "index-place"},
		"changed byte": {func(b *contract.Batch) {
			b.Records[0] = bytes.Replace(b.Records[0], []byte(`"key":"k"`), []byte(`"key":"l"`), 1)
		}, "checkpoint-root"},
		"wrong older": {func(b *contract.Batch) {
			b.Olders[0].Record = bytes.Replace(b.Olders[0].Record, []byte(`100`), []byte(`101`), 1)
		}, "older-differs"},
	} {
		t.Run(name, func(t *testing.T) {
			b := s.batch(first, end)
			c.change(b)
			_, err := s.Submit(ctx, s.marshal(b))
			wantCode(t, err, c.code)
		})
	}
	for _, org := range []string{"charity", "regulator"} {
		_, err := connect(t, org, s.origin).Submit(ctx, s.rest())
		wantCode(t, err, "msp-forbidden")
	}
	s.anchor()
}

// TestFalseArithmetic: an overspend, and a return beyond what was paid, behind a good
// record of the same batch.
func TestFalseArithmetic(t *testing.T) {
	s, _, spent := begun(t)
	back := naming(ledger.Return, spent, 31)
	back.In, back.Cut = &ledger.Inflow{Pool: general, Span: ledger.Span{From: 100, Upto: 131}}, &ledger.Span{From: 0, Upto: 31}
	for code, f := range map[string]*ledger.Flow{"pool-shortfall": paid(31, 102), "return-too-large": &back} {
		s.add(paid(30, 31))
		s.bad(code, s.add(f))
	}
	if h := ask[contract.Head](t, s.Client, "Head"); h.Size != s.size || h.Root != s.root(s.size) {
		t.Errorf("the head is %d %v, want %d", h.Size, h.Root, s.size)
	}
}

// TestFreeze: only the regulator orders it; an outflow after its record is anchored,
// marked, and shown for ever.
func TestFreeze(t *testing.T) {
	s, _, _ := begun(t)
	for _, org := range []string{"platform", "charity"} {
		_, err := s.Invoke(ctx, org, "Freeze", "11", "甲", "查账")
		wantCode(t, err, "msp-forbidden")
	}
	_, err := s.Invoke(ctx, "regulator", "Freeze", "11", "甲", "查账")
	must(t, err)
	s.add(&ledger.Freeze{Project: 11, Order: "甲"})
	s.flow(gift(50))
	bad := s.flow(payment(1))
	if a := s.anchor(); a.Breaches != 1 {
		t.Errorf("the answer tells of %d breaches", a.Breaches)
	}
	page := ask[contract.Page[contract.Breach]](t, s.Client, "Breaches")
	if len(page.Items) != 1 || page.Items[0].Index != bad || page.Items[0].Kind != contract.BreachFrozen {
		t.Errorf("the breaches are %+v", page.Items)
	}
	if p := ask[contract.Project](t, s.Client, "Project", 11); p.Frozen != "甲" {
		t.Errorf("the project: %+v", p)
	}
	_, err = s.Invoke(ctx, "regulator", "Release", "11", "乙", "查毕")
	must(t, err)
}

// TestExcept: by one side alone it changes nothing, by both it lets the record in, and
// that is shown.
func TestExcept(t *testing.T) {
	s, _, _ := begun(t)
	bad := s.add(paid(40, 60))
	data := s.rest()
	leaf := tlog.Hash(record.Hash(s.bytes[bad])).String()
	except := func(org string) (a contract.Agreed) {
		answer, err := s.Invoke(ctx, org, "Except", fmt.Sprint(bad), leaf, "误")
		must(t, err)
		must(t, json.Unmarshal(answer, &a))
		return a
	}
	agreed := func(want bool) {
		t.Helper()
		got, err := anchor.New(anchor.Config{Ledger: s.Client, Origin: s.origin}).Agreed(ctx, bad)
		if must(t, err); (got != nil) != want || want && got.String() != leaf {
			t.Errorf("agreed on is %v, want %t", got, want)
		}
	}
	except("platform")
	agreed(false)
	_, err := s.Submit(ctx, data)
	wantCode(t, err, "units-differ")
	if a := except("platform"); a.Agreed || !a.Repeated {
		t.Errorf("the same side again: %+v", a)
	}
	if a := except("regulator"); !a.Agreed {
		t.Errorf("both: %+v", a)
	}
	agreed(true)
	if a := s.anchor(); a.Excepted != 1 {
		t.Errorf("the answer: %+v", a)
	}
	h := ask[contract.Head](t, s.Client, "Head")
	if h.Excepted != 1 || h.Unchecked != 1 {
		t.Errorf("the head: %+v", h)
	}
	if p := ask[contract.Pool](t, s.Client, "Pool", general); p.Unchecked == nil || *p.Unchecked != bad {
		t.Errorf("the pool: %+v", p)
	}
}

// TestKeys: a rotation is proposed by the platform and confirmed by the regulator; then
// the old key is worth nothing.
func TestKeys(t *testing.T) {
	s, _, _ := begun(t)
	signer, key := newKey(t, s.origin, 8)
	_, err := s.Invoke(ctx, "", "RotateKey", key)
	must(t, err)
	_, err = s.Invoke(ctx, "charity", "ConfirmKey", key)
	wantCode(t, err, "msp-forbidden")
	_, err = s.Invoke(ctx, "regulator", "ConfirmKey", key)
	must(t, err)
	s.flow(gift(1))
	_, err = s.Submit(ctx, s.rest())
	wantCode(t, err, "checkpoint-unsigned")
	s.signer = signer
	s.anchor()
}

// TestCommitted: an answer says what the block says; a batch again makes no transaction;
// blocks give calls, answers and writes such that an audit by the rules finds no fault.
func TestCommitted(t *testing.T) {
	s, _, _ := begun(t)
	s.flow(gift(5))
	data := s.rest()
	c, err := s.Submit(ctx, data)
	must(t, err)
	if again, err := s.Submit(ctx, data); err != nil || !again.Answer.Repeated || again.Tx != "" {
		t.Errorf("again: %+v, %v", again, err)
	}
	var found *anchor.Tx
	for b, err := range s.Blocks(ctx, c.Block) {
		must(t, err)
		for i := range b.Txs {
			if b.Txs[i].Tx == c.Tx {
				found = &b.Txs[i]
			}
		}
		break
	}
	if found == nil || found.Code != "VALID" || found.MSP != "PlatformMSP" || found.Function != "Anchor" || !bytes.Equal(found.Args[1], data) ||
		!slices.Equal(found.Orgs, []string{"PlatformMSP", "RegulatorMSP"}) || !slices.Equal(c.Orgs, found.Orgs) || c.Code != found.Code || c.Channel != "mingzhang" ||
		!c.Time.Equal(found.Time.Truncate(1e6)) || len(found.Writes) != 32 || !strings.Contains(string(found.Answer), `"size"`) {
		t.Errorf("the answer is %+v, the block has %+v", c.Anchor, found)
	}
	report, err := audit.Blocks(ctx, s.Client, audit.Trust{Origin: s.origin, Key: s.key}, nil)
	must(t, err)
	if report.Head.Size != int64(len(s.records)) || report.Head.Root != s.root(report.Head.Size) {
		t.Errorf("the audit finds %+v", report.Head)
	}
}

// TestAgreement: all organisations hold the same of the last block, with the hash of
// all that they committed.
func TestAgreement(t *testing.T) {
	s, _, _ := begun(t)
	height, err := s.Height(ctx)
	must(t, err)
	all, err := s.Agreement(ctx, height-1)
	must(t, err)
	for _, o := range all {
		if o.Err != nil || len(o.Commit) != 64 || len(o.Block) != 64 {
			t.Errorf("an opinion: %+v", o)
		}
	}
	if len(all) != 3 || all[0].MSP != "PlatformMSP" {
		t.Errorf("%d opinions, the first of %s", len(all), all[0].MSP)
	}
}

// TestCommandLine: Fabric's own program reads the same head.
func TestCommandLine(t *testing.T) {
	s, _, _ := begun(t)
	ours, err := s.Query(ctx, "Head")
	must(t, err)
	for _, org := range []string{"platform", "regulator", "charity"} {
		theirs, err := network(t).Query(ctx, org, "Head", s.origin)
		if must(t, err); theirs != string(ours) {
			t.Errorf("at %s the head is %s, ours %s", org, theirs, ours)
		}
	}
	if _, err := s.Leaf(ctx, s.size); true {
		wantCode(t, err, "not-anchored")
	}
}
