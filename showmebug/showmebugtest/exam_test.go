package showmebugtest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/huimian/huimian/showmebug/showmebugtest"
)

// withExam returns a team that has an exam of 100 points.
func withExam(t *testing.T) (*showmebugtest.Server, caller, int64) {
	t.Helper()
	s, id := newTeam(t)
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
	list := c.doCall("GET", "exams?search=go", "").wantOK().dataList("exams")
	first := list[0].(map[string]any)
	if first["id"] != float64(id) || first["questions_count"] != 3.0 || first["duration"] != 60.0 || first["total_score"] != 100.0 {
		t.Errorf("exam: %v", first)
	}
	path := fmt.Sprintf("exams/%d", id)
	link := c.doCall("GET", path+"/exam_link", "").wantOK().dataText("url")
	if again := c.doCall("GET", path+"/exam_link", "").wantOK().dataText("url"); again != link {
		t.Error("the link changed by itself")
	}
	renewed := c.doCall("PATCH", path+"/exam_link", "").wantOK().dataText("url")
	if renewed == link || sendRequest(t, "GET", link, "", "", "").status != 404 || sendRequest(t, "GET", renewed, "", "", "").status != 200 {
		t.Errorf("renewed %s to %s", link, renewed)
	}
	room := c.doCall("POST", "exam_rooms", fmt.Sprintf(`{"exam_id":%d,"name":"考场","exam_entrance_time_setting":"time_at","time":"x"}`, id)).wantOK()
	if room.dataText("time") != "x" || room.dataText("url") == "" {
		t.Errorf("room: %s", room.text)
	}
	c.doCall("POST", "exam_rooms", `{"exam_id":0,"name":"a","exam_entrance_time_setting":"time_at"}`).wantStatus(422, showmebugtest.CodeInvalid)
	if n := len(c.doCall("GET", "exam_rooms", "").wantOK().dataList("exam_rooms")); n != 1 {
		t.Errorf("%d rooms", n)
	}
	c.doCall("DELETE", path, "").wantOK()
	c.doCall("DELETE", path, "").wantStatus(404, showmebugtest.CodeNotFound)
	c.doCall("GET", "exams/x/exam_link", "").wantStatus(404, showmebugtest.CodeNotFound)
	s.AddVideo(s.Teams()[0].ID, "v1", "https://v.example/1")
	if c.doCall("GET", "videos/v1", "").wantOK().dataText("url") != "https://v.example/1" {
		t.Error("video")
	}
	c.doCall("GET", "videos/v2", "").wantStatus(404, showmebugtest.CodeNotFound)
	if len(c.doCall("GET", "skill_dimensions", "").wantOK().dataList("skill_dimensions")) == 0 || c.doCall("GET", "console_link", "").wantOK().dataText("url") == "" {
		t.Error("dimensions or console")
	}
}

func TestWrittenPads(t *testing.T) {
	s, c, exam := withExam(t)
	r := newReceiver(t)
	s.AddPlatform(showmebugtest.Platform{ClientID: "x"})
	tokenCall(t, s, "application/json", `{"client_id":"`+clientID+`","client_secret":"`+secret+`","grant_type":"client_credentials","callback_uri":"`+r.URL+`"}`)
	pad := c.doCall("POST", "written_pads", fmt.Sprintf(`{"exam_id":%d,"uid":"c1","name":"赵一鸣"}`, exam)).wantOK()
	uid := pad.dataText("uid")
	if pad.dataText("url") != s.URL()+"/written_pads/"+uid || pad.dataText("status") != showmebugtest.WrittenPadOpened || pad.dataObject()["score"] != nil || pad.dataObject()["total_score"] != 100.0 {
		t.Errorf("pad: %s", pad.text)
	}
	batch := c.doCall("POST", "batch_written_pads", fmt.Sprintf(`{"exam_id":%d,"candidates":[{"uid":"c2","name":"甲"},{"uid":"c3","name":"乙"}]}`, exam)).wantOK().dataList("written_pads")
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
	if got := c.doCall("GET", "written_pads/"+uid, "").wantOK(); got.dataObject()["score"] != 88.0 || got.dataText("status") != showmebugtest.WrittenPadEnded {
		t.Errorf("pad: %s", got.text)
	}
	if e := readEvent(t, r.receivedBodies()[0]); e.Event != showmebugtest.WrittenPadEnded || e.Payload["uid"] != uid || e.Payload["score"] != 88.0 || e.Payload["candidate_uid"] != "c1" {
		t.Errorf("event: %+v", e)
	}
	if n := len(c.doCall("GET", "written_pads?status=written_pad_opened", "").wantOK().dataList("written_pads")); n != 2 {
		t.Errorf("%d open ones", n)
	}
	attached := c.doCall("POST", "interviews", `{"written_pad_uid":"`+uid+`"}`).wantOK()
	if attached.dataText("written_pad_uid") != uid {
		t.Errorf("interview: %s", attached.text)
	}
	c.doCall("DELETE", "written_pads/"+uid, "").wantOK()
	c.doCall("GET", "written_pads/"+uid, "").wantStatus(404, showmebugtest.CodeNotFound)
	for _, body := range []string{`{"exam_id":"x","uid":"a","name":"b"}`, `{"uid":"a","name":"b"}`, fmt.Sprintf(`{"exam_id":%d,"uid":"a"}`, exam)} {
		c.doCall("POST", "written_pads", body).wantStatus(422, showmebugtest.CodeInvalid)
	}
	s.SetQuota(s.Teams()[0].ID, 1)
	c.doCall("POST", "batch_written_pads", fmt.Sprintf(`{"exam_id":%d,"candidates":[{"uid":"c2","name":"甲"},{"uid":"c3","name":"乙"}]}`, exam)).wantStatus(402, showmebugtest.CodeQuota)
	s.SetQuota(s.Teams()[0].ID, 0)
	c.doCall("POST", "written_pads", fmt.Sprintf(`{"exam_id":%d,"uid":"a","name":"b"}`, exam)).wantStatus(402, showmebugtest.CodeQuota)
	if err := s.StartWrittenPad(uid); err == nil {
		t.Error("began what is gone")
	}
}

func TestQuestions(t *testing.T) {
	s, c, _ := withExam(t)
	for _, kind := range []string{"written_questions", "questions"} {
		made := c.doCall("POST", kind, `{"question_type":"essay","title":"goroutine","description":"d","key":"k","suggested_score":5}`).wantOK()
		id := int64(made.dataObject()["id"].(float64))
		batch := c.doCall("POST", "batch_"+kind, `{"questions":[{"question_type":"programming","title":"a","description":"x","content_json":{"language":"go"}},{"question_type":"video","title":"b","description":"y"}]}`).wantOK()
		if len(batch.dataList("questions")) != 2 {
			t.Errorf("%s: %s", kind, batch.text)
		}
		if n := len(c.doCall("GET", kind+"?question_type=video", "").wantOK().dataList("questions")); n != 1 {
			t.Errorf("%s: %d videos", kind, n)
		}
		c.doCall("DELETE", fmt.Sprintf("%s/%d", kind, id), "").wantOK()
		c.doCall("DELETE", fmt.Sprintf("%s/%d", kind, id), "").wantStatus(404, showmebugtest.CodeNotFound)
		c.doCall("POST", kind, `{"question_type":"essay"}`).wantStatus(422, showmebugtest.CodeInvalid)
		c.doCall("POST", kind, `{"question_type":"choice","title":"no options"}`).wantStatus(422, showmebugtest.CodeInvalid)
		c.doCall("POST", kind, `{"question_type":"essay","title":"x","extend":"y"}`).wantStatus(422, showmebugtest.CodeInvalid)
		c.doCall("POST", "batch_"+kind, `{"questions":[]}`).wantStatus(422, showmebugtest.CodeInvalid)
	}
	c.doCall("POST", "written_questions", `{"question_type":"riddle","title":"x"}`).wantStatus(422, showmebugtest.CodeInvalid)
	s.QuestionsKey = "exams" // as the example of the page has it
	if n := len(c.doCall("GET", "written_questions?search=a", "").wantOK().dataList("exams")); n != 1 {
		t.Errorf("%d questions", n)
	}
}

func TestMembersAndQuota(t *testing.T) {
	s, id := newTeam(t)
	c := signIn(t, s)
	made := c.doCall("POST", "team_members", `{"uid":"SunWei","name":"孙薇","email":"sun@example.com","team_role":"member"}`).wantOK()
	if again := c.doCall("POST", "team_members", `{"uid":"SunWei","name":"孙薇","email":"sun@example.com"}`).wantOK(); again.dataObject()["id"] != made.dataObject()["id"] {
		t.Error("the same person twice")
	}
	for _, body := range []string{
		`{"uid":"a","name":"b"}`, `{"uid":"a","email":"c@example.com"}`, `{"uid":"a","name":"b","email":"sun@example.com"}`, `{"uid":"a","name":"b","phone":"13800000000"}`,
	} {
		c.doCall("POST", "team_members", body).wantStatus(422, showmebugtest.CodeInvalid)
	}
	me := c.doCall("GET", "me?email_search=SUN@", "").wantOK()
	if members := me.dataList("members"); len(members) != 1 || me.dataObject()["members_count"] != 3.0 {
		t.Errorf("me: %s", me.text)
	}
	if n := len(c.doCall("GET", fmt.Sprintf("me?ids_search=%v", made.dataObject()["id"]), "").wantOK().dataList("members")); n != 1 {
		t.Errorf("%d by id", n)
	}
	if n := len(c.doCall("GET", "me?phone_search=138", "").wantOK().dataList("members")); n != 1 {
		t.Errorf("%d by phone", n)
	}
	other := s.AddTeam(showmebugtest.Team{Name: "giver", ClientID: "giver", ClientSecret: "giver-secret", Quota: 60})
	body := func(quota int, token string) string {
		return fmt.Sprintf(`{"from_team_client_id":"giver","from_team_token":%q,"from_team_id":"%d","quota":"%d"}`, token, other, quota)
	}
	const credential = "Z2l2ZXI6Z2l2ZXItc2VjcmV0" // giver:giver-secret
	c.doCall("PUT", "transfer_team_bank", body(11, credential)).wantStatus(402, showmebugtest.CodeQuota)
	c.doCall("PUT", "transfer_team_bank", body(10, "wrong")).wantStatus(403, showmebugtest.CodeForbidden)
	c.doCall("PUT", "transfer_team_bank", body(0, credential)).wantStatus(422, showmebugtest.CodeInvalid)
	c.doCall("PUT", "transfer_team_bank", body(10, credential)).wantOK()
	if teams := s.Teams(); teams[0].ID != id || teams[0].Quota != 20 || teams[1].Quota != 50 {
		t.Errorf("after the transfer: %+v", teams)
	}
	for _, call := range s.Calls("transfer_team_bank") {
		if strings.Contains(call.Request, credential) {
			t.Error("the token is in the log")
		}
	}
}
