package interview

import (
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
)

func TestEditTellsWhomItConcerns(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.people["wu"] = member.Member{UserID: "wu", Name: "吴四", Active: true}
		i := f.schedule()
		must(f.Respond(f.ctx, f.lin, i.ID, ResponseInput{Response: Accepted}))(t)
		i = must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) {
			p.StartsAt = p.StartsAt.Add(2 * time.Hour)
			p.Interviewers = []string{"wu", "lin"}
		}))(t)
		wantMessages(t, f, i.ID, "invite>lin", "invite>mei", "invite>chen@example.com",
			"cancelled>mei", "invite>wu", "changed>lin", "changed>chen@example.com")
		if i.ScheduleVersion != 2 || len(i.Interviewers) != 2 || i.Interviewers[0].UserID != "wu" {
			t.Errorf("after the edit: %+v", i.Interviewers)
		}
		if m := i.interviewer("lin"); m.Response != Pending || m.RespondedAt != nil {
			t.Errorf("lin's answer to the old time still counts: %+v", m)
		}
		if got := f.jobs("interview_reminder"); got != 4 {
			t.Errorf("%d reminders, want two for each time", got)
		}
	})
}

func TestEditOfTheNoteTellsNobody(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		must(f.Respond(f.ctx, f.lin, i.ID, ResponseInput{Response: Accepted}))(t)
		before := len(f.messagesAbout(i.ID))
		i = must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.Note = "带上白板笔" }))(t)
		if len(f.messagesAbout(i.ID)) != before || i.interviewer("lin").Response != Accepted || i.Note != "带上白板笔" {
			t.Errorf("messages %v; %+v", f.messagesAbout(i.ID), i.Interviewers)
		}
		same := must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(*Plan) {}))(t)
		if same.Version != i.Version {
			t.Errorf("an edit of nothing made version %d of %d", same.Version, i.Version)
		}
	})
}

func TestEditWarnsOfNewClashesOnly(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.schedule(func(p *Plan) { p.Interviewers = []string{"mei"} })
		i := f.schedule(func(p *Plan) { p.Interviewers, p.OverrideWarnings = []string{"lin"}, true })
		must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.Note = "x" }))(t)
		_, err := f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.Interviewers = []string{"lin", "mei"} })
		apperrtest.CheckFields(t, err, "interviewers[1]: interview.double_booked!")
		_, err = f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.Duration = 30 * time.Minute })
		apperrtest.CheckFields(t, err, "candidateId: interview.candidate_double_booked!")
	})
}

func TestEditRefused(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		note := func(p *Plan) { p.Note = "x" }
		must(f.Edit(f.ctx, f.recruiter, i.ID, i.Version, note))(t)
		_, err := f.Edit(f.ctx, f.recruiter, i.ID, i.Version, func(p *Plan) { p.Note = "y" })
		apperrtest.Check(t, err, apperr.Conflict, "interview.changed_meanwhile")
		_, err = f.Edit(f.ctx, f.lin, i.ID, 0, note)
		apperrtest.CheckForbidden(t, err)
		_, err = f.Edit(f.ctx, actor.ForMember("other", "rosa", actor.Administrator), i.ID, 0, note)
		apperrtest.CheckNotFound(t, err)
		_, err = f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.StartsAt = noon.Add(-time.Hour) })
		apperrtest.CheckFields(t, err, "startsAt: interview.in_past")
		must(f.Start(f.ctx, f.lin, i.ID))(t)
		_, err = f.Edit(f.ctx, f.recruiter, i.ID, 0, note)
		apperrtest.Check(t, err, apperr.Conflict, "interview.wrong_state_in_progress")
	})
}

func TestRespond(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		for range 2 { // a repeated response changes nothing
			i = must(f.Respond(f.ctx, f.lin, i.ID, ResponseInput{Response: Accepted, ScheduleVersion: 1}))(t)
		}
		if i.interviewer("lin").Response != Accepted || i.Version != 2 {
			t.Errorf("version %d: %+v", i.Version, i.interviewer("lin"))
		}
		for range 2 {
			i = must(f.Respond(f.ctx, f.mei, i.ID, ResponseInput{Response: Declined, Reason: "出差"}))(t)
		}
		wantMessages(t, f, i.ID, "invite>lin", "invite>mei", "invite>chen@example.com", "declined>rosa")
		list := must2(f.Messages.List(f.ctx, f.recruiter, message.Filter{Kind: message.KindDeclined}))(t)
		if list[0].By.Name != "梅二" || list[0].Data.Reason != "出差" {
			t.Errorf("the decline says %+v by %s", list[0].Data, list[0].By.Name)
		}
	})
}

func TestRespondRefused(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		_, err := f.Respond(f.ctx, f.recruiter, i.ID, ResponseInput{Response: Accepted})
		apperrtest.CheckForbidden(t, err)
		_, err = f.Respond(f.ctx, f.lin, i.ID, ResponseInput{Response: Pending})
		apperrtest.CheckFields(t, err, "response: field.not_one_of")
		must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.StartsAt = p.StartsAt.Add(time.Hour) }))(t)
		_, err = f.Respond(f.ctx, f.lin, i.ID, ResponseInput{Response: Accepted, ScheduleVersion: 1})
		apperrtest.Check(t, err, apperr.Conflict, "interview.moved_meanwhile")
		must(f.Cancel(f.ctx, f.recruiter, i.ID, "招满了"))(t)
		_, err = f.Respond(f.ctx, f.lin, i.ID, ResponseInput{Response: Accepted})
		apperrtest.Check(t, err, apperr.Gone, "interview.is_cancelled")
	})
}

func TestCancel(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		must(f.Respond(f.ctx, f.mei, i.ID, ResponseInput{Response: Declined}))(t)
		for range 2 {
			i = must(f.Cancel(f.ctx, f.recruiter, i.ID, "招满了"))(t)
		}
		if i.State != Cancelled || i.CancelReason != "招满了" || i.Link != LinkExpired {
			t.Errorf("%+v", i)
		}
		wantMessages(t, f, i.ID, "invite>lin", "invite>mei", "invite>chen@example.com", "declined>rosa",
			"cancelled>lin", "cancelled>chen@example.com")
		for name, act := range map[string]func() (*Interview, error){
			"start":  func() (*Interview, error) { return f.Start(f.ctx, f.lin, i.ID) },
			"end":    func() (*Interview, error) { return f.End(f.ctx, f.lin, i.ID) },
			"decide": func() (*Interview, error) { return f.Decide(f.ctx, f.recruiter, i.ID, Hire, "") },
			"edit":   func() (*Interview, error) { return f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.Note = "x" }) },
		} {
			_, err := act()
			if apperr.KindOf(err) != apperr.Gone {
				t.Errorf("%s of a cancelled interview: %v", name, err)
			}
		}
		_, err := f.Cancel(f.ctx, f.lin, i.ID, "")
		apperrtest.CheckForbidden(t, err)
	})
}

func TestStartEndDecide(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		_, err := f.End(f.ctx, f.lin, i.ID)
		apperrtest.Check(t, err, apperr.Conflict, "interview.wrong_state_scheduled")
		_, err = f.Decide(f.ctx, f.recruiter, i.ID, Hire, "")
		apperrtest.Check(t, err, apperr.Conflict, "interview.wrong_state_scheduled")
		for range 2 {
			i = must(f.Start(f.ctx, f.lin, i.ID))(t)
		}
		must(f.Respond(f.ctx, f.mei, i.ID, ResponseInput{Response: Declined}))(t)
		for range 2 {
			i = must(f.End(f.ctx, f.lin, i.ID))(t)
		}
		if i.State != Ended || i.StartedAt == nil || i.EndedAt == nil {
			t.Errorf("%+v", i)
		}
		wantMessages(t, f, i.ID, "invite>lin", "invite>mei", "invite>chen@example.com", "declined>rosa", "evaluate>lin")
		_, err = f.Decide(f.ctx, f.lin, i.ID, Hire, "")
		apperrtest.CheckForbidden(t, err)
		_, err = f.Decide(f.ctx, f.recruiter, i.ID, "maybe", "")
		apperrtest.CheckFields(t, err, "decision: field.not_one_of")
		i = must(f.Decide(f.ctx, f.recruiter, i.ID, NextRound, "代码清楚"))(t)
		if i.Decision != NextRound || i.Decider.Name != "罗莎" || i.DecidedAt == nil {
			t.Errorf("%+v", i)
		}
		n, err := f.DB.NewSelect().Model((*audit.Entry)(nil)).Where("object_id = ?", i.ID).Count(f.ctx)
		if err != nil || n != 5 {
			t.Errorf("%d audit entries (%v), want schedule, start, decline, end, decide", n, err)
		}
	})
}

func TestPermissionsFollowTheState(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		check := func(who string, a actor.Actor, want Permissions) {
			t.Helper()
			if got := f.PermissionsOf(a, must(f.Get(f.ctx, f.recruiter, i.ID))(t)); got != want {
				t.Errorf("%s: %+v, want %+v", who, got, want)
			}
		}
		check("recruiter before", f.recruiter, Permissions{ReadRecords: true, Edit: true, Cancel: true, Enter: true, Start: true, Link: true})
		check("interviewer before", f.lin, Permissions{ReadRecords: true, Respond: true, Enter: true, Start: true})
		check("stranger", actor.ForMember("corp", "eve", 0), Permissions{})
		must(f.Start(f.ctx, f.lin, i.ID))(t)
		check("recruiter during", f.recruiter, Permissions{ReadRecords: true, Cancel: true, Enter: true, End: true, Link: true})
		check("interviewer during", f.lin, Permissions{ReadRecords: true, Respond: true, Enter: true, End: true, Evaluate: true})
		must(f.End(f.ctx, f.lin, i.ID))(t)
		check("recruiter after", f.recruiter, Permissions{ReadRecords: true, Enter: true, Decide: true, ManageScorecards: true})
		check("interviewer after", f.lin, Permissions{ReadRecords: true, Enter: true, Evaluate: true})
	})
}
