package chart

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestMeasure(t *testing.T) {
	for text, want := range map[string]float64{"": 0, "捐": 1, "捐赠￥，": 4, "…": 1, "·": 1, "0": 0.57, "¥1": 1.17, "e\u0301": 0.57, "\u202e": 1, "\x00": 1, "\n": 0.3} {
		if got := measure(text, 1); got < want-0.001 || got > want+0.031 {
			t.Errorf("measure(%q) = %v em, want %v", text, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text string
		em   float64
		rows int
		want []string
	}{
		{"南珠市慈善会", 6, 2, []string{"南珠市慈善会"}},
		{"南珠市慈善会", 5, 1, []string{"南珠市慈…"}},
		{"南珠市慈善会", 5, 2, []string{"南珠市", "慈善会"}},
		{"业务活动成本·直接资助", 8, 2, []string{"业务活动成本·", "直接资助"}},
		{"业务活动成本·直接资助", 4, 2, []string{"业务活动", "成本…"}},
		{"服务中心（在途）", 6, 2, []string{"服务中心", "（在途）"}},
		{"Pearl Bay School", 6, 3, []string{"Pearl Bay", "School"}},
		{"Programme: travel", 7, 2, []string{"Programme:", "travel"}},
		{"Second gift", 5, 3, []string{"Second", "gift"}},
		{"a Programme", 6.5, 2, []string{"a", "Programme"}},
		{"Programme", 4, 3, []string{"Progra", "mme"}},
		{"213 家", 1.75, 4, []string{"213", "家"}},
		{"", 6, 3, []string{""}},
		{"南珠市", 0.5, 1, []string{""}},
	} {
		if got, _ := wrap(c.text, 1, c.em, c.rows); !slices.Equal(got, c.want) {
			t.Errorf("wrap(%q, %v em, %d) = %q, want %q", c.text, c.em, c.rows, got, c.want)
		}
	}
}

// TestWrapKeeps holds wrapping to the text: lines fit, and nothing but spaces is lost
// that an … does not stand for.
func TestWrapKeeps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, room, rows := strings.Trim(strings.ReplaceAll(labels.Draw(t, "text"), "…", ""), " "), rapid.Float64Range(0, 30).Draw(t, "room"), rapid.IntRange(1, 4).Draw(t, "rows")
		lines, whole := wrap(text, 1, room, rows)
		if len(lines) == 0 || len(lines) > rows {
			t.Fatalf("%d lines", len(lines))
		}
		for _, line := range lines {
			if w := measure(line, 1); w > room+0.02 {
				t.Fatalf("%q is %v em wide, the room %v", line, w, room)
			}
		}
		squeeze := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		got, last := squeeze(strings.Join(lines, "")), lines[len(lines)-1]
		if whole && (cut(last) || broken(text, lines)) {
			t.Fatalf("%q became %q, whole", text, lines)
		}
		if shortened := cut(last) || last == ""; !shortened && got != squeeze(text) || !strings.HasPrefix(squeeze(text), strings.TrimSuffix(got, "…")) {
			t.Fatalf("%q became %q", text, lines)
		}
	})
}

// broken says whether a line ends within a Latin word or a number.
func broken(text string, lines []string) bool {
	latin := func(r rune) bool { return r < 0x2e80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
	for i, line := range lines[1:] {
		text = text[strings.Index(text, lines[i])+len(lines[i]):]
		before, _ := utf8.DecodeLastRuneInString(lines[i])
		after, _ := utf8.DecodeRuneInString(line)
		if strings.HasPrefix(text, line) && latin(before) && latin(after) {
			return true
		}
	}
	return false
}
