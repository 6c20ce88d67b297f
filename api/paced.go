package api

import (
	"context"
	"io"
	"time"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
)

// How many exports run at once in this process: each keeps some megabytes, and they share
// the cores with those who give. Of one network three do, so that nobody closes them for
// all others.
const (
	mostExports = 16
	exportsEach = 3

	// Workbooks take gigabytes of the disk for as long as they are made: fewer at once.
	mostWorkbooks = 3
	workbooksEach = 1
)

// exportWait is how long an export waits for its place.
var exportWait = 5 * time.Second

// exportPlace waits for a place to export in.
func (s *server) exportPlace(c *gin.Context, format string) (leave func(), err error) {
	places := s.exporting
	if format == "xlsx" {
		places = s.workbooks
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), exportWait)
	defer cancel()
	leave, err = places.Take(ctx, callerOf(c), s.address(c))
	if err != nil && c.Request.Context().Err() == nil {
		err = ledger.Refuse(ledger.Unavailable, "exports-busy", "", "导出请求过多，请稍后重试", "too many exports are running: try again later")
	}
	return leave, err
}

// paced holds the reader of an export to a least pace: for each 64 KiB it may keep the
// writer waiting for ten seconds in all. A long export may take hours, and the database
// its time in between; but who takes nothing, or a byte now and then, keeps a place from
// others and is broken off, whether or not somebody waits for it just now.
type paced struct {
	w    io.Writer
	c    interface{ SetWriteDeadline(time.Time) error }
	now  func() time.Time
	sent int           // of the present 64 KiB
	took time.Duration // to send that
}

const paceBytes = 64 << 10

var paceTime = 10 * time.Second

// Write implements io.Writer.
func (p *paced) Write(b []byte) (n int, err error) {
	for len(b) > n && err == nil {
		began := p.now()
		p.c.SetWriteDeadline(began.Add(paceTime - p.took)) // where there are deadlines at all
		var sent int
		sent, err = p.w.Write(b[n:min(len(b), n+paceBytes-p.sent)])
		n += sent
		p.sent, p.took = p.sent+sent, p.took+p.now().Sub(began)
		if p.sent == paceBytes {
			p.sent, p.took = 0, 0
		}
	}
	return n, err
}
