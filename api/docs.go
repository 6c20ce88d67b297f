package api

import (
	"bytes"
	"html"
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
//	@description	An open book for public fundraising: charities record what came in and what went out, donors follow their own gift to the fen, regulators audit without asking, and anyone can check that nothing was altered.
//	@description
//	@description	**Where to begin.** No key is needed to read. [Projects](/v1/projects) lists what money is raised for, [flows](/v1/flows) what came in and went out, `/v1/flows/{id}/trace` what became of a gift, `/v1/flows/{id}/sources` which gifts paid a bill, and [exports](/v1/exports/flows.csv) gives any list whole. Who writes asks the platform for a key and sends it as `Authorization: Bearer …`.
//	@description
//	@description	**The words.** A *record* is one public fact, one leaf of the log; its index is its identity everywhere: `id`, `of`, `project` are record indices. A *flow* moves units of an *asset* into, out of, or between *pools*; a pool is what one *holder* keeps for one *project* under one *designation* (a purpose within the project). Every unit of a pool has an address, and so each gift can be followed to the payments that it became.
//	@description
//	@description	**Amounts** are whole numbers of the smallest unit, with the asset beside them: 2000 of CNY is 20.00 yuan. Times are RFC 3339 in UTC, days are 2026-11-20, a period is 2026-07-01/2026-09-30.
//	@description
//	@description	**Nothing is edited or deleted.** A wrong entry is reversed and entered anew; a wrong word is corrected by a record that names the old one, the new one and the reason. Texts that name persons are sealed beside the record and can be withdrawn, without breaking its proof.
//	@description
//	@description	**Writing.** Every POST takes an `Idempotency-Key`: the same key with the same body gives the first answer again (`Idempotency-Replayed: true`), with another body it is refused. An answer of 201 means that the record is durable, numbered and provable; it goes on to the permissioned ledger at once, and `anchor` says when it is there.
//	@description
//	@description	**Lists** come in pages: send `next` as `cursor`. Public answers carry an `ETag` that changes with every record. Unknown parameters and members are refused: what is misspelt must not be lost in silence.
//	@description
//	@description	**Errors** are `application/problem+json` (RFC 9457): a stable `type` that leads to [what it means](/docs/problems.html), a sentence in the caller's language (`Accept-Language`: zh-Hans, en), the `field` at fault with its full path (`donor.name`, `budget[2].amount`), and the `data` needed to act, such as what a pool has left.
//	@description
//	@description	**Checking it yourself.** The log lies at the root as c2sp.org/tlog-tiles has it (`/checkpoint`, `/tile/…`), with its public key at `/log.pub`; `/v1/records/{id}/proof` proves one record. Programs that others wrote read all of it.
//	@contact.name	The organization that runs this server: the first record of its log
//	@contact.url	/v1/organizations/0
//	@BasePath		/
//	@securityDefinitions.apikey	key
//	@in				header
//	@name			Authorization
//	@description	An API key: "Bearer …", as mingzhang keys create prints it, or the platform or regulator makes it over the API
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
// and nothing else. The icons of Swagger UI are data.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// docs registers the documentation: the Swagger UI that is in the binary, the OpenAPI
// document, and beside them the guides. Nothing is fetched from elsewhere.
func (s *server) docs(r *gin.Engine) {
	get(r, "/docs", func(c *gin.Context) { c.Redirect(http.StatusMovedPermanently, "/docs/") })
	get(r, "/docs/*file", s.getDocs)
	get(r, "/problems/:code", s.getProblemType)
}

// getProblemType leads from the type of a problem to what it means.
func (s *server) getProblemType(c *gin.Context) {
	page, err := fs.ReadFile(docs.Files, "problems.html")
	if code := c.Param("code"); err != nil || !bytes.Contains(page, []byte(`<section id="`+html.EscapeString(code)+`">`)) {
		s.fail(c, ledger.Refuse(ledger.NotFound, "no-such-document", "", "没有这份文档", "there is no such document"))
		return
	}
	c.Redirect(http.StatusSeeOther, "/docs/problems.html#"+c.Param("code"))
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
