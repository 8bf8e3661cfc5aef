package v1_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/integration"
	"github.com/huimian/huimian/internal/server/resource"
	v1 "github.com/huimian/huimian/internal/server/v1"
)

// A personal token has the current roles of its member.
func TestPersonalTokenUsesMemberRoles(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		theirs, own := f.ScheduleInterview(), f.NewAPIClient("rosa", apitoken.Personal)
		apptest.DecodeBody[v1.Interview](own.Call("GET", "/api/v1/interviews/"+theirs.ID, nil), http.StatusOK)
		set := func(query string, args ...any) {
			t.Helper()
			err := f.DB.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.NewRaw(query, args...).Exec(ctx)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		me := apptest.DecodeBody[v1.Me](own.Call("GET", "/api/v1/me", nil), http.StatusOK)
		if me.Member == nil || me.Member.UserID != "rosa" || me.Token.Kind != "personal" || me.Company.ID != "acme" {
			t.Errorf("me is %+v", me)
		}
		set("UPDATE members SET roles = ? WHERE corp_id = 'acme' AND user_id = 'rosa'", actor.Interviewer)
		apptest.WantProblem(own.Call("GET", "/api/v1/candidates", nil), http.StatusForbidden, "error.forbidden")
		apptest.WantProblem(own.Call("GET", "/api/v1/events", nil), http.StatusForbidden, "error.forbidden")
		set("UPDATE members SET active = FALSE WHERE corp_id = 'acme' AND user_id = 'rosa'")
		apptest.WantProblem(own.Call("GET", "/api/v1/me", nil), http.StatusUnauthorized, "api.member_left")
		if h := own.Call("GET", "/api/v1/me", nil).Header.Get("WWW-Authenticate"); !strings.HasPrefix(h, "Bearer") {
			t.Errorf("WWW-Authenticate %q", h)
		}
	})
}

// A company token remains valid when its creator leaves the company; a request to
// schedule an interview must then name an organizer.
func TestCompanyTokenAfterCreatorLeft(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		apptest.WantProblem(f.SignIn("rosa").Call("POST", "/api/tokens", map[string]any{"kind": "company", "name": "x", "scopes": []string{"members:read"}}),
			http.StatusForbidden, "api.company_by_administrator")
		ats := f.NewAPIClient("ada", apitoken.Company)
		if me := apptest.DecodeBody[v1.Me](ats.Call("GET", "/api/v1/me", nil), http.StatusOK); me.Member != nil || me.Token.Kind != "company" {
			t.Errorf("me is %+v", me)
		}
		err := f.DB.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewRaw("UPDATE members SET active = FALSE WHERE corp_id = 'acme' AND user_id = 'ada'").Exec(ctx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		p := apptest.WantProblem(ats.Call("POST", "/api/v1/interviews", apptest.ScheduleInput()), http.StatusUnprocessableEntity, "error.fields")
		if p.Errors[0].Code != "api.organizer_missing" {
			t.Errorf("without an organizer: %+v", p)
		}
		i := apptest.DecodeBody[v1.Interview](ats.Call("POST", "/api/v1/interviews", apptest.ScheduleInput(func(in map[string]any) { in["organizer"] = map[string]any{"userId": "rosa"} })), http.StatusCreated)
		if i.Organizer.UserID != "rosa" {
			t.Errorf("organised by %+v", i.Organizer)
		}
	})
}

func TestScopes(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		i := f.ScheduleInterview()
		reader := f.NewAPIClient("rosa", apitoken.Personal, apitoken.InterviewsRead)
		got := apptest.DecodeBody[v1.Interview](reader.Call("GET", "/api/v1/interviews/"+i.ID, nil), http.StatusOK)
		if got.Candidate.Email != "" || got.Candidate.Mobile != "" {
			t.Errorf("without candidates:read the contacts are %+v", got.Candidate)
		}
		p := apptest.WantProblem(reader.Call("GET", "/api/v1/candidates", nil), http.StatusForbidden, "api.scope_missing")
		if !strings.Contains(p.Detail, "candidates:read") {
			t.Errorf("the problem does not name the scope: %s", p.Detail)
		}
		secretive := f.NewAPIClient("rosa", apitoken.Personal, apitoken.CandidatesWrite, apitoken.InterviewsWrite)
		c := apptest.DecodeBody[resource.Candidate](secretive.Call("PATCH", "/api/v1/candidates/"+i.Candidate.ID, map[string]any{"note": "secret"}), http.StatusOK)
		if c.Email+c.Mobile+c.Note != "" || c.ID != i.Candidate.ID {
			t.Errorf("who may only write reads %+v", c)
		}
		changed := apptest.DecodeBody[v1.Interview](secretive.Call("PATCH", "/api/v1/interviews/"+i.ID, map[string]any{"note": "secret"}), http.StatusOK)
		if changed.Note != "" || changed.ID != i.ID || changed.Candidate.Email != "" {
			t.Errorf("who may only write reads %+v", changed)
		}
		writer := f.NewAPIClient("rosa", apitoken.Personal, apitoken.InterviewsWrite)
		apptest.WantProblem(writer.Call("POST", "/api/v1/interviews", apptest.ScheduleInput()), http.StatusForbidden, "api.scope_missing")
		apptest.WantProblem(writer.Call("GET", "/api/v1/interviews/"+i.ID, nil), http.StatusForbidden, "api.scope_missing")
	})
}

func TestRevokedExpiredAndUnknownTokens(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		p := f.NewAPIClient("rosa", apitoken.Personal)
		apptest.WantProblem(f.NewBrowser().Call("GET", "/api/v1/me", nil), http.StatusUnauthorized, "api.token_missing")
		apptest.WantProblem(p.With("Authorization", "Bearer hm_nonsense").Call("GET", "/api/v1/me", nil), http.StatusUnauthorized, "api.unknown_token")
		apptest.WantProblem(p.With("Authorization", "Bearer "+p.Token.Secret+"A").Call("GET", "/api/v1/me", nil), http.StatusUnauthorized, "api.unknown_token")
		apptest.WantProblem(p.Call("GET", "/api/session", nil), http.StatusUnauthorized, "error.unauthenticated") // for programs only
		apptest.DecodeBody[struct{}](f.SignIn("rosa").Call("DELETE", "/api/tokens/"+p.Token.Token.ID, nil), http.StatusNoContent)
		apptest.WantProblem(p.Call("GET", "/api/v1/me", nil), http.StatusUnauthorized, "api.token_revoked")
		ja := p.With("Accept-Language", "ja").Call("GET", "/api/v1/me", nil)
		if got := apptest.DecodeBody[httpapi.Problem](ja, http.StatusUnauthorized); !strings.Contains(got.Detail, "トークン") {
			t.Errorf("in Japanese: %s", got.Detail)
		}
		until := f.Clock.Now().Add(time.Hour)
		made := apptest.DecodeBody[integration.NewToken](f.SignIn("rosa").Call("POST", "/api/tokens", map[string]any{
			"kind": "personal", "name": "short", "scopes": []string{"members:read"}, "expiresAt": until,
		}), http.StatusCreated)
		short := p.With("Authorization", "Bearer "+made.Secret)
		apptest.DecodeBody[v1.Me](short.Call("GET", "/api/v1/me", nil), http.StatusOK)
		f.Clock.Set(until)
		apptest.WantProblem(short.Call("GET", "/api/v1/me", nil), http.StatusUnauthorized, "api.token_expired")
	})
}

func TestTokenRate(t *testing.T) {
	f := apptest.New(t, dbtest.Open(t, db.SQLite), func(c *server.Config) { c.TokenRate = httpapi.Rate{PerSecond: 0.5, Burst: 2} })
	p, other := f.NewAPIClient("rosa", apitoken.Personal), f.NewAPIClient("rosa", apitoken.Personal)
	first := p.Call("GET", "/api/v1/me", nil)
	if h := first.Header; h.Get("Ratelimit-Limit") != "2" || h.Get("Ratelimit-Remaining") != "1" || h.Get("Ratelimit-Reset") != "2" {
		t.Errorf("headers %v", h)
	}
	p.Call("GET", "/api/v1/me", nil)
	third := p.Call("GET", "/api/v1/me", nil)
	apptest.WantProblem(third, http.StatusTooManyRequests, "request.too_many")
	if h := third.Header; h.Get("Retry-After") != "2" || h.Get("Ratelimit-Remaining") != "0" {
		t.Errorf("headers %v", h)
	}
	apptest.DecodeBody[v1.Me](other.Call("GET", "/api/v1/me", nil), http.StatusOK)
	f.Clock.Advance(2 * time.Second)
	apptest.DecodeBody[v1.Me](p.Call("GET", "/api/v1/me", nil), http.StatusOK)
}

// A personal token reads and changes the questions that its member may.
func TestQuestionsByRole(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		i, rosa := f.ScheduleInterview(), f.SignIn("rosa")
		create := func(title string) string {
			body := map[string]any{"title": title, "body": "题面", "interviewerNotes": "哈希表"}
			return apptest.DecodeBody[resource.Question](rosa.Call("POST", "/api/questions", body), http.StatusCreated).ID
		}
		assigned, other := create("两数之和"), create("合并区间")
		apptest.DecodeBody[server.Interview](rosa.Call("PATCH", "/api/interviews/"+i.ID, map[string]any{"questionIds": []string{assigned}, "overrideWarnings": true}), http.StatusOK)
		for _, row := range []struct {
			user                          string
			list                          int
			assigned, other, create, edit int
		}{
			{"ada", 2, http.StatusOK, http.StatusOK, http.StatusCreated, http.StatusOK},
			{"rosa", 3, http.StatusOK, http.StatusOK, http.StatusCreated, http.StatusOK}, // ada has created one
			{"lin", 1, http.StatusOK, http.StatusNotFound, http.StatusForbidden, http.StatusForbidden},
			{"mei", 0, http.StatusNotFound, http.StatusNotFound, http.StatusForbidden, http.StatusForbidden},
		} {
			api := f.NewAPIClient(row.user, apitoken.Personal)
			list := apptest.DecodeBody[resource.List[resource.QuestionSummary]](api.Call("GET", "/api/v1/questions", nil), http.StatusOK).Items
			if len(list) != row.list {
				t.Errorf("%s reads %d questions, want %d", row.user, len(list), row.list)
			}
			if row.user == "lin" && (len(list) != 1 || apptest.DecodeBody[resource.Question](api.Call("GET", "/api/v1/questions/"+list[0].ID, nil), http.StatusOK).InterviewerNotes != "哈希表") {
				t.Errorf("lin reads %+v, and not the notes", list)
			}
			check := func(what string, r *apptest.Response, status int) {
				t.Helper()
				if r.Status != status {
					t.Errorf("%s: %s: %d, want %d: %s", row.user, what, r.Status, status, r.Body)
				}
			}
			check("get assigned", api.Call("GET", "/api/v1/questions/"+assigned, nil), row.assigned)
			check("get other", api.Call("GET", "/api/v1/questions/"+other, nil), row.other)
			check("create", api.Call("POST", "/api/v1/questions", map[string]any{"title": "a", "body": "b"}), row.create)
			check("update", api.Call("PATCH", "/api/v1/questions/"+assigned, map[string]any{"body": row.user}), row.edit)
		}
	})
}
