package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// publication turns claims into requests, one for each row that they stood in: claims of
// one period and title belong together. The text has one claim in each line.
func publication(project int64, claims []Claim) []book.Request {
	var requests []book.Request
	for len(claims) > 0 {
		first := claims[0]
		n := slices.IndexFunc(claims, func(c Claim) bool { return c.Period != first.Period || c.Title != first.Title })
		if n < 0 {
			n = len(claims)
		}
		var lines []string
		for _, c := range claims[:n] {
			lines = append(lines, c.Text())
		}
		d := book.Disclose{Project: project, Period: first.Period.String(), Kind: ledger.Claim, Title: first.Title, Text: strings.Join(lines, "\n")}
		sum := sha256.Sum256([]byte(d.Period + "\n" + d.Title + "\n" + d.Text))
		requests = append(requests, book.Request{By: author, Key: "claim:" + hex.EncodeToString(sum[:16]), What: d})
		claims = claims[n:]
	}
	return requests
}

// Disclosures is where a project's records are read, the last first.
type Disclosures interface {
	About(ctx context.Context, project int64, types []string, before int64, limit int) ([]view.Record, error)
}

// PublishedClaims gives the claims about a project that are in the book, in the order of
// their records. Those whose text was withdrawn are gone.
func PublishedClaims(ctx context.Context, s Disclosures, project int64) ([]Claim, error) {
	var claims []Claim
	for before := int64(0); ; {
		page, err := s.About(ctx, project, []string{"disclosure"}, before, 1000)
		if err != nil || len(page) == 0 {
			slices.Reverse(claims)
			return claims, err
		}
		for _, r := range page {
			found := claimsOf(r)
			slices.Reverse(found)
			claims = append(claims, found...)
		}
		before = page[len(page)-1].Record.Index
	}
}

// claimsOf reads the claims of a record.
func claimsOf(r view.Record) (claims []Claim) {
	d, ok := r.Record.What.(*ledger.Disclosure)
	if !ok || d.Kind != ledger.Claim {
		return nil
	}
	o := record.Opening{Texts: r.Texts}
	for line := range strings.SplitSeq(o.Get("text"), "\n") {
		if c, ok := ParseClaim(line); ok {
			c.Period, c.Title, c.Index = d.Period, o.Get("title"), r.Record.Index
			claims = append(claims, c)
		}
	}
	return claims
}

// Claimed is what a reconciliation of what is published reads.
type Claimed interface {
	Series
	Flows
	Disclosures
}

// Totals is what a reconciliation of published totals reads.
type Totals interface {
	Series
	Disclosures
}

// Reconciled holds the totals that are in the book as claims against what is recorded,
// for the public to see. Claims about single channels are left out, and counted: only
// who reads every income can tell about them.
func Reconciled(ctx context.Context, s Totals, project int64) (all []Comparison, channels int, err error) {
	claims, err := PublishedClaims(ctx, s, project)
	if err != nil {
		return nil, 0, err
	}
	whole := slices.DeleteFunc(claims, func(c Claim) bool { return c.Channel != "" })
	if channels = len(claims) - len(whole); len(whole) == 0 {
		return nil, channels, nil
	}
	recorded, err := ReadRecorded(ctx, s, project)
	if err != nil {
		return nil, 0, err
	}
	return Reconcile(whole, recorded), channels, nil
}

// against reads what claims are to be held against.
func against(ctx context.Context, s Claimed, project int64, claims []Claim) ([]Comparison, error) {
	if len(claims) == 0 {
		return nil, nil
	}
	recorded, err := ReadRecorded(ctx, s, project)
	if err == nil && slices.ContainsFunc(claims, func(c Claim) bool { return c.Channel != "" }) {
		err = recorded.AddChannels(ctx, s, project)
	}
	if err != nil {
		return nil, err
	}
	return Reconcile(claims, recorded), nil
}
