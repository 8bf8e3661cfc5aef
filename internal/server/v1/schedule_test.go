package v1_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
	v1 "github.com/huimian/huimian/internal/server/v1"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// newSQLiteFixture returns the product on SQLite, for tests that do not depend on
// the database.
func newSQLiteFixture(t *testing.T) *apptest.Fixture {
	t.Helper()
	return apptest.New(t, dbtest.Open(t, db.SQLite))
}

func runOnBoth(t *testing.T, body func(t *testing.T, f *apptest.Fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, apptest.New(t, d)) })
}

func simMember(userID, email, mobile string) wecomtest.Member {
	return wecomtest.Member{CorpID: "acme", UserID: userID, Name: userID, Email: email, Mobile: mobile, Departments: []int64{1}}
}

func TestScheduleWithNewCandidateAndPosition(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		ats := f.NewAPIClient("ada", apitoken.Company)
		got := ats.Call("POST", "/api/v1/interviews", apptest.ScheduleInput())
		i := apptest.DecodeBody[v1.Interview](got, http.StatusCreated)
		if got.Header.Get("ETag") != `"1"` || got.Header.Get("Location") != "/api/v1/interviews/"+i.ID {
			t.Errorf("headers %v", got.Header)
		}
		if i.Organizer.UserID != "ada" || i.Room.Kind != "builtin" || i.Candidate.Email != "chen@example.com" || i.Interviewers[0].Response != "pending" {
			t.Errorf("scheduled %+v", i)
		}
		c := apptest.DecodeBody[resource.Candidate](ats.Call("GET", "/api/v1/candidates/"+i.Candidate.ID, nil), http.StatusOK)
		if c.Position == nil || c.Position.ID != i.Position.ID {
			t.Errorf("the candidate stands for %+v, the interview is for %+v", c.Position, i.Position)
		}
		token := i.CandidateLink[strings.LastIndexByte(i.CandidateLink, '#')+1:]
		apptest.DecodeBody[server.Join](f.NewBrowser().Call("POST", "/api/join/lookup", map[string]any{"token": token}), http.StatusOK)
		if again := apptest.DecodeBody[v1.Interview](ats.Call("GET", "/api/v1/interviews/"+i.ID, nil), http.StatusOK); again.CandidateLink != "" || again.CandidateLinkState != "opened" && again.CandidateLinkState != "active" {
			t.Errorf("the link is shown again: %+v", again)
		}
	})
}

// A rejected request creates nothing, and its problem contains the path of the
// invalid field.
func TestScheduleIsAtomic(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		ats := f.NewAPIClient("rosa", apitoken.Personal)
		for path, change := range map[string]func(map[string]any){
			"interviewers[0]": func(in map[string]any) { in["interviewers"] = []map[string]any{{"userId": "eve"}} },
			"interviewers[1]": func(in map[string]any) {
				in["interviewers"] = []map[string]any{{"userId": "lin"}, {"userId": "lin", "email": "lin@example.com"}}
			},
			"startsAt":        func(in map[string]any) { in["startsAt"] = apptest.Noon.AddDate(0, 0, -2).Format(time.RFC3339) },
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
			p := apptest.DecodeBody[httpapi.Problem](ats.Call("POST", "/api/v1/interviews", apptest.ScheduleInput(change)), http.StatusUnprocessableEntity)
			if len(p.Errors) == 0 || p.Errors[0].Path != path {
				t.Errorf("%s: %+v", path, p)
			}
		}
		for _, list := range []string{"candidates", "positions", "interviews"} {
			if got := apptest.DecodeBody[resource.List[resource.Ref]](ats.Call("GET", "/api/v1/"+list, nil), http.StatusOK); len(got.Items) != 0 {
				t.Errorf("%d %s are left behind", len(got.Items), list)
			}
		}
	})
}

func TestInterviewersByEmailAndMobile(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		f.ConnectSimulator()
		f.Sim.AddMember(simMember("rosa", "rosa@acme.example", "13800000001"))
		ats := f.NewAPIClient("rosa", apitoken.Personal)
		named := func(ref map[string]any) func(map[string]any) {
			return func(in map[string]any) { in["interviewers"] = []map[string]any{ref} }
		}
		for _, ref := range []map[string]any{{"email": "Rosa@acme.example"}, {"mobile": "+86 138-0000-0001"}} {
			i := apptest.DecodeBody[v1.Interview](ats.Call("POST", "/api/v1/interviews", apptest.ScheduleInput(named(ref))), http.StatusCreated)
			if i.Interviewers[0].UserID != "rosa" {
				t.Errorf("%v is %+v", ref, i.Interviewers)
			}
		}
		p := apptest.WantProblem(ats.Call("POST", "/api/v1/interviews", apptest.ScheduleInput(named(map[string]any{"email": "nobody@acme.example"}))), http.StatusUnprocessableEntity, "error.fields")
		if p.Errors[0].Code != "account.no_such_contact" {
			t.Errorf("nobody is %+v", p)
		}
		m := apptest.DecodeBody[resource.Member](ats.Call("GET", "/api/v1/members/lookup?mobile=13800000001", nil), http.StatusOK)
		if m.UserID != "rosa" || m.Name != "罗莎" {
			t.Errorf("found %+v", m)
		}
		apptest.WantProblem(ats.Call("GET", "/api/v1/members/lookup?userId=eve", nil), http.StatusNotFound, "account.no_such_contact")
		apptest.WantProblem(ats.Call("GET", "/api/v1/members/lookup", nil), http.StatusUnprocessableEntity, "error.fields")
	})
}
