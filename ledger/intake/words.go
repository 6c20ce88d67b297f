package intake

import (
	"strings"

	"mingzhang/ledger"
)

// common are the words that lists have for those of the book, by field. A profile may
// have others, which go first.
var common = map[field]map[string]string{
	colDonorKind:  partyWords,
	colPayeeKind:  partyWords,
	colChannel:    {"微信": "wechat", "微信支付": "wechat", "支付宝": "alipay", "银行": "bank", "银行转账": "bank", "转账": "bank", "现金": "cash", "银联": "unionpay", "二维码": "qr"},
	colAsset:      {"人民币": "CNY", "元": "CNY", "rmb": "CNY", "¥": "CNY", "美元": "USD", "$": "USD", "港币": "HKD", "港元": "HKD", "欧元": "EUR", "英镑": "GBP", "日元": "JPY"},
	colValueBasis: {"凭据": "document", "发票": "document", "公允价值": "fair", "市价": "fair", "名义金额": "nominal"},
	colCategory: {"直接资助": "5101.direct_aid", "采购": "5101.purchase", "人员": "5101.staff", "宣传": "5101.publicity", "差旅": "5101.travel",
		"税金": "5201", "管理费用": "5301", "筹资费用": "5401", "手续费": "5401.payment_fee", "运费": "5401.freight", "资产减值": "5501", "其他费用": "5901"},
}

var partyWords = map[string]string{
	"个人": "person", "自然人": "person", "单位": "organization", "机构": "organization", "组织": "organization", "企业": "organization", "公司": "organization", "org": "organization",
	"集体": "group", "匿名": "anonymous", "anon": "anonymous", "无名氏": "anonymous", "公众": "public",
}

// dictionary gives the book's words for a list's, by field.
type dictionary [fields]map[string]string

func newDictionary(words map[string]map[string]string, kind Kind) (*dictionary, error) {
	d := &dictionary{}
	for f, table := range common {
		d.add(f, table)
	}
	for name, table := range words {
		f, err := fieldOf(kind, name)
		if err != nil {
			return nil, err
		}
		d.add(f, table)
	}
	return d, nil
}

func (d *dictionary) add(f field, table map[string]string) {
	if d[f] == nil {
		d[f] = map[string]string{}
	}
	for from, to := range table {
		d[f][fold(from)] = to
	}
}

// maxWords bounds how many forms of words are remembered.
const maxWords = 1000

// look gives the book's word for what stands in a cell: the same, if there is none.
func (d *dictionary) look(f field, cell string) string {
	table := d[f]
	if word, ok := table[cell]; ok || table == nil {
		if !ok {
			return cell
		}
		return word
	}
	word, ok := table[fold(cell)]
	if !ok {
		word = cell
		switch f {
		case colChannel, colDonorKind, colPayeeKind:
			word = strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(narrow(cell)))
		case colAsset:
			word = strings.ToUpper(narrow(cell))
		}
	}
	if len(table) < maxWords {
		table[cell] = word
	}
	return word
}

// assetOf gives a currency by its code.
func assetOf(id ledger.AssetID) (ledger.Asset, error) {
	if a, ok := ledger.Currency(id); ok {
		return a, nil
	}
	return ledger.Asset{}, ledger.Refuse(ledger.Invalid, "currency-unknown", "asset", "%.40q 不是已知的币种", "%.40q is no known currency", string(id))
}
