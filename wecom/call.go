package wecom

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// rawResponse keeps a response undecoded.
type rawResponse struct {
	envelope
	data json.RawMessage
}

// UnmarshalJSON decodes the envelope and keeps all of the JSON.
func (r *rawResponse) UnmarshalJSON(data []byte) error {
	r.data = append(r.data[:0], data...)
	return json.Unmarshal(data, &r.envelope)
}

// Call makes an API call for which this package has no method, with the same
// token, error and rate limit handling: method is GET or POST, path starts with
// "/cgi-bin/", body is JSON or nil. A GET is treated as idempotent and is
// retried when no readable response arrives. The result is the whole JSON
// response, with its errcode of 0.
// See https://developer.work.weixin.qq.com/document/path/90664
func (c *Client) Call(ctx context.Context, method, path string, query url.Values, body json.RawMessage) (json.RawMessage, error) {
	var k fieldChecker
	if method != http.MethodGet && method != http.MethodPost {
		k.Reject("method", "must be GET or POST")
	}
	if !strings.HasPrefix(path, "/cgi-bin/") || strings.ContainsAny(path, "?#\\% ") || strings.Contains(path, "..") {
		k.Reject("path", "must start with /cgi-bin/ and have no query")
	}
	if query.Has("access_token") {
		k.Reject("query", "must not contain access_token: the client adds it")
	}
	if len(body) > 0 && !json.Valid(body) {
		k.Reject("body", "is not JSON")
	}
	if err := k.firstError(); err != nil {
		return nil, err
	}
	op := c.getCall(path, query)
	if op.method = method; method == http.MethodPost {
		op.idempotent = false
		op.body = json.RawMessage(cmp.Or(string(body), "{}"))
	}
	var reply rawResponse
	if err := c.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return reply.data, nil
}
