package interview

import (
	"context"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/outbox"
)

const (
	// announceAfter is the number of failed attempts before people are notified
	// of an outage; a shorter one is not worth a message.
	announceAfter  = 2
	roomSweepEvery = 30 * time.Second
)

// roomBackoff is the wait after a failure. Failures that only a person can fix
// are retried too: the provider does not report when they are fixed.
var roomBackoff = outbox.Backoff{First: 5 * time.Second, Max: 5 * time.Minute}

// ProvideArgs is the job that creates or updates a room.
type ProvideArgs struct {
	CorpID string `json:"corpId"`
	RoomID string `json:"roomId"`
}

func (ProvideArgs) Kind() string { return "interview_room_provide" }

// RemoveArgs is the job that deletes a released room at its provider.
type RemoveArgs struct {
	CorpID string `json:"corpId"`
	RoomID string `json:"roomId"`
}

func (RemoveArgs) Kind() string { return "interview_room_remove" }

// RoomSweepArgs is the periodic job that runs sweepRooms.
type RoomSweepArgs struct{}

func (RoomSweepArgs) Kind() string { return "interview_room_sweep" }

func (s Rooms) registerJobs(q *job.Queue) {
	job.AddWorker(q, func(ctx context.Context, args ProvideArgs, _ job.Attempt) error { return s.provideRoom(ctx, args) })
	job.AddWorker(q, func(ctx context.Context, args RemoveArgs, _ job.Attempt) error { return s.removeRoom(ctx, args) })
	job.AddWorker(q, func(ctx context.Context, _ RoomSweepArgs, _ job.Attempt) error { return s.sweepRooms(ctx) })
	q.AddPeriodic(roomSweepEvery, false, RoomSweepArgs{})
}

// provideRoom makes one attempt, if the row needs one.
func (s Rooms) provideRoom(ctx context.Context, args ProvideArgs) error {
	o, wanted, err := s.claimRoom(ctx, args)
	if err != nil || o == nil {
		return err
	}
	provider := s.interviews.RoomProviders.Lookup(o.Interview.RoomKind)
	if provider == nil {
		return s.storeRoomFailure(ctx, o, apperr.New(apperr.Conflict, "provider.not_connected"))
	}
	ways, err := provider.Provide(ctx, *o)
	if err != nil {
		return s.storeRoomFailure(ctx, o, err)
	}
	return s.storeProvidedRoom(ctx, o, ways, wanted)
}

// withLockedRoom runs fn on a room and its interview under the interview's
// lock, and stores the room.
func (s Rooms) withLockedRoom(ctx context.Context, corpID, id string, fn func(ctx context.Context, tx *db.Tx, i *Interview, r *roomRow) error) error {
	return s.interviews.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := readRoom(ctx, tx, corpID, id)
		if err != nil {
			return err
		}
		if err := lockInterview(ctx, tx, corpID, r.InterviewID); err != nil {
			return err
		}
		if r, err = readRoom(ctx, tx, corpID, id); err != nil { // again, now under the lock
			return err
		}
		i, err := s.interviews.readInterview(ctx, tx, corpID, r.InterviewID)
		if err != nil {
			return err
		}
		if i.room != nil && i.room.ID == r.ID {
			i.room = r
		}
		if err := fn(ctx, tx, i, r); err != nil {
			return err
		}
		return s.storeRoom(ctx, tx, r)
	})
}

// claimRoom claims a room for one attempt. It returns the spec of the room and
// the generation that it describes, nil when there is nothing to do; while
// another process has the claim, the job is snoozed.
func (s Rooms) claimRoom(ctx context.Context, args ProvideArgs) (o *RoomSpec, wanted int, err error) {
	err = s.withLockedRoom(ctx, args.CorpID, args.RoomID, func(_ context.Context, _ *db.Tx, i *Interview, r *roomRow) error {
		now := s.interviews.now()
		switch {
		case r.isReleased() || r.ObservedGeneration == r.DesiredGeneration:
			return nil
		case !i.Open():
			r.Finish()
			return nil
		case r.Leased(now):
			return job.Snooze(time.Second)
		case !r.Due(now):
			return nil // the next attempt has a job of its own
		}
		ways, err := s.readJoinURLs(r)
		if err != nil { // encrypted with an old key: create the room again
			ways = JoinURLs{ExternalID: r.ExternalID}
		}
		o = &RoomSpec{RoomID: r.ID, CorpID: r.CorpID, ExternalID: r.ExternalID, Attempted: r.Attempted, Interview: i, JoinURLs: ways}
		wanted = r.DesiredGeneration
		r.Claim(now)
		r.Attempted = true
		return nil
	})
	if apperr.IsNotFound(err) {
		return nil, 0, job.Cancel(err)
	}
	if err != nil || o == nil {
		return nil, 0, err
	}
	return o, wanted, s.interviews.fillNames(ctx, args.CorpID, []*Interview{o.Interview})
}

// storeProvidedRoom stores the join URLs of a room, and notifies people who
// were notified of its failure.
func (s Rooms) storeProvidedRoom(ctx context.Context, o *RoomSpec, ways JoinURLs, wanted int) error {
	more := false
	err := s.withLockedRoom(ctx, o.CorpID, o.RoomID, func(ctx context.Context, tx *db.Tx, i *Interview, r *roomRow) error {
		now := s.interviews.now()
		r.Finish()
		if err := s.encryptJoinURLs(r, ways); err != nil {
			return err
		}
		if r.isReleased() { // released during the attempt
			r.State = roomLeaving
			return s.interviews.Queue.Insert(ctx, tx, RemoveArgs{CorpID: r.CorpID, RoomID: r.ID})
		}
		first := r.ReadyAt == nil
		r.State, r.ObservedGeneration, r.Attempts = RoomReady, wanted, 0
		r.FailureCode, r.FailureParams = "", map[string]any{}
		if more = r.ObservedGeneration < r.DesiredGeneration; more {
			r.Retry(now)
		}
		if first {
			r.ReadyAt = &now
		}
		return s.announceReady(ctx, tx, i, r, first)
	})
	if err == nil && more {
		return job.Snooze(0)
	}
	return err
}

func (s Rooms) announceReady(ctx context.Context, tx *db.Tx, i *Interview, r *roomRow, first bool) error {
	if !first && !r.Announced {
		return nil
	}
	if err := s.interviews.recordInterview(ctx, tx, actor.System(i.CorpID), i, event.RoomReady); err != nil {
		return err
	}
	if !r.Announced {
		return nil
	}
	r.Announced = false
	if err := s.queueToOrganizerAndInterviewers(ctx, tx, i, message.KindRoomReady, message.KindRoomReady, message.Data{}); err != nil {
		return err
	}
	return s.interviews.queueMail(ctx, tx, i, message.Message{Kind: message.KindRoomReady})
}

// queueToOrganizerAndInterviewers queues one kind of message to the organizer
// and another to the interviewers.
func (s Rooms) queueToOrganizerAndInterviewers(ctx context.Context, tx *db.Tx, i *Interview, organizer, interviewers message.Kind, data message.Data) error {
	if err := s.interviews.queueWeComMessage(ctx, tx, i, organizer, i.OrganizerID, data); err != nil {
		return err
	}
	for _, m := range i.Interviewers {
		if m.Response == Declined || m.UserID == i.OrganizerID {
			continue
		}
		if err := s.interviews.queueWeComMessage(ctx, tx, i, interviewers, m.UserID, message.Data{}); err != nil {
			return err
		}
	}
	return nil
}

// storeRoomFailure stores a failed attempt and snoozes the job until the next
// one. After the planned end there is none.
func (s Rooms) storeRoomFailure(ctx context.Context, o *RoomSpec, cause error) error {
	f, ok := errors.AsType[*apperr.Error](cause)
	if !ok {
		f = apperr.New(apperr.Unavailable, "provider.unavailable").WithCause(cause)
	}
	var wait time.Duration
	err := s.withLockedRoom(ctx, o.CorpID, o.RoomID, func(ctx context.Context, tx *db.Tx, i *Interview, r *roomRow) error {
		r.Finish()
		if r.isReleased() {
			return nil // its removal also deletes what this attempt may have created
		}
		wait = roomBackoff.After(r.Attempts)
		if next := s.interviews.now().Add(wait); next.After(i.EndsAt) {
			wait = 0
		} else {
			r.Retry(next)
		}
		r.State, r.FailureCode, r.FailureParams = RoomFailed, f.Code, nonNilParams(f.Params)
		if r.ExternalID != "" && r.JoinURLs != nil {
			r.State = RoomReady // the room can be joined; only its latest change is missing
		}
		if r.Announced || f.Kind == apperr.Unavailable && r.Attempts < announceAfter {
			return nil
		}
		r.Announced = true
		return s.announceFailure(ctx, tx, i, r)
	})
	if err != nil {
		return errors.Join(err, cause)
	}
	if wait > 0 {
		return job.Snooze(wait)
	}
	return nil
}

func (s Rooms) announceFailure(ctx context.Context, tx *db.Tx, i *Interview, r *roomRow) error {
	if err := s.interviews.recordInterview(ctx, tx, actor.System(i.CorpID), i, event.RoomFailed); err != nil {
		return err
	}
	interviewers := message.KindRoomFollows
	data := message.Data{Failure: r.failure()}
	if r.State == RoomReady {
		return s.interviews.queueWeComMessage(ctx, tx, i, message.KindRoomFailed, i.OrganizerID, data)
	}
	return s.queueToOrganizerAndInterviewers(ctx, tx, i, message.KindRoomFailed, interviewers, data)
}

func nonNilParams(p map[string]any) map[string]any {
	if p == nil {
		return map[string]any{}
	}
	return p
}

// removeRoom deletes a released room at its provider. The queue retries an
// error.
func (s Rooms) removeRoom(ctx context.Context, args RemoveArgs) error {
	r, err := readRoom(ctx, s.interviews.DB.DB, args.CorpID, args.RoomID)
	if apperr.IsNotFound(err) {
		return job.Cancel(err)
	}
	if err != nil || r.State != roomLeaving {
		return err
	}
	if r.Leased(s.interviews.now()) {
		return job.Snooze(time.Second) // an attempt is under way
	}
	i, err := s.interviews.readInterview(ctx, s.interviews.DB.DB, args.CorpID, r.InterviewID)
	if err != nil {
		return err
	}
	if provider := s.interviews.RoomProviders.Lookup(r.Kind); provider != nil {
		o := RoomSpec{RoomID: r.ID, CorpID: r.CorpID, ExternalID: r.ExternalID, Attempted: r.Attempted, Interview: i}
		if err := provider.Remove(ctx, o); err != nil {
			return err
		}
	}
	return s.withLockedRoom(ctx, args.CorpID, args.RoomID, func(_ context.Context, _ *db.Tx, _ *Interview, r *roomRow) error {
		r.State, r.JoinURLs = roomGone, nil
		return nil
	})
}

// sweepRooms inserts a job for every room whose job is lost.
func (s Rooms) sweepRooms(ctx context.Context) error {
	overdue := func(q *bun.SelectQuery) *bun.SelectQuery {
		return outbox.Overdue(q.Column("id", "corp_id"), s.interviews.now()).
			Where("ir.state IN (?)", bun.List([]RoomState{RoomPreparing, RoomReady, RoomFailed}))
	}
	_, err := outbox.Sweep(ctx, s.interviews.DB, s.interviews.Queue, overdue, func(r *roomRow) job.Args {
		return ProvideArgs{CorpID: r.CorpID, RoomID: r.ID}
	})
	return err
}
