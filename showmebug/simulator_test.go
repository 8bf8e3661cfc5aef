package showmebug_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/huimian/huimian/showmebug"
	"github.com/huimian/huimian/showmebug/showmebugtest"
)

// newSimulator starts a ShowMeBug in a box with one team.
func newSimulator(t *testing.T, change ...func(*showmebug.Config)) (*showmebugtest.Server, *showmebug.Client, int64) {
	t.Helper()
	sim := showmebugtest.New(t)
	id := sim.AddTeam(showmebugtest.Team{Name: "云杉科技", ClientID: clientID, ClientSecret: clientSecret, Quota: 100})
	cfg := showmebug.Config{ClientID: clientID, ClientSecret: clientSecret, BaseURL: sim.URL()}
	for _, one := range change {
		one(&cfg)
	}
	c, err := showmebug.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return sim, c, id
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// TestInterviewLifecycle goes from scheduling to the result, with each setting for
// what the pages leave open.
func TestInterviewLifecycle(t *testing.T) {
	for _, change := range []func(*showmebug.Config){
		func(*showmebug.Config) {},
		func(cfg *showmebug.Config) {
			cfg.Compat = showmebug.Compat{Filters: showmebug.FiltersInBody, TokenForm: true}
		},
		func(cfg *showmebug.Config) {
			cfg.Compat = showmebug.Compat{Filters: showmebug.FiltersInPlainQuery, LegacyCandidateName: true}
		},
	} {
		sim, c, _ := newSimulator(t, change)
		ctx := t.Context()
		member := must[*showmebug.Member](t)(c.Team.AddMember(ctx, showmebug.NewMember{UID: "ChenMo", Name: "陈默", Email: "chenmo@acme.example"}))
		made := must[*showmebug.Interview](t)(c.Interviews.Create(ctx, showmebug.NewInterview{CreatorID: member.ID, CandidateName: "王芳",
			Interviewers: []showmebug.Interviewer{{UID: "ChenMo", Name: "陈默", Email: "chenmo@acme.example"}}}))
		must[*showmebug.Interview](t)(c.Interviews.Edit(ctx, made.UID, showmebug.InterviewEdit{CandidateName: "王芳芳", Type: showmebug.InterviewNonTechnical}))
		for _, err := range []error{sim.StartInterview(made.UID), sim.RateInterview(made.UID, "ChenMo", 4, "不错"), sim.EndInterview(made.UID, 0)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		found := 0
		filter := showmebug.InterviewFilter{Search: "王芳", CreatorID: member.ID, Status: []showmebug.InterviewStatus{showmebug.StatusEnded, showmebug.StatusStarted},
			CreatedFrom: time.Now().Add(-time.Hour)}
		for interview, err := range c.Interviews.All(ctx, filter) {
			if err != nil || interview.UID != made.UID || interview.CandidateName != "王芳芳" || interview.Type != showmebug.InterviewNonTechnical || interview.CreatedAt.IsZero() {
				t.Errorf("got %+v: %v", interview, err)
			}
			found++
		}
		result := must[*showmebug.InterviewResult](t)(c.Interviews.Result(ctx, made.UID))
		if found != 1 || result.Rate == nil || *result.Rate != 4 || len(result.Interviewers) != 1 || result.Interviewers[0].Comment != "不错" || result.EndedAt.IsZero() {
			t.Errorf("found %d; the result is %+v", found, result)
		}
		filter.Status = []showmebug.InterviewStatus{showmebug.StatusOpened}
		if page := must[*showmebug.Page[showmebug.Interview]](t)(c.Interviews.List(ctx, filter)); len(page.Items) != 0 {
			t.Errorf("the filter for states is not heeded: %+v", page.Items)
		}
	}
}

func TestDeletedInterview(t *testing.T) {
	_, c, _ := newSimulator(t)
	made := must[*showmebug.Interview](t)(c.Interviews.Create(t.Context(), showmebug.NewInterview{CandidateName: "王芳"}))
	if err := c.Interviews.Delete(t.Context(), made.UID); err != nil {
		t.Fatal(err)
	}
	if err := c.Interviews.Delete(t.Context(), made.UID); showmebug.ClassOf(err) != showmebug.ClassState {
		t.Errorf("got %v", err)
	}
}

// TestErrorStyles: how ShowMeBug refuses is not known, so the client has to
// understand each way.
func TestErrorStyles(t *testing.T) {
	for _, style := range []showmebugtest.ErrorStyle{showmebugtest.ErrorsBoth, showmebugtest.ErrorsInEnvelope, showmebugtest.ErrorsByStatus} {
		sim, c, id := newSimulator(t)
		sim.Errors = style
		check := func(what string, err error, want showmebug.Class) {
			t.Helper()
			if got := showmebug.ClassOf(err); got != want {
				t.Errorf("style %d: %s has class %s: %v", style, what, got, err)
			}
		}
		_, err := c.Interviews.Result(t.Context(), "NOSUCH")
		check("an unknown interview", err, showmebug.ClassState)
		sim.SetQuota(id, 0)
		_, err = c.Interviews.Create(t.Context(), showmebug.NewInterview{CandidateName: "王芳"})
		check("a team without sessions", err, showmebug.ClassQuota)
		_, err = c.Team.Me(t.Context(), showmebug.MemberSearch{})
		check("nothing wrong", err, showmebug.ClassUnknown)
		sim.RevokeTokens(clientID)
		if _, err := c.Team.Me(t.Context(), showmebug.MemberSearch{}); err != nil {
			t.Errorf("style %d: a dead token was not replaced: %v", style, err)
		}
		wrong := must[*showmebug.Client](t)(showmebug.New(showmebug.Config{ClientID: clientID, ClientSecret: "wrong-secret", BaseURL: sim.URL()}))
		_, err = wrong.Team.Me(t.Context(), showmebug.MemberSearch{})
		check("a wrong secret", err, showmebug.ClassConfig)
	}
}

func TestTokenSharedAndRenewed(t *testing.T) {
	sim, c, _ := newSimulator(t)
	storm := func() {
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if _, err := c.Team.Me(context.Background(), showmebug.MemberSearch{}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	storm()
	sim.RevokeTokens(clientID)
	storm()
	if n := sim.CallCount("/oauth/token.json"); n != 2 {
		t.Errorf("%d tokens were fetched, want 2", n)
	}
}

// TestLostResponses: whether an interview was created without an answer cannot be
// known, and must not be tried again blindly.
func TestLostResponses(t *testing.T) {
	for name, rule := range map[string]showmebugtest.Fault{
		"dropped before": {DropBefore: true}, "dropped after": {DropAfter: true}, "malformed": {Malformed: true},
		"truncated": {Truncated: true}, "a gateway": {HTTPStatus: 502},
	} {
		sim, c, _ := newSimulator(t)
		if _, err := c.Team.Me(t.Context(), showmebug.MemberSearch{}); err != nil { // the token is there
			t.Fatal(err)
		}
		rule.Path, rule.Times = "POST interviews", 1
		sim.AddFault(rule)
		_, err := c.Interviews.Create(t.Context(), showmebug.NewInterview{CandidateName: "王芳"})
		if e, ok := errors.AsType[*showmebug.Error](err); !ok || !e.Uncertain {
			t.Errorf("%s: got %v", name, err)
		}
		if n := sim.CallCount("interviews"); n != 1 {
			t.Errorf("%s: sent %d times", name, n)
		}

		rule.Path = "GET me"
		sim.AddFault(rule)
		if _, err := c.Team.Me(t.Context(), showmebug.MemberSearch{}); err != nil {
			t.Errorf("%s: reading was not tried again: %v", name, err)
		}
	}
}

func TestRefreshTokenRotation(t *testing.T) {
	sim, _, id := newSimulator(t)
	const back = "https://ats.example/consent"
	sim.AddPlatform(showmebugtest.Platform{Name: "ATS", ClientID: "p", ClientSecret: "platform-secret", RedirectURI: back})
	p := must[*showmebug.Platform](t)(showmebug.NewPlatform(showmebug.Config{ClientID: "p", ClientSecret: "platform-secret", BaseURL: sim.URL()}, back))
	code := must[string](t)(sim.Authorize(id, "p"))
	c := must[*showmebug.Client](t)(p.Exchange(t.Context(), "yunshan", showmebug.Secret(code)))
	for round := range 4 {
		if us, err := c.Team.Me(t.Context(), showmebug.MemberSearch{}); err != nil || us.Name != "云杉科技" {
			t.Fatalf("round %d: %+v, %v", round, us, err)
		}
		sim.RevokeTokens("p")
	}
	if _, err := p.Exchange(t.Context(), "yunshan", showmebug.Secret(code)); showmebug.ClassOf(err) != showmebug.ClassConsent {
		t.Errorf("a code worked twice: %v", err)
	}
}

func TestExamsAndQuestions(t *testing.T) {
	sim, c, id := newSimulator(t)
	ctx := t.Context()
	question := must[*showmebug.Question](t)(c.WrittenQuestions.Create(ctx, showmebug.NewQuestion{Type: showmebug.QuestionChoice, Title: "栈",
		Content: showmebug.QuestionContent{Options: []showmebug.QuestionOption{{Content: "对", Correct: true}, {Content: "错"}}}, Extend: map[string]any{"ours": 1}}))
	got := must[*showmebug.Question](t)(c.WrittenQuestions.Get(ctx, question.ID))
	if got.Title != "栈" || len(got.Content.Options) != 2 || !got.Content.Options[0].Correct || string(got.Extend) != `{"ours":1}` {
		t.Errorf("got %+v", got)
	}
	more := must[[]showmebug.Question](t)(c.WrittenQuestions.CreateBatch(ctx, []showmebug.NewQuestion{{Type: showmebug.QuestionEssay, Title: "一"}, {Type: showmebug.QuestionEssay, Title: "二"}}))
	if page := must[*showmebug.Page[showmebug.Question]](t)(c.WrittenQuestions.List(ctx, showmebug.QuestionFilter{Type: showmebug.QuestionEssay})); len(more) != 2 || page.Count != 2 {
		t.Errorf("made %d, %d are there", len(more), page.Count)
	}
	asked := must[*showmebug.Question](t)(c.Questions.Create(ctx, showmebug.NewQuestion{Type: showmebug.QuestionProgramming, Title: "反转链表"}))
	for _, err := range []error{c.WrittenQuestions.Delete(ctx, question.ID), c.Questions.Delete(ctx, asked.ID)} {
		if err != nil {
			t.Error(err)
		}
	}

	examID := sim.AddExam(id, showmebugtest.Exam{Name: "后端笔试", DurationMinutes: 60, Questions: []showmebugtest.Question{{QuestionType: "essay", Title: "一"}}})
	for exam, err := range c.Exams.All(ctx, showmebug.ListFilter{Search: "后端"}) {
		if err != nil || exam.ID != examID || exam.Duration != 60 || exam.QuestionsCount != 1 || exam.TotalScore != 10 {
			t.Errorf("got %+v: %v", exam, err)
		}
	}
	first := must[string](t)(c.Exams.Link(ctx, examID, 0))
	again := must[string](t)(c.Exams.Link(ctx, examID, 0))
	renewed := must[string](t)(c.Exams.RenewLink(ctx, examID, 0))
	if first != again || first == renewed {
		t.Errorf("links are %s, %s and %s", first, again, renewed)
	}
	room := must[*showmebug.ExamRoom](t)(c.Exams.CreateRoom(ctx, showmebug.NewExamRoom{ExamID: examID, Name: "春招", Entrance: showmebug.EntranceTimeRange}))
	if rooms := must[*showmebug.Page[showmebug.ExamRoom]](t)(c.Exams.ListRooms(ctx, showmebug.ListFilter{})); len(rooms.Items) != 1 || rooms.Items[0].ID != room.ID {
		t.Errorf("rooms are %+v", rooms.Items)
	}
	if err := c.Exams.Delete(ctx, examID); err != nil {
		t.Error(err)
	}
}

// startWebhook starts a receiver that fails a number of times.
func startWebhook(t *testing.T, sim *showmebugtest.Server, failures int32) (taken func() []string) {
	t.Helper()
	var (
		mu     sync.Mutex
		events []string
		failed atomic.Int32
	)
	server := httptest.NewServer(&showmebug.Webhook{Secret: clientSecret, Now: sim.Time, Handle: func(_ context.Context, e showmebug.Event) error {
		if failed.Add(1) <= failures {
			return errors.New("not now")
		}
		mu.Lock()
		defer mu.Unlock()
		text := e.Name
		if ended, ok := e.Value.(showmebug.InterviewEnded); ok {
			text += fmt.Sprint(" ", ended.UID, " ", *ended.Rate)
		}
		events = append(events, text)
		return nil
	}})
	t.Cleanup(server.Close)
	sim.AddTeam(showmebugtest.Team{ID: 1, Name: "云杉科技", ClientID: clientID, ClientSecret: clientSecret, CallbackURL: server.URL})
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return events
	}
}

func TestWebhookDeliveries(t *testing.T) {
	for _, tc := range []struct {
		name     string
		failures int32
		rule     *showmebugtest.WebhookFault
		want     int
	}{
		{"well", 0, nil, 1},
		{"refused once", 1, nil, 1},
		{"refused three times", 3, nil, 1},
		{"refused to the end", 4, nil, 0},
		{"delivered twice", 0, &showmebugtest.WebhookFault{Twice: true}, 1},
		{"forged", 0, &showmebugtest.WebhookFault{WrongSign: true}, 0},
		{"replayed", 0, &showmebugtest.WebhookFault{Stale: true}, 0},
		{"late", 0, &showmebugtest.WebhookFault{Late: 20 * time.Second}, 1},
	} {
		sim := showmebugtest.New(t)
		taken := startWebhook(t, sim, tc.failures)
		c := must[*showmebug.Client](t)(showmebug.New(showmebug.Config{ClientID: clientID, ClientSecret: clientSecret, BaseURL: sim.URL()}))
		made := must[*showmebug.Interview](t)(c.Interviews.Create(t.Context(), showmebug.NewInterview{CandidateName: "王芳"}))
		if tc.rule != nil {
			sim.AddWebhookFault(*tc.rule)
		}
		if err := sim.EndInterview(made.UID, 5); err != nil {
			t.Fatal(err)
		}
		sim.Advance(2 * time.Minute)
		events := taken()
		if len(events) != tc.want || tc.want == 1 && events[0] != "interview_ended "+made.UID+" 5" {
			t.Errorf("%s: took %v, want %d", tc.name, events, tc.want)
		}
	}
}
