package verify

import (
	"context"
	"fmt"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/audit"
	"mingzhang/ledger/mirror"
	"mingzhang/ledger/proof"
)

// Trust is what a check starts from.
type Trust struct {
	proof.Policy
	Key    string         // the log's verifier key, as text
	Ledger *Ledger        // the permissioned ledger; nil where it is not asked
	Today  *mirror.Mirror // the log as it is now; nil where it is not asked
}

// ParseTrust reads keys as a command line gives them: a verifier key, or the name of a
// file that holds it; of a witness also with its address behind it, as a server has it.
// A quorum of 0 asks for all witnesses that are given.
func ParseTrust(log string, witnesses []string, quorum int) (Trust, error) {
	var t Trust
	p := &t.Policy
	var err error
	if p.Log, t.Key, err = audit.ReadKey(log); err != nil {
		return t, fmt.Errorf("the log's key: %w", err)
	}
	for _, text := range witnesses {
		vkey, _, _ := strings.Cut(strings.TrimSpace(text), " ")
		v, _, err := audit.ReadKey(vkey)
		if err != nil {
			return t, fmt.Errorf("the key of a witness: %w", err)
		}
		if v.Name() == p.Log.Name() {
			return t, ledger.Refuse(ledger.Invalid, "witness-twice", "witness", "见证人不能与日志同名（%s）", "a witness cannot have the log's name (%s)", v.Name())
		}
		p.Witnesses = append(p.Witnesses, v)
	}
	if p.Quorum = quorum; quorum == 0 {
		p.Quorum = len(p.Witnesses)
	}
	if p.Quorum < 0 || p.Quorum > len(p.Witnesses) {
		return t, ledger.Refuse(ledger.Invalid, "quorum-range", "quorum", "给出了 %d 个见证人，法定数不能是 %d", "%d witnesses are given: the quorum cannot be %d", len(p.Witnesses), quorum)
	}
	return t, nil
}

// vouched says who signed a checkpoint beside the log.
func (t Trust) vouched(r *Report, msg []byte) error {
	_, n, err := proof.OpenCheckpoint(msg, t.Log.Name(), t.Log, t.Witnesses...)
	if err != nil {
		return err
	}
	if len(t.Witnesses) == 0 {
		r.open("没有给出见证人（--witness）：所有人看到的是同一个日志，仅凭日志自己的话", "no witness is given (--witness): that everybody sees the same log rests on the log's own word")
		return nil
	}
	seen := map[string]bool{}
	for _, s := range n.Sigs {
		if s.Name == t.Log.Name() || seen[s.Name] {
			continue
		}
		seen[s.Name] = true
		if at, ok := proof.Seen(s); ok {
			r.proven("见证人 %s 于 %s（其时钟）见过这一检查点", "the witness %s saw this checkpoint at %s by its clock", s.Name, at.Format("2006-01-02T15:04:05Z"))
			continue
		}
		r.proven("%s 也签署了这一检查点", "%s has signed this checkpoint as well", s.Name)
	}
	if len(seen) < t.Quorum {
		return ledger.Refuse(ledger.Corrupt, "witnesses-missing", "", "检查点只有 %d 个可信见证人的签名，要求 %d 个", "the checkpoint has the signatures of %d known witnesses where %d are needed", len(seen), t.Quorum)
	}
	if len(seen) < len(t.Witnesses) {
		r.open("给出的 %[2]d 个见证人中有 %[1]d 个没有签署这一检查点", "%[1]d of the %[2]d witnesses given have not signed this checkpoint", len(t.Witnesses)-len(seen), len(t.Witnesses))
	}
	return nil
}

// continues shows that the log of today begins with that of a checkpoint.
func (t Trust) continues(ctx context.Context, r *Report, old proof.Checkpoint) error {
	if t.Today == nil {
		r.open("没有查询日志的现状（--log）：凭证是在 %d 条记录时开具的，之后的日志是否从它延续，未核对", "the log of today was not asked (--log): whether it goes on from the %d records of this checkpoint", old.Size)
		return nil
	}
	now, _, err := t.now(ctx)
	if err != nil {
		return err
	}
	if now.Size < old.Size {
		return ledger.Refuse(ledger.Unavailable, "log-behind", "", "所问之处的日志只有 %d 条记录，少于凭证的 %d 条：它落后了，或被回滚", "the log that was asked has %d records, fewer than the %d of this checkpoint: it is behind, or was rolled back", now.Size, old.Size)
	}
	p, err := proof.Consistency(old.Size, now.Size, now.Root, t.Today.Tiles(ctx))
	if err != nil {
		return fmt.Errorf("the log of today: %w", err)
	}
	if err := proof.CheckConsistency(old, now, p); err != nil {
		return ledger.Refuse(ledger.Corrupt, "log-forked", "", "日志签署过两段不同的历史：今日的 %d 条记录并非从 %d 条时的检查点延续。请保存这两个检查点，它们就是证据",
			"the log has signed two histories: its %d records of today do not go on from the checkpoint of %d. Keep both checkpoints: they are the evidence", now.Size, old.Size)
	}
	r.proven("今日的日志（%d 条记录）从这一检查点延续，其间没有删改", "the log of today (%d records) goes on from this checkpoint, with nothing changed or removed", now.Size)
	return nil
}

// now reads the log's latest checkpoint.
func (t Trust) now(ctx context.Context) (proof.Checkpoint, []byte, error) {
	msg, err := t.Today.Checkpoint(ctx)
	if err != nil {
		return proof.Checkpoint{}, nil, fmt.Errorf("the log's checkpoint: %w", err)
	}
	cp, _, err := proof.OpenCheckpoint(msg, t.Log.Name(), t.Log)
	return cp, msg, err
}
