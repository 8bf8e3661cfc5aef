package teams

import (
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

func newFixture() *Service {
	return New(core.New(func() core.Settings {
		return core.Settings{Seed: 1, BaseURL: "http://sim.example/", Now: func() time.Time { return time.Unix(1000, 0) }}
	}))
}

// newRequest returns a call of a team's application.
func newRequest(t *testing.T, team *core.TeamState, body string) *core.Request {
	t.Helper()
	f, err := core.ReadParams(nil, "application/json", []byte(body))
	if err != nil {
		t.Fatal(err.Text)
	}
	return &core.Request{Params: f, Team: team}
}

func TestAddTeam(t *testing.T) {
	s := newFixture()
	id := s.AddTeam(model.Team{Name: "a", ClientSecret: "x", Members: []model.Member{{Name: "m"}, {ID: 77}}})
	list := s.Teams()
	if list[0].Quota != core.DefaultQuota || list[0].ClientSecret != "" || list[0].Members[0].ID == 0 || list[0].Members[1].ID != 77 {
		t.Errorf("team %+v", list[0])
	}
	list[0].Members[0].Name = "changed"
	if s.AddTeam(model.Team{ID: id, Name: "b", Quota: 5}); len(s.Teams()) != 1 || s.Teams()[0].Name != "b" || s.Teams()[0].Quota != 5 {
		t.Errorf("replaced by %+v", s.Teams())
	}
	s.SetQuota(id, 0)
	s.SetQuota(id+99, 7)
	if s.Teams()[0].Quota != 0 {
		t.Errorf("%d sessions", s.Teams()[0].Quota)
	}
}

func TestAddPlatformReplaces(t *testing.T) {
	s := newFixture()
	s.AddPlatform(model.Platform{ClientID: "p", Name: "a"})
	first := s.FindPlatform("p")
	s.AddPlatform(model.Platform{ClientID: "p", Name: "b"})
	if len(s.Platforms) != 1 || first.Name != "b" {
		t.Errorf("platforms %+v", s.Platforms)
	}
}

func TestCreateMember(t *testing.T) {
	s := newFixture()
	s.AddTeam(model.Team{ID: 1, Members: []model.Member{{ID: 7, UID: "a", Email: "a@x", Phone: "1"}}})
	for name, test := range map[string]struct {
		body string
		id   int64 // of the reply, 0: a new one
		err  string
	}{
		"new":          {`{"uid":"b","name":"B","email":"b@x"}`, 0, ""},
		"known uid":    {`{"uid":"a","name":"A","email":"z@x"}`, 7, ""},
		"known e-mail": {`{"uid":"c","name":"C","email":"a@x"}`, 0, "email belongs to another member"},
		"known phone":  {`{"uid":"c","name":"C","phone":"1"}`, 0, "phone belongs to another member"},
		"no contact":   {`{"uid":"c","name":"C"}`, 0, "email or phone is required"},
		"no name":      {`{"uid":"c","phone":"2"}`, 0, "name is missing"},
	} {
		out, err := s.createMember(newRequest(t, s.TeamStates[0], test.body))
		got := ""
		if err != nil {
			got = err.Text
		}
		if got != test.err {
			t.Errorf("%s: error %q", name, got)
		}
		if m, ok := out.(model.Member); ok && test.id != 0 && m.ID != test.id {
			t.Errorf("%s: member %+v", name, m)
		}
	}
	if n := len(s.Teams()[0].Members); n != 2 {
		t.Errorf("%d members", n)
	}
}

func TestTransferQuota(t *testing.T) {
	for name, test := range map[string]struct {
		id, quota, token string
		ok               bool
	}{
		"valid":             {"1", "50", "", true},
		"too many":          {"1", "51", "", false},
		"zero":              {"1", "0", "", false},
		"negative":          {"1", "-1", "", false},
		"not a number":      {"1", "x", "", false},
		"the team itself":   {"2", "1", "", false},
		"unknown team":      {"3", "1", "", false},
		"id without digits": {"1e0", "1", "", false},
		"wrong token":       {"1", "1", "eDp5", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newFixture()
			s.AddTeam(model.Team{ID: 1, ClientID: "k", ClientSecret: "s", Quota: 100})
			s.AddTeam(model.Team{ID: 2, ClientID: "k", ClientSecret: "s", Quota: 10})
			token := test.token
			if token == "" {
				token = applicationToken(&s.TeamStates[0].Team)
			}
			r := newRequest(t, s.TeamStates[1], `{"from_team_client_id":"k","from_team_id":"`+test.id+`","quota":"`+test.quota+`","from_team_token":"`+token+`"}`)
			_, err := s.transferQuota(r)
			if (err == nil) != test.ok {
				t.Errorf("error %+v", err)
			}
			if a, b := s.TeamStates[0].Quota, s.TeamStates[1].Quota; a+b != 110 || (a == 100) == test.ok {
				t.Errorf("%d and %d sessions", a, b)
			}
		})
	}
}

func TestParseConsent(t *testing.T) {
	s := newFixture()
	s.AddPlatform(model.Platform{ClientID: "p", RedirectURI: "https://ats.example/back"})
	for name, test := range map[string]struct {
		field, value, problem string
	}{
		"valid":                  {"state", "s", ""},
		"a plus encoded twice":   {"scope", "exam+interview", ""},
		"unknown client":         {"client_id", "q", "client"},
		"another redirect":       {"redirect_uri", "https://ats.example/other", "redirect"},
		"no redirect":            {"redirect_uri", "", "redirect"},
		"another response type":  {"response_type", "token", "type"},
		"unknown scope":          {"scope", "exam admin", "scope"},
		"no scope":               {"scope", " ", "scope"},
		"one scope is enough":    {"scope", "exam", ""},
		"scopes with two spaces": {"scope", "exam  interview", ""},
	} {
		q := url.Values{"client_id": {"p"}, "redirect_uri": {"https://ats.example/back"}, "response_type": {"code"}, "scope": {"exam interview"}}
		q.Set(test.field, test.value)
		c, problem := s.ParseConsent(q)
		if problem != test.problem || (c == nil) != (problem != "") {
			t.Errorf("%s: problem %q, want %q", name, problem, test.problem)
		}
	}
}

func TestAuthorize(t *testing.T) {
	s := newFixture()
	s.AddTeam(model.Team{ID: 1})
	s.AddPlatform(model.Platform{ClientID: "p", RedirectURI: "https://a/"})
	for range 2 {
		code, err := s.Authorize(1, "p")
		if g := s.Grants[code]; err != nil || g == nil || g.Refresh || len(g.Scopes) != 2 || !g.Expires.Equal(s.Time().Add(codeLifetime)) {
			t.Errorf("grant %+v, %v", g, err)
		}
	}
	if n := len(s.TeamStates[0].Platforms); n != 1 {
		t.Errorf("the team has consented to %d platforms", n)
	}
	for _, test := range []struct {
		team   int64
		client string
	}{{2, "p"}, {1, "q"}} {
		if _, err := s.Authorize(test.team, test.client); !errors.Is(err, core.ErrNotFound) {
			t.Errorf("%+v: %v", test, err)
		}
	}
}

func TestMemberSearch(t *testing.T) {
	s := newFixture()
	s.AddTeam(model.Team{ID: 1, Members: []model.Member{{ID: 7, Email: "a@x", Phone: "123"}, {ID: 8, Email: "b@x"}}})
	for body, want := range map[string]int{`{}`: 2, `{"email_search":"A@"}`: 1, `{"phone_search":"2"}`: 1, `{"ids_search":"8"}`: 1, `{"email_search":"a","ids_search":8}`: 0} {
		out, err := s.getTeam(newRequest(t, s.TeamStates[0], body))
		if err != nil {
			t.Fatal(err.Text)
		}
		if r := out.(teamReply); len(r.Members) != want || r.MembersCount != 2 {
			t.Errorf("%s: %+v", body, r)
		}
	}
}
