package intake

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// unsaidUnit is the unit of goods whose list does not say any: what it counts is not
// known, and so it is not put together with what is.
const unsaidUnit = "未注明"

// out says whether the list is of goods that were handed out.
func (l *list) out() bool {
	return l.Direction == "out" || l.Direction == "" && l.at[colPayee] >= 0 && l.at[colDonor] < 0 && l.at[colDonorDisplay] < 0
}

// checkDirection refuses a list of goods that could be of either.
func (l *list) checkDirection() error {
	if l.Kind != Goods {
		return nil
	}
	in, out := l.at[colDonor] >= 0 || l.at[colDonorDisplay] >= 0, l.at[colPayee] >= 0 || l.at[colPayeeDisplay] >= 0
	if l.Direction != "in" && l.Direction != "out" && (l.Direction != "" || in == out) {
		return ledger.Refuse(ledger.Invalid, "direction-missing", "direction",
			"看不出这些物资是收到还是发出：请用 --direction in 或 out 说明", "it is not clear whether these goods came in or went out: say --direction in or out")
	}
	return nil
}

// goodsIn reads goods that were given.
func (l *list) goodsIn(r row) (wish, error) {
	g, when, err := l.thing(r)
	if err != nil {
		return wish{}, err
	}
	number, err := l.long(r, colSerial)
	if err != nil {
		return wish{}, err
	}
	in := book.Income{PoolRef: l.ref(r), Asset: g.asset, Amount: g.amount, Occurred: when.Occurred, Time: when.Time,
		Channel: l.word(r, colChannel, l.Channel), Serial: number, Invoice: l.cell(r, colInvoice), Donor: l.party(r, giver, ""), Note: l.specified(r)}
	in.Value, err = l.value(r)
	g.what = in
	return g, err
}

// goodsOut reads goods that were handed out. What never came in is refused here: nobody
// is to register goods that are only missing.
func (l *list) goodsOut(r row) (wish, error) {
	g, when, err := l.thing(r)
	if err != nil {
		return wish{}, err
	}
	if g.first != nil {
		return wish{}, ledger.Refuse(ledger.NotFound, "goods-unknown", "item",
			"没有收到过 %s（%s）", "no %s (%s) ever came in", g.first.Name, g.first.Unit)
	}
	out := book.Spend{PoolRef: l.ref(r), Asset: g.asset, Amount: g.amount, Occurred: when.Occurred, Purpose: l.specified(r)}
	err = l.spentOn(r, &out)
	g.what = out
	return g, err
}

// short says of goods what a pool says of an asset.
func (l *list) short(r row, err error) error {
	var why *ledger.Error
	if !errors.As(err, &why) || why.Kind != ledger.Shortfall || l.Kind != Goods {
		return err
	}
	left, _ := why.Data.(ledger.Shortage)
	return ledger.Refuse(ledger.Shortfall, "goods-short", "quantity", "%s 只剩 %d，不够发出 %d", "of %s there are %d left, not %d", l.cell(r, colItem), left.Left, left.Asked).With(left)
}

// thing reads what goods a row is about, how many, and when.
func (l *list) thing(r row) (wish, When, error) {
	name := l.cell(r, colItem)
	if name == "" {
		return wish{}, When{}, missing("item")
	}
	n, behind, err := ParseQuantity(l.number(r, colQuantity))
	if err != nil {
		return wish{}, When{}, err
	}
	of := l.cell(r, colUnit)
	if of == "" {
		of = behind
	}
	if of == "" {
		of = unsaidUnit
	}
	g := l.things.find(name, of)
	g.amount = n
	when, err := l.when(r)
	return g, when, err
}

// specified is the note of goods, with their specification before it.
func (l *list) specified(r row) string {
	of, more := l.cell(r, colSpec), l.note(r)
	if of == "" {
		return more
	}
	if more == "" {
		return "规格：" + of
	}
	return "规格：" + of + "；" + more
}

// value reads the fair value of goods. Where it comes from must be said.
func (l *list) value(r row) (*book.Value, error) {
	text := l.number(r, colValue)
	if text == "" {
		return nil, nil
	}
	cny, err := assetOf("CNY")
	if err != nil {
		return nil, err
	}
	n, err := ParseMoney(text, cny, l.Unit)
	if err != nil {
		return nil, err
	}
	basis := l.word(r, colValueBasis, "")
	if basis == "" {
		return nil, missing("value_basis")
	}
	return &book.Value{Amount: n, Basis: basis}, nil
}

// things are the assets that goods are counted as, by name and unit.
type things struct {
	known map[thingKey]ledger.AssetID
}

type thingKey struct{ name, unit string }

// newThings begins with the assets that are registered. Only those counted in whole
// units are looked at.
func newThings(registered []ledger.Asset) *things {
	t := &things{map[thingKey]ledger.AssetID{}}
	for _, a := range registered {
		if a.Class == ledger.Goods && a.Scale == 0 {
			t.known[thingKey{fold(a.Name), fold(a.Unit)}] = a.ID
		}
	}
	return t
}

// find gives the asset of a name and unit, with its registration if it is a new one.
// Spaces, width and case make no difference.
func (t *things) find(name, unit string) wish {
	key := thingKey{fold(name), fold(unit)}
	if id, ok := t.known[key]; ok {
		return wish{asset: id}
	}
	id := key.id()
	return wish{asset: id, first: &book.RegisterAsset{ID: id, Class: ledger.Goods, Name: name, Unit: unit}}
}

// learn notes that an asset is being registered.
func (t *things) learn(a *book.RegisterAsset) {
	t.known[thingKey{fold(a.Name), fold(a.Unit)}] = a.ID
}

var slugs = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// id names an asset after its name and unit, so that every import finds the same.
func (k thingKey) id() ledger.AssetID {
	sum := sha256.Sum256([]byte(k.name + "\x00" + k.unit))
	return ledger.AssetID(strings.Join([]string{string(ledger.Goods), slugs.EncodeToString(sum[:10])}, "/"))
}
