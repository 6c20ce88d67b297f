package access

import (
	"context"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store"
)

// Wish is a key to be made.
type Wish struct {
	Role         ledger.OrganizationKind `json:"role"`
	Organization *int64                  `json:"organization,omitempty"` // its record; the platform's own may be left out
	Label        string                  `json:"label,omitempty"`        // what the key is for; at most 60 characters
	Expires      time.Time               `json:"expires,omitzero"`       // zero: never
}

// Create makes a key on somebody's behalf: [Operator]'s for "mingzhang keys create". The
// key can be revealed now and never again.
func (a *Access) Create(ctx context.Context, by *Caller, w Wish) (Key, error) {
	if err := a.may(ctx, by, &w); err != nil {
		return Key{}, err
	}
	for range 5 { // 35 bits of chance meet now and then, but not five times
		key, err := a.create(ctx, by, "", w)
		if !errors.Is(err, &ledger.Error{Code: "key-exists"}) {
			return key, err
		}
	}
	return Key{}, errors.New("no new id was found for an API key: the source of chance does not work")
}

// may refuses a wish that somebody may not have, or that cannot be granted.
func (a *Access) may(ctx context.Context, by *Caller, w *Wish) error {
	if err := Allow(by, ManageKeys, Target{Key: &Holder{Role: w.Role, Organization: w.Organization}}); err != nil {
		return err
	}
	return a.check(ctx, w)
}

// create makes a key whose id ends in a name, in chance where that is "".
func (a *Access) create(ctx context.Context, by *Caller, name string, w Wish) (Key, error) {
	key, r := draw(w.Role, a.Random)
	if name != "" {
		key = named(w.Role, name, r)
	}
	row := store.APIKey{ID: key.id, Role: w.Role, Organization: w.Organization, Label: w.Label,
		Created: a.Now().UTC().Truncate(time.Second), Creator: by.Key, Expires: w.Expires}
	m := a.macs.Get().(*mac)
	row.MAC = slices.Clone(m.of(&row, &r))
	a.macs.Put(m)
	if err := a.Keys.AddAPIKey(ctx, row); err != nil {
		return Key{}, err
	}
	a.Log.Info("an API key was made", "key", key.id, "by", by.Key)
	return key, nil
}

// check refuses a wish that cannot be granted, and settles what it leaves open.
func (a *Access) check(ctx context.Context, w *Wish) error {
	if letters[w.Role] == "" {
		return ledger.Refuse(ledger.Invalid, "word-unknown", "role",
			"角色只能是 platform、charity、partner、regulator 或 auditor", "a role is platform, charity, partner, regulator or auditor")
	}
	if err := checkNote("label", w.Label, 60); err != nil {
		return err
	}
	w.Expires = w.Expires.UTC().Truncate(time.Second)
	if !w.Expires.IsZero() && !w.Expires.After(a.Now()) {
		return ledger.Refuse(ledger.Invalid, "key-expired", "expires", "有效期须晚于现在", "a key expires later than now")
	}
	return a.settle(ctx, w)
}

// settle finds the organization of a key. Only the platform's can be there before its
// organization, because somebody must register that.
func (a *Access) settle(ctx context.Context, w *Wish) error {
	index := int64(platformRecord)
	if w.Organization != nil {
		index = *w.Organization
	} else if w.Role != ledger.Platform {
		return ledger.Refuse(ledger.Invalid, "field-missing", "organization", "须指明密钥所属的组织", "the organization of the key is missing")
	}
	o, err := a.Keys.Organization(ctx, index)
	if w.Organization == nil && ledger.KindOf(err) == ledger.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if o.Kind != w.Role {
		return ledger.Refuse(ledger.Conflict, "role-wrong", "role",
			"组织 %d 登记的类型是 %s，不能持有 %s 的密钥", "organization %d is a %s, which has no key of a %s", index, o.Kind, w.Role)
	}
	w.Organization = &index
	return nil
}

// checkNote refuses text that is too long, cannot be shown, or holds the number of a
// person.
func checkNote(field, text string, limit int) error {
	if n := utf8.RuneCountInString(text); n > limit {
		return ledger.Refuse(ledger.Invalid, "text-too-long", field, "%[1]s 最多 %[2]d 个字（收到 %[3]d 个）", "%[1]s has at most %[2]d characters, not %[3]d", field, limit, n)
	}
	if err := record.CheckText(field, text, false); err != nil {
		return err
	}
	return record.Guard(field, text)
}

// List gives the keys that somebody may manage, in the order of their ids, and where the
// next page begins, "" at the end. A page may be short and still have a next one.
func (a *Access) List(ctx context.Context, by *Caller, after string, limit int) ([]store.APIKey, string, error) {
	limit = min(max(limit, 1), 1000)
	page, err := a.Keys.APIKeys(ctx, after, limit)
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(page) == limit {
		next = page[limit-1].ID
	}
	page = slices.DeleteFunc(page, func(k store.APIKey) bool { return Allow(by, ManageKeys, held(&k)) != nil })
	for i := range page {
		page[i].MAC = nil
	}
	return page, next, nil
}

// Revoke ends a key for good: at once here, and in other programs within the time that
// they believe what they have read.
func (a *Access) Revoke(ctx context.Context, by *Caller, id string) error {
	if !isID(id) {
		return ledger.Refuse(ledger.NotFound, "no-such-key", "id", "没有这个 API 密钥", "there is no such API key")
	}
	k, err := a.Keys.APIKey(ctx, id)
	if err != nil {
		return err
	}
	if err := Allow(by, ManageKeys, held(k)); err != nil {
		return err
	}
	if err := a.Keys.RevokeAPIKey(ctx, id, by.Key, a.Now()); err != nil {
		return err
	}
	a.cache.forget(id)
	a.Log.Info("an API key was revoked", "key", id, "by", by.Key)
	return nil
}

func held(k *store.APIKey) Target {
	return Target{Key: &Holder{Role: k.Role, Organization: k.Organization}}
}
