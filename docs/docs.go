// Package docs holds the documentation that the server serves under /docs/: the
// OpenAPI document, made of the comments in package api (make docs), the page that
// shows it, and the guides. What is in examples is made of real answers by the tests
// of package api.
package docs

import "embed"

// Files are the documents by name.
//
//go:embed index.html initializer.js swagger.json swagger.yaml
var Files embed.FS
