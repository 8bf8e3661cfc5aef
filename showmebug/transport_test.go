package showmebug

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/huimian/huimian/internal/apiclient/transport"
)

func TestNew(t *testing.T) {
	for name, cfg := range map[string]Config{
		"no id":       {ClientSecret: "s"},
		"no secret":   {ClientID: "a"},
		"no address":  {ClientID: "a", ClientSecret: "s", BaseURL: "showmebug"},
		"other":       {ClientID: "a", ClientSecret: "s", BaseURL: "ftp://x.example"},
		"with a user": {ClientID: "a", ClientSecret: "s", BaseURL: "https://u:p@x.example"},
		"with query":  {ClientID: "a", ClientSecret: "s", BaseURL: "https://x.example/?a=b"},
	} {
		if _, err := New(cfg); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	n := &fakeTransport{}
	c := n.newClient(t, func(cfg *Config) { cfg.BaseURL = "http://proxy.example/smb/" })
	_ = callMe(c)
	if len(n.requests) != 1 || n.requests[0].path != "/smb"+tokenPath {
		t.Errorf("the path of the base URL is lost: %v", n.requests)
	}
}

// TestErrorClassification judges answers by HTTP status and by errcode.
func TestErrorClassification(t *testing.T) {
	for _, tc := range []struct {
		status  int
		body    string
		class   Class
		code    int
		message string
	}{
		{200, `{"errcode":10001,"errmsg":"候选人姓名不能为空"}`, ClassUnknown, 10001, "候选人姓名不能为空"},
		{200, `{"errcode":"10001","errmsg":"x"}`, ClassUnknown, 10001, "x"},
		{200, `{"errcode":7,"errmsg":"剩余场次不足"}`, ClassQuota, 7, "剩余场次不足"},
		{200, `{"errcode":402}`, ClassQuota, 402, ""},
		{200, `{"errcode":42}`, ClassArgument, 42, ""}, // by Compat.ErrorClasses
		{200, `{"errcode":422,"errmsg":"uid"}`, ClassArgument, 422, "uid"},
		{403, `{"errcode":5,"errmsg":"no scope"}`, ClassPermission, 5, "no scope"},
		{404, `<html>`, ClassState, 0, "not found, or no such API at this URL"},
		{409, `{"error":"ended"}`, ClassState, 0, "ended"},
		{422, `{"message":"bad"}`, ClassArgument, 0, "bad"},
		{302, ``, ClassConfig, 0, "refused without an errcode: check the base URL, and for a proxy in between"},
		{200, `<html>hello</html>`, ClassNetwork, 0, "the response is not JSON"},
		{200, `[1,2] 3`, ClassNetwork, 0, "the response is not JSON"},
		{200, ``, ClassNetwork, 0, "the response contains no team"},
		{200, `{}`, ClassNetwork, 0, "the response contains no team"},
	} {
		synctest.Test(t, func(t *testing.T) {
			c := staticTransport(tc.status, tc.body).newClient(t, func(cfg *Config) { cfg.Compat.ErrorClasses = map[int]Class{42: ClassArgument} })
			err := callMe(c)
			e := asError(t, err)
			if e.Class != tc.class || e.Code != tc.code || e.Message != tc.message || e.Method != "GET" || e.Path != "/open_api/v1/me" {
				t.Errorf("%d %s gave %+v of class %s", tc.status, tc.body, e, e.Class)
			}
			if AdminMessage(err) == "" || ClassOf(err).String() == "" {
				t.Errorf("%v has no message or class", err)
			}
		})
	}
}

func TestRetry(t *testing.T) {
	for _, tc := range []struct {
		name     string
		status   int
		read     bool
		after    string
		requests int
	}{
		{"reading, busy", 503, true, "", 3},
		{"reading, gateway", 502, true, "", 3},
		{"writing, gateway", 502, false, "", 1}, // it may have been carried out
		{"writing, too often", 429, false, "", 3},
		{"told to wait a little", 429, false, "1", 3},
		{"told to wait long", 429, true, "60", 1},
		{"refused", 422, true, "", 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			n := staticTransport(tc.status, "")
			n.headers = http.Header{"Retry-After": {tc.after}}
			c := n.newClient(t)
			err := callMe(c)
			if !tc.read {
				n.requests = nil
				_, err = c.Interviews.Create(t.Context(), NewInterview{CandidateName: "x"})
			}
			e := asError(t, err)
			if _, requests := n.requestCounts(); requests != tc.requests {
				t.Errorf("%s: sent %d times, want %d", tc.name, requests, tc.requests)
			}
			if tc.after == "60" && e.RetryAfter != time.Minute {
				t.Errorf("%s: told to wait %s", tc.name, e.RetryAfter)
			}
			if e.Uncertain != (tc.status >= 500 && !tc.read) {
				t.Errorf("%s: uncertain is %v", tc.name, e.Uncertain)
			}
		})
	}
}

// TestNetworkErrors: a call that only reads is made again, one that creates is not.
func TestNetworkErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeTransport{latency: time.Minute}
		n.validToken = "t"
		c := n.newClient(t)
		if err := c.token.Put(t.Context(), newToken("t", time.Now(), time.Hour)); err != nil {
			t.Fatal(err)
		}
		_, err := c.Interviews.Create(t.Context(), NewInterview{})
		e := asError(t, err)
		if !e.Uncertain || e.Class != ClassNetwork || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %+v", e)
		}
		began := time.Now()
		if e := asError(t, callMe(c)); e.Uncertain || time.Since(began) < 3*DefaultTimeout {
			t.Errorf("given up after %s: %+v", time.Since(began), e)
		}
	})
}

func TestCancelled(t *testing.T) {
	n := &fakeTransport{}
	c := n.newClient(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Team.Me(ctx, MemberSearch{})
	if !errors.Is(err, context.Canceled) || !strings.Contains(AdminMessage(err), "cancelled") {
		t.Errorf("got %v", err)
	}
}

func TestResponseSizeLimit(t *testing.T) {
	n := staticTransport(200, `{"data":"`+strings.Repeat("x", transport.MaxResponseBytes)+`"}`)
	synctest.Test(t, func(t *testing.T) {
		if err := callMe(n.newClient(t)); !errors.Is(err, transport.ErrTooLarge) {
			t.Errorf("got %v", err)
		}
	})
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	n := staticTransport(302, "")
	n.headers = http.Header{"Location": {"https://evil.example/"}}
	if e := asError(t, callMe(n.newClient(t))); e.Class != ClassConfig || len(n.requests) != 1 {
		t.Errorf("got %v after %d requests", e, len(n.requests))
	}
}

func TestFilters(t *testing.T) {
	from := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	filter := InterviewFilter{Paging: Paging{2, 10}, Search: "陈 默", CreatorID: 7, Status: []InterviewStatus{StatusOpened, StatusEnded}, CreatedFrom: from,
		Extra: map[string]string{"tag": "a"}}
	for _, tc := range []struct {
		where       FilterPlacement
		query, body string
	}{
		{FiltersInQuery, "created_time_start=2026-11-23T08%3A00%3A00Z&creator_id=7&page=2&per_page=10&search=%E9%99%88+%E9%BB%98" +
			"&status%5B%5D=interview_opened&status%5B%5D=interview_ended&tag=a", ""},
		{FiltersInPlainQuery, "created_time_start=2026-11-23T08%3A00%3A00Z&creator_id=7&page=2&per_page=10&search=%E9%99%88+%E9%BB%98" +
			"&status=interview_opened&status=interview_ended&tag=a", ""},
		{FiltersInBody, "", `{"created_time_start":"2026-11-23T08:00:00Z","creator_id":7,"page":2,"per_page":10,"search":"陈 默",` +
			`"status":["interview_opened","interview_ended"],"tag":"a"}`},
	} {
		n := staticTransport(200, `{"errcode":0,"data":{"count":0,"interviews":[]}}`)
		if _, err := n.newClient(t, func(cfg *Config) { cfg.Compat.Filters = tc.where }).Interviews.List(t.Context(), filter); err != nil {
			t.Fatal(err)
		}
		if r := n.requests[0]; r.query != tc.query || r.body != tc.body || r.method != "GET" {
			t.Errorf("%d: sent %q with body %q", tc.where, r.query, r.body)
		}
	}
	n := staticTransport(200, `{"data":[]}`)
	c := n.newClient(t, func(cfg *Config) { cfg.Compat.TimeFormat = time.DateTime })
	if _, err := c.Interviews.List(t.Context(), InterviewFilter{CreatedUntil: from}); err != nil || n.requests[0].query != "created_time_end=2026-11-23+08%3A00%3A00" {
		t.Errorf("a time is sent as %q: %v", n.requests[0].query, err)
	}
}

// TestTolerantDecoding reads one team out of what different servers might write.
func TestTolerantDecoding(t *testing.T) {
	quota := 128
	want := Team{ID: 42, Name: "云杉科技", LeftQuota: &quota, MembersCount: 2, Members: []Member{{ID: 1, Name: "陈默"}}}
	for _, body := range []string{
		`{"errcode":0,"data":{"id":42,"name":"云杉科技","left_quota":"128","members_count":2,"members":[{"id":1,"name":"陈默"}]}}`,
		`{"errcode":"0","data":{"id":"42","name":"云杉科技","left_quota":128,"members_count":"2","members":[{"id":"1","name":"陈默","email":null}]}}`,
		`{"data":{"id":42.0,"name":"云杉科技","left_quota":128.0,"members_count":2,"email":{"odd":1},"members":[{"id":1,"name":"陈默","uid":[]}]}}`,
		`{"id":42,"name":"云杉科技","left_quota":" 128 ","members_count":2,"members":[{"id":1,"name":"陈默"}]}`,
	} {
		team, err := staticTransport(200, body).newClient(t).Team.Me(t.Context(), MemberSearch{})
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(team.Raw) || len(team.Members) != 1 || !strings.Contains(string(team.Members[0].Raw), "陈默") {
			t.Errorf("raw is %s with %d members", team.Raw, len(team.Members))
		}
		team.Raw, team.Members[0].Raw = nil, nil
		if got, want := mustJSON(t, *team), mustJSON(t, want); got != want {
			t.Errorf("%s is read as %s", body, got)
		}
	}
	// A count that is a Boolean, as the page has it, is no reason to fail; nor is a missing quota zero.
	team, err := staticTransport(200, `{"errcode":0,"data":{"id":1,"members_count":true,"members":{}}}`).newClient(t).Team.Me(t.Context(), MemberSearch{})
	if err != nil || team.ID != 1 || team.LeftQuota != nil || team.MembersCount != 0 || team.Members != nil {
		t.Errorf("got %+v: %v", team, err)
	}
}

func mustJSON(t *testing.T, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestTimes(t *testing.T) {
	want := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	for _, written := range []string{`"2026-11-23T16:00:00+08:00"`, `"2026-11-23T08:00:00.000Z"`, `"2026-11-23 16:00:00"`, `"2026-11-23 16:00:00 +0800"`,
		`"2026-11-23T16:00:00"`, `1795420800`, `"1795420800"`, `1795420800000`} {
		var got struct {
			At time.Time `json:"at"`
		}
		if err := decodeInto([]byte(`{"at":`+written+`}`), &got); err != nil || !got.At.Equal(want) {
			t.Errorf("%s is read as %s: %v", written, got.At, err)
		}
	}
	for _, written := range []string{`"tomorrow"`, `"0000-01-01T00:00:00+23:59"`, `"9999-12-31"`, `null`, `{}`, `0`, `-1`, `1e99`, `true`} {
		var got struct {
			At time.Time `json:"at"`
		}
		if err := decodeInto([]byte(`{"at":`+written+`}`), &got); err != nil || !got.At.IsZero() {
			t.Errorf("%s is read as %s: %v", written, got.At, err)
		}
	}
}

func TestCall(t *testing.T) {
	n := staticTransport(200, `{"errcode":0,"data":{"url":"https://www.showmebug.com/console?x=1"}}`)
	c := n.newClient(t)
	var out struct {
		URL string `json:"url"`
	}
	if err := c.Call(t.Context(), "GET", "/open_api/v1/console_link", map[string]any{"uid": "u", "n": 3, "all": true}, &out); err != nil || out.URL == "" {
		t.Errorf("got %q: %v", out.URL, err)
	}
	if got := n.requests[0].query; got != "all=true&n=3&uid=u" {
		t.Errorf("asked for %q", got)
	}
	var raw json.RawMessage
	if err := c.Call(t.Context(), "POST", "/open_api/v1/token", struct{}{}, &raw); err != nil || !strings.Contains(string(raw), "console") {
		t.Errorf("got %s: %v", raw, err)
	}
}

func TestCallAsApplicationSendsKeyAndSecret(t *testing.T) {
	n := &fakeTransport{}
	c := n.newClient(t)
	if err := c.CallAsApplication(t.Context(), "POST", "/open_api/v1/accounts", nil, nil); err != nil {
		t.Fatal(err)
	}
	// base64("app-key:" + testSecret), made by another program.
	if got := n.requests[0].token(); got != "YXBwLWtleTpzM2NyM3Qtb2YtdGhlLWFwcC0wMTIzNDU2Nzg5LWFiY2RlZmdoaWorLz0=" {
		t.Errorf("sent %q", got)
	}
	wantGrants(t, n, 0)
	for path, method := range map[string]string{"/oauth/token.json": "GET", "/open_api/v1/../x": "GET", "/open_api/v1/x?y": "GET", "/open_api/v1/x": "HEAD"} {
		if err := c.Call(t.Context(), method, path, nil, nil); ClassOf(err) != ClassArgument {
			t.Errorf("%s %s was taken: %v", method, path, err)
		}
	}
}

// FuzzDecode: no answer, whatever it holds, makes the client panic, and what
// was read can be written again.
func FuzzDecode(f *testing.F) {
	for _, data := range []string{
		`{"uid":1,"interviewer_urls":[{"uid":2},null,3],"rate":"5","created_at":"2026-11-23 16:00:00","type_id":"2"}`,
		`{"count":"2","interviews":[{"uid":[]},{}]}`, `[[]]`, `null`, `"x"`, `{"id":9223372036854775808,"members":{"a":1},"left_quota":1e999}`,
		`{"content_json":[],"extend":"x","created_at":"9999-12-31T23:59:59-23:59"}`,
	} {
		f.Add([]byte(data))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, out := range []any{&Interview{}, &InterviewResult{}, &Team{}, &WrittenPad{}, &Question{}, &ExamRoom{}} {
			if decodeInto(data, out) == nil {
				if _, err := json.Marshal(out); err != nil {
					t.Errorf("%T cannot be written: %v", out, err)
				}
			}
		}
		_, _ = parsePage[Interview](data, "interviews")
		_, _ = ParseEvent(data)
	})
}
