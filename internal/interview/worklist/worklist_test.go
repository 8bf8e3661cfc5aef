package worklist_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
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

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

func newFixture(t testing.TB, d *db.DB) *fixture {
	t.Helper()
	company := interviewtest.New(t, d)
	f := &fixture{Service: company.Interviews, t: t, clock: company.Clock}
	p := company.CreatePosition(t)
	f.plan = interviewtest.NewPlan(p.ID, company.CreateCandidate(t, "陈晨", p.ID).ID, func(p *interview.Plan) { p.StartsAt = p.StartsAt.AddDate(0, 0, 1) })
	f.interview = f.schedule(f.plan)
	return f
}

func (f *fixture) schedule(p interview.Plan) *interview.Interview {
	f.t.Helper()
	i, _, err := f.Schedule(f.t.Context(), recruiter, p)
	apperrtest.RequireNoError(f.t, err)
	return i
}

func (f *fixture) respond(a actor.Actor, response interview.Response) {
	f.t.Helper()
	_, err := f.Respond(f.t.Context(), a, f.interview.ID, interview.ResponseInput{Response: response})
	apperrtest.RequireNoError(f.t, err)
}

// hold starts and ends the interview at its planned times.
func (f *fixture) hold() {
	f.t.Helper()
	f.clock.Set(f.interview.StartsAt)
	_, err := f.Start(f.t.Context(), lin, f.interview.ID)
	apperrtest.RequireNoError(f.t, err)
	f.clock.Advance(time.Hour)
	_, err = f.End(f.t.Context(), lin, f.interview.ID)
	apperrtest.RequireNoError(f.t, err)
}

func (f *fixture) submit(a actor.Actor) {
	f.t.Helper()
	d := scorecard.Draft{Recommendation: scorecard.Yes}
	for _, key := range []string{"problem_solving", "coding", "communication", "fit"} {
		d.Scores = append(d.Scores, scorecard.Score{Key: key, Score: 3})
	}
	c, err := f.SaveScorecard(f.t.Context(), a, f.interview.ID, d)
	apperrtest.RequireNoError(f.t, err)
	_, err = f.SubmitScorecard(f.t.Context(), a, f.interview.ID, c.Version)
	apperrtest.RequireNoError(f.t, err)
}

func (f *fixture) exec(query string, args ...any) {
	f.t.Helper()
	_, err := f.DB.NewRaw(query, args...).Exec(f.t.Context())
	apperrtest.RequireNoError(f.t, err)
}

// wantReasons fails the test unless the interview is in the groups with these reasons only.
func (f *fixture) wantReasons(when string, want ...worklist.Reason) {
	f.t.Helper()
	groups, err := worklist.List(f.t.Context(), f.Service, recruiter)
	apperrtest.RequireNoError(f.t, err)
	var got []worklist.Reason
	for _, g := range groups {
		got = append(got, g.Reason)
		if g.Total != len(g.Items) {
			f.t.Errorf("%s: %s has %d of %d items", when, g.Reason, len(g.Items), g.Total)
		}
	}
	if !slices.Equal(got, want) {
		f.t.Errorf("%s: %v, want %v", when, got, want)
	}
	counts, err := worklist.Count(f.t.Context(), f.Service, recruiter)
	apperrtest.RequireNoError(f.t, err)
	if !slices.EqualFunc(counts, groups, func(a, b worklist.Group) bool { return a.Reason == b.Reason && a.Total == b.Total && a.Items == nil }) {
		f.t.Errorf("%s: counts %v of %v", when, counts, groups)
	}
}

func TestResponses(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.wantReasons("scheduled", worklist.NoResponse)
		f.respond(mei, interview.Declined)
		f.wantReasons("one declined, one did not respond", worklist.Declined)
		f.respond(lin, interview.Accepted)
		f.wantReasons("one declined", worklist.Declined)
		_, err := f.Edit(t.Context(), recruiter, f.interview.ID, 0, func(p *interview.Plan) { p.Interviewers = []string{"lin"} })
		apperrtest.RequireNoError(t, err)
		f.wantReasons("replaced")
	})
}

func TestLinkUnopened(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.respond(lin, interview.Accepted)
		f.respond(mei, interview.Accepted)
		f.clock.Set(f.interview.StartsAt.Add(-25 * time.Hour))
		f.wantReasons("25 hours before")
		f.clock.Advance(time.Hour)
		f.wantReasons("24 hours before", worklist.LinkUnopened)

		open := func() {
			token, err := f.NewCandidateLink(t.Context(), recruiter, f.interview.ID)
			apperrtest.RequireNoError(t, err)
			f.wantReasons("not opened", worklist.LinkUnopened)
			_, _, _, err = f.RedeemCandidateLink(t.Context(), token, func(*interview.Interview) (string, error) { return "", nil })
			apperrtest.RequireNoError(t, err)
			f.wantReasons("opened")
		}
		open()
		open() // a new link replaces the opened one
	})
}

func TestFailures(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.respond(lin, interview.Accepted)
		f.respond(mei, interview.Accepted)
		f.wantReasons("nothing failed")

		f.exec("UPDATE messages SET state = 'failed' WHERE channel = 'mail' AND kind = 'invite'")
		f.wantReasons("mail refused", worklist.MailFailed)
		f.clock.Advance(time.Minute)
		_, err := f.Candidates.Update(t.Context(), recruiter, f.interview.CandidateID, 0, func(c *candidate.Candidate) { c.Email = "chen2@example.com" })
		apperrtest.RequireNoError(t, err)
		f.wantReasons("sent to another address")

		f.exec(`INSERT INTO appointments (id, corp_id, interview_id, kind, external_id, observed_digest, attempted, deleted, failure_code, failure_params, attempts, created_at, updated_at)
			VALUES ('a', 'corp', ?, 'schedule', '', '', FALSE, FALSE, 'appointment.refused', '{}', 1, ?, ?)`, f.interview.ID, clocktest.Noon(), clocktest.Noon())
		f.wantReasons("schedule refused", worklist.Incomplete)
		f.exec("UPDATE appointments SET deleted = TRUE")
		f.wantReasons("schedule deleted by a member")
		f.exec("UPDATE appointments SET deleted = FALSE")
		f.exec(`INSERT INTO appointment_settings (corp_id, calendar, default_meeting, calendar_id, schedule_failure, meeting_failure, updated_by, updated_at)
			VALUES ('corp', TRUE, 'none', '', 'appointment.refused', '', '', ?)`, clocktest.Noon())
		f.wantReasons("schedules refused to the company")
	})
}

func TestFailedRoom(t *testing.T) {
	runOnBoth(t, func(_ *testing.T, f *fixture) {
		f.respond(lin, interview.Accepted)
		f.respond(mei, interview.Accepted)
		f.exec(`INSERT INTO interview_rooms (id, corp_id, interview_id, kind, state, external_id, desired_generation, observed_generation, attempted, announced,
			failure_code, failure_params, report, attempts, created_at, updated_at)
			VALUES ('r', 'corp', ?, 'builtin', 'failed', '', 1, 0, FALSE, FALSE, 'provider.refused', '{}', '[]', 1, ?, ?)`, f.interview.ID, clocktest.Noon(), clocktest.Noon())
		f.wantReasons("room failed", worklist.Incomplete)
		f.exec("UPDATE interview_rooms SET state = 'ready'")
		f.wantReasons("room ready")
	})
}

func TestNotHeld(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.clock.Set(f.interview.EndsAt.Add(29 * time.Minute))
		f.wantReasons("29 minutes after the planned end")
		f.clock.Advance(2 * time.Minute)
		f.wantReasons("31 minutes after the planned end", worklist.NotHeld)
		f.clock.Set(f.interview.StartsAt.AddDate(0, 0, 61))
		f.wantReasons("61 days later")
		f.clock.Set(f.interview.EndsAt.Add(time.Hour))
		_, err := f.Cancel(t.Context(), recruiter, f.interview.ID, "没有到场")
		apperrtest.RequireNoError(t, err)
		f.wantReasons("cancelled")
	})
}

func TestAfterTheEnd(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.hold()
		f.submit(lin)
		f.clock.Advance(24 * time.Hour)
		f.wantReasons("24 hours after the end")
		f.clock.Advance(time.Second)
		f.wantReasons("later", worklist.ScorecardsOverdue)
		decide := func(d interview.Decision) {
			_, err := f.Decide(t.Context(), recruiter, f.interview.ID, d, "")
			apperrtest.RequireNoError(t, err)
		}
		decide(interview.Hire)
		f.wantReasons("decided without it")
		f.exec("UPDATE interviews SET decision = ''")
		_, err := f.Scorecards().Excuse(t.Context(), recruiter, f.interview.ID, "mei")
		apperrtest.RequireNoError(t, err)
		f.wantReasons("excused", worklist.DecisionDue)
		decide(interview.NextRound)
		f.wantReasons("next round", worklist.NextRound)

		p := f.plan
		p.StartsAt = f.clock.Now().AddDate(0, 0, 2)
		second := f.schedule(p)
		f.wantReasons("scheduled", worklist.NoResponse)
		_, err = f.Cancel(t.Context(), recruiter, second.ID, "")
		apperrtest.RequireNoError(t, err)
		f.wantReasons("cancelled", worklist.NextRound)
	})
}

// A group has the first interviews only, and counts a bounded number.
func TestGroupsAreBounded(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.exec("UPDATE interviews SET starts_at = ?, ends_at = ?", db.Time(f.interview.StartsAt.AddDate(0, 0, -10)), db.Time(f.interview.EndsAt.AddDate(0, 0, -10)))
		for n := range 120 {
			f.exec(`INSERT INTO interviews (id, corp_id, title, round, state, position_id, candidate_id, starts_at, ends_at, time_zone, room_kind, room_url,
				organizer_id, question_ids, template_id, note, cancel_reason, decision, decision_comment, decided_by, version, schedule_version, created_at, updated_at)
				SELECT id || '-' || ?, corp_id, title, round, state, position_id, candidate_id, starts_at, ends_at, time_zone, room_kind, room_url,
				organizer_id, question_ids, template_id, note, cancel_reason, decision, decision_comment, decided_by, version, schedule_version, created_at, updated_at
				FROM interviews WHERE id = ?`, n, f.interview.ID)
		}
		groups, err := worklist.List(t.Context(), f.Service, recruiter)
		apperrtest.RequireNoError(t, err)
		if len(groups) != 1 || groups[0].Reason != worklist.NotHeld || groups[0].Total != 100 || len(groups[0].Items) != 20 {
			t.Errorf("%d groups, the first with %d of %d", len(groups), len(groups[0].Items), groups[0].Total)
		}
	})
}

func TestWhoReadsTheWorklist(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		if _, err := worklist.List(t.Context(), f.Service, lin); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer: %v", err)
		}
		if _, err := worklist.Count(t.Context(), f.Service, lin); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer counts: %v", err)
		}
		groups, err := worklist.List(t.Context(), f.Service, actor.ForMember("other", "rosa", actor.Recruiter))
		if err != nil || len(groups) != 0 {
			t.Errorf("another company: %v, %v", groups, err)
		}
	})
}

// Each reason reads the interviews of its state, decision and time, and for each of them its
// interviewers.
func TestQueriesUseIndexes(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	for reason, query := range worklist.Queries(f.DB, "corp", f.clock.Now()) {
		var steps []struct {
			ID, Parent, Notused int64
			Detail              string
		}
		apperrtest.RequireNoError(t, f.DB.NewRaw("EXPLAIN QUERY PLAN "+query).Scan(t.Context(), &steps))
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
