package resource_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/server/resource"
	"github.com/huimian/huimian/internal/testcase"
)

var (
	date  = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	later = date.Add(time.Hour)
)

func encode(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func decode[T any](t *testing.T, body string) (v T) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return v
}

// The domain objects have a value in each field that a client may see.
var (
	samplePosition = position.Position{
		ID: "p1", CorpID: "acme", Title: "后端工程师", Department: "研发部", Level: "P6", Headcount: 2, Description: "# Go", State: position.Open,
		QuestionIDs: []string{"q1"}, TemplateID: "t1", RoundTemplateIDs: map[int]string{2: "t2"}, CreatedBy: "rosa", CreatedAt: date, UpdatedAt: later, Version: 3, Candidates: 4,
	}
	sampleCandidate = candidate.Candidate{
		ID: "c1", CorpID: "acme", Name: "陈晨", Email: "chen@example.com", Mobile: "139", ExternalID: "4711", PositionID: "p1", PositionTitle: "后端工程师",
		ResumeURL: "https://example.com/cv", Source: "内推", Note: "急", Language: "ja", CreatedBy: "rosa", CreatedAt: date, UpdatedAt: later, Version: 5,
	}
	sampleQuestion = question.Question{
		ID: "q1", CorpID: "acme", Content: question.Content{
			Title: "两数之和", Body: "题面", Difficulty: question.Medium, Tags: []string{"数组"}, ExpectedMinutes: 30,
			StarterCode: []question.Source{{Language: "go", Code: "package main"}}, InterviewerNotes: "哈希表",
			Solutions: []question.Source{{Language: "go", Code: "package solution"}}, Hints: []string{"想想哈希表"}, FollowUps: []string{"已排序呢？"},
			Tests: testcase.Suite{Mode: testcase.Function, Function: "f", Comparison: testcase.Numeric, Tolerance: 0.5, Cases: []testcase.Case{
				{Name: "n", Hidden: true, Input: "[1]", Expected: "2", CPUMs: 2000, MemoryMB: 128},
			}},
		},
		CreatedBy: "rosa", CreatedAt: date, UpdatedAt: later, Version: 2,
	}
	criterion = scorecard.Criterion{
		Key: "coding", Title: scorecard.LocalizedText{"en": "Coding", "ja": "コーディング"}, Hint: scorecard.LocalizedText{"en": "Correct?", "ja": "正しい？"},
		Kind: scorecard.KindScore, Required: true, Scale: 4, Weight: 2, Anchors: []scorecard.LocalizedText{{"en": "None"}},
	}
	choice = scorecard.Criterion{
		Key: "level", Title: scorecard.LocalizedText{"ja": "水準"}, Kind: scorecard.KindChoice, Options: []scorecard.Option{{Key: "o1", Text: scorecard.LocalizedText{"ja": "初級"}}},
	}
	sampleScorecard = interview.Scorecard{
		Scorecard: scorecard.Scorecard{
			CorpID: "acme", InterviewID: "i1", UserID: "lin", State: scorecard.Submitted, Version: 2, Comment: "扎实", UpdatedAt: date, SubmittedAt: &later,
			Scores: []scorecard.Score{{Key: "coding", Score: 3, Comment: "好"}}, Recommendation: scorecard.StrongYes,
		},
		Criteria: []scorecard.Criterion{criterion},
		Author:   member.Member{UserID: "lin", Name: "林一", Avatar: "https://example.com/lin.png", Active: true},
	}
)

func newInterview() *interview.Interview {
	return &interview.Interview{
		ID: "i1", CorpID: "acme", Title: "一面", Round: 1, State: interview.Ended, PositionID: "p1", CandidateID: "c1", ExternalID: "4711-1", TemplateID: "t1", TemplateVersion: 4,
		StartsAt: date, EndsAt: date.Add(90 * time.Minute), TimeZone: "Asia/Tokyo", RoomKind: interview.LinkRoom, RoomURL: "https://meet.example.com/1",
		Note: "带简历", CancelReason: "改期", StartedAt: &date, EndedAt: &later, CancelledAt: &later,
		Decision: interview.Hire, DecisionComment: "录用", DecidedAt: &later, Version: 7, CreatedAt: date, UpdatedAt: later,
		Position: samplePosition, Candidate: sampleCandidate, Organizer: member.Member{UserID: "rosa", Name: "罗莎"}, Decider: member.Member{UserID: "ada", Name: "阿达"},
		Interviewers: []interview.Interviewer{{
			UserID: "lin", Response: interview.Declined, ResponseReason: "请假", RespondedAt: &later,
			Member: member.Member{UserID: "lin", Name: "林一", Avatar: "https://example.com/lin.png"}, Scorecard: scorecard.Drafted, Notified: interview.NotifiedSent,
		}},
		Questions: []question.Question{sampleQuestion}, UsedQuestions: []question.Use{{QuestionID: "q1", Version: 1, Title: "两数之和 v1"}}, Link: interview.LinkActive,
		Meeting: interview.Meeting{Kind: interview.WeComMeeting, URL: "https://meet.example.com/2", Code: "123", GuestURL: "https://meet.example.com/guest"},
	}
}

func TestMapping(t *testing.T) {
	all := resource.Visibility{Contacts: true, Result: true, Resume: true}
	for name, test := range map[string]struct {
		got  any
		want string
	}{
		"candidate": {resource.NewCandidate(sampleCandidate), `{"id":"c1","name":"陈晨","email":"chen@example.com","mobile":"139",` +
			`"position":{"id":"p1","title":"后端工程师"},"externalId":"4711","resumeUrl":"https://example.com/cv","source":"内推","note":"急","language":"ja",` +
			`"createdAt":"2026-03-02T06:00:00Z","updatedAt":"2026-03-02T07:00:00Z","version":5}`},
		"position": {resource.NewPosition(samplePosition), `{"id":"p1","title":"后端工程师","department":"研发部","level":"P6","headcount":2,"description":"# Go",` +
			`"state":"open","questionIds":["q1"],"scorecardTemplateId":"t1","roundTemplates":[{"round":2,"scorecardTemplateId":"t2"}],"candidates":4,` +
			`"createdAt":"2026-03-02T06:00:00Z","updatedAt":"2026-03-02T07:00:00Z","version":3}`},
		"question": {resource.NewQuestion(sampleQuestion), `{"id":"q1","title":"两数之和","body":"题面","difficulty":"medium","tags":["数组"],"expectedMinutes":30,` +
			`"starterCode":[{"language":"go","code":"package main"}],"solutions":[{"language":"go","code":"package solution"}],"hints":["想想哈希表"],"followUps":["已排序呢？"],"interviewerNotes":"哈希表",` +
			`"tests":{"mode":"function","function":"f","comparison":"numeric","tolerance":0.5,` +
			`"cases":[{"name":"n","hidden":true,"input":"[1]","expected":"2","cpuMs":2000,"memoryMb":128}]},` +
			`"createdAt":"2026-03-02T06:00:00Z","updatedAt":"2026-03-02T07:00:00Z","version":2}`},
		"version of a question": {resource.NewQuestionVersion(question.Version{
			Origin:  question.Origin{QuestionID: "q1", Number: 3, ChangedFields: []string{"body"}, RestoredFrom: 1, CreatedAt: later, By: member.Member{UserID: "rosa", Name: "罗莎"}},
			Content: question.Content{Title: "两数之和", Body: "题面", Difficulty: question.Easy},
		}), `{"questionId":"q1","number":3,"by":{"userId":"rosa","name":"罗莎"},"at":"2026-03-02T07:00:00Z","changedFields":["body"],"restoredFrom":1,` +
			`"title":"两数之和","body":"题面","difficulty":"easy","tags":[],"starterCode":[],"solutions":[],"hints":[],"followUps":[],"tests":{"cases":[]}}`},
		"version of a list": {resource.NewQuestionVersionSummary(question.VersionSummary{Origin: question.Origin{QuestionID: "q1", Number: 1, CreatedAt: later}, Title: "两数之和"}),
			`{"questionId":"q1","number":1,"by":{"userId":"","name":""},"at":"2026-03-02T07:00:00Z","changedFields":[],"title":"两数之和"}`},
		"question of a list": {resource.NewQuestionSummary(question.Summary{ID: "q1", Title: "两数之和", Difficulty: question.Easy, Tags: []string{"数组"}, ExpectedMinutes: 20, Languages: []string{"go"}, TestCases: 3, Version: 2}),
			`{"id":"q1","title":"两数之和","difficulty":"easy","tags":["数组"],"expectedMinutes":20,"languages":["go"],"testCases":3,"createdAt":"0001-01-01T00:00:00Z","updatedAt":"0001-01-01T00:00:00Z","version":2,"attention":[]}`},
		"scorecard": {resource.NewScorecard("en", sampleScorecard), `{"interviewId":"i1","author":{"userId":"lin","name":"林一","avatar":"https://example.com/lin.png"},` +
			`"state":"submitted","version":2,"criteria":[{"key":"coding","title":"Coding","hint":"Correct?","kind":"score","required":true,"scale":4,"weight":2,"anchors":["None"]}],"scores":[{"key":"coding","score":3,"comment":"好"}],"average":3,` +
			`"recommendation":"strong_yes","comment":"扎实","updatedAt":"2026-03-02T06:00:00Z","submittedAt":"2026-03-02T07:00:00Z"}`},
		"templates": {resource.NewScorecardTemplates("ja", []scorecard.Template{{ID: "t1", Version: 2, ArchivedAt: date, Content: scorecard.Content{Title: scorecard.LocalizedText{"ja": "標準"}, Criteria: []scorecard.Criterion{choice}}}}),
			`{"items":[{"id":"t1","title":"標準","criteria":[{"key":"level","title":"水準","kind":"choice","required":false,"options":[{"key":"o1","text":"初級"}]}],"version":2,"archived":true,"isDefault":false}]}`},
		"member": {resource.NewMember(account.Member{
			CorpID: "acme", UserID: "lin", Name: "林一", Pinyin: "linyi", Position: "工程师", Avatar: "https://example.com/lin.png", Active: true,
			Roles: actor.Interviewer, Departments: []account.Department{{ID: 2, Name: "研发部", ParentID: 1, Members: 9}},
		}), `{"userId":"lin","name":"林一","pinyin":"linyi","avatar":"https://example.com/lin.png","departments":[{"id":2,"name":"研发部"}],` +
			`"position":"工程师","roles":["interviewer"],"reachable":true}`},
		"interview": {resource.NewInterview(newInterview(), all), `{"id":"i1","title":"一面","round":1,"state":"ended","position":{"id":"p1","title":"后端工程师"},` +
			`"candidate":{"id":"c1","name":"陈晨","resumeUrl":"https://example.com/cv","email":"chen@example.com","mobile":"139"},"externalId":"4711-1",` +
			`"startsAt":"2026-03-02T06:00:00Z","endsAt":"2026-03-02T07:30:00Z","durationMinutes":90,"timeZone":"Asia/Tokyo",` +
			`"interviewers":[{"userId":"lin","name":"林一","avatar":"https://example.com/lin.png","response":"declined","responseReason":"请假",` +
			`"respondedAt":"2026-03-02T07:00:00Z","scorecard":"draft","notified":"sent"}],"organizer":{"userId":"rosa","name":"罗莎"},` +
			`"questions":[{"id":"q1","title":"两数之和 v1","version":1,"newestVersion":2}],"scorecardTemplate":{"id":"t1","version":4},"meeting":{"kind":"wecom","url":"https://meet.example.com/2","code":"123"},"candidateLinkState":"active",` +
			`"result":{"decision":"hire","comment":"录用","decidedBy":{"userId":"ada","name":"阿达"},"decidedAt":"2026-03-02T07:00:00Z"},` +
			`"note":"带简历","cancelReason":"改期","startedAt":"2026-03-02T06:00:00Z","endedAt":"2026-03-02T07:00:00Z","cancelledAt":"2026-03-02T07:00:00Z",` +
			`"version":7,"createdAt":"2026-03-02T06:00:00Z","updatedAt":"2026-03-02T07:00:00Z"}`},
		"meeting of the candidate": {resource.NewCandidateMeeting(newInterview().Meeting), `{"kind":"wecom","url":"https://meet.example.com/guest","code":"123"}`},
		"room": {resource.NewRoom("en", newInterview(), interview.RoomView{State: interview.RoomReady, NextAttemptAt: &later}),
			`{"kind":"link","url":"https://meet.example.com/1","state":"ready","nextAttemptAt":"2026-03-02T07:00:00Z"}`},
		"candidate link": {resource.NewCandidateLink("https://interview.test", "a-b_c"), `{"url":"https://interview.test/join#a-b_c"}`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := encode(t, test.got); got != test.want {
				t.Errorf("mapped to\n%s, want\n%s", got, test.want)
			}
		})
	}
}

// A list without elements is [] and an object that does not exist is absent: a
// response contains no null.
func TestMappingOfZeroValues(t *testing.T) {
	for name, v := range map[string]any{
		"candidate":  resource.NewCandidate(candidate.Candidate{}),
		"position":   resource.NewPosition(position.Position{}),
		"question":   resource.NewQuestion(question.Question{}),
		"questions":  resource.NewQuestionSummary(question.Summary{}),
		"scorecard":  resource.NewScorecard("en", interview.Scorecard{}),
		"scorecards": resource.NewScorecards("en", interview.Evaluation{}),
		"summary":    resource.NewScorecards("en", interview.Evaluation{Visible: true}),
		"templates":  resource.NewScorecardTemplates("en", nil),
		"template":   resource.NewScorecardTemplates("en", []scorecard.Template{{}}),
		"member":     resource.NewMember(account.Member{}),
		"members":    resource.NewList(nil, "", resource.NewMember),
		"interview":  resource.NewInterview(&interview.Interview{}, resource.Visibility{Contacts: true, Result: true, Resume: true}),
		"room":       resource.NewRoom("en", &interview.Interview{}, interview.RoomView{}),
		"list":       resource.NewList(nil, "", resource.NewCandidate),
	} {
		if got := encode(t, v); strings.Contains(got, "null") {
			t.Errorf("%s contains null: %s", name, got)
		}
	}
}

func TestMappingCopiesLists(t *testing.T) {
	p := position.Position{QuestionIDs: []string{"q1"}}
	resource.NewPosition(p).QuestionIDs[0] = "changed"
	if p.QuestionIDs[0] != "q1" {
		t.Error("a change of the response changes the domain object")
	}
}

func TestInterviewVisibility(t *testing.T) {
	for name, test := range map[string]struct {
		visible                  resource.Visibility
		contacts, result, resume bool
	}{
		"everything": {resource.Visibility{Contacts: true, Result: true, Resume: true}, true, true, true},
		"contacts":   {resource.Visibility{Contacts: true}, true, false, false},
		"result":     {resource.Visibility{Result: true}, false, true, false},
		"résumé":     {resource.Visibility{Resume: true}, false, false, true},
		"neither":    {resource.Visibility{}, false, false, false},
	} {
		got := resource.NewInterview(newInterview(), test.visible)
		if (got.Candidate.Email != "") != test.contacts || (got.Candidate.Mobile != "") != test.contacts || (got.Result != nil) != test.result {
			t.Errorf("%s: candidate %+v, result %+v", name, got.Candidate, got.Result)
		}
		if got.Candidate.Name != "陈晨" || (got.Candidate.ResumeURL != "") != test.resume {
			t.Errorf("%s: candidate %+v", name, got.Candidate)
		}
	}
}

func TestResultOfUndecidedInterview(t *testing.T) {
	for name, change := range map[string]func(*interview.Interview){
		"without a decision": func(i *interview.Interview) { i.Decision = "" },
		"without a time":     func(i *interview.Interview) { i.DecidedAt = nil },
	} {
		i := newInterview()
		change(i)
		if got := resource.NewResult(i); got != nil {
			t.Errorf("%s the result is %+v", name, got)
		}
	}
}

func TestScorecardsVisibility(t *testing.T) {
	e := interview.Evaluation{
		Submitted: 1, Expected: 2, Cards: []interview.Scorecard{sampleScorecard},
		Summary: scorecard.Summary{
			Average: 3.5, Criteria: []scorecard.CriterionSum{{Criterion: criterion, Average: 3.5, Count: 2}},
			Recommendations: map[scorecard.Recommendation]int{scorecard.StrongYes: 2},
		},
	}
	hidden := resource.NewScorecards("ja", e)
	if hidden.Submitted != 1 || hidden.Expected != 2 || hidden.Visible || len(hidden.Items) != 1 || hidden.Summary != nil {
		t.Errorf("before all are submitted: %+v", hidden)
	}
	e.Visible = true
	shown := resource.NewScorecards("ja", e)
	want := resource.ScorecardSummary{
		Average: 3.5, Criteria: []resource.CriterionSummary{{Key: "coding", Title: "コーディング", Average: 3.5, Count: 2}},
		Recommendations: []resource.RecommendationCount{{"strong_yes", 2}, {"yes", 0}, {"no", 0}, {"strong_no", 0}},
	}
	if shown.Summary == nil || !reflect.DeepEqual(*shown.Summary, want) {
		t.Errorf("summary %+v, want %+v", shown.Summary, want)
	}
}

// The row of a scorecard that is not stored has no meaningful time.
func TestScorecardBeforeFirstDraft(t *testing.T) {
	c := sampleScorecard
	c.Version = 0
	if got := resource.NewScorecard("en", c); got.UpdatedAt != nil {
		t.Errorf("updatedAt is %v", got.UpdatedAt)
	}
}

func TestRoomFailureLocalization(t *testing.T) {
	if got := resource.NewRoomFailure("en", nil); got != nil {
		t.Errorf("no failure is %+v", got)
	}
	f := &apperr.Reason{Code: "provider.room_key_changed"}
	texts := map[string]bool{}
	for _, lang := range []string{"zh-CN", "en", "ja"} {
		got := resource.NewRoomFailure(lang, f)
		if got.Code != f.Code || got.Message == "" || got.Message == f.Code {
			t.Errorf("%s: %+v", lang, got)
		}
		texts[got.Message] = true
	}
	if len(texts) != 3 {
		t.Errorf("the languages have the texts %v", texts)
	}
}
