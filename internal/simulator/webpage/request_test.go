package webpage

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

type testRef struct {
	CorpID string `json:"corpId"`
}

type testRequest struct {
	testRef
	Text   string   `json:"text,omitempty"`
	Nested struct{} `json:"nested"`
	Plain  int
	Hidden int `json:"-"`
}

func serveTest(h Handler, target, body string) (int, string) {
	mux := http.NewServeMux()
	JSONRoutes(mux, func(error) int { return http.StatusBadRequest })("/x", h)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodPost, target, strings.NewReader(body)))
	return w.Code, w.Body.String()
}

func TestAction(t *testing.T) {
	echo := ActionUpTo(60, func(_ context.Context, in testRequest) (any, error) {
		if in.Text == "" {
			return nil, nil
		}
		return map[string]string{"corpId": in.CorpID, "text": in.Text}, nil
	})
	const fields = "; the request has Plain, corpId, nested, text\"}"
	for name, test := range map[string]struct {
		body       string
		wantStatus int
		want       string
	}{
		"known fields":           {`{"corpId":"ww1","text":"a"}`, 200, `{"corpId":"ww1","text":"a"}`},
		"no body":                {"", 200, "{}"},
		"an unknown field":       {`{"corp":"ww1"}`, 400, `{"error":"unknown field \"corp\"` + fields},
		"an unknown field below": {`{"nested":{"x":1}}`, 400, `{"error":"unknown field \"x\"` + fields},
		"a hidden field":         {`{"Hidden":1}`, 400, `{"error":"unknown field \"Hidden\"` + fields},
		"two values":             {`{"text":"a"}{}`, 400, `{"error":"the body has more than one JSON value"}`},
		"a body over the limit":  {`{"text":"` + strings.Repeat("x", 60) + `"}`, 400, `{"error":"http: request body too large"}`},
	} {
		t.Run(name, func(t *testing.T) {
			if status, text := serveTest(echo, "/x", test.body); status != test.wantStatus || text != test.want {
				t.Errorf("HTTP %d: %s", status, text)
			}
		})
	}
	none := Action(func(context.Context, struct{}) (any, error) { return nil, nil })
	if status, text := serveTest(none, "/x", `{"a":1}`); status != 400 || !strings.Contains(text, "the request has none") {
		t.Errorf("a request without fields: HTTP %d: %s", status, text)
	}
}

func TestQuery(t *testing.T) {
	h := Query(func(*http.Request) (any, error) { return "ok", nil }, "corpId", "as")
	for target, want := range map[string]string{
		"/x":             `"ok"`,
		"/x?corpId=1&as": `"ok"`,
		"/x?corp=1":      `{"error":"unknown parameter \"corp\"; the request has corpId, as"}`,
	} {
		if _, text := serveTest(h, target, ""); text != want {
			t.Errorf("%s: %s", target, text)
		}
	}
}
