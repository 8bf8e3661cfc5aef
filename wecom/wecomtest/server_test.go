package wecomtest_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// recorder is a TB that records failures.
type recorder struct {
	mu       sync.Mutex
	failures []string
	cleanups []func()
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatalf(format string, args ...any) { r.Errorf(format, args...) }
func (r *recorder) Logf(string, ...any)               {}

func TestUnknownPathFailsTest(t *testing.T) {
	var rec recorder
	s := wecomtest.New(&rec)
	defer func() {
		for _, f := range rec.cleanups {
			f()
		}
	}()
	s.AllowUnknown("/cgi-bin/oa/meetingroom/list")
	for path, failures := range map[string]int{"/cgi-bin/oa/meetingroom/list": 0, "/cgi-bin/message/sendd": 1} {
		rec.failures = nil
		status, _, text := getPage(t, http.DefaultClient, s.URL()+path)
		if status != http.StatusNotFound || text != "" {
			t.Errorf("%s answered HTTP %d %q, want 404 and nothing", path, status, text)
		}
		if len(rec.failures) != failures {
			t.Errorf("%s: reported failures %v", path, rec.failures)
		}
	}
}

func TestZeroValueHandler(t *testing.T) {
	var s wecomtest.Server
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/cgi-bin/gettoken?corpid=a&corpsecret=b", http.NoBody))
	if !strings.Contains(w.Body.String(), `"errcode":40013`) {
		t.Errorf("answer is %s", w.Body)
	}
	s.Close()
}

func TestListenOnAllInterfaces(t *testing.T) {
	var s wecomtest.Server
	if err := s.Start("0.0.0.0:0"); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if !strings.HasPrefix(s.URL(), "http://127.0.0.1:") {
		t.Errorf("URL is %s", s.URL())
	}
}

func TestFaults(t *testing.T) {
	s := newFixture(t)
	tok := accessToken(t, s)
	list := "department/list?access_token=" + tok
	s.AddFault(wecomtest.Fault{Path: "department/*", Errcode: -1, Times: 2})
	getAPI(t, s, list).expectCode(-1)
	getAPI(t, s, "department/simplelist?access_token="+tok).expectCode(-1)
	getAPI(t, s, list).expectCode(0)

	id := s.AddFault(wecomtest.Fault{Errcode: 45009, AgentID: agent})
	if r := getAPI(t, s, list).expectCode(45009); !strings.HasPrefix(r.textField("errmsg"), "api freq out of limit, hint: [") {
		t.Errorf("errmsg is %q", r.textField("errmsg"))
	}
	getAPI(t, s, "gettoken?corpid="+corpID+"&corpsecret="+secret).expectCode(0) // gettoken has no access token that the fault could match
	s.RemoveFaults(id)
	getAPI(t, s, list).expectCode(0)

	s.AddFault(wecomtest.Fault{Path: "department/list", HTTPStatus: 502, Times: 1})
	if status, _, text := getPage(t, http.DefaultClient, s.URL()+"/cgi-bin/"+list); status != 502 || !strings.Contains(text, "<html>") {
		t.Errorf("HTTP %d, %s", status, text)
	}
	s.AddFault(wecomtest.Fault{Path: "department/list", Truncated: true, Times: 1})
	if _, _, text := getPage(t, http.DefaultClient, s.URL()+"/cgi-bin/"+list); json.Valid([]byte(text)) || text == "" {
		t.Errorf("a truncated answer is %q", text)
	}
	s.AddFault(wecomtest.Fault{Path: "department/list", Malformed: true, Times: 1})
	if _, _, text := getPage(t, http.DefaultClient, s.URL()+"/cgi-bin/"+list); json.Valid([]byte(text)) {
		t.Errorf("a malformed answer is %q", text)
	}
	s.AddFault(wecomtest.Fault{Path: "department/list", Errcode: 50001, Every: 2})
	getAPI(t, s, list).expectCode(0)
	getAPI(t, s, list).expectCode(50001)
	getAPI(t, s, list).expectCode(0)
	s.RemoveFaults()
	s.AddFault(wecomtest.Fault{Path: "department/list", Delay: time.Millisecond, Times: 1})
	getAPI(t, s, list).expectCode(0)
	calls := s.Calls("department/list")
	if note := calls[len(calls)-1].Note; !strings.Contains(note, "delayed") {
		t.Errorf("the note of a delayed call is %q", note)
	}
}

// TestDroppedConnections checks that a call has an effect when the connection is dropped after it,
// and none when it is dropped before.
func TestDroppedConnections(t *testing.T) {
	s := newFixture(t)
	address := s.URL() + "/cgi-bin/message/send?access_token=" + accessToken(t, s)
	post := func() error {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(`{"touser":"lisi","agentid":1000002,"msgtype":"text","text":{"content":"x"}}`))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		return resp.Body.Close()
	}
	s.AddFault(wecomtest.Fault{Path: "message/send", DropBefore: true, Times: 1})
	if err := post(); err == nil || len(s.Messages(corpID, "lisi")) != 0 {
		t.Errorf("dropped before: error %v, %d messages", err, len(s.Messages(corpID, "lisi")))
	}
	s.AddFault(wecomtest.Fault{Path: "message/send", DropAfter: true, Times: 1})
	if err := post(); err == nil || len(s.Messages(corpID, "lisi")) != 1 {
		t.Errorf("dropped after: error %v, %d messages", err, len(s.Messages(corpID, "lisi")))
	}
	if err := post(); err != nil || len(s.Messages(corpID, "lisi")) != 2 {
		t.Errorf("afterwards: error %v, %d messages", err, len(s.Messages(corpID, "lisi")))
	}
}

func TestLogMasksSecrets(t *testing.T) {
	s := newFixture(t)
	tok := accessToken(t, s)
	ticket := getAPI(t, s, "get_jsapi_ticket?access_token="+tok).textField("ticket")
	code := s.SignInCode(corpID, "lisi", agent)
	getAPI(t, s, "auth/getuserinfo?code="+code+"&access_token="+tok).expectCode(0)
	sendMessage(t, s, "lisi", `"msgtype":"text","text":{"content":"readable"}`).expectCode(0)
	all := fmt.Sprintf("%+v", s.Calls(""))
	for _, hidden := range []string{tok, secret, ticket, code} {
		if strings.Contains(all, hidden) {
			t.Errorf("the log shows %q", hidden)
		}
	}
	if !strings.Contains(all, "readable") || !strings.Contains(all, "corpsecret=***") {
		t.Errorf("the log is %s", all)
	}
	last := s.Calls("message/send")[0]
	if last.CorpID != corpID || last.AgentID != agent || last.Status != 200 || last.Errcode != 0 {
		t.Errorf("call is %+v", last)
	}
	if s.CallCount("gettoken") != 2 {
		t.Errorf("counted %d gettoken calls", s.CallCount("gettoken"))
	}
}

func TestLogLimit(t *testing.T) {
	s := &wecomtest.Server{LogLimit: 3}
	if err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	for i := range 5 {
		getAPI(t, s, fmt.Sprintf("gettoken?corpid=ww%d&corpsecret=x", i)).expectCode(40013)
	}
	list := s.Calls("gettoken")
	if len(list) != 3 || !strings.Contains(list[0].Query, "ww2") || !strings.Contains(list[2].Query, "ww4") {
		t.Errorf("the log keeps %d calls: %+v", len(list), list)
	}
	if s.CallCount("gettoken") != 5 {
		t.Errorf("counted %d", s.CallCount("gettoken"))
	}
}

func TestWrongSecretLimit(t *testing.T) {
	s := newFixture(t)
	w := httptest.NewRecorder
	ask := func(secret string) string {
		rec := w()
		s.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/cgi-bin/gettoken?corpid="+corpID+"&corpsecret="+secret, http.NoBody))
		return rec.Header().Get("Error-Code")
	}
	for range 2000 {
		if got := ask("wrong"); got != "40001" {
			t.Fatalf("errcode %s", got)
		}
	}
	if got := ask(secret); got != "45009" {
		t.Errorf("after 2,000 wrong secrets the right one is answered with %q", got)
	}
	s.Advance(time.Hour)
	if got := ask(secret); got != "" {
		t.Errorf("an hour later the right secret is answered with %q", got)
	}
}

func TestLoad(t *testing.T) {
	var s wecomtest.Server
	const good = `[{"id":"ww1","name":"A","departments":[{"id":2,"name":"B"}],"members":[{"userId":"x","name":"X","departments":[2]}],"apps":[{"agentId":7,"secret":"s","name":"App"}]}]`
	if err := s.Load(strings.NewReader(good)); err != nil {
		t.Fatal(err)
	}
	if m := s.Members("ww1"); len(m) != 1 || m[0].CorpID != "ww1" || s.Apps("ww1")[0].Name != "App" || s.Corps()[0].Name != "A" {
		t.Errorf("loaded %+v, %+v", m, s.Apps("ww1"))
	}
	for name, text := range map[string]string{
		"not JSON":         `{`,
		"misspelled field": `[{"id":"ww1","titel":"A"}]`,
		"no id":            `[{"name":"A"}]`,
		"no secret":        `[{"id":"ww1","apps":[{"agentId":7}]}]`,
		"no user id":       `[{"id":"ww1","members":[{"name":"x"}]}]`,
		"bad key":          `[{"id":"ww1","apps":[{"agentId":7,"secret":"s","callbackUrl":"http://a","encodingAesKey":"k"}]}]`,
	} {
		if err := s.Load(strings.NewReader(text)); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// getUI decodes a JSON reply of the UI.
func getUI(t *testing.T, s *wecomtest.Server, path string, v any) int {
	t.Helper()
	status, _, text := getPage(t, http.DefaultClient, s.URL()+path)
	if v != nil {
		if err := json.Unmarshal([]byte(text), v); err != nil {
			t.Fatalf("%s answered %s", path, text)
		}
	}
	return status
}

func TestUIChats(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	setCallback(s, r.URL)
	sendCard(t, s, "lisi", buttonCard).expectCode(0)
	var me struct {
		Me   struct{ Name, Department string }
		Apps []struct {
			Name   string
			Unread int
			Last   wecomtest.Message
		}
	}
	getUI(t, s, "/sim/me?as=LISI", &me)
	if me.Me.Name != "李四" || me.Me.Department != "人力资源部" || len(me.Apps) != 1 || me.Apps[0].Unread != 1 || me.Apps[0].Last.Card == nil {
		t.Errorf("the client shows %+v", me)
	}
	var list []wecomtest.Message
	getUI(t, s, "/sim/messages?corpId="+corpID+"&as=lisi&chat=1000002", &list)
	if len(list) != 1 || list[0].Card.TaskID != "interview-42" {
		t.Errorf("messages are %+v", list)
	}
	for path, body := range map[string]string{
		"/sim/click": `"msgid":"` + list[0].MsgID + `","key":"accept"`,
		"/sim/say":   `"agentId":1000002,"text":"好"`,
		"/sim/menu":  `"agentId":1000002,"key":"todo"`,
		"/sim/read":  `"chat":"1000002"`,
	} {
		if status := postUI(t, s, path, `{"corpId":"`+corpID+`","as":"lisi",`+body+`}`, ""); status != 200 {
			t.Errorf("%s answered HTTP %d", path, status)
		}
	}
	if n := len(s.Deliveries()); n != 3 {
		t.Errorf("%d callbacks, want 3: a click, a text, a menu entry", n)
	}
	getUI(t, s, "/sim/me?as=lisi", &me)
	if me.Apps[0].Unread != 0 {
		t.Error("the chat is still unread")
	}
	if getUI(t, s, "/sim/me?as=ghost", nil) != 404 || postUI(t, s, "/sim/say", `{"as":"ghost"}`, "") != 400 {
		t.Error("an unknown member was served")
	}
}

func postUI(t *testing.T, s *wecomtest.Server, path, body, origin string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if origin != "" {
		req.Header.Set("Origin", origin)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// TestUIRejectsForeignOrigin checks that pages of other origins in the same browser cannot act in
// the simulator.
func TestUIRejectsForeignOrigin(t *testing.T) {
	s := newFixture(t)
	if status := postUI(t, s, "/sim/clock", `{"seconds":60}`, "https://evil.example"); status != http.StatusForbidden {
		t.Errorf("HTTP %d", status)
	}
	if status := postUI(t, s, "/sim/clock", `{"seconds":60}`, s.URL()); status != http.StatusOK {
		t.Errorf("HTTP %d from its own page", status)
	}
}

func TestOperatorHidesSecrets(t *testing.T) {
	s := newFixture(t)
	setCallback(s, "http://127.0.0.1:1/")
	tok := accessToken(t, s)
	for _, path := range []string{"/sim/operator", "/sim/calls", "/sim/callbacks", "/sim/corps", "/sim/members?corpId=" + corpID} {
		_, _, text := getPage(t, http.DefaultClient, s.URL()+path)
		for _, hidden := range []string{secret, "contact-secret", token, aesKey, tok} {
			if strings.Contains(text, hidden) {
				t.Errorf("%s shows %q", path, hidden)
			}
		}
	}
}

func TestStream(t *testing.T) {
	s := newFixture(t)
	req, err := http.NewRequestWithContext(contextWithTimeout(t), http.MethodGet, s.URL()+"/sim/events?corpId="+corpID+"&as=lisi", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	sendMessage(t, s, "zhangsan", `"msgtype":"text","text":{"content":"not for lisi"}`).expectCode(0)
	sendMessage(t, s, "lisi", `"msgtype":"text","text":{"content":"x"}`).expectCode(0)
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if text, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			if !strings.Contains(text, `"kind":"message"`) || !strings.Contains(text, `"userId":"lisi"`) {
				t.Errorf("the first change is %s", text)
			}
			return
		}
	}
	t.Errorf("the stream ended: %v", lines.Err())
}

func TestAvatar(t *testing.T) {
	s := newFixture(t)
	for name, want := range map[string]string{"欧阳小明": ">小明<", "Emily Carter": ">EC<", "<b>": "&lt;"} {
		if _, _, text := getPage(t, http.DefaultClient, s.URL()+wecomtest.AvatarPath(name)); !strings.Contains(text, want) {
			t.Errorf("%s is drawn as %s", name, text)
		}
	}
}

func BenchmarkSend(b *testing.B) {
	var s wecomtest.Server
	s.NoQuotas = true
	fillFixture(&s)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/cgi-bin/gettoken?corpid="+corpID+"&corpsecret="+secret, http.NoBody))
	var got struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		b.Fatal(err)
	}
	const body = `{"touser":"lisi","agentid":1000002,"msgtype":"text","text":{"content":"x"}}`
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/cgi-bin/message/send?access_token="+got.AccessToken, strings.NewReader(body)))
			if w.Header().Get("Error-Code") != "" {
				b.Fatal(w.Body)
			}
		}
	})
}
