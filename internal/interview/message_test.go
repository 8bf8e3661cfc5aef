package interview

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/outbox"
	"github.com/huimian/huimian/internal/scorecard"
)

// invitation returns the invitation of a member.
func (w *fixture) invitation(i *Interview, to string) message.Message {
	w.t.Helper()
	list := must2(w.Messages.List(w.ctx, w.recruiter, message.Filter{InterviewID: i.ID, Kind: message.KindInvite, Recipient: to}))(w.t)
	if len(list) != 1 {
		w.t.Fatalf("%d invitations to %s", len(list), to)
	}
	return list[0]
}

func TestMessageIsClaimedOnceAndKeepsItsBytes(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule()
		id := w.invitation(i, "lin").ID
		m := must(w.Messages.MarkSending(w.ctx, "corp", id, message.Content{Body: `{"a": 1,  "b":2}`}))(t)
		if m == nil || m.Attempts != 1 || m.Body != `{"a": 1,  "b":2}` {
			t.Fatalf("claimed %+v", m)
		}
		if again := must(w.Messages.MarkSending(w.ctx, "corp", id, message.Content{Body: "other"}))(t); again != nil {
			t.Error("two processes send the same message")
		}
		w.clock.Advance(outbox.Lease + time.Second) // the first process has crashed
		m = must(w.Messages.MarkSending(w.ctx, "corp", id, message.Content{Body: "other"}))(t)
		if m == nil || m.Attempts != 2 || m.Body != `{"a": 1,  "b":2}` {
			t.Fatalf("the second attempt sends other bytes: %+v", m)
		}
		if err := w.Messages.MarkSent(w.ctx, "corp", id, "msg-1", "code-1"); err != nil {
			t.Fatal(err)
		}
		if again := must(w.Messages.MarkSending(w.ctx, "corp", id, message.Content{Body: "other"}))(t); again != nil {
			t.Error("a message that was sent is sent again")
		}
		i = must(w.Get(w.ctx, w.recruiter, i.ID))(t)
		if i.interviewer("lin").Notified != NotifiedSent || i.interviewer("mei").Notified != NotifiedWaiting {
			t.Errorf("%+v", i.Interviewers)
		}
		cards := must(w.Messages.ListOpenCards(w.ctx, "corp", i.ID, "lin"))(t)
		if len(cards) != 1 || cards[0].ResponseCode != "code-1" {
			t.Errorf("open cards %+v", cards)
		}
		if err := w.Messages.MarkCard(w.ctx, "corp", id, message.CardAnswered); err != nil {
			t.Fatal(err)
		}
		if cards := must(w.Messages.ListOpenCards(w.ctx, "corp", i.ID, ""))(t); len(cards) != 0 {
			t.Errorf("still open: %+v", cards)
		}
	})
}

func TestMessageFailsAndIsRetried(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule()
		id := w.invitation(i, "lin").ID
		must(w.Messages.MarkSending(w.ctx, "corp", id, message.Content{Body: "{}"}))(t)
		err := w.Messages.MarkFailed(w.ctx, "corp", id, message.Failure{Errcode: -1, Code: "message.wecom_busy", RetryAt: w.clock.Now().Add(time.Minute)})
		if err != nil {
			t.Fatal(err)
		}
		waiting := must2(w.Messages.List(w.ctx, w.recruiter, message.Filter{Waiting: true}))(t)
		if len(waiting) != 1 || !waiting[0].Waiting() || waiting[0].Errcode != -1 {
			t.Fatalf("waiting: %+v", waiting)
		}
		must(w.Messages.MarkSending(w.ctx, "corp", id, message.Content{Body: "{}"}))(t)
		if err := w.Messages.MarkFailed(w.ctx, "corp", id, message.Failure{Errcode: 60011, Text: "no privilege"}); err != nil {
			t.Fatal(err)
		}
		i = must(w.Get(w.ctx, w.recruiter, i.ID))(t)
		if i.interviewer("lin").Notified != NotifiedFailed {
			t.Errorf("%+v", i.interviewer("lin"))
		}
		if failed, queued, err := w.Messages.CountUnsent(w.ctx, w.recruiter); failed != 1 || queued != 2 || err != nil {
			t.Errorf("%d failed, %d queued: %v", failed, queued, err)
		}
		jobs := w.jobs("interview_deliver")
		m := must(w.Messages.Retry(w.ctx, w.recruiter, id))(t)
		if m.State != message.Queued || w.jobs("interview_deliver") != jobs+1 || m.Person.Name != "林一" || m.InterviewTitle != "一面" {
			t.Errorf("after the retry: %+v", m)
		}
		_, err = w.Messages.Retry(w.ctx, w.lin, id)
		wantFault(t, err, apperr.Forbidden, "error.forbidden")
		_, err = w.Messages.Retry(w.ctx, actor.Actor{CorpID: "other", UserID: "x", Roles: actor.Administrator}, id)
		wantFault(t, err, apperr.NotFound, "error.not_found")
		if err := w.Messages.MarkSent(w.ctx, "corp", id, "m", ""); err != nil {
			t.Fatal(err)
		}
		_, err = w.Messages.Retry(w.ctx, w.recruiter, id)
		wantFault(t, err, apperr.Conflict, "message.is_sent")
	})
}

func TestSweepFindsWhatHasNoJob(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule()
		id := w.invitation(i, "lin").ID
		must(w.Messages.MarkSending(w.ctx, "corp", id, message.Content{Body: "{}"}))(t) // and the process crashes
		if n := must(w.Messages.Sweep(w.ctx))(t); n != 0 {
			t.Errorf("%d messages swept that have their job yet", n)
		}
		w.clock.Advance(10 * time.Minute)
		jobs := w.jobs("interview_deliver")
		if n := must(w.Messages.Sweep(w.ctx))(t); n != 3 {
			t.Errorf("%d messages swept, want the dead one and the two queued ones", n)
		}
		must(w.Messages.Sweep(w.ctx))(t)
		if got := w.jobs("interview_deliver") - jobs; got != 3 {
			t.Errorf("two sweeps made %d jobs for three messages", got)
		}
	})
}

func TestPointlessMessages(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule()
		load := func(id string) *Delivery { t.Helper(); return must(w.LoadMessage(w.ctx, "corp", id))(t) }
		invite := w.invitation(i, "mei").ID
		if d := load(invite); d.Superseded() || d.Interview.Candidate.Name != "陈晨" || d.Message.Person.Name != "梅二" {
			t.Errorf("%+v", d.Message)
		}
		must(w.Edit(w.ctx, w.recruiter, i.ID, 0, func(p *Plan) { p.Interviewers = []string{"lin"} }))(t)
		if !load(invite).Superseded() {
			t.Error("one who is not asked any more is invited")
		}
		moved := w.invitation(i, "lin").ID
		must(w.Edit(w.ctx, w.recruiter, i.ID, 0, func(p *Plan) { p.StartsAt = p.StartsAt.Add(time.Hour) }))(t)
		if !load(moved).Superseded() {
			t.Error("an invitation to the old time is sent")
		}
		if _, err := w.LoadMessage(w.ctx, "other", moved); apperr.KindOf(err) != apperr.NotFound {
			t.Errorf("another company reads a message: %v", err)
		}
	})
}

func TestReminders(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule()
		must(w.Respond(w.ctx, w.mei, i.ID, ResponseInput{Response: Declined}))(t)
		args := ReminderArgs{CorpID: "corp", InterviewID: i.ID, ScheduleVersion: 1, Before: "24h"}
		w.clock.Set(i.StartsAt.Add(-24 * time.Hour))
		for range 2 { // a job may run twice
			if err := w.sendReminders(w.ctx, args); err != nil {
				t.Fatal(err)
			}
		}
		wantMessages(t, w, i.ID, "invite>lin", "invite>mei", "invite>chen@example.com", "declined>rosa",
			"reminder>lin", "reminder>chen@example.com")
	})
}

func TestStaleRemindersSayNothing(t *testing.T) {
	for name, change := range map[string]func(*fixture, *Interview){
		"moved": func(w *fixture, i *Interview) {
			must(w.Edit(w.ctx, w.recruiter, i.ID, 0, func(p *Plan) { p.StartsAt = p.StartsAt.Add(time.Hour) }))(w.t)
		},
		"cancelled": func(w *fixture, i *Interview) { must(w.Cancel(w.ctx, w.recruiter, i.ID, ""))(w.t) },
		"begun":     func(w *fixture, i *Interview) { must(w.Start(w.ctx, w.lin, i.ID))(w.t) },
		"too late":  func(w *fixture, i *Interview) { w.clock.Set(i.StartsAt) },
	} {
		t.Run(name, func(t *testing.T) {
			runOnBoth(t, func(t *testing.T, w *fixture) {
				i := w.schedule()
				change(w, i)
				before := len(w.messagesAbout(i.ID))
				if err := w.sendReminders(w.ctx, ReminderArgs{CorpID: "corp", InterviewID: i.ID, ScheduleVersion: 1, Before: "15m"}); err != nil {
					t.Fatal(err)
				}
				if got := w.messagesAbout(i.ID)[before:]; len(got) != 0 {
					t.Errorf("reminded: %v", got)
				}
			})
		})
	}
}

func TestFinish(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		over := func(p *Plan) { p.OverrideWarnings = true }
		link := w.schedule(over, func(p *Plan) { p.RoomKind, p.RoomURL = LinkRoom, "https://meet.example.com/1" })
		never := w.schedule(over)
		forgotten := w.schedule(over)
		must(w.Start(w.ctx, w.lin, forgotten.ID))(t)
		w.clock.Set(forgotten.EndsAt.Add(builtinRoomEnds))
		for _, i := range []*Interview{link, never, forgotten} {
			if err := w.endOverdueInterview(w.ctx, FinishArgs{CorpID: "corp", InterviewID: i.ID, ScheduleVersion: 1}); err != nil {
				t.Fatal(err)
			}
		}
		for i, want := range map[*Interview]State{link: Ended, never: Scheduled, forgotten: Ended} {
			if got := must(w.Get(w.ctx, w.recruiter, i.ID))(t).State; got != want {
				t.Errorf("%s room: %s, want %s", i.RoomKind, got, want)
			}
		}
		wantMessages(t, w, link.ID, "invite>lin", "invite>mei", "invite>chen@example.com", "evaluate>lin", "evaluate>mei")
	})
}

func TestEvaluateReminder(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.ended()
		w.evaluate(w.lin, i.ID, 3, scorecard.Yes)
		for n := 1; n <= evaluateAtMost; n++ {
			w.clock.Advance(evaluateEvery)
			for range 2 {
				if err := w.Scorecards().sendReminders(w.ctx, EvaluateReminderArgs{CorpID: "corp", InterviewID: i.ID, Number: n}); err != nil {
					t.Fatal(err)
				}
			}
		}
		count := 0
		for _, sent := range w.messagesAbout(i.ID) {
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
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule()
		w.clock.Set(i.StartsAt.Add(-LobbyOpensBefore - time.Second))
		w.inTx(func(ctx context.Context, tx *db.Tx) error { return w.CandidateWaiting(ctx, tx, "corp", i.ID) })
		wantMessages(t, w, i.ID, "invite>lin", "invite>mei", "invite>chen@example.com")
		w.clock.Set(i.StartsAt.Add(-LobbyOpensBefore))
		for range 3 {
			if err := w.DB.InTx(w.ctx, func(ctx context.Context, tx *db.Tx) error {
				return w.CandidateWaiting(ctx, tx, "corp", i.ID)
			}); err != nil {
				t.Fatal(err)
			}
		}
		wantMessages(t, w, i.ID, "invite>lin", "invite>mei", "invite>chen@example.com",
			"candidate_waiting>lin", "candidate_waiting>mei")
	})
}

func TestRoomMovesTheInterviewOn(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule()
		for range 2 { // a room may report it again
			w.inTx(func(ctx context.Context, tx *db.Tx) error { return w.Rooms().HandleStart(ctx, tx, "corp", i.ID, "lin") })
		}
		if got := must(w.Get(w.ctx, w.lin, i.ID))(t); got.State != InProgress || got.StartedAt == nil {
			t.Errorf("after the room has started: %s", got.State)
		}
		for range 2 {
			w.inTx(func(ctx context.Context, tx *db.Tx) error { return w.Rooms().HandleEnd(ctx, tx, "corp", i.ID, "lin") })
		}
		if got := must(w.Get(w.ctx, w.lin, i.ID))(t); got.State != Ended {
			t.Errorf("after the room has ended: %s", got.State)
		}
		wantMessages(t, w, i.ID, "invite>lin", "invite>mei", "invite>chen@example.com", "evaluate>lin", "evaluate>mei")
		cancelled := must(w.Cancel(w.ctx, w.recruiter, w.schedule().ID, ""))(t)
		w.inTx(func(ctx context.Context, tx *db.Tx) error {
			return w.Rooms().HandleEnd(ctx, tx, "corp", cancelled.ID, "lin")
		})
		if got := must(w.Get(w.ctx, w.recruiter, cancelled.ID))(t); got.State != Cancelled {
			t.Errorf("the room of a cancelled interview has ended: %s", got.State)
		}
	})
}

// A participant is still in the built-in room when the interview moves to another.
func TestARoomThatWasLeftMovesNothing(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule()
		must(w.Edit(w.ctx, w.recruiter, i.ID, 0, func(p *Plan) { p.RoomKind, p.RoomURL = LinkRoom, "https://meet.example.com/a" }))(t)
		for _, moved := range []func(context.Context, *db.Tx, string, string, string) error{w.Rooms().HandleStart, w.Rooms().HandleEnd} {
			err := w.DB.InTx(w.ctx, func(ctx context.Context, tx *db.Tx) error { return moved(ctx, tx, "corp", i.ID, "lin") })
			wantFault(t, err, apperr.Conflict, "interview.room_elsewhere")
		}
		w.inTx(func(ctx context.Context, tx *db.Tx) error { return w.CandidateWaiting(ctx, tx, "corp", i.ID) })
		if got := must(w.Get(w.ctx, w.lin, i.ID))(t); got.State != Scheduled {
			t.Errorf("the interview is %s", got.State)
		}
		if sent := w.messagesAbout(i.ID); slices.Contains(sent, "candidate_waiting>lin") {
			t.Errorf("messages %v", sent)
		}
	})
}
