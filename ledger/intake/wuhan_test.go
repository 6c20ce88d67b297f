package intake

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// realLists is where lists that were really published lie, beside the repository; ""
// where they are not.
func realLists() string {
	dir := filepath.Join("..", "..", "..", "shared", "data", "wuhan2020")
	if _, err := os.Stat(dir); err != nil {
		return ""
	}
	return dir
}

// What the lists add up to, by their own description.
const (
	realGifts = 228_481
	realFen   = 122_221_068_259
	paidFen   = 51_918_030_000 // the 17 payments
)

// TestRealLists imports all that was published, to the last fen, and finds what the
// published totals contradict. Under the race detector, which makes the embedded
// database fifteen times as slow, PostgreSQL stands for both.
func TestRealLists(t *testing.T) {
	if realLists() == "" {
		t.Log("the lists are not beside the repository")
		return
	}
	scenes := map[string]func(testing.TB) *scene{"postgres": onPostgres}
	if !slow {
		scenes["sqlite"] = onSQLite
	}
	for name, scene := range scenes {
		t.Run(name, func(t *testing.T) {
			s := scene(t)
			s.takeRealLists()
			s.wantFinding()
			s.wantRealTotals()
			s.wantContradictions()
			s.wantDailySums()
		})
	}
}

func real(name, profile string) Flags {
	return Flags{Files: []string{filepath.Join(realLists(), name)}, Profile: "wuhan2020-" + profile}
}

// takeRealLists imports everything, the gifts of money with a clock beside it, and then
// again what is short.
func (s *scene) takeRealLists() {
	s.t.Helper()
	total := int64(realFen)
	gifts := real("donations.csv.gz", "donations")
	gifts.ExpectTotal = &total
	began := time.Now()
	s.want(Donations, gifts, realGifts, realGifts, 0, 0, 0)
	s.t.Logf("%d gifts in %v", realGifts, time.Since(began))
	if !slow {
		began = time.Now()
		s.want(Donations, gifts, realGifts, 0, realGifts, 0, 0)
		s.t.Logf("again, to add nothing, in %v", time.Since(began))
	}
	paid := int64(paidFen)
	payments := real("directed_payments.csv", "directed-payments")
	payments.ExpectTotal = &paid
	handed := real("goods_out.csv", "goods-out")
	handed.PublishRefused = true
	for _, c := range []struct {
		kind    Kind
		flags   Flags
		rows    int64
		refused int64
	}{
		{Goods, real("goods_in.csv", "goods-in"), 2898, 0},
		{Goods, handed, 469, 301},
		{Expenditures, payments, 17, 0},
	} {
		if dry := c.flags; !slow {
			dry.DryRun = true
			s.want(c.kind, dry, c.rows, c.rows-c.refused, 0, c.refused, 0)
		}
		s.want(c.kind, c.flags, c.rows, c.rows-c.refused, 0, c.refused, 0)
		s.want(c.kind, c.flags, c.rows, 0, c.rows-c.refused, c.refused, 0)
	}
}

// wantFinding: what could not be recorded is published once.
func (s *scene) wantFinding() {
	s.t.Helper()
	found, err := s.store.About(ctx, s.project, []string{"disclosure"}, 0, 10)
	must(s.t, err)
	if len(found) != 1 || found[0].Record.What.(*ledger.Disclosure).Kind != ledger.Finding {
		s.t.Fatalf("%d disclosures", len(found))
	}
	text := record.Opening{Texts: found[0].Texts}.Get("text")
	if rows := strings.Count(text, "\n2020-"); rows != 301 || !strings.HasPrefix(text, "清单共 469 行，已记入 168 行，未能记入 301 行。\ngoods-unknown：250 行\ngoods-short：51 行\n") {
		s.t.Errorf("%d rows in the finding:\n%.300s", rows, text)
	}
}

// wantRealTotals reads the accounts.
func (s *scene) wantRealTotals() {
	s.t.Helper()
	st, err := s.store.Statement(ctx, account.Scope{Project: s.project}, "2020-01-22", "2020-02-17", s.size())
	must(s.t, err)
	goods := 0
	for _, a := range st.Assets {
		if a.Asset != "CNY" {
			goods++
			continue
		}
		if len(a.Income) != 1 || a.Income[0] != (account.KindAmount{Kind: ledger.Donation, Amount: realFen, Flows: realGifts}) || a.Closing != realFen-paidFen {
			s.t.Errorf("the statement in CNY is %+v", a)
		}
	}
	if goods != 1562 {
		s.t.Errorf("%d kinds of goods", goods)
	}
	moments, err := s.store.Series(ctx, view.SeriesFilter{Project: &s.project, Every: view.Year})
	must(s.t, err)
	gifts := int64(0)
	for _, m := range moments {
		if m.Asset != "CNY" && m.Line == account.LineDonation {
			gifts += m.Flows
		}
	}
	if gifts != 2898 {
		s.t.Errorf("%d gifts of goods", gifts)
	}
}

// compareReal holds a list of claims against the book.
func (s *scene) compareReal(name, profile string) ([]Comparison, error) {
	s.t.Helper()
	f := real(name, profile)
	var out bytes.Buffer
	return CompareClaims(ctx, ReconcileFlags{Files: f.Files, Profile: f.Profile, Project: s.project}, ReconcileParts{Book: s.config, Store: s.store, Out: &out})
}

// wantContradictions: the three that are known are found, with what they are off by.
func (s *scene) wantContradictions() {
	s.t.Helper()
	all, err := s.compareReal("official_totals.csv", "official-totals")
	if !isCode(err, "claims-differ") {
		s.t.Errorf("the official totals: %v", err)
	}
	type found struct {
		day  ledger.Date
		code string
	}
	gaps := map[found]int64{}
	for _, c := range all {
		for _, f := range c.Findings {
			if c.Measure == Received && c.Asset == "CNY" {
				gaps[found{c.Day, f.Code}] = f.Gap
			}
			if c.Measure == Spent {
				s.t.Errorf("%s: of what was paid, %s", c.Day, f.En)
			}
		}
	}
	for known, gap := range map[found]int64{
		{"2020-01-29", CumulativeDiffers}: 8_550_110_000 - 48_034_539_895, // in all, 8,550.11 wan of 48,034 wan
		{"2020-01-31", StepDiffers}:       61_403_000_000 - 21_531_310_000,
		{"2020-02-03", StepDiffers}:       23_230_000, // the dollars of the day before, converted silently
	} {
		if gaps[known] != gap {
			s.t.Errorf("%s %s: a gap of %d, want %d", known.day, known.code, gaps[known], gap)
		}
		delete(gaps, known)
	}
	for f := range gaps {
		if f.code == StepDiffers {
			s.t.Errorf("%s: a contradiction that is none", f.day)
		}
	}
}

// wantDailySums: every day and channel agrees, to the fen and to the gift.
func (s *scene) wantDailySums() {
	s.t.Helper()
	all, err := s.compareReal("daily_sums.csv", "daily-sums")
	if err != nil || len(all) != 200 {
		s.t.Errorf("the daily sums: %d rows, %v", len(all), err)
	}
}
