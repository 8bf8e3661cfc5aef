package wecom

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"reflect"
	"time"
)

// This file is the only one that touches the network. Every method of every
// service names method, path, parameters and reply, and calls do.

const (
	maxAttempts      = 3                      // attempts at one call, as WeCom's documentation advises
	maxResponseBytes = 16 << 20               // bytes of a JSON answer that are read
	retryBackoff     = 200 * time.Millisecond // before the second attempt; more before the third
	rateLimitBackoff = time.Second            // the same after 45009
	rateLimitWindow  = time.Minute            // the shortest time WeCom refuses calls after 45009
	codeRateLimited  = 45009
)

// Values of headers, made once. Nobody changes them: setting a header puts
// another slice in its place.
var (
	userAgentHeader = []string{"huimian-wecom"}
	jsonContentType = []string{"application/json; charset=utf-8"}
)

// call is one request to WeCom.
type call struct {
	method     string
	path       string      // "/cgi-bin/…"
	query      url.Values  // without the token
	body       any         // becomes JSON; nil sends none
	file       *uploadForm // sent in place of body
	header     http.Header // beside the usual ones
	token      *tokenSource
	tokenParam string // name of the token in the query: "access_token"

	timeout      time.Duration // of one attempt; the client's when 0
	rateLimitKey string        // what our own rate limit counts; path when empty
	secrets      []Secret      // sent beside the token

	// idempotent is true when the call changes nothing, so that it may be repeated
	// even if the first attempt may have been carried out.
	idempotent bool
}

// sentSecrets are the secrets that an attempt sends.
func (call call) sentSecrets(token Secret) []Secret { return append([]Secret{token}, call.secrets...) }

func (call call) bucketKey() string { return cmp.Or(call.rateLimitKey, call.path) }

// envelope is the head of every answer. WeCom leaves it out of some successes.
type envelope struct {
	ErrCode int    `json:"errcode"`
	ErrMsg  string `json:"errmsg"`
}

func (e *envelope) responseEnvelope() *envelope { return e }

// apiResponse is what do fills: a pointer to a struct that embeds envelope.
type apiResponse interface{ responseEnvelope() *envelope }

// getCall is a call that reads.
func (c *Client) getCall(path string, query url.Values) call {
	return call{method: http.MethodGet, path: path, query: query, token: c.token, tokenParam: "access_token", idempotent: true}
}

// postCall is a call that may change something.
func (c *Client) postCall(path string, body any) call {
	return call{method: http.MethodPost, path: path, body: body, token: c.token, tokenParam: "access_token"}
}

// doCall makes the call and fills reply. The body is built once and sent alike
// each time.
func (c *Client) doCall(ctx context.Context, call call, reply apiResponse) error {
	load, err := call.buildPayload()
	if err != nil {
		return &Error{Method: call.method, Path: call.path, Class: ClassArgument, Message: err.Error()}
	}
	first := true
	return c.doWithRetry(ctx, call, func(token Secret) *Error {
		if !first {
			reflect.ValueOf(reply).Elem().SetZero()
		}
		first = false
		return c.roundTrip(ctx, call, load, token, reply)
	})
}

// doWithRetry makes attempts at a call. It fetches another token once when WeCom
// declares the one it used dead, and tries again when WeCom says that nothing
// happened (busy, too often, too many at once) or, for calls that only read,
// when no readable answer came.
func (c *Client) doWithRetry(ctx context.Context, call call, attempt func(token Secret) *Error) error {
	renewed := false
	for try := 1; ; try++ {
		var token Secret
		if call.token != nil {
			var err error
			if token, err = call.token.getToken(ctx); err != nil {
				return wrapTokenError(call, err)
			}
		}
		failure := c.attemptOnce(ctx, call, func() *Error { return attempt(token) })
		if failure == nil {
			return nil
		}
		if failure.Class == ClassToken && call.token != nil {
			call.token.markDead(token)
			if renewed {
				return failure
			}
			c.logger.InfoContext(ctx, "wecom: token is dead, fetching another", "path", call.path, "errcode", failure.Code)
			renewed, try = true, try-1
		} else if try == maxAttempts || !shouldRetry(call, failure) || !waitBackoff(ctx, try, failure) {
			return failure
		}
	}
}

// attemptOnce makes the call once, when our own limits allow it, and reports
// what came of it.
func (c *Client) attemptOnce(ctx context.Context, call call, once func() *Error) *Error {
	if err := c.rateLimiter.waitForPath(ctx, call.bucketKey()); err != nil {
		return c.newRateLimitError(call, err)
	}
	began := time.Now()
	failure := once()
	c.reportAttempt(ctx, call, failure, time.Since(began))
	return failure
}

func (c *Client) roundTrip(ctx context.Context, call call, load payload, token Secret, reply apiResponse) *Error {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(call.timeout, c.timeout))
	defer cancel()
	res, failure := c.sendRequest(ctx, call, load, token)
	if failure != nil {
		return failure
	}
	defer func() { _ = res.Body.Close() }()
	data, err := readBody(res)
	if err != nil {
		return c.newNetworkError(call, token, err)
	}
	return c.decodeResponse(call, token, res.StatusCode, data, reply)
}

// sendRequest writes the request and reads the head of the answer.
func (c *Client) sendRequest(ctx context.Context, call call, load payload, token Secret) (*http.Response, *Error) {
	body, err := load.openBody()
	if err != nil {
		return nil, &Error{Method: call.method, Path: call.path, Class: ClassArgument, Message: err.Error()}
	}
	res, err := c.httpClient.Do(c.buildRequest(ctx, call, load, body, token))
	if err != nil {
		return nil, c.newNetworkError(call, token, err)
	}
	return res, nil
}

// decodeResponse turns an answer into reply or into an error.
func (c *Client) decodeResponse(call call, token Secret, status int, data []byte, reply apiResponse) *Error {
	err := decodeJSON(data, reply)
	if head := reply.responseEnvelope(); head.ErrCode != 0 {
		return c.newErrcodeError(call, token, head)
	}
	if status < 200 || status > 299 {
		return newStatusError(call, status)
	}
	if err != nil {
		return &Error{Method: call.method, Path: call.path, Class: ClassNetwork, Uncertain: !call.idempotent,
			Message: "the answer is not the JSON that is documented: " + c.redactSecrets(err.Error(), call.sentSecrets(token)...)}
	}
	return nil
}

// baseRequest is what every request begins as.
var baseRequest = http.Request{Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}

// buildRequest builds one attempt. It does not parse an address, because the error
// of a parser would quote it with the token in it.
func (c *Client) buildRequest(ctx context.Context, call call, load payload, body io.ReadCloser, token Secret) *http.Request {
	address := *c.baseURL
	address.Path += call.path
	address.RawQuery = call.rawQuery(token)
	req := baseRequest.WithContext(ctx)
	req.Method, req.URL, req.Host, req.Header = call.method, &address, address.Host, call.header.Clone()
	if req.Header == nil {
		req.Header = http.Header{}
	}
	req.Header["User-Agent"] = userAgentHeader
	if body == nil {
		return req
	}
	req.Header["Content-Type"] = load.contentType
	req.Body = body
	req.ContentLength = load.size
	if load.data != nil {
		req.GetBody = load.openBody
	}
	return req
}

func (call call) rawQuery(token Secret) string {
	if call.token == nil {
		return call.query.Encode()
	}
	query := call.tokenParam + "=" + url.QueryEscape(string(token))
	if len(call.query) > 0 {
		query += "&" + call.query.Encode()
	}
	return query
}

// shouldRetry says whether another attempt is safe and of any use.
func shouldRetry(call call, e *Error) bool {
	switch e.Class {
	case ClassRetry:
		return true
	case ClassLimit:
		return e.Code == codeRateLimited
	case ClassNetwork:
		return (call.idempotent || !e.Uncertain) && !errors.Is(e, context.Canceled)
	default:
		return false
	}
}

// waitBackoff waits before the next attempt, longer each time, between half and all
// of the bound so that callers spread. It returns false when ctx ends first.
func waitBackoff(ctx context.Context, try int, e *Error) bool {
	bound := retryBackoff << (2 * (try - 1))
	if e.Code == codeRateLimited {
		bound = rateLimitBackoff << (2 * (try - 1))
	}
	return sleepContext(ctx, bound/2+rand.N(bound/2))
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

var (
	errNotJSONObject    = errors.New("not a JSON object")
	errResponseTooLarge = fmt.Errorf("answer is larger than %d bytes", maxResponseBytes)
)

// decodeJSON fills reply as far as the answer allows, so that errcode is known
// even when a refusal carries fields of another type than a success.
func decodeJSON(data []byte, reply apiResponse) error {
	data = bytes.TrimLeft(data, " \t\r\n")
	if len(data) == 0 || data[0] != '{' {
		return errNotJSONObject
	}
	return json.Unmarshal(data, reply)
}

func readBody(res *http.Response) ([]byte, error) {
	var buf bytes.Buffer
	if n := res.ContentLength; n > 0 && n <= maxResponseBytes {
		buf.Grow(int(n) + bytes.MinRead)
	}
	n, err := buf.ReadFrom(io.LimitReader(res.Body, maxResponseBytes+1))
	if err != nil {
		return nil, err
	}
	if n > maxResponseBytes {
		return nil, errResponseTooLarge
	}
	return buf.Bytes(), nil
}

// newHTTPClient copies the caller's client, or makes one with a pool that fits
// many calls to one host. It never follows redirects: see Config.HTTPClient.
func newHTTPClient(given *http.Client) *http.Client {
	client := http.Client{Transport: newTransport()}
	if given != nil {
		client = *given
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}

// maxConnsPerHost bounds connections to WeCom; about 25 at once on a single webhook
// already drew 45033, so more would not help.
const maxConnsPerHost = 100

func newTransport() http.RoundTripper {
	base, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	t := base.Clone()
	t.MaxIdleConnsPerHost, t.MaxConnsPerHost = maxConnsPerHost, maxConnsPerHost
	return t
}

// downloadFile makes a call whose answer is a file. What follows the head of the
// answer is bound by ctx alone, since it may take long.
func (c *Client) downloadFile(ctx context.Context, call call) (*Download, error) {
	var file *Download
	err := c.doWithRetry(ctx, call, func(token Secret) (failure *Error) {
		file, failure = c.openDownload(ctx, call, token)
		return failure
	})
	return file, err
}

func (c *Client) openDownload(ctx context.Context, call call, token Secret) (*Download, *Error) {
	ctx, cancel := context.WithCancel(ctx)
	timer := time.AfterFunc(c.timeout, cancel)                 // for the head
	res, failure := c.sendRequest(ctx, call, payload{}, token) //nolint:bodyclose // closed with the Download
	inTime := timer.Stop()
	if failure != nil {
		cancel()
		if !inTime && errors.Is(failure, context.Canceled) {
			failure.Message, failure.cause = "no answer in time", context.DeadlineExceeded
		}
		return nil, failure
	}
	closeAll := func() error { cancel(); return res.Body.Close() }
	body := bufio.NewReader(res.Body)
	if !isJSONResponse(res, body) {
		return newDownload(res, body, closeAll), nil
	}
	defer func() { _ = closeAll() }()
	res.Body = io.NopCloser(body)
	data, err := readBody(res)
	if err != nil {
		return nil, c.newNetworkError(call, token, err)
	}
	failure = c.decodeResponse(call, token, res.StatusCode, data, &struct{ envelope }{})
	if failure == nil {
		failure = &Error{Method: call.method, Path: call.path, Class: ClassNetwork, Message: "the answer is not a file"}
	}
	return nil, failure
}
