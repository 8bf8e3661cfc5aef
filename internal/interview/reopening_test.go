package interview

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/message"
)

func (w *fixture) reopen(id string) error {
	return w.DB.InTx(w.ctx, func(ctx context.Context, tx *db.Tx) error {
		return w.Rooms().HandleReopening(ctx, tx, "corp", id, "lin")
	})
}

func (w *fixture) setMessageState(id, recipient string, state message.State) {
	w.t.Helper()
	w.inTx(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE messages SET state = ? WHERE interview_id = ? AND recipient = ? AND kind = ?", state, id, recipient, message.KindEvaluate).Exec(ctx)
		return err
	})
}

func TestReopening(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.ended()
		pending := must(w.InterviewMessages(w.ctx, w.recruiter, i.ID))(t)[0]
		for range 2 { // the room may report it again
			if err := w.reopen(i.ID); err != nil {
				t.Fatal(err)
			}
		}
		got := must(w.Get(w.ctx, w.lin, i.ID))(t)
		if got.State != InProgress || got.EndedAt != nil || got.StartedAt == nil {
			t.Errorf("after the reopening: %+v", got)
		}
		if p := w.PermissionsOf(w.lin, got); !p.End || !p.Evaluate {
			t.Errorf("permissions: %+v", p)
		}
		if d := must(w.LoadMessage(w.ctx, "corp", pending.ID))(t); pending.Kind != message.KindEvaluate || !d.Superseded() {
			t.Errorf("the request of the scorecard is sent although the interview goes on: %s", pending.Kind)
		}
		n, err := w.DB.NewSelect().TableExpr("events").Where("type = ? AND subject_id = ?", event.InterviewReopened, i.ID).Count(w.ctx)
		if err != nil || n != 1 {
			t.Errorf("%d events: %v", n, err)
		}
		// lin has received the request, that of mei was superseded: only she receives another.
		w.setMessageState(i.ID, "lin", message.Sent)
		w.setMessageState(i.ID, "mei", message.Skipped)
		must(w.End(w.ctx, w.lin, i.ID))(t)
		wantMessages(t, w, i.ID, "invite>lin", "invite>mei", "invite>chen@example.com", "evaluate>lin", "evaluate>mei", "evaluate>mei")
	})
}

func TestReopeningRefused(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.ended()
		must(w.Decide(w.ctx, w.recruiter, i.ID, Hire, ""))(t)
		wantFault(t, w.reopen(i.ID), apperr.Conflict, "interview.has_result")
		wantFault(t, w.reopen(w.schedule().ID), apperr.Conflict, "interview.wrong_state_scheduled")
		wantFault(t, w.reopen("none"), apperr.NotFound, "error.not_found")
		if got := must(w.Get(w.ctx, w.lin, i.ID))(t); got.State != Ended {
			t.Errorf("the interview is %s", got.State)
		}
	})
}

// The result and the reopening exclude each other.
func TestReopeningWhileDeciding(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.ended()
		done := make(chan error, 2)
		go func() { done <- w.reopen(i.ID) }()
		go func() {
			_, err := w.Decide(w.ctx, w.recruiter, i.ID, Hire, "")
			done <- err
		}()
		first, second := <-done, <-done
		got := must(w.Get(w.ctx, w.recruiter, i.ID))(t)
		if (first == nil) == (second == nil) || (got.State == Ended) != (got.Decision == Hire) {
			t.Errorf("%v, %v: %s with result %q", first, second, got.State, got.Decision)
		}
	})
}

// A reopened interview that is not ended again ends by itself.
func TestReopenedInterviewEnds(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.ended()
		jobs := w.jobs(FinishArgs{}.Kind())
		if err := w.reopen(i.ID); err != nil {
			t.Fatal(err)
		}
		if n := w.jobs(FinishArgs{}.Kind()); n != jobs+1 {
			t.Errorf("%d jobs, %d before", n, jobs)
		}
	})
}

func TestExtension(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule()
		extend := func(endsAt time.Time) *Interview {
			w.inTx(func(ctx context.Context, tx *db.Tx) error {
				return w.Rooms().HandleExtension(ctx, tx, "corp", i.ID, "lin", endsAt)
			})
			return must(w.Get(w.ctx, w.lin, i.ID))(t)
		}
		longer := i.EndsAt.Add(15 * time.Minute)
		if got := extend(longer); !got.EndsAt.Equal(i.EndsAt) {
			t.Error("an interview that has not started was extended")
		}
		must(w.Start(w.ctx, w.lin, i.ID))(t)
		for range 2 {
			if got := extend(longer); !got.EndsAt.Equal(longer) || got.ScheduleVersion != i.ScheduleVersion {
				t.Errorf("%s, schedule version %d", got.EndsAt, got.ScheduleVersion)
			}
		}
		wantMessages(t, w, i.ID, "invite>lin", "invite>mei", "invite>chen@example.com")
		// The job that ends a forgotten interview waits for the new end.
		w.clock.Set(i.EndsAt.Add(builtinRoomEnds))
		args := FinishArgs{CorpID: "corp", InterviewID: i.ID, ScheduleVersion: i.ScheduleVersion}
		if _, snoozed := errors.AsType[*river.JobSnoozeError](w.endOverdueInterview(w.ctx, args)); !snoozed {
			t.Error("the interview ends at the time of the earlier end")
		}
		w.clock.Set(longer.Add(builtinRoomEnds))
		if err := w.endOverdueInterview(w.ctx, args); err != nil {
			t.Fatal(err)
		}
		if got := must(w.Get(w.ctx, w.lin, i.ID))(t); got.State != Ended {
			t.Errorf("the interview is %s", got.State)
		}
	})
}
