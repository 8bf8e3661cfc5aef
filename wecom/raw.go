package wecom

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// rawAnswer keeps an answer as it came.
type rawAnswer struct {
	envelope
	data json.RawMessage
}

// UnmarshalJSON reads the envelope and keeps all.
func (r *rawAnswer) UnmarshalJSON(data []byte) error {
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
	var k checker
	if method != http.MethodGet && method != http.MethodPost {
		k.fail("method", "must be GET or POST")
	}
	if !strings.HasPrefix(path, "/cgi-bin/") || strings.ContainsAny(path, "?#\\% ") || strings.Contains(path, "..") {
		k.fail("path", "must begin with /cgi-bin/ and have no query")
	}
	if query.Has("access_token") {
		k.fail("query", "must not have a token: it is added")
	}
	if len(body) > 0 && !json.Valid(body) {
		k.fail("body", "is not JSON")
	}
	if err := k.err(); err != nil {
		return nil, err
	}
	op := c.get(path, query)
	if op.method = method; method == http.MethodPost {
		op.reads = false
		op.body = json.RawMessage(cmp.Or(string(body), "{}"))
	}
	var reply rawAnswer
	if err := c.do(ctx, op, &reply); err != nil {
		return nil, err
	}
	return reply.data, nil
}
