package interview

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/job"
)

// How long a room waits after a failure. What only a person can mend is tried
// too, since nobody tells us of sessions that were bought.
const (
	firstRoomWait   = 5 * time.Second
	longestRoomWait = 5 * time.Minute
	// tellAfter attempts that came to nothing people are told: before, a moment
	// of silence is no news.
	tellAfter = 2
	// claimedFor is longer than a job may take: an attempt that is older has
	// died with its process.
	claimedFor     = 75 * time.Second
	roomSweepEvery = 30 * time.Second
)

// ProvideArgs is the job to make a room or to bring it up to date.
type ProvideArgs struct {
	CorpID string `json:"corpId"`
	RoomID string `json:"roomId"`
}

// Kind names the job.
func (ProvideArgs) Kind() string { return "interview_room_provide" }

// RemoveArgs is the job to delete a room that was left.
type RemoveArgs struct {
	CorpID string `json:"corpId"`
	RoomID string `json:"roomId"`
}

// Kind names the job.
func (RemoveArgs) Kind() string { return "interview_room_remove" }

// RoomSweepArgs is the job that gives rooms without one a new job.
type RoomSweepArgs struct{}

// Kind names the job.
func (RoomSweepArgs) Kind() string { return "interview_room_sweep" }

func (s *Service) registerRooms(q *job.Queue) {
	job.Work(q, func(ctx context.Context, args ProvideArgs, _ job.Attempt) error { return s.provideRoom(ctx, args) })
	job.Work(q, func(ctx context.Context, args RemoveArgs, _ job.Attempt) error { return s.removeRoom(ctx, args) })
	job.Work(q, func(ctx context.Context, _ RoomSweepArgs, _ job.Attempt) error { return s.sweepRooms(ctx) })
	q.Every(roomSweepEvery, false, RoomSweepArgs{})
}

// provideRoom makes one attempt. The row says whether there is anything to do.
func (s *Service) provideRoom(ctx context.Context, args ProvideArgs) error {
	o, wanted, err := s.claimRoom(ctx, args)
	if err != nil || o == nil {
		return err
	}
	provider := s.provider(o.Interview.RoomKind)
	if provider == nil {
		return s.roomFailed(ctx, o, apperr.New(apperr.Conflict, "provider.not_connected"))
	}
	ways, err := provider.Provide(ctx, *o)
	if err != nil {
		return s.roomFailed(ctx, o, err)
	}
	return s.roomMade(ctx, o, ways, wanted)
}

// onRoom runs fn on a room and its interview, which nobody else changes
// meanwhile, and stores the room.
func (s *Service) onRoom(ctx context.Context, corpID, id string, fn func(ctx context.Context, tx *db.Tx, i *Interview, r *roomRow) error) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := room(ctx, tx, corpID, id)
		if err != nil {
			return err
		}
		if err := lock(ctx, tx, corpID, r.InterviewID); err != nil {
			return err
		}
		if r, err = room(ctx, tx, corpID, id); err != nil { // as it is now that nobody else is at it
			return err
		}
		i, err := s.load(ctx, tx, corpID, r.InterviewID)
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

// claimRoom takes a room for one attempt and says what to make of it, and
// which of its changes that includes. The order is nil when there is nothing
// to do; while another process is at it, the job comes again.
func (s *Service) claimRoom(ctx context.Context, args ProvideArgs) (o *RoomOrder, wanted int, err error) {
	err = s.onRoom(ctx, args.CorpID, args.RoomID, func(_ context.Context, _ *db.Tx, i *Interview, r *roomRow) error {
		now := s.now()
		switch {
		case r.left() || r.Made == r.Wanted:
			return nil
		case !i.Open():
			r.NextAttemptAt = nil
			return nil
		case r.ClaimedAt != nil && r.ClaimedAt.After(now.Add(-claimedFor)):
			return job.Snooze(time.Second)
		case r.NextAttemptAt != nil && r.NextAttemptAt.After(now.Add(time.Second)):
			return nil // tried meanwhile; the next attempt has its job
		}
		ways, err := s.ways(r)
		if err != nil { // kept under a key that was changed: make it anew
			ways = RoomWays{ExternalID: r.ExternalID}
		}
		o = &RoomOrder{RoomID: r.ID, CorpID: r.CorpID, ExternalID: r.ExternalID, Tried: r.Tried, Interview: i, Ways: ways}
		wanted = r.Wanted
		r.ClaimedAt, r.Tried = &now, true
		r.Attempts++
		return nil
	})
	if isNotFound(err) {
		return nil, 0, job.Cancel(err)
	}
	if err != nil || o == nil {
		return nil, 0, err
	}
	return o, wanted, s.name(ctx, args.CorpID, []*Interview{o.Interview})
}

// roomMade stores the ways into a room, and tells those who were told that
// there was none.
func (s *Service) roomMade(ctx context.Context, o *RoomOrder, ways RoomWays, wanted int) error {
	more := false
	err := s.onRoom(ctx, o.CorpID, o.RoomID, func(ctx context.Context, tx *db.Tx, i *Interview, r *roomRow) error {
		now := s.now()
		r.ClaimedAt = nil
		if err := s.setWays(r, ways); err != nil {
			return err
		}
		if r.left() { // it was given up while it was being made
			r.State = roomLeaving
			return s.Queue.Insert(ctx, tx, RemoveArgs{CorpID: r.CorpID, RoomID: r.ID})
		}
		first := r.ReadyAt == nil
		r.State, r.Made, r.Attempts, r.NextAttemptAt = RoomReady, wanted, 0, nil
		r.FailureCode, r.FailureParams = "", map[string]any{}
		if more = r.Made < r.Wanted; more {
			r.NextAttemptAt = &now
		}
		if first {
			r.ReadyAt = &now
		}
		return s.tellReady(ctx, tx, i, r, first)
	})
	if err == nil && more {
		return job.Snooze(0)
	}
	return err
}

func (s *Service) tellReady(ctx context.Context, tx *db.Tx, i *Interview, r *roomRow, first bool) error {
	if !first && !r.Told {
		return nil
	}
	if err := s.recordInterview(ctx, tx, actor.System(i.CorpID), i, event.RoomReady); err != nil {
		return err
	}
	if !r.Told {
		return nil
	}
	r.Told = false
	if err := s.tellPlanners(ctx, tx, i, KindRoomReady, KindRoomReady, MessageData{}); err != nil {
		return err
	}
	return s.mail(ctx, tx, i, Message{Kind: KindRoomReady})
}

// tellPlanners tells the organiser one thing and the interviewers another.
func (s *Service) tellPlanners(ctx context.Context, tx *db.Tx, i *Interview, organiser, interviewers Kind, data MessageData) error {
	if err := s.tell(ctx, tx, i, organiser, i.OrganizerID, data); err != nil {
		return err
	}
	for _, m := range i.Interviewers {
		if m.Response == Declined || m.UserID == i.OrganizerID {
			continue
		}
		if err := s.tell(ctx, tx, i, interviewers, m.UserID, MessageData{}); err != nil {
			return err
		}
	}
	return nil
}

// roomFailed stores why an attempt came to nothing, and has the job run again.
// An interview whose time has passed waits for no room.
func (s *Service) roomFailed(ctx context.Context, o *RoomOrder, cause error) error {
	f, ok := errors.AsType[*apperr.Error](cause)
	if !ok {
		f = apperr.New(apperr.Unavailable, "provider.unavailable").Wrap(cause)
	}
	wait := firstRoomWait
	err := s.onRoom(ctx, o.CorpID, o.RoomID, func(ctx context.Context, tx *db.Tx, i *Interview, r *roomRow) error {
		r.ClaimedAt = nil
		if r.left() {
			return nil // its removal looks for what may have been made
		}
		wait = roomWait(r.Attempts)
		next := s.now().Add(wait)
		r.NextAttemptAt = &next
		if next.After(i.EndsAt) {
			wait, r.NextAttemptAt = 0, nil
		}
		r.State, r.FailureCode, r.FailureParams = RoomFailed, f.Code, params(f.Params)
		if r.ExternalID != "" && r.Ways != nil {
			r.State = RoomReady // the room is there, only not as it should be
		}
		if r.Told || f.Kind == apperr.Unavailable && r.Attempts < tellAfter {
			return nil
		}
		r.Told = true
		return s.tellFailed(ctx, tx, i, r)
	})
	if err != nil {
		return errors.Join(err, cause)
	}
	if wait > 0 {
		return job.Snooze(wait)
	}
	return nil
}

func (s *Service) tellFailed(ctx context.Context, tx *db.Tx, i *Interview, r *roomRow) error {
	if err := s.recordInterview(ctx, tx, actor.System(i.CorpID), i, event.RoomFailed); err != nil {
		return err
	}
	interviewers := KindRoomFollows
	data := MessageData{Failure: r.failure()}
	if r.State == RoomReady {
		return s.tell(ctx, tx, i, KindRoomFailed, i.OrganizerID, data)
	}
	return s.tellPlanners(ctx, tx, i, KindRoomFailed, interviewers, data)
}

func params(p map[string]any) map[string]any {
	if p == nil {
		return map[string]any{}
	}
	return p
}

// roomWait doubles with each attempt.
func roomWait(attempts int) time.Duration {
	return min(firstRoomWait<<min(max(attempts-1, 0), 10), longestRoomWait)
}

// removeRoom deletes a room where it is. An error is tried again by the queue.
func (s *Service) removeRoom(ctx context.Context, args RemoveArgs) error {
	r, err := room(ctx, s.DB.DB, args.CorpID, args.RoomID)
	if isNotFound(err) {
		return job.Cancel(err)
	}
	if err != nil || r.State != roomLeaving {
		return err
	}
	if r.ClaimedAt != nil && r.ClaimedAt.After(s.now().Add(-claimedFor)) {
		return job.Snooze(time.Second) // it is being made this moment
	}
	i, err := s.load(ctx, s.DB.DB, args.CorpID, r.InterviewID)
	if err != nil {
		return err
	}
	if provider := s.provider(r.Kind); provider != nil {
		o := RoomOrder{RoomID: r.ID, CorpID: r.CorpID, ExternalID: r.ExternalID, Tried: r.Tried, Interview: i}
		if err := provider.Remove(ctx, o); err != nil {
			return err
		}
	}
	return s.onRoom(ctx, args.CorpID, args.RoomID, func(_ context.Context, _ *db.Tx, _ *Interview, r *roomRow) error {
		r.State, r.Ways = roomGone, nil
		return nil
	})
}

// sweepRooms gives rooms that are due and were not tried a job: theirs was
// lost, or its process has died.
func (s *Service) sweepRooms(ctx context.Context) error {
	now := s.now()
	var list []roomRow
	err := s.DB.NewSelect().Model(&list).Column("id", "corp_id").
		Where("ir.state IN (?)", bun.List([]RoomState{RoomPreparing, RoomReady, RoomFailed})).
		Where("ir.next_attempt_at <= ?", now.Add(-sweepAfter)).Limit(500).Scan(ctx)
	if err != nil {
		return fmt.Errorf("listing the rooms that are due: %w", err)
	}
	if len(list) == 0 {
		return nil
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, r := range list {
			if err := s.Queue.Insert(ctx, tx, ProvideArgs{CorpID: r.CorpID, RoomID: r.ID}, job.Once()); err != nil {
				return err
			}
		}
		return nil
	})
}
