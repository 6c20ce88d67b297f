package ledger

import (
	"strings"
	"unicode/utf8"
)

// isSlug accepts a short machine name: a-z, 0-9 and single inner hyphens, at most
// 40 characters, beginning with a letter or digit.
func isSlug(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		word := 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
		hyphen := c == '-' && i > 0 && i < len(s)-1 && s[i-1] != '-'
		if !word && !hyphen {
			return false
		}
	}
	return 0 < len(s) && len(s) <= 40
}

// checkSlug refuses what is not a machine name.
func checkSlug(field, s string) error {
	if !isSlug(s) {
		return Refuse(Invalid, "name-unreadable", field,
			"%.60q 不是有效的代号：只用小写字母、数字和中间的连字符，最多 40 个字符",
			"%.60q is not a machine name: lower-case letters, digits and inner hyphens, at most 40", s)
	}
	return nil
}

// checkName refuses a name that is empty, longer than limit characters, or has
// spaces around it. What characters may stand in text is the record's rule.
func checkName(field, s string, limit int) error {
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return missing(field)
	case n > limit:
		return Refuse(Invalid, "text-too-long", field,
			"%[4]s最多 %[2]d 个字（收到 %[3]d 个）", "%[1]s has at most %[2]d characters, not %[3]d", field, limit, n, fieldName(field))
	case strings.TrimSpace(s) != s:
		return Refuse(Invalid, "text-spaces", field,
			"%[2]s的首尾不能有空格", "%[1]s must not begin or end with a space", field, fieldName(field))
	}
	return nil
}

// fieldNames are the Chinese names of fields, for sentences; in English the name of a
// field says it.
var fieldNames = map[string]string{
	"amount": "金额", "asset": "资产", "basis": "依据", "beneficiaries": "受益人数", "budget": "预算",
	"category": "支出类别", "cause": "慈善目的", "channel": "收款渠道", "class": "类别", "code": "登记代码",
	"designation": "指定用途", "donor": "捐赠方", "donor.kind": "捐赠方类型", "donor.name": "捐赠方名称",
	"field": "更正的项目", "id": "代号", "key": "密钥", "kind": "类型", "late": "逾期到账标记", "name": "名称",
	"occurred": "发生日期", "of": "所指的记录", "order": "文号", "payee": "收款方", "payee.kind": "收款方类型",
	"payee.name": "收款方名称", "pool": "资金池", "project": "项目", "recipient.kind": "接收方类型",
	"recipient.name": "接收方名称", "seal": "密封", "status": "项目状态", "target": "募集目标", "from": "转出方", "to": "转入方", "into": "兑换所得", "consent": "对方同意", "starts": "募捐开始日",
	"unit": "单位", "use": "密钥用途", "value": "公允价值", "value.basis": "计价依据", "verifier": "验证公钥",
}

// fieldName is the name of a field in a Chinese sentence.
func fieldName(field string) string {
	if name, ok := fieldNames[field]; ok {
		return name
	}
	return " " + field + " "
}

// missing refuses input that leaves a needed field out.
func missing(field string) error {
	return Refuse(Invalid, "field-missing", field, "缺少%[2]s", "%[1]s is missing", field, fieldName(field))
}

// inField gives a refusal the name of the field it came from.
func inField(field string, err error) error {
	if e, ok := err.(*Error); ok {
		named := *e
		named.Field = field
		return &named
	}
	return err
}

// unknown refuses a word that is not one of a fixed list.
func unknown(field string, word any) error {
	return Refuse(Invalid, "word-unknown", field,
		"%[3]s的值 %.40[2]q 不在规定的词表中", "%.40[2]q is not one of the words of %[1]s", field, word, fieldName(field))
}
