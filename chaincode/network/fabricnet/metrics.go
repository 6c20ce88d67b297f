package fabricnet

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// local asks nodes on this machine; no proxy that the environment names has a part
// in that, and no connection is kept, since nodes come and go.
var local = http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

// get reads a page of the node's operations endpoint.
func get(ctx context.Context, n node, page string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+listen(n.Health)+page, nil)
	if err != nil {
		return "", err
	}
	answer, err := local.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(io.LimitReader(answer.Body, 4<<20))
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s: %s", n.Name, answer.Status, brief(string(b)))
	}
	return string(b), err
}

// metric reads one of the node's figures, of the network's channel where it is of one.
func (n *Network) metric(ctx context.Context, of node, name string) (float64, error) {
	page, err := get(ctx, of, "/metrics")
	if err != nil {
		return 0, err
	}
	return find(page, name, n.made.Channel)
}

// find finds a figure in the Prometheus text format: name{label="value"} figure.
func find(page, name, channel string) (float64, error) {
	lines := bufio.NewScanner(strings.NewReader(page))
	for lines.Scan() {
		series, figure, _ := strings.Cut(lines.Text(), " ")
		if series == name || series == fmt.Sprintf("%s{channel=%q}", name, channel) {
			return strconv.ParseFloat(figure, 64)
		}
	}
	return 0, fmt.Errorf("no figure %s", name)
}

// height is how many blocks of the channel the node has.
func (n *Network) height(ctx context.Context, of node) (uint64, error) {
	h, err := n.metric(ctx, of, "ledger_blockchain_height")
	return uint64(h), err
}
