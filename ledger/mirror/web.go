package mirror

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"
)

// Web reads from a server, within bounds: nothing that it answers takes more memory than
// said, nor more time than a minute.
type Web struct {
	base   *url.URL
	client *http.Client
}

// NewWeb reads below an address.
func NewWeb(base *url.URL) *Web {
	return &Web{base, &http.Client{Timeout: time.Minute, CheckRedirect: Near}}
}

// Bounds of patience with a server that asks for some.
const (
	tries   = 20
	longest = 30 * time.Second
)

// Get reads what lies at a path, at most so many bytes. What is not there is
// os.ErrNotExist. A server that wants to be asked more slowly is.
func (w *Web) Get(ctx context.Context, path string, query url.Values, most int64) ([]byte, error) {
	for try := 1; ; try++ {
		data, wait, err := w.get(ctx, path, query, most)
		if wait == 0 || try == tries {
			return data, err
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, errors.Join(ctx.Err(), err)
		}
	}
}

// get asks once, and says how long to wait before asking again, 0 for not at all.
func (w *Web) get(ctx context.Context, path string, query url.Values, most int64) (data []byte, wait time.Duration, err error) {
	at := w.base.JoinPath(path)
	at.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, 0, err
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
		data, err = limited(resp.Body, path, most)
		return data, 0, err
	case http.StatusNotFound:
		return nil, 0, fmt.Errorf("%s: %w", path, os.ErrNotExist)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		wait = asked(resp.Header.Get("Retry-After"))
	}
	return nil, wait, fmt.Errorf("%s: the server answered %s", path, resp.Status)
}

// asked reads for how long a server wants to be left alone. Where it does not say so in
// seconds, it is not asked again.
func asked(after string) time.Duration {
	n, err := strconv.Atoi(after)
	if err != nil || n < 0 {
		return 0
	}
	return min(max(time.Duration(n)*time.Second, 100*time.Millisecond), longest)
}
