package showmebug

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// Call makes an API call for which this package has no method, with the same
// token and error handling. method is GET, POST, PUT, PATCH or DELETE; path
// starts with "/open_api/v1/" and has no query. in is encoded as the JSON body;
// nil sends none. For a GET, a map[string]any is sent as filters, as
// Compat.Filters specifies. The data of the response is decoded into out, a
// pointer; nil discards it. A GET is treated as idempotent and is retried when
// no readable response arrives.
//
// Only the names of these routes are known (SDK only): GET console_link and POST
// token; with CallAsApplication, POST accounts, candidate_pad_links and
// candidate_written_pad_links.
// See https://showmebug.com/help/openapi/api-team.html
func (c *Client) Call(ctx context.Context, method, path string, in, out any) error {
	op, err := newRawCall(method, path, in)
	if err != nil {
		return err
	}
	return c.callRaw(ctx, op, out)
}

// CallAsApplication is like Call, but authenticates with key and secret of the
// application instead of an access token, as some routes for platforms require.
// SDK only.
// See https://showmebug.com/help/openapi/api-team.html
func (c *Client) CallAsApplication(ctx context.Context, method, path string, in, out any) error {
	op, err := newRawCall(method, path, in)
	if err != nil {
		return err
	}
	op.asApplication = true
	return c.callRaw(ctx, op, out)
}

func (c *Client) callRaw(ctx context.Context, op call, out any) error {
	var data json.RawMessage
	err := c.do(ctx, op, &data)
	if err != nil || out == nil {
		return err
	}
	if err := json.Unmarshal(data, out); err != nil {
		return responseError(op, "the response does not match the requested type: "+shortLine(c.redactSecrets(err.Error(), op, "")))
	}
	return nil
}

func newRawCall(method, path string, in any) (call, error) {
	var v validator
	if !slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, method) {
		v.Reject("method", "must be GET, POST, PUT, PATCH or DELETE")
	}
	if !strings.HasPrefix(path, "/open_api/v1/") || strings.ContainsAny(path, "?#\\% ") || strings.Contains(path, "..") {
		v.Reject("path", "must begin with /open_api/v1/ and have no query")
	}
	op := call{method: method, path: path, body: in, readOnly: method == http.MethodGet}
	if object, ok := in.(map[string]any); ok && op.readOnly {
		op.body = nil
		for name, value := range object {
			op.filters = append(op.filters, filter{name, value})
		}
	}
	return op, v.err()
}
