package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// Record is one public fact, one leaf of the log, as anyone may see it. It is never
// changed or deleted: later records correct it, undo it, or say what became of it.
type Record struct {
	ID          int64             `json:"id" example:"228490"`
	Type        string            `json:"type" example:"correction"`
	Project     int64             `json:"project,omitempty" example:"4"` // that it is about
	Recorded    time.Time         `json:"recorded" example:"2026-11-20T04:00:00Z"`
	By          Author            `json:"by"`
	What        json.RawMessage   `json:"what" swaggertype:"object"` // its body, as the record has it
	Texts       map[string]string `json:"texts,omitempty"`           // what the public seal holds
	Withdrawn   bool              `json:"withdrawn,omitempty"`       // there was a public text, and it was erased
	Undone      int64             `json:"undone,omitempty"`          // units that came back or were reversed
	Delivered   int64             `json:"delivered,omitempty"`       // units that recipients signed for
	Deliveries  []int64           `json:"deliveries,omitempty"`
	Corrections []int64           `json:"corrections,omitempty"`
	LeafHash    string            `json:"leaf_hash" example:"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
}

// RecordDetail is a record with all that it takes to verify it.
type RecordDetail struct {
	*Record
	Bytes         string      `json:"bytes"`                    // canonical: what the leaf hash is of
	Public        string      `json:"public,omitempty"`         // commitment of the public seal
	Private       string      `json:"private,omitempty"`        // commitment of the private seal
	PublicOpening string      `json:"public_opening,omitempty"` // canonical: what the public commitment is of
	Anchor        AnchorState `json:"anchor"`
}

// Records is a page of records.
type Records struct {
	Items []*Record `json:"items"`
	Next  string    `json:"next,omitempty" example:"MjI4NDkw"`
}

func asRecord(v view.Record) *Record {
	r := v.Record
	out := &Record{ID: r.Index, Type: r.Type(), Project: v.Project, Recorded: r.Recorded, By: Author(r.By), What: bodyOf(v.Bytes), Texts: textMap(v.Texts),
		Withdrawn: v.Withdrawn, Undone: v.Undone, Delivered: v.Delivered, Deliveries: v.Deliveries, Corrections: v.Corrections,
		LeafHash: hashText(record.Hash(v.Bytes))}
	return out
}

// bodyOf cuts the body out of canonical bytes, in which it is the last member.
func bodyOf(bytes []byte) json.RawMessage {
	var r struct {
		What json.RawMessage `json:"what"`
	}
	if json.Unmarshal(bytes, &r) != nil {
		return json.RawMessage("null")
	}
	return r.What
}

// listRecords lists the log.
//
//	@Summary	All records of the log, the last first
//	@Tags		read
//	@Produce	json
//	@Param		type	query		string	false	"only these: flow, correction, …; several with commas"
//	@Param		project	query		int		false	"only those about this project, its flows among them"
//	@Param		limit	query		int		false	"1 to 500, default 50"
//	@Param		cursor	query		string	false	"next of the page before"
//	@Success	200		{object}	Records
//	@Failure	400		{object}	Problem
//	@Router		/v1/records [get]
func (s *server) listRecords(c *gin.Context) {
	q := s.query(c)
	f, limit, before := q.recordFilter(), q.limit(), q.before()
	if err := q.done(); err != nil {
		s.fail(c, err)
		return
	}
	list, err := s.Store.Records(c.Request.Context(), f, before, limit+1)
	s.records(c, list, limit, err)
}

// recordFilter reads the filters of a list of records.
func (q *query) recordFilter() view.RecordFilter {
	f := view.RecordFilter{Project: q.index("project"), Types: q.list("type")}
	for _, t := range f.Types {
		q.check(slices.Contains(record.Types(), t), "type", t)
	}
	slices.Sort(f.Types)
	f.Types = slices.Compact(f.Types)
	return f
}

// before reads the index that a page ends before, 0 for the first page.
func (q *query) before() int64 {
	n := q.after()
	if n == nil {
		return 0
	}
	q.check(*n > 0, "cursor", "")
	return *n
}

// records answers with a page of records, of which one more than wanted was read.
func (s *server) records(c *gin.Context, list []view.Record, limit int, err error) {
	if err != nil {
		s.fail(c, err)
		return
	}
	out := Records{Items: []*Record{}}
	if len(list) > limit {
		list = list[:limit]
		out.Next = s.next(c, list[limit-1].Record.Index)
	}
	for _, r := range list {
		out.Items = append(out.Items, asRecord(r))
	}
	c.JSON(http.StatusOK, out)
}

// getRecord gives one record.
//
//	@Summary	A record: its canonical bytes, what they say, and what became known since
//	@Tags		read
//	@Produce	json
//	@Param		id		path		int	true	"its index"
//	@Success	200		{object}	RecordDetail
//	@Failure	404		{object}	Problem
//	@Router		/v1/records/{id} [get]
func (s *server) getRecord(c *gin.Context) {
	index, err := s.pathOnly(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	row, err := s.Store.Record(c.Request.Context(), index)
	if err != nil {
		s.fail(c, err)
		return
	}
	state, _, err := s.anchor(c.Request.Context(), index)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, RecordDetail{Record: asRecord(*row), Bytes: string(row.Bytes), PublicOpening: string(row.Opening), Anchor: state,
		Public: commitmentText(row.Record.Public), Private: commitmentText(row.Record.Private)})
}
