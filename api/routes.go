package api

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"mingzhang/api/access"
	"mingzhang/ledger"
)

// routes is the whole interface on one page.
func (s *server) routes(r *gin.Engine) {
	r.NoRoute(func(c *gin.Context) {
		c.Set(ofPages, wantsPage(c))
		s.fail(c, ledger.Refuse(ledger.NotFound, "no-such-route", "", "没有这个地址", "there is nothing at this address"))
	})
	r.NoMethod(func(c *gin.Context) {
		if c.Request.Method == http.MethodOptions { // with Allow, and without leave for other sites
			c.Status(http.StatusNoContent)
			return
		}
		s.fail(c, ledger.Refuse(ledger.Invalid, "method-not-allowed", "", "此地址不支持 %s", "this address does not take %s", c.Request.Method))
	})
	r.Use(s.identify, s.observe, s.rescue, secure)

	// What everybody may read: no key, cached by ETag, open to scripts of other sites.
	public := r.Group("", cors, s.authenticate, s.slow(access.Read))
	fresh, placed := public.Group("", s.cached), public.Group("", s.cachedAnchor)
	tagged := public.Group("", s.tagged)
	ranged := fresh.Group("", s.costlyRange)
	get(placed, "/v1/flows/:id", s.getFlow)
	get(placed, "/v1/records/:id", s.getRecord)
	get(fresh, "/v1/organizations", s.listOrganizations)
	get(fresh, "/v1/organizations/:id", s.getOrganization)
	get(ranged, "/v1/organizations/:id/statement", s.getOrganizationStatement)
	get(fresh, "/v1/assets", s.listAssets)
	get(fresh, "/v1/projects", s.listProjects)
	get(fresh, "/v1/projects/:id", s.getProject)
	get(ranged, "/v1/projects/:id/statement", s.getProjectStatement)
	get(fresh, "/v1/projects/:id/pools", s.listPools)
	get(fresh, "/v1/projects/:id/parties", s.listParties)
	get(fresh, "/v1/projects/:id/records", s.listProjectRecords)
	get(fresh.Group("", s.costlyWide), "/v1/flows", s.listFlows)
	get(fresh, "/v1/flows/:id/trace", s.getTrace)
	get(fresh, "/v1/flows/:id/sources", s.getSources)
	get(fresh, "/v1/records", s.listRecords)
	get(fresh.Group("", s.costlyRead), "/v1/statistics", s.getStatistics)
	get(public, "/v1/evidence/:hash", s.getEvidence)
	get(tagged, "/v1/flows/:id/proof", s.getProof)
	get(tagged, "/v1/records/:id/proof", s.getProof)
	get(tagged, "/v1/flows/:id/receipt", s.getPublicReceipt)
	get(tagged, "/v1/log", s.getLog)
	get(tagged, "/v1/exports", s.listExports)
	get(public, "/v1/exports/:list", s.getExport)
	get(r.Group("", cors, s.authenticate, s.slow(access.Search), s.cached), "/v1/search", s.getSearch)

	// The log, as C2SP tlog-tiles has it.
	get(tagged, "/checkpoint", s.getCheckpoint)
	get(tagged, "/log.pub", s.getLogKey)
	get(tagged, "/tile/*path", s.getTile)

	// Scripts of other sites may ask before they read what is public.
	for _, open := range r.Routes() {
		if open.Method == http.MethodGet {
			r.OPTIONS(open.Path, cors, func(c *gin.Context) { c.Status(http.StatusNoContent) })
		}
	}

	// A gift is found by what its giver has in the hand: every miss alike, and few of them.
	found := r.Group("", s.authenticate, s.slow(access.Search))
	found.POST("/v1/receipts/find", s.findReceipt)
	get(found, "/v1/receipts/:code", s.getReceipt)

	// What only a key may do.
	own := r.Group("", s.authenticate, s.slow(access.Write))
	own.POST("/v1/organizations", s.postOrganization)
	own.POST("/v1/assets", s.postAsset)
	own.POST("/v1/projects", s.postProject)
	own.POST("/v1/projects/:id/status", s.postStatus)
	own.POST("/v1/projects/:id/plan", s.postPlan)
	own.POST("/v1/donations", s.postDonation)
	own.POST("/v1/incomes", s.postIncome)
	own.POST("/v1/expenditures", s.postExpenditure)
	own.POST("/v1/transfers", s.postTransfer)
	own.POST("/v1/conversions", s.postConversion)
	own.POST("/v1/refunds", s.postRefund)
	own.POST("/v1/returns", s.postReturn)
	own.POST("/v1/reversals", s.postReversal)
	own.POST("/v1/batches", s.postBatch)
	own.POST("/v1/deliveries", s.postDelivery)
	own.POST("/v1/disclosures", s.postDisclosure)
	own.POST("/v1/corrections", s.postCorrection)
	own.POST("/v1/freezes", s.postFreeze)
	own.POST("/v1/evidence", s.postEvidence)
	own.POST("/v1/erasures", s.postErasure)
	own.POST("/v1/exceptions", s.postException)
	own.POST("/v1/log-keys", s.postLogKey)
	get(own, "/v1/records/:id/private", s.getPrivate)
	get(own, "/v1/openings", s.listOpenings)
	get(own, "/v1/evidence/:hash/original", s.getOriginal)
	get(own, "/v1/keys", s.listKeys)
	own.POST("/v1/keys", s.postKey)
	own.DELETE("/v1/keys/:key", s.deleteKey)

	// For those who run the server.
	get(r.Group(""), "/healthz", s.getHealth)
	get(r.Group(""), "/readyz", s.getReady)
	get(r.Group(""), "/metrics", s.getMetrics)
	s.docs(r)

	// The public pages.
	if s.Pages != nil {
		s.Pages.Routes(r.Group("", func(c *gin.Context) { c.Set(ofPages, true) }), s.slow(access.Read), s.slow(access.Search), s.guess, s.costly)
	}
}

// wantsPage says whether who asks for what is not there is a person with a browser.
func wantsPage(c *gin.Context) bool {
	return !strings.HasPrefix(c.Request.URL.Path, "/v1/") && strings.Contains(c.GetHeader("Accept"), "text/html")
}

// get answers HEAD as GET.
func get(r gin.IRoutes, path string, h gin.HandlerFunc) {
	r.GET(path, h)
	r.HEAD(path, h)
}
