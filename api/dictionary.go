package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"mingzhang/api/export"
)

// Lists are the lists that can be taken away whole.
type Lists struct {
	Items []export.List `json:"items"`
}

// formats are the formats of exports.
var formats = []string{"csv", "xlsx", "json"}

// Dictionary describes the lists that can be taken away: their parameters, and what their
// columns are called.
func Dictionary() []export.List {
	var all []export.List
	for _, l := range exports {
		list := export.List{Name: l.name, Formats: formats, Parameters: []string{}, Columns: l.columns}
		for name := range strings.FieldsSeq(l.takes) {
			name, needed := strings.CutSuffix(name, "!")
			list.Parameters = append(list.Parameters, name)
			if needed {
				list.Needs = append(list.Needs, name)
			}
		}
		all = append(all, list)
	}
	return all
}

// listExports describes the exports.
//
//	@Summary		Which lists can be taken away as files, with their parameters and columns
//	@Description	Each is at /v1/exports/{name}.{format}. All take headings and lang as well. The names of columns never change; their headings are what people read.
//	@Tags			read
//	@Produce		json
//	@Param			list	query		string	false	"only this one: flows"
//	@Success		200		{object}	Lists
//	@Failure		400		{object}	Problem
//	@Router			/v1/exports [get]
func (s *server) listExports(c *gin.Context) {
	q, out := s.query(c), Lists{Dictionary()}
	if name := q.text("list"); name != "" {
		out.Items = slices.DeleteFunc(out.Items, func(l export.List) bool { return l.Name != name })
		q.check(len(out.Items) == 1, "list", name)
	}
	if err := q.done(); err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, out)
}
