package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"mingzhang/ledger/mirror"
	"mingzhang/ledger/proof"
)

// silence is how long a server may send nothing.
const silence = 30 * time.Second

// fetched is the answer of a server. Reading it fails where the server falls silent.
type fetched struct {
	Header http.Header
	body   io.ReadCloser
	idle   *time.Timer
	stop   context.CancelFunc
}

// fetch asks a server for something, and follows it to no other one.
func fetch(ctx context.Context, u *url.URL, accept string) (*fetched, error) {
	ctx, stop := context.WithCancel(ctx)
	f := &fetched{stop: stop, idle: time.AfterFunc(silence, stop)}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		stop()
		return nil, err
	}
	req.Header.Set("Accept", accept)
	resp, err := (&http.Client{CheckRedirect: mirror.Near}).Do(req)
	if err != nil {
		stop()
		return nil, err
	}
	f.Header, f.body = resp.Header, resp.Body
	if resp.StatusCode != http.StatusOK {
		f.Close()
		return nil, fmt.Errorf("%s answered %d", u.Host, resp.StatusCode) // not the path: it may be a receipt's code
	}
	return f, nil
}

func (f *fetched) Read(p []byte) (int, error) {
	f.idle.Reset(silence)
	n, err := f.body.Read(p)
	if errors.Is(err, context.Canceled) && n == 0 {
		err = fmt.Errorf("the server fell silent: %w", err)
	}
	return n, err
}

func (f *fetched) Close() error {
	f.idle.Stop()
	f.stop()
	return f.body.Close()
}

// fetchReceipt reads a receipt from where it is served.
func fetchReceipt(ctx context.Context, u *url.URL) (*proof.Receipt, error) {
	f, err := fetch(ctx, u, "application/json")
	if err != nil {
		return nil, fmt.Errorf("fetch the receipt: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, proof.MaxReceipt+1))
	if err != nil {
		return nil, fmt.Errorf("fetch the receipt: %w", err)
	}
	return proof.ParseReceipt(data)
}
