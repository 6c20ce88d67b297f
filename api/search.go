package api

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// Hits are what a search found.
type Hits struct {
	Items []Hit `json:"items"`
}

// Hit is a record, project or organization that a search found.
type Hit struct {
	ID   int64  `json:"id" example:"4"`
	Type string `json:"type" example:"project"` // of the record
	Name string `json:"name,omitempty" example:"乡村小学课桌"`
	URL  string `json:"url" example:"/v1/projects/4"`
}

// getSearch searches.
//
//	@Summary		Find a record by index or leaf hash, a project by name or filing number, an organization by name or code
//	@Description	What fits best comes first, and there are no pages: with q, the lists of projects and of organizations have all that fit. What a seal holds, a serial number and a receipt's code are never looked at.
//	@Tags			read
//	@Produce		json
//	@Param			q		query		string	true	"what to look for; a hash in hexadecimal digits, with or without sha256:, or in base64"
//	@Param			limit	query		int		false	"1 to 500, default 50"
//	@Success		200		{object}	Hits
//	@Failure		400,429	{object}	Problem
//	@Router			/v1/search [get]
func (s *server) getSearch(c *gin.Context) {
	q := s.query(c)
	text, limit := q.text("q"), q.limit()
	q.check(text != "", "q", "")
	if err := q.done(); err != nil {
		s.fail(c, err)
		return
	}
	hits, err := s.Store.Search(c.Request.Context(), text, limit)
	if err != nil {
		s.fail(c, err)
		return
	}
	out := Hits{Items: []Hit{}}
	for _, h := range hits {
		out.Items = append(out.Items, Hit{h.Index, h.Type, h.Name, location(&Answer{ID: h.Index, Type: h.Type})})
	}
	c.JSON(http.StatusOK, out)
}
