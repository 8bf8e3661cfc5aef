package ui

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func TestScoreAnswer(t *testing.T) {
	option := func(content string, correct any) map[string]any {
		return map[string]any{"content": content, "correctly": correct}
	}
	choice := model.Question{SuggestedScore: 5, ContentJSON: map[string]any{"options": []any{option("a", true), option("b", false), option("c", true), option("d", "yes"), 7}}}
	essay := model.Question{SuggestedScore: 8, ContentJSON: map[string]any{}}
	damaged := model.Question{SuggestedScore: 3, ContentJSON: map[string]any{"options": "x"}}
	for name, test := range map[string]struct {
		question *model.Question
		answer   string
		want     int64
	}{
		"a correct option":            {&choice, "a", 5},
		"another correct option":      {&choice, "c", 5},
		"a wrong option":              {&choice, "b", 0},
		"a flag that is not a bool":   {&choice, "d", 0},
		"an unknown option":           {&choice, "e", 0},
		"no option":                   {&choice, "", 0},
		"a text":                      {&essay, "x", 8},
		"no text":                     {&essay, "", 0},
		"options that are not a list": {&damaged, "x", 3},
	} {
		if got := scoreAnswer(test.question, test.answer); got != test.want {
			t.Errorf("%s: %d points, want %d", name, got, test.want)
		}
	}
	if n := len(choiceOptions(&choice)); n != 4 {
		t.Errorf("%d options", n)
	}
}

func TestSaveAnswers(t *testing.T) {
	p := &core.PadState{WrittenPad: model.WrittenPad{Status: model.WrittenPadOpened, Answers: map[int64]string{1: "old"}}, Exam: model.Exam{Questions: []model.Question{{ID: 1}, {ID: 2}}}}
	in := answerForm{Answers: map[int64]string{2: "b", 9: "of another exam"}}
	for _, status := range []string{model.WrittenPadOpened, model.WrittenPadEnded} {
		if p.Status = status; !errors.Is(saveAnswers(p, in), core.ErrInvalidState) {
			t.Errorf("answered a test that is %s", status)
		}
	}
	p.Status = model.WrittenPadStarted
	if err := saveAnswers(p, in); err != nil || fmt.Sprint(p.Answers) != "map[1:old 2:b]" {
		t.Errorf("answers %v, %v", p.Answers, err)
	}
}

// newInterview returns an interview with one named interviewer.
func newInterview() *core.InterviewState {
	return &core.InterviewState{
		Interview:   model.Interview{UID: "AAAAAA", CandidateName: "Emily", Interviewers: []model.Interviewer{{UID: "ChenMo", Name: "陈默"}}},
		SharedToken: "shared", CandidateToken: "candidate", PersonalTokens: []string{"chen"}, LastSeen: map[string]time.Time{},
	}
}

func TestOnlineParticipants(t *testing.T) {
	for name, test := range map[string]struct {
		seen map[string]time.Duration // before now
		want []string
	}{
		"none":               {nil, []string{}},
		"all":                {map[string]time.Duration{"candidate": 0, "chen": time.Second, "shared": 2 * time.Second}, []string{"candidate", "ChenMo", ""}},
		"at the timeout":     {map[string]time.Duration{"candidate": presenceTimeout, "chen": presenceTimeout - 1}, []string{"ChenMo"}},
		"of an unknown link": {map[string]time.Duration{"x": 0}, []string{}},
	} {
		i := newInterview()
		for token, ago := range test.seen {
			i.LastSeen[token] = start.Add(-ago)
		}
		if got := onlineParticipants(i, start); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestVisitors(t *testing.T) {
	c := core.New(func() core.Settings { return core.Settings{Now: func() time.Time { return start }} })
	c.InterviewStates["AAAAAA"] = newInterview()
	s := New(c, nil, nil, nil, nil)
	for name, test := range map[string]struct {
		uid, token  string
		interviewer bool
		visitor     string
		found       bool
	}{
		"candidate":         {"AAAAAA", "candidate", false, "Emily", true},
		"named interviewer": {"AAAAAA", "chen", true, "陈默", true},
		"shared link":       {"AAAAAA", "shared", true, "", true},
		"wrong token":       {"AAAAAA", "Shared", false, "", false},
		"no token":          {"AAAAAA", "", false, "", false},
		"unknown interview": {"BBBBBB", "shared", false, "", false},
	} {
		r := httptest.NewRequest(http.MethodGet, "/?t="+test.token, http.NoBody)
		r.SetPathValue("uid", test.uid)
		v, err := s.authenticateVisitor(r)
		if (err == nil) != test.found {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if v != nil && (v.interviewer != test.interviewer || v.name != test.visitor) {
			t.Errorf("%s: %+v", name, v)
		}
		if v != nil && (requireInterviewer(v) == nil) != test.interviewer {
			t.Errorf("%s: %v", name, requireInterviewer(v))
		}
	}
}

func TestErrorStatus(t *testing.T) {
	for err, want := range map[error]int{core.ErrNotFound: 404, fmt.Errorf("start: %w", core.ErrInvalidState): 409, errors.New("x"): 400} {
		if got := errorStatus(err); got != want {
			t.Errorf("%v: HTTP %d", err, got)
		}
	}
}
