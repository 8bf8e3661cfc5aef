package showmebug

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// Call makes any call of the API that this package has no method for, with the
// same tokens and errors. method is GET, POST, PUT, PATCH or DELETE, path
// begins with "/open_api/v1/" and has no query, in becomes the JSON body (nil
// sends none), out is a pointer into which encoding/json puts the data of the
// answer (*json.RawMessage keeps it, nil wants none). A map[string]any goes where
// Compat.Filters says when method is GET. A GET is taken to change nothing and
// is repeated when no readable answer came.
//
// Routes that are known by name alone (SDK only): GET console_link, POST
// token; with CallAsApplication POST accounts, candidate_pad_links and
// candidate_written_pad_links.
// See https://showmebug.com/help/openapi/api-team.html
func (c *Client) Call(ctx context.Context, method, path string, in, out any) error {
	op, err := newRawCall(method, path, in)
	if err != nil {
		return err
	}
	return c.callRaw(ctx, op, out)
}

// CallAsApplication is Call with key and secret of the application in place of
// an access token, which some routes of platforms are meant to take. SDK only.
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
		return responseError(op, "the answer is not what was asked for: "+shortLine(c.redactSecrets(err.Error(), op, "")))
	}
	return nil
}

func newRawCall(method, path string, in any) (call, error) {
	var k validator
	if !slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, method) {
		k.Reject("method", "must be GET, POST, PUT, PATCH or DELETE")
	}
	if !strings.HasPrefix(path, "/open_api/v1/") || strings.ContainsAny(path, "?#\\% ") || strings.Contains(path, "..") {
		k.Reject("path", "must begin with /open_api/v1/ and have no query")
	}
	op := call{method: method, path: path, body: in, readOnly: method == http.MethodGet}
	if object, ok := in.(map[string]any); ok && op.readOnly {
		op.body = nil
		for name, value := range object {
			op.filters = append(op.filters, filter{name, value})
		}
	}
	return op, k.err()
}
