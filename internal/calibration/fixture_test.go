package calibration_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/calibration"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/signing/signingtest"
	"github.com/huimian/huimian/internal/transcript"
)

var (
	rosa    = interviewtest.Rosa
	lin     = interviewtest.Lin
	kai     = interviewtest.Kai
	tom     = actor.ForInterviewer(interviewtest.CorpID, "tom")
	auditor = actor.ForMember(interviewtest.CorpID, "ada", actor.Interviewer|actor.Auditor)
)

// fixture is a company with a finished interview of lin and mei, which kai and tom rate.
type fixture struct {
	*calibration.Service
	t           testing.TB
	company     *interviewtest.Company
	transcripts *transcript.Service
	position    *position.Position
	interview   *interview.Interview
}

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

func newFixture(t testing.TB, d *db.DB) *fixture {
	t.Helper()
	company := interviewtest.New(t, d)
	for id, name := range map[string]string{"tom": "汤姆", "gone": "走了"} {
		company.People[id] = member.Member{UserID: id, Name: name, Active: id != "gone"}
	}
	f := &fixture{t: t, company: company, Service: calibration.New(calibration.Config{DB: d, Interviews: company.Interviews, Now: company.Clock.Now})}
	f.transcripts = transcript.New(transcript.Config{
		DB: d, Queue: company.Queue, Keys: signingtest.NewKeys(t, d, "secret", company.Clock.Now), Logger: slog.New(slog.DiscardHandler), Now: company.Clock.Now,
	})
	f.position = company.CreatePosition(t)
	f.interview = f.holdInterview("陈晨")
	return f
}

// holdInterview stores an interview that has ended, with a sealed log.
func (f *fixture) holdInterview(candidate string) *interview.Interview {
	f.t.Helper()
	i, _, err := f.company.Interviews.Schedule(f.t.Context(), rosa, interviewtest.NewPlan(f.position.ID, f.company.CreateCandidate(f.t, candidate, f.position.ID).ID))
	apperrtest.RequireNoError(f.t, err)
	_, err = f.company.Interviews.Start(f.t.Context(), lin, i.ID)
	apperrtest.RequireNoError(f.t, err)
	i, err = f.company.Interviews.End(f.t.Context(), lin, i.ID)
	apperrtest.RequireNoError(f.t, err)
	f.addLog(i.ID)
	return i
}

func (f *fixture) exec(query string, args ...any) {
	f.t.Helper()
	dbtest.Exec(f.t, f.DB, query, args...)
}

// addLog stores a log with the names of the participants, in events of each kind with a person.
func (f *fixture) addLog(roomID string) {
	f.t.Helper()
	at := f.company.Clock.Now()
	f.exec("INSERT INTO rooms (id, corp_id, state, created_at) VALUES (?, 'corp', 'ended', ?)", roomID, at)
	for _, doc := range []string{"code", "notes"} {
		f.exec("INSERT INTO documents (id, corp_id, room_id, name) VALUES (?, 'corp', ?, ?)", doc+roomID, roomID, doc)
	}
	update := func(doc, author, text string) {
		f.exec("INSERT INTO document_updates (document_id, first_version, count, corp_id, author, client_id, push_seq, at, body) VALUES (?, 0, 1, 'corp', ?, 'c', 1, ?, ?)",
			doc+roomID, author, at, fmt.Sprintf(`[{"c":[[0,%q]]}]`, text))
	}
	update("code", "p:chen", "print(42)")
	update("notes", "p:lin", "陈晨不行")
	for n, e := range []struct{ actor, kind, subject, data string }{
		{"p:chen", "knock", "", `{"name":"陈晨","role":"candidate","device":"chen-phone"}`},
		{"p:lin", "join", "", `{"name":"林一","role":"interviewer","userId":"lin"}`},
		{"p:lin", "admit", "p:chen", `{"device":"chen-phone"}`},
		{"p:chen", "join", "", `{"name":"陈晨","role":"candidate","device":"chen-phone"}`},
		{"p:mei", "join", "", `{"name":"梅二","role":"interviewer","userId":"mei"}`},
		{"p:kim", "join", "", `{"name":"金观察","role":"observer","userId":"kim"}`},
		{"p:rosa", "start", "", `{"userId":"rosa"}`},
		{"p:rosa", "extend", "", `{"userId":"rosa","endsAt":"2026-05-04T06:00:00Z"}`},
		{"p:chen", "chat", "ref1", `{"id":"1","name":"陈晨","text":"hello"}`},
		{"p:chen", "focus", "", `{}`},
		{"p:chen", "cursor", "code", `{"version":1,"ranges":[{"anchor":0,"head":0}]}`},
		{"p:chen", "of_a_later_version", "", `{"name":"陈晨"}`},
		{"p:lin", "end", "", `{"userId":"lin"}`},
	} {
		f.exec("INSERT INTO room_events (room_id, seq, corp_id, at, actor, kind, subject, code_version, data) VALUES (?, ?, 'corp', ?, ?, ?, ?, 0, ?)",
			roomID, n+1, at.Add(time.Duration(n)*time.Minute), e.actor, e.kind, e.subject, e.data)
	}
	_, err := f.transcripts.Open(f.t.Context(), lin, roomID, transcript.Staff)
	apperrtest.RequireNoError(f.t, err)
}

func (f *fixture) plan(change ...func(*calibration.Plan)) calibration.Plan {
	p := calibration.Plan{Title: "Go 一面", Note: "请独立评分", DueAt: f.company.Clock.Now().Add(48 * time.Hour), Raters: []string{"kai", "tom"}, WithOriginals: true}
	for _, fn := range change {
		fn(&p)
	}
	return p
}

func (f *fixture) create(change ...func(*calibration.Plan)) *calibration.View {
	f.t.Helper()
	v, err := f.Create(f.t.Context(), rosa, f.interview.ID, 0, f.plan(change...))
	apperrtest.RequireNoError(f.t, err)
	return v
}

// scores are the scores of the four criteria of the default template.
func scores(coding, solving, communication, fit int) []scorecard.Score {
	return []scorecard.Score{
		{Key: "coding", Score: coding, Comment: "据"}, {Key: "problem_solving", Score: solving}, {Key: "communication", Score: communication}, {Key: "fit", Score: fit},
	}
}

func draft(version int, list []scorecard.Score) scorecard.Draft {
	return scorecard.Draft{Version: version, Scores: list, Recommendation: scorecard.Yes, Comment: "评语"}
}

func (f *fixture) rate(a actor.Actor, id string, list []scorecard.Score) {
	f.t.Helper()
	r, err := f.SaveRating(f.t.Context(), a, id, draft(0, list))
	apperrtest.RequireNoError(f.t, err)
	_, err = f.SubmitRating(f.t.Context(), a, id, r.Card.Version)
	apperrtest.RequireNoError(f.t, err)
}

// evaluate submits the scorecard of an interviewer of the interview.
func (f *fixture) evaluate(a actor.Actor, interviewID string, list []scorecard.Score) {
	f.t.Helper()
	c, err := f.Interviews.SaveScorecard(f.t.Context(), a, interviewID, draft(0, list))
	apperrtest.RequireNoError(f.t, err)
	_, err = f.Interviews.SubmitScorecard(f.t.Context(), a, interviewID, c.Version)
	apperrtest.RequireNoError(f.t, err)
}
