// Package docs holds the documentation: the guides, and what the server serves under
// /docs/, which is the OpenAPI document, made of the comments in package api (make docs),
// the page that shows it, and the page that says what each refusal is. What is in examples is made of real answers by the tests
// of package api.
package docs

import "embed"

// Files are the documents by name.
//
//go:embed index.html initializer.js problems.html swagger.json swagger.yaml
var Files embed.FS
