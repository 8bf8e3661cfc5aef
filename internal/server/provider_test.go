package server_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/resource"
	"github.com/huimian/huimian/showmebug/showmebugtest"
)

// connectShowMeBug is the product with a ShowMeBug over HTTP, to which acme is
// connected. Its jobs run.
func connectShowMeBug(t *testing.T, d *db.DB) (*fixture, *showmebugtest.Server) {
	t.Helper()
	w, sim := newFixture(t, d), showmebugtest.New(t)
	sim.AddTeam(showmebugtest.Team{Name: "云杉科技", ClientID: "application-key", ClientSecret: "application-secret", Quota: 100})
	w.showmebug.BaseURL = sim.URL()
	w.interviews.Register(w.interviews.Queue)
	if err := w.interviews.Queue.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := w.interviews.Queue.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	ada := w.signIn("ada")
	decodeBody[server.ShowMeBugSettings](ada.do("PUT", "/api/settings/showmebug", map[string]any{
		"clientId": "application-key", "clientSecret": "application-secret",
	}), http.StatusOK)
	for _, user := range []string{"lin", "mei"} {
		m := decodeBody[server.ShowMeBugMember](ada.do("PUT", "/api/showmebug/members/"+user, map[string]any{"email": user + "@acme.example"}), http.StatusOK)
		if m.State != "mapped" {
			t.Fatalf("%+v", m)
		}
	}
	return w, sim
}

// scheduleAtShowMeBug schedules an interview there.
func (w *fixture) scheduleAtShowMeBug(interviewers ...string) server.Interview {
	w.t.Helper()
	i := w.scheduleInterview()
	return decodeBody[server.Interview](w.signIn("rosa").do("POST", "/api/interviews", w.interviewInput(i.Position.ID, i.Candidate.ID, func(p map[string]any) {
		p["room"], p["overrideWarnings"], p["interviewers"] = map[string]any{"kind": "showmebug"}, true, interviewers
	})), http.StatusCreated)
}

// roomReady waits for the room.
func (w *fixture) roomReady(id string) server.Interview {
	w.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(time.Minute)
	for {
		i := decodeBody[server.Interview](w.signIn("rosa").do("GET", "/api/interviews/"+id, nil), http.StatusOK)
		if i.Room.State == "ready" {
			return i
		}
		select {
		case <-tick.C:
		case <-deadline:
			w.t.Fatalf("the room is %+v", i.Room)
		}
	}
}

func (w *fixture) switchRoom(id string, room map[string]any) {
	w.t.Helper()
	decodeBody[server.Interview](w.signIn("rosa").do("PATCH", "/api/interviews/"+id, map[string]any{"room": room}), http.StatusOK)
}

// wantRedirect fails the test unless the browser is sent on to this address.
func (b *browser) wantRedirect(from, to string) {
	b.t.Helper()
	got := b.do("GET", from, nil)
	if got.status != http.StatusFound || got.header.Get("Location") != to {
		b.t.Errorf("GET %s: %d to %q, want %q", from, got.status, got.header.Get("Location"), to)
	}
}

// The addresses in messages stay the same wherever the room is.
func TestRedirectFollowsRoomChange(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, sim := connectShowMeBug(t, d)
		fault := sim.AddFault(showmebugtest.Fault{Path: "POST interviews", HTTPStatus: 503})
		i := w.scheduleAtShowMeBug("lin", "mei")
		link := "/go/interviews/" + i.ID
		join := "/api/join/" + i.CandidateLink[strings.LastIndexByte(i.CandidateLink, '/')+1:]
		lin, candidate := w.signIn("lin"), w.newBrowser()
		lin.wantRedirect(link, "/interviews/"+i.ID) // the page shows that the room is not ready
		wantProblem(candidate.do("POST", join, nil), http.StatusServiceUnavailable, "provider.room_follows")
		if j := decodeBody[server.Join](candidate.do("GET", join, nil), http.StatusOK); j.Room.Kind != "showmebug" || j.Room.State != "preparing" || j.Room.Failure != nil {
			t.Errorf("the candidate sees %+v", j.Room)
		}
		sim.RemoveFaults(fault)
		decodeBody[server.Interview](w.signIn("rosa").do("POST", "/api/interviews/"+i.ID+"/room/retry", nil), http.StatusOK)
		w.roomReady(i.ID)
		made := sim.Interviews()[0]
		lin.wantRedirect(link, made.Interviewers[0].URL)
		w.signIn("mei").wantRedirect(link, made.Interviewers[1].URL)
		w.signIn("rosa").wantRedirect(link, made.InterviewerURL)
		w.newBrowser().wantRedirect(link, "/auth/wecom/start?next="+url.QueryEscape(link))
		w.signInTo("other", "eve").wantRedirect(link, "/interviews/"+i.ID) // the page shows that it is not found
		if j := decodeBody[server.Joined](candidate.do("POST", join, nil), http.StatusOK); j.RoomURL != made.CandidateURL {
			t.Errorf("the candidate goes to %q, want %q", j.RoomURL, made.CandidateURL)
		}
		if info := decodeBody[server.RoomInfo](candidate.do("GET", "/api/rooms/"+i.ID, nil), http.StatusOK); info.Link != made.CandidateURL || info.Socket != "" {
			t.Errorf("the candidate's old page says %+v", info)
		}

		w.switchRoom(i.ID, map[string]any{
			"kind": "link", "url": "https://meet.example.com/all",
			"addresses": []map[string]any{{"userId": "mei", "url": "https://meet.example.com/mei"}},
		})
		lin.wantRedirect(link, "https://meet.example.com/all")
		w.signIn("mei").wantRedirect(link, "https://meet.example.com/mei")
		seen := decodeBody[server.Interview](lin.do("GET", "/api/interviews/"+i.ID, nil), http.StatusOK)
		if len(seen.Room.Addresses) != 0 {
			t.Errorf("an interviewer sees the others' addresses: %+v", seen.Room)
		}
		w.switchRoom(i.ID, map[string]any{"kind": "builtin"})
		lin.wantRedirect(link, "/room/"+i.ID)
		if j := decodeBody[server.Joined](candidate.do("POST", join, nil), http.StatusOK); j.RoomURL != "/room/"+i.ID {
			t.Errorf("the candidate goes to %q", j.RoomURL)
		}
	})
}

func TestInterviewerLinkValidation(t *testing.T) {
	w := newFixture(t, dbtest.Open(t, db.SQLite))
	i := w.scheduleInterview()
	p := wantProblem(w.signIn("rosa").do("PATCH", "/api/interviews/"+i.ID, map[string]any{"room": map[string]any{
		"kind": "link", "url": "https://meet.example.com/", "addresses": []map[string]any{{"userId": "lin", "url": "javascript:alert(1)"}},
	}}), http.StatusUnprocessableEntity, "fault.fields")
	if len(p.Errors) != 1 || p.Errors[0].Path != "room.addresses[0].url" || p.Errors[0].Code != "field.not_https" {
		t.Errorf("%+v", p.Errors)
	}
}

// The pages in ShowMeBug's frames: no other origin may embed them, and they
// require no session.
func TestEmbeddedPages(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, sim := connectShowMeBug(t, d)
		i := w.scheduleAtShowMeBug("lin")
		w.roomReady(i.ID)
		made := sim.Interviews()[0]
		resume, evaluation := strings.TrimPrefix(made.ResumeLink, w.public()), strings.TrimPrefix(made.EvaluationLink, w.public())
		frame := w.newBrowser()
		for _, page := range []string{resume, evaluation} {
			got := frame.do("GET", page, nil)
			h := got.header
			if got.status != http.StatusOK || !strings.HasPrefix(string(got.body), "<!doctype html>") {
				t.Errorf("%s: %d %.40s", page, got.status, got.body)
			}
			if !strings.HasSuffix(h.Get("Content-Security-Policy"), "frame-ancestors "+sim.URL()) || h.Get("X-Frame-Options") != "" || h.Get("Referrer-Policy") != "no-referrer" {
				t.Errorf("%s: %v", page, h)
			}
		}
		for _, page := range []string{"/", "/interviews/" + i.ID, "/embed", "/embed/resume/a/b", "/embed/other/a", "/api" + evaluation} {
			h := frame.do("GET", page, nil).header
			if !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") || h.Get("X-Frame-Options") != "DENY" {
				t.Errorf("%s may be framed: %v", page, h)
			}
		}

		r := decodeBody[server.EmbeddedResume](frame.do("GET", "/api"+resume, nil), http.StatusOK)
		if r.Interview.CandidateName != "陈晨" || r.Interview.ID != i.ID {
			t.Errorf("%+v", r)
		}
		body := strings.ReplaceAll(string(frame.do("GET", "/api"+resume, nil).body), i.ID, "") // which may hold these digits
		if strings.Contains(body, "chen@example.com") || strings.Contains(body, "139") {
			t.Errorf("how to reach the candidate is for recruiters: %s", body)
		}
		wantProblem(frame.do("GET", "/api"+resume+"A", nil), http.StatusNotFound, "provider.page_unknown")

		api := "/api" + evaluation
		before := decodeBody[server.EmbeddedEvaluation](frame.do("GET", api, nil), http.StatusOK)
		if before.CanEvaluate || before.Scorecard == nil || before.Scorecard.Author.UserID != "lin" {
			t.Errorf("before the interview: %+v", before)
		}
		scores := []map[string]any{}
		for _, c := range before.Scorecard.Criteria {
			scores = append(scores, map[string]any{"key": c.Key, "score": 3})
		}
		draft := map[string]any{"version": 0, "scores": scores, "recommendation": "yes", "comment": "思路清晰"}
		wantProblem(frame.do("PUT", api, draft), http.StatusConflict, "interview.wrong_state_scheduled")
		decodeBody[server.Interview](w.signIn("lin").do("POST", "/api/interviews/"+i.ID+"/start", nil), http.StatusOK)
		foreign := w.newBrowser()
		foreign.headers["Sec-Fetch-Site"] = "cross-site"
		wantProblem(foreign.do("PUT", api, draft), http.StatusForbidden, "request.cross_origin")
		saved := decodeBody[server.EmbeddedEvaluation](frame.do("PUT", api, draft), http.StatusOK)
		if !saved.CanEvaluate || saved.Scorecard.Version != 1 || saved.Scorecard.Comment != "思路清晰" {
			t.Errorf("saved: %+v", saved.Scorecard)
		}
		done := decodeBody[server.EmbeddedEvaluation](frame.do("POST", api+"/submit", map[string]any{"version": 1}), http.StatusOK)
		if done.CanEvaluate || done.Scorecard.State != "submitted" {
			t.Errorf("submitted: %+v", done)
		}
		mine := decodeBody[resource.Scorecard](w.signIn("lin").do("GET", "/api/interviews/"+i.ID+"/scorecard", nil), http.StatusOK)
		if mine.State != "submitted" {
			t.Errorf("lin's own: %+v", mine)
		}
	})
}

// With several interviewers the embedded page cannot write a scorecard.
func TestEmbeddedEvaluationWithSeveralInterviewers(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, sim := connectShowMeBug(t, d)
		i := w.scheduleAtShowMeBug("lin", "mei")
		w.roomReady(i.ID)
		decodeBody[server.Interview](w.signIn("lin").do("POST", "/api/interviews/"+i.ID+"/start", nil), http.StatusOK)
		api, frame := "/api"+strings.TrimPrefix(sim.Interviews()[0].EvaluationLink, w.public()), w.newBrowser()
		e := decodeBody[server.EmbeddedEvaluation](frame.do("GET", api, nil), http.StatusOK)
		if e.Scorecard != nil || e.CanEvaluate || e.ScorecardURL != w.public()+"/interviews/"+i.ID+"/scorecard" {
			t.Errorf("%+v", e)
		}
		wantProblem(frame.do("PUT", api, map[string]any{"version": 0, "scores": []any{}}), http.StatusNotFound, "fault.not_found")
		wantProblem(frame.do("POST", api+"/submit", map[string]any{"version": 1}), http.StatusNotFound, "fault.not_found")
	})
}

// public is the address that others are given.
func (w *fixture) public() string { return "https://interview.test" }

func TestShowMeBugSettings(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, sim := connectShowMeBug(t, d)
		ada := w.signIn("ada")
		got := ada.do("GET", "/api/settings/showmebug", nil)
		v := decodeBody[server.ShowMeBugSettings](got, http.StatusOK)
		if !v.Connected || v.Source != "stored" || v.Team == nil || *v.Team.LeftQuota != 100 || strings.Contains(string(got.body), "application-") {
			t.Errorf("%s", got.body)
		}
		p := wantProblem(ada.do("PUT", "/api/settings/showmebug", map[string]any{"clientId": "application-key", "clientSecret": "a-wrong-one"}),
			http.StatusUnprocessableEntity, "fault.fields")
		if p.Errors[0].Path != "clientSecret" || p.Errors[0].Code != "provider.configuration" {
			t.Errorf("%+v", p.Errors)
		}
		if log := w.log.String(); strings.Contains(log, "application-secret") || strings.Contains(log, "a-wrong-one") {
			t.Error("the log holds a secret")
		}
		rooms := decodeBody[server.RoomSettings](ada.do("PUT", "/api/settings/rooms", map[string]any{"defaultKind": "showmebug"}), http.StatusOK)
		if rooms.DefaultKind != "showmebug" || slices.ContainsFunc(rooms.Kinds, func(k server.RoomKindInfo) bool { return !k.Available }) {
			t.Errorf("%+v", rooms)
		}
		sim.SetQuota(sim.Teams()[0].ID, 7)
		if v := decodeBody[server.ShowMeBugSettings](ada.do("POST", "/api/settings/showmebug/check", nil), http.StatusOK); *v.Team.LeftQuota != 7 {
			t.Errorf("%+v", v.Team)
		}
		members := decodeBody[resource.List[server.ShowMeBugMember]](ada.do("GET", "/api/showmebug/members?state=mapped&limit=1", nil), http.StatusOK)
		if len(members.Items) != 1 || members.Items[0].Name != "林一" || members.NextCursor != "lin" {
			t.Errorf("%+v", members)
		}
		decodeBody[server.ShowMeBugSettings](ada.do("DELETE", "/api/settings/showmebug", nil), http.StatusOK)
		rooms = decodeBody[server.RoomSettings](ada.do("GET", "/api/settings/rooms", nil), http.StatusOK)
		if rooms.DefaultKind != "builtin" || rooms.Kinds[1].Available || !strings.Contains(rooms.Kinds[1].Reason, "ShowMeBug is not connected") {
			t.Errorf("%+v", rooms)
		}
	})
}

func TestExams(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, sim := connectShowMeBug(t, d)
		id := sim.AddExam(sim.Teams()[0].ID, showmebugtest.Exam{
			Name: "Go 基础", DurationMinutes: 60, Questions: []showmebugtest.Question{{QuestionType: "essay", Title: "goroutine"}},
		})
		rosa, i := w.signIn("rosa"), w.scheduleInterview()
		page := decodeBody[server.ExamPage](rosa.do("GET", "/api/showmebug/exams?q=Go", nil), http.StatusOK)
		if len(page.Items) != 1 || page.Items[0].ID != id || page.Total != 1 || page.PerPage != 25 {
			t.Errorf("%+v", page)
		}
		sent := decodeBody[server.Sitting](rosa.do("POST", "/api/candidates/"+i.Candidate.ID+"/exams", map[string]any{
			"examId": id, "examName": "Go 基础", "channel": "link",
		}), http.StatusCreated)
		if sent.ExamName != "Go 基础" || sent.SentBy.Name != "罗莎" || sent.Mail != "none" {
			t.Errorf("%+v", sent)
		}
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		deadline := time.After(time.Minute)
		for sent.State != "sent" {
			select {
			case <-tick.C:
			case <-deadline:
				t.Fatalf("%+v", sent)
			}
			sent = decodeBody[resource.List[server.Sitting]](rosa.do("GET", "/api/candidates/"+i.Candidate.ID+"/exams", nil), http.StatusOK).Items[0]
		}
		if sent.URL != sim.WrittenPads()[0].URL {
			t.Errorf("%+v", sent)
		}
		if err := sim.FinishWrittenPad(sim.WrittenPads()[0].UID, 8); err != nil {
			t.Fatal(err)
		}
		sent = decodeBody[server.Sitting](rosa.do("POST", "/api/showmebug/sittings/"+sent.ID+"/refresh", nil), http.StatusOK)
		if sent.State != "finished" || *sent.Score != 8 {
			t.Errorf("%+v", sent)
		}
	})
}
