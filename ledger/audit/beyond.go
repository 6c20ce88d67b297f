package audit

import "mingzhang/ledger/proof"

// beyond judges what a database has behind the last block: its tables hold that, too. From
// there on the auditor plays the ledger's members, as in an audit of a book by itself, with
// a key of his own for the log. The report stays that of the blocks, but for breaches.
func (a *audit) beyond() (err error) {
	if _, ok := a.against.(Database); !ok || a.alone || a.end.Size == a.size {
		return nil
	}
	batches := a.report.Batches
	defer func() { a.report.Batches = batches }()
	t, key, err := a.playing(a.report.Head.Platform, a.report.Head.Regulator)
	if err != nil {
		return err
	}
	edge, err := proof.Resume(a.size, a.tree())
	if err != nil {
		return err
	}
	t.edge = *edge
	if err := t.say(t.platform, "RotateKey", key); err != nil {
		return err
	}
	if err := t.say(t.regulator, "ConfirmKey", key); err != nil {
		return err
	}
	if err := t.toEnd(); err != nil {
		return err
	}
	a.report.Breaches, err = a.breaches()
	return err
}
