package explorer

import "strings"

var (
	capitalDigits = []rune("零壹贰叁肆伍陆柒捌玖")
	capitalPlaces = []string{"", "拾", "佰", "仟"}
)

// capitals writes hundredths of a unit of money as Chinese financial capitals, as cheques
// and receipts have them (支付结算办法, annex 1): 1,409.50 yuan is 壹仟肆佰零玖元伍角整.
// The amount is at least 0.
func capitals(hundredths int64) string {
	whole, tenth, hundredth := hundredths/100, hundredths/10%10, hundredths%10
	var b strings.Builder
	if whole > 0 || hundredths == 0 {
		b.WriteString(capitalNumber(whole))
		b.WriteString("元")
	}
	if tenth > 0 {
		b.WriteRune(capitalDigits[tenth])
		b.WriteString("角")
	} else if hundredth > 0 && whole > 0 {
		b.WriteString("零")
	}
	if hundredth == 0 {
		return b.String() + "整"
	}
	b.WriteRune(capitalDigits[hundredth])
	b.WriteString("分")
	return b.String()
}

// capitalNumber writes a whole number. Zeros between two digits are one 零; what comes
// before 亿 and 万 is a number of its own.
func capitalNumber(n int64) string {
	if n == 0 {
		return "零"
	}
	var b strings.Builder
	for _, unit := range []struct {
		size int64
		word string
	}{{1_0000_0000, "亿"}, {1_0000, "万"}} {
		if n < unit.size {
			continue
		}
		b.WriteString(capitalNumber(n / unit.size))
		b.WriteString(unit.word)
		if n %= unit.size; 0 < n && n < unit.size/10 {
			b.WriteString("零")
		}
	}
	zero := false
	for place := 3; place >= 0; place-- {
		digit := n / power(place) % 10
		switch {
		case digit == 0:
			zero = n%power(place) > 0 && n >= power(place)
			continue
		case zero:
			b.WriteString("零")
		}
		zero = false
		b.WriteRune(capitalDigits[digit])
		b.WriteString(capitalPlaces[place])
	}
	return b.String()
}

func power(of int) int64 {
	p := int64(1)
	for range of {
		p *= 10
	}
	return p
}
