package interview

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/scorecard"
)

var administrator = actor.ForMember("corp", "ada", actor.Administrator)

// countMessages counts the messages about an interview of the form "kind>recipient".
func (f *fixture) countMessages(id, want string) int {
	f.t.Helper()
	n := 0
	for _, sent := range f.messagesAbout(id) {
		if sent == want {
			n++
		}
	}
	return n
}

// scorecardActions lists the audited actions on missing scorecards of an
// interview as "action user object-user", oldest first.
func (f *fixture) scorecardActions(id string) []string {
	f.t.Helper()
	var list []audit.Entry
	if err := f.DB.NewSelect().Model(&list).Where("object_id = ? AND act LIKE 'scorecard.%'", id).Order("at", "id").Scan(f.ctx); err != nil {
		f.t.Fatal(err)
	}
	out := []string{}
	for _, e := range list {
		if e.Action != "scorecard.submit" {
			out = append(out, e.Action+" "+e.UserID+" "+e.Data["userId"])
		}
	}
	return out
}

func namesOf(list []MissingScorecard) []string {
	out := []string{}
	for _, m := range list {
		out = append(out, m.Interviewer.Name)
	}
	return out
}

func (f *fixture) wantMissing(id string, missing, excused []string) {
	f.t.Helper()
	e := must(f.Evaluation(f.ctx, f.recruiter, id))(f.t)
	names := []string{}
	for _, m := range e.Excused {
		names = append(names, m.Name)
	}
	if !slices.Equal(namesOf(e.Missing), missing) || !slices.Equal(names, excused) {
		f.t.Errorf("missing %v and excused %v, want %v and %v", namesOf(e.Missing), names, missing, excused)
	}
}

func TestExcuseInterviewer(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ended()
		f.evaluate(f.lin, i.ID, 4, scorecard.Yes)
		f.wantMissing(i.ID, []string{"梅二"}, []string{})
		for range 2 { // the second has no effect
			must(f.Scorecards().Excuse(f.ctx, administrator, i.ID, "mei"))(t)
		}
		f.wantMissing(i.ID, []string{}, []string{"梅二"})
		for _, a := range []actor.Actor{f.recruiter, administrator, f.lin} {
			if e := must(f.Evaluation(f.ctx, a, i.ID))(t); !e.Visible || len(e.Cards) != 1 || e.Submitted != 1 || e.Expected != 1 {
				t.Errorf("%s sees %+v", a.UserID, e)
			}
		}
		if e := must(f.Evaluation(f.ctx, f.mei, i.ID))(t); e.Visible || len(e.Cards) != 0 {
			t.Errorf("the excused interviewer sees %+v", e)
		}
		if n := f.countMessages(i.ID, "summary>rosa"); n != 1 {
			t.Errorf("%d summaries for the organizer", n)
		}
		if due := listIDs(t, f, f.mei, Filter{ScorecardDue: true}); len(due) != 0 {
			t.Error("the scorecard of the excused interviewer is due")
		}
		if err := f.Scorecards().sendReminders(f.ctx, EvaluateReminderArgs{CorpID: "corp", InterviewID: i.ID, Number: 1}); err != nil {
			t.Fatal(err)
		}
		if n := f.countMessages(i.ID, "evaluate_reminder>mei"); n != 0 {
			t.Errorf("%d reminders for the excused interviewer", n)
		}
		if got := f.scorecardActions(i.ID); !slices.Equal(got, []string{"scorecard.excuse ada mei"}) {
			t.Errorf("audited %v", got)
		}
	})
}

func TestRequireScorecardAfterExcuse(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ended()
		f.evaluate(f.lin, i.ID, 4, scorecard.Yes)
		must(f.Scorecards().Excuse(f.ctx, f.recruiter, i.ID, "mei"))(t)
		f.clock.Advance(time.Second)
		for range 2 { // the second has no effect
			must(f.Scorecards().Require(f.ctx, f.recruiter, i.ID, "mei"))(t)
		}
		f.wantMissing(i.ID, []string{"梅二"}, []string{})
		if e := must(f.Evaluation(f.ctx, f.recruiter, i.ID))(t); e.Visible || len(e.Cards) != 0 {
			t.Errorf("the recruiter sees %+v", e)
		}
		if due := listIDs(t, f, f.mei, Filter{ScorecardDue: true}); len(due) != 1 {
			t.Errorf("%d scorecards due", len(due))
		}
		if n := f.countMessages(i.ID, "summary>rosa"); n != 0 {
			t.Errorf("the organizer, who excused the interviewer, received %d summaries", n)
		}
		if got := f.scorecardActions(i.ID); !slices.Equal(got, []string{"scorecard.excuse rosa mei", "scorecard.require rosa mei"}) {
			t.Errorf("audited %v", got)
		}
		f.evaluate(f.mei, i.ID, 2, scorecard.No)
		if n := f.countMessages(i.ID, "summary>rosa"); n != 1 {
			t.Errorf("%d summaries for the organizer", n)
		}
	})
}

// The reminders of an excused interviewer continue when the excuse is taken back.
func TestRemindersAfterExcuseIsTakenBack(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ended()
		f.evaluate(f.lin, i.ID, 4, scorecard.Yes)
		must(f.Scorecards().Excuse(f.ctx, f.recruiter, i.ID, "mei"))(t)
		planned := f.jobs("interview_evaluate_reminder")
		if err := f.Scorecards().sendReminders(f.ctx, EvaluateReminderArgs{CorpID: "corp", InterviewID: i.ID, Number: 1}); err != nil {
			t.Fatal(err)
		}
		if n := f.jobs("interview_evaluate_reminder"); n != planned+1 {
			t.Errorf("%d jobs, want %d", n, planned+1)
		}
		must(f.Scorecards().Require(f.ctx, f.recruiter, i.ID, "mei"))(t)
		if err := f.Scorecards().sendReminders(f.ctx, EvaluateReminderArgs{CorpID: "corp", InterviewID: i.ID, Number: 2}); err != nil {
			t.Fatal(err)
		}
		if n := f.countMessages(i.ID, "evaluate_reminder>mei"); n != 1 {
			t.Errorf("%d reminders", n)
		}
	})
}

func TestExcusedInterviewerMaySubmit(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ended()
		f.evaluate(f.lin, i.ID, 4, scorecard.Yes)
		must(f.Scorecards().Excuse(f.ctx, f.recruiter, i.ID, "mei"))(t)
		f.evaluate(f.mei, i.ID, 2, scorecard.No)
		for _, a := range []actor.Actor{f.recruiter, f.mei} {
			if e := must(f.Evaluation(f.ctx, a, i.ID))(t); !e.Visible || len(e.Cards) != 2 || e.Expected != 2 || e.Average != 3 || len(e.Excused) != 0 {
				t.Errorf("%s sees %+v", a.UserID, e)
			}
		}
		_, err := f.Scorecards().Require(f.ctx, f.recruiter, i.ID, "mei")
		apperrtest.Check(t, err, apperr.Conflict, "scorecard.was_submitted")
	})
}

func TestOpenScorecards(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ended(func(p *Plan) { p.Interviewers = []string{"lin", "mei", "kai"} })
		open := func() error { _, err := f.Scorecards().Open(f.ctx, f.recruiter, i.ID); return err }
		apperrtest.Check(t, open(), apperr.Conflict, "scorecard.none_submitted")
		f.evaluate(f.lin, i.ID, 4, scorecard.Yes)
		f.clock.Set(i.EndedAt.Add(openScorecardsAfter - time.Second))
		apperrtest.Check(t, open(), apperr.Conflict, "scorecard.too_early_to_open")
		if e := must(f.Evaluation(f.ctx, f.recruiter, i.ID))(t); e.MayOpen || e.Visible || !e.OpenFrom.Equal(i.EndedAt.Add(openScorecardsAfter)) {
			t.Errorf("before the time: %+v", e)
		}
		f.clock.Advance(time.Second)
		if e := must(f.Evaluation(f.ctx, f.recruiter, i.ID))(t); !e.MayOpen || e.Visible {
			t.Errorf("at the time: %+v", e)
		}
		for range 2 { // the second has no effect
			if err := open(); err != nil {
				t.Fatal(err)
			}
		}
		for _, a := range []actor.Actor{f.recruiter, administrator, f.lin} {
			e := must(f.Evaluation(f.ctx, a, i.ID))(t)
			if !e.Visible || len(e.Cards) != 1 || e.Submitted != 1 || e.Expected != 3 || e.MayOpen || e.OpenFrom != nil || e.OpenedBy.Name != "罗莎" || !e.OpenedAt.Equal(f.clock.Now()) {
				t.Errorf("%s sees %+v", a.UserID, e)
			}
		}
		if e := must(f.Evaluation(f.ctx, f.mei, i.ID))(t); e.Visible || len(e.Cards) != 0 || e.Average != 0 {
			t.Errorf("an interviewer without a submitted scorecard sees %+v", e)
		}
		if got := f.scorecardActions(i.ID); !slices.Equal(got, []string{"scorecard.open rosa "}) {
			t.Errorf("audited %v", got)
		}
		f.evaluate(f.mei, i.ID, 2, scorecard.No)
		if e := must(f.Evaluation(f.ctx, f.mei, i.ID))(t); !e.Visible || len(e.Cards) != 2 {
			t.Errorf("after the submission the interviewer sees %+v", e)
		}
	})
}

func TestRemindMissingScorecard(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ended()
		remind := func(userID string) error {
			_, err := f.Scorecards().Remind(f.ctx, f.recruiter, i.ID, userID)
			return err
		}
		if err := remind("mei"); err != nil {
			t.Fatal(err)
		}
		at := f.clock.Now()
		f.clock.Advance(remindAgainAfter - time.Second)
		apperrtest.Check(t, remind("mei"), apperr.Conflict, "scorecard.reminded_recently")
		apperrtest.Check(t, remind("Mei"), apperr.Conflict, "scorecard.reminded_recently") // in any case
		if err := remind("lin"); err != nil {                                              // the interval is per interviewer
			t.Fatal(err)
		}
		if err := f.Scorecards().sendReminders(f.ctx, EvaluateReminderArgs{CorpID: "corp", InterviewID: i.ID, Number: 1}); err != nil {
			t.Fatal(err)
		}
		if n := f.countMessages(i.ID, "evaluate_reminder>mei"); n != 1 {
			t.Errorf("%d reminders with the automatic one", n)
		}
		for a, want := range map[*actor.Actor]bool{&f.recruiter: true, &f.lin: false} {
			e := must(f.Evaluation(f.ctx, *a, i.ID))(t)
			if last := e.Missing[1].RemindedAt; (last != nil) != want || want && !last.Equal(at) {
				t.Errorf("%s sees the reminder of %v", a.UserID, last)
			}
		}
		f.clock.Advance(time.Second)
		if err := remind("mei"); err != nil {
			t.Fatal(err)
		}
		if n := f.countMessages(i.ID, "evaluate_reminder>mei"); n != 2 {
			t.Errorf("%d reminders", n)
		}
		want := []string{"scorecard.remind rosa mei", "scorecard.remind rosa lin", "scorecard.remind rosa mei"}
		if got := f.scorecardActions(i.ID); !slices.Equal(got, want) {
			t.Errorf("audited %v", got)
		}
	})
}

func TestFailedReminderMayBeRepeated(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ended()
		must(f.Scorecards().Remind(f.ctx, f.recruiter, i.ID, "mei"))(t)
		if _, err := f.DB.NewUpdate().Model((*message.Message)(nil)).Set("state = ?", message.Failed).Where("kind = ?", message.KindEvaluateReminder).Exec(f.ctx); err != nil {
			t.Fatal(err)
		}
		must(f.Scorecards().Remind(f.ctx, f.recruiter, i.ID, "mei"))(t)
	})
}

func TestConcurrentRemindersSendOne(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ended()
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() { _, _ = f.Scorecards().Remind(f.ctx, f.recruiter, i.ID, "mei") })
		}
		wg.Wait()
		if n := f.countMessages(i.ID, "evaluate_reminder>mei"); n != 1 {
			t.Errorf("%d reminders", n)
		}
	})
}

func TestManageScorecardsPermissions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		scheduled := f.schedule()
		ended := f.ended(func(p *Plan) {
			p.StartsAt, p.Interviewers = p.StartsAt.Add(3*time.Hour), []string{"lin", "mei", "kai"}
		})
		f.evaluate(f.lin, ended.ID, 3, scorecard.Yes)
		must(f.Scorecards().Excuse(f.ctx, f.recruiter, ended.ID, "mei"))(t)
		declined := f.schedule(func(p *Plan) { p.StartsAt = p.StartsAt.Add(6 * time.Hour) })
		must(f.Respond(f.ctx, f.mei, declined.ID, ResponseInput{Response: Declined}))(t)
		must(f.Start(f.ctx, f.lin, declined.ID))(t)
		must(f.End(f.ctx, f.lin, declined.ID))(t)

		s := f.Scorecards()
		excuse := func(a actor.Actor, id, userID string) error { _, err := s.Excuse(f.ctx, a, id, userID); return err }
		require := func(a actor.Actor, id, userID string) error { _, err := s.Require(f.ctx, a, id, userID); return err }
		remind := func(a actor.Actor, id, userID string) error { _, err := s.Remind(f.ctx, a, id, userID); return err }
		open := func(a actor.Actor, id, _ string) error { _, err := s.Open(f.ctx, a, id); return err }
		kai := actor.ForInterviewer("corp", "kai")
		stranger := actor.ForMember("other", "rosa", actor.Administrator)
		for _, run := range []func(a actor.Actor, id, userID string) error{excuse, require, remind, open} {
			apperrtest.CheckForbidden(t, run(kai, ended.ID, "kai"))
			apperrtest.CheckForbidden(t, run(f.lin, scheduled.ID, "lin"))
			apperrtest.CheckNotFound(t, run(stranger, ended.ID, "kai"))
			apperrtest.Check(t, run(f.recruiter, scheduled.ID, "lin"), apperr.Conflict, "interview.wrong_state_scheduled")
		}
		for _, run := range []func(a actor.Actor, id, userID string) error{excuse, require, remind} {
			apperrtest.CheckNotFound(t, run(f.recruiter, ended.ID, "rosa"))
		}
		apperrtest.Check(t, excuse(f.recruiter, ended.ID, "lin"), apperr.Conflict, "scorecard.was_submitted")
		apperrtest.Check(t, remind(f.recruiter, ended.ID, "lin"), apperr.Conflict, "scorecard.was_submitted")
		apperrtest.Check(t, remind(f.recruiter, ended.ID, "mei"), apperr.Conflict, "scorecard.not_expected")
		apperrtest.Check(t, excuse(f.recruiter, declined.ID, "mei"), apperr.Conflict, "scorecard.not_expected")
		for a, want := range map[*actor.Actor]bool{&f.recruiter: true, &administrator: true, &kai: false} {
			if f.PermissionsOf(*a, ended).ManageScorecards != want || f.PermissionsOf(*a, scheduled).ManageScorecards {
				t.Errorf("the permissions of %s", a.UserID)
			}
		}
	})
}

// A reminder that waits in the queue is not delivered to an excused interviewer.
func TestExcuseSupersedesReminder(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ended()
		must(f.Scorecards().Excuse(f.ctx, f.recruiter, i.ID, "mei"))(t)
		i = must(f.Get(f.ctx, f.recruiter, i.ID))(t)
		for recipient, want := range map[string]bool{"lin": false, "mei": true} {
			d := Delivery{Message: &message.Message{Kind: message.KindEvaluate, Channel: message.WeCom, Recipient: recipient}, Interview: i}
			if d.Superseded() != want {
				t.Errorf("superseded for %s: %v", recipient, !want)
			}
		}
	})
}
