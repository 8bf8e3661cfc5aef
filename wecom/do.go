package wecom

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"time"

	"github.com/huimian/huimian/internal/apiclient/backoff"
	"github.com/huimian/huimian/internal/apiclient/tokencache"
	"github.com/huimian/huimian/internal/apiclient/transport"
)

// This is the only file that accesses the network. Every service method builds
// a call (method, path, query, body) and passes it to doCall.

const (
	maxAttempts      = 3                      // per call, as WeCom's documentation recommends
	retryBackoff     = 200 * time.Millisecond // before the second attempt; four times as long before the third
	rateLimitBackoff = time.Second            // the same after errcode 45009
	maxRequestedWait = 2 * time.Second        // a longer Retry-After is returned to the caller
	rateLimitWindow  = time.Minute            // shortest period for which WeCom refuses calls after 45009
	codeRateLimited  = 45009
)

// Header values, allocated once. They are never modified: http.Header.Set
// replaces the slice.
var (
	userAgentHeader = []string{"huimian-wecom"}
	jsonContentType = []string{"application/json; charset=utf-8"}
)

// call is one request to WeCom.
type call struct {
	method     string
	path       string      // "/cgi-bin/…"
	query      url.Values  // without the token
	body       any         // encoded as JSON; nil sends no body
	file       *uploadForm // sent instead of body
	header     http.Header // in addition to the standard ones
	token      *tokencache.Source
	tokenParam string // query parameter of the token: "access_token"

	timeout      time.Duration // per attempt; Client.timeout when 0
	rateLimitKey string        // key of the client-side rate limit; path when empty
	secrets      []Secret      // sent in addition to the token; redacted from errors

	// idempotent calls are retried even when the first attempt may have been
	// executed.
	idempotent bool
}

// sentSecrets returns the secrets that an attempt contains, for redaction.
func (call call) sentSecrets(token Secret) []Secret { return append([]Secret{token}, call.secrets...) }

func (call call) bucketKey() string { return cmp.Or(call.rateLimitKey, call.path) }

// envelope holds the fields that every response starts with. WeCom omits them
// from some successful responses.
type envelope struct {
	ErrCode int    `json:"errcode"`
	ErrMsg  string `json:"errmsg"`
}

func (e *envelope) responseEnvelope() *envelope { return e }

// apiResponse is the target of doCall: a pointer to a struct that embeds
// envelope.
type apiResponse interface{ responseEnvelope() *envelope }

// getCall builds a GET with the access token. It is idempotent; a GET that
// changes state must reset that.
func (c *Client) getCall(path string, query url.Values) call {
	return call{method: http.MethodGet, path: path, query: query, token: c.token, tokenParam: "access_token", idempotent: true}
}

// postCall builds a POST with the access token. It is not idempotent.
func (c *Client) postCall(path string, body any) call {
	return call{method: http.MethodPost, path: path, body: body, token: c.token, tokenParam: "access_token"}
}

// doCall makes the call and decodes the response into reply. Every attempt
// sends the same bytes.
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

// doWithRetry attempts a call up to maxAttempts times. It retries when WeCom
// reports that nothing happened (busy, rate or concurrency limit) and, for
// idempotent calls, when no readable response arrived. When WeCom rejects the
// token, it fetches a new one once and repeats the attempt.
func (c *Client) doWithRetry(ctx context.Context, call call, attempt func(token Secret) *Error) error {
	renewed := false
	for try := 1; ; try++ {
		var token Secret
		if call.token != nil {
			var err error
			if token, err = call.token.Get(ctx); err != nil {
				return wrapTokenError(call, err)
			}
		}
		failure := c.attemptOnce(ctx, call, func() *Error { return attempt(token) })
		if failure == nil {
			return nil
		}
		if failure.Class == ClassToken && call.token != nil {
			call.token.Reject(token)
			if renewed {
				return failure
			}
			c.logger.InfoContext(ctx, "wecom: token was rejected, fetching a new one", "path", call.path, "errcode", failure.Code)
			renewed, try = true, try-1
		} else if try == maxAttempts || !shouldRetry(call, failure) || !c.waitBackoff(ctx, try, failure) {
			return failure
		}
	}
}

// attemptOnce makes one attempt within the client-side rate limits and reports
// its outcome.
func (c *Client) attemptOnce(ctx context.Context, call call, once func() *Error) *Error {
	if err := c.rateLimiter.waitForPath(ctx, call.bucketKey()); err != nil {
		return c.newRateLimitError(call, err)
	}
	start := time.Now()
	failure := once()
	c.reportAttempt(ctx, call, failure, time.Since(start))
	return failure
}

func (c *Client) roundTrip(ctx context.Context, call call, load payload, token Secret, reply apiResponse) (failure *Error) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(call.timeout, c.timeout))
	defer cancel()
	res, failure := c.sendRequest(ctx, call, load, token)
	if failure != nil {
		return failure
	}
	defer func() { failure.readRetryAfter(res.Header) }()
	defer func() { _ = res.Body.Close() }()
	data, err := transport.ReadBody(res)
	if err != nil {
		return c.newNetworkError(call, token, err)
	}
	return c.decodeResponse(ctx, call, token, res.StatusCode, data, reply)
}

// sendRequest sends the request and returns the response with an unread body.
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

// decodeResponse decodes a response into reply, or returns the error that it
// stands for.
func (c *Client) decodeResponse(ctx context.Context, call call, token Secret, status int, data []byte, reply apiResponse) *Error {
	skipped, err := decodeJSON(data, reply)
	if len(skipped) > 0 {
		c.logger.WarnContext(ctx, "wecom: values of undocumented types were skipped", "path", call.path, "fields", skipped)
	}
	if head := reply.responseEnvelope(); head.ErrCode != 0 {
		return c.newErrcodeError(call, token, head)
	}
	if status < 200 || status > 299 {
		return newStatusError(call, status)
	}
	if err != nil {
		return &Error{Method: call.method, Path: call.path, Class: ClassNetwork, Uncertain: !call.idempotent,
			Message: "the response is not the documented JSON:  " + c.redactSecrets(err.Error(), call.sentSecrets(token)...)}
	}
	return nil
}

// buildRequest builds the HTTP request of one attempt.
func (c *Client) buildRequest(ctx context.Context, call call, load payload, body io.ReadCloser, token Secret) *http.Request {
	header := call.header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header["User-Agent"] = userAgentHeader
	req := transport.NewRequest(ctx, call.method, c.baseURL, call.path, call.rawQuery(token), header)
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

// shouldRetry reports whether another attempt is safe and may succeed.
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

// waitBackoff sleeps before the next attempt: exponential backoff with jitter
// between half and all of the bound, but at least the wait that the response
// requested. It returns false when that exceeds maxRequestedWait or ctx ends
// first.
func (c *Client) waitBackoff(ctx context.Context, try int, e *Error) bool {
	first := retryBackoff
	if e.Code == codeRateLimited {
		first = rateLimitBackoff
	}
	if e.requestedWait > maxRequestedWait {
		return false
	}
	return c.sleep(ctx, max(e.requestedWait, backoff.Delay(first, try)))
}

var errNotJSONObject = errors.New("not a JSON object")

// decodeJSON decodes as many fields as possible, so that errcode is available
// even when the other fields of an error response have unexpected types. It
// returns the paths of the list entries and their fields that were skipped.
func decodeJSON(data []byte, reply apiResponse) (skipped []string, err error) {
	data = bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\ufeff")), " \t\r\n")
	if len(data) == 0 || data[0] != '{' {
		return nil, errNotJSONObject
	}
	if err := json.Unmarshal(data, reply); err == nil {
		return nil, nil
	}
	return decodeLenient(data, reply)
}

// maxConnsPerHost limits connections to WeCom. A single webhook already
// returned 45033 at about 25 concurrent calls, so more would not help.
const maxConnsPerHost = 100

// downloadFile makes a call whose response is a file. Config.Timeout limits the
// wait for the response header; the body, which may take long, is limited by
// ctx alone.
func (c *Client) downloadFile(ctx context.Context, call call) (*Download, error) {
	var file *Download
	err := c.doWithRetry(ctx, call, func(token Secret) (failure *Error) {
		file, failure = c.openDownload(ctx, call, token)
		return failure
	})
	return file, err
}

func (c *Client) openDownload(ctx context.Context, call call, token Secret) (_ *Download, failure *Error) {
	ctx, cancel := context.WithCancel(ctx)
	timer := time.AfterFunc(c.timeout, cancel) // for the response header
	res, failure := c.sendRequest(ctx, call, payload{}, token)
	inTime := timer.Stop()
	if failure != nil {
		cancel()
		if !inTime && errors.Is(failure, context.Canceled) {
			failure.Message, failure.cause = "timed out waiting for a response", context.DeadlineExceeded
		}
		return nil, failure
	}
	defer func() { failure.readRetryAfter(res.Header) }()
	closeAll := func() error { cancel(); return res.Body.Close() }
	body := bufio.NewReader(res.Body)
	if !isJSONResponse(res, body) {
		return newDownload(res, body, closeAll), nil
	}
	defer func() { _ = closeAll() }()
	res.Body = io.NopCloser(body)
	data, err := transport.ReadBody(res)
	if err != nil {
		return nil, c.newNetworkError(call, token, err)
	}
	failure = c.decodeResponse(ctx, call, token, res.StatusCode, data, &struct{ envelope }{})
	if failure == nil {
		failure = &Error{Method: call.method, Path: call.path, Class: ClassNetwork, Message: "the response is not a file"}
	}
	return nil, failure
}
