package interview

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/job"
)

// HandleExtension moves the planned end because the interview was extended in its room, in
// the room's transaction. The people in the room know of it: responses and reminders stay
// valid, and nothing is sent. It does nothing when the interview is not in progress.
func (s Rooms) HandleExtension(ctx context.Context, tx *db.Tx, corpID, id, by string, endsAt time.Time) error {
	return s.withInterviewInTx(ctx, tx, corpID, id, func(i *Interview) error {
		if i.State != InProgress || !endsAt.After(i.EndsAt) {
			return nil
		}
		a := actor.WithoutRoles(corpID, by)
		i.EndsAt = db.Time(endsAt)
		return Series{s.interviews}.StoreChange(ctx, tx, a, i, []string{"time"}, "interview.extend", audit.Data{"endsAt": endsAt.UTC().Format(time.RFC3339)})
	})
}

// HandleReopening continues an interview because its ended room was opened again, in the
// room's transaction. The room has checked the permission and the time. It is a Conflict
// once there is a result. Scorecards that are submitted stay so, and reminders of the
// others are superseded until the next end.
func (s Rooms) HandleReopening(ctx context.Context, tx *db.Tx, corpID, id, by string) error {
	return s.withInterviewInTx(ctx, tx, corpID, id, func(i *Interview) error {
		if i.State == InProgress { // the room was ended, and the interview was not yet
			return nil
		}
		if err := firstError(errState(i, Ended), i.errNotBuiltin()); err != nil {
			return err
		}
		if i.Decision != "" {
			return apperr.New(apperr.Conflict, "interview.has_result")
		}
		a := actor.WithoutRoles(corpID, by)
		i.State, i.EndedAt = InProgress, nil
		if err := s.interviews.storeChanged(ctx, tx, i); err != nil {
			return err
		}
		if err := s.planForgottenEnd(ctx, tx, i); err != nil {
			return err
		}
		return Series{s.interviews}.recordAction(ctx, tx, a, i, event.InterviewReopened, "interview.reopen", nil)
	})
}

// planForgottenEnd inserts another job that ends a reopened interview when that is
// forgotten: the first one may have run.
func (s Rooms) planForgottenEnd(ctx context.Context, tx *db.Tx, i *Interview) error {
	at := i.EndsAt
	if now := s.interviews.now(); now.After(at) {
		at = now
	}
	args := FinishArgs{CorpID: i.CorpID, InterviewID: i.ID, ScheduleVersion: i.ScheduleVersion}
	return s.interviews.Queue.Insert(ctx, tx, args, job.RunAt(at.Add(builtinRoomEnds)))
}
