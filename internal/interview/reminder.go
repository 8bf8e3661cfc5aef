package interview

import (
	"context"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/message"
)

// reminders are sent at these times before the start.
var reminders = []struct {
	name   string
	before time.Duration
}{{"24h", 24 * time.Hour}, {"15m", 15 * time.Minute}}

// When interviews end by themselves, and when interviewers are reminded of
// their scorecards.
const (
	linkRoomEnds     = 5 * time.Minute // after the planned end: a link reports nothing
	builtinRoomEnds  = 2 * time.Hour   // after the planned end: rooms that report their end, when it was forgotten
	evaluateEvery    = 24 * time.Hour
	evaluateAtMost   = 3
	reminderAttempts = 10
)

// ReminderArgs is the job that sends reminders of an interview. It does nothing
// when the schedule has changed since.
type ReminderArgs struct {
	CorpID          string `json:"corpId"`
	InterviewID     string `json:"interviewId"`
	ScheduleVersion int    `json:"scheduleVersion"`
	Before          string `json:"before"`
}

func (ReminderArgs) Kind() string { return "interview_reminder" }

// FinishArgs is the job that ends an interview after its planned end.
type FinishArgs struct {
	CorpID          string `json:"corpId"`
	InterviewID     string `json:"interviewId"`
	ScheduleVersion int    `json:"scheduleVersion"`
}

func (FinishArgs) Kind() string { return "interview_finish" }

// EvaluateReminderArgs is the job that reminds interviewers of missing
// scorecards.
type EvaluateReminderArgs struct {
	CorpID      string `json:"corpId"`
	InterviewID string `json:"interviewId"`
	Number      int    `json:"number"` // of this reminder, from 1
}

func (EvaluateReminderArgs) Kind() string { return "interview_evaluate_reminder" }

// Register registers the jobs that need no other package, and those of rooms,
// and makes rooms follow changes of candidates.
func (s *Service) Register(q *job.Queue) {
	s.Candidates.FollowChanges(candidateChanges{s}.apply)
	s.Rooms().registerJobs(q)
	job.AddWorker(q, func(ctx context.Context, args ReminderArgs, _ job.Attempt) error { return s.sendReminders(ctx, args) })
	job.AddWorker(q, func(ctx context.Context, args FinishArgs, _ job.Attempt) error {
		return s.endOverdueInterview(ctx, args)
	})
	job.AddWorker(q, func(ctx context.Context, args EvaluateReminderArgs, _ job.Attempt) error {
		return s.Scorecards().sendReminders(ctx, args)
	})
}

func (s *Service) planReminders(ctx context.Context, tx *db.Tx, i *Interview) error {
	for _, r := range reminders {
		at := i.StartsAt.Add(-r.before)
		if !at.After(s.now()) {
			continue // the invitation contains the time
		}
		args := ReminderArgs{CorpID: i.CorpID, InterviewID: i.ID, ScheduleVersion: i.ScheduleVersion, Before: r.name}
		if err := s.Queue.Insert(ctx, tx, args, job.RunAt(at), job.MaxAttempts(reminderAttempts)); err != nil {
			return err
		}
	}
	after := builtinRoomEnds
	if i.RoomKind == LinkRoom {
		after = linkRoomEnds
	}
	args := FinishArgs{CorpID: i.CorpID, InterviewID: i.ID, ScheduleVersion: i.ScheduleVersion}
	return s.Queue.Insert(ctx, tx, args, job.RunAt(i.EndsAt.Add(after)))
}

func (s *Service) sendReminders(ctx context.Context, args ReminderArgs) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		i, err := s.readInterview(ctx, tx, args.CorpID, args.InterviewID)
		if apperr.IsNotFound(err) {
			return job.Cancel(err)
		}
		if err != nil {
			return err
		}
		if i.State != Scheduled || i.ScheduleVersion != args.ScheduleVersion || !s.now().Before(i.StartsAt) {
			return nil
		}
		key := fmt.Sprintf("reminder:%s:%d:%s:", i.ID, i.ScheduleVersion, args.Before)
		data := message.Data{Before: args.Before}
		for _, m := range i.Interviewers {
			if m.Response == Declined {
				continue
			}
			msg := message.Message{Kind: message.KindReminder, Channel: message.WeCom, Recipient: m.UserID, Data: data, Dedup: key + m.UserID}
			if err := s.queueMessage(ctx, tx, i, msg); err != nil {
				return err
			}
		}
		return s.queueMail(ctx, tx, i, message.Message{Kind: message.KindReminder, Data: data, Dedup: key + "candidate"})
	})
}

// endOverdueInterview ends an interview after its planned end: one behind a
// link, whose end is not reported, and one in a built-in room that was started
// and never ended. One in a built-in room that never started is left to be
// cancelled.
func (s *Service) endOverdueInterview(ctx context.Context, args FinishArgs) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := lockInterview(ctx, tx, args.CorpID, args.InterviewID); err != nil {
			return err
		}
		i, err := s.readInterview(ctx, tx, args.CorpID, args.InterviewID)
		if apperr.IsNotFound(err) {
			return job.Cancel(err)
		}
		if err != nil {
			return err
		}
		forgotten := i.State == InProgress || i.State == Scheduled && i.RoomKind == LinkRoom
		if !forgotten || i.ScheduleVersion != args.ScheduleVersion {
			return nil
		}
		if late := i.EndsAt.Add(builtinRoomEnds); i.RoomKind != LinkRoom && s.now().Before(late) {
			return job.Snooze(late.Sub(s.now())) // the room was a link when the job was inserted
		}
		if err := s.endInterview(ctx, tx, actor.System(i.CorpID), i); err != nil {
			return err
		}
		return s.Rooms().queueRoomJob(ctx, tx, i, "")
	})
}
