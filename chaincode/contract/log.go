package contract

import (
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// Registered is the answer about the registration of a log or its next key.
type Registered struct {
	Origin    string `json:"origin"`
	Key       string `json:"key"`
	Platform  string `json:"platform"`
	Regulator string `json:"regulator"`
	Rules     int64  `json:"rules"`
	Proposed  string `json:"proposed_key,omitempty"`
	Confirmed bool   `json:"confirmed"` // false: the regulator's MSP has yet to confirm
	Repeated  bool   `json:"repeated"`  // nothing changed: it was so before
}

func (t *tx) registered(l logRow, confirmed, repeated bool) *Registered {
	return &Registered{t.origin, l.Key, l.Platform, l.Regulator, l.Rules, l.Proposed, confirmed, repeated}
}

// registerLog proposes a log. Proposals are kept apart by who made them, so that nobody
// can displace another's.
func (t *tx) registerLog(args arguments) (any, error) {
	l, err := t.registration(args)
	if err != nil {
		return nil, err
	}
	if t.MSP != l.Platform {
		return nil, notYours("登记日志", "register the log", l.Platform)
	}
	if t.log.there {
		return t.again(l)
	}
	proposal, err := t.proposals.get(t.MSP)
	if err != nil {
		return nil, err
	}
	repeated := proposal.there && proposal.V == l
	if !repeated {
		*proposal.change() = l
	}
	return t.registered(l, false, repeated), nil
}

// confirmLog registers a log as the platform proposed it.
func (t *tx) confirmLog(args arguments) (any, error) {
	l, err := t.registration(args)
	if err != nil {
		return nil, err
	}
	if t.MSP != l.Regulator {
		return nil, notYours("确认日志", "confirm the log", l.Regulator)
	}
	if t.log.there {
		return t.again(l)
	}
	proposal, err := t.proposals.get(l.Platform)
	if err != nil {
		return nil, err
	}
	if !proposal.there || proposal.V != l {
		return nil, ledger.Refuse(ledger.Conflict, "log-not-proposed", "",
			"%s 没有以同样内容提议登记日志 %q", "%s did not propose the log %q in these words", l.Platform, t.origin)
	}
	proposal.remove()
	*t.log.change() = l
	return t.registered(l, true, false), nil
}

// again answers a registration that took place before. A key that was changed since
// makes it another one.
func (t *tx) again(l logRow) (any, error) {
	now := t.log.V
	l.Proposed = now.Proposed
	if now != l {
		return nil, ledger.Refuse(ledger.Conflict, "log-exists", "", "日志 %q 已登记，内容不同", "the log %q is registered already, and otherwise", t.origin)
	}
	return t.registered(now, true, true), nil
}

// registration reads and checks what a log is registered with.
func (t *tx) registration(args arguments) (l logRow, err error) {
	texts := []*string{&l.Key, &l.Platform, &l.Regulator}
	for i, name := range []string{"key", "platform", "regulator"} {
		if *texts[i], err = args.text(i, name); err != nil {
			return l, err
		}
	}
	if l.Rules, err = args.number(3, "rules", Rules); err != nil {
		return l, err
	}
	if _, err := t.verifier(l.Key); err != nil {
		return l, err
	}
	for _, msp := range []string{l.Platform, l.Regulator} {
		if n := utf8.RuneCountInString(msp); n == 0 || n > 100 || record.CheckText("msp", msp, false) != nil {
			return l, ledger.Refuse(ledger.Invalid, "msp-unreadable", "msp", "%.40q 不是 MSP 标识", "%.40q is not the id of an MSP", msp)
		}
	}
	if l.Platform == l.Regulator {
		return l, ledger.Refuse(ledger.Invalid, "msp-same", "regulator", "平台与监管部门不能是同一个 MSP", "platform and regulator cannot be the same MSP")
	}
	if l.Rules < 1 {
		return l, ledger.Refuse(ledger.Invalid, "rules-unknown", "rules", "没有第 %d 版规则", "there are no rules of version %d", l.Rules)
	}
	return l, rulesKnown(l.Rules)
}

// verifier reads a verifier key, whose name must be the log's origin.
func (t *tx) verifier(key string) (note.Verifier, error) {
	v, err := note.NewVerifier(key)
	if err != nil || len(key) > 1000 || v.Name() != t.origin {
		return nil, ledger.Refuse(ledger.Invalid, "key-unreadable", "key", "%.80q 不是日志 %q 的验证公钥", "%.80q is not a verifier key of the log %q", key, t.origin)
	}
	return v, nil
}

// checkOrigin refuses what cannot be the name of a log: above all a space, which parts
// the keys of one log from those of another.
func checkOrigin(origin string) error {
	text := proof.Checkpoint{Origin: origin}.Text()
	if _, err := proof.ParseCheckpoint(text); err != nil || len(origin) > 200 {
		return ledger.Refuse(ledger.Invalid, "origin-unreadable", "origin", "%.80q 不是日志的名称", "%.80q is not the name of a log", origin)
	}
	return nil
}

func rulesKnown(version int64) error {
	if version <= Rules {
		return nil
	}
	return ledger.Refuse(ledger.Conflict, "rules-newer", "rules",
		"日志按第 %d 版规则登记，本节点的合约只有第 %d 版：请先升级合约", "the log is registered for rules of version %d, and this contract has version %d: upgrade it first", version, Rules)
}

func notYours(zh, en, msp string) error {
	return ledger.Refuse(ledger.Forbidden, "msp-forbidden", "", "只有 %[3]s 可以%[1]s", "only %[3]s may %[2]s", zh, en, msp)
}
