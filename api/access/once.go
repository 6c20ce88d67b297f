package access

import (
	"context"
	"errors"

	"mingzhang/ledger"
	"mingzhang/ledger/store"
)

// CreateOnce is Create under an idempotency key, which is not "": where its caller made
// a key under it before, it gives the id of that one, and says that it is a replay. The
// key itself is not shown again, because nobody has it any more: who lost the answer
// revokes that id and makes another. The same idempotency key with another wish is a
// ledger.Conflict.
//
// Nothing is kept for it but the key: its id follows from the idempotency key and who
// sent it.
func (a *Access) CreateOnce(ctx context.Context, by *Caller, once string, w Wish) (key Key, replayed bool, err error) {
	if err := a.may(ctx, by, &w); err != nil {
		return Key{}, false, err
	}
	name := a.nameOf(by, once)
	made, err := a.made(ctx, name)
	if err != nil {
		return Key{}, false, err
	}
	if made == nil {
		if key, err = a.create(ctx, by, name, w); !errors.Is(err, &ledger.Error{Code: "key-exists"}) {
			return key, false, err
		}
		if made, err = a.made(ctx, name); err != nil { // somebody was quicker
			return Key{}, false, err
		}
	}
	if made == nil || !granted(made, by, w) {
		return Key{}, false, ledger.Refuse(ledger.Conflict, "key-reused", "Idempotency-Key", "同一幂等键已用于另一个 API 密钥", "the same idempotency key stands for another API key")
	}
	return Key{id: made.ID}, true, nil
}

// nameOf is what the id of a key that somebody made under an idempotency key ends in.
func (a *Access) nameOf(by *Caller, once string) string {
	m := a.macs.Get().(*mac)
	defer a.macs.Put(m)
	m.Reset()
	m.Write([]byte("the id of a key made once\x00" + by.Key + "\x00" + once))
	return codes.EncodeToString(m.Sum(nil))[:idLength-3]
}

// made gives the key of whatever role whose id ends in a name, nil for none.
func (a *Access) made(ctx context.Context, name string) (*store.APIKey, error) {
	for _, begin := range letters {
		k, err := a.Keys.APIKey(ctx, begin+"-"+name)
		if err == nil || ledger.KindOf(err) != ledger.NotFound {
			return k, err
		}
	}
	return nil, nil
}

// granted says whether a key is what somebody wished for.
func granted(k *store.APIKey, by *Caller, w Wish) bool {
	same := k.Organization == w.Organization || k.Organization != nil && w.Organization != nil && *k.Organization == *w.Organization
	return same && k.Creator == by.Key && k.Role == w.Role && k.Label == w.Label && k.Expires.Equal(w.Expires)
}
