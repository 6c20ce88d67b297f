package verify

import (
	"context"
	"fmt"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// Receipt checks a receipt. Beside a report that has all that was found until then, an
// error says what refutes it or why it could not be checked.
func Receipt(ctx context.Context, receipt *proof.Receipt, t Trust) (*Report, error) {
	r := &Report{}
	p, err := receipt.Check(t.Policy)
	if err != nil {
		return r, refuted(err)
	}
	r.in(p.Record, p.Checkpoint, p.Leaf)
	r.seals(p)
	if err := t.vouched(r, receipt.Proof.Checkpoint); err != nil {
		return r, err
	}
	if err := t.continues(ctx, r, p.Checkpoint); err != nil {
		return r, err
	}
	return r, t.anchored(ctx, r, p.Record, receipt.Record, receipt.Anchor)
}

// in says that a record is in the log, and what it says.
func (r *Report) in(rec *record.Record, cp proof.Checkpoint, leaf [32]byte) {
	r.proven("第 %[1]d 号记录在日志 %[2]s 中：其 %[3]d 条记录的检查点由日志的密钥签署，第 %[1]d 号的叶哈希为 sha256:%[4]x", "record %[1]d is in the log %[2]s: the checkpoint of its %[3]d records is signed by the log's key, and its leaf %[1]d is sha256:%[4]x",
		rec.Index, cp.Origin, cp.Size, leaf)
	s := describe(rec)
	r.proven("该记录：%[1]s", "the record says: %[2]s", s.Zh, s.En)
}

// seals says which seals were opened.
func (r *Report) seals(p *proof.Proven) {
	if p.Public != nil {
		var words []string
		for _, t := range p.Public.Texts {
			words = append(words, t.Name+"="+t.Value)
		}
		r.proven("公开文字与记录所封存的一致：%s", "the public words are those that the record sealed: %s", strings.Join(words, "; "))
	} else if p.Record.Public != (record.Commitment{}) {
		r.open("记录封存了公开文字，而凭证没有附上（可能已依法删除）", "the record sealed public words that the receipt does not carry (they may have been erased)")
	}
	if p.Private != nil {
		var names []string
		for _, t := range p.Private.Texts {
			names = append(names, t.Name)
		}
		r.proven("非公开内容与记录所封存的一致（%s），此处不显示", "what only its holder may see is what the record sealed (%s); it is not shown here", strings.Join(names, ", "))
	} else if p.Record.Private != (record.Commitment{}) {
		r.open("记录封存了非公开内容，而凭证没有附上", "the record sealed something private that the receipt does not carry")
	}
}

// describe says what a record is about, in a sentence.
func describe(rec *record.Record) Sentence {
	recorded := rec.Recorded.Format("2006-01-02T15:04:05Z")
	f, ok := rec.What.(*ledger.Flow)
	if !ok {
		return say("%s，由组织 %d 于 %s 记入", "%s, recorded by organization %d at %s", rec.Type(), rec.By.Org, recorded)
	}
	return say("%[1]s %[3]s，项目 %[4]d，发生于 %[5]s，由组织 %[6]d 于 %[7]s 记入", "%[2]s of %[3]s, project %[4]d, occurred %[5]s, recorded by organization %[6]d at %[7]s",
		f.Kind.Zh(), f.Kind, quantity(f.Amount, f.Left().Asset), f.Project(), f.Occurred, rec.By.Org, recorded)
}

// quantity writes an amount: money in whole units, everything else as it is counted.
func quantity(n int64, id ledger.AssetID) string {
	if a, ok := ledger.Currency(id); ok {
		return ledger.FormatAmount(n, a.Scale) + " " + string(id)
	}
	return fmt.Sprintf("%d %s", n, id)
}
