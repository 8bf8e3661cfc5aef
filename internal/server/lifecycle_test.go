package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/resource"
)

func TestInterviewLifecycle(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ScheduleInterview()
		if !strings.HasPrefix(i.CandidateLink, "https://interview.test/join#") || i.TimeZone != "Asia/Shanghai" || !i.Permissions.Edit {
			t.Errorf("scheduled: %+v", i)
		}
		path := "/api/interviews/" + i.ID
		lin, rosa := f.SignIn("lin"), f.SignIn("rosa")
		got := apptest.DecodeBody[server.Interview](lin.Call("GET", path, nil), http.StatusOK)
		if got.Candidate.Email != "" || got.Candidate.Mobile != "" || got.CandidateLink != "" || !got.Permissions.Respond || got.Permissions.Edit {
			t.Errorf("an interviewer sees %+v", got)
		}
		got = apptest.DecodeBody[server.Interview](lin.Call("POST", path+"/response", map[string]any{"response": "accepted"}), http.StatusOK)
		if got.Interviewers[0].Response != "accepted" || got.Interviewers[0].RespondedAt == nil {
			t.Errorf("after the answer: %+v", got.Interviewers)
		}
		moved := apptest.Noon.AddDate(0, 0, 3).Format(time.RFC3339)
		got = apptest.DecodeBody[server.Interview](rosa.Call("PATCH", path, map[string]any{"startsAt": moved, "version": got.Version}), http.StatusOK)
		if got.Interviewers[0].Response != "pending" || got.DurationMinutes != 60 {
			t.Errorf("after the move: %+v", got)
		}
		apptest.DecodeBody[server.Interview](lin.Call("POST", path+"/start", nil), http.StatusOK)
		got = apptest.DecodeBody[server.Interview](lin.Call("POST", path+"/end", nil), http.StatusOK)
		if got.State != "ended" || !got.Permissions.Evaluate {
			t.Errorf("after the end: %+v", got)
		}
		f.submitScorecard(lin, path)
		all := apptest.DecodeBody[resource.Scorecards](rosa.Call("GET", path+"/scorecards", nil), http.StatusOK)
		if !all.Visible || len(all.Items) != 1 || all.Items[0].Author.Name != "林一" || all.Summary.Average != 3 || all.Summary.Criteria[0].Title != "Coding" {
			t.Errorf("the summary: %+v", all)
		}
		got = apptest.DecodeBody[server.Interview](rosa.Call("PUT", path+"/result", map[string]any{"decision": "hire", "comment": "好"}), http.StatusOK)
		if got.Result == nil || got.Result.Decision != "hire" || got.Result.DecidedBy.Name != "罗莎" {
			t.Errorf("the decision: %+v", got.Result)
		}
		log := apptest.DecodeBody[resource.List[server.Message]](rosa.Call("GET", path+"/messages", nil), http.StatusOK)
		if len(log.Items) != 6 { // 2 invitations, 2 changes, evaluate, summary
			t.Errorf("%d messages: %+v", len(log.Items), log.Items)
		}
	})
}

// submitScorecard saves and submits a complete scorecard.
func (f *fixture) submitScorecard(b *apptest.Browser, path string) {
	f.T.Helper()
	card := apptest.DecodeBody[resource.Scorecard](b.Call("GET", path+"/scorecard", nil), http.StatusOK)
	draft := map[string]any{"version": card.Version, "recommendation": "yes"}
	var scores []map[string]any
	for _, c := range card.Criteria {
		scores = append(scores, map[string]any{"key": c.Key, "score": 3})
	}
	draft["scores"] = scores[:1]
	card = apptest.DecodeBody[resource.Scorecard](b.Call("PUT", path+"/scorecard", draft), http.StatusOK)
	missing := apptest.WantProblem(b.Call("POST", path+"/scorecard/submit", map[string]any{"version": card.Version}), http.StatusUnprocessableEntity, "error.fields")
	if len(missing.Errors) != len(scores)-1 || missing.Errors[0].Code != "scorecard.score_missing" {
		f.T.Errorf("what is missing: %+v", missing.Errors)
	}
	apptest.WantProblem(b.Call("PUT", path+"/scorecard", draft), http.StatusConflict, "scorecard.changed_meanwhile")
	draft["scores"], draft["version"] = scores, card.Version
	card = apptest.DecodeBody[resource.Scorecard](b.Call("PUT", path+"/scorecard", draft), http.StatusOK)
	card = apptest.DecodeBody[resource.Scorecard](b.Call("POST", path+"/scorecard/submit", map[string]any{"version": card.Version}), http.StatusOK)
	if card.State != "submitted" || card.SubmittedAt == nil {
		f.T.Errorf("handed in: %+v", card)
	}
}

func TestCandidateLinkRedemption(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ScheduleInterview()
		token := i.CandidateLink[strings.LastIndexByte(i.CandidateLink, '#')+1:]
		chen := f.NewBrowser()
		join := apptest.DecodeBody[server.Join](chen.Call("POST", "/api/join/lookup", map[string]any{"token": token}), http.StatusOK)
		if join.Company != "云杉科技" || join.CandidateName != "陈晨" || join.Contact.Name != "罗莎" || join.PositionTitle != "Go 工程师" {
			t.Errorf("behind the link: %+v", join)
		}
		for lang, title := range map[string]string{"zh-CN": "Go 工程师面试", "en": "Go 工程师 interview"} {
			guest := f.NewBrowser()
			guest.Headers["Accept-Language"] = lang
			if got := apptest.DecodeBody[server.Join](guest.Call("POST", "/api/join/lookup", map[string]any{"token": token}), http.StatusOK); got.Title != title {
				t.Errorf("%s: the candidate's title is %q, want %q", lang, got.Title, title)
			}
		}
		apptest.WantProblem(chen.Call("GET", "/api/rooms/"+i.ID, nil), http.StatusUnauthorized, "error.unauthenticated")
		res := chen.Join(token)
		joined := apptest.DecodeBody[server.Joined](res, http.StatusOK)
		if got := res.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("an answer with a cookie may be kept: %q", got)
		}
		cookie := res.Header.Get("Set-Cookie")
		for _, part := range []string{"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} {
			if !strings.Contains(cookie, part) {
				t.Errorf("the candidate's cookie has no %s: %s", part, cookie)
			}
		}
		if joined.RoomURL != "/room/"+i.ID || strings.Contains(cookie, token) {
			t.Errorf("joined %+v with %s", joined, cookie)
		}
		value, _, _ := strings.Cut(cookie, ";") // the test's server has no https, so the jar does not send it
		chen.Headers["Cookie"] = value
		if info := apptest.DecodeBody[server.RoomInfo](chen.Call("GET", "/api/rooms/"+i.ID, nil), http.StatusOK); info.You.Role != "candidate" || info.You.Name != "陈晨" || info.Title != "Go 工程师 interview" || info.Sandbox.Reason != "" {
			t.Errorf("in the room: %+v", info)
		}
		apptest.DecodeBody[resource.CandidateLink](f.SignIn("rosa").Call("POST", "/api/interviews/"+i.ID+"/candidate-link", nil), http.StatusCreated)
		problem := apptest.WantProblem(chen.Call("GET", "/api/rooms/"+i.ID, nil), http.StatusGone, "link.replaced")
		if !strings.Contains(problem.Detail, "罗莎") {
			t.Errorf("the page of a replaced link names no contact: %s", problem.Detail)
		}
		revoked := apptest.WantProblem(f.NewBrowser().Call("POST", "/api/join/lookup", map[string]any{"token": token}), http.StatusGone, "link.replaced")
		if !strings.Contains(revoked.Detail, "罗莎") {
			t.Errorf("a replaced link without the name of the organizer: %s", revoked.Detail)
		}
		for _, broken := range []string{strings.Repeat("x", 32), token[:12], token + token + token + token} {
			apptest.WantProblem(f.NewBrowser().Call("POST", "/api/join/lookup", map[string]any{"token": broken}), http.StatusNotFound, "link.expired")
			apptest.WantProblem(f.NewBrowser().Call("POST", "/api/join", map[string]any{"token": broken}), http.StatusNotFound, "link.expired")
		}
		if strings.Contains(f.Log.String(), token) {
			t.Error("the log holds the link's token")
		}
	})
}

func TestSession(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		rosa := f.SignIn("rosa")
		s := apptest.DecodeBody[server.Session](rosa.Call("GET", "/api/session", nil), http.StatusOK)
		if s.User.Name != "罗莎" || s.Corp.Name != "云杉科技" || s.Language != "en" || s.Features.Sandbox.Ready ||
			s.Features.Sandbox.Reason == "" || s.Features.WeCom.State != "unconfigured" {
			t.Errorf("the session: %+v", s)
		}
		s = apptest.DecodeBody[server.Session](rosa.Call("PATCH", "/api/session", map[string]any{"language": "ja"}), http.StatusOK)
		if s.Language != "ja" {
			t.Errorf("the language is %s", s.Language)
		}
		if p := apptest.WantProblem(rosa.Call("GET", "/api/interviews/x", nil), http.StatusNotFound, "error.not_found"); !strings.Contains(p.Detail, "ません") {
			t.Errorf("not in the reader's language: %s", p.Detail)
		}
		if r := rosa.Call("DELETE", "/api/session", nil); r.Status != http.StatusNoContent {
			t.Errorf("signing out: %d", r.Status)
		}
		apptest.WantProblem(rosa.Call("GET", "/api/session", nil), http.StatusUnauthorized, "error.unauthenticated")
		apptest.WantProblem(f.SignIn("gone").Call("GET", "/api/session", nil), http.StatusUnauthorized, "signin.out_of_range")
	})
}

func TestMembersAndDepartments(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		ada := f.SignIn("ada")
		page := apptest.DecodeBody[resource.List[resource.Member]](ada.Call("GET", "/api/members?limit=3", nil), http.StatusOK)
		if len(page.Items) != 3 || page.NextCursor == "" {
			t.Errorf("the first page: %+v", page)
		}
		page = apptest.DecodeBody[resource.List[resource.Member]](ada.Call("GET", "/api/members?limit=3&cursor="+page.NextCursor, nil), http.StatusOK)
		if len(page.Items) != 1 || page.NextCursor != "" {
			t.Errorf("the last page: %+v", page)
		}
		m := apptest.DecodeBody[resource.Member](ada.Call("PUT", "/api/members/lin/roles", map[string]any{"roles": []string{"recruiter"}}), http.StatusOK)
		if !strings.Contains(strings.Join(m.Roles, " "), "recruiter") {
			t.Errorf("roles %v", m.Roles)
		}
		apptest.WantProblem(ada.Call("PUT", "/api/members/lin/roles", map[string]any{"roles": []string{"king"}}), http.StatusUnprocessableEntity, "error.fields")
		if s := apptest.DecodeBody[server.ContactSync](ada.Call("GET", "/api/contacts/sync", nil), http.StatusOK); s.State != "never" || s.Members != 4 {
			t.Errorf("the copy of the contacts: %+v", s)
		}
		apptest.WantProblem(ada.Call("POST", "/api/contacts/sync", nil), http.StatusServiceUnavailable, "account.wecom_unconfigured")
	})
}

func TestOverviewAndTemplates(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.ScheduleInterview()
		if o := apptest.DecodeBody[server.Overview](f.SignIn("lin").Call("GET", "/api/overview", nil), http.StatusOK); len(o.AwaitingResponse) != 1 {
			t.Errorf("an interviewer's overview: %+v", o)
		}
		if o := apptest.DecodeBody[server.Overview](f.SignIn("rosa").Call("GET", "/api/overview", nil), http.StatusOK); o.QueuedMessages != 2 {
			t.Errorf("a recruiter's overview: %+v", o)
		}
		list := apptest.DecodeBody[resource.List[resource.ScorecardTemplate]](f.SignIn("lin").Call("GET", "/api/scorecard-templates", nil), http.StatusOK)
		if len(list.Items) != 1 || list.Items[0].Title != "Technical interview" {
			t.Errorf("templates: %+v", list)
		}
	})
}

func TestListInterviews(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		first, second := f.ScheduleInterview(), f.ScheduleInterview()
		day := clocktest.Date(2)
		apptest.DecodeBody[server.Interview](f.SignIn("rosa").Call("POST", "/api/interviews/"+second.ID+"/cancel", map[string]any{"reason": "招满了"}), http.StatusOK)
		for query, n := range map[string]int{
			"": 2, "?state=scheduled": 1, "?state=scheduled&state=cancelled": 2, "?scope=mine": 2, "?q=%E9%99%88": 2, "?q=nobody": 0,
			"?from=" + day + "T04:59:00Z": 2, "?from=" + day + "T05:00:00Z": 0, "?to=" + day + "T12:00:00%2B08:00": 0,
			"?positionId=" + first.Position.ID: 1, "?candidateId=" + first.Candidate.ID: 1, "?order=desc&limit=1": 1,
		} {
			list := apptest.DecodeBody[resource.List[server.Interview]](f.SignIn("rosa").Call("GET", "/api/interviews"+query, nil), http.StatusOK)
			if len(list.Items) != n {
				t.Errorf("%q finds %d, want %d", query, len(list.Items), n)
			}
			if more := list.NextCursor != ""; more != strings.Contains(query, "limit=1") {
				t.Errorf("%q: next page %q", query, list.NextCursor)
			}
		}
		if list := apptest.DecodeBody[resource.List[server.Interview]](f.SignIn("mei").Call("GET", "/api/interviews", nil), http.StatusOK); len(list.Items) != 0 {
			t.Errorf("mei sees %d interviews of others", len(list.Items))
		}
	})
}

// A recruiter manages the missing scorecards of an interview through the API.
func TestMissingScorecardOperations(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		lin, rosa := f.SignIn("lin"), f.SignIn("rosa")
		i := f.ScheduleInterview()
		path := "/api/interviews/" + i.ID
		apptest.DecodeBody[server.Interview](rosa.Call("PATCH", path, map[string]any{"version": i.Version, "interviewers": []string{"lin", "mei"}}), http.StatusOK)
		for _, step := range []string{"/start", "/end"} {
			apptest.DecodeBody[server.Interview](lin.Call("POST", path+step, nil), http.StatusOK)
		}
		f.submitScorecard(lin, path)
		got := apptest.DecodeBody[resource.Scorecards](rosa.Call("POST", path+"/interviewers/mei/scorecard-reminder", nil), http.StatusOK)
		if len(got.Missing) != 1 || got.Missing[0].Interviewer.UserID != "mei" || got.Missing[0].RemindedAt == nil || got.Visible || got.OpenFrom == nil || got.MayOpen {
			t.Errorf("after the reminder: %+v", got)
		}
		again := apptest.WantProblem(rosa.Call("POST", path+"/interviewers/mei/scorecard-reminder", nil), http.StatusConflict, "scorecard.reminded_recently")
		if !strings.Contains(again.Detail, "4 hours") {
			t.Errorf("detail %q", again.Detail)
		}
		early := apptest.WantProblem(rosa.Call("POST", path+"/scorecards/open", nil), http.StatusConflict, "scorecard.too_early_to_open")
		if !strings.Contains(early.Detail, "3 days") {
			t.Errorf("detail %q", early.Detail)
		}
		got = apptest.DecodeBody[resource.Scorecards](rosa.Call("PUT", path+"/interviewers/mei/scorecard-excuse", nil), http.StatusOK)
		if !got.Visible || len(got.Items) != 1 || len(got.Missing) != 0 || len(got.Excused) != 1 || got.Excused[0].UserID != "mei" {
			t.Errorf("after the excuse: %+v", got)
		}
		if seen := apptest.DecodeBody[server.Interview](rosa.Call("GET", path, nil), http.StatusOK); seen.Interviewers[1].ExcusedAt == nil || !seen.Permissions.ManageScorecards {
			t.Errorf("the interview: %+v", seen)
		}
		got = apptest.DecodeBody[resource.Scorecards](rosa.Call("DELETE", path+"/interviewers/mei/scorecard-excuse", nil), http.StatusOK)
		if got.Visible || len(got.Missing) != 1 || len(got.Excused) != 0 {
			t.Errorf("after the excuse was taken back: %+v", got)
		}
		f.Clock.Advance(72 * time.Hour)
		rosa, lin = f.SignIn("rosa"), f.SignIn("lin") // the sessions have expired
		got = apptest.DecodeBody[resource.Scorecards](rosa.Call("POST", path+"/scorecards/open", nil), http.StatusOK)
		if !got.Visible || len(got.Items) != 1 || got.Opened == nil || got.Opened.By.Name != "罗莎" {
			t.Errorf("after the opening: %+v", got)
		}
		if seen := apptest.DecodeBody[resource.Scorecards](lin.Call("GET", path+"/scorecards", nil), http.StatusOK); !seen.Visible || len(seen.Items) != 1 {
			t.Errorf("an interviewer with a submitted scorecard sees %+v", seen)
		}
		if seen := apptest.DecodeBody[resource.Scorecards](f.SignIn("mei").Call("GET", path+"/scorecards", nil), http.StatusOK); seen.Visible || len(seen.Items) != 0 {
			t.Errorf("an interviewer without one sees %+v", seen)
		}
	})
}
