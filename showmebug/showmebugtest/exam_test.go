package showmebugtest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/huimian/huimian/showmebug/showmebugtest"
)

// withExam is a team that has an exam of 100 points.
func withExam(t *testing.T) (*showmebugtest.Server, caller, int64) {
	t.Helper()
	s, id := team(t)
	exam := s.AddExam(id, showmebugtest.Exam{Name: "Go 后端笔试", CreatorName: "林悦", DurationMinutes: 60, Questions: []showmebugtest.Question{
		{QuestionType: "choice", Description: "选一个", SuggestedScore: 40, ContentJSON: map[string]any{
			"options": []any{map[string]any{"content": "甲"}, map[string]any{"content": "乙", "correctly": true}},
		}},
		{QuestionType: "programming", Description: "写一个", SuggestedScore: 50, ContentJSON: map[string]any{"code_content": "package main"}},
		{Description: "说一说"},
	}})
	return s, signIn(t, s), exam
}

func TestExams(t *testing.T) {
	s, c, id := withExam(t)
	list := c.do("GET", "exams?search=go", "").ok().list("exams")
	first := list[0].(map[string]any)
	if first["id"] != float64(id) || first["questions_count"] != 3.0 || first["duration"] != 60.0 || first["total_score"] != 100.0 {
		t.Errorf("exam: %v", first)
	}
	path := fmt.Sprintf("exams/%d", id)
	link := c.do("GET", path+"/exam_link", "").ok().str("url")
	if again := c.do("GET", path+"/exam_link", "").ok().str("url"); again != link {
		t.Error("the link changed by itself")
	}
	renewed := c.do("PATCH", path+"/exam_link", "").ok().str("url")
	if renewed == link || send(t, "GET", link, "", "", "").status != 404 || send(t, "GET", renewed, "", "", "").status != 200 {
		t.Errorf("renewed %s to %s", link, renewed)
	}
	room := c.do("POST", "exam_rooms", fmt.Sprintf(`{"exam_id":%d,"name":"考场","exam_entrance_time_setting":"time_at","time":"x"}`, id)).ok()
	if room.str("time") != "x" || room.str("url") == "" {
		t.Errorf("room: %s", room.text)
	}
	c.do("POST", "exam_rooms", `{"exam_id":0,"name":"a","exam_entrance_time_setting":"time_at"}`).want(422, showmebugtest.CodeInvalid)
	if n := len(c.do("GET", "exam_rooms", "").ok().list("exam_rooms")); n != 1 {
		t.Errorf("%d rooms", n)
	}
	c.do("DELETE", path, "").ok()
	c.do("DELETE", path, "").want(404, showmebugtest.CodeNotFound)
	c.do("GET", "exams/x/exam_link", "").want(404, showmebugtest.CodeNotFound)
	s.AddVideo(s.Teams()[0].ID, "v1", "https://v.example/1")
	if c.do("GET", "videos/v1", "").ok().str("url") != "https://v.example/1" {
		t.Error("video")
	}
	c.do("GET", "videos/v2", "").want(404, showmebugtest.CodeNotFound)
	if len(c.do("GET", "skill_dimensions", "").ok().list("skill_dimensions")) == 0 || c.do("GET", "console_link", "").ok().str("url") == "" {
		t.Error("dimensions or console")
	}
}

func TestWrittenPads(t *testing.T) {
	s, c, exam := withExam(t)
	r := receive(t)
	s.AddPlatform(showmebugtest.Platform{ClientID: "x"})
	tokenCall(t, s, "application/json", `{"client_id":"`+clientID+`","client_secret":"`+secret+`","grant_type":"client_credentials","callback_uri":"`+r.URL+`"}`)
	pad := c.do("POST", "written_pads", fmt.Sprintf(`{"exam_id":%d,"uid":"c1","name":"赵一鸣"}`, exam)).ok()
	uid := pad.str("uid")
	if pad.str("url") != s.URL()+"/written_pads/"+uid || pad.str("status") != showmebugtest.PadOpened || pad.data()["score"] != nil || pad.data()["total_score"] != 100.0 {
		t.Errorf("pad: %s", pad.text)
	}
	batch := c.do("POST", "batch_written_pads", fmt.Sprintf(`{"exam_id":%d,"candidates":[{"uid":"c2","name":"甲"},{"uid":"c3","name":"乙"}]}`, exam)).ok().list("written_pads")
	if len(batch) != 2 || batch[1].(map[string]any)["candidate_name"] != "乙" {
		t.Errorf("batch: %v", batch)
	}
	if err := s.StartWrittenPad(uid); err != nil {
		t.Fatal(err)
	}
	if err := s.FinishWrittenPad(uid, 101); err == nil {
		t.Error("more points than there are")
	}
	if err := s.FinishWrittenPad(uid, 88); err != nil {
		t.Fatal(err)
	}
	if got := c.do("GET", "written_pads/"+uid, "").ok(); got.data()["score"] != 88.0 || got.str("status") != showmebugtest.PadEnded {
		t.Errorf("pad: %s", got.text)
	}
	if e := readEvent(t, r.got()[0]); e.Event != showmebugtest.PadEnded || e.Payload["uid"] != uid || e.Payload["score"] != 88.0 || e.Payload["candidate_uid"] != "c1" {
		t.Errorf("event: %+v", e)
	}
	if n := len(c.do("GET", "written_pads?status=written_pad_opened", "").ok().list("written_pads")); n != 2 {
		t.Errorf("%d open ones", n)
	}
	attached := c.do("POST", "interviews", `{"written_pad_uid":"`+uid+`"}`).ok()
	if attached.str("written_pad_uid") != uid {
		t.Errorf("interview: %s", attached.text)
	}
	c.do("DELETE", "written_pads/"+uid, "").ok()
	c.do("GET", "written_pads/"+uid, "").want(404, showmebugtest.CodeNotFound)
	for _, body := range []string{`{"exam_id":"x","uid":"a","name":"b"}`, `{"uid":"a","name":"b"}`, fmt.Sprintf(`{"exam_id":%d,"uid":"a"}`, exam)} {
		c.do("POST", "written_pads", body).want(422, showmebugtest.CodeInvalid)
	}
	s.SetQuota(s.Teams()[0].ID, 1)
	c.do("POST", "batch_written_pads", fmt.Sprintf(`{"exam_id":%d,"candidates":[{"uid":"c2","name":"甲"},{"uid":"c3","name":"乙"}]}`, exam)).want(402, showmebugtest.CodeQuota)
	s.SetQuota(s.Teams()[0].ID, 0)
	c.do("POST", "written_pads", fmt.Sprintf(`{"exam_id":%d,"uid":"a","name":"b"}`, exam)).want(402, showmebugtest.CodeQuota)
	if err := s.StartWrittenPad(uid); err == nil {
		t.Error("began what is gone")
	}
}

func TestQuestions(t *testing.T) {
	s, c, _ := withExam(t)
	for _, kind := range []string{"written_questions", "questions"} {
		made := c.do("POST", kind, `{"question_type":"essay","title":"goroutine","description":"d","key":"k","suggested_score":5}`).ok()
		id := int64(made.data()["id"].(float64))
		batch := c.do("POST", "batch_"+kind, `{"questions":[{"question_type":"programming","title":"a","description":"x","content_json":{"language":"go"}},{"question_type":"video","title":"b","description":"y"}]}`).ok()
		if len(batch.list("questions")) != 2 {
			t.Errorf("%s: %s", kind, batch.text)
		}
		if n := len(c.do("GET", kind+"?question_type=video", "").ok().list("questions")); n != 1 {
			t.Errorf("%s: %d videos", kind, n)
		}
		c.do("DELETE", fmt.Sprintf("%s/%d", kind, id), "").ok()
		c.do("DELETE", fmt.Sprintf("%s/%d", kind, id), "").want(404, showmebugtest.CodeNotFound)
		c.do("POST", kind, `{"question_type":"essay"}`).want(422, showmebugtest.CodeInvalid)
		c.do("POST", kind, `{"question_type":"choice","title":"no options"}`).want(422, showmebugtest.CodeInvalid)
		c.do("POST", kind, `{"question_type":"essay","title":"x","extend":"y"}`).want(422, showmebugtest.CodeInvalid)
		c.do("POST", "batch_"+kind, `{"questions":[]}`).want(422, showmebugtest.CodeInvalid)
	}
	c.do("POST", "written_questions", `{"question_type":"riddle","title":"x"}`).want(422, showmebugtest.CodeInvalid)
	s.QuestionsKey = "exams" // as the example of the page has it
	if n := len(c.do("GET", "written_questions?search=a", "").ok().list("exams")); n != 1 {
		t.Errorf("%d questions", n)
	}
}

func TestMembersAndQuota(t *testing.T) {
	s, id := team(t)
	c := signIn(t, s)
	made := c.do("POST", "team_members", `{"uid":"SunWei","name":"孙薇","email":"sun@example.com","team_role":"member"}`).ok()
	if again := c.do("POST", "team_members", `{"uid":"SunWei","name":"孙薇","email":"sun@example.com"}`).ok(); again.data()["id"] != made.data()["id"] {
		t.Error("the same person twice")
	}
	for _, body := range []string{
		`{"uid":"a","name":"b"}`, `{"uid":"a","email":"c@example.com"}`, `{"uid":"a","name":"b","email":"sun@example.com"}`, `{"uid":"a","name":"b","phone":"13800000000"}`,
	} {
		c.do("POST", "team_members", body).want(422, showmebugtest.CodeInvalid)
	}
	me := c.do("GET", "me?email_search=SUN@", "").ok()
	if members := me.list("members"); len(members) != 1 || me.data()["members_count"] != 3.0 {
		t.Errorf("me: %s", me.text)
	}
	if n := len(c.do("GET", fmt.Sprintf("me?ids_search=%v", made.data()["id"]), "").ok().list("members")); n != 1 {
		t.Errorf("%d by id", n)
	}
	if n := len(c.do("GET", "me?phone_search=138", "").ok().list("members")); n != 1 {
		t.Errorf("%d by phone", n)
	}
	other := s.AddTeam(showmebugtest.Team{Name: "giver", ClientID: "giver", ClientSecret: "giver-secret", Quota: 60})
	body := func(quota int, token string) string {
		return fmt.Sprintf(`{"from_team_client_id":"giver","from_team_token":%q,"from_team_id":"%d","quota":"%d"}`, token, other, quota)
	}
	const credential = "Z2l2ZXI6Z2l2ZXItc2VjcmV0" // giver:giver-secret
	c.do("PUT", "transfer_team_bank", body(11, credential)).want(402, showmebugtest.CodeQuota)
	c.do("PUT", "transfer_team_bank", body(10, "wrong")).want(403, showmebugtest.CodeForbidden)
	c.do("PUT", "transfer_team_bank", body(0, credential)).want(422, showmebugtest.CodeInvalid)
	c.do("PUT", "transfer_team_bank", body(10, credential)).ok()
	if teams := s.Teams(); teams[0].ID != id || teams[0].Quota != 20 || teams[1].Quota != 50 {
		t.Errorf("after the transfer: %+v", teams)
	}
	for _, call := range s.Calls("transfer_team_bank") {
		if strings.Contains(call.Request, credential) {
			t.Error("the token is in the log")
		}
	}
}
