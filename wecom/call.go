package wecom

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
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
// token, error and rate limit handling.
//
// method is GET or POST, and path starts with "/cgi-bin/". body is a value that
// encodes to a JSON object, such as a struct, a map or a json.RawMessage; a nil
// body of a POST sends {}, and a GET has none. reply is a pointer to a value
// into which the whole response is decoded, such as a struct or a
// json.RawMessage; nil discards the response.
//
// A GET is treated as idempotent and is retried when no readable response
// arrives. When WeCom executed the call but its response does not fit reply,
// the *Error has ClassArgument, and the call must not be repeated.
// See https://developer.work.weixin.qq.com/document/path/90664
func (c *Client) Call(ctx context.Context, method, path string, query url.Values, body, reply any) error {
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
	if v := reflect.ValueOf(reply); reply != nil && (v.Kind() != reflect.Pointer || v.IsNil()) {
		k.Reject("reply", fmt.Sprintf("is a %T, not a pointer to decode the response into", reply))
	}
	data := encodeCallBody(&k, method, body)
	if err := k.firstError(); err != nil {
		return err
	}
	op := c.getCall(path, query)
	if op.method = method; method == http.MethodPost {
		op.idempotent, op.body = false, data
	}
	var raw rawResponse
	if err := c.doCall(ctx, op, &raw); err != nil || reply == nil {
		return err
	}
	if err := json.Unmarshal(raw.data, reply); err != nil {
		return &Error{Method: method, Path: path, Class: ClassArgument,
			Message: fmt.Sprintf("the call succeeded, but its response does not fit %T: %s", reply, c.redactSecrets(err.Error()))}
	}
	return nil
}

// encodeCallBody encodes the body of a Call.
func encodeCallBody(k *fieldChecker, method string, body any) json.RawMessage {
	if _, ok := body.([]byte); ok {
		k.Reject("body", "is a []byte, which JSON encodes as base64: convert it to json.RawMessage")
		return nil
	}
	if raw, ok := body.(json.RawMessage); ok && len(raw) == 0 {
		body = nil
	}
	data, err := encodeJSON(body)
	switch {
	case err != nil:
		k.Reject("body", "cannot be encoded: "+err.Error())
	case len(data) == 0 || string(data) == "null" || string(data) == "{}":
		return json.RawMessage("{}")
	case method == http.MethodGet:
		k.Reject("body", "is not sent with GET: use the query, or POST")
	case data[0] != '{':
		k.Reject("body", "is not a JSON object")
	}
	return data
}
