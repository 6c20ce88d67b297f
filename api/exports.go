package api

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
)

// exported is a list that can be taken away whole: as the rows of a table, or as the
// items that its page has.
type exported interface {
	headings(language string) []string
	rows(ctx context.Context, upto int64, to export.Sheet) error
	items(ctx context.Context, upto int64, to *export.JSON) error
}

// listed is a list whose entries are of type T.
type listed[T any] struct {
	columns []export.Column[T]
	each    func(ctx context.Context, upto int64, do func(T) error) error
	item    func(T) any
}

func (l listed[T]) headings(language string) []string { return export.Headings(l.columns, language) }

func (l listed[T]) rows(ctx context.Context, upto int64, to export.Sheet) error {
	return l.each(ctx, upto, func(v T) error { return export.Put(to, l.columns, v) })
}

func (l listed[T]) items(ctx context.Context, upto int64, to *export.JSON) error {
	return l.each(ctx, upto, func(v T) error { return to.Item(l.item(v)) })
}

// listing is a list that can be taken away.
type listing struct {
	name, title string
	plan        func(*server, context.Context, *query) (exported, error)
	columns     []export.Heading
	takes       string
}

// exports are the lists, and what they are called in Chinese. Beside headings and lang,
// each takes some parameters; of those with an exclamation mark it needs one.
var exports = []listing{
	{"flows", "流水", (*server).exportFlows, export.Describe(flowColumns(nil)), "project organization cause place pool transit kind category asset from to min max party"},
	{"projects", "项目", (*server).exportProjects, export.Describe(projectColumns(nil)), "q cause place kind status organization year frozen"},
	{"organizations", "组织", (*server).exportOrganizations, export.Describe(organizationColumns), "q kind fundraising"},
	{"assets", "资产", (*server).exportAssets, export.Describe(assetColumns), ""},
	{"pools", "资金池", (*server).exportPools, export.Describe(poolColumns(nil)), "project organization owner holder cause place asset transit"},
	{"parties", "往来单位", (*server).exportParties, export.Describe(partyColumnsOf(nil)), "project organization side party"},
	{"records", "记录", (*server).exportRecords, export.Describe(recordColumns), "project type"},
	{"statement", "收支表", (*server).exportStatement, export.Describe(statementColumns(nil)), "project! organization! from to at"},
	{"statistics", "统计", (*server).exportStatistics, export.Describe(statisticsColumns(nil)), "by project organization from to"},
	{"budget", "预算", (*server).exportBudget, export.Describe(budgetColumns(nil)), "project! to at"},
	{"moneyflow", "资金流向", (*server).exportMoneyflow, export.Describe(bandColumns(nil)), "project!"},
	{"partners", "执行机构", (*server).exportPartners, export.Describe(partnerColumns(nil)), "project! organization!"},
	{"members", "成员项目", (*server).exportMembers, export.Describe(memberColumns(nil)), "project! asset"},
	{"shares", "年度比例", (*server).exportShares, export.Describe(shareColumns), "organization!"},
	{"disclosures", "信息公开", (*server).exportDisclosures, export.Describe(disclosureColumns), "project"},
	{"due", "待公开与逾期", (*server).exportDue, export.Describe(dueColumns), "project organization"},
	{"corrections", "更正", (*server).exportCorrections, export.Describe(correctionColumns), "project"},
	{"freezes", "冻结", (*server).exportFreezes, export.Describe(freezeColumns), "project"},
	{"reconciliation", "对照", (*server).exportReconciliation, export.Describe(comparisonColumns(nil)), "project!"},
	{"anchors", "上链批次", (*server).exportAnchors, export.Describe(anchorColumns), ""},
	{"trace", "去向", (*server).exportTrace, export.Describe(traceColumns(tracedFlow{}, "", nil)), "flow!"},
	{"sources", "来源", (*server).exportSources, export.Describe(sourceColumns(tracedFlow{}, "", nil)), "flow!"},
}

// media are the formats by the ending of the name.
var media = map[string]string{
	"csv":  "text/csv; charset=utf-8; header=present",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"json": "application/json; charset=utf-8",
}

// takeaway is an export as it was asked for.
type takeaway struct {
	exported
	list, title, format, headingsIn string
	size                            int64 // of the log: the export has nothing from later records
}

// getExport gives a whole list.
//
//	@Summary		A whole list as a file, the oldest first (anchors and shares: the latest)
//	@Description	[/v1/exports](/v1/exports) says which lists there are, with their parameters and columns. Complete and of no limit, but that a workbook has 2,097,150 rows at most; public fields only, with the filters of the list itself. It has what the log had when it began: Export-Size says how many records those were. What projects and pools hold, and other sums, are as they stand while they are read. A transfer that breaks off is not a shorter file: the connection ends without an end. That happens to who takes less than 64 KiB in ten seconds; of one network, three exports run at a time, of workbooks one, and the next waits.
//	@Description	In CSV (UTF-8 with a byte order mark, RFC 4180) a text that a spreadsheet program would take for a formula has an apostrophe in front. Amounts are in smallest units, and beside them in whole ones (yuan). A project has a row for each asset that it holds. Records come with their canonical bytes and the opening of their public seal, so that each can be verified by its leaf hash.
//	@Tags			read
//	@Produce		json,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet
//	@Param			list			path		string	true	"the list, and the format: flows.csv, flows.xlsx, flows.json"
//	@Param			headings		query		string	false	"local (default): in words; machine: names that never change. Of CSV and XLSX"
//	@Param			lang			query		string	false	"the language of the words: zh-Hans or en. Without it, the one that Accept-Language prefers"
//	@Param			project			query		int		false	"of all lists but organizations, projects, assets, shares, anchors, trace and sources; budget, moneyflow, members and reconciliation are of one project"
//	@Param			flow			query		int		false	"of trace and sources, which are of one flow"
//	@Param			organization	query		int		false	"of flows, projects, pools, parties, statement, statistics, partners and due; shares are of one organization"
//	@Param			kind			query		string	false	"of flows, projects and organizations: as in the list"
//	@Param			category		query		string	false	"of flows: 5101.direct_aid, …; several with commas"
//	@Param			asset			query		string	false	"of flows, pools and members: CNY, which is also what members take without it"
//	@Param			pool			query		string	false	"of flows: into or out of this pool, 4/1/general/CNY"
//	@Param			owner			query		int		false	"of pools: those of this organization's projects"
//	@Param			holder			query		int		false	"of pools: those that this organization holds"
//	@Param			transit			query		bool	false	"of flows and pools: only those of partners"
//	@Param			from			query		string	false	"of flows, statement and statistics: the first day"
//	@Param			to				query		string	false	"of flows, statement, statistics and budget: the last day"
//	@Param			at				query		int		false	"of statement and budget: records that the log had"
//	@Param			min				query		int		false	"of flows: units, at least"
//	@Param			max				query		int		false	"of flows: units, at most"
//	@Param			party			query		string	false	"of flows and parties: USCC, or the name of an organization without one"
//	@Param			side			query		string	false	"of parties: gave or got"
//	@Param			type			query		string	false	"of records: flow, correction, …; several with commas"
//	@Param			by				query		string	false	"of statistics: month (default), day, year, cause, place, organization or asset"
//	@Param			q				query		string	false	"of projects and organizations: in the name"
//	@Param			cause			query		string	false	"of projects, flows and pools: education"
//	@Param			place			query		string	false	"of projects, flows and pools: how the place begins"
//	@Param			status			query		string	false	"of projects: as it is today"
//	@Param			year			query		int		false	"of projects: in which fundraising starts"
//	@Param			frozen			query		bool	false	"of projects: only those whose payments are stopped"
//	@Param			fundraising		query		bool	false	"of organizations: only those qualified for public fundraising"
//	@Success		200				{file}		file
//	@Header			200				{integer}	Export-Size	"records of the log that the export is of"
//	@Failure		400,404,422,503	{object}	Problem
//	@Router			/v1/exports/{list} [get]
func (s *server) getExport(c *gin.Context) {
	t, err := s.takeaway(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	leave, err := s.exportPlace(c, t.format)
	if err != nil {
		s.fail(c, err)
		return
	}
	defer leave()
	s.announce(c, t)
	if c.Request.Method == http.MethodHead {
		return
	}
	s.send(c, t)
}

// takeaway reads what is asked for.
func (s *server) takeaway(c *gin.Context) (t takeaway, err error) {
	name, format, _ := strings.Cut(c.Param("list"), ".")
	i := slices.IndexFunc(exports, func(l listing) bool { return l.name == name })
	if i < 0 || media[format] == "" {
		return t, ledger.Refuse(ledger.NotFound, "no-such-export", "", "没有名为 %.60s 的导出", "there is no export %.60s", c.Param("list"))
	}
	list := exports[i]
	head, err := s.Store.Head(c.Request.Context())
	if err != nil {
		return t, err
	}
	q := s.query(c)
	c.Set(chosenLanguage, q.choice("lang", append([]string{""}, export.Languages...)...))
	t = takeaway{list: name, title: list.title, format: format, headingsIn: languageOf(c), size: head.Size}
	if format != "json" && q.choice("headings", "local", export.Machine) == export.Machine {
		t.headingsIn = export.Machine
	}
	t.exported, err = list.plan(s, c.Request.Context(), q)
	return t, err
}

// whole ends the reading of parameters: an export has all, in the order of the log, so
// that what asks for a part or another order would be lost.
func (q *query) whole() error {
	for _, name := range []string{"limit", "cursor", "order", "sort"} {
		delete(q.read, name)
	}
	return q.done()
}

// announce writes the headers of an export.
func (s *server) announce(c *gin.Context, t takeaway) {
	day := account.Today(s.Now())
	plain := fmt.Sprintf("mingzhang-%s-%s-%d.%s", t.list, day, t.size, t.format)
	named := url.PathEscape(fmt.Sprintf("明账-%s-%s-%d.%s", t.title, day, t.size, t.format))
	h := c.Writer.Header()
	h.Set("Content-Type", media[t.format])
	h.Set("Content-Disposition", `attachment; filename="`+plain+`"; filename*=UTF-8''`+named) // RFC 6266, RFC 5987
	h.Set("Export-Size", strconv.FormatInt(t.size, 10))
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Encoding, Accept-Language")
	h.Set("Access-Control-Expose-Headers", "Content-Disposition, Export-Size, Request-Id")
	if t.format != "xlsx" && takesGzip(c.GetHeader("Accept-Encoding")) { // a workbook is compressed in itself
		h.Set("Content-Encoding", "gzip")
	}
}

// takesGzip reads Accept-Encoding (RFC 9110, 12.5.3).
func takesGzip(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		coding, weight, _ := strings.Cut(part, ";")
		_, q, _ := strings.Cut(weight, "=")
		if w, err := strconv.ParseFloat(strings.TrimSpace(q), 64); strings.EqualFold(strings.TrimSpace(coding), "gzip") && (err != nil || w > 0) {
			return true
		}
	}
	return false
}

// send writes an export. What fails before the first byte is a problem like any other.
// After that nothing can be said any more: the connection is broken off, so that nobody
// takes half a list for a whole one.
func (s *server) send(c *gin.Context, t takeaway) {
	var w io.Writer = &paced{w: c.Writer, c: http.NewResponseController(c.Writer), now: time.Now}
	var zip *gzip.Writer
	if c.Writer.Header().Get("Content-Encoding") == "gzip" {
		zip, _ = gzip.NewWriterLevel(w, gzip.BestSpeed)
		w = zip
	}
	err := t.write(c.Request.Context(), w)
	if err == nil && zip != nil {
		err = zip.Close()
	}
	switch {
	case err == nil:
	case c.Writer.Written() || c.Request.Context().Err() != nil:
		s.Log.WarnContext(c, "an export was broken off", "request", requestID(c), "list", t.list, "error", err)
		panic(http.ErrAbortHandler)
	default:
		for _, name := range []string{"Content-Type", "Content-Disposition", "Content-Encoding", "Export-Size"} {
			c.Writer.Header().Del(name)
		}
		s.fail(c, err)
	}
}

// write writes the list in its format.
func (t takeaway) write(ctx context.Context, w io.Writer) error {
	var sheet export.Sheet
	switch t.format {
	case "json":
		to := export.NewJSON(w)
		if err := t.items(ctx, t.size, to); err != nil {
			return err
		}
		return to.Close()
	case "xlsx":
		title := t.title
		if t.headingsIn != "zh-Hans" {
			title = t.list
		}
		sheet = export.NewXLSX(w, title, t.headings(t.headingsIn))
	default:
		sheet = export.NewCSV(w, t.headings(t.headingsIn))
	}
	defer sheet.Discard()
	if err := t.rows(ctx, t.size, sheet); err != nil {
		return err
	}
	return sheet.Close()
}
