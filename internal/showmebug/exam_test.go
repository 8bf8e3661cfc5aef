package showmebug_test

import (
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/showmebug"
	"github.com/huimian/huimian/showmebug/showmebugtest"
)

// addExam adds a written test to the team.
func (w *fixture) addExam() int64 {
	return w.sim.AddExam(w.team, showmebugtest.Exam{
		Name: "Go 基础", DurationMinutes: 60, Questions: []showmebugtest.Question{{QuestionType: "essay", Title: "goroutine"}},
	})
}

func (w *fixture) getSitting(id string) showmebug.Sitting {
	w.t.Helper()
	for _, v := range must(w.Sittings(w.ctx, w.rosa, w.candidate.ID))(w.t) {
		if v.ID == id {
			return v
		}
	}
	w.t.Fatalf("no written test %s", id)
	return showmebug.Sitting{}
}

func (w *fixture) waitForSittingState(id string, state showmebug.SittingState) showmebug.Sitting {
	w.t.Helper()
	w.waitUntil("the written test is "+string(state), func() bool { return w.getSitting(id).State == state })
	return w.getSitting(id)
}

func TestExamByMail(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		id := w.addExam()
		list := must(w.Exams(w.ctx, w.rosa, "基础", 1))(t)
		if len(list.Exams) != 1 || list.Total != 1 || list.Exams[0].ID != id || list.Exams[0].DurationMinutes != 60 || list.Exams[0].Questions != 1 {
			t.Fatalf("%+v", list)
		}
		v := must(w.SendExam(w.ctx, w.rosa, w.candidate.ID, id, "Go 基础", true))(t)
		w.waitUntil("the mail is out", func() bool { return w.getSitting(v.ID).Mail == showmebug.MailSent })
		sent := w.waitForSittingState(v.ID, showmebug.SittingSent)
		if l := w.sentMails()[0]; l.URL != sent.URL || sent.URL == "" || l.To != "chen@example.com" || l.ExamName != "Go 基础" {
			t.Errorf("mail %+v, sitting %+v", l, sent)
		}
		if sent.Sender.Name != "罗莎" {
			t.Errorf("sent by %+v", sent.Sender)
		}
		var sealed []byte
		if err := w.db.NewRaw("SELECT url FROM exam_sittings").Scan(w.ctx, &sealed); err != nil || strings.Contains(string(sealed), "written_pads") {
			t.Errorf("the address is readable in the database: %v", err)
		}

		uid := sent.ExternalID
		if err := w.sim.StartWrittenPad(uid); err != nil {
			t.Fatal(err)
		}
		if got := must(w.RefreshSitting(w.ctx, w.rosa, v.ID))(t); got.State != showmebug.SittingStarted {
			t.Errorf("after the beginning it is %s", got.State)
		}
		if err := w.sim.FinishWrittenPad(uid, 8); err != nil { // the event triggers a poll
			t.Fatal(err)
		}
		done := w.waitForSittingState(v.ID, showmebug.SittingFinished)
		if done.Score == nil || *done.Score != 8 || done.TotalScore == nil || *done.TotalScore != 10 {
			t.Errorf("score %v of %v", done.Score, done.TotalScore)
		}
	})
}

// No event reports written tests reliably: they are polled.
func TestExamPolling(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		w.sim.AddWebhookFault(showmebugtest.WebhookFault{Lose: true})
		v := must(w.SendExam(w.ctx, w.rosa, w.candidate.ID, w.addExam(), "", false))(t)
		sent := w.waitForSittingState(v.ID, showmebug.SittingSent)
		if sent.Mail != showmebug.MailNone || len(w.sentMails()) != 0 || sent.ExamName != "Go 基础" {
			t.Errorf("%+v", sent)
		}
		if err := w.sim.FinishWrittenPad(sent.ExternalID, 3); err != nil {
			t.Fatal(err)
		}
		w.clockOffset.Store(int64(10 * time.Minute)) // the poll at the start of the queue may have come before the end
		w.runJobUntil(showmebug.PollExamsArgs{}, "it is polled", func() bool { return w.getSitting(v.ID).State == showmebug.SittingFinished })
		if done := w.getSitting(v.ID); *done.Score != 3 {
			t.Errorf("%+v", done)
		}
	})
}

// A sitting costs too: a lost response must not cost a second one.
func TestExamRetryAfterLostResponse(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		w.sim.AddFault(showmebugtest.Fault{Path: "POST batch_written_pads", Times: 1, DropAfter: true})
		v := must(w.SendExam(w.ctx, w.rosa, w.candidate.ID, w.addExam(), "Go 基础", false))(t)
		failed := w.waitForSittingState(v.ID, showmebug.SittingFailed)
		if f := failed.Failure(); f == nil || f.Code != "provider.unavailable" {
			t.Errorf("%+v", f)
		}
		must(w.RefreshSitting(w.ctx, w.rosa, v.ID))(t)
		w.waitForSittingState(v.ID, showmebug.SittingSent)
		if n := len(w.sim.WrittenPads()); n != 1 {
			t.Errorf("%d sittings at ShowMeBug, want 1", n)
		}
	})
}

func TestExamRefusals(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		lin := actor.Actor{CorpID: corp, UserID: "lin", Roles: actor.Interviewer}
		_, err := w.SendExam(w.ctx, lin, w.candidate.ID, 1, "", false)
		wantAppError(t, err, "error.forbidden")
		_, err = w.SendExam(w.ctx, w.rosa, "nobody", 1, "", false)
		wantAppError(t, err, "error.not_found")
		_, err = w.RefreshSitting(w.ctx, actor.Actor{CorpID: "other", UserID: "eve", Roles: actor.Administrator}, "x")
		wantAppError(t, err, "error.not_found")
		mute := must(w.interviews.Candidates.Create(w.ctx, w.rosa, candidate.Candidate{Name: "无邮"}, true))(t)
		_, err = w.SendExam(w.ctx, w.rosa, mute.ID, 1, "", true)
		wantAppError(t, err, "channel: exam.no_email")

		v := must(w.SendExam(w.ctx, w.rosa, w.candidate.ID, 424242, "", false))(t)
		if f := w.waitForSittingState(v.ID, showmebug.SittingFailed); f.Failure().Code != "provider.refused" {
			t.Errorf("no such written test: %+v", f.Failure())
		}
	})
}

// A mail that fails is reported, and can be sent again.
func TestExamMailRetry(t *testing.T) {
	runWithFixture(t, func(t *testing.T, w *fixture) {
		w.setMailError(apperr.New(apperr.Conflict, "exam.mail_unconfigured"))
		v := must(w.SendExam(w.ctx, w.rosa, w.candidate.ID, w.addExam(), "", true))(t)
		w.waitUntil("the mail has failed", func() bool { return w.getSitting(v.ID).Mail == showmebug.MailFailed })
		if got := w.getSitting(v.ID); got.URL == "" || got.Failure().Code != "exam.mail_unconfigured" {
			t.Errorf("%+v", got)
		}
		w.setMailError(nil)
		must(w.RefreshSitting(w.ctx, w.rosa, v.ID))(t)
		w.waitUntil("the mail is out", func() bool { return w.getSitting(v.ID).Mail == showmebug.MailSent })
	})
}
