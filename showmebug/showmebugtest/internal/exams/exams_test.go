package exams

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/webhooks"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func newFixture(settings core.Settings) (*Service, *core.TeamState) {
	settings.Seed, settings.BaseURL, settings.Now = 1, "http://sim.example", func() time.Time { return start }
	c := core.New(func() core.Settings { return settings })
	team := &core.TeamState{Team: model.Team{ID: 1, ClientID: "app", ClientSecret: "s", CallbackURL: "http://app.example/", Quota: 3}}
	c.TeamStates = append(c.TeamStates, team)
	return New(c, webhooks.New(c)), team
}

// newRequest returns a call of the team's application for the object with an id.
func newRequest(t *testing.T, team *core.TeamState, id, body string) *core.Request {
	t.Helper()
	f, err := core.ReadParams(nil, "application/json", []byte(body))
	if err != nil {
		t.Fatal(err.Text)
	}
	return &core.Request{Params: f, Team: team, ID: id}
}

// errorOf returns the text of the error of a call.
func errorOf(r *core.Request, err *core.APIError) string {
	switch {
	case *r.Err != nil:
		return (*r.Err).Text
	case err != nil:
		return err.Text
	}
	return ""
}

func TestReadQuestion(t *testing.T) {
	const options = `"content_json":{"options":[{"content":"a"}]}`
	for body, test := range map[string]struct{ strict, lenient string }{
		`{"title":"t","question_type":"essay"}`:                                {"", ""},
		`{"description":"d","question_type":"video"}`:                          {"", ""},
		`{"title":"t","question_type":"choice",` + options + `}`:               {"", ""},
		`{"title":"t","question_type":"riddle"}`:                               {"question_type must be one of choice, essay, programming, video, drawing", ""},
		`{"title":"t"}`:                                                        {"question_type must be one of choice, essay, programming, video, drawing", ""},
		`{"question_type":"essay"}`:                                            {"title or description is required", "title or description is required"},
		`{"title":"t","question_type":"essay","suggested_score":-1}`:           {"suggested_score must not be negative", "suggested_score must not be negative"},
		`{"title":"t","question_type":"choice"}`:                               {"content_json.options is missing", "content_json.options is missing"},
		`{"title":"t","question_type":"choice","content_json":[]}`:             {"content_json must be an object", "content_json must be an object"},
		`{"title":"t","question_type":"essay","extend":"x"}`:                   {"extend must be an object", "extend must be an object"},
		`{"title":"t","question_type":"choice","content_json":{"options":[]}}`: {"content_json.options is missing", "content_json.options is missing"},
	} {
		for strict, want := range map[bool]string{true: test.strict, false: test.lenient} {
			r := newRequest(t, nil, "", body)
			readQuestion(r.Params, strict)
			if got := errorOf(r, nil); got != want {
				t.Errorf("%s (strict: %v): error %q, want %q", body, strict, got, want)
			}
		}
	}
}

func TestCompleteQuestion(t *testing.T) {
	s, _ := newFixture(core.Settings{})
	var q model.Question
	s.completeQuestion(&q, model.Member{ID: 7, Name: "林悦"})
	if q.ID == 0 || q.QuestionType != "essay" || q.SuggestedScore != 10 || q.ContentJSON == nil || q.CreatorName != "林悦" || q.CreatedAt.IsZero() {
		t.Errorf("question %+v", q)
	}
	given := model.Question{ID: 5, QuestionType: "video", SuggestedScore: 3, CreatorName: "x", CreatedAt: start}
	s.completeQuestion(&given, model.Member{ID: 7, Name: "林悦"})
	if given.ID != 5 || given.QuestionType != "video" || given.SuggestedScore != 3 || given.CreatorID != 0 || !given.CreatedAt.Equal(start) {
		t.Errorf("question %+v", given)
	}
}

func TestQuestionBatchIsAtomic(t *testing.T) {
	s, team := newFixture(core.Settings{})
	r := newRequest(t, team, "", `{"written_questions":[{"title":"a","question_type":"essay"},{"question_type":"essay"}]}`)
	if _, err := s.createWrittenQuestions(r); errorOf(r, err) != "written_questions[1].title or description is required" || len(team.WrittenQuestions) != 0 || len(r.Webhooks) != 0 {
		t.Errorf("%s; %d questions, %d webhooks", errorOf(r, err), len(team.WrittenQuestions), len(r.Webhooks))
	}
	r = newRequest(t, team, "", `{"questions":[{"title":"a","question_type":"essay"},{"title":"b","question_type":"essay"}]}`)
	if _, err := s.createWrittenQuestions(r); err != nil || len(team.WrittenQuestions) != 2 || len(r.Webhooks) != 2 {
		t.Errorf("%+v; %d questions, %d webhooks", err, len(team.WrittenQuestions), len(r.Webhooks))
	}
	r = newRequest(t, team, "", `{"questions":[{"title":"a"}]}`)
	if _, err := s.createQuestions(r); err != nil || len(team.Questions) != 1 || len(r.Webhooks) != 0 {
		t.Errorf("a question of interviews: %+v, %d webhooks", err, len(r.Webhooks))
	}
}

func TestQuestionList(t *testing.T) {
	s, team := newFixture(core.Settings{QuestionsKey: "exams"})
	team.WrittenQuestions = []*model.Question{{ID: 1, Title: "Go maps", QuestionType: "essay"}, {ID: 2, Description: "go channels", QuestionType: "choice"}, {ID: 3, Title: "SQL", QuestionType: "essay"}}
	for body, want := range map[string]int{`{}`: 3, `{"search":"GO"}`: 2, `{"question_type":"essay"}`: 2, `{"search":"go","question_type":"essay"}`: 1, `{"search":"rust"}`: 0} {
		out, err := s.listWrittenQuestions(newRequest(t, team, "", body))
		if err != nil {
			t.Fatal(err.Text)
		}
		m := out.(map[string]any)
		if m["count"] != want || len(m["exams"].([]*model.Question)) != want {
			t.Errorf("%s: %v", body, m)
		}
	}
}

func TestQuestionByID(t *testing.T) {
	s, team := newFixture(core.Settings{})
	team.WrittenQuestions = []*model.Question{{ID: 1}, {ID: 2}}
	for id, found := range map[string]bool{"2": true, "3": false, "x": false, "-2": false, "": false} {
		if _, err := s.getWrittenQuestion(newRequest(t, team, id, `{}`)); (err == nil) != found {
			t.Errorf("question %q: %+v", id, err)
		}
	}
	if _, err := s.deleteWrittenQuestion(newRequest(t, team, "1", `{}`)); err != nil || len(team.WrittenQuestions) != 1 || team.WrittenQuestions[0].ID != 2 {
		t.Errorf("%+v, %d questions are left", err, len(team.WrittenQuestions))
	}
}

func TestQuestionBankActions(t *testing.T) {
	s, team := newFixture(core.Settings{})
	team.CallbackURL = ""
	id := s.AddWrittenQuestion(1, model.Question{Title: "a"})
	if id == 0 || s.AddWrittenQuestion(9, model.Question{}) != 0 {
		t.Errorf("id %d, or a question of an unknown team", id)
	}
	if s.ChangeWrittenQuestion(1, id, "b", "c") != id || team.WrittenQuestions[0].Title != "b" {
		t.Errorf("question %+v", team.WrittenQuestions[0])
	}
	if s.ChangeWrittenQuestion(1, id+9, "b", "c") != 0 || s.ChangeWrittenQuestion(9, id, "b", "c") != 0 {
		t.Error("an unknown question was changed")
	}
}

func TestExamLink(t *testing.T) {
	s, team := newFixture(core.Settings{})
	id := s.AddExam(1, model.Exam{Name: "Go", Questions: []model.Question{{Title: "a"}, {Title: "b", SuggestedScore: 90}}})
	if s.AddExam(9, model.Exam{}) != 0 || team.Exams[0].TotalScore() != 100 {
		t.Errorf("exam %+v", team.Exams[0])
	}
	link := func(call func(*core.Request) (any, *core.APIError)) string {
		out, err := call(newRequest(t, team, "1", `{}`))
		if err != nil {
			t.Fatal(err.Text)
		}
		return out.(map[string]string)["url"]
	}
	if id != 1 {
		t.Fatalf("the exam has the id %d", id)
	}
	first := link(s.examLink)
	if again := link(s.examLink); again != first || !strings.HasPrefix(first, "http://sim.example/exam_links/") {
		t.Errorf("links %s and %s", first, again)
	}
	if renewed := link(s.renewExamLink); renewed == first || len(s.ExamLinks) != 1 {
		t.Errorf("renewed to %s, %d links", renewed, len(s.ExamLinks))
	}
	if _, err := s.deleteExam(newRequest(t, team, "1", `{}`)); err != nil || len(s.ExamLinks) != 0 || len(team.Exams) != 0 {
		t.Errorf("after the deletion: %+v, %d links", err, len(s.ExamLinks))
	}
	if _, err := s.examLink(newRequest(t, team, "1", `{}`)); err == nil || err.Code != model.CodeNotFound {
		t.Errorf("a deleted exam: %+v", err)
	}
}

func TestExamRoomKeepsUnknownFields(t *testing.T) {
	s, team := newFixture(core.Settings{})
	s.AddExam(1, model.Exam{ID: 5})
	out, err := s.createExamRoom(newRequest(t, team, "", `{"exam_id":5,"name":"r","exam_entrance_time_setting":"time_at","started_at":"x"}`))
	if err != nil || out.(map[string]any)["started_at"] != "x" || out.(map[string]any)["name"] != "r" {
		t.Errorf("%v, %+v", out, err)
	}
	for body, want := range map[string]string{
		`{"exam_id":6,"name":"r","exam_entrance_time_setting":"time_at"}`: "exam_id is no exam of the team",
		`{"exam_id":5,"exam_entrance_time_setting":"time_at"}`:            "name is missing",
		`{"exam_id":5,"name":"r"}`:                                        "exam_entrance_time_setting is missing",
	} {
		r := newRequest(t, team, "", body)
		if _, err := s.createExamRoom(r); errorOf(r, err) != want {
			t.Errorf("%s: %q", body, errorOf(r, err))
		}
	}
}

func TestPadStates(t *testing.T) {
	s, team := newFixture(core.Settings{WrittenPadEvent: "pad_done"})
	s.AddExam(1, model.Exam{ID: 5, Questions: []model.Question{{Title: "a"}}})
	p := s.AddPad(team.Exams[0], "app", 0, "c1", "Emily")
	if p.TotalScore != 10 || p.Status != model.WrittenPadOpened || NewPadReply(p).Score != nil {
		t.Errorf("pad %+v", p.WrittenPad)
	}
	if err := s.FinishWrittenPad(p.UID, 11); err == nil {
		t.Error("a score above the total is accepted")
	}
	for range 2 {
		if err := s.StartPad(p); err != nil || p.Status != model.WrittenPadStarted {
			t.Errorf("%s, %v", p.Status, err)
		}
	}
	list, err := s.EndPad(p, 7)
	if err != nil || len(list) != 1 || list[0].Event != "pad_done" || !strings.Contains(string(list[0].Payload), `"score":7`) || *NewPadReply(p).Score != 7 {
		t.Errorf("event %+v, %v", list, err)
	}
	if _, err := s.EndPad(p, 7); !errors.Is(err, core.ErrInvalidState) {
		t.Errorf("ended twice: %v", err)
	}
	if err := s.StartPad(p); !errors.Is(err, core.ErrInvalidState) {
		t.Errorf("started after the end: %v", err)
	}
	if _, err := s.FindPad("ZZZZZZ"); !errors.Is(err, core.ErrNotFound) {
		t.Errorf("an unknown pad: %v", err)
	}
}

func TestPadQuota(t *testing.T) {
	s, team := newFixture(core.Settings{})
	s.AddExam(1, model.Exam{ID: 5})
	r := newRequest(t, team, "", `{"exam_id":5,"candidates":[{"uid":"a","name":"a"},{"uid":"b","name":"b"},{"uid":"c","name":"c"},{"uid":"d","name":"d"}]}`)
	if _, err := s.createPads(r); err == nil || err.Code != model.CodeQuota || len(s.Pads) != 0 || team.Quota != 3 {
		t.Errorf("four of three: %+v, %d pads", err, len(s.Pads))
	}
	r = newRequest(t, team, "", `{"exam_id":5,"candidate_uid":"a","candidate_name":"a"}`)
	if _, err := s.createPad(r); err != nil || team.Quota != 2 {
		t.Errorf("%+v, %d left", err, team.Quota)
	}
	p := s.SortedPads(team)[0]
	if _, err := s.deletePad(newRequest(t, team, p.UID, `{}`)); err != nil || team.Quota != 3 {
		t.Errorf("%+v, %d left after the deletion", err, team.Quota)
	}
	if _, err := s.getPad(newRequest(t, &core.TeamState{}, p.UID, `{}`)); err == nil || err.Code != model.CodeNotFound {
		t.Errorf("a pad of another team: %+v", err)
	}
}

func TestVideos(t *testing.T) {
	s, team := newFixture(core.Settings{})
	s.AddVideo(1, "v", "http://video.example/")
	s.AddVideo(9, "w", "x")
	if out, err := s.getVideo(newRequest(t, team, "v", `{}`)); err != nil || out.(map[string]string)["url"] != "http://video.example/" {
		t.Errorf("%v, %+v", out, err)
	}
	if _, err := s.getVideo(newRequest(t, team, "w", `{}`)); err == nil || err.Code != model.CodeNotFound {
		t.Errorf("an unknown video: %+v", err)
	}
}
