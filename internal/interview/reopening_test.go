package interview

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/message"
)

func (f *fixture) reopen(id string) error {
	return f.DB.InTx(f.ctx, func(ctx context.Context, tx *db.Tx) error {
		return f.Rooms().HandleReopening(ctx, tx, "corp", id, "lin")
	})
}

func (f *fixture) setMessageState(id, recipient string, state message.State) {
	f.t.Helper()
	f.inTx(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE messages SET state = ? WHERE interview_id = ? AND recipient = ? AND kind = ?", state, id, recipient, message.KindEvaluate).Exec(ctx)
		return err
	})
}

func TestReopening(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ended()
		pending := must(f.InterviewMessages(f.ctx, f.recruiter, i.ID))(t)[0]
		for range 2 { // the room may report it again
			if err := f.reopen(i.ID); err != nil {
				t.Fatal(err)
			}
		}
		got := must(f.Get(f.ctx, f.lin, i.ID))(t)
		if got.State != InProgress || got.EndedAt != nil || got.StartedAt == nil {
			t.Errorf("after the reopening: %+v", got)
		}
		if p := f.PermissionsOf(f.lin, got); !p.End || !p.Evaluate {
			t.Errorf("permissions: %+v", p)
		}
		if d := must(f.LoadMessage(f.ctx, "corp", pending.ID))(t); pending.Kind != message.KindEvaluate || !d.Superseded() {
			t.Errorf("the request of the scorecard is sent although the interview goes on: %s", pending.Kind)
		}
		n, err := f.DB.NewSelect().TableExpr("events").Where("type = ? AND subject_id = ?", event.InterviewReopened, i.ID).Count(f.ctx)
		if err != nil || n != 1 {
			t.Errorf("%d events: %v", n, err)
		}
		// lin has received the request, that of mei was superseded: only she receives another.
		f.setMessageState(i.ID, "lin", message.Sent)
		f.setMessageState(i.ID, "mei", message.Skipped)
		must(f.End(f.ctx, f.lin, i.ID))(t)
		wantMessages(t, f, i.ID, "invite>lin", "invite>mei", "invite>chen@example.com", "evaluate>lin", "evaluate>mei", "evaluate>mei")
	})
}

func TestReopeningRefused(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ended()
		must(f.Decide(f.ctx, f.recruiter, i.ID, Hire, ""))(t)
		apperrtest.Check(t, f.reopen(i.ID), apperr.Conflict, "interview.has_result")
		apperrtest.Check(t, f.reopen(f.schedule().ID), apperr.Conflict, "interview.wrong_state_scheduled")
		apperrtest.CheckNotFound(t, f.reopen("none"))
		if got := must(f.Get(f.ctx, f.lin, i.ID))(t); got.State != Ended {
			t.Errorf("the interview is %s", got.State)
		}
	})
}

// The result and the reopening exclude each other.
func TestReopeningWhileDeciding(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ended()
		done := make(chan error, 2)
		go func() { done <- f.reopen(i.ID) }()
		go func() {
			_, err := f.Decide(f.ctx, f.recruiter, i.ID, Hire, "")
			done <- err
		}()
		first, second := <-done, <-done
		got := must(f.Get(f.ctx, f.recruiter, i.ID))(t)
		if (first == nil) == (second == nil) || (got.State == Ended) != (got.Decision == Hire) {
			t.Errorf("%v, %v: %s with result %q", first, second, got.State, got.Decision)
		}
	})
}

// A reopened interview that is not ended again ends by itself.
func TestReopenedInterviewEnds(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ended()
		jobs := f.jobs(FinishArgs{}.Kind())
		if err := f.reopen(i.ID); err != nil {
			t.Fatal(err)
		}
		if n := f.jobs(FinishArgs{}.Kind()); n != jobs+1 {
			t.Errorf("%d jobs, %d before", n, jobs)
		}
	})
}

func TestExtension(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		extend := func(endsAt time.Time) *Interview {
			f.inTx(func(ctx context.Context, tx *db.Tx) error {
				return f.Rooms().HandleExtension(ctx, tx, "corp", i.ID, "lin", endsAt)
			})
			return must(f.Get(f.ctx, f.lin, i.ID))(t)
		}
		longer := i.EndsAt.Add(15 * time.Minute)
		if got := extend(longer); !got.EndsAt.Equal(i.EndsAt) {
			t.Error("an interview that has not started was extended")
		}
		must(f.Start(f.ctx, f.lin, i.ID))(t)
		for range 2 {
			if got := extend(longer); !got.EndsAt.Equal(longer) || got.ScheduleVersion != i.ScheduleVersion {
				t.Errorf("%s, schedule version %d", got.EndsAt, got.ScheduleVersion)
			}
		}
		wantMessages(t, f, i.ID, "invite>lin", "invite>mei", "invite>chen@example.com")
		// The job that ends a forgotten interview waits for the new end.
		f.clock.Set(i.EndsAt.Add(builtinRoomEnds))
		args := FinishArgs{CorpID: "corp", InterviewID: i.ID, ScheduleVersion: i.ScheduleVersion}
		if _, snoozed := errors.AsType[*river.JobSnoozeError](f.endOverdueInterview(f.ctx, args)); !snoozed {
			t.Error("the interview ends at the time of the earlier end")
		}
		f.clock.Set(longer.Add(builtinRoomEnds))
		if err := f.endOverdueInterview(f.ctx, args); err != nil {
			t.Fatal(err)
		}
		if got := must(f.Get(f.ctx, f.lin, i.ID))(t); got.State != Ended {
			t.Errorf("the interview is %s", got.State)
		}
	})
}
