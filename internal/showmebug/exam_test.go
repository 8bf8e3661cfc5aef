package showmebug_test

import (
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/showmebug"
	"github.com/huimian/huimian/showmebug/showmebugtest"
)

// addExam adds a written test to the team.
func (f *fixture) addExam() int64 {
	return f.sim.AddExam(f.team, showmebugtest.Exam{
		Name: "Go 基础", DurationMinutes: 60, Questions: []showmebugtest.Question{{QuestionType: "essay", Title: "goroutine"}},
	})
}

func (f *fixture) getSitting(id string) showmebug.Sitting {
	f.t.Helper()
	for _, v := range must(f.Sittings(f.ctx, f.rosa, f.candidate.ID))(f.t) {
		if v.ID == id {
			return v
		}
	}
	f.t.Fatalf("no written test %s", id)
	return showmebug.Sitting{}
}

func (f *fixture) mailState(id string) message.MailState {
	f.t.Helper()
	v := f.getSitting(id)
	return v.MailState()
}

func (f *fixture) waitForSittingState(id string, state showmebug.SittingState) showmebug.Sitting {
	f.t.Helper()
	f.waitUntil("the written test is "+string(state), func() bool { return f.getSitting(id).State == state })
	return f.getSitting(id)
}

func TestExamByMail(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		id := f.addExam()
		list := must(f.Exams(f.ctx, f.rosa, "基础", 1))(t)
		if len(list.Exams) != 1 || list.Total != 1 || list.Exams[0].ID != id || list.Exams[0].DurationMinutes != 60 || list.Exams[0].Questions != 1 {
			t.Fatalf("%+v", list)
		}
		v := must(f.SendExam(f.ctx, f.rosa, f.candidate.ID, id, "Go 基础", true))(t)
		f.waitUntil("the mail is out", func() bool { return f.mailState(v.ID) == message.MailSent })
		sent := f.waitForSittingState(v.ID, showmebug.SittingSent)
		if l := f.sentMails()[0]; l.URL != sent.URL || sent.URL == "" || l.Candidate.Email != "chen@example.com" || l.ExamName != "Go 基础" {
			t.Errorf("mail %+v, sitting %+v", l, sent)
		}
		if sent.Sender.Name != "罗莎" {
			t.Errorf("sent by %+v", sent.Sender)
		}
		var encrypted []byte
		if err := f.db.NewRaw("SELECT url FROM exam_sittings").Scan(f.ctx, &encrypted); err != nil || strings.Contains(string(encrypted), "written_pads") {
			t.Errorf("the address is readable in the database: %v", err)
		}

		uid := sent.ExternalID
		if err := f.sim.StartWrittenPad(uid); err != nil {
			t.Fatal(err)
		}
		if got := must(f.RefreshSitting(f.ctx, f.rosa, v.ID))(t); got.State != showmebug.SittingStarted {
			t.Errorf("after the beginning it is %s", got.State)
		}
		if err := f.sim.FinishWrittenPad(uid, 8); err != nil { // the event triggers a poll
			t.Fatal(err)
		}
		done := f.waitForSittingState(v.ID, showmebug.SittingFinished)
		if done.Score == nil || *done.Score != 8 || done.TotalScore == nil || *done.TotalScore != 10 {
			t.Errorf("score %v of %v", done.Score, done.TotalScore)
		}
	})
}

// No event reports written tests reliably: they are polled.
func TestExamPolling(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		f.sim.AddWebhookFault(showmebugtest.WebhookFault{Lose: true})
		v := must(f.SendExam(f.ctx, f.rosa, f.candidate.ID, f.addExam(), "", false))(t)
		sent := f.waitForSittingState(v.ID, showmebug.SittingSent)
		if sent.MailState() != message.MailNone || len(f.sentMails()) != 0 || sent.ExamName != "Go 基础" {
			t.Errorf("%+v", sent)
		}
		if err := f.sim.FinishWrittenPad(sent.ExternalID, 3); err != nil {
			t.Fatal(err)
		}
		f.clockOffset.Store(int64(10 * time.Minute)) // the poll at the start of the queue may have come before the end
		f.runJobUntil(showmebug.PollExamsArgs{}, "it is polled", func() bool { return f.getSitting(v.ID).State == showmebug.SittingFinished })
		if done := f.getSitting(v.ID); *done.Score != 3 {
			t.Errorf("%+v", done)
		}
	})
}

// A sitting costs too: a lost response must not cost a second one.
func TestExamRetryAfterLostResponse(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		f.sim.AddFault(showmebugtest.Fault{Path: "POST batch_written_pads", Times: 1, DropAfter: true})
		v := must(f.SendExam(f.ctx, f.rosa, f.candidate.ID, f.addExam(), "Go 基础", false))(t)
		failed := f.waitForSittingState(v.ID, showmebug.SittingFailed)
		if failure := failed.Failure(); failure == nil || failure.Code != "provider.unavailable" {
			t.Errorf("%+v", failure)
		}
		must(f.RefreshSitting(f.ctx, f.rosa, v.ID))(t)
		f.waitForSittingState(v.ID, showmebug.SittingSent)
		if n := len(f.sim.WrittenPads()); n != 1 {
			t.Errorf("%d sittings at ShowMeBug, want 1", n)
		}
	})
}

func TestExamRefusals(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		lin := actor.ForInterviewer(corp, "lin")
		_, err := f.SendExam(f.ctx, lin, f.candidate.ID, 1, "", false)
		wantAppError(t, err, "error.forbidden")
		_, err = f.SendExam(f.ctx, f.rosa, "nobody", 1, "", false)
		wantAppError(t, err, "error.not_found")
		_, err = f.RefreshSitting(f.ctx, actor.ForMember("other", "eve", actor.Administrator), "x")
		wantAppError(t, err, "error.not_found")
		mute := must(f.interviews.Candidates.Create(f.ctx, f.rosa, candidate.Candidate{Name: "无邮"}, true))(t)
		_, err = f.SendExam(f.ctx, f.rosa, mute.ID, 1, "", true)
		wantAppError(t, err, "channel: exam.no_email")

		v := must(f.SendExam(f.ctx, f.rosa, f.candidate.ID, 424242, "", false))(t)
		if sitting := f.waitForSittingState(v.ID, showmebug.SittingFailed); sitting.Failure().Code != "provider.refused" {
			t.Errorf("no such written test: %+v", sitting.Failure())
		}
	})
}

// A mail that fails is reported, and can be sent again.
func TestExamMailRetry(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		f.skipMails("notify.mail.unconfigured")
		v := must(f.SendExam(f.ctx, f.rosa, f.candidate.ID, f.addExam(), "", true))(t)
		f.waitUntil("the mail has failed", func() bool { return f.mailState(v.ID) == message.MailFailed })
		if got := f.getSitting(v.ID); got.URL == "" || got.Failure().Code != "notify.mail.unconfigured" {
			t.Errorf("%+v", got)
		}
		f.skipMails("")
		must(f.RefreshSitting(f.ctx, f.rosa, v.ID))(t)
		f.waitUntil("the mail is out", func() bool { return f.mailState(v.ID) == message.MailSent })
	})
}
