package showmebug

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"
)

// This file is the only one that touches the network. Every method of every
// service names method, path, parameters and what it wants of the reply, and
// calls do.

const (
	maxAttempts      = 3                      // attempts at one call
	maxResponseBytes = 16 << 20               // bytes of an answer that are read
	minBackoff       = 200 * time.Millisecond // before the second attempt; more before the third
	maxRetryAfter    = 2 * time.Second        // a longer Retry-After is returned to the caller
)

// call is one request to ShowMeBug.
type call struct {
	method  string
	path    string // "/open_api/v1/…"
	filters filters
	body    any        // becomes JSON; nil sends none
	form    url.Values // sent in place of body
	secrets []Secret   // sent beside the token

	asApplication bool // with key and secret in place of an access token
	tokenRequest  bool // with no credential: it is the call that brings one

	// readOnly is true when the call changes nothing, so that it may be repeated
	// even if the first attempt may have been carried out.
	readOnly bool
}

// do makes a call and fills out, a pointer, with the data of the answer; nil
// wants none. The body is built once and sent alike each time.
func (c *Client) do(ctx context.Context, op call, out any) error {
	load, err := op.encodePayload(c.cfg.Compat.Filters)
	if err != nil {
		return &Error{Method: op.method, Path: op.path, Class: ClassArgument, Message: err.Error()}
	}
	tokens := c.token
	if op.asApplication {
		tokens = nil
	}
	var data json.RawMessage
	err = c.doWithRetry(ctx, op, tokens, func(token Secret) (failure *Error) {
		data, failure = c.sendOnce(ctx, op, load, token)
		return failure
	})
	if err != nil || out == nil {
		return err
	}
	if decodeInto(data, out) != nil {
		return responseError(op, "the answer holds no data")
	}
	return nil
}

// doWithRetry makes attempts at a call. It fetches another token once when
// ShowMeBug does not take the one that was used, and tries again when nothing
// happened (busy, too often) or, for calls that only read, when no readable
// answer came.
func (c *core) doWithRetry(ctx context.Context, op call, tokens *tokenSource, attempt func(token Secret) *Error) error {
	token := c.applicationToken()
	renewed := false
	for try := 1; ; try++ {
		if tokens != nil {
			var err error
			if token, err = tokens.currentToken(ctx); err != nil {
				return tokenUnavailableError(op, err)
			}
		}
		began := time.Now()
		failure := attempt(token)
		c.logAttempt(ctx, op, failure, time.Since(began))
		switch {
		case failure == nil:
			return nil
		case failure.Class == ClassToken && tokens != nil:
			tokens.rejectToken(token)
			if renewed {
				return failure
			}
			renewed, try = true, try-1
		case try == maxAttempts || !canRetry(op, failure) || !waitBeforeRetry(ctx, try, failure):
			return failure
		}
	}
}

func (c *core) applicationToken() Secret {
	return applicationToken(c.cfg.ClientID, c.cfg.ClientSecret)
}

// sendOnce makes one attempt and gives the data of a success.
func (c *core) sendOnce(ctx context.Context, op call, load payload, token Secret) (json.RawMessage, *Error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	res, err := c.http.Do(c.newRequest(ctx, op, load, token))
	if err != nil {
		return nil, c.networkError(op, token, err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := readBody(res.Body)
	if err != nil {
		return nil, c.networkError(op, token, err)
	}
	return c.interpretResponse(op, token, res, answer)
}

// payload is what a request carries.
type payload struct {
	query       string
	data        []byte
	contentType string
}

// encodePayload builds what the call sends.
func (op call) encodePayload(where FilterPlacement) (payload, error) {
	if op.form != nil {
		return payload{data: []byte(op.form.Encode()), contentType: "application/x-www-form-urlencoded"}, nil
	}
	load := payload{contentType: "application/json"}
	body := op.body
	switch {
	case len(op.filters) == 0:
	case where == FiltersInBody:
		body = op.filters.toObject()
	default:
		load.query = op.filters.toQuery(where == FiltersInPlainQuery).Encode()
	}
	if body == nil {
		return load, nil
	}
	data, err := json.Marshal(body)
	if err != nil {
		return payload{}, fmt.Errorf("encode request: %w", err)
	}
	load.data = data
	return load, nil
}

// requestTemplate is what every request begins as.
var requestTemplate = http.Request{Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}

// newRequest builds one attempt. It does not parse an address, because the error
// of a parser would quote it.
func (c *core) newRequest(ctx context.Context, op call, load payload, token Secret) *http.Request {
	address := *c.base
	address.Path += op.path
	address.RawQuery = load.query
	req := requestTemplate.WithContext(ctx)
	req.Method, req.URL, req.Host = op.method, &address, address.Host
	req.Header = http.Header{"User-Agent": {"huimian-showmebug"}, "Accept": {"application/json"}}
	if !op.tokenRequest {
		req.Header.Set("Authorization", "Bearer "+string(token))
	}
	if load.data == nil {
		return req
	}
	req.Header.Set("Content-Type", load.contentType)
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(load.data)), nil }
	req.Body, _ = req.GetBody()
	req.ContentLength = int64(len(load.data))
	return req
}

// canRetry reports whether another attempt is safe and useful.
func canRetry(op call, e *Error) bool {
	switch e.Class {
	case ClassLimit:
		return true // the call was not carried out
	case ClassRetry, ClassNetwork:
		return (op.readOnly || !e.Uncertain) && !errors.Is(e, context.Canceled)
	default:
		return false
	}
}

// waitBeforeRetry waits before the next attempt, longer each time, between half and all
// of the bound so that callers spread. It returns false when the wait is too
// long for a caller, and when ctx ends first.
func waitBeforeRetry(ctx context.Context, try int, e *Error) bool {
	if e.RetryAfter > maxRetryAfter {
		return false
	}
	bound := minBackoff << (2 * (try - 1))
	return sleepContext(ctx, max(e.RetryAfter, bound/2+rand.N(bound/2)))
}

func sleepContext(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

var errTooLarge = fmt.Errorf("answer is larger than %d bytes", maxResponseBytes)

func readBody(body io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(body, maxResponseBytes+1))
	if err == nil && len(data) > maxResponseBytes {
		err = errTooLarge
	}
	return data, err
}

// newHTTPClient copies the caller's client, or makes one with a pool of its own.
// It never follows redirects: see Config.HTTPClient.
func newHTTPClient(given *http.Client) *http.Client {
	client := http.Client{Transport: newTransport()}
	if given != nil {
		client = *given
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}

// maxConnections bounds connections to ShowMeBug, which publishes no figure.
const maxConnections = 20

func newTransport() http.RoundTripper {
	base, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	t := base.Clone()
	t.MaxIdleConnsPerHost, t.MaxConnsPerHost = maxConnections, maxConnections
	return t
}
