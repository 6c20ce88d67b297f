package explorer

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/gin-gonic/gin"

	"mingzhang/api/fresh"
	"mingzhang/ledger/account"
)

// Rendering reads a project's page once. What it gives writes and packs that page each time
// it is called.
func (s *Site) Rendering(project int64) (func(), error) {
	ctx := context.Background()
	v := visit{all: s.tongues.list, tongue: s.tongues.list[0], path: fmt.Sprint("/projects/", project), id: project, today: account.Today(s.Now())}
	var p *page
	err := s.Book.At(ctx, func(r Reads) error {
		head, err := r.Head(ctx)
		if v.head = head; err == nil {
			p, err = s.project(ctx, v, r)
		}
		if err == nil {
			p.Head = head
		}
		return err
	})
	made := 0
	return func() {
		c := gin.CreateTestContextOnly(httptest.NewRecorder(), gin.New())
		c.Request = httptest.NewRequest("GET", v.path, nil)
		made++
		s.kept.Handle(c, fmt.Sprint(`W/"`, made, `"`), func() {
			if err := s.write(c, http.StatusOK, v, p); err != nil {
				panic(err)
			}
		})
	}, err
}

// Forget drops the pages that are kept.
func (s *Site) Forget() { s.kept = fresh.New(room) }

// Share is share.
var Share = share
