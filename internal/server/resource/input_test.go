package resource_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/server/resource"
	"github.com/huimian/huimian/internal/testcase"
)

func TestInputs(t *testing.T) {
	for name, test := range map[string]struct{ got, want any }{
		"candidate": {
			decode[resource.CandidateInput](t, `{"name":"陈晨","email":"e","mobile":"m","positionId":"p","resumeUrl":"r","source":"s","note":"n","language":"en"}`).ToDomain(),
			candidate.Candidate{Name: "陈晨", Email: "e", Mobile: "m", PositionID: "p", ResumeURL: "r", Source: "s", Note: "n", Language: "en"},
		},
		"candidate with a name only": {
			decode[resource.CandidateInput](t, `{"name":"陈晨"}`).ToDomain(), candidate.Candidate{Name: "陈晨"},
		},
		"position": {
			decode[resource.PositionInput](t, `{"title":"t","department":"d","level":"l","headcount":3,"description":"x","state":"closed","questionIds":["q"],"scorecardTemplateId":"c","roundTemplates":[{"round":3,"scorecardTemplateId":"e"}]}`).ToDomain(),
			position.Position{
				Title: "t", Department: "d", Level: "l", Headcount: 3, Description: "x", State: position.Closed, QuestionIDs: []string{"q"}, TemplateID: "c", RoundTemplateIDs: map[int]string{3: "e"},
			},
		},
		"question": {
			decode[resource.QuestionInput](t, `{"title":"t","body":"b","difficulty":"hard","tags":["a"],"starterCode":[{"language":"go","code":"x"}],"interviewerNotes":"n","expectedMinutes":30,"solutions":[{"language":"go","code":"y"}],"hints":["h"],"followUps":["f"],"tests":{"mode":"stdin","cases":[{"name":"n","input":"1","expected":"2"}]}}`).ToDomain(),
			question.Question{Content: question.Content{
				Title: "t", Body: "b", Difficulty: question.Hard, Tags: []string{"a"}, InterviewerNotes: "n", ExpectedMinutes: 30,
				StarterCode: []question.Source{{Language: "go", Code: "x"}}, Solutions: []question.Source{{Language: "go", Code: "y"}},
				Hints: []string{"h"}, FollowUps: []string{"f"},
				Tests: testcase.Suite{Mode: testcase.Stdin, Cases: []testcase.Case{{Name: "n", Input: "1", Expected: "2"}}},
			}},
		},
		"draft": {
			decode[resource.ScorecardDraft](t, `{"version":2,"scores":[{"key":"k","score":4,"comment":"c"}],"recommendation":"no","comment":"x"}`).ToDomain(),
			scorecard.Draft{Version: 2, Scores: []scorecard.Score{{Key: "k", Score: 4, Comment: "c"}}, Recommendation: scorecard.No, Comment: "x"},
		},
		"interview": {
			decode[resource.InterviewInput](t, `{"title":"t","round":2,"startsAt":"2026-03-02T14:00:00+08:00","timeZone":"Asia/Tokyo","questionIds":["q"],"note":"n","overrideWarnings":true}`).ToPlan("Asia/Shanghai"),
			interview.Plan{Title: "t", Round: 2, StartsAt: date, TimeZone: "Asia/Tokyo", QuestionIDs: []string{"q"}, Note: "n", OverrideWarnings: true},
		},
		"interview in the company's time zone": {
			decode[resource.InterviewInput](t, `{"title":"t","startsAt":"2026-03-02T06:00:00Z"}`).ToPlan("Asia/Shanghai"),
			interview.Plan{Title: "t", StartsAt: date, TimeZone: "Asia/Shanghai"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if plan, ok := test.got.(interview.Plan); ok {
				plan.StartsAt = plan.StartsAt.UTC()
				test.got = plan
			}
			if !reflect.DeepEqual(test.got, test.want) {
				t.Errorf("input is\n%+v, want\n%+v", test.got, test.want)
			}
		})
	}
}

// An omitted field and null do not change the object; an empty value clears it.
func TestPatches(t *testing.T) {
	testPatch(t, "candidate", sampleCandidate, resource.CandidatePatch.ApplyTo, map[string]func(*candidate.Candidate){
		`{}`:                         func(*candidate.Candidate) {},
		`{"version":5}`:              func(*candidate.Candidate) {},
		`{"name":null,"email":null}`: func(*candidate.Candidate) {},
		`{"name":"x"}`:               func(c *candidate.Candidate) { c.Name = "x" },
		`{"email":""}`:               func(c *candidate.Candidate) { c.Email = "" },
		`{"mobile":"x"}`:             func(c *candidate.Candidate) { c.Mobile = "x" },
		`{"positionId":""}`:          func(c *candidate.Candidate) { c.PositionID = "" },
		`{"resumeUrl":"x"}`:          func(c *candidate.Candidate) { c.ResumeURL = "x" },
		`{"source":"x"}`:             func(c *candidate.Candidate) { c.Source = "x" },
		`{"note":""}`:                func(c *candidate.Candidate) { c.Note = "" },
		`{"language":"en"}`:          func(c *candidate.Candidate) { c.Language = "en" },
		`{"name":"x","source":""}`:   func(c *candidate.Candidate) { c.Name, c.Source = "x", "" },
	})
	testPatch(t, "position", samplePosition, resource.PositionPatch.ApplyTo, map[string]func(*position.Position){
		`{}`:                            func(*position.Position) {},
		`{"version":3}`:                 func(*position.Position) {},
		`{"title":"x"}`:                 func(p *position.Position) { p.Title = "x" },
		`{"department":""}`:             func(p *position.Position) { p.Department = "" },
		`{"level":"x"}`:                 func(p *position.Position) { p.Level = "x" },
		`{"headcount":0}`:               func(p *position.Position) { p.Headcount = 0 },
		`{"description":""}`:            func(p *position.Position) { p.Description = "" },
		`{"state":"closed"}`:            func(p *position.Position) { p.State = position.Closed },
		`{"questionIds":[]}`:            func(p *position.Position) { p.QuestionIDs = []string{} },
		`{"questionIds":null}`:          func(*position.Position) {},
		`{"scorecardTemplateId":"x"}`:   func(p *position.Position) { p.TemplateID = "x" },
		`{"roundTemplates":[]}`:         func(p *position.Position) { p.RoundTemplateIDs = map[int]string{} },
		`{"questionIds":["q2","q3"]}`:   func(p *position.Position) { p.QuestionIDs = []string{"q2", "q3"} },
		`{"state":null,"level":"null"}`: func(p *position.Position) { p.Level = "null" },
	})
	testPatch(t, "question", sampleQuestion, resource.QuestionPatch.ApplyTo, map[string]func(*question.Question){
		`{}`:                        func(*question.Question) {},
		`{"version":2}`:             func(*question.Question) {},
		`{"title":"x"}`:             func(q *question.Question) { q.Title = "x" },
		`{"body":"x"}`:              func(q *question.Question) { q.Body = "x" },
		`{"difficulty":"easy"}`:     func(q *question.Question) { q.Difficulty = question.Easy },
		`{"tags":[]}`:               func(q *question.Question) { q.Tags = []string{} },
		`{"starterCode":[]}`:        func(q *question.Question) { q.StarterCode = []question.Source{} },
		`{"starterCode":null}`:      func(*question.Question) {},
		`{"interviewerNotes":""}`:   func(q *question.Question) { q.InterviewerNotes = "" },
		`{"interviewerNotes":null}`: func(*question.Question) {},
		`{"expectedMinutes":0}`:     func(q *question.Question) { q.ExpectedMinutes = 0 },
		`{"solutions":[]}`:          func(q *question.Question) { q.Solutions = []question.Source{} },
		`{"hints":["x"]}`:           func(q *question.Question) { q.Hints = []string{"x"} },
		`{"followUps":[]}`:          func(q *question.Question) { q.FollowUps = []string{} },
		`{"tests":null}`:            func(*question.Question) {},
		`{"tests":{"cases":[]}}`:    func(q *question.Question) { q.Tests = testcase.Suite{Cases: []testcase.Case{}} },
		`{"starterCode":[{"language":"c","code":"x"}]}`: func(q *question.Question) {
			q.StarterCode = []question.Source{{Language: "c", Code: "x"}}
		},
	})
	plan := interview.Plan{
		Title: "一面", PositionID: "p1", CandidateID: "c1", Round: 1, StartsAt: date, Duration: time.Hour, TimeZone: "Asia/Tokyo", Interviewers: []string{"lin"},
		RoomKind: interview.LinkRoom, RoomURL: "https://meet.example.com/1", QuestionIDs: []string{"q1"}, Note: "带简历",
	}
	testPatch(t, "interview", plan, resource.InterviewPatch.ApplyTo, map[string]func(*interview.Plan){
		`{}`:                                  func(*interview.Plan) {},
		`{"version":7}`:                       func(*interview.Plan) {},
		`{"title":"x"}`:                       func(p *interview.Plan) { p.Title = "x" },
		`{"round":2}`:                         func(p *interview.Plan) { p.Round = 2 },
		`{"startsAt":"2026-03-02T07:00:00Z"}`: func(p *interview.Plan) { p.StartsAt = later },
		`{"timeZone":"UTC"}`:                  func(p *interview.Plan) { p.TimeZone = "UTC" },
		`{"questionIds":[]}`:                  func(p *interview.Plan) { p.QuestionIDs = []string{} },
		`{"note":""}`:                         func(p *interview.Plan) { p.Note = "" },
		`{"overrideWarnings":true}`:           func(p *interview.Plan) { p.OverrideWarnings = true },
	})
}

// testPatch applies the bodies to copies of the object and compares with the
// change that each stands for.
func testPatch[P, D any](t *testing.T, name string, object D, apply func(P, *D), changes map[string]func(*D)) {
	t.Helper()
	for body, change := range changes {
		t.Run(name+" "+body, func(t *testing.T) {
			got, want := object, object
			apply(decode[P](t, body), &got)
			change(&want)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("patched to\n%+v, want\n%+v", got, want)
			}
		})
	}
}

// A patch warns about a double booking again unless this request overrides it.
func TestPatchResetsOverrideWarnings(t *testing.T) {
	plan := interview.Plan{OverrideWarnings: true}
	resource.InterviewPatch{}.ApplyTo(&plan)
	if plan.OverrideWarnings {
		t.Error("the warnings are still overridden")
	}
}

func TestBaseVersion(t *testing.T) {
	for body, want := range map[string]int{`{}`: 0, `{"version":4}`: 4} {
		if got := decode[resource.CandidatePatch](t, body).BaseVersion(); got != want {
			t.Errorf("%s: version %d, want %d", body, got, want)
		}
	}
}

func TestRoomInput(t *testing.T) {
	before := interview.Plan{RoomKind: interview.LinkRoom, RoomURL: "https://meet.example.com/1"}
	plan := before
	var omitted *resource.RoomInput
	omitted.ApplyTo(&plan)
	if !reflect.DeepEqual(plan, before) {
		t.Errorf("an omitted room changes the plan to %+v", plan)
	}
	(&resource.RoomInput{Kind: "builtin"}).ApplyTo(&plan)
	if plan.RoomKind != interview.BuiltinRoom || plan.RoomURL != "" {
		t.Errorf("plan %+v", plan)
	}
	(&resource.RoomInput{Kind: "link", URL: "https://meet.example.com/2"}).ApplyTo(&plan)
	if plan.RoomKind != interview.LinkRoom || plan.RoomURL != "https://meet.example.com/2" {
		t.Errorf("plan %+v", plan)
	}
}

func TestMinutes(t *testing.T) {
	for n, want := range map[int]time.Duration{
		60: time.Hour, 0: 0, -1: -time.Minute, -5: -time.Minute, 1_000_000: 1_000_000 * time.Minute, int(^uint(0) >> 1): 1_000_000 * time.Minute,
	} {
		if got := resource.Minutes(n); got != want {
			t.Errorf("%d minutes are %s, want %s", n, got, want)
		}
	}
}

// The objects of both APIs are read back by their clients with the same types.
func TestResourcesRoundTrip(t *testing.T) {
	want := resource.NewInterview(newInterview(), resource.Visibility{Contacts: true, Result: true, Resume: true})
	var got resource.Interview
	if err := json.Unmarshal([]byte(encode(t, want)), &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read back %+v, want %+v", got, want)
	}
}
