package server_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/integration"
	"github.com/huimian/huimian/internal/server/resource"
	"github.com/huimian/huimian/showmebug/showmebugtest"
)

// connectShowMeBug returns the product with a ShowMeBug simulator, to which acme
// is connected. Its jobs run.
func connectShowMeBug(t *testing.T, d *db.DB) (*fixture, *showmebugtest.Server) {
	t.Helper()
	f, sim := newFixture(t, d), showmebugtest.New(t)
	sim.AddTeam(showmebugtest.Team{Name: "云杉科技", ClientID: "application-key", ClientSecret: "application-secret", Quota: 100})
	f.ShowMeBug.BaseURL = sim.URL()
	f.Interviews.Register(f.Interviews.Queue)
	if err := f.Interviews.Queue.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := f.Interviews.Queue.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	ada := f.SignIn("ada")
	apptest.DecodeBody[integration.ShowMeBugSettings](ada.Call("PUT", "/api/settings/showmebug", map[string]any{
		"clientId": "application-key", "clientSecret": "application-secret",
	}), http.StatusOK)
	for _, user := range []string{"lin", "mei"} {
		m := apptest.DecodeBody[integration.ShowMeBugMember](ada.Call("PUT", "/api/showmebug/members/"+user, map[string]any{"email": user + "@acme.example"}), http.StatusOK)
		if m.State != "mapped" {
			t.Fatalf("%+v", m)
		}
	}
	return f, sim
}

// scheduleAtShowMeBug schedules an interview in a ShowMeBug room.
func (f *fixture) scheduleAtShowMeBug(interviewers ...string) server.Interview {
	f.T.Helper()
	i := f.ScheduleInterview()
	return apptest.DecodeBody[server.Interview](f.SignIn("rosa").Call("POST", "/api/interviews", f.InterviewInput(i.Position.ID, i.Candidate.ID, func(p map[string]any) {
		p["room"], p["overrideWarnings"], p["interviewers"] = map[string]any{"kind": "showmebug"}, true, interviewers
	})), http.StatusCreated)
}

// pollInterval keeps the requests of a test that waits for a job below the rate limit of a member.
const pollInterval = 100 * time.Millisecond

// roomReady waits until the room of an interview is ready and returns the interview.
func (f *fixture) roomReady(id string) server.Interview {
	f.T.Helper()
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	deadline := time.After(time.Minute)
	for {
		i := apptest.DecodeBody[server.Interview](f.SignIn("rosa").Call("GET", "/api/interviews/"+id, nil), http.StatusOK)
		if i.Room.State == "ready" {
			return i
		}
		select {
		case <-tick.C:
		case <-deadline:
			f.T.Fatalf("the room is %+v", i.Room)
		}
	}
}

func (f *fixture) switchRoom(id string, room map[string]any) {
	f.T.Helper()
	apptest.DecodeBody[server.Interview](f.SignIn("rosa").Call("PATCH", "/api/interviews/"+id, map[string]any{"room": room}), http.StatusOK)
}

// wantRedirect fails the test unless the response redirects to the URL.
func wantRedirect(b *apptest.Browser, from, to string) {
	b.T.Helper()
	got := b.Call("GET", from, nil)
	if got.Status != http.StatusFound || got.Header.Get("Location") != to {
		b.T.Errorf("GET %s: %d to %q, want %q", from, got.Status, got.Header.Get("Location"), to)
	}
}

// The URL in messages redirects to the current room.
func TestRedirectFollowsRoomChange(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f, sim := connectShowMeBug(t, d)
		fault := sim.AddFault(showmebugtest.Fault{Path: "POST interviews", HTTPStatus: 503})
		i := f.scheduleAtShowMeBug("lin", "mei")
		link := "/go/interviews/" + i.ID
		token := map[string]string{"token": i.CandidateLink[strings.LastIndexByte(i.CandidateLink, '#')+1:]}
		lin, candidate := f.SignIn("lin"), f.NewBrowser()
		wantRedirect(lin, link, "/interviews/"+i.ID) // the page shows that the room is not ready
		apptest.WantProblem(candidate.Call("POST", "/api/join", token), http.StatusServiceUnavailable, "provider.room_follows")
		if j := apptest.DecodeBody[server.Join](candidate.Call("POST", "/api/join/lookup", token), http.StatusOK); j.Room.Kind != "showmebug" || j.Room.State != "preparing" || j.Room.Failure != nil {
			t.Errorf("the candidate sees %+v", j.Room)
		}
		sim.RemoveFaults(fault)
		apptest.DecodeBody[server.Interview](f.SignIn("rosa").Call("POST", "/api/interviews/"+i.ID+"/room/retry", nil), http.StatusOK)
		f.roomReady(i.ID)
		made := sim.Interviews()[0]
		wantRedirect(lin, link, made.Interviewers[0].URL)
		wantRedirect(f.SignIn("mei"), link, made.Interviewers[1].URL)
		wantRedirect(f.SignIn("rosa"), link, made.InterviewerURL)
		wantRedirect(f.NewBrowser(), link, "/auth/wecom/start?next="+url.QueryEscape(link))
		wantRedirect(f.SignInTo("other", "eve"), link, "/interviews/"+i.ID) // the page shows that it is not found
		if j := apptest.DecodeBody[server.Joined](candidate.Call("POST", "/api/join", token), http.StatusOK); j.RoomURL != made.CandidateURL {
			t.Errorf("the candidate goes to %q, want %q", j.RoomURL, made.CandidateURL)
		}
		if info := apptest.DecodeBody[server.RoomInfo](candidate.Call("GET", "/api/rooms/"+i.ID, nil), http.StatusOK); info.Link != made.CandidateURL || info.Socket != "" {
			t.Errorf("the candidate's old page says %+v", info)
		}

		f.switchRoom(i.ID, map[string]any{
			"kind": "link", "url": "https://meet.example.com/all",
			"addresses": []map[string]any{{"userId": "mei", "url": "https://meet.example.com/mei"}},
		})
		wantRedirect(lin, link, "https://meet.example.com/all")
		wantRedirect(f.SignIn("mei"), link, "https://meet.example.com/mei")
		seen := apptest.DecodeBody[server.Interview](lin.Call("GET", "/api/interviews/"+i.ID, nil), http.StatusOK)
		if len(seen.Room.Addresses) != 0 {
			t.Errorf("an interviewer sees the others' addresses: %+v", seen.Room)
		}
		f.switchRoom(i.ID, map[string]any{"kind": "builtin"})
		wantRedirect(lin, link, "/room/"+i.ID)
		if j := apptest.DecodeBody[server.Joined](candidate.Join(token["token"]), http.StatusOK); j.RoomURL != "/room/"+i.ID {
			t.Errorf("the candidate goes to %q", j.RoomURL)
		}
	})
}

func TestInterviewerLinkValidation(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	i := f.ScheduleInterview()
	p := apptest.WantProblem(f.SignIn("rosa").Call("PATCH", "/api/interviews/"+i.ID, map[string]any{"room": map[string]any{
		"kind": "link", "url": "https://meet.example.com/", "addresses": []map[string]any{{"userId": "lin", "url": "javascript:alert(1)"}},
	}}), http.StatusUnprocessableEntity, "error.fields")
	if len(p.Errors) != 1 || p.Errors[0].Path != "room.addresses[0].url" || p.Errors[0].Code != "field.not_https" {
		t.Errorf("%+v", p.Errors)
	}
}

// The pages in ShowMeBug's frames: no other origin may embed them, and they
// require no session.
func TestEmbeddedPages(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f, sim := connectShowMeBug(t, d)
		i := f.scheduleAtShowMeBug("lin")
		f.roomReady(i.ID)
		made := sim.Interviews()[0]
		resume, evaluation := strings.TrimPrefix(made.ResumeLink, f.public()), strings.TrimPrefix(made.EvaluationLink, f.public())
		frame := f.NewBrowser()
		for _, page := range []string{resume, evaluation} {
			got := frame.Call("GET", page, nil)
			h := got.Header
			if got.Status != http.StatusOK || !strings.HasPrefix(string(got.Body), "<!doctype html>") {
				t.Errorf("%s: %d %.40s", page, got.Status, got.Body)
			}
			if !strings.HasSuffix(h.Get("Content-Security-Policy"), "frame-ancestors "+sim.URL()) || h.Get("X-Frame-Options") != "" || h.Get("Referrer-Policy") != "no-referrer" {
				t.Errorf("%s: %v", page, h)
			}
		}
		for _, page := range []string{"/", "/interviews/" + i.ID, "/embed", "/embed/resume/a/b", "/embed/other/a", "/api" + evaluation} {
			h := frame.Call("GET", page, nil).Header
			if !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") || h.Get("X-Frame-Options") != "DENY" {
				t.Errorf("%s may be framed: %v", page, h)
			}
		}

		r := apptest.DecodeBody[server.EmbeddedResume](frame.Call("GET", "/api"+resume, nil), http.StatusOK)
		if r.Interview.CandidateName != "陈晨" || r.Interview.ID != i.ID {
			t.Errorf("%+v", r)
		}
		body := strings.ReplaceAll(string(frame.Call("GET", "/api"+resume, nil).Body), i.ID, "") // which may hold these digits
		if strings.Contains(body, "chen@example.com") || strings.Contains(body, "139") {
			t.Errorf("how to reach the candidate is for recruiters: %s", body)
		}
		apptest.WantProblem(frame.Call("GET", "/api"+resume+"A", nil), http.StatusNotFound, "provider.page_unknown")

		api := "/api" + evaluation
		before := apptest.DecodeBody[server.EmbeddedEvaluation](frame.Call("GET", api, nil), http.StatusOK)
		if before.CanEvaluate || before.Scorecard == nil || before.Scorecard.Author.UserID != "lin" {
			t.Errorf("before the interview: %+v", before)
		}
		scores := []map[string]any{}
		for _, c := range before.Scorecard.Criteria {
			scores = append(scores, map[string]any{"key": c.Key, "score": 3})
		}
		draft := map[string]any{"version": 0, "scores": scores, "recommendation": "yes", "comment": "思路清晰"}
		apptest.WantProblem(frame.Call("PUT", api, draft), http.StatusConflict, "interview.wrong_state_scheduled")
		apptest.DecodeBody[server.Interview](f.SignIn("lin").Call("POST", "/api/interviews/"+i.ID+"/start", nil), http.StatusOK)
		foreign := f.NewBrowser()
		foreign.Headers["Sec-Fetch-Site"] = "cross-site"
		apptest.WantProblem(foreign.Call("PUT", api, draft), http.StatusForbidden, "request.cross_origin")
		saved := apptest.DecodeBody[server.EmbeddedEvaluation](frame.Call("PUT", api, draft), http.StatusOK)
		if !saved.CanEvaluate || saved.Scorecard.Version != 1 || saved.Scorecard.Comment != "思路清晰" {
			t.Errorf("saved: %+v", saved.Scorecard)
		}
		draft["version"] = 1
		apptest.DecodeBody[server.EmbeddedEvaluation](frame.Call("PUT", api, draft), http.StatusOK)
		f.checkSubmission(i.ID, api)
	})
}

// checkSubmission checks that lin's scorecard, of which the frame has saved the drafts 1
// and 2, is submitted after sign-in alone, and that the audit log has the frame's drafts.
func (f *fixture) checkSubmission(id, api string) {
	f.T.Helper()
	frame, lin := f.NewBrowser(), f.SignIn("lin")
	for _, path := range []string{api + "/submit", "/api/interviews/" + id + "/scorecard/submit"} {
		if r := frame.Call("POST", path, map[string]any{"version": 2}); r.Status/100 != 4 {
			f.T.Errorf("submission to %s without a session: %d %s", path, r.Status, r.Body)
		}
	}
	mine := apptest.DecodeBody[resource.Scorecard](lin.Call("GET", "/api/interviews/"+id+"/scorecard", nil), http.StatusOK)
	if mine.State == "submitted" || mine.Version != 2 {
		f.T.Errorf("before the submission: %+v", mine)
	}
	apptest.DecodeBody[resource.Scorecard](lin.Call("POST", "/api/interviews/"+id+"/scorecard/submit", map[string]any{"version": 2}), http.StatusOK)
	done := apptest.DecodeBody[server.EmbeddedEvaluation](frame.Call("GET", api, nil), http.StatusOK)
	if done.CanEvaluate || done.Scorecard.State != "submitted" {
		f.T.Errorf("after the submission, the frame shows %+v", done)
	}
	var entries []audit.Entry
	err := f.DB.NewSelect().Model(&entries).Where("object_id = ? AND act LIKE 'scorecard.%'", id).Order("id").Scan(f.T.Context())
	if err != nil || len(entries) != 2 || entries[0].Action != "scorecard.save_embedded" || entries[1].Action != "scorecard.submit" || entries[0].UserID != "lin" {
		f.T.Errorf("audit log %+v, %v; want one entry of the frame's drafts and the submission", entries, err)
	}
}

// With several interviewers the embedded page cannot save a scorecard.
func TestEmbeddedEvaluationWithSeveralInterviewers(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f, sim := connectShowMeBug(t, d)
		i := f.scheduleAtShowMeBug("lin", "mei")
		f.roomReady(i.ID)
		apptest.DecodeBody[server.Interview](f.SignIn("lin").Call("POST", "/api/interviews/"+i.ID+"/start", nil), http.StatusOK)
		api, frame := "/api"+strings.TrimPrefix(sim.Interviews()[0].EvaluationLink, f.public()), f.NewBrowser()
		e := apptest.DecodeBody[server.EmbeddedEvaluation](frame.Call("GET", api, nil), http.StatusOK)
		if e.Scorecard != nil || e.CanEvaluate || e.ScorecardURL != f.public()+"/interviews/"+i.ID+"/scorecard" {
			t.Errorf("%+v", e)
		}
		apptest.WantProblem(frame.Call("PUT", api, map[string]any{"version": 0, "scores": []any{}}), http.StatusNotFound, "error.not_found")
	})
}

// public returns the public URL of the product.
func (f *fixture) public() string { return apptest.PublicURL }

func TestShowMeBugSettings(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f, sim := connectShowMeBug(t, d)
		ada := f.SignIn("ada")
		got := ada.Call("GET", "/api/settings/showmebug", nil)
		v := apptest.DecodeBody[integration.ShowMeBugSettings](got, http.StatusOK)
		if !v.Connected || v.Source != "stored" || v.Team == nil || *v.Team.LeftQuota != 100 || strings.Contains(string(got.Body), "application-") {
			t.Errorf("%s", got.Body)
		}
		p := apptest.WantProblem(ada.Call("PUT", "/api/settings/showmebug", map[string]any{"clientId": "application-key", "clientSecret": "a-wrong-one"}),
			http.StatusUnprocessableEntity, "error.fields")
		if p.Errors[0].Path != "clientSecret" || p.Errors[0].Code != "provider.configuration" {
			t.Errorf("%+v", p.Errors)
		}
		if log := f.Log.String(); strings.Contains(log, "application-secret") || strings.Contains(log, "a-wrong-one") {
			t.Error("the log holds a secret")
		}
		rooms := apptest.DecodeBody[server.RoomSettings](ada.Call("PUT", "/api/settings/rooms", map[string]any{"defaultKind": "showmebug"}), http.StatusOK)
		if rooms.DefaultKind != "showmebug" || slices.ContainsFunc(rooms.Kinds, func(k server.RoomKindInfo) bool { return !k.Available }) {
			t.Errorf("%+v", rooms)
		}
		sim.SetQuota(sim.Teams()[0].ID, 7)
		if v := apptest.DecodeBody[integration.ShowMeBugSettings](ada.Call("POST", "/api/settings/showmebug/check", nil), http.StatusOK); *v.Team.LeftQuota != 7 {
			t.Errorf("%+v", v.Team)
		}
		members := apptest.DecodeBody[resource.List[integration.ShowMeBugMember]](ada.Call("GET", "/api/showmebug/members?state=mapped&limit=1", nil), http.StatusOK)
		if len(members.Items) != 1 || members.Items[0].Name != "林一" || members.NextCursor == "" {
			t.Errorf("%+v", members)
		}
		apptest.DecodeBody[integration.ShowMeBugSettings](ada.Call("DELETE", "/api/settings/showmebug", nil), http.StatusOK)
		rooms = apptest.DecodeBody[server.RoomSettings](ada.Call("GET", "/api/settings/rooms", nil), http.StatusOK)
		if rooms.DefaultKind != "builtin" || rooms.Kinds[1].Available || !strings.Contains(rooms.Kinds[1].Reason, "ShowMeBug isn't connected") {
			t.Errorf("%+v", rooms)
		}
	})
}

func TestExams(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f, sim := connectShowMeBug(t, d)
		id := sim.AddExam(sim.Teams()[0].ID, showmebugtest.Exam{
			Name: "Go 基础", DurationMinutes: 60, Questions: []showmebugtest.Question{{QuestionType: "essay", Title: "goroutine"}},
		})
		rosa, i := f.SignIn("rosa"), f.ScheduleInterview()
		page := apptest.DecodeBody[integration.ExamPage](rosa.Call("GET", "/api/showmebug/exams?q=Go", nil), http.StatusOK)
		if len(page.Items) != 1 || page.Items[0].ID != id || page.Total != 1 || page.PerPage != 25 {
			t.Errorf("%+v", page)
		}
		sent := apptest.DecodeBody[integration.Sitting](rosa.Call("POST", "/api/candidates/"+i.Candidate.ID+"/exams", map[string]any{
			"examId": id, "examName": "Go 基础", "channel": "link",
		}), http.StatusCreated)
		if sent.ExamName != "Go 基础" || sent.SentBy.Name != "罗莎" || sent.Mail != "none" {
			t.Errorf("%+v", sent)
		}
		tick := time.NewTicker(pollInterval)
		defer tick.Stop()
		deadline := time.After(time.Minute)
		for sent.State != "sent" {
			select {
			case <-tick.C:
			case <-deadline:
				t.Fatalf("%+v", sent)
			}
			sent = apptest.DecodeBody[resource.List[integration.Sitting]](rosa.Call("GET", "/api/candidates/"+i.Candidate.ID+"/exams", nil), http.StatusOK).Items[0]
		}
		if sent.URL != sim.WrittenPads()[0].URL {
			t.Errorf("%+v", sent)
		}
		if err := sim.FinishWrittenPad(sim.WrittenPads()[0].UID, 8); err != nil {
			t.Fatal(err)
		}
		sent = apptest.DecodeBody[integration.Sitting](rosa.Call("POST", "/api/showmebug/sittings/"+sent.ID+"/refresh", nil), http.StatusOK)
		if sent.State != "finished" || *sent.Score != 8 {
			t.Errorf("%+v", sent)
		}
	})
}
