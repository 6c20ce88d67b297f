package record_test

import (
	"testing"

	"mingzhang/ledger/record"
)

// The numbers are made up: no division has the code 990000, no card the number
// 4000 0000 0000 0002, and nobody the telephone 130 0000 0000.
func TestGuardRefuses(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"identity card", "990000190001010008"},
		{"identity card with X", "99000019000101018X"},
		{"identity card with x", "99000019000101018x"},
		{"identity card of 15 digits", "990000000101001"},
		{"identity card in full width", "９９００００１９０００１０１０１８Ｘ"},
		{"identity card in full width, small x", "９９００００１９０００１０１０１８ｘ"},
		{"identity card in groups", "990000 19000101 0008"},
		{"identity card in groups with X", "990000 19000101 018X"},
		{"identity card with hyphens", "990000-19000101-0008"},
		{"identity card with dots", "990000.19000101.0008"},
		{"identity card digit by digit", "9 9 0 0 0 0 1 9 0 0 0 1 0 1 0 0 0 8"},
		{"identity card in Chinese", "受助人身份证号990000190001010008，住广州"},
		{"identity card behind a date", "2026-11-20 990000190001010008"},
		{"identity card in brackets", "（990000190001010008）"},
		{"mobile", "13000000000"},
		{"mobile, 19", "19900000000"},
		{"mobile in Chinese", "请联系王某13000000000谢谢"},
		{"mobile in groups", "130 0000 0000"},
		{"mobile with hyphens", "130-0000-0000"},
		{"mobile with middle dots", "130·0000·0000"},
		{"mobile in full width", "１３０００００００００"},
		{"mobile with +86", "+86 13000000000"},
		{"mobile with +86, run together", "+8613000000000"},
		{"mobile with +86 in groups", "+86 130 0000 0000"},
		{"mobile with 86 and a hyphen", "86-13000000000"},
		{"mobile with 0086", "0086 130-0000-0000"},
		{"mobile with 086", "08613000000000"},
		{"mobile beside letters", "wx:a13000000000b"},
		{"mobile with spaces of full width", "130　0000　0000"},
		{"mobile with two spaces", "130  0000  0000"},
		{"mobile in brackets", "(130)00000000"},
		{"mobile with dashes", "130–0000–0000"},
		{"mobile with slashes", "130/0000/0000"},
		{"bank card of 16 digits", "4000000000000002"},
		{"bank card of 17 digits", "62000000000000000"},
		{"bank card of 18 digits", "620000000000000005"},
		{"bank card of 19 digits", "6200000000000000000"},
		{"bank card in groups of four", "4000 0000 0000 0002"},
		{"bank card of 19 in groups of four", "6200 0000 0000 0000 000"},
		{"bank card with hyphens", "9999-0000-0000-0004"},
		{"bank card in Chinese", "卡号：4000 0000 0000 0002（示例银行）"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := refused(t, record.Guard("note", c.text), "personal-number")
			if e.Field != "note" {
				t.Errorf("field %q, want note", e.Field)
			}
		})
	}
}

func TestGuardAccepts(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"nothing", ""},
		{"prose", "今天收到爱心人士捐赠的棉衣 120 件，已全部发放。"},
		{"USCC of digits", "531100006684027126"},
		{"USCC", charityCode},
		{"USCC with letters", partnerCode},
		{"filing number", "531100006684027126P20001"},
		{"filing number in Chinese", "募捐备案编号：531100006684027126P20001。"},
		{"date", "2026-11-20"},
		{"dates", "2026-01-01至2026-12-31"},
		{"date in Chinese", "2026年11月20日"},
		{"period", "2020-01-22/2020-01-28"},
		{"time", "2026-11-20 08:30:00"},
		{"time in RFC 3339", "2026-11-20T08:30:00Z"},
		{"amounts that read as a mobile", "15000 120000"},
		{"amounts that read as an old identity card", "500 200 100 50 20 10 5"},
		{"a date and amounts", "2026-11-20 13500 2000000"},
		{"years", "2019 2020 2021 2022 2023 2024"},
		{"years with hyphens", "2019-2020-2021-2022"},
		{"amounts with commas", "1,234,567.89 元"},
		{"list of amounts", "100,000.00、200,000.00、300,000.00"},
		{"list of small amounts", "50 20 10 5 2 1"},
		{"list of amounts, one a line", "100.00\n200.00\n300.00\n400.00"},
		{"amount in fen", "100000000000"},
		{"payment serial of 28 digits", "4200001234202611201234567890"},
		{"payment serial of 32 digits", "20261120123456789012345678901234"},
		{"landline", "020-12345678"},
		{"landline in brackets", "(020) 12345678"},
		{"landline with country", "+86-20-12345678"},
		{"landline with extension", "020-12345678-8001"},
		{"400 number", "400-123-4567"},
		{"400 number, grouped otherwise", "4001-234-567"},
		{"short numbers", "110、119、12345、12306"},
		{"order number", "穗民函〔2026〕12号"},
		{"order number of a ministry", "民发〔2026〕12号"},
		{"account codes", "5101.direct_aid 5201 5301 5401"},
		{"11 digits that begin with 12", "12000000000"},
		{"12 digits in a run", "130000000001"},
		{"identity card with a wrong check digit", "990000190001010006"},
		{"identity card without a date", "990000199913010008"},
		{"bank card with a wrong digit", "4000 0000 0000 0003"},
		{"dimensions", "120x80x60 200X300"},
		{"content hash", contentHash("0")},
		{"ISBN", "978-7-0000-0000-2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := record.Guard("note", c.text); err != nil {
				t.Errorf("Guard(%q) = %v, want it accepted", c.text, err)
			}
		})
	}
}

// TestGuardBindsWriting: what was once recorded stays readable, so Parse accepts a
// name that Format would refuse today.
func TestGuardBindsWriting(t *testing.T) {
	data := []byte(broken(t, "freeze", "穗民函〔2026〕12号", "13000000000"))
	r, err := record.Parse(data)
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	_, err = record.Format(r)
	refused(t, err, "personal-number")
}
