package intake

import (
	"errors"
	"testing"

	"mingzhang/ledger"
)

// isCode says whether an error is the refusal with a code; "" stands for no error.
func isCode(err error, code string) bool {
	var refusal *ledger.Error
	if !errors.As(err, &refusal) {
		return err == nil && code == ""
	}
	return refusal.Code == code
}

func TestParseWhen(t *testing.T) {
	for _, c := range []struct{ text, occurred, clock string }{
		{"2020-01-22", "2020-01-22", ""},
		{"2020-1-2", "2020-01-02", ""},
		{"2020/1/22", "2020-01-22", ""},
		{"2020.01.22", "2020-01-22", ""},
		{"20200122", "2020-01-22", ""},
		{"2020年1月22日", "2020-01-22", ""},
		{"2020年1月22号", "2020-01-22", ""},
		{"２０２０－０１－２２", "2020-01-22", ""},
		{"43852", "2020-01-22", ""},
		{"43852.0", "2020-01-22", ""},
		{"43852.5", "2020-01-22", "12:00:00"},
		{"43852.573032407", "2020-01-22", "13:45:10"},
		{"2020-01-22 13:45:10", "2020-01-22", "13:45:10"},
		{"2020-01-22 9:05", "2020-01-22", "09:05:00"},
		{"2020-01-22T13:45:10.123", "2020-01-22", "13:45:10"},
		{"20200122134510", "2020-01-22", "13:45:10"},
		{"20200122 134510", "2020-01-22", "13:45:10"},
		{"2020年1月22日 13时45分10秒", "2020-01-22", "13:45:10"},
		{"2020-01-22T23:30:00Z", "2020-01-23", "07:30:00"},
		{"2020-01-22T23:30:00+08:00", "2020-01-22", "23:30:00"},
		{"2020-01-22/2020-01-28", "2020-01-22/2020-01-28", ""},
		{"2020/1/22/2020/1/28", "2020-01-22/2020-01-28", ""},
		{"2020/1/22-2020/1/28", "2020-01-22/2020-01-28", ""},
		{"2020-01-22 至 2020-01-28", "2020-01-22/2020-01-28", ""},
		{"2020-01-22～2020-01-28", "2020-01-22/2020-01-28", ""},
		{"2020年1月22日-28日", "2020-01-22/2020-01-28", ""},
		{"2020年1月22日至2月3日", "2020-01-22/2020-02-03", ""},
		{"20200122-20200128", "2020-01-22/2020-01-28", ""},
		{"2020-01-22/2020-01-22", "2020-01-22", ""},
		{"2020-02", "2020-02-01/2020-02-29", ""},
		{"2020年2月", "2020-02-01/2020-02-29", ""},
		{"2020-01/2020-03", "2020-01-01/2020-03-31", ""},
	} {
		got, err := ParseWhen(c.text, false)
		if want := (When{c.occurred, c.clock}); err != nil || got != want {
			t.Errorf("%q: got %v and %v, want %v", c.text, got, err, want)
		}
	}
	if got, err := ParseWhen("42390", true); err != nil || got.Occurred != "2020-01-22" {
		t.Errorf("42390 from 1904: got %v and %v", got, err)
	}
}

func TestParseWhenRefuses(t *testing.T) {
	for _, c := range []struct{ text, code string }{
		{"", "date-unreadable"},
		{"2020-02-30", "date-unreadable"},
		{"2020-13-01", "date-unreadable"},
		{"20200230", "date-unreadable"},
		{"01/02/2020", "date-unreadable"},
		{"20-01-22", "date-unreadable"},
		{"1月22日", "date-unreadable"},
		{"2020-01-22 25:00", "date-unreadable"},
		{"2020-01-22 13:45 foo", "date-unreadable"},
		{"2020-01-22 2020-01-28", "date-unreadable"},
		{"昨天", "date-unreadable"},
		{"99999", "date-unreadable"},
		{"2020", "date-unreadable"},
		{"2020年", "date-unreadable"},
		{"0001-01-01", "date-unreadable"},
		{"2020-01-28/2020-01-22", "period-backwards"},
	} {
		got, err := ParseWhen(c.text, false)
		if !isCode(err, c.code) {
			t.Errorf("%q: got %v and %v, want %s", c.text, got, err, c.code)
		}
	}
}

func FuzzParseWhen(f *testing.F) {
	for _, s := range []string{"2020-01-22", "2020/1/22", "43852.5", "2020年1月22日-28日", "2020-01-22T13:45:10Z", "20200122134510"} {
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, text string, from1904 bool) {
		w, err := ParseWhen(text, from1904)
		if err != nil {
			if ledger.KindOf(err) != ledger.Invalid {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if p, err := ledger.ParsePeriod(w.Occurred); err != nil || p.String() != w.Occurred {
			t.Fatalf("%q is read as %q, which the book refuses: %v", text, w.Occurred, err)
		}
		if again, err := ParseWhen(w.Occurred, from1904); err != nil || again.Occurred != w.Occurred {
			t.Fatalf("%q is read as %q, and that as %q (%v)", text, w.Occurred, again.Occurred, err)
		}
	})
}
