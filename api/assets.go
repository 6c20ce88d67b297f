package api

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// Asset is what is counted. Amounts are whole numbers of its smallest unit, which is
// its unit divided by ten to the power of scale.
type Asset struct {
	ID    ledger.AssetID    `json:"id" example:"CNY"`
	Class ledger.AssetClass `json:"class" example:"money"`
	Name  string            `json:"name" example:"人民币"`
	Unit  string            `json:"unit" example:"元"`
	Scale int               `json:"scale" example:"2"`
}

// Assets are a page of the assets of the book.
type Assets struct {
	Items []Asset `json:"items"`
	Next  string  `json:"next,omitempty" example:"Z29vZHMvZGVzaw"`
}

// listAssets lists assets.
//
//	@Summary	What is counted: the yuan, what was registered, and the other currencies in use
//	@Tags		read
//	@Produce	json
//	@Param		limit	query		int		false	"1 to 500, default 50"
//	@Param		cursor	query		string	false	"next of the page before"
//	@Success	200		{object}	Assets
//	@Failure	400		{object}	Problem
//	@Router		/v1/assets [get]
func (s *server) listAssets(c *gin.Context) {
	q := s.query(c)
	limit, cursor := q.limit(), q.cursor()
	err := q.done()
	var all []Asset
	if err == nil {
		all, err = s.assets(c.Request.Context())
	}
	var out Assets
	if err == nil {
		out.Items, out.Next, err = pageOf(s, c, all, cursor, limit, func(a Asset) string { return string(a.ID) })
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, out)
}

// assetsOf puts the currencies in use before the registered assets.
func assetsOf(registered []ledger.Asset, used []view.Group) []Asset {
	currencies := []ledger.AssetID{"CNY"}
	for _, g := range used {
		for _, h := range g.Holdings {
			currencies = append(currencies, h.Asset)
		}
	}
	var items []Asset
	for i, id := range currencies {
		a, known := ledger.Currency(id)
		again := slices.Contains(currencies[:i], id) || slices.ContainsFunc(registered, func(r ledger.Asset) bool { return r.ID == id })
		if known && !again {
			items = append(items, Asset(a))
		}
	}
	for _, a := range registered {
		items = append(items, Asset(a))
	}
	return items
}
