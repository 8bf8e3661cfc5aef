package showmebugtest_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest"
)

const twoInterviewers = `"interviewers":[{"uid":"LinYue","name":"林悦","email":"linyue@example.com"},{"uid":"ChenMo","name":"陈默","phone":"13800000000"}]`

func TestInterviewLifeCycle(t *testing.T) {
	s, id := newTeam(t)
	c := signIn(t, s)
	made := c.doCall("POST", "interviews", `{"candidate_name":"赵一鸣","resume_link":"https://a.example/r","redirect_uri":"https://a.example/done",`+twoInterviewers+`}`).wantOK()
	uid := made.dataText("uid")
	if !regexp.MustCompile(`^[A-Z]{6}$`).MatchString(uid) {
		t.Errorf("uid %q is not six capital letters", uid)
	}
	links := made.dataList("interviewer_urls")
	if len(links) != 2 || made.dataText("interviewer_url") == "" || made.dataText("candidate_url") == made.dataText("interviewer_url") {
		t.Errorf("links: %s", made.text)
	}
	if got := c.doCall("GET", "me", "").wantOK().dataObject()["left_quota"]; got != 9.0 {
		t.Errorf("left_quota is %v after one interview", got)
	}
	if err := s.StartInterview(uid); err != nil {
		t.Fatal(err)
	}
	if n := len(c.doCall("GET", "interviews?status[]=interview_started", "").wantOK().dataList("interviews")); n != 1 {
		t.Errorf("%d running interviews", n)
	}
	if err := s.RateInterview(uid, "ChenMo", 4, "思路清楚"); err != nil {
		t.Fatal(err)
	}
	if err := s.EndInterview(uid, 5); err != nil {
		t.Fatal(err)
	}
	result := c.doCall("GET", "interviews/"+uid+"/result", "").wantOK()
	if result.dataObject()["rate"] != 5.0 || result.dataText("status") != showmebugtest.InterviewEnded || result.dataText("ended_at") == "" {
		t.Errorf("result: %s", result.text)
	}
	c.doCall("PATCH", "interviews/"+uid, `{"candidate_name":"x"}`).wantStatus(409, showmebugtest.CodeState)
	if r := c.doCall("DELETE", "interviews/"+uid, "").wantOK(); r.dataObject() != nil {
		t.Errorf("a delete answers data: %s", r.text)
	}
	c.doCall("GET", "interviews/"+uid+"/result", "").wantStatus(404, showmebugtest.CodeNotFound)
	if teams := s.Teams(); teams[0].ID != id || teams[0].Quota != 9 {
		t.Errorf("an interview that was held was given back: %+v", teams)
	}
}

func TestEditKeepsPersonalLinks(t *testing.T) {
	s, _ := newTeam(t)
	c := signIn(t, s)
	uid := c.createInterview(`{"candidate_name":"a",` + twoInterviewers + `}`)
	before, _ := s.Interview(uid)
	c.doCall("PATCH", "interviews/"+uid, `{"uid":"`+uid+`","type_id":2,"candidate_name":"b","interviewers":[{"uid":"ChenMo","name":"陈默","phone":"1"},{"uid":"New","name":"新","phone":"2"}]}`).wantOK()
	after, _ := s.Interview(uid)
	if after.Interviewers[0].URL != before.Interviewers[1].URL {
		t.Error("who stays has another link now")
	}
	if after.TypeID != 2 || after.CandidateName != "b" || len(after.Interviewers) != 2 {
		t.Errorf("after the edit: %+v", after)
	}
	c.doCall("PATCH", "interviews/"+uid, `{"uid":"OTHERS"}`).wantStatus(422, showmebugtest.CodeInvalid)
	c.doCall("PATCH", "interviews/AAAAAA", `{}`).wantStatus(404, showmebugtest.CodeNotFound)
}

func TestInterviewRules(t *testing.T) {
	s, _ := newTeam(t)
	c := signIn(t, s)
	person := func(n int) string { return fmt.Sprintf(`{"uid":"u%d","name":"n","phone":"1"}`, n) }
	six := strings.Join([]string{person(1), person(2), person(3), person(4), person(5), person(6)}, ",")
	for name, body := range map[string]string{
		"six interviewers":       `{"interviewers":[` + six + `]}`,
		"without a contact":      `{"interviewers":[{"uid":"a","name":"b"}]}`,
		"without a uid":          `{"interviewers":[{"name":"b","phone":"1"}]}`,
		"twice the same":         `{"interviewers":[` + person(1) + "," + person(1) + `]}`,
		"no list":                `{"interviewers":"LinYue"}`,
		"unknown type":           `{"type_id":3}`,
		"unknown creator":        `{"user_id":999999}`,
		"résumé of another kind": `{"resume_link":"javascript:alert(1)"}`,
		"number for a name":      `{"candidate_name":7}`,
		"unknown written test":   `{"written_pad_uid":"ZZZZZZ"}`,
	} {
		if r := c.doCall("POST", "interviews", body); r.status != 422 {
			t.Errorf("%s: HTTP %d %s", name, r.status, r.text)
		}
	}
	c.doCall("POST", "interviews", `[]`).wantStatus(400, 400)
	c.doCall("POST", "interviews", `{"a":1}{`).wantStatus(400, 400)
	if len(s.Interviews()) != 0 {
		t.Error("a refused call had an effect")
	}
	c.createInterview(`{"interviewers":[` + strings.Join([]string{person(1), person(2), person(3), person(4), person(5)}, ",") + `]}`)
	c.createInterview(`{"name":"older generation"}`)
}

func TestBatch(t *testing.T) {
	s, id := newTeam(t)
	c := signIn(t, s)
	list := c.doCall("POST", "batch_interviews", `{"interviews":[{"uid":"c1","name":"甲"},{"uid":"c2","name":"乙"}]}`).wantOK().dataList("interviews")
	first := list[0].(map[string]any)
	if len(list) != 2 || first["candidate_uid"] != "c1" || first["candidate_name"] != "甲" || first["candidate_url"] == "" {
		t.Errorf("batch: %v", list)
	}
	many := strings.Repeat(`{"uid":"c","name":"n"},`, 100) + `{"uid":"c","name":"n"}`
	c.doCall("POST", "batch_interviews", `{"interviews":[`+many+`]}`).wantStatus(422, showmebugtest.CodeInvalid)
	c.doCall("POST", "batch_interviews", `{"interviews":[{"uid":"c1","name":"甲"},{"uid":"c2"}]}`).wantStatus(422, showmebugtest.CodeInvalid)
	s.SetQuota(id, 1)
	c.doCall("POST", "batch_interviews", `{"interviews":[{"uid":"c1","name":"甲"},{"uid":"c2","name":"乙"}]}`).wantStatus(402, showmebugtest.CodeQuota)
	if n := len(s.Interviews()); n != 2 {
		t.Errorf("%d interviews: a refused batch was made in part", n)
	}
}

func TestListFiltersAndPages(t *testing.T) {
	s, _ := newTeam(t)
	c := signIn(t, s)
	for n := range 5 {
		c.createInterview(fmt.Sprintf(`{"candidate_name":"候选人%d"}`, n))
		s.Advance(time.Hour)
		c = signIn(t, s) // tokens live for two hours
	}
	names := func(r reply) (out []string) {
		for _, i := range r.wantOK().dataList("interviews") {
			out = append(out, i.(map[string]any)["candidate_name"].(string))
		}
		return out
	}
	if got := names(c.doCall("GET", "interviews?page=2&per_page=2", "")); strings.Join(got, " ") != "候选人2 候选人1" {
		t.Errorf("page 2: %v", got)
	}
	if r := c.doCall("GET", "interviews?per_page=2", ""); r.dataObject()["count"] != 5.0 {
		t.Errorf("count: %s", r.text)
	}
	if got := names(c.doCall("GET", "interviews", `{"search":"人3","status":["interview_opened"]}`)); len(got) != 1 {
		t.Errorf("filters in the body: %v", got)
	}
	from := s.Time().Add(-150 * time.Minute).UTC().Format("2006-01-02T15:04:05Z")
	if got := names(c.doCall("GET", "interviews?created_time_start="+from, "")); len(got) != 2 {
		t.Errorf("created since %s: %v", from, got)
	}
	for _, bad := range []string{"per_page=51", "per_page=0", "page=0", "page=x", "status=nonsense", "created_time_start=yesterday"} {
		if r := c.doCall("GET", "interviews?"+bad, ""); r.status != 422 {
			t.Errorf("%s: HTTP %d", bad, r.status)
		}
	}
}

// TestTeamIsolation checks that objects of another team are not found.
func TestTeamIsolation(t *testing.T) {
	s, _ := newTeam(t)
	uid := signIn(t, s).createInterview(`{}`)
	s.AddTeam(showmebugtest.Team{Name: "other", ClientID: "other", ClientSecret: secret})
	r := sendRequest(t, "POST", s.URL()+"/oauth/token.json", "application/json", "", `{"client_id":"other","client_secret":"`+secret+`","grant_type":"client_credentials"}`)
	other := caller{t, s, r.fields["access_token"].(string)}
	for _, call := range [][2]string{{"PATCH", ""}, {"DELETE", ""}, {"GET", "/result"}} {
		other.doCall(call[0], "interviews/"+uid+call[1], "").wantStatus(404, showmebugtest.CodeNotFound)
	}
	if n := len(other.doCall("GET", "interviews", "").wantOK().dataList("interviews")); n != 0 {
		t.Errorf("lists %d interviews of others", n)
	}
}

// TestAddInterview adds an interview of the past, as on the website.
func TestAddInterview(t *testing.T) {
	s, id := newTeam(t)
	then := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	made, err := s.AddInterview(id, showmebugtest.Interview{
		CandidateName: "李思涵", Status: showmebugtest.InterviewEnded, CreatedAt: then, EndedAt: then.Add(time.Hour),
		Interviewers: []showmebugtest.Interviewer{{UID: "ChenMo", Name: "陈默"}}, Ratings: []showmebugtest.Rating{{InterviewerUID: "ChenMo", Rate: 4}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := signIn(t, s).doCall("GET", "interviews/"+made.UID+"/result", "").wantOK()
	if got.dataObject()["rate"] != 4.0 || got.dataText("ended_at") != "2026-01-02T04:04:05Z" || made.Interviewers[0].URL == "" || s.Teams()[0].Quota != 10 {
		t.Errorf("%+v; %s", made, got.text)
	}
	if sendRequest(t, "GET", made.Interviewers[0].URL, "", "", "").status != 200 {
		t.Error("its page is not there")
	}
	if _, err := s.AddInterview(1<<40, showmebugtest.Interview{}); err == nil {
		t.Error("added to an unknown team")
	}
}
