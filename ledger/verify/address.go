package verify

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"mingzhang/ledger"
)

// address is what an address on a server stands for: a receipt, a record, an exported
// list, or where it is none of these the whole log.
type address struct {
	base    *url.URL // of the log
	receipt *url.URL
	export  *url.URL
	record  *int64
}

// Pages and what the API has beside them; the log may lie below a path of its own.
var (
	receiptPath = regexp.MustCompile(`^(.*?)(?:/v1)?/receipts/([^/]+)/?$`)
	ownReceipt  = regexp.MustCompile(`^(.*?)/v1/flows/([0-9]+)/receipt$`)
	exportPath  = regexp.MustCompile(`^(.*?)/v1/exports/[^/]+$`)
	recordPath  = regexp.MustCompile(`^(.*?)(?:/v1)?/(?:records|flows)/([0-9]+)(?:/proof)?/?$`)
)

// parseAddress reads an http address; ok is false for what is none.
func parseAddress(text string) (a address, ok bool, err error) {
	if !strings.HasPrefix(text, "http://") && !strings.HasPrefix(text, "https://") {
		return a, false, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return a, true, ledger.Refuse(ledger.Invalid, "address-unreadable", "", "%.200q 不是网址", "%.200q is no address", text)
	}
	u.Fragment = ""
	path := u.EscapedPath()
	if m := ownReceipt.FindStringSubmatch(path); m != nil {
		a.base, a.receipt = at(u, m[1], ""), u
	} else if m := receiptPath.FindStringSubmatch(path); m != nil {
		a.base, a.receipt = at(u, m[1], ""), at(u, m[1]+"/v1/receipts/"+m[2], "")
	} else if m := exportPath.FindStringSubmatch(path); m != nil {
		a.base, a.export = at(u, m[1], ""), u
	} else if m := recordPath.FindStringSubmatch(path); m != nil {
		index, err := strconv.ParseInt(m[2], 10, 64)
		if err != nil {
			return a, true, ledger.Refuse(ledger.Invalid, "index-range", "", "编号 %.40s 超出范围", "the index %.40s is beyond any log", m[2])
		}
		a.base, a.record = at(u, m[1], ""), &index
	} else {
		a.base = at(u, strings.TrimSuffix(path, "/"), "")
	}
	return a, true, nil
}

// at gives another path on the same server; path is escaped.
func at(u *url.URL, path, query string) *url.URL {
	same := *u
	same.Path, _ = url.PathUnescape(path)
	same.RawPath, same.RawQuery = path, query
	return &same
}
