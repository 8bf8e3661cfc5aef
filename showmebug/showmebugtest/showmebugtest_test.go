package showmebugtest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest"
)

const (
	clientID = "app-key"
	secret   = "app-secret-0123"
)

// began is the start time of the simulators of the tests.
var began = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// newTeam returns a simulator with one team of two members. Only Advance moves its clock.
func newTeam(t *testing.T) (*showmebugtest.Server, int64) {
	t.Helper()
	s := showmebugtest.New(t)
	s.Now = func() time.Time { return began }
	id := s.AddTeam(showmebugtest.Team{
		Name: "云杉科技", ClientID: clientID, ClientSecret: secret, Quota: 10,
		Members: []showmebugtest.Member{
			{UID: "LinYue", Name: "林悦", Email: "linyue@example.com"},
			{UID: "ChenMo", Name: "陈默", Phone: "13800000000"},
		},
	})
	return s, id
}

// reply is a reply of the simulator.
type reply struct {
	t      *testing.T
	status int
	header http.Header
	text   string
	fields map[string]any
}

func (r reply) wantStatus(status, errcode int) reply {
	r.t.Helper()
	code, _ := r.fields["errcode"].(float64)
	if r.status != status || int(code) != errcode {
		r.t.Fatalf("HTTP %d, errcode %v: %s; want HTTP %d, errcode %d", r.status, code, r.text, status, errcode)
	}
	return r
}

func (r reply) wantOK() reply { r.t.Helper(); return r.wantStatus(http.StatusOK, 0) }

func (r reply) dataObject() map[string]any {
	data, _ := r.fields["data"].(map[string]any)
	return data
}

func (r reply) dataText(name string) string {
	text, _ := r.dataObject()[name].(string)
	return text
}

func (r reply) dataList(name string) []any {
	list, ok := r.dataObject()[name].([]any)
	if !ok {
		r.t.Fatalf("no list %s in %s", name, r.text)
	}
	return list
}

// sendRequest makes a request with a body of the given kind.
func sendRequest(t *testing.T, method, address, contentType, bearer, body string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	out := reply{t: t, status: resp.StatusCode, header: resp.Header, text: string(data)}
	_ = json.NewDecoder(bytes.NewReader(data)).Decode(&out.fields)
	return out
}

// caller calls the Open API with one token.
type caller struct {
	t     *testing.T
	s     *showmebugtest.Server
	token string
}

func signIn(t *testing.T, s *showmebugtest.Server) caller {
	t.Helper()
	r := sendRequest(t, http.MethodPost, s.URL()+"/oauth/token.json", "application/json", "",
		fmt.Sprintf(`{"client_id":%q,"client_secret":%q,"grant_type":"client_credentials"}`, clientID, secret))
	token, _ := r.fields["access_token"].(string)
	if token == "" {
		t.Fatalf("no token: %s", r.text)
	}
	return caller{t, s, token}
}

func (c caller) doCall(method, path, body string) reply {
	c.t.Helper()
	return sendRequest(c.t, method, c.s.URL()+"/open_api/v1/"+path, "application/json", c.token, body)
}

// createInterview creates an interview and returns its uid.
func (c caller) createInterview(body string) string {
	c.t.Helper()
	return c.doCall("POST", "interviews", body).wantOK().dataText("uid")
}

// receiver records webhooks and replies with the given statuses, then with 200.
type receiver struct {
	*httptest.Server

	mu     sync.Mutex
	bodies []string
	signed []string
	answer []int
}

func newReceiver(t *testing.T, answer ...int) *receiver {
	t.Helper()
	r := &receiver{answer: answer}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.bodies, r.signed = append(r.bodies, string(body)), append(r.signed, req.Header.Get("Smb-Signature"))
		status := http.StatusOK
		if len(r.answer) > 0 {
			status, r.answer = r.answer[0], r.answer[1:]
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) receivedBodies() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.bodies...)
}

func testContext(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}
