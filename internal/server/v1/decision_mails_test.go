package v1_test

import (
	"net/http"
	"testing"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/decisionmails"
	"github.com/huimian/huimian/internal/server/resource"
)

// A company token schedules the mail with a result, changes and cancels it; each scope permits
// its part of the mail.
func TestDecisionMails(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		i := f.ScheduleInterview()
		for _, step := range []string{"/start", "/end"} {
			apptest.DecodeBody[server.Interview](f.SignIn("lin").Call("POST", "/api/interviews/"+i.ID+step, nil), http.StatusOK)
		}
		reader, recruiter := f.NewAPIClient("ada", apitoken.Company, apitoken.ResultsRead), f.NewAPIClient("ada", apitoken.Company, apitoken.ResultsRead, apitoken.CandidatesRead)
		writer, personal := f.NewAPIClient("ada", apitoken.Company, apitoken.ResultsMail, apitoken.ResultsWrite), f.NewAPIClient("lin", apitoken.Personal, apitoken.ResultsRead, apitoken.ResultsMail)
		path := "/api/v1/interviews/" + i.ID + "/decision-mail"
		get := func(c *apptest.APIClient) resource.DecisionMailView {
			t.Helper()
			return apptest.DecodeBody[resource.DecisionMailView](c.Call("GET", path, nil), http.StatusOK)
		}
		mail := map[string]any{"subject": "结果", "body": "您好", "timing": "hour", "version": 0}

		if v := get(reader); v.Enabled || v.Obstacle != "disabled" || v.Draft != nil {
			t.Errorf("before it is enabled: %+v", v)
		}
		apptest.DecodeBody[decisionmails.DecisionMailSettings](f.SignIn("ada").Call("PUT", "/api/settings/decision-mails",
			map[string]any{"enabled": true, "timing": "hour", "workdayAt": "10:00", "informInterviewers": false, "version": 0}), http.StatusOK)
		apptest.WantProblem(writer.Call("PUT", path, mail), http.StatusConflict, "decision_mail.undecided")
		apptest.DecodeBody[resource.Result](writer.Call("PUT", "/api/v1/interviews/"+i.ID+"/result", map[string]any{"decision": "hire"}), http.StatusOK)
		if v := get(reader); v.Draft == nil || v.Draft.Subject == "" || v.Draft.To != "" || len(v.Draft.Times) != 3 {
			t.Errorf("with results:read only: %+v", v.Draft)
		}
		if v := get(recruiter); v.Draft == nil || v.Draft.To == "" {
			t.Errorf("with candidates:read too: %+v", v.Draft)
		}
		saved := apptest.DecodeBody[resource.DecisionMailView](writer.Call("PUT", path, mail), http.StatusOK)
		if saved.Mail == nil || saved.Mail.State != "scheduled" || saved.Mail.Subject != "" || saved.Mail.Body != "" || saved.Draft != nil {
			t.Errorf("saved without results:read: %+v", saved)
		}
		mail["subject"], mail["version"] = "更正", saved.Version
		edited := apptest.DecodeBody[resource.DecisionMailView](writer.Call("PUT", path, mail), http.StatusOK)
		apptest.WantProblem(writer.Call("PUT", path, mail), http.StatusConflict, "decision_mail.changed_meanwhile")
		if v := get(reader); v.Mail.Subject != "更正" || v.Mail.Body != "您好" || v.Version != edited.Version {
			t.Errorf("edited %+v", v.Mail)
		}
		apptest.WantProblem(writer.Call("DELETE", path+"?version=1", nil), http.StatusConflict, "decision_mail.changed_meanwhile")
		for range 2 { // idempotent
			if v := apptest.DecodeBody[resource.DecisionMailView](writer.Call("DELETE", path, nil), http.StatusOK); v.Mail.State != "cancelled" {
				t.Errorf("cancelled %+v", v.Mail)
			}
		}
		apptest.WantProblem(writer.Call("GET", path, nil), http.StatusForbidden, "api.scope_missing")
		apptest.WantProblem(personal.Call("GET", path, nil), http.StatusForbidden, "error.forbidden")
		apptest.WantProblem(personal.Call("PUT", path, mail), http.StatusForbidden, "error.forbidden")
		apptest.WantProblem(personal.Call("DELETE", path, nil), http.StatusForbidden, "error.forbidden")
	})
}

func TestScorecardTemplateVersions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		i, ats := f.ScheduleInterview(), f.NewAPIClient("ada", apitoken.Company, apitoken.PositionsRead, apitoken.InterviewsRead)
		own := apptest.DecodeBody[struct{ ScorecardTemplate resource.TemplateVersionRef }](ats.Call("GET", "/api/v1/interviews/"+i.ID, nil), http.StatusOK).ScorecardTemplate
		path := "/api/v1/scorecard-templates/" + own.ID
		edit := map[string]any{"version": 1, "title": map[string]any{"en": "Design"}, "criteria": []any{map[string]any{"title": map[string]any{"en": "Depth"}, "hint": map[string]any{}, "kind": "score", "required": true, "scale": 5, "weight": 2}}}
		if r := f.SignIn("rosa").Call("PUT", "/api/scorecard-templates/"+own.ID, edit); r.Status != http.StatusOK {
			t.Fatalf("edit: %d %s", r.Status, r.Body)
		}
		if got := apptest.DecodeBody[resource.ScorecardTemplate](ats.Call("GET", path, nil), http.StatusOK); got.Version != 2 || got.Title != "Design" || got.Criteria[0].Scale != 5 || got.Criteria[0].Weight != 2 {
			t.Errorf("template %+v", got)
		}
		list := apptest.DecodeBody[resource.TemplateVersions](ats.Call("GET", path+"/versions", nil), http.StatusOK).Items
		if len(list) != 2 || list[0].Version != 2 || list[0].SavedBy == nil || list[0].SavedBy.UserID != "rosa" || list[1].Version != own.Version {
			t.Errorf("versions %+v", list)
		}
		if got := apptest.DecodeBody[resource.TemplateVersion](ats.Call("GET", path+"/versions/1", nil), http.StatusOK); len(got.Criteria) != 4 || got.Criteria[0].Key != "coding" {
			t.Errorf("the version of the interview: %+v", got)
		}
		apptest.WantProblem(ats.Call("GET", path+"/versions/3", nil), http.StatusNotFound, "error.not_found")
		apptest.WantProblem(f.NewAPIClient("lin", apitoken.Personal, apitoken.PositionsRead).Call("GET", path, nil), http.StatusForbidden, "error.forbidden")
	})
}
