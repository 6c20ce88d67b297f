package api

import (
	"strconv"
	"strings"

	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// valueColumns are what a flow is worth in another asset: what a conversion turned it
// into, and the fair value of goods.
func valueColumns(s scales) []flowColumn {
	converted := func(put func(export.Sheet, ledger.AssetID, int64)) func(export.Sheet, *view.Flow) {
		return func(x export.Sheet, v *view.Flow) {
			if v.Flow.Kind != ledger.Conversion {
				x.Blank()
				return
			}
			put(x, v.Flow.In.Pool.Asset, v.Flow.Into)
		}
	}
	valued := func(put func(export.Sheet, *ledger.Value)) func(export.Sheet, *view.Flow) {
		return func(x export.Sheet, v *view.Flow) {
			if v.Flow.Value == nil {
				x.Blank()
				return
			}
			put(x, v.Flow.Value)
		}
	}
	return []flowColumn{
		{Name: "into_asset", Zh: "折算为资产", En: "Into asset", Put: converted(func(x export.Sheet, id ledger.AssetID, _ int64) { x.Text(string(id)) })},
		{Name: "into_amount", Zh: "折算为数额（最小单位）", En: "Into amount (smallest units)", Put: converted(func(x export.Sheet, _ ledger.AssetID, n int64) { x.Number(n) })},
		{Name: "into_amount_whole", Zh: "折算为数额", En: "Into amount (whole units)", Put: converted(func(x export.Sheet, id ledger.AssetID, n int64) { x.Amount(n, s.of(id)) })},
		{Name: "value", Zh: "公允价值（分）", En: "Fair value (fen)", Put: valued(func(x export.Sheet, v *ledger.Value) { x.Number(v.Amount) })},
		{Name: "value_whole", Zh: "公允价值（元）", En: "Fair value (yuan)", Put: valued(func(x export.Sheet, v *ledger.Value) { x.Amount(v.Amount, 2) })},
		{Name: "value_basis", Zh: "公允价值依据", En: "Basis of the value", Put: valued(func(x export.Sheet, v *ledger.Value) { x.Text(v.Basis) })},
	}
}

// noteColumns are who wrote a flow, what later records say about it, and what proves it.
func noteColumns(s scales) []flowColumn {
	return []flowColumn{
		{Name: "late", Zh: "募捐期满后收到", En: "Received late", Put: func(x export.Sheet, v *view.Flow) { x.Flag(v.Flow.Late) }},
		{Name: "undone", Zh: "已退回或冲销（最小单位）", En: "Undone (smallest units)", Put: func(x export.Sheet, v *view.Flow) { x.Number(v.Undone) }},
		{Name: "undone_whole", Zh: "已退回或冲销", En: "Undone (whole units)", Put: func(x export.Sheet, v *view.Flow) { x.Amount(v.Undone, s.of(assetOf(v.Flow))) }},
		{Name: "delivered", Zh: "已签收（最小单位）", En: "Delivered (smallest units)", Put: func(x export.Sheet, v *view.Flow) { x.Number(v.Delivered) }},
		{Name: "delivered_whole", Zh: "已签收", En: "Delivered (whole units)", Put: func(x export.Sheet, v *view.Flow) { x.Amount(v.Delivered, s.of(assetOf(v.Flow))) }},
		{Name: "corrections", Zh: "更正记录", En: "Corrections", Put: func(x export.Sheet, v *view.Flow) { x.Text(numbers(v.Corrections)) }},
		{Name: "evidence", Zh: "凭证", En: "Evidence", Put: func(x export.Sheet, v *view.Flow) { x.Text(strings.Join(v.Flow.Evidence, " ")) }},
		{Name: "evidence_public", Zh: "其中公开的凭证", En: "Evidence that is public", Put: func(x export.Sheet, v *view.Flow) { x.Text(publicFiles(v.Files)) }},
		{Name: "by_org", Zh: "录入组织", En: "Recorded for", Put: func(x export.Sheet, v *view.Flow) { x.Number(v.Record.By.Org) }},
		{Name: "by_key", Zh: "录入密钥", En: "Key used", Put: func(x export.Sheet, v *view.Flow) { x.Text(v.Record.By.Key) }},
		{Name: "consent_org", Zh: "同意方组织", En: "Consent of", Put: func(x export.Sheet, v *view.Flow) {
			if v.Flow.Consent == nil {
				x.Blank()
				return
			}
			x.Number(v.Flow.Consent.Org)
		}},
		{Name: "consent_key", Zh: "同意方密钥", En: "Key of the consent", Put: func(x export.Sheet, v *view.Flow) {
			if v.Flow.Consent == nil {
				x.Blank()
				return
			}
			x.Text(v.Flow.Consent.Key)
		}},
		{Name: "leaf_hash", Zh: "叶哈希", En: "Leaf hash", Put: func(x export.Sheet, v *view.Flow) { x.Hash(v.Leaf) }},
	}
}

// publicFiles lists the files that anyone may see, by their hashes.
func publicFiles(files []view.File) string {
	var hashes []string
	for _, f := range files {
		if f.Public {
			hashes = append(hashes, f.Hash)
		}
	}
	return strings.Join(hashes, " ")
}

// numbers lists indices: "12 15".
func numbers(list []int64) string {
	var b []byte
	for i, n := range list {
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendInt(b, n, 10)
	}
	return string(b)
}
