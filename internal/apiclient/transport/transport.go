// Package transport builds the requests of an API client, reads its responses and reduces network errors
// to what may be shown. It sends nothing.
package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// MaxResponseBytes limits a response that is read into memory.
const MaxResponseBytes = 16 << 20

// ErrTooLarge reports a response of more than MaxResponseBytes.
var ErrTooLarge = fmt.Errorf("response is larger than %d bytes", MaxResponseBytes)

// ParseBaseURL parses the base URL of an API: http or https, with a path or without. A slash at the end is
// removed.
func ParseBaseURL(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("base URL %q is not an HTTP URL", address)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("the base URL may have a path, but no user, query or fragment")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return u, nil
}

// NewHTTPClient copies the given client, or creates one with its own pool of at most maxConnsPerHost
// connections. Redirects are off, because a redirect would send the token to another host.
func NewHTTPClient(given *http.Client, maxConnsPerHost int) *http.Client {
	client := http.Client{}
	if given != nil {
		client = *given
	} else {
		client.Transport = newPool(maxConnsPerHost)
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}

func newPool(maxConnsPerHost int) http.RoundTripper {
	base, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	t := base.Clone()
	t.MaxIdleConnsPerHost, t.MaxConnsPerHost = maxConnsPerHost, maxConnsPerHost
	return t
}

// requestTemplate is copied by every request.
var requestTemplate = http.Request{Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}

// NewRequest returns a request without a body to base extended by path. It does not parse a URL string,
// because a parse error would quote the query and with it a token. The request keeps header.
func NewRequest(ctx context.Context, method string, base *url.URL, path, rawQuery string, header http.Header) *http.Request {
	address := *base
	address.Path += path
	address.RawQuery = rawQuery
	req := requestTemplate.WithContext(ctx)
	req.Method, req.URL, req.Host, req.Header = method, &address, address.Host, header
	return req
}

// ReadBody reads a response of at most MaxResponseBytes. It does not close the body.
func ReadBody(res *http.Response) ([]byte, error) {
	var buf bytes.Buffer
	if n := res.ContentLength; n > 0 && n <= MaxResponseBytes {
		buf.Grow(int(n) + bytes.MinRead)
	}
	n, err := buf.ReadFrom(io.LimitReader(res.Body, MaxResponseBytes+1))
	if err != nil {
		return nil, err
	}
	if n > MaxResponseBytes {
		return nil, ErrTooLarge
	}
	return buf.Bytes(), nil
}

// ParseRetryAfter returns the wait that the header Retry-After requests, 0 when
// there is none. Its value is a number of seconds or a date.
// See https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
func ParseRetryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}
