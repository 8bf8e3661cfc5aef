package interview

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/outbox"
	"github.com/huimian/huimian/internal/scorecard"
)

// invitation returns the invitation of a member.
func (f *fixture) invitation(i *Interview, to string) message.Message {
	f.t.Helper()
	list := must2(f.Messages.List(f.ctx, f.recruiter, message.Filter{InterviewID: i.ID, Kind: message.KindInvite, Recipient: to}))(f.t)
	if len(list) != 1 {
		f.t.Fatalf("%d invitations to %s", len(list), to)
	}
	return list[0]
}

func TestMessageIsClaimedOnceAndKeepsItsBytes(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		id := f.invitation(i, "lin").ID
		m := must(f.Messages.MarkSending(f.ctx, "corp", id, message.Content{Body: `{"a": 1,  "b":2}`}))(t)
		if m == nil || m.Attempts != 1 || m.Body != `{"a": 1,  "b":2}` {
			t.Fatalf("claimed %+v", m)
		}
		if again := must(f.Messages.MarkSending(f.ctx, "corp", id, message.Content{Body: "other"}))(t); again != nil {
			t.Error("two processes send the same message")
		}
		f.clock.Advance(outbox.Lease + time.Second) // the first process has crashed
		m = must(f.Messages.MarkSending(f.ctx, "corp", id, message.Content{Body: "other"}))(t)
		if m == nil || m.Attempts != 2 || m.Body != `{"a": 1,  "b":2}` {
			t.Fatalf("the second attempt sends other bytes: %+v", m)
		}
		if err := f.Messages.MarkSent(f.ctx, "corp", id, "msg-1", "code-1"); err != nil {
			t.Fatal(err)
		}
		if again := must(f.Messages.MarkSending(f.ctx, "corp", id, message.Content{Body: "other"}))(t); again != nil {
			t.Error("a message that was sent is sent again")
		}
		i = must(f.Get(f.ctx, f.recruiter, i.ID))(t)
		if i.interviewer("lin").Notified != NotifiedSent || i.interviewer("mei").Notified != NotifiedWaiting {
			t.Errorf("%+v", i.Interviewers)
		}
		cards := must(f.Messages.ListOpenCards(f.ctx, "corp", i.ID, "lin"))(t)
		if len(cards) != 1 || cards[0].ResponseCode != "code-1" {
			t.Errorf("open cards %+v", cards)
		}
		if err := f.Messages.MarkCard(f.ctx, "corp", id, message.CardAnswered); err != nil {
			t.Fatal(err)
		}
		if cards := must(f.Messages.ListOpenCards(f.ctx, "corp", i.ID, ""))(t); len(cards) != 0 {
			t.Errorf("still open: %+v", cards)
		}
	})
}

func TestMessageFailsAndIsRetried(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		id := f.invitation(i, "lin").ID
		must(f.Messages.MarkSending(f.ctx, "corp", id, message.Content{Body: "{}"}))(t)
		err := f.Messages.MarkFailed(f.ctx, "corp", id, message.Failure{Errcode: -1, Code: "message.wecom_busy", RetryAt: f.clock.Now().Add(time.Minute)})
		if err != nil {
			t.Fatal(err)
		}
		waiting := must2(f.Messages.List(f.ctx, f.recruiter, message.Filter{Waiting: true}))(t)
		if len(waiting) != 1 || !waiting[0].Waiting() || waiting[0].Errcode != -1 {
			t.Fatalf("waiting: %+v", waiting)
		}
		must(f.Messages.MarkSending(f.ctx, "corp", id, message.Content{Body: "{}"}))(t)
		if err := f.Messages.MarkFailed(f.ctx, "corp", id, message.Failure{Errcode: 60011, Text: "no privilege"}); err != nil {
			t.Fatal(err)
		}
		i = must(f.Get(f.ctx, f.recruiter, i.ID))(t)
		if i.interviewer("lin").Notified != NotifiedFailed {
			t.Errorf("%+v", i.interviewer("lin"))
		}
		if failed, queued, err := f.Messages.CountUnsent(f.ctx, f.recruiter); failed != 1 || queued != 2 || err != nil {
			t.Errorf("%d failed, %d queued: %v", failed, queued, err)
		}
		jobs := f.jobs("interview_deliver")
		m := must(f.Messages.Retry(f.ctx, f.recruiter, id))(t)
		if m.State != message.Queued || f.jobs("interview_deliver") != jobs+1 || m.Person.Name != "林一" || m.InterviewTitle != "一面" {
			t.Errorf("after the retry: %+v", m)
		}
		_, err = f.Messages.Retry(f.ctx, f.lin, id)
		apperrtest.CheckForbidden(t, err)
		_, err = f.Messages.Retry(f.ctx, actor.ForMember("other", "x", actor.Administrator), id)
		apperrtest.CheckNotFound(t, err)
		if err := f.Messages.MarkSent(f.ctx, "corp", id, "m", ""); err != nil {
			t.Fatal(err)
		}
		_, err = f.Messages.Retry(f.ctx, f.recruiter, id)
		apperrtest.Check(t, err, apperr.Conflict, "message.is_sent")
	})
}

func TestSweepFindsWhatHasNoJob(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		id := f.invitation(i, "lin").ID
		must(f.Messages.MarkSending(f.ctx, "corp", id, message.Content{Body: "{}"}))(t) // and the process crashes
		if n := must(f.Messages.Sweep(f.ctx))(t); n != 0 {
			t.Errorf("%d messages swept that have their job yet", n)
		}
		f.clock.Advance(10 * time.Minute)
		jobs := f.jobs("interview_deliver")
		if n := must(f.Messages.Sweep(f.ctx))(t); n != 3 {
			t.Errorf("%d messages swept, want the dead one and the two queued ones", n)
		}
		must(f.Messages.Sweep(f.ctx))(t)
		if got := f.jobs("interview_deliver") - jobs; got != 3 {
			t.Errorf("two sweeps made %d jobs for three messages", got)
		}
	})
}

func TestPointlessMessages(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		load := func(id string) *Delivery { t.Helper(); return must(f.LoadMessage(f.ctx, "corp", id))(t) }
		invite := f.invitation(i, "mei").ID
		if d := load(invite); d.Superseded() || d.Interview.Candidate.Name != "陈晨" || d.Message.Person.Name != "梅二" {
			t.Errorf("%+v", d.Message)
		}
		must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.Interviewers = []string{"lin"} }))(t)
		if !load(invite).Superseded() {
			t.Error("one who is not asked any more is invited")
		}
		moved := f.invitation(i, "lin").ID
		must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.StartsAt = p.StartsAt.Add(time.Hour) }))(t)
		if !load(moved).Superseded() {
			t.Error("an invitation to the old time is sent")
		}
		if _, err := f.LoadMessage(f.ctx, "other", moved); apperr.KindOf(err) != apperr.NotFound {
			t.Errorf("another company reads a message: %v", err)
		}
	})
}

func TestReminders(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		must(f.Respond(f.ctx, f.mei, i.ID, ResponseInput{Response: Declined}))(t)
		args := ReminderArgs{CorpID: "corp", InterviewID: i.ID, ScheduleVersion: 1, Before: "24h"}
		f.clock.Set(i.StartsAt.Add(-24 * time.Hour))
		for range 2 { // a job may run twice
			if err := f.sendReminders(f.ctx, args); err != nil {
				t.Fatal(err)
			}
		}
		wantMessages(t, f, i.ID, "invite>lin", "invite>mei", "invite>chen@example.com", "declined>rosa",
			"reminder>lin", "reminder>chen@example.com")
	})
}

func TestStaleRemindersSayNothing(t *testing.T) {
	for name, change := range map[string]func(*fixture, *Interview){
		"moved": func(f *fixture, i *Interview) {
			must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.StartsAt = p.StartsAt.Add(time.Hour) }))(f.t)
		},
		"cancelled": func(f *fixture, i *Interview) { must(f.Cancel(f.ctx, f.recruiter, i.ID, ""))(f.t) },
		"begun":     func(f *fixture, i *Interview) { must(f.Start(f.ctx, f.lin, i.ID))(f.t) },
		"too late":  func(f *fixture, i *Interview) { f.clock.Set(i.StartsAt) },
	} {
		t.Run(name, func(t *testing.T) {
			runOnBoth(t, func(t *testing.T, f *fixture) {
				i := f.schedule()
				change(f, i)
				before := len(f.messagesAbout(i.ID))
				if err := f.sendReminders(f.ctx, ReminderArgs{CorpID: "corp", InterviewID: i.ID, ScheduleVersion: 1, Before: "15m"}); err != nil {
					t.Fatal(err)
				}
				if got := f.messagesAbout(i.ID)[before:]; len(got) != 0 {
					t.Errorf("reminded: %v", got)
				}
			})
		})
	}
}

func TestFinish(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		over := func(p *Plan) { p.OverrideWarnings = true }
		link := f.schedule(over, func(p *Plan) { p.RoomKind, p.RoomURL = LinkRoom, "https://meet.example.com/1" })
		never := f.schedule(over)
		forgotten := f.schedule(over)
		must(f.Start(f.ctx, f.lin, forgotten.ID))(t)
		f.clock.Set(forgotten.EndsAt.Add(builtinRoomEnds))
		for _, i := range []*Interview{link, never, forgotten} {
			if err := f.endOverdueInterview(f.ctx, FinishArgs{CorpID: "corp", InterviewID: i.ID, ScheduleVersion: 1}); err != nil {
				t.Fatal(err)
			}
		}
		for i, want := range map[*Interview]State{link: Ended, never: Scheduled, forgotten: Ended} {
			if got := must(f.Get(f.ctx, f.recruiter, i.ID))(t).State; got != want {
				t.Errorf("%s room: %s, want %s", i.RoomKind, got, want)
			}
		}
		wantMessages(t, f, link.ID, "invite>lin", "invite>mei", "invite>chen@example.com", "evaluate>lin", "evaluate>mei")
	})
}

func TestEvaluateReminder(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ended()
		f.evaluate(f.lin, i.ID, 3, scorecard.Yes)
		for n := 1; n <= evaluateAtMost; n++ {
			f.clock.Advance(evaluateEvery)
			for range 2 {
				if err := f.Scorecards().sendReminders(f.ctx, EvaluateReminderArgs{CorpID: "corp", InterviewID: i.ID, Number: n}); err != nil {
					t.Fatal(err)
				}
			}
		}
		count := 0
		for _, sent := range f.messagesAbout(i.ID) {
			if sent == "evaluate_reminder>lin" {
				t.Error("one who has handed it in is reminded")
			}
			if sent == "evaluate_reminder>mei" {
				count++
			}
		}
		if count != evaluateAtMost {
			t.Errorf("reminded %d times, want %d", count, evaluateAtMost)
		}
	})
}

// A candidate who tries the link before the lobby opens is not reported; one who
// still waits then is reported once.
func TestCandidateWaiting(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		f.clock.Set(i.StartsAt.Add(-LobbyOpensBefore - time.Second))
		f.inTx(func(ctx context.Context, tx *db.Tx) error { return f.CandidateWaiting(ctx, tx, "corp", i.ID) })
		wantMessages(t, f, i.ID, "invite>lin", "invite>mei", "invite>chen@example.com")
		f.clock.Set(i.StartsAt.Add(-LobbyOpensBefore))
		for range 3 {
			if err := f.DB.InTx(f.ctx, func(ctx context.Context, tx *db.Tx) error {
				return f.CandidateWaiting(ctx, tx, "corp", i.ID)
			}); err != nil {
				t.Fatal(err)
			}
		}
		wantMessages(t, f, i.ID, "invite>lin", "invite>mei", "invite>chen@example.com",
			"candidate_waiting>lin", "candidate_waiting>mei")
	})
}

func TestRoomMovesTheInterviewOn(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		for range 2 { // a room may report it again
			f.inTx(func(ctx context.Context, tx *db.Tx) error { return f.Rooms().HandleStart(ctx, tx, "corp", i.ID, "lin") })
		}
		if got := must(f.Get(f.ctx, f.lin, i.ID))(t); got.State != InProgress || got.StartedAt == nil {
			t.Errorf("after the room has started: %s", got.State)
		}
		for range 2 {
			f.inTx(func(ctx context.Context, tx *db.Tx) error { return f.Rooms().HandleEnd(ctx, tx, "corp", i.ID, "lin") })
		}
		if got := must(f.Get(f.ctx, f.lin, i.ID))(t); got.State != Ended {
			t.Errorf("after the room has ended: %s", got.State)
		}
		wantMessages(t, f, i.ID, "invite>lin", "invite>mei", "invite>chen@example.com", "evaluate>lin", "evaluate>mei")
		cancelled := must(f.Cancel(f.ctx, f.recruiter, f.schedule().ID, ""))(t)
		f.inTx(func(ctx context.Context, tx *db.Tx) error {
			return f.Rooms().HandleEnd(ctx, tx, "corp", cancelled.ID, "lin")
		})
		if got := must(f.Get(f.ctx, f.recruiter, cancelled.ID))(t); got.State != Cancelled {
			t.Errorf("the room of a cancelled interview has ended: %s", got.State)
		}
	})
}

// A participant is still in the built-in room when the interview moves to another.
func TestARoomThatWasLeftMovesNothing(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.RoomKind, p.RoomURL = LinkRoom, "https://meet.example.com/a" }))(t)
		for _, moved := range []func(context.Context, *db.Tx, string, string, string) error{f.Rooms().HandleStart, f.Rooms().HandleEnd} {
			err := f.DB.InTx(f.ctx, func(ctx context.Context, tx *db.Tx) error { return moved(ctx, tx, "corp", i.ID, "lin") })
			apperrtest.Check(t, err, apperr.Conflict, "interview.room_elsewhere")
		}
		f.inTx(func(ctx context.Context, tx *db.Tx) error { return f.CandidateWaiting(ctx, tx, "corp", i.ID) })
		if got := must(f.Get(f.ctx, f.lin, i.ID))(t); got.State != Scheduled {
			t.Errorf("the interview is %s", got.State)
		}
		if sent := f.messagesAbout(i.ID); slices.Contains(sent, "candidate_waiting>lin") {
			t.Errorf("messages %v", sent)
		}
	})
}
