package worklist_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/interview/worklist"
	"github.com/huimian/huimian/internal/scorecard"
)

var (
	recruiter = interviewtest.Rosa
	lin       = interviewtest.Lin
	mei       = interviewtest.Mei
)

// fixture is a company with an interview of lin and mei that starts in three days.
type fixture struct {
	*interview.Service
	t         testing.TB
	clock     *clocktest.Clock
	plan      interview.Plan
	interview *interview.Interview
}

func runOnBoth(t *testing.T, body func(t *testing.T, w *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

func newFixture(t testing.TB, d *db.DB) *fixture {
	t.Helper()
	company := interviewtest.New(t, d)
	w := &fixture{Service: company.Interviews, t: t, clock: company.Clock}
	p := company.CreatePosition(t)
	w.plan = interviewtest.NewPlan(p.ID, company.CreateCandidate(t, "陈晨", p.ID).ID, func(p *interview.Plan) { p.StartsAt = p.StartsAt.AddDate(0, 0, 1) })
	w.interview = w.schedule(w.plan)
	return w
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *fixture) schedule(p interview.Plan) *interview.Interview {
	w.t.Helper()
	i, _, err := w.Schedule(w.t.Context(), recruiter, p)
	check(w.t, err)
	return i
}

func (w *fixture) respond(a actor.Actor, response interview.Response) {
	w.t.Helper()
	_, err := w.Respond(w.t.Context(), a, w.interview.ID, interview.ResponseInput{Response: response})
	check(w.t, err)
}

// hold starts and ends the interview at its planned times.
func (w *fixture) hold() {
	w.t.Helper()
	w.clock.Set(w.interview.StartsAt)
	_, err := w.Start(w.t.Context(), lin, w.interview.ID)
	check(w.t, err)
	w.clock.Advance(time.Hour)
	_, err = w.End(w.t.Context(), lin, w.interview.ID)
	check(w.t, err)
}

func (w *fixture) submit(a actor.Actor) {
	w.t.Helper()
	d := scorecard.Draft{Recommendation: scorecard.Yes}
	for _, key := range []string{"problem_solving", "coding", "communication", "fit"} {
		d.Scores = append(d.Scores, scorecard.Score{Key: key, Score: 3})
	}
	c, err := w.SaveScorecard(w.t.Context(), a, w.interview.ID, d)
	check(w.t, err)
	_, err = w.SubmitScorecard(w.t.Context(), a, w.interview.ID, c.Version)
	check(w.t, err)
}

func (w *fixture) exec(query string, args ...any) {
	w.t.Helper()
	_, err := w.DB.NewRaw(query, args...).Exec(w.t.Context())
	check(w.t, err)
}

// wantReasons fails the test unless the interview is in the groups with these reasons only.
func (w *fixture) wantReasons(when string, want ...worklist.Reason) {
	w.t.Helper()
	groups, err := worklist.List(w.t.Context(), w.Service, recruiter)
	check(w.t, err)
	var got []worklist.Reason
	for _, g := range groups {
		got = append(got, g.Reason)
		if g.Total != len(g.Items) {
			w.t.Errorf("%s: %s has %d of %d items", when, g.Reason, len(g.Items), g.Total)
		}
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("%s: %v, want %v", when, got, want)
	}
	counts, err := worklist.Count(w.t.Context(), w.Service, recruiter)
	check(w.t, err)
	if !slices.EqualFunc(counts, groups, func(a, b worklist.Group) bool { return a.Reason == b.Reason && a.Total == b.Total && a.Items == nil }) {
		w.t.Errorf("%s: counts %v of %v", when, counts, groups)
	}
}

func TestResponses(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.wantReasons("scheduled", worklist.NoResponse)
		w.respond(mei, interview.Declined)
		w.wantReasons("one declined, one did not respond", worklist.Declined)
		w.respond(lin, interview.Accepted)
		w.wantReasons("one declined", worklist.Declined)
		_, err := w.Edit(t.Context(), recruiter, w.interview.ID, 0, func(p *interview.Plan) { p.Interviewers = []string{"lin"} })
		check(t, err)
		w.wantReasons("replaced")
	})
}

func TestLinkUnopened(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.respond(lin, interview.Accepted)
		w.respond(mei, interview.Accepted)
		w.clock.Set(w.interview.StartsAt.Add(-25 * time.Hour))
		w.wantReasons("25 hours before")
		w.clock.Advance(time.Hour)
		w.wantReasons("24 hours before", worklist.LinkUnopened)

		open := func() {
			token, err := w.NewCandidateLink(t.Context(), recruiter, w.interview.ID)
			check(t, err)
			w.wantReasons("not opened", worklist.LinkUnopened)
			_, _, _, err = w.RedeemCandidateLink(t.Context(), token, func(*interview.Interview) (string, error) { return "", nil })
			check(t, err)
			w.wantReasons("opened")
		}
		open()
		open() // a new link replaces the opened one
	})
}

func TestFailures(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.respond(lin, interview.Accepted)
		w.respond(mei, interview.Accepted)
		w.wantReasons("nothing failed")

		w.exec("UPDATE messages SET state = 'failed' WHERE channel = 'mail' AND kind = 'invite'")
		w.wantReasons("mail refused", worklist.MailFailed)
		w.clock.Advance(time.Minute)
		_, err := w.Candidates.Update(t.Context(), recruiter, w.interview.CandidateID, 0, func(c *candidate.Candidate) { c.Email = "chen2@example.com" })
		check(t, err)
		w.wantReasons("sent to another address")

		w.exec(`INSERT INTO appointments (id, corp_id, interview_id, kind, external_id, observed_digest, attempted, deleted, failure_code, failure_params, attempts, created_at, updated_at)
			VALUES ('a', 'corp', ?, 'schedule', '', '', FALSE, FALSE, 'appointment.refused', '{}', 1, ?, ?)`, w.interview.ID, clocktest.Noon(), clocktest.Noon())
		w.wantReasons("schedule refused", worklist.Incomplete)
		w.exec("UPDATE appointments SET deleted = TRUE")
		w.wantReasons("schedule deleted by a member")
		w.exec("UPDATE appointments SET deleted = FALSE")
		w.exec(`INSERT INTO appointment_settings (corp_id, calendar, default_meeting, calendar_id, schedule_failure, meeting_failure, updated_by, updated_at)
			VALUES ('corp', TRUE, 'none', '', 'appointment.refused', '', '', ?)`, clocktest.Noon())
		w.wantReasons("schedules refused to the company")
	})
}

func TestFailedRoom(t *testing.T) {
	runOnBoth(t, func(_ *testing.T, w *fixture) {
		w.respond(lin, interview.Accepted)
		w.respond(mei, interview.Accepted)
		w.exec(`INSERT INTO interview_rooms (id, corp_id, interview_id, kind, state, external_id, desired_generation, observed_generation, attempted, announced,
			failure_code, failure_params, report, attempts, created_at, updated_at)
			VALUES ('r', 'corp', ?, 'builtin', 'failed', '', 1, 0, FALSE, FALSE, 'provider.refused', '{}', '[]', 1, ?, ?)`, w.interview.ID, clocktest.Noon(), clocktest.Noon())
		w.wantReasons("room failed", worklist.Incomplete)
		w.exec("UPDATE interview_rooms SET state = 'ready'")
		w.wantReasons("room ready")
	})
}

func TestNotHeld(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.clock.Set(w.interview.EndsAt.Add(29 * time.Minute))
		w.wantReasons("29 minutes after the planned end")
		w.clock.Advance(2 * time.Minute)
		w.wantReasons("31 minutes after the planned end", worklist.NotHeld)
		w.clock.Set(w.interview.StartsAt.AddDate(0, 0, 61))
		w.wantReasons("61 days later")
		w.clock.Set(w.interview.EndsAt.Add(time.Hour))
		_, err := w.Cancel(t.Context(), recruiter, w.interview.ID, "没有到场")
		check(t, err)
		w.wantReasons("cancelled")
	})
}

func TestAfterTheEnd(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.hold()
		w.submit(lin)
		w.clock.Advance(24 * time.Hour)
		w.wantReasons("24 hours after the end")
		w.clock.Advance(time.Second)
		w.wantReasons("later", worklist.ScorecardsOverdue)
		decide := func(d interview.Decision) {
			_, err := w.Decide(t.Context(), recruiter, w.interview.ID, d, "")
			check(t, err)
		}
		decide(interview.Hire)
		w.wantReasons("decided without it")
		w.exec("UPDATE interviews SET decision = ''")
		_, err := w.Scorecards().Excuse(t.Context(), recruiter, w.interview.ID, "mei")
		check(t, err)
		w.wantReasons("excused", worklist.DecisionDue)
		decide(interview.NextRound)
		w.wantReasons("next round", worklist.NextRound)

		p := w.plan
		p.StartsAt = w.clock.Now().AddDate(0, 0, 2)
		second := w.schedule(p)
		w.wantReasons("scheduled", worklist.NoResponse)
		_, err = w.Cancel(t.Context(), recruiter, second.ID, "")
		check(t, err)
		w.wantReasons("cancelled", worklist.NextRound)
	})
}

// A group has the first interviews only, and counts a bounded number.
func TestGroupsAreBounded(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.exec("UPDATE interviews SET starts_at = ?, ends_at = ?", db.Time(w.interview.StartsAt.AddDate(0, 0, -10)), db.Time(w.interview.EndsAt.AddDate(0, 0, -10)))
		for n := range 120 {
			w.exec(`INSERT INTO interviews (id, corp_id, title, round, state, position_id, candidate_id, starts_at, ends_at, time_zone, room_kind, room_url,
				organizer_id, question_ids, template_id, note, cancel_reason, decision, decision_comment, decided_by, version, schedule_version, created_at, updated_at)
				SELECT id || '-' || ?, corp_id, title, round, state, position_id, candidate_id, starts_at, ends_at, time_zone, room_kind, room_url,
				organizer_id, question_ids, template_id, note, cancel_reason, decision, decision_comment, decided_by, version, schedule_version, created_at, updated_at
				FROM interviews WHERE id = ?`, n, w.interview.ID)
		}
		groups, err := worklist.List(t.Context(), w.Service, recruiter)
		check(t, err)
		if len(groups) != 1 || groups[0].Reason != worklist.NotHeld || groups[0].Total != 100 || len(groups[0].Items) != 20 {
			t.Errorf("%d groups, the first with %d of %d", len(groups), len(groups[0].Items), groups[0].Total)
		}
	})
}

func TestWhoReadsTheWorklist(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		if _, err := worklist.List(t.Context(), w.Service, lin); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer: %v", err)
		}
		if _, err := worklist.Count(t.Context(), w.Service, lin); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer counts: %v", err)
		}
		groups, err := worklist.List(t.Context(), w.Service, actor.Actor{CorpID: "other", UserID: "rosa", Roles: actor.Recruiter})
		if err != nil || len(groups) != 0 {
			t.Errorf("another company: %v, %v", groups, err)
		}
	})
}

// Each reason reads the interviews of its state, decision and time, and for each of them its
// interviewers.
func TestQueriesUseIndexes(t *testing.T) {
	w := newFixture(t, dbtest.Open(t, db.SQLite))
	for reason, query := range worklist.Queries(w.DB, "corp", w.clock.Now()) {
		var steps []struct {
			ID, Parent, Notused int64
			Detail              string
		}
		check(t, w.DB.NewRaw("EXPLAIN QUERY PLAN "+query).Scan(t.Context(), &steps))
		plan := ""
		for _, s := range steps {
			plan += s.Detail + "\n"
		}
		if !strings.Contains(plan, "interviews_decision (corp_id=? AND state=? AND decision=? AND starts_at>? AND starts_at<?)") ||
			strings.Contains(plan, "SCAN") || strings.Contains(plan, "interview_members_user") || strings.Contains(plan, "interviews_text") {
			t.Errorf("%s:\n%s", reason, plan)
		}
	}
}
