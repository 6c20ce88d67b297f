package contract

import "mingzhang/ledger"

// rotateKey proposes the log's next key; the one in use stays until it is confirmed.
func (t *tx) rotateKey(args arguments) (any, error) {
	key, err := t.nextKey(args, t.log.V.Platform)
	if err != nil {
		return nil, err
	}
	repeated := key == t.log.V.Proposed || key == t.log.V.Key && t.log.V.Proposed == ""
	switch {
	case repeated:
	case key == t.log.V.Key:
		t.log.change().Proposed = "" // the proposal is withdrawn
	default:
		t.log.change().Proposed = key
	}
	return t.registered(t.log.V, t.log.V.Proposed == "", repeated), nil
}

// confirmKey makes the proposed key the log's: from now on every checkpoint bears it.
func (t *tx) confirmKey(args arguments) (any, error) {
	key, err := t.nextKey(args, t.log.V.Regulator)
	if err != nil {
		return nil, err
	}
	repeated := key == t.log.V.Key
	if !repeated && key != t.log.V.Proposed {
		return nil, ledger.Refuse(ledger.Conflict, "key-not-proposed", "key", "平台没有提议改用这个密钥", "the platform did not propose this key")
	}
	if !repeated {
		l := t.log.change()
		l.Key, l.Proposed = key, ""
	}
	return t.registered(t.log.V, true, repeated), nil
}

func (t *tx) nextKey(args arguments, msp string) (string, error) {
	if t.MSP != msp {
		return "", notYours("更换日志密钥", "change the log's key", msp)
	}
	key, err := args.text(0, "key")
	if err == nil {
		_, err = t.verifier(key)
	}
	return key, err
}
