package showmebugtest_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest"
)

// postAction sends a request of a page's script.
func postAction(t *testing.T, s *showmebugtest.Server, path, body string) reply {
	t.Helper()
	return sendRequest(t, "POST", s.URL()+path, "application/json", "", body)
}

func (r reply) pageState(t *testing.T) map[string]any {
	t.Helper()
	if r.status != 200 {
		t.Fatalf("HTTP %d %s", r.status, r.text)
	}
	return r.fields
}

// visitorPath returns the path of an action that the page of a link requests.
func visitorPath(t *testing.T, link, what string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	return "/sim" + u.Path + what + "?" + u.RawQuery
}

func TestPadPages(t *testing.T) {
	s, c, r := newTeamWithWebhook(t)
	uid := c.createInterview(`{"candidate_name":"Emily","resume_link":"https://a.example/r","evaluation_link":"https://a.example/e","redirect_uri":"https://a.example/done",` + twoInterviewers + `}`)
	i, _ := s.Interview(uid)
	lead, guest := i.Interviewers[1].URL, i.CandidateURL
	for _, link := range []string{lead, guest, i.InterviewerURL} {
		if got := sendRequest(t, "GET", link, "", "", ""); got.status != 200 || !strings.Contains(got.header.Get("Content-Security-Policy"), "frame-src http: https:") {
			t.Errorf("%s: HTTP %d", link, got.status)
		}
	}
	mine := sendRequest(t, "GET", s.URL()+visitorPath(t, lead, ""), "", "", "").pageState(t)
	if mine["role"] != "interviewer" || mine["name"] != "陈默" || mine["resume"] != "https://a.example/r" || mine["evaluation"] == nil {
		t.Errorf("interviewer sees %v", mine)
	}
	theirs := sendRequest(t, "GET", s.URL()+visitorPath(t, guest, ""), "", "", "").pageState(t)
	if theirs["role"] != "candidate" || theirs["resume"] != nil || theirs["evaluation"] != nil || theirs["redirect"] != nil || theirs["interviewers"] != nil {
		t.Errorf("candidate sees %v", theirs)
	}
	for what, body := range map[string]string{"/start": `{}`, "/rate": `{"rate":5}`, "/end": `{"rate":5}`} {
		if got := postAction(t, s, visitorPath(t, guest, what), body); got.status != 409 {
			t.Errorf("a candidate may %s: HTTP %d", what, got.status)
		}
	}
	if got := postAction(t, s, visitorPath(t, lead, "/start"), `{}`).pageState(t); got["status"] != showmebugtest.InterviewStarted {
		t.Errorf("started: %v", got)
	}
	postAction(t, s, visitorPath(t, guest, "/board"), `{"text":"func main() {}"}`).pageState(t)
	got := postAction(t, s, visitorPath(t, lead, "/rate"), `{"rate":4,"comment":"好"}`).pageState(t)
	if got["board"] != "func main() {}" || got["rate"] != 4.0 || fmt.Sprint(got["online"]) != "[candidate ChenMo]" {
		t.Errorf("rated: %v", got)
	}
	s.Advance(time.Minute)
	if got := sendRequest(t, "GET", s.URL()+visitorPath(t, guest, ""), "", "", "").pageState(t); fmt.Sprint(got["online"]) != "[candidate]" {
		t.Errorf("a minute later these are here: %v", got["online"])
	}
	postAction(t, s, visitorPath(t, lead, "/end"), `{}`).pageState(t)
	if _, err := s.WaitWebhook(testContext(t), "interview_ended", func(h showmebugtest.Webhook) bool { return h.State == showmebugtest.WebhookDelivered }); err != nil {
		t.Fatal(err)
	}
	if e := readEvent(t, r.receivedBodies()[0]); e.Payload["rate"] != 4.0 {
		t.Errorf("event %v", e)
	}
	if got := postAction(t, s, visitorPath(t, guest, "/board"), `{"text":"late"}`); got.status != 409 {
		t.Errorf("wrote after the end: HTTP %d", got.status)
	}
	if got := postAction(t, s, visitorPath(t, lead, "/rate"), `{"rate":6}`); got.status != 400 {
		t.Errorf("six of five: HTTP %d", got.status)
	}
	if i, _ := s.Interview(uid); i.Board != "func main() {}" || i.Rate() != 4 {
		t.Errorf("interview %+v", i)
	}
}

func TestUnknownLinks(t *testing.T) {
	s, c, _ := newTeamWithWebhook(t)
	uid := c.createInterview(`{}`)
	for _, path := range []string{"/pads/UNKNOWN?t=x", "/written_pads/UNKNOWN", "/exam_links/x", "/sim/pads/" + uid + "?t=wrong", "/sim/pads/" + uid, "/sim/written/" + uid, "/sim/exam_links/x"} {
		if got := sendRequest(t, "GET", s.URL()+path, "", "", ""); got.status != 404 {
			t.Errorf("%s: HTTP %d", path, got.status)
		}
	}
}

func TestWrittenPage(t *testing.T) {
	s, c, exam := withExam(t)
	link := c.doCall("GET", fmt.Sprintf("exams/%d/exam_link", exam), "").wantOK().dataText("url")
	if got := sendRequest(t, "GET", strings.Replace(link, "/exam_links/", "/sim/exam_links/", 1), "", "", "").pageState(t); got["questions"] != 3.0 {
		t.Errorf("link: %v", got)
	}
	if got := postAction(t, s, strings.Replace(strings.TrimPrefix(link, s.URL()), "/exam_links/", "/sim/exam_links/", 1), `{"name":""}`); got.status != 400 {
		t.Errorf("evaluation without a participant: HTTP %d", got.status)
	}
	address := postAction(t, s, strings.Replace(strings.TrimPrefix(link, s.URL()), "/exam_links/", "/sim/exam_links/", 1), `{"name":"孟凡"}`).pageState(t)["url"].(string)
	path := strings.Replace(strings.TrimPrefix(address, s.URL()), "/written_pads/", "/sim/written/", 1)
	before := sendRequest(t, "GET", s.URL()+path, "", "", "")
	if len(before.pageState(t)["questions"].([]any)) != 0 {
		t.Error("questions are seen before the test begins")
	}
	if got := postAction(t, s, path+"/answers", `{"answers":{}}`); got.status != 409 {
		t.Errorf("answered before it began: HTTP %d", got.status)
	}
	begun := postAction(t, s, path+"/start", `{}`)
	if strings.Contains(begun.text, "correctly") || strings.Contains(begun.text, `"key"`) {
		t.Errorf("the answer is on the page: %s", begun.text)
	}
	questions := begun.pageState(t)["questions"].([]any)
	id := func(n int) string { return fmt.Sprintf("%.0f", questions[n].(map[string]any)["id"]) }
	postAction(t, s, path+"/answers", `{"answers":{"`+id(0)+`":"乙"}}`).pageState(t)
	if p := s.WrittenPads()[0]; len(p.Answers) != 1 || p.Status != showmebugtest.WrittenPadStarted {
		t.Errorf("pad %+v", p)
	}
	done := postAction(t, s, path+"/finish", `{"answers":{"`+id(1)+`":"package main // …","`+id(2)+`":""}}`).pageState(t)
	if done["score"] != 90.0 || done["total"] != 100.0 {
		t.Errorf("score %v of %v", done["score"], done["total"])
	}
	p, err := s.WaitWrittenPad(testContext(t), func(p showmebugtest.WrittenPad) bool { return p.Status == showmebugtest.WrittenPadEnded })
	if err != nil || p.Score != 90 || p.CandidateName != "孟凡" {
		t.Errorf("%+v, %v", p, err)
	}
	other := s.AddExam(s.Teams()[0].ID, showmebugtest.Exam{Name: "又一场", Questions: []showmebugtest.Question{
		{QuestionType: "choice", Description: "?", ContentJSON: map[string]any{"options": []any{map[string]any{"content": "错"}, map[string]any{"content": "对", "correctly": true}}}},
	}})
	uid := c.doCall("POST", "written_pads", fmt.Sprintf(`{"exam_id":%d,"uid":"c9","name":"n"}`, other)).wantOK().dataText("uid")
	again := postAction(t, s, "/sim/written/"+uid+"/start", `{}`).pageState(t)["questions"].([]any)[0].(map[string]any)["id"]
	if got := postAction(t, s, "/sim/written/"+uid+"/finish", fmt.Sprintf(`{"answers":{"%.0f":"错"}}`, again)).pageState(t); got["score"] != 0.0 {
		t.Errorf("a wrong answer scored %v", got["score"])
	}
	if got := postAction(t, s, path+"/finish", `{"answers":{}}`); got.status != 409 {
		t.Errorf("handed in twice: HTTP %d", got.status)
	}
}

func TestOperator(t *testing.T) {
	s, c, r := newTeamWithWebhook(t)
	uid := c.createInterview(`{"candidate_name":"Emily"}`)
	endInterview(t, s, uid, 5)
	id := s.Teams()[0].ID
	postAction(t, s, "/sim/faults", `{"path":"me","errcode":500,"times":3}`).pageState(t)
	postAction(t, s, "/sim/webhooks/faults", `{"event":"interview_ended","hold":true}`).pageState(t)
	endInterview(t, s, c.createInterview(`{}`), 1)
	got := sendRequest(t, "GET", s.URL()+"/sim/operator", "", "", "")
	state := got.pageState(t)
	if strings.Contains(got.text, secret) {
		t.Error("the secret is on the page")
	}
	for _, name := range []string{"teams", "interviews", "faults", "webhookFaults"} {
		if list, ok := state[name].([]any); !ok || len(list) == 0 {
			t.Errorf("%s: %v", name, state[name])
		}
	}
	if postAction(t, s, "/sim/webhooks/release", `{}`).pageState(t)["released"] != 1.0 || len(r.receivedBodies()) != 2 {
		t.Error("not released")
	}
	var hooks []showmebugtest.Webhook
	if err := json.Unmarshal([]byte(sendRequest(t, "GET", s.URL()+"/sim/webhooks?q="+uid, "", "", "").text), &hooks); err != nil || len(hooks) != 1 {
		t.Fatalf("%v, %v", hooks, err)
	}
	postAction(t, s, "/sim/webhooks/resend", fmt.Sprintf(`{"id":%d}`, hooks[0].Seq)).pageState(t)
	if len(s.Webhooks()) != 3 {
		t.Error("not sent again")
	}
	postAction(t, s, "/sim/faults/remove", `{}`).pageState(t)
	before := s.Time()
	postAction(t, s, "/sim/clock", `{"seconds":3600}`).pageState(t)
	if s.Time().Sub(before).Hours() < 1 {
		t.Error("the clock has not advanced")
	}
	postAction(t, s, "/sim/quota", fmt.Sprintf(`{"id":%d,"left":3}`, id)).pageState(t)
	if s.Teams()[0].Quota != 3 {
		t.Error("quota")
	}
	if postAction(t, s, "/sim/tokens/revoke", `{"clientId":"`+clientID+`"}`).pageState(t)["revoked"] != 1.0 {
		t.Error("tokens")
	}
	if calls := sendRequest(t, "GET", s.URL()+"/sim/calls?q=interviews", "", "", ""); !strings.Contains(calls.text, "Emily") || strings.Contains(calls.text, secret) {
		t.Errorf("calls: %s", calls.text)
	}
	for _, path := range []string{"/", "/operator", "/sim/assets/kit.js"} {
		if got := sendRequest(t, "GET", s.URL()+path, "", "", ""); got.status != 200 {
			t.Errorf("%s: HTTP %d", path, got.status)
		}
	}
	if got := postAction(t, s, "/sim/webhooks/resend", `{"id":0}`); got.status != 404 {
		t.Errorf("HTTP %d", got.status)
	}
}

func TestWaitMethods(t *testing.T) {
	s, c, _ := newTeamWithWebhook(t)
	found := make(chan showmebugtest.Interview, 1)
	ctx := testContext(t)
	go func() {
		i, _ := s.WaitInterview(ctx, func(i showmebugtest.Interview) bool { return i.CandidateName == "b" })
		found <- i
	}()
	c.createInterview(`{"candidate_name":"a"}`)
	uid := c.createInterview(`{"candidate_name":"b"}`)
	if i := <-found; i.UID != uid {
		t.Errorf("found %+v", i)
	}
	call, err := s.WaitCall(ctx, "POST interviews", func(c showmebugtest.Call) bool { return strings.Contains(c.Request, `"b"`) })
	if err != nil || call.Status != 200 || s.CallCount("interviews") != 2 {
		t.Errorf("%+v, %v", call, err)
	}
}
