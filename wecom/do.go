package wecom

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"syscall"
	"time"
)

// This file is the only one that touches the network. Every method of every
// service names method, path, parameters and reply, and calls do.

const (
	maxTries     = 3                      // attempts at one call, as WeCom's documentation advises
	maxReply     = 16 << 20               // bytes of a JSON answer that are read
	firstPause   = 200 * time.Millisecond // before the second attempt; more before the third
	limitPause   = time.Second            // the same after 45009
	limitWindow  = time.Minute            // the shortest time WeCom refuses calls after 45009
	contentJSON  = "application/json; charset=utf-8"
	codeRateOver = 45009
)

// call is one request to WeCom.
type call struct {
	method string
	path   string     // "/cgi-bin/…"
	query  url.Values // without the token
	body   any        // becomes JSON; nil sends none
	token  *tokenSource
	param  string // name of the token in the query: "access_token"

	// reads is true when the call changes nothing, so that it may be repeated
	// even if the first attempt may have been carried out.
	reads bool
}

// envelope is the head of every answer. WeCom leaves it out of some successes.
type envelope struct {
	ErrCode int    `json:"errcode"`
	ErrMsg  string `json:"errmsg"`
}

func (e *envelope) head() *envelope { return e }

// answer is what do fills: a pointer to a struct that embeds envelope.
type answer interface{ head() *envelope }

// get is a call that reads.
func (c *Client) get(path string, query url.Values) call {
	return call{method: http.MethodGet, path: path, query: query, token: c.token, param: "access_token", reads: true}
}

// post is a call that may change something.
func (c *Client) post(path string, body any) call {
	return call{method: http.MethodPost, path: path, body: body, token: c.token, param: "access_token"}
}

// do makes the call and fills reply. It fetches another token once when WeCom
// declares the one it used dead, and repeats the call when WeCom says that
// nothing happened (busy, too often, too many at once) or, for calls that only
// read, when no readable answer came. The body is built once and sent alike
// each time.
func (c *Client) do(ctx context.Context, call call, reply answer) error {
	body, err := encode(call.body)
	if err != nil {
		return &Error{Method: call.method, Path: call.path, Class: ClassArgument, Message: err.Error()}
	}
	renewed := false
	for try := 1; ; try++ {
		var token Secret
		if call.token != nil {
			if token, err = call.token.get(ctx); err != nil {
				return withoutToken(call, err)
			}
		}
		failure := c.attempt(ctx, call, body, token, reply)
		if failure == nil {
			return nil
		}
		if failure.Class == ClassToken && call.token != nil {
			call.token.drop(token)
			if renewed {
				return failure
			}
			c.log.InfoContext(ctx, "wecom: token is dead, fetching another", "path", call.path, "errcode", failure.Code)
			renewed, try = true, try-1
		} else if try == maxTries || !mayRepeat(call, failure) || !pause(ctx, try, failure) {
			return failure
		}
		reflect.ValueOf(reply).Elem().SetZero()
	}
}

// attempt makes the call once and logs what came of it.
func (c *Client) attempt(ctx context.Context, call call, body []byte, token Secret, reply answer) *Error {
	if err := c.limits.wait(ctx, call.path); err != nil {
		return c.heldBack(call, err)
	}
	began := time.Now()
	failure := c.exchange(ctx, call, body, token, reply)
	c.logAttempt(ctx, call, failure, time.Since(began))
	return failure
}

func (c *Client) exchange(ctx context.Context, call call, body []byte, token Secret, reply answer) *Error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	res, err := c.http.Do(c.request(ctx, call, bytes.NewReader(body), contentJSON, token))
	if err != nil {
		return c.networkError(call, token, err)
	}
	defer func() { _ = res.Body.Close() }()
	data, err := readAll(res)
	if err != nil {
		return c.networkError(call, token, err)
	}
	return c.judge(call, token, res.StatusCode, data, reply)
}

// judge turns an answer into reply or into an error.
func (c *Client) judge(call call, token Secret, status int, data []byte, reply answer) *Error {
	err := decode(data, reply)
	if head := reply.head(); head.ErrCode != 0 {
		return c.refusal(call, token, head)
	}
	if status < 200 || status > 299 {
		return statusError(call, status)
	}
	if err != nil {
		return &Error{Method: call.method, Path: call.path, Class: ClassNetwork, Uncertain: !call.reads,
			Message: "the answer is not the JSON that is documented: " + c.redact(err.Error(), token)}
	}
	return nil
}

// refusal is an errcode that is not 0.
func (c *Client) refusal(call call, token Secret, head *envelope) *Error {
	e := &Error{Method: call.method, Path: call.path, Code: head.ErrCode, Class: Explain(head.ErrCode).Class}
	e.setMessage(c.redact(head.ErrMsg, token))
	if e.Code == codeRateOver {
		e.RetryAfter = limitWindow
	}
	return e
}

// statusError is an answer without errcode whose HTTP status is no success.
func statusError(call call, status int) *Error {
	e := &Error{Method: call.method, Path: call.path, Status: status, Class: ClassNetwork}
	switch {
	case status == http.StatusNotFound:
		e.Class, e.Message = ClassArgument, "no such API at this address"
	case status >= 300 && status < 400:
		e.Class, e.Message = ClassConfig, "redirected elsewhere: is the base address right, and https?"
	case status >= 500:
		e.Uncertain = !call.reads
	case status != http.StatusRequestTimeout && status != http.StatusTooManyRequests:
		e.Class, e.Message = ClassConfig, "refused without an errcode: is there a proxy in between?"
	}
	return e
}

// request builds one attempt. It does not parse an address, because the error
// of a parser would quote it with the token in it.
func (c *Client) request(ctx context.Context, call call, body io.Reader, contentType string, token Secret) *http.Request {
	address := *c.base
	address.Path += call.path
	address.RawQuery = call.rawQuery(token)
	req := (&http.Request{
		Method: call.method, URL: &address, Host: address.Host, Header: http.Header{},
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	req.Header.Set("User-Agent", "huimian-wecom")
	if call.method == http.MethodGet {
		return req
	}
	req.Header.Set("Content-Type", contentType)
	req.Body = io.NopCloser(body)
	req.ContentLength = -1
	if r, sized := body.(*bytes.Reader); sized {
		req.ContentLength = int64(r.Len())
		req.GetBody = func() (io.ReadCloser, error) {
			again := *r
			_, err := again.Seek(0, io.SeekStart)
			return io.NopCloser(&again), err
		}
	}
	return req
}

func (call call) rawQuery(token Secret) string {
	if call.token == nil {
		return call.query.Encode()
	}
	query := call.param + "=" + url.QueryEscape(string(token))
	if len(call.query) > 0 {
		query += "&" + call.query.Encode()
	}
	return query
}

// mayRepeat says whether another attempt is safe and of any use.
func mayRepeat(call call, e *Error) bool {
	switch e.Class {
	case ClassRetry:
		return true
	case ClassLimit:
		return e.Code == codeRateOver
	case ClassNetwork:
		return (call.reads || !e.Uncertain) && !errors.Is(e, context.Canceled)
	default:
		return false
	}
}

// pause waits before the next attempt, longer each time, between half and all
// of the bound so that callers spread. It returns false when ctx ends first.
func pause(ctx context.Context, try int, e *Error) bool {
	bound := firstPause << (2 * (try - 1))
	if e.Code == codeRateOver {
		bound = limitPause << (2 * (try - 1))
	}
	return sleep(ctx, bound/2+rand.N(bound/2))
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// encode gives the JSON of a body. Characters such as & and < stay as they
// are, because some of WeCom's parameters do not accept \u escapes (40033).
func encode(body any) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		return nil, fmt.Errorf("encode request: %w", err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

var (
	errNotObject = errors.New("not a JSON object")
	errTooLarge  = fmt.Errorf("answer is larger than %d bytes", maxReply)
)

// decode fills reply as far as the answer allows, so that errcode is known
// even when a refusal carries fields of another type than a success.
func decode(data []byte, reply answer) error {
	data = bytes.TrimLeft(data, " \t\r\n")
	if len(data) == 0 || data[0] != '{' {
		return errNotObject
	}
	return json.Unmarshal(data, reply)
}

func readAll(res *http.Response) ([]byte, error) {
	var buf bytes.Buffer
	if n := res.ContentLength; n > 0 && n <= maxReply {
		buf.Grow(int(n) + bytes.MinRead)
	}
	n, err := buf.ReadFrom(io.LimitReader(res.Body, maxReply+1))
	if err != nil {
		return nil, err
	}
	if n > maxReply {
		return nil, errTooLarge
	}
	return buf.Bytes(), nil
}

// heldBack is a call that our own rate limit did not let out in time.
func (c *Client) heldBack(call call, err error) *Error {
	e := &Error{Method: call.method, Path: call.path, Class: ClassLimit,
		Message: "held back by our own rate limit: " + err.Error()}
	if cause := contextCause(err); cause != nil {
		e.Class, e.cause, e.Message = ClassNetwork, cause, "gave up before sending: "+cause.Error()
	}
	return e
}

// withoutToken is a call that was never made, for want of a token.
func withoutToken(call call, err error) error {
	if _, ok := errors.AsType[*Error](err); ok {
		return err // names the call that fetches tokens
	}
	return &Error{Method: call.method, Path: call.path, Class: ClassNetwork,
		Message: "gave up waiting for a token: " + err.Error(), cause: contextCause(err)}
}

// networkError is an attempt without a readable answer. net/http puts the
// address with its query into its errors; only what stands behind it is kept.
func (c *Client) networkError(call call, token Secret, err error) *Error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	return &Error{
		Method: call.method, Path: call.path, Class: ClassNetwork,
		Message:   c.redact(err.Error(), token),
		Uncertain: !call.reads && !neverSent(err),
		cause:     knownCause(err),
	}
}

// neverSent is true when the connection was not even made.
func neverSent(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

func contextCause(err error) error {
	for _, known := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, known) {
			return known
		}
	}
	return nil
}

// knownCause keeps the part of a chain of errors that callers ask for and that
// is known to hold no address.
func knownCause(err error) error {
	var (
		dns   *net.DNSError
		errno syscall.Errno
		timed net.Error
	)
	switch cause := contextCause(err); {
	case cause != nil:
		return cause
	case errors.Is(err, errTooLarge):
		return errTooLarge
	case errors.Is(err, io.ErrUnexpectedEOF):
		return io.ErrUnexpectedEOF
	case errors.As(err, &dns):
		return dns
	case errors.As(err, &errno):
		return errno
	case errors.As(err, &timed) && timed.Timeout():
		return context.DeadlineExceeded
	}
	return nil
}

// shortestSecret keeps redact from taking whole words out of texts when a test
// uses "x" for a secret. WeCom's have 43 characters and more.
const shortestSecret = 6

// redact removes the secrets of this client from a text that came from
// elsewhere, plain or as they stand in an address, and bounds its length.
func (c *Client) redact(text string, token Secret) string {
	for _, secret := range []Secret{token, c.secret} {
		if len(secret) < shortestSecret {
			continue
		}
		text = strings.ReplaceAll(text, string(secret), hidden)
		text = strings.ReplaceAll(text, url.QueryEscape(string(secret)), hidden)
	}
	return CutBytes(text, 4*longestMessage)
}

func (c *Client) logAttempt(ctx context.Context, call call, e *Error, took time.Duration) {
	if e == nil {
		if c.log.Enabled(ctx, slog.LevelDebug) {
			c.log.DebugContext(ctx, "wecom: call", "method", call.method, "path", call.path, "took", took)
		}
		return
	}
	c.log.WarnContext(ctx, "wecom: call failed", "method", call.method, "path", call.path, "took", took,
		"errcode", e.Code, "class", e.Class.String(), "message", e.Message, "hint", e.Hint)
}

// httpClient copies the caller's client, or makes one with a pool that fits
// many calls to one host. It never follows redirects: see Config.HTTPClient.
func httpClient(given *http.Client) *http.Client {
	client := http.Client{Transport: pool()}
	if given != nil {
		client = *given
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}

// poolSize bounds connections to WeCom; about 25 at once on a single webhook
// already drew 45033, so more would not help.
const poolSize = 100

func pool() http.RoundTripper {
	base, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	t := base.Clone()
	t.MaxIdleConnsPerHost, t.MaxConnsPerHost = poolSize, poolSize
	return t
}
