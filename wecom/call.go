package wecom

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// rawResponse keeps an answer as it came.
type rawResponse struct {
	envelope
	data json.RawMessage
}

// UnmarshalJSON reads the envelope and keeps all.
func (r *rawResponse) UnmarshalJSON(data []byte) error {
	r.data = append(r.data[:0], data...)
	return json.Unmarshal(data, &r.envelope)
}

// Call makes any call of the API that this package has no method for, with the
// same token, errors and limits: method is GET or POST, path begins with
// "/cgi-bin/", body is JSON or nil. A GET is taken to change nothing and is
// repeated when no readable answer came. The answer is WeCom's JSON with its
// errcode of 0.
// See https://developer.work.weixin.qq.com/document/path/90664
func (c *Client) Call(ctx context.Context, method, path string, query url.Values, body json.RawMessage) (json.RawMessage, error) {
	var k fieldChecker
	if method != http.MethodGet && method != http.MethodPost {
		k.addError("method", "must be GET or POST")
	}
	if !strings.HasPrefix(path, "/cgi-bin/") || strings.ContainsAny(path, "?#\\% ") || strings.Contains(path, "..") {
		k.addError("path", "must begin with /cgi-bin/ and have no query")
	}
	if query.Has("access_token") {
		k.addError("query", "must not have a token: it is added")
	}
	if len(body) > 0 && !json.Valid(body) {
		k.addError("body", "is not JSON")
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
