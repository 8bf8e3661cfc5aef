package showmebug

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/huimian/huimian/internal/apiclient/backoff"
	"github.com/huimian/huimian/internal/apiclient/tokencache"
	"github.com/huimian/huimian/internal/apiclient/transport"
)

// This is the only file that accesses the network. Every service method builds a
// call (method, path, parameters) and passes it to do.

const (
	maxAttempts   = 3                      // per call
	minBackoff    = 200 * time.Millisecond // before the second attempt; four times as long before the third
	maxRetryAfter = 2 * time.Second        // a longer Retry-After is returned to the caller
)

// call is one request to ShowMeBug.
type call struct {
	method  string
	path    string // "/open_api/v1/…"
	filters filters
	body    any        // becomes JSON; nil sends none
	form    url.Values // sent in place of body
	secrets []Secret   // sent in addition to the token; redacted from errors

	asApplication bool // authenticated with key and secret instead of an access token
	tokenRequest  bool // without a credential: the call that fetches one

	// readOnly calls are retried even when the first attempt may have been
	// executed.
	readOnly bool
}

// do makes the call and decodes the data of the response into out, a pointer;
// nil discards it. Every attempt sends the same bytes.
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
		return responseError(op, "the response contains no data")
	}
	return nil
}

// doWithRetry attempts a call up to maxAttempts times. It retries when ShowMeBug
// reports that nothing happened (busy, rate limit) and, for readOnly calls, when
// no readable response arrived. When ShowMeBug rejects the token, it fetches a new
// one once and repeats the attempt.
func (c *core) doWithRetry(ctx context.Context, op call, tokens *tokencache.Source, attempt func(token Secret) *Error) error {
	token := c.applicationToken()
	renewed := false
	for try := 1; ; try++ {
		if tokens != nil {
			var err error
			if token, err = tokens.Get(ctx); err != nil {
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
			tokens.Reject(token)
			if renewed {
				return failure
			}
			renewed, try = true, try-1
		case try == maxAttempts || !canRetry(op, failure) || !c.waitBeforeRetry(ctx, try, failure):
			return failure
		}
	}
}

func (c *core) applicationToken() Secret {
	return applicationToken(c.cfg.ClientID, c.cfg.ClientSecret)
}

// sendOnce makes one attempt and returns the data of a success.
func (c *core) sendOnce(ctx context.Context, op call, load payload, token Secret) (json.RawMessage, *Error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	res, err := c.http.Do(c.newRequest(ctx, op, load, token))
	if err != nil {
		return nil, c.networkError(op, token, err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := transport.ReadBody(res)
	if err != nil {
		return nil, c.networkError(op, token, err)
	}
	return c.interpretResponse(op, token, res, answer)
}

// payload is the query and the body of a request.
type payload struct {
	query       string
	data        []byte
	contentType string
}

// encodePayload encodes the parameters of the call.
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

// newRequest builds the HTTP request of one attempt.
func (c *core) newRequest(ctx context.Context, op call, load payload, token Secret) *http.Request {
	header := http.Header{"User-Agent": {"huimian-showmebug"}, "Accept": {"application/json"}}
	req := transport.NewRequest(ctx, op.method, c.base, op.path, load.query, header)
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
		return true // the call was not executed
	case ClassRetry, ClassNetwork:
		return (op.readOnly || !e.Uncertain) && !errors.Is(e, context.Canceled)
	default:
		return false
	}
}

// waitBeforeRetry sleeps before the next attempt: exponential backoff with
// jitter, but at least RetryAfter. It returns false when RetryAfter is longer than
// maxRetryAfter or ctx ends first.
func (c *core) waitBeforeRetry(ctx context.Context, try int, e *Error) bool {
	if e.RetryAfter > maxRetryAfter {
		return false
	}
	return c.cfg.Sleep(ctx, max(e.RetryAfter, backoff.Delay(minBackoff, try)))
}

// maxConnsPerHost limits connections to ShowMeBug, which publishes no limit.
const maxConnsPerHost = 20
