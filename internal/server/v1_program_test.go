package server_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
	v1 "github.com/huimian/huimian/internal/server/v1"
)

// apiClient is a program with a token.
type apiClient struct {
	*browser
	token server.NewToken
}

// newAPIClient makes a token of the member's with these scopes, all when none.
func (w *fixture) newAPIClient(user string, kind apitoken.Kind, scopes ...apitoken.Scope) *apiClient {
	w.t.Helper()
	if len(scopes) == 0 {
		scopes = apitoken.Scopes
	}
	made := decodeBody[server.NewToken](w.signIn(user).do("POST", "/api/tokens", map[string]any{"kind": kind, "name": "ATS", "scopes": scopes}), http.StatusCreated)
	p := &apiClient{w.newBrowser(), made}
	p.headers["Authorization"] = "Bearer " + made.Secret
	return p
}

// with is the program with one more header.
func (p *apiClient) with(name, value string) *apiClient {
	b := *p.browser
	b.headers = map[string]string{name: value}
	for k, v := range p.headers {
		if k != name {
			b.headers[k] = v
		}
	}
	return &apiClient{&b, p.token}
}

// scheduleInput is an interview with a candidate and a position of its own.
func scheduleInput(change ...func(map[string]any)) map[string]any {
	in := map[string]any{
		"title": "后端 一面", "startsAt": noon.AddDate(0, 0, 2).Format(time.RFC3339), "durationMinutes": 60,
		"position": map[string]any{"title": "后端工程师"}, "candidate": map[string]any{"name": "陈晨", "email": "chen@example.com"},
		"interviewers": []map[string]any{{"userId": "lin"}}, "overrideWarnings": true,
	}
	for _, fn := range change {
		fn(in)
	}
	return in
}

func TestScheduleWithNewCandidateAndPosition(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		ats := w.newAPIClient("ada", apitoken.Company)
		got := ats.do("POST", "/api/v1/interviews", scheduleInput())
		i := decodeBody[v1.Interview](got, http.StatusCreated)
		if got.header.Get("ETag") != `"1"` || got.header.Get("Location") != "/api/v1/interviews/"+i.ID {
			t.Errorf("headers %v", got.header)
		}
		if i.Organizer.UserID != "ada" || i.Room.Kind != "builtin" || i.Candidate.Email != "chen@example.com" || i.Interviewers[0].Response != "pending" {
			t.Errorf("scheduled %+v", i)
		}
		c := decodeBody[resource.Candidate](ats.do("GET", "/api/v1/candidates/"+i.Candidate.ID, nil), http.StatusOK)
		if c.Position == nil || c.Position.ID != i.Position.ID {
			t.Errorf("the candidate stands for %+v, the interview is for %+v", c.Position, i.Position)
		}
		token := i.CandidateLink[strings.LastIndexByte(i.CandidateLink, '/')+1:]
		decodeBody[server.Join](w.newBrowser().do("GET", "/api/join/"+token, nil), http.StatusOK)
		if again := decodeBody[v1.Interview](ats.do("GET", "/api/v1/interviews/"+i.ID, nil), http.StatusOK); again.CandidateLink != "" || again.CandidateLinkState != "opened" && again.CandidateLinkState != "active" {
			t.Errorf("the link is shown again: %+v", again)
		}
	})
}

// What is refused leaves nothing behind, and its problem names the part.
func TestScheduleIsAtomic(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		ats := w.newAPIClient("rosa", apitoken.Personal)
		for path, change := range map[string]func(map[string]any){
			"interviewers[0]": func(in map[string]any) { in["interviewers"] = []map[string]any{{"userId": "eve"}} },
			"interviewers[1]": func(in map[string]any) {
				in["interviewers"] = []map[string]any{{"userId": "lin"}, {"userId": "lin", "email": "lin@example.com"}}
			},
			"startsAt":        func(in map[string]any) { in["startsAt"] = noon.AddDate(0, 0, -2).Format(time.RFC3339) },
			"candidate.email": func(in map[string]any) { in["candidate"] = map[string]any{"name": "x", "email": "nonsense"} },
			"position.title":  func(in map[string]any) { in["position"] = map[string]any{"title": " "} },
			"candidateId":     func(in map[string]any) { in["candidateId"] = "also" },
			"positionId":      func(in map[string]any) { delete(in, "position") },
			"organizer":       func(in map[string]any) { in["organizer"] = map[string]any{"userId": "gone"} },
			"room.url":        func(in map[string]any) { in["room"] = map[string]any{"kind": "link"} },
			"interviewers[2]": func(in map[string]any) {
				in["interviewers"] = []map[string]any{{"userId": "lin"}, {"userId": "mei"}, {}}
			},
			"candidate.nation": func(in map[string]any) { in["candidate"] = map[string]any{"name": "x", "nation": "y"} },
		} {
			p := decodeBody[httpapi.Problem](ats.do("POST", "/api/v1/interviews", scheduleInput(change)), http.StatusUnprocessableEntity)
			if len(p.Errors) == 0 || p.Errors[0].Path != path {
				t.Errorf("%s: %+v", path, p)
			}
		}
		for _, list := range []string{"candidates", "positions", "interviews"} {
			if got := decodeBody[resource.List[resource.Ref]](ats.do("GET", "/api/v1/"+list, nil), http.StatusOK); len(got.Items) != 0 {
				t.Errorf("%d %s are left behind", len(got.Items), list)
			}
		}
	})
}

func TestInterviewersByEmailAndMobile(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.connectSimulator()
		w.sim.AddMember(simMember("rosa", "rosa@acme.example", "13800000001"))
		ats := w.newAPIClient("rosa", apitoken.Personal)
		named := func(ref map[string]any) func(map[string]any) {
			return func(in map[string]any) { in["interviewers"] = []map[string]any{ref} }
		}
		for _, ref := range []map[string]any{{"email": "Rosa@acme.example"}, {"mobile": "+86 138-0000-0001"}} {
			i := decodeBody[v1.Interview](ats.do("POST", "/api/v1/interviews", scheduleInput(named(ref))), http.StatusCreated)
			if i.Interviewers[0].UserID != "rosa" {
				t.Errorf("%v is %+v", ref, i.Interviewers)
			}
		}
		p := wantProblem(ats.do("POST", "/api/v1/interviews", scheduleInput(named(map[string]any{"email": "nobody@acme.example"}))), http.StatusUnprocessableEntity, "fault.fields")
		if p.Errors[0].Code != "account.no_such_contact" {
			t.Errorf("nobody is %+v", p)
		}
		m := decodeBody[resource.Member](ats.do("GET", "/api/v1/members/lookup?mobile=13800000001", nil), http.StatusOK)
		if m.UserID != "rosa" || m.Name != "罗莎" {
			t.Errorf("found %+v", m)
		}
		wantProblem(ats.do("GET", "/api/v1/members/lookup?userId=eve", nil), http.StatusNotFound, "account.no_such_contact")
		wantProblem(ats.do("GET", "/api/v1/members/lookup", nil), http.StatusUnprocessableEntity, "fault.fields")
	})
}

// A personal token has the current roles of its member.
func TestPersonalTokenUsesMemberRoles(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		theirs, own := w.scheduleInterview(), w.newAPIClient("rosa", apitoken.Personal)
		decodeBody[v1.Interview](own.do("GET", "/api/v1/interviews/"+theirs.ID, nil), http.StatusOK)
		set := func(query string, args ...any) {
			t.Helper()
			err := w.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.NewRaw(query, args...).Exec(ctx)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		me := decodeBody[v1.Me](own.do("GET", "/api/v1/me", nil), http.StatusOK)
		if me.Member == nil || me.Member.UserID != "rosa" || me.Token.Kind != "personal" || me.Company.ID != "acme" {
			t.Errorf("me is %+v", me)
		}
		set("UPDATE members SET roles = ? WHERE corp_id = 'acme' AND user_id = 'rosa'", actor.Interviewer)
		wantProblem(own.do("GET", "/api/v1/candidates", nil), http.StatusForbidden, "fault.forbidden")
		wantProblem(own.do("GET", "/api/v1/events", nil), http.StatusForbidden, "fault.forbidden")
		set("UPDATE members SET active = FALSE WHERE corp_id = 'acme' AND user_id = 'rosa'")
		wantProblem(own.do("GET", "/api/v1/me", nil), http.StatusUnauthorized, "access.member_left")
		if h := own.do("GET", "/api/v1/me", nil).header.Get("WWW-Authenticate"); !strings.HasPrefix(h, "Bearer") {
			t.Errorf("WWW-Authenticate %q", h)
		}
	})
}

// A company's token stays when its maker leaves, and then requires an organizer.
func TestCompanyTokenAfterCreatorLeft(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		wantProblem(w.signIn("rosa").do("POST", "/api/tokens", map[string]any{"kind": "company", "name": "x", "scopes": []string{"members:read"}}),
			http.StatusForbidden, "access.company_by_administrator")
		ats := w.newAPIClient("ada", apitoken.Company)
		if me := decodeBody[v1.Me](ats.do("GET", "/api/v1/me", nil), http.StatusOK); me.Member != nil || me.Token.Kind != "company" {
			t.Errorf("me is %+v", me)
		}
		err := w.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewRaw("UPDATE members SET active = FALSE WHERE corp_id = 'acme' AND user_id = 'ada'").Exec(ctx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		p := wantProblem(ats.do("POST", "/api/v1/interviews", scheduleInput()), http.StatusUnprocessableEntity, "fault.fields")
		if p.Errors[0].Code != "access.organizer_missing" {
			t.Errorf("without an organizer: %+v", p)
		}
		i := decodeBody[v1.Interview](ats.do("POST", "/api/v1/interviews", scheduleInput(func(in map[string]any) { in["organizer"] = map[string]any{"userId": "rosa"} })), http.StatusCreated)
		if i.Organizer.UserID != "rosa" {
			t.Errorf("organised by %+v", i.Organizer)
		}
	})
}

func TestScopes(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.scheduleInterview()
		reader := w.newAPIClient("rosa", apitoken.Personal, apitoken.InterviewsRead)
		got := decodeBody[v1.Interview](reader.do("GET", "/api/v1/interviews/"+i.ID, nil), http.StatusOK)
		if got.Candidate.Email != "" || got.Candidate.Mobile != "" {
			t.Errorf("without candidates:read the contacts are %+v", got.Candidate)
		}
		p := wantProblem(reader.do("GET", "/api/v1/candidates", nil), http.StatusForbidden, "access.scope_missing")
		if !strings.Contains(p.Detail, "candidates:read") {
			t.Errorf("the problem does not name the scope: %s", p.Detail)
		}
		secretive := w.newAPIClient("rosa", apitoken.Personal, apitoken.CandidatesWrite, apitoken.InterviewsWrite)
		c := decodeBody[resource.Candidate](secretive.do("PATCH", "/api/v1/candidates/"+i.Candidate.ID, map[string]any{"note": "secret"}), http.StatusOK)
		if c.Email+c.Mobile+c.Note != "" || c.ID != i.Candidate.ID {
			t.Errorf("who may only write reads %+v", c)
		}
		changed := decodeBody[v1.Interview](secretive.do("PATCH", "/api/v1/interviews/"+i.ID, map[string]any{"note": "secret"}), http.StatusOK)
		if changed.Note != "" || changed.ID != i.ID || changed.Candidate.Email != "" {
			t.Errorf("who may only write reads %+v", changed)
		}
		writer := w.newAPIClient("rosa", apitoken.Personal, apitoken.InterviewsWrite)
		wantProblem(writer.do("POST", "/api/v1/interviews", scheduleInput()), http.StatusForbidden, "access.scope_missing")
		wantProblem(writer.do("GET", "/api/v1/interviews/"+i.ID, nil), http.StatusForbidden, "access.scope_missing")
	})
}

func TestRevokedExpiredAndUnknownTokens(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		p := w.newAPIClient("rosa", apitoken.Personal)
		wantProblem(w.newBrowser().do("GET", "/api/v1/me", nil), http.StatusUnauthorized, "access.token_missing")
		wantProblem(p.with("Authorization", "Bearer hm_nonsense").do("GET", "/api/v1/me", nil), http.StatusUnauthorized, "access.unknown_token")
		wantProblem(p.with("Authorization", "Bearer "+p.token.Secret+"A").do("GET", "/api/v1/me", nil), http.StatusUnauthorized, "access.unknown_token")
		wantProblem(p.do("GET", "/api/session", nil), http.StatusUnauthorized, "fault.unauthenticated") // for programs only
		decodeBody[struct{}](w.signIn("rosa").do("DELETE", "/api/tokens/"+p.token.Token.ID, nil), http.StatusNoContent)
		wantProblem(p.do("GET", "/api/v1/me", nil), http.StatusUnauthorized, "access.token_revoked")
		ja := p.with("Accept-Language", "ja").do("GET", "/api/v1/me", nil)
		if got := decodeBody[httpapi.Problem](ja, http.StatusUnauthorized); !strings.Contains(got.Detail, "トークン") {
			t.Errorf("in Japanese: %s", got.Detail)
		}
		until := w.clock.Now().Add(time.Hour)
		made := decodeBody[server.NewToken](w.signIn("rosa").do("POST", "/api/tokens", map[string]any{
			"kind": "personal", "name": "short", "scopes": []string{"members:read"}, "expiresAt": until,
		}), http.StatusCreated)
		short := p.with("Authorization", "Bearer "+made.Secret)
		decodeBody[v1.Me](short.do("GET", "/api/v1/me", nil), http.StatusOK)
		w.clock.Set(until)
		wantProblem(short.do("GET", "/api/v1/me", nil), http.StatusUnauthorized, "access.token_expired")
	})
}

func TestListTokensVisibility(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		company, rosas := w.newAPIClient("ada", apitoken.Company), w.newAPIClient("rosa", apitoken.Personal)
		rosas.do("GET", "/api/v1/me", nil)
		list := func(user string) []server.Token {
			return decodeBody[server.TokenList](w.signIn(user).do("GET", "/api/tokens", nil), http.StatusOK).Items
		}
		if all := list("ada"); len(all) != 2 {
			t.Errorf("the administrator sees %+v", all)
		}
		mine := list("rosa")
		if len(mine) != 1 || mine[0].ID != rosas.token.Token.ID || mine[0].LastUsedAt == nil || !strings.HasPrefix(rosas.token.Secret, mine[0].Hint) {
			t.Errorf("rosa sees %+v", mine)
		}
		if others := list("lin"); len(others) != 0 {
			t.Errorf("lin sees %+v", others)
		}
		wantProblem(w.signIn("rosa").do("DELETE", "/api/tokens/"+company.token.Token.ID, nil), http.StatusNotFound, "fault.not_found")
		wantProblem(w.signInTo("other", "eve").do("DELETE", "/api/tokens/"+company.token.Token.ID, nil), http.StatusNotFound, "fault.not_found")
		decodeBody[struct{}](w.signIn("ada").do("DELETE", "/api/tokens/"+rosas.token.Token.ID, nil), http.StatusNoContent)
		if strings.Contains(w.log.String(), rosas.token.Secret) {
			t.Error("the log has a token")
		}
	})
}
