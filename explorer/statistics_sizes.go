package explorer

import (
	"cmp"
	"context"
	"slices"

	"mingzhang/explorer/chart"
	"mingzhang/ledger"
)

// mostFirst orders groups by what they received.
func mostFirst(rows []groupRow) {
	slices.SortStableFunc(rows, func(a, b groupRow) int { return cmp.Compare(b.Money.Income.Units, a.Money.Income.Units) })
}

// sizes reads how many gifts in yuan there are of each size, and draws it: the number of
// gifts as bars, because that is what most people ask.
func (s *Site) sizes(ctx context.Context, v visit, r Reads) (sizing, error) {
	list, err := r.Sizes(ctx, nil, nil)
	if err != nil {
		return sizing{}, err
	}
	out, t := sizing{}, v.tongue
	for _, size := range list {
		if size.Asset != yuan {
			continue
		}
		least, most := tenTo(size.Band-1), tenTo(size.Band)-1
		out.Rows = append(out.Rows, sizeRow{Sum: size.Sum, Label: s.assets.money(t)(yuan, least) + "–" + s.assets.amount(yuan, most),
			Link: v.link("/flows", "kind", ledger.Donation, "asset", yuan, "min", ledger.FormatAmount(least, 2), "max", ledger.FormatAmount(most, 2))})
		out.Sum.Units, out.Sum.Flows = out.Sum.Units+size.Units, out.Sum.Flows+size.Flows
	}
	if out.Sum.Flows == 0 {
		return out, nil
	}
	small := int64(0) // below 100 yuan: of at most four digits in fen
	for _, size := range list {
		if size.Asset == yuan && size.Band <= 4 {
			small += size.Flows
		}
	}
	out.Finding = t.say("statistics.small", "n", out.Sum.Flows, "share", share(small, out.Sum.Flows))
	picture := chart.Bars{Head: chart.Head{ID: "sizes", Title: t.say("statistics.sizes"), Desc: out.Finding}}
	for _, row := range out.Rows {
		picture.Rows = append(picture.Rows, chart.Bar{Label: row.Label, Value: row.Flows, Amount: t.say("money.gifts", "n", row.Flows), Share: share(row.Flows, out.Sum.Flows), Class: chart.In, Href: row.Link})
	}
	out.SVG, err = picture.SVG()
	return out, err
}
