package interviews

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/webhooks"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func newFixture() (*Service, *core.TeamState) {
	c := core.New(func() core.Settings {
		return core.Settings{Seed: 1, BaseURL: "http://sim.example", Now: func() time.Time { return start }}
	})
	team := &core.TeamState{Team: model.Team{ID: 1, ClientID: "app", ClientSecret: "s", CallbackURL: "http://app.example/", Quota: 3}}
	c.TeamStates = append(c.TeamStates, team)
	return New(c, webhooks.New(c)), team
}

// newRequest returns a call of the team's application.
func newRequest(t *testing.T, team *core.TeamState, body string) *core.Request {
	t.Helper()
	f, err := core.ReadParams(nil, "application/json", []byte(body))
	if err != nil {
		t.Fatal(err.Text)
	}
	return &core.Request{Params: f, Team: team}
}

func TestReadInterviewers(t *testing.T) {
	const chen = `{"uid":"ChenMo","name":"陈默","email":"c@a.example"}`
	for name, test := range map[string]struct {
		list  string
		count int
		err   string
	}{
		"one":              {chen, 1, ""},
		"two":              {chen + `,{"uid":"b","name":"b","phone":"1"}`, 2, ""},
		"no uid":           {`{"name":"x","phone":"1"}`, 1, "interviewers[0].uid is missing"},
		"no contact":       {`{"uid":"x","name":"x"}`, 1, "interviewers[0].phone or email is required"},
		"the same twice":   {chen + "," + chen, 2, "interviewers[1].uid is there twice"},
		"six":              {strings.Repeat(`{},`, 5) + `{}`, 0, "interviewers may have at most 5 entries"},
		"not a string uid": {`{"uid":7,"name":"x","phone":"1"}`, 1, "interviewers[0].uid must be a string"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRequest(t, nil, `{"interviewers":[`+test.list+`]}`)
			got := ""
			list := readInterviewers(r)
			if *r.Err != nil {
				got = (*r.Err).Text
			}
			if len(list) != test.count || got != test.err {
				t.Errorf("%d interviewers, error %q", len(list), got)
			}
		})
	}
}

func TestReadLinks(t *testing.T) {
	for body, err := range map[string]string{
		`{}`:                                  "",
		`{"resume_link":""}`:                  "",
		`{"type_id":2}`:                       "",
		`{"type_id":3}`:                       "type_id must be 1 or 2",
		`{"resume_link":"x"}`:                 "resume_link must be an http or https address",
		`{"evaluation_link":"ftp://a"}`:       "evaluation_link must be an http or https address",
		`{"redirect_uri":"https://a/?b=1"}`:   "",
		`{"redirect_uri":"javascript:alert"}`: "redirect_uri must be an http or https address",
	} {
		r, i := newRequest(t, nil, body), &core.InterviewState{}
		readLinks(i, r)
		got := ""
		if *r.Err != nil {
			got = (*r.Err).Text
		}
		if got != err {
			t.Errorf("%s: error %q, want %q", body, got, err)
		}
	}
	i := &core.InterviewState{Interview: model.Interview{ResumeLink: "http://old", RedirectURI: "http://old", TypeID: 2}}
	readLinks(i, newRequest(t, nil, `{"resume_link":""}`))
	if i.ResumeLink != "" || i.RedirectURI != "http://old" || i.TypeID != 2 {
		t.Errorf("after an edit of one field: %+v", i.Interview)
	}
}

func TestQuota(t *testing.T) {
	s, team := newFixture()
	for range 2 {
		if _, err := s.createInterview(newRequest(t, team, `{}`)); err != nil {
			t.Fatal(err.Text)
		}
	}
	if _, err := s.createInterviews(newRequest(t, team, `{"interviews":[{"uid":"a","name":"a"},{"uid":"b","name":"b"}]}`)); err == nil || err.Code != model.CodeQuota || team.Quota != 1 {
		t.Errorf("a batch of two with one session: %+v, %d left", err, team.Quota)
	}
	list := s.SortedInterviews(team)
	if len(list) != 2 {
		t.Fatalf("%d interviews", len(list))
	}
	if err := s.Begin(list[1]); err != nil {
		t.Fatal(err)
	}
	for n, want := range []int{2, 2} { // the first is opened, the second has started
		r := newRequest(t, team, `{}`)
		r.ID = list[n].UID
		if _, err := s.deleteInterview(r); err != nil || team.Quota != want {
			t.Errorf("after the deletion of a %s interview: %+v, %d left", list[n].Status, err, team.Quota)
		}
	}
}

func TestLinksOfInterviewers(t *testing.T) {
	s, team := newFixture()
	i := &core.InterviewState{Team: team}
	s.addInterview(newRequest(t, team, `{}`), i)
	s.setInterviewers(i, []model.Interviewer{{UID: "a"}, {UID: "b"}})
	before := slices.Clone(i.Interviewers)
	s.setInterviewers(i, []model.Interviewer{{UID: "c"}, {UID: "b", Name: "new name"}})
	if i.Interviewers[1].URL != before[1].URL || i.Interviewers[1].Name != "new name" {
		t.Errorf("the link of b changed: %+v", i.Interviewers[1])
	}
	if url := i.Interviewers[0].URL; url == before[0].URL || !strings.HasPrefix(url, "http://sim.example/pads/"+i.UID+"?t=") {
		t.Errorf("the link of c is %s", url)
	}
	links := map[string]bool{i.InterviewerURL: true, i.CandidateURL: true, i.Interviewers[0].URL: true, i.Interviewers[1].URL: true}
	if len(links) != 4 {
		t.Errorf("links are shared: %v", links)
	}
}

func TestStates(t *testing.T) {
	s, team := newFixture()
	i := &core.InterviewState{Team: team}
	s.addInterview(newRequest(t, team, `{}`), i)
	for range 2 {
		if err := s.Begin(i); err != nil || i.Status != model.InterviewStarted || !i.StartedAt.Equal(start) {
			t.Errorf("%s, %v", i.Status, err)
		}
	}
	list, err := s.Finish(i)
	if err != nil || len(list) != 1 || string(list[0].Payload) != `{"uid":"`+i.UID+`","rate":null}` {
		t.Errorf("event %+v, %v", list, err)
	}
	if _, err := s.Finish(i); !errors.Is(err, core.ErrInvalidState) {
		t.Errorf("ended twice: %v", err)
	}
	if err := s.Begin(i); !errors.Is(err, core.ErrInvalidState) {
		t.Errorf("started after the end: %v", err)
	}
	r := newRequest(t, team, `{"candidate_name":"x"}`)
	r.ID = i.UID
	if _, err := s.editInterview(r); err == nil || err.Code != model.CodeState {
		t.Errorf("edited after the end: %+v", err)
	}
}

func TestRatings(t *testing.T) {
	s, team := newFixture()
	i := &core.InterviewState{Team: team, Interview: model.Interview{Interviewers: []model.Interviewer{{UID: "a", Name: "A"}}}}
	i.UID = "AAAAAA"
	if MeanRating(i) != nil {
		t.Error("a mean without ratings")
	}
	for _, test := range []struct {
		uid  string
		rate int
		ok   bool
		mean int
	}{{"a", 2, true, 2}, {"", 5, true, 4}, {"a", 4, true, 5}, {"b", 3, false, 5}, {"a", 0, false, 5}, {"a", 6, false, 5}} {
		err := s.AddRating(i, test.uid, test.rate, "")
		if (err == nil) != test.ok || *MeanRating(i) != test.mean {
			t.Errorf("%q rates %d: %v, mean %d", test.uid, test.rate, err, *MeanRating(i))
		}
	}
	if len(i.Ratings) != 2 || i.Ratings[RatingIndex(i, "a")].Name != "A" || RatingIndex(i, "b") != -1 {
		t.Errorf("ratings %+v", i.Ratings)
	}
	if list := interviewerRatings(i); len(list) != 2 || *list[0].Rate != 4 || *list[1].Rate != 5 {
		t.Errorf("result %+v", list)
	}
}

func TestListFilters(t *testing.T) {
	s, team := newFixture()
	team.Members = []model.Member{{ID: 7}}
	for n, name := range []string{"Emily", "王芳", "emil"} {
		made, err := s.AddInterview(1, model.Interview{CandidateName: name, CreatorID: int64(n), CreatedAt: start.Add(time.Duration(n) * time.Hour), Status: model.InterviewOpened})
		if err != nil || made.UID == "" {
			t.Fatal(err)
		}
	}
	for body, want := range map[string]int{
		`{}`:                             3,
		`{"search":"EMI"}`:               2,
		`{"creator_id":1}`:               1,
		`{"status":["interview_ended"]}`: 0,
		`{"status":"interview_opened"}`:  3,
		`{"created_time_start":"2026-03-02T10:00:00Z"}`: 2,
		`{"created_time_end":"2026-03-02T10:00:00Z"}`:   2,
	} {
		out, err := s.listInterviews(newRequest(t, team, body))
		if err != nil {
			t.Fatalf("%s: %s", body, err.Text)
		}
		if got := out.(map[string]any)["count"]; got != want {
			t.Errorf("%s: %v interviews, want %d", body, got, want)
		}
	}
	if _, err := s.listInterviews(newRequest(t, team, `{"status":"x"}`)); err == nil {
		t.Error("an unknown status is accepted")
	}
	if list := s.SortedInterviews(nil); list[0].CandidateName != "emil" {
		t.Errorf("the first is %s", list[0].CandidateName)
	}
	if _, err := s.AddInterview(9, model.Interview{}); !errors.Is(err, core.ErrNotFound) {
		t.Errorf("added to an unknown team: %v", err)
	}
}

func TestOtherTeamsInterviewIsNotFound(t *testing.T) {
	s, team := newFixture()
	i := &core.InterviewState{Team: team}
	s.addInterview(newRequest(t, team, `{}`), i)
	r := newRequest(t, &core.TeamState{}, `{}`)
	r.ID = i.UID
	for name, call := range map[string]func(*core.Request) (any, *core.APIError){"edit": s.editInterview, "delete": s.deleteInterview, "result": s.interviewResult} {
		if _, err := call(r); err == nil || err.Code != model.CodeNotFound {
			t.Errorf("%s: %+v", name, err)
		}
	}
}
