package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// serveHealth answers GET /healthz: 200 while calls are taken, 503 once the server
// ends, so that whoever watches it waits instead of starting another.
func (s *server) serveHealth() (io.Closer, error) {
	if s.Health == "" {
		return io.NopCloser(nil), nil
	}
	listener, err := net.Listen("tcp", s.Health)
	if err != nil {
		return nil, fmt.Errorf("health: %w", err)
	}
	web := &http.Server{Handler: s.pages(), ReadTimeout: 5 * time.Second, WriteTimeout: 5 * time.Second}
	go web.Serve(listener)
	return web, nil
}

func (s *server) pages() http.Handler {
	pages := http.NewServeMux()
	pages.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		if s.work.over() {
			http.Error(w, "ending", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	return pages
}
