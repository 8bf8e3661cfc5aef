package wecom

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/huimian/huimian/internal/apiclient/transport"
)

const basePath = "/proxy/wecom"

// newTestClient returns a client of a fake WeCom behind a base path. A request
// without a handler fails the test.
func newTestClient(t *testing.T, handlers map[string]http.HandlerFunc) *Client {
	t.Helper()
	mux := http.NewServeMux()
	if handlers["/cgi-bin/gettoken"] == nil {
		mux.HandleFunc(basePath+"/cgi-bin/gettoken", respondWith(`{"errcode":0,"access_token":"tok+en/1","expires_in":7200}`))
	}
	for path, h := range handlers {
		mux.HandleFunc(basePath+path, h)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("unexpected request %s %s", r.Method, r.URL.Path)
		http.NotFound(w, r)
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	c, err := New(Config{CorpID: "wwcorp", AgentID: 7, Secret: testSecret, BaseURL: srv.URL + basePath + "/"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func respondWith(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

// errcode 0 proves that the message was sent, whatever the lists of invalid
// recipients contain.
func TestSendWithUnusualLists(t *testing.T) {
	for lists, want := range map[string]SendResult{
		`"invalidparty":[3,"4|5"],"invalidtag":2,"invaliduser":{}`:   {InvalidParty: IDList{"3", "4", "5"}, InvalidTag: IDList{"2"}},
		`"invalidparty":null,"invalidtag":[null,{},[1]]`:             {},
		`"invaliduser":true,"unlicenseduser":["a",7]`:                {UnlicensedUser: IDList{"a", "7"}},
		`"invaliduser":" a | b||","invalidparty":"","invalidtag":[]`: {InvalidUser: IDList{"a", "b"}},
	} {
		calls := 0
		c := newTestClient(t, map[string]http.HandlerFunc{"/cgi-bin/message/send": func(w http.ResponseWriter, _ *http.Request) {
			calls++
			_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok","msgid":"m1",`+lists+`}`)
		}})
		sent, err := c.Messages.Send(t.Context(), NewTextMessage(ToUsers("a"), "x"))
		if want.MsgID = "m1"; err != nil || calls != 1 || !reflect.DeepEqual(*sent, want) {
			t.Errorf("%s: %+v (%v) after %d calls", lists, sent, err, calls)
		}
	}
}

// The proof that WeCom has the message is errcode 0, in whatever notation.
func TestSendWithUnusualEnvelopes(t *testing.T) {
	for body, code := range map[string]int{
		"\ufeff" + `{"errcode":0,"msgid":"m1"}`:                            0,
		`{"errcode":"0","msgid":"m1"}`:                                     0,
		`{"errcode":0.0,"msgid":"m1"}`:                                     0,
		`{"errcode":0,"errmsg":["ok"],"msgid":"m1","x":"C:\Users\小明\u12"}`: 0,
		`{"errcode":"81013","errmsg":"x"}`:                                 81013,
		`{"errcode":81013.0,"errmsg":null}`:                                81013,
	} {
		calls := 0
		c := newTestClient(t, map[string]http.HandlerFunc{"/cgi-bin/message/send": func(w http.ResponseWriter, _ *http.Request) {
			calls++
			_, _ = io.WriteString(w, body)
		}})
		sent, err := c.Messages.Send(t.Context(), NewTextMessage(ToUsers("a"), "x"))
		if code == 0 && (err != nil || sent.MsgID != "m1") || code != 0 && !IsCode(err, code) || calls != 1 {
			t.Errorf("%s: %+v (%v) after %d calls", body, sent, err, calls)
		}
	}
	for _, errcode := range []string{`"zero"`, `{}`, `0.5`, `1e300`, `"NaN"`} {
		c, _ := newReplyClient(t, "/cgi-bin/message/send", `{"errcode":`+errcode+`,"msgid":"m1"}`)
		if _, err := c.Messages.Send(t.Context(), NewTextMessage(ToUsers("a"), "x")); ClassOf(err) != ClassNetwork {
			t.Errorf("errcode %s: %v", errcode, err)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	date := time.Now().Add(2 * time.Hour).UTC().Format(http.TimeFormat)
	for _, x := range []struct {
		value     string
		status    int
		body      string
		min, max  time.Duration
		wantCalls int
	}{
		{"7200", 429, "", 2 * time.Hour, 2 * time.Hour, 1},
		{date, 503, "", 119 * time.Minute, 2 * time.Hour, 1},
		{date, 200, `{"errcode":45009}`, 119 * time.Minute, 2 * time.Hour, 1},
		{"1", 429, "", time.Second, time.Second, maxAttempts},
		{"soon", 429, "", 0, 0, maxAttempts},
		{"", 200, `{"errcode":-1}`, 0, 0, maxAttempts},
	} {
		calls := 0
		c := newTestClient(t, map[string]http.HandlerFunc{"/cgi-bin/user/get": func(w http.ResponseWriter, _ *http.Request) {
			calls++
			w.Header().Set("Retry-After", x.value)
			w.WriteHeader(x.status)
			_, _ = io.WriteString(w, x.body)
		}})
		_, err := c.Users.Get(t.Context(), "a")
		e, ok := errors.AsType[*Error](err)
		if !ok || e.RetryAfter < x.min || e.RetryAfter > x.max || calls != x.wantCalls {
			t.Errorf("Retry-After %q with status %d: %+v after %d calls", x.value, x.status, err, calls)
		}
	}
}

func TestCallCarriesTokenQueryAndBody(t *testing.T) {
	var got *http.Request
	var body []byte
	keep := func(reply string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			got = r.Clone(context.Background())
			body, _ = io.ReadAll(r.Body)
			_, _ = io.WriteString(w, reply)
		}
	}
	c := newTestClient(t, map[string]http.HandlerFunc{
		"/cgi-bin/user/get":     keep(`{"errcode":0,"errmsg":"ok","userid":"zhangsan","status":1}`),
		"/cgi-bin/message/send": keep(`{"errcode":0,"errmsg":"ok","msgid":"m1"}`),
	})
	if _, err := c.Users.Get(t.Context(), "zhang san&x"); err != nil {
		t.Fatal(err)
	}
	if q := got.URL.Query(); q.Get("access_token") != "tok+en/1" || q.Get("userid") != "zhang san&x" || len(q) != 2 {
		t.Errorf("query is %v", q)
	}
	text := `a<b>&"c" 面试`
	if _, err := c.Messages.Send(t.Context(), &Message{ToUser: IDList{"a", "b"}, Text: &Text{text}}); err != nil {
		t.Fatal(err)
	}
	want := `{"touser":"a|b","msgtype":"text","agentid":7,"text":{"content":"a<b>&\"c\" 面试"}}`
	if string(body) != want {
		t.Errorf("body is %s\nwant    %s", body, want)
	}
	if got.Header.Get("Content-Type") != jsonContentType[0] || got.ContentLength != int64(len(want)) {
		t.Errorf("Content-Type %q, length %d", got.Header.Get("Content-Type"), got.ContentLength)
	}
	if got.URL.Query().Get("access_token") != "tok+en/1" {
		t.Error("a POST has no token")
	}
}

func TestErrorResponses(t *testing.T) {
	cases := []struct {
		name   string
		status int
		body   string
		want   Error
	}{
		{"refusal", 200, `{"errcode":60111,"errmsg":"userid not found, hint: [1700000000123456789012345], from ip: 10.1.2.3, more info at https://open.work.weixin.qq.com/devtool/query?e=60111"}`,
			Error{Code: 60111, Class: ClassState, Message: "userid not found", Hint: "1700000000123456789012345", FromIP: "10.1.2.3"}},
		{"errcode with fields of another type", 200, `{"errcode":60011,"errmsg":"no privilege","department":[]}`,
			Error{Code: 60011, Class: ClassPermission, Message: "no privilege"}},
		{"errcode with status 500", 500, `{"errcode":48002,"errmsg":"api forbidden"}`,
			Error{Code: 48002, Class: ClassPermission, Message: "api forbidden"}},
		{"unknown errcode", 200, `{"errcode":987654,"errmsg":"new"}`, Error{Code: 987654, Class: ClassUnknown, Message: "new"}},
		{"unknown path", 404, ``, Error{HTTPStatus: 404, Class: ClassArgument, Message: "no such API at this URL"}},
		{"forbidden by a proxy", 403, `<html>no</html>`, Error{HTTPStatus: 403, Class: ClassConfig}},
		{"redirect", 302, ``, Error{HTTPStatus: 302, Class: ClassConfig}},
		{"bad gateway", 502, `<html>`, Error{HTTPStatus: 502, Class: ClassNetwork}},
		{"success without status", 500, `{"errcode":0}`, Error{HTTPStatus: 500, Class: ClassNetwork}},
		{"not JSON", 200, `<html>login</html>`, Error{Class: ClassNetwork}},
		{"truncated JSON", 200, `{"errcode":0,"department":{"id":1`, Error{Class: ClassNetwork}},
		{"JSON array", 200, `[]`, Error{Class: ClassNetwork}},
		{"null", 200, `null`, Error{Class: ClassNetwork}},
		{"empty", 200, ``, Error{Class: ClassNetwork}},
		{"wrong type in a success", 200, `{"errcode":0,"department":[]}`, Error{Class: ClassNetwork}},
		{"too large", 200, `{"errcode":0,"x":"` + strings.Repeat("x", transport.MaxResponseBytes) + `"}`, Error{Class: ClassNetwork}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // retries wait for the backoff
			client := newTestClient(t, map[string]http.HandlerFunc{
				"/cgi-bin/department/get": func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Location", "/elsewhere")
					w.WriteHeader(c.status)
					_, _ = io.WriteString(w, c.body)
				},
			})
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			_, err := client.Departments.Get(ctx, 1)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("error is %v", err)
			}
			if e.Code != c.want.Code || e.Class != c.want.Class || e.HTTPStatus != c.want.HTTPStatus || e.Hint != c.want.Hint || e.FromIP != c.want.FromIP {
				t.Errorf("error is %+v", *e)
			}
			if c.want.Message != "" && e.Message != c.want.Message {
				t.Errorf("message is %q", e.Message)
			}
			if e.Method != "GET" || e.Path != "/cgi-bin/department/get" || strings.Contains(err.Error(), "tok") {
				t.Errorf("text is %q", err)
			}
		})
	}
}

func TestPartialSuccess(t *testing.T) {
	c := newTestClient(t, map[string]http.HandlerFunc{"/cgi-bin/message/send": respondWith(
		`{"errmsg":"ok","invaliduser":"wangwu|zhaoliu","invalidparty":"7","invalidtag":"","unlicenseduser":"x","msgid":"m","response_code":"r"}`)})
	r, err := c.Messages.Send(t.Context(), &Message{ToUser: IDList{"a"}, Text: &Text{"x"}})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(r.InvalidUser, ",") != "wangwu,zhaoliu" || len(r.InvalidParty) != 1 || len(r.InvalidTag) != 0 ||
		len(r.UnlicensedUser) != 1 || r.MsgID != "m" || r.ResponseCode != "r" {
		t.Errorf("result is %+v", r)
	}
}

func TestSendReturnsInvalidRecipients(t *testing.T) {
	c := newTestClient(t, map[string]http.HandlerFunc{"/cgi-bin/message/send": respondWith(
		`{"errcode":81013,"errmsg":"user & party & tag all invalid","invaliduser":"wangwu"}`)})
	r, err := c.Messages.Send(t.Context(), &Message{ToUser: IDList{"WangWu"}, Text: &Text{"x"}})
	if !IsCode(err, 81013) || ClassOf(err) != ClassPermission || r == nil || len(r.InvalidUser) != 1 {
		t.Errorf("result is %+v, error %v", r, err)
	}
}

// scriptedTransport responds to each request with the next step: an errcode, a
// JSON text or a network error.
type scriptedTransport struct {
	steps []any
	calls atomic.Int64
	body  []string
}

func (s *scriptedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Path == "/cgi-bin/gettoken" {
		return jsonResponse(map[string]any{"access_token": "t", "expires_in": 7200}), nil
	}
	if req.Body != nil {
		data, _ := io.ReadAll(req.Body)
		s.body = append(s.body, string(data))
	}
	i := int(s.calls.Add(1)) - 1
	step := s.steps[min(i, len(s.steps)-1)]
	switch step := step.(type) {
	case int:
		return jsonResponse(map[string]any{"errcode": step, "errmsg": "scripted"}), nil
	case string:
		return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(step)), Header: http.Header{}}, nil
	default:
		return nil, step.(error)
	}
}

func TestRetries(t *testing.T) {
	refused := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	reset := &net.OpError{Op: "read", Err: syscall.ECONNRESET}
	get := func(c *Client) error { _, err := c.Users.Get(context.Background(), "u"); return err }
	cases := []struct {
		name      string
		steps     []any
		call      func(*Client) error
		tries     int
		class     Class // of the error; ClassUnknown means success
		uncertain bool
	}{
		{"busy once", []any{-1, 0}, sendText, 2, ClassUnknown, false},
		{"busy twice", []any{-1, -1, 0}, sendText, 3, ClassUnknown, false},
		{"always busy", []any{-1}, sendText, 3, ClassRetry, false},
		{"too many concurrent calls", []any{45033, 0}, sendText, 2, ClassUnknown, false},
		{"rate limited once", []any{45009, 0}, sendText, 2, ClassUnknown, false},
		{"always rate limited", []any{45009}, sendText, 3, ClassLimit, false},
		{"configuration", []any{60020}, sendText, 1, ClassConfig, false},
		{"argument", []any{40058}, sendText, 1, ClassArgument, false},
		{"token twice", []any{42001, 40014, 0}, sendText, 2, ClassToken, false},
		{"token, then busy", []any{42001, -1, -1, 0}, sendText, 4, ClassUnknown, false},
		{"send, response lost", []any{reset}, sendText, 1, ClassNetwork, true},
		{"send, unreadable response", []any{"<html>"}, sendText, 1, ClassNetwork, true},
		{"send, no connection", []any{refused, refused, 0}, sendText, 3, ClassUnknown, false},
		{"send, no connection at all", []any{refused}, sendText, 3, ClassNetwork, false},
		{"read, response lost", []any{reset, 0}, get, 2, ClassUnknown, false},
		{"read, unreadable response", []any{"{", "{", "{}"}, get, 3, ClassUnknown, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &scriptedTransport{steps: c.steps}
				var seen []Attempt
				client, err := New(Config{CorpID: "ww", AgentID: 1, Secret: testSecret, HTTPClient: &http.Client{Transport: s},
					Observe: func(_ context.Context, a Attempt) {
						if a.Path != "/cgi-bin/gettoken" {
							seen = append(seen, a)
						}
					}})
				if err != nil {
					t.Fatal(err)
				}
				err = c.call(client)
				if ClassOf(err) != c.class || (err == nil) != (c.class == ClassUnknown) {
					t.Errorf("error is %v", err)
				}
				if n := int(s.calls.Load()); n != c.tries {
					t.Errorf("%d attempts, want %d", n, c.tries)
				}
				if len(seen) != c.tries || ClassOf(seen[len(seen)-1].Err) != c.class || (seen[len(seen)-1].Err == nil) != (err == nil) {
					t.Errorf("observed %v, want %d attempts", seen, c.tries)
				}
				var e *Error
				if errors.As(err, &e) && e.Uncertain != c.uncertain {
					t.Errorf("Uncertain is %v", e.Uncertain)
				}
				for _, body := range s.body {
					if body != s.body[0] {
						t.Errorf("bodies differ: %s and %s", s.body[0], body)
					}
				}
			})
		})
	}
}

func TestBackoffGrowsWithJitter(t *testing.T) {
	spread := map[time.Duration]bool{}
	for range 5 {
		synctest.Test(t, func(t *testing.T) {
			s := &scriptedTransport{steps: []any{45009}}
			client, _ := New(Config{CorpID: "ww", AgentID: 1, Secret: testSecret, HTTPClient: &http.Client{Transport: s}})
			start := time.Now()
			err := sendText(client)
			took := time.Since(start)
			spread[took] = true
			if took < 2500*time.Millisecond || took > 5*time.Second {
				t.Errorf("three tries took %s", took)
			}
			var e *Error
			if !errors.As(err, &e) || e.RetryAfter != time.Minute {
				t.Errorf("error is %+v", e)
			}
		})
	}
	if len(spread) < 2 {
		t.Error("the backoff of five callers has no jitter")
	}
}

func TestContextCancellation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeWeCom{}
		c := n.newClient(t, nil)
		if err := sendText(c); err != nil {
			t.Fatal(err)
		}
		n.latency, c.timeout = time.Hour, 2*time.Hour
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		_, err := c.Users.Get(ctx, "u")
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Minute {
			t.Errorf("after %s: %v", time.Since(start), err)
		}
	})
}

func TestAttemptTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeWeCom{}
		c := n.newClient(t, nil)
		if err := sendText(c); err != nil {
			t.Fatal(err)
		}
		n.latency = time.Hour
		start := time.Now()
		err := sendText(c)
		var e *Error
		if !errors.As(err, &e) || !e.Uncertain || time.Since(start) != DefaultTimeout {
			t.Errorf("after %s: %v", time.Since(start), err)
		}
	})
}

func TestRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeWeCom{}
		c, err := New(Config{CorpID: "ww", AgentID: 1, Secret: testSecret, HTTPClient: &http.Client{Transport: n},
			RateLimits: RateLimits{ByPath: map[string]RateLimit{messageSendPath: {PerMinute: 60, Burst: 10}}}})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if failed := sendConcurrently(70, c); failed != 0 {
			t.Errorf("%d sends failed", failed)
		}
		if took := time.Since(start).Round(time.Second); took != time.Minute {
			t.Errorf("70 sends took %s", took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_, err = c.Messages.Send(ctx, &Message{ToUser: IDList{"u"}, Text: &Text{"x"}})
		if ClassOf(err) != ClassLimit {
			t.Errorf("a send that cannot be in time: %v", err)
		}
		if _, sent := n.callCounts(); sent != 70 {
			t.Errorf("%d messages were sent", sent)
		}
	})
}

func TestDefaultRateLimitStaysBelowWeComs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newRateLimiter(RateLimits{})
		start, calls := time.Now(), 0
		for time.Since(start) < time.Minute {
			if err := l.waitForPath(t.Context(), "/cgi-bin/user/get"); err != nil {
				t.Fatal(err)
			}
			calls++
		}
		if calls < 9900 || calls > 10000 {
			t.Errorf("%d calls in the first minute", calls)
		}
		if l.bucketFor(messageSendPath) != nil {
			t.Error("messages are limited, although they do not count")
		}
		if off := newRateLimiter(RateLimits{PerAPI: RateLimit{PerMinute: -1}}); off.bucketFor("/x") != nil {
			t.Error("the limit cannot be disabled")
		}
	})
}

func TestMalformedErrmsg(t *testing.T) {
	cases := []struct{ in, message, hint, ip string }{
		{"ok", "ok", "", ""},
		{"", "", "", ""},
		{"invalid access_token", "invalid access_token", "", ""},
		{"bad, hint: [1590000000_7_0123456789abcdef0123456789abcdef], from ip: 1.2.3.4, more info at x", "bad", "1590000000_7_0123456789abcdef0123456789abcdef", "1.2.3.4"},
		{"bad, from ip: 2001:db8::1, more info at x", "bad", "", "2001:db8::1"},
		{"content exceed max length 4096. invalid Request Parameter, hint: [17], from ip: 9.9.9.9, more info", "content exceed max length 4096. invalid Request Parameter", "17", "9.9.9.9"},
		{"line\nbreak\tand\x00nul", "line break and nul", "", ""},
		{"hint: [unclosed", "", "unclosed", ""},
	}
	for _, c := range cases {
		var e Error
		e.parseErrmsg(c.in)
		if e.Message != c.message || e.Hint != c.hint || e.FromIP != c.ip {
			t.Errorf("%q parsed to %q, %q, %q", c.in, e.Message, e.Hint, e.FromIP)
		}
	}
	var e Error
	e.parseErrmsg(strings.Repeat("长", 10_000))
	if len(e.Message) > maxMessageBytes {
		t.Errorf("message of %d bytes was kept", len(e.Message))
	}
}

func TestSecretIsRedacted(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	s := Secret(testSecret)
	logger.Info("x", "secret", s, "in", StoredToken{Value: s}, "list", []Secret{s})
	data, err := json.Marshal(map[string]any{"s": s, "t": StoredToken{Value: s}})
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{log.String(), string(data)}
	for _, verb := range []string{"%s", "%v", "%+v", "%#v", "%q", "%x", "%d", "%10s"} {
		texts = append(texts, formatString(verb, s), formatString(verb, StoredToken{Value: s}), formatString(verb, &StoredToken{Value: s}),
			formatString(verb, Config{Secret: s}))
	}
	for _, text := range texts {
		if strings.Contains(text, "s3cr3t") || strings.Contains(text, "733363723374") {
			t.Errorf("%s contains the secret", text)
		}
	}
}
