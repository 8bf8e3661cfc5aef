// Package httpcall sends the requests of a simulator to the application under test: callbacks and
// webhooks.
package httpcall

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// maxReply is the number of bytes of a reply that are read.
const maxReply = 1 << 20

// withoutRedirects does not follow redirects, as the real senders do not.
var withoutRedirects = &http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Client returns the configured client; nil means one that does not follow redirects.
func Client(configured *http.Client) *http.Client { return cmp.Or(configured, withoutRedirects) }

// Send sends a request and returns the first MiB of the reply. Its errors do not contain the URL,
// whose query may hold a signature.
func Send(client *http.Client, req *http.Request) (body []byte, status int, err error) {
	resp, err := client.Do(req) //nolint:gosec // the address is that of the configured receiver
	if err != nil {
		if inner, ok := errors.AsType[*url.Error](err); ok {
			err = inner.Err
		}
		return nil, 0, fmt.Errorf("sending: %w", err)
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(io.LimitReader(resp.Body, maxReply))
	if err != nil {
		return nil, resp.StatusCode, fmt.Errorf("reading the reply: %w", err)
	}
	return body, resp.StatusCode, nil
}

// AddQuery appends an encoded query to a URL. A URL that cannot be parsed is returned as it is.
func AddQuery(address, query string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	if u.RawQuery != "" {
		query = u.RawQuery + "&" + query
	}
	u.RawQuery = query
	return u.String()
}
