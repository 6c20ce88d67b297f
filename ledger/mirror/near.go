package mirror

import (
	"fmt"
	"net/http"
)

// Near (for http.Client) follows a few redirects, and none to another host: whoever is
// asked for a log does not choose whom else this program talks to.
func Near(next *http.Request, before []*http.Request) error {
	first := before[0].URL
	if len(before) > 3 || next.URL.Host != first.Host || next.URL.Scheme != first.Scheme && next.URL.Scheme != "https" {
		return fmt.Errorf("%s sends us to %s", first.Host, next.URL.Host)
	}
	return nil
}
