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

// Assets are all assets of the book.
type Assets struct {
	Items []Asset `json:"items"`
}

// listAssets lists assets.
//
//	@Summary	What is counted: the yuan, what was registered, and the other currencies in use
//	@Tags		read
//	@Produce	json
//	@Success	200	{object}	Assets
//	@Failure	400	{object}	Problem
//	@Router		/v1/assets [get]
func (s *server) listAssets(c *gin.Context) {
	err := s.query(c).done()
	var assets []Asset
	if err == nil {
		assets, err = s.assets(c.Request.Context())
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, Assets{assets})
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
