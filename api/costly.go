package api

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"mingzhang/api/access"
	"mingzhang/ledger"
)

// How many costly reads run at once: two of all, so that the database has time for others,
// and one of each network, so that nobody has both.
const (
	mostCostly = 2
	costlyEach = 1
)

// costlyTime is how long a costly read may take, with the wait for its place.
var costlyTime = 15 * time.Second

// costly does what adds up many totals of the book for one caller: statistics, and
// statements of a range of days or as the log once stood. Any other day in the address is
// another answer, which nobody has asked for before. They are of the class Search, few at
// a time, and have an end: whoever is not done by then gets a refusal.
func (s *server) costly(c *gin.Context, do func(ctx context.Context) error) error {
	who, from := callerOf(c), s.address(c)
	if wait := s.Limits.Take(access.Search, who, from); wait > 0 {
		return access.TooMany(wait)
	}
	late := ledger.Refuse(ledger.Unavailable, "sums-busy", "", "统计汇总耗时过长或请求过多，请缩小查询范围（如少选几天、只选一个项目），或稍后重试", "adding this up takes too long, or too many ask for the like: choose fewer days or one project, or try again later")
	ctx, cancel := context.WithTimeoutCause(c.Request.Context(), costlyTime, late)
	defer cancel()
	leave, err := s.adding.Take(ctx, who, from)
	if err == nil {
		defer leave()
		err = do(ctx)
	}
	if err != nil && context.Cause(ctx) == error(late) {
		return errors.Join(late, err)
	}
	return err
}

// costlyRead is costly around the rest of a route. It stands behind what keeps answers: one
// that is there costs nothing.
func (s *server) costlyRead(c *gin.Context) {
	whole := c.Request
	err := s.costly(c, func(ctx context.Context) error {
		c.Request = whole.WithContext(ctx)
		c.Next()
		return nil
	})
	if c.Request = whole; err != nil {
		s.fail(c, err)
	}
}

// costlyRange is costlyRead where from, to or at are in the address.
func (s *server) costlyRange(c *gin.Context) {
	if q := c.Request.URL.Query(); q.Has("from") || q.Has("to") || q.Has("at") {
		s.costlyRead(c)
	}
}

// costlyWide is costlyRead of a list of flows of all that has a cause, is in a place or with
// partners: where few of many projects match, it looks at much of the book.
func (s *server) costlyWide(c *gin.Context) {
	q := c.Request.URL.Query()
	given := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.TrimSpace(q.Get(name)) != "" })
	}
	if given("cause", "place", "transit") && !given("project", "organization", "pool") {
		s.costlyRead(c)
	}
}
