package api

import (
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"
	swaggerfiles "github.com/swaggo/files/v2"

	"mingzhang/docs"
	"mingzhang/ledger"
)

// What follows is the head of the OpenAPI document that swag makes of the comments in
// this package (make docs).
//
//	@title			Mingzhang 明账
//	@version		1
//	@description	An open book for public fundraising: charities record what came in and went out, donors follow their gift to the fen, regulators audit without asking, and anyone can check that nothing was altered.
//	@description	Amounts are whole numbers of the smallest unit with the asset beside them (CNY: fen). Every POST takes an Idempotency-Key. Every error is an application/problem+json (RFC 9457) in the caller's language. Public reads need no key.
//	@BasePath		/
//	@securityDefinitions.apikey	key
//	@in				header
//	@name			Authorization
//	@description	An API key: "Bearer …", as mingzhang keys create prints it
//	@tag.name		read
//	@tag.description	What anybody may read
//	@tag.name		flows
//	@tag.description	What comes in, goes out and moves
//	@tag.name		registry
//	@tag.description	Organizations, assets, projects, and what binds them
//	@tag.name		publication
//	@tag.description	Evidence, deliveries, disclosures, corrections
//	@tag.name		receipts
//	@tag.description	A giver's own gift
//	@tag.name		keys
//	@tag.description	API keys
//	@tag.name		audit
//	@tag.description	What is sealed, for those who may open it
//	@tag.name		log
//	@tag.description	The log as C2SP has it, and its proofs
//	@tag.name		operation
//	@tag.description	For those who run the server

// pagePolicy lets a page of the documentation run and show what this server serves,
// and nothing else. Swagger UI writes style attributes; its icons are data.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// docs registers the documentation: the Swagger UI that is in the binary, the OpenAPI
// document, and beside them the guides. Nothing is fetched from elsewhere.
func (s *server) docs(r *gin.Engine) {
	get(r, "/docs", func(c *gin.Context) { c.Redirect(http.StatusMovedPermanently, "/docs/") })
	get(r, "/docs/*file", s.getDocs)
}

// bundle are the files of Swagger UI's distribution that the page needs.
var bundle = map[string]bool{
	"swagger-ui.css": true, "swagger-ui-bundle.js": true,
	"favicon-16x16.png": true, "favicon-32x32.png": true,
}

// getDocs serves a file of the documentation.
func (s *server) getDocs(c *gin.Context) {
	name := strings.TrimPrefix(path.Clean(c.Param("file")), "/")
	if name == "" {
		name = "index.html"
	}
	files, cache := fs.FS(docs.Files), "no-cache"
	if bundle[name] {
		files, cache = swaggerfiles.FS, "public, max-age=86400"
	}
	data, err := fs.ReadFile(files, name)
	if err != nil {
		s.fail(c, ledger.Refuse(ledger.NotFound, "no-such-document", "", "没有这份文档", "there is no such document"))
		return
	}
	c.Header("Content-Security-Policy", pagePolicy)
	c.Header("Cache-Control", cache)
	c.Data(http.StatusOK, mediaOf(name), data)
}

// mediaOf tells a file's type by its name, not by what the machine has installed.
func mediaOf(name string) string {
	switch path.Ext(name) {
	case ".yaml":
		return "application/yaml"
	case ".md":
		return "text/markdown; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	}
	return mime.TypeByExtension(path.Ext(name))
}
