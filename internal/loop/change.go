package loop

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/calendar"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// Move moves the rounds that have not started by the same time, so that the first of them
// starts at start. version is that of the loop which the change was made from, 0 for any.
// Double bookings of all rounds are warnings; no round moves alone. Each person gets one message.
func (s *Service) Move(ctx context.Context, a actor.Actor, id string, version int, start time.Time, override bool) (*Loop, error) {
	l, rounds, err := s.readOpen(ctx, a, id)
	if err != nil {
		return nil, err
	}
	shift := start.Truncate(time.Second).Sub(rounds[0].StartsAt)
	if shift == 0 {
		return l, nil
	}
	if shift > 0 { // the last one first: no round moves to the time of one that is still to move
		slices.Reverse(rounds)
	}
	interviews, messages := s.newCollecting()
	accept := false // of the step that is running
	steps, err := prepareMoves(ctx, interviews, a, rounds, shift, &accept)
	if err != nil {
		return nil, err
	}
	return s.changeLocked(ctx, a, l, version, func(ctx context.Context, tx *db.Tx) (string, audit.Data, error) {
		if err := calendar.Lock(ctx, tx, a.CorpID, participants(rounds)); err != nil {
			return "", nil, err
		}
		var e validate.Errors
		for n, r := range rounds {
			run := func() error { return interview.Series{Service: interviews}.Run(ctx, tx, a, r.ID, steps[n]) }
			warnings := len(e.Fields)
			accept = false
			if err := addErrors(&e, l.Places[r.ID].Number-1, run()); err != nil {
				return "", nil, err
			}
			if e.HasErrors() {
				return "", nil, e.Err(false)
			}
			if accept = len(e.Fields) > warnings; !accept {
				continue
			}
			if err := run(); err != nil { // the warnings of the other rounds are those beside this one
				return "", nil, err
			}
		}
		if err := e.Err(override); err != nil {
			return "", nil, err
		}
		if shift > 0 {
			slices.Reverse(messages.messages)
		}
		data := audit.Data{"rounds": strconv.Itoa(len(rounds)), "minutes": strconv.Itoa(int(shift / time.Minute))}
		return "loop.move", data, messages.storeMerged(ctx, tx, s.Interviews.Messages)
	})
}

// prepareMoves returns the steps that move rounds by the same time. accept decides at the run of
// a step whether its warnings are accepted.
func prepareMoves(ctx context.Context, interviews *interview.Service, a actor.Actor, rounds []*interview.Interview, shift time.Duration, accept *bool) ([]interview.Step, error) {
	steps := make([]interview.Step, len(rounds))
	for n, r := range rounds {
		moved := r.StartsAt.Add(shift)
		step, err := interview.Series{Service: interviews}.PrepareEdit(ctx, a, r.ID, r.Version, func(p *interview.Plan) {
			p.StartsAt, p.OverrideWarnings = moved, *accept
		})
		if err != nil {
			return nil, err
		}
		steps[n] = step
	}
	return steps, nil
}

// CancelRest cancels the rounds that have not started. Each person gets one message. A repeated
// request, and one that another has overtaken, returns the loop as it is.
func (s *Service) CancelRest(ctx context.Context, a actor.Actor, id string, version int, reason string) (*Loop, error) {
	l, err := s.cancelOpenRounds(ctx, a, id, version, reason)
	if apperr.KindOf(err) != apperr.Conflict {
		return l, err
	}
	if stored, readErr := s.Get(ctx, a, id); readErr == nil && stored.isRestCancelled() {
		return stored, nil
	}
	return l, err
}

func (s *Service) cancelOpenRounds(ctx context.Context, a actor.Actor, id string, version int, reason string) (*Loop, error) {
	l, rounds, err := s.readOpen(ctx, a, id)
	if err != nil {
		return nil, err
	}
	interviews, messages := s.newCollecting()
	series := interview.Series{Service: interviews}
	step, err := series.PrepareCancel(a, reason)
	if err != nil {
		return nil, err
	}
	return s.changeLocked(ctx, a, l, version, func(ctx context.Context, tx *db.Tx) (string, audit.Data, error) {
		for _, r := range rounds {
			if err := series.Run(ctx, tx, a, r.ID, whenScheduled(step)); err != nil {
				return "", nil, err
			}
		}
		return "loop.cancel", audit.Data{"rounds": strconv.Itoa(len(rounds))}, messages.storeMerged(ctx, tx, s.Interviews.Messages)
	})
}

// isRestCancelled reports whether the rounds that had not started were cancelled.
func (l *Loop) isRestCancelled() bool {
	cancelled := func(i *interview.Interview) bool { return i.State == interview.Cancelled }
	return len(l.openRounds()) == 0 && slices.ContainsFunc(l.Rounds, cancelled)
}

// whenScheduled refuses an interview that was started or cancelled since its loop was read.
func whenScheduled(step interview.Step) interview.Step {
	return func(ctx context.Context, tx *db.Tx, i *interview.Interview) error {
		if i.State != interview.Scheduled {
			return errChanged()
		}
		return step(ctx, tx, i)
	}
}

func errChanged() error { return apperr.New(apperr.Conflict, changedMeanwhile) }

// changedMeanwhile is the text id of a change from another version.
const changedMeanwhile = "loop.changed_meanwhile"

// readOpen returns a loop and its rounds that have not started, to a recruiter.
func (s *Service) readOpen(ctx context.Context, a actor.Actor, id string) (*Loop, []*interview.Interview, error) {
	if err := a.Require(actor.ScheduleInterviews); err != nil {
		return nil, nil, err
	}
	l, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, nil, err
	}
	rounds := l.openRounds()
	if len(rounds) == 0 {
		return nil, nil, apperr.New(apperr.Conflict, "loop.nothing_left")
	}
	return l, rounds, nil
}

// changeLocked runs fn under the locks of the loop and of its interviews, and stores a new version
// of the loop. fn returns the audit entry's action and data.
func (s *Service) changeLocked(ctx context.Context, a actor.Actor, l *Loop, version int, fn func(ctx context.Context, tx *db.Tx) (string, audit.Data, error)) (*Loop, error) {
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Lock(ctx, (*Loop)(nil), "corp_id = ? AND id = ?", a.CorpID, l.ID); err != nil {
			return err
		}
		stored, err := s.readLoop(ctx, tx, a.CorpID, "l.id = ?", l.ID)
		if err != nil {
			return err
		}
		if err := versioning.Check(changedMeanwhile, version, stored.Version); err != nil {
			return err
		}
		// Rows precede calendars, as in an edit of one interview, and have the order of a change of the candidate.
		for _, id := range l.sortedIDs() {
			if err := tx.Lock(ctx, (*interview.Interview)(nil), "corp_id = ? AND id = ?", a.CorpID, id); err != nil {
				return err
			}
		}
		action, data, err := fn(ctx, tx)
		if err != nil {
			return err
		}
		_, err = tx.NewUpdate().Model((*Loop)(nil)).Set("version = version + 1, updated_at = ?", s.now()).Where("corp_id = ? AND id = ?", a.CorpID, l.ID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("storing loop %s: %w", l.ID, err)
		}
		return audit.Write(ctx, tx, s.now(), a, action, l.ID, data)
	})
	if err != nil {
		return versioning.WithCurrent(err, func() (*Loop, error) { return s.Get(ctx, a, l.ID) })
	}
	return s.Get(ctx, a, l.ID)
}

func (l *Loop) sortedIDs() []string {
	ids := make([]string, len(l.Rounds))
	for n, r := range l.Rounds {
		ids[n] = r.ID
	}
	slices.Sort(ids)
	return ids
}

// participants returns the ids whose calendars a change of the rounds locks.
func participants(rounds []*interview.Interview) []string {
	var ids []string
	for _, r := range rounds {
		ids = append(ids, r.CandidateID)
		for _, m := range r.Interviewers {
			ids = append(ids, m.UserID)
		}
	}
	return ids
}
