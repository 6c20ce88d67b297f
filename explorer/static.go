package explorer

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"
)

//go:embed static
var staticFiles embed.FS

// staticFile is a file under an address that changes with its content, so that browsers
// keep it for ever.
type staticFile struct {
	media string
	bytes []byte
}

// named has the files by address, addresses the addresses by name.
var named, addresses = func() (map[string]staticFile, map[string]string) {
	files, paths := map[string]staticFile{}, map[string]string{}
	entries, err := fs.ReadDir(staticFiles, "static")
	if err != nil {
		panic(err) // it is embedded
	}
	for _, e := range entries {
		data, err := staticFiles.ReadFile("static/" + e.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(data)
		ext := path.Ext(e.Name())
		address := "/static/" + strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		files[address], paths[e.Name()] = staticFile{mime.TypeByExtension(ext), data}, address
	}
	return files, paths
}()

// staticPath gives the address of a file. One that is not there fails the page, which
// every test of a page catches.
func staticPath(name string) (string, error) {
	if p := addresses[name]; p != "" {
		return p, nil
	}
	return "", &fs.PathError{Op: "static", Path: name, Err: fs.ErrNotExist}
}

// serveStatic serves a file.
func (s *Site) serveStatic(c *gin.Context) {
	f, ok := named[c.Request.URL.Path]
	if !ok {
		s.Missing(c)
		return
	}
	c.Header("Vary", "Accept-Encoding")
	c.Header("Cache-Control", "public, max-age=31536000, immutable")
	s.files.Serve(c.Writer, c.Request, c.Request.URL.Path, func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", f.media)
		w.Write(f.bytes)
	})
}
