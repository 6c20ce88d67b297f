package intake

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// TestIdentity: what makes a row the same row.
func TestIdentity(t *testing.T) {
	s := onSQLite(t)
	head := "date,amount,donor,serial,note"
	first := []string{head, "2020-01-22,1,甲,,", "2020-01-22,1,甲,,", "2020-01-22,2,乙,S1,", "2020-01-23,3,丙,S2,"}
	more := append(append([]string{}, first...), "2020-01-22,1,甲,,", "2020-01-24,4,丁,S3,", "2020-01-23,3,丙,S2,")
	list, extended := s.write("a.csv", lines(first...)), s.write("b.csv", lines(more...))
	again := s.write("c.csv", strings.ReplaceAll(lines(first...), "甲", " 甲\u3000"))

	s.want(Donations, Flags{Files: []string{list}, Source: "book"}, 4, 4, 0, 0, 0)     // two identical rows are two gifts
	s.want(Donations, Flags{Files: []string{list}, Source: "book"}, 4, 0, 4, 0, 0)     // the same file
	s.want(Donations, Flags{Files: []string{again}, Source: "book"}, 4, 0, 4, 0, 0)    // the same content, with other spaces
	s.want(Donations, Flags{Files: []string{extended}, Source: "book"}, 7, 2, 5, 0, 0) // a third identical row is a third gift; a serial number is there once
	s.want(Donations, Flags{Files: []string{extended}, Source: "other"}, 7, 3, 4, 0, 0)
	s.want(Donations, Flags{Files: []string{list}}, 4, 2, 2, 0, 0) // its content is its source, which is a new one
	s.want(Donations, Flags{Files: []string{list, list}}, 8, 0, 8, 0, 0)

	packedList := s.write("a.csv.gz", string(packed(t, []byte(lines(first...)))))
	s.want(Donations, Flags{Files: []string{packedList}}, 4, 0, 4, 0, 0)

	reread := s.want(Donations, Flags{Files: []string{list}, Settings: Settings{Channel: "bank"}}, 4, 2, 0, 2, 0) // S1 and S2 of a channel are other payments
	if len(reread.Reasons) != 1 || reread.Reasons[0].Code != "key-reused" || reread.Reasons[0].Rows != 2 {
		t.Errorf("read in another way: %+v", reread.Reasons)
	}
}

// TestOrder: records are in the order of the rows.
func TestOrder(t *testing.T) {
	s := onSQLite(t)
	before := s.size()
	n := 3 * firstGroup / 2
	rows := []string{"date,amount"}
	for i := range n {
		rows = append(rows, fmt.Sprintf("2020-01-22,%d", i+1))
	}
	s.want(Donations, Flags{Files: []string{s.write("long.csv", lines(rows...))}}, n, n, 0, 0, 0)
	next := int64(1)
	must(t, s.store.EachFlow(ctx, view.FlowFilter{}, s.size(), func(f *view.Flow) error {
		if f.Flow.Amount != next*100 || f.Record.Index != before+next-1 {
			return fmt.Errorf("row %d is record %d with %d", next, f.Record.Index, f.Flow.Amount)
		}
		next++
		return nil
	}))
	if next != n+1 {
		t.Errorf("%d records", next-1)
	}
}

// TestGroupBytes: long rows make short groups.
func TestGroupBytes(t *testing.T) {
	long := strings.Repeat("x", maxRow/2)
	rows := []string{"date,amount,note"}
	for range 40 {
		rows = append(rows, "2020-01-22,1,"+long)
	}
	s := onSQLite(t)
	im := &importer{kind: Donations, profile: own(t, "donations")}
	im.groupSize.Store(groupSize)
	list, err := im.open(s.write("long.csv", lines(rows...)), newThings(nil))
	must(t, err)
	defer list.rows.close()
	go list.read(ctx)
	var sizes []int
	for group := range list.groups {
		sizes = append(sizes, len(group))
	}
	if fmt.Sprint(sizes) != "[32 8]" {
		t.Errorf("groups of %v", sizes)
	}
}

// TestSealed: what is a person's is in no record.
func TestSealed(t *testing.T) {
	s := onSQLite(t)
	path := s.write("list.csv", lines("date,time,amount,donor,donor_display,serial,account,contact,invoice,note",
		"2020-01-22,13:45:10,20,张某某,张*,S0001,6222-测试,某街一号,NO1,加油"))
	s.want(Donations, Flags{Files: []string{path}, Settings: Settings{Channel: "bank"}}, 1, 1, 0, 0, 0)
	data, err := s.store.Stored(ctx, s.size()-1)
	must(t, err)
	for _, word := range []string{"张", "S0001", "6222", "街", "NO1", "13:45", "加油"} {
		if bytes.Contains(data, []byte(word)) {
			t.Errorf("the record holds %q: %s", word, data)
		}
	}
	public, private, err := s.store.Openings(ctx, s.size()-1)
	must(t, err)
	r, err := record.Parse(data)
	must(t, err)
	shown, err := record.Open(r.Public, public)
	must(t, err)
	hidden, err := record.Open(r.Private, private)
	must(t, err)
	if shown.Get("display") != "张*" || shown.Get("note") != "加油" || hidden.Get("name") != "张某某" || hidden.Get("serial") != "S0001" || hidden.Get("time") != "13:45:10" {
		t.Errorf("public %v, private %v", shown.Texts, hidden.Texts)
	}
	if r.By != author {
		t.Errorf("by %+v", r.By)
	}
}

// TestDryRun says what a real run does, and records nothing.
func TestDryRun(t *testing.T) {
	in := lines("date,item,unit,qty,donor", "2020-01-24,口罩,箱,10,甲", "2020-01-24,口罩,箱,10,甲", "2020-01-25,防护服,件,5,乙")
	out := lines("date,item,unit,qty,recipient", "2020-01-26,口罩,箱,15,某医院", "2020-01-26,口罩,箱,15,某医院", "2020-01-26,口罩,件,1,某医院", "2020-01-26,防护服,件,6,某医院", "2020-01-26,防护服,件,5,某医院")
	s := onSQLite(t)
	to := Settings{Party: "organization"}
	list, handed := s.write("in.csv", in), s.write("out.csv", out)
	for _, step := range []struct {
		flags  Flags
		counts []int64
	}{
		{Flags{Files: []string{list}}, []int64{3, 3, 0, 0, 0}},
		{Flags{Files: []string{list}}, []int64{3, 0, 3, 0, 0}},
		{Flags{Files: []string{handed}, Settings: to}, []int64{5, 2, 0, 3, 0}},
		{Flags{Files: []string{list, handed, list}, Settings: to, Source: "again"}, []int64{11, 5, 3, 3, 0}},
	} {
		before := s.size()
		dry := step.flags
		dry.DryRun = true
		rehearsed := s.want(Goods, dry, step.counts...)
		if s.size() != before {
			t.Fatalf("a dry run made %d records", s.size()-before)
		}
		done := s.want(Goods, step.flags, step.counts...)
		if fmt.Sprint(rehearsed.Totals, codes(rehearsed)) != fmt.Sprint(done.Totals, codes(done)) {
			t.Errorf("rehearsed %v %v, done %v %v", rehearsed.Totals, codes(rehearsed), done.Totals, codes(done))
		}
	}
	registered, err := s.store.Assets(ctx)
	must(t, err)
	if len(registered) != 2 {
		t.Errorf("registered: %+v", registered)
	}
}

func codes(s *Summary) (all []string) {
	for _, r := range s.Reasons {
		all = append(all, fmt.Sprint(r.Code, " ", r.Rows))
	}
	return all
}

// TestGoodsTooLong: the rows of goods that cannot be registered say why.
func TestGoodsTooLong(t *testing.T) {
	s := onSQLite(t)
	name := strings.Repeat("长", 101)
	list := s.write("in.csv", lines("date,item,unit,qty,donor", "2020-01-24,"+name+",箱,10,甲", "2020-01-24,"+name+",箱,11,甲", "2020-01-24,口罩,箱,1,甲"))
	got := s.want(Goods, Flags{Files: []string{list}}, 3, 1, 0, 2, 0)
	if fmt.Sprint(codes(got)) != "[text-too-long 2]" || got.Assets != 1 {
		t.Errorf("got %v and %d kinds", codes(got), got.Assets)
	}
}

// TestPublishRefused tells everybody which goods could not be recorded, and not who got
// them.
func TestPublishRefused(t *testing.T) {
	s := onSQLite(t)
	s.want(Goods, Flags{Files: []string{s.write("in.csv", lines("date,item,unit,qty,donor", "2020-01-24,口罩,箱,10,甲"))}}, 1, 1, 0, 0, 0)
	out := Flags{Files: []string{s.write("out.csv", lines("date,item,unit,qty,recipient", "2020-01-26,口罩,箱,9,某医院", "2020-01-26,口罩,箱,11,某医院", "2020-01-28,面罩,只,5,某医院", "2020-01-28,面\x00罩,只,5,某医院"))},
		Settings: Settings{Party: "organization"}, PublishRefused: true}
	s.want(Goods, out, 4, 1, 0, 3, 0)
	before := s.size()
	s.want(Goods, out, 4, 0, 1, 3, 0) // the same finding is there once
	if s.size() != before {
		t.Errorf("%d more records", s.size()-before)
	}
	found, err := s.store.About(ctx, s.project, []string{"disclosure"}, 0, 10)
	must(t, err)
	if len(found) != 1 {
		t.Fatalf("%d disclosures", len(found))
	}
	d := found[0].Record.What.(*ledger.Disclosure)
	text := record.Opening{Texts: found[0].Texts}.Get("text")
	const want = `清单共 4 行，已记入 1 行，未能记入 3 行。
goods-unknown：2 行
goods-short：1 行
2020-01-26 口罩 11 箱：结存不足
2020-01-28 面罩 5 只：没有收到过 面罩（只）
另有 1 行未列出。`
	if d.Kind != ledger.Finding || d.Period.String() != "2020-01-26/2020-01-28" || text != want {
		t.Errorf("%s of %s:\n%s", d.Kind, d.Period, text)
	}
}

// TestWhole: all or nothing.
func TestWhole(t *testing.T) {
	s := onSQLite(t)
	before := s.size()
	list := s.write("list.csv", lines("date,amount", "2020-01-22,1", "2020-01-22,-2"))
	if _, said, err := s.take(Donations, Flags{Files: []string{list}, Whole: true}); !isCode(err, "rows-refused") || s.size() != before {
		t.Errorf("got %v, %d records\n%s", err, s.size()-before, said)
	}
	list = s.write("list.csv", lines("date,amount", "2020-01-22,1", "2020-01-22,2"))
	s.want(Donations, Flags{Files: []string{list}, Whole: true}, 2, 2, 0, 0, 0)
	if s.size() != before+2 {
		t.Errorf("%d records", s.size()-before)
	}
}

// TestNoneTaken: an import says that rows were taken only where some were.
func TestNoneTaken(t *testing.T) {
	s := onSQLite(t)
	some := s.write("some.csv", lines("date,amount", "2020-01-22,1", "2020-01-22,-2"))
	none := s.write("none.csv", lines("date,amount", "2020-01-22,-1", "2020-01-22,-2"))
	for _, c := range []struct {
		name   string
		flags  Flags
		zh, en string
	}{
		{"all or nothing", Flags{Files: []string{some}, Whole: true}, "1 行被拒绝（共 2 行），没有一行被记入", "1 of 2 rows were refused, and none was recorded"},
		{"a dry run", Flags{Files: []string{some}, DryRun: true}, "1 行被拒绝（共 2 行），没有一行被记入", "1 of 2 rows were refused, and none was recorded"},
		{"no good row", Flags{Files: []string{none}}, "2 行被拒绝（共 2 行），没有一行被记入", "2 of 2 rows were refused, and none was recorded"},
		{"a good row", Flags{Files: []string{some}}, "1 行被拒绝（共 2 行），其余已处理", "1 of 2 rows were refused; the others were taken"},
	} {
		_, _, err := s.take(Donations, c.flags)
		var refusal *ledger.Error
		if !errors.As(err, &refusal) || refusal.Zh != c.zh || refusal.En != c.en {
			t.Errorf("%s: got %v, want %q and %q", c.name, err, c.zh, c.en)
		}
	}
}

// TestSpare: a list is not written over.
func TestSpare(t *testing.T) {
	s := onSQLite(t)
	list := s.write("list.csv", lines("date,amount", "2020-01-22,1"))
	if _, _, err := s.take(Donations, Flags{Files: []string{list}, Errors: list}); !isCode(err, "file-same") {
		t.Errorf("got %v", err)
	}
	s.want(Donations, Flags{Files: []string{list}}, 1, 1, 0, 0, 0)
}

// TestRefusals: the file of refused rows says why and, put right, can be imported.
func TestRefusals(t *testing.T) {
	s := onSQLite(t)
	list := s.write("list.csv", lines("日期,金额,捐赠人", "2020-01-22,1,甲", "2020-01-22,一元,=cmd()", "2020-01-40,3,丙", "2026-12-01,4,丁"))
	file := filepath.Join(s.folder, "refused.csv")
	_, said, err := s.take(Donations, Flags{Files: []string{list}, Errors: file})
	if !isCode(err, "rows-refused") || !strings.Contains(said, "4 rows: 1 added, 0 there already, 3 refused") {
		t.Errorf("got %v\n%s", err, said)
	}
	info, err := os.Stat(file)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v", info.Mode())
	}
	data, err := os.ReadFile(file)
	must(t, err)
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF")))).ReadAll()
	must(t, err)
	var got []string
	for _, r := range rows {
		got = append(got, strings.Join([]string{r[1], r[2], r[6], r[7], r[8]}, "|"))
	}
	want := []string{"refused_line|refused_code|日期|金额|捐赠人", "3|amount-unreadable|2020-01-22|一元|'=cmd()", "4|date-unreadable|2020-01-40|3|丙", "5|date-ahead|2026-12-01|4|丁"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
	fixed := strings.NewReplacer("一元", "2", "2020-01-40", "2020-01-30", "2026-12-01", "2020-02-01").Replace(string(data))
	s.want(Donations, Flags{Files: []string{s.write("fixed.csv", fixed)}}, 3, 3, 0, 0, 0)
	f, err := s.store.Flow(ctx, s.size()-3)
	must(t, err)
	if f.Flow.Amount != 200 {
		t.Errorf("the row put right is %d", f.Flow.Amount)
	}
}

func TestExpectTotal(t *testing.T) {
	s := onSQLite(t)
	list := s.write("list.csv", lines("date,amount", "2020-01-22,1", "2020-01-22,2.5"))
	for _, c := range []struct {
		expected int64
		code     string
		said     string
	}{
		{350, "", "That is the total expected, 3.50 CNY."},
		{351, "total-differs", "it differs by -0.01 CNY"},
		{100, "total-differs", "it differs by 2.50 CNY"},
	} {
		for _, dry := range []bool{true, false} {
			_, said, err := s.take(Donations, Flags{Files: []string{list}, ExpectTotal: &c.expected, DryRun: dry})
			if !isCode(err, c.code) || !strings.Contains(said, c.said) {
				t.Errorf("%d, dry %v: got %v\n%s", c.expected, dry, err, said)
			}
		}
	}
}

// TestProfile saves what was said, and reads another list with it.
func TestProfile(t *testing.T) {
	s := onSQLite(t)
	first := s.write("a.csv", lines("某日;几分;谁", "2020-01-22;150;甲"))
	s.want(Donations, Flags{Files: []string{first}, Columns: map[string]string{"date": "某日", "amount": "几分", "donor": "谁"}, SaveProfile: "our-bank", Settings: Settings{Layout: Layout{Unit: Fen}, Channel: "bank"}}, 1, 1, 0, 0, 0)
	second := s.write("b.csv", lines("谁,某日,几分", "乙,2020-01-23,250"))
	s.want(Donations, Flags{Files: []string{second}, Profile: "our-bank"}, 1, 1, 0, 0, 0)
	f, err := s.store.Flow(ctx, s.size()-1)
	must(t, err)
	if f.Flow.Amount != 250 || f.Flow.Channel != "bank" {
		t.Errorf("got %+v", f.Flow)
	}
	for _, name := range ProfileNames(filepath.Join(s.folder, "profiles")) {
		if _, err := LoadProfile(filepath.Join(s.folder, "profiles"), name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzProfile(f *testing.F) {
	for _, name := range ProfileNames("") {
		data, err := builtIn.ReadFile("profiles/" + name + ".json")
		must(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := parseProfile("x", data)
		if err != nil {
			if ledger.KindOf(err) != ledger.Invalid {
				t.Fatal(err)
			}
			return
		}
		dir := t.TempDir()
		must(t, p.Save(dir, "x"))
		if again, err := LoadProfile(dir, "x"); err != nil || fmt.Sprintf("%+v", again) != fmt.Sprintf("%+v", p) {
			t.Fatalf("saved %+v, read %+v (%v)", p, again, err)
		}
	})
}

// TestStopped: an import that is called off says so, and goes on when it is run again.
func TestStopped(t *testing.T) {
	s := onSQLite(t)
	list := s.write("list.csv", gifts(int(3*firstGroup)))
	stopped, stop := context.WithCancel(ctx)
	c := s.config
	c.Committed = s.after(int(firstGroup), stop)
	var out bytes.Buffer
	parts := s.parts(&out)
	parts.Book = c
	_, err := Import(stopped, Donations, Flags{Files: []string{list}, Project: s.project}, parts)
	if !errors.Is(err, context.Canceled) || !strings.Contains(out.String(), "Run the same command again") {
		t.Fatalf("got %v\n%s", err, out.String())
	}
	done := s.size() - s.first()
	if done < firstGroup || done == 3*firstGroup {
		t.Fatalf("%d rows were recorded before the end", done)
	}
	s.want(Donations, Flags{Files: []string{list}}, 3*firstGroup, 3*firstGroup-done, done, 0, 0)
}

// TestSay: what a list says does nothing to the terminal.
func TestSay(t *testing.T) {
	var out bytes.Buffer
	speaker{out: &out, chinese: true}.say("收到 %s", "got %s", "a\x1b[2Jb\u202Ec\nd")
	if out.String() != "收到 a\uFFFD[2Jb\uFFFDc\uFFFDd\n" {
		t.Errorf("got %q", out.String())
	}
}

// TestBar: a file is no terminal, and gets no bar.
func TestBar(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	must(t, err)
	b := newBar(f, 10)
	b.advance(10)
	b.finish()
	must(t, f.Close())
	if data, err := os.ReadFile(f.Name()); err != nil || len(data) > 0 {
		t.Errorf("got %q and %v", data, err)
	}
}
