// Package latenotice stores that an interviewer will be late for an interview in a built-in
// room. The candidate sees it in the lobby, the other members on the interview's page.
package latenotice

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/validate"
)

// Limits of the notices of an interviewer about one time of an interview.
const (
	MaxMinutes = 60 // after the planned start
	MaxNotices = 3
	opensAfter = -time.Hour // relative to the planned start
)

// action is the action of the audit log.
const action = "interview.late"

// Config configures a Service. DB and Interviews must be set.
type Config struct {
	DB         *db.DB
	Interviews *interview.Service
	Now        func() time.Time
}

// Service implements the operations on late notices.
type Service struct{ Config }

// New returns a service.
func New(cfg Config) *Service { return &Service{cfg} }

// Notice is a row of late_notices: the newest notice of an interviewer.
type Notice struct {
	bun.BaseModel `bun:"table:late_notices,alias:ln"`

	InterviewID     string     `bun:"interview_id,pk"`
	UserID          string     `bun:"user_id,pk"`
	CorpID          string     `bun:"corp_id"`
	ScheduleVersion int        `bun:"schedule_version"`
	ExpectedAt      time.Time  `bun:"expected_at"`
	Count           int        `bun:"count"` // of notices about this schedule version
	ArrivedAt       *time.Time `bun:"arrived_at"`
	UpdatedAt       time.Time  `bun:"updated_at"`

	Person  member.Member `bun:"-"` // read beside the row
	Minutes int           `bun:"-"` // after the planned start, rounded up
}

// Notices are the notices about an interview that are in force.
type Notices struct {
	List      []Notice
	MayReport bool // whether the actor may give one
	Left      int  // how many more the actor may give
}

// Report stores that the actor will be minutes late: after the planned start, or after now if
// that has passed. A notice of the same time as the actor's last one changes nothing.
// scheduleVersion is that of the card, 0 for a page.
func (s *Service) Report(ctx context.Context, a actor.Actor, interviewID string, minutes, scheduleVersion int) (*Notice, error) {
	var c validate.Errors
	if minutes < 1 || minutes > MaxMinutes {
		c.Add("minutes", "late.minutes", "Max", MaxMinutes)
	}
	if err := c.Err(false); err != nil {
		return nil, err
	}
	i, err := s.Interviews.Get(ctx, a, interviewID)
	if err != nil {
		return nil, err
	}
	if err := apperr.ForbiddenUnless(i.TakesPart(a.UserID)); err != nil {
		return nil, err
	}
	var n *Notice
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err = s.storeNotice(ctx, tx, a, i.ID, minutes, scheduleVersion)
		return err
	})
	return n, err
}

// repeatWindow is the difference of two expected times below which the later notice is a retry:
// after the planned start, the expected time is counted from now.
const repeatWindow = time.Minute

func (s *Service) storeNotice(ctx context.Context, tx *db.Tx, a actor.Actor, id string, minutes, scheduleVersion int) (*Notice, error) {
	if err := tx.Lock(ctx, (*interview.Interview)(nil), "corp_id = ? AND id = ?", a.CorpID, id); err != nil {
		return nil, err
	}
	i := new(interview.Interview)
	if err := tx.NewSelect().Model(i).Where("i.id = ?", id).Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading interview %s: %w", id, err)
	}
	now := db.NowOf(s.Now)
	if err := checkState(i, scheduleVersion, now); err != nil {
		return nil, err
	}
	n, err := readNotice(ctx, tx, id, a.UserID)
	if err != nil {
		return nil, err
	}
	expectedAt := latest(i.StartsAt, now).Add(time.Duration(minutes) * time.Minute)
	if n.ScheduleVersion != i.ScheduleVersion {
		n.Count = 0
	} else if n.ArrivedAt == nil && expectedAt.Sub(n.ExpectedAt).Abs() < repeatWindow {
		n.countMinutes(i.StartsAt)
		return n, nil // repeated, such as by the retry of a job
	}
	if n.Count >= MaxNotices {
		return nil, apperr.New(apperr.Conflict, "late.too_many", "Max", MaxNotices)
	}
	n.CorpID, n.InterviewID, n.UserID, n.ScheduleVersion = a.CorpID, id, a.UserID, i.ScheduleVersion
	n.Count, n.ArrivedAt, n.UpdatedAt = n.Count+1, nil, now
	n.ExpectedAt = expectedAt
	if n.countMinutes(i.StartsAt); n.Minutes > MaxMinutes {
		return nil, apperr.New(apperr.Conflict, "late.too_long", "Max", MaxMinutes)
	}
	return n, s.writeNotice(ctx, tx, a, i, n)
}

// checkState allows notices from an hour before the planned start until the interview starts.
func checkState(i *interview.Interview, scheduleVersion int, now time.Time) error {
	switch {
	case i.State == interview.Cancelled:
		return apperr.New(apperr.Gone, "interview.is_cancelled")
	case i.State != interview.Scheduled:
		return apperr.New(apperr.Conflict, "late.started")
	case scheduleVersion != 0 && scheduleVersion != i.ScheduleVersion:
		return apperr.New(apperr.Conflict, "late.moved")
	case i.RoomKind != interview.BuiltinRoom:
		return apperr.New(apperr.Conflict, "late.other_room")
	case now.Before(i.StartsAt.Add(opensAfter)):
		return apperr.New(apperr.Conflict, "late.too_early")
	default:
		return nil
	}
}

func (s *Service) writeNotice(ctx context.Context, tx *db.Tx, a actor.Actor, i *interview.Interview, n *Notice) error {
	_, err := tx.NewInsert().Model(n).On("CONFLICT (interview_id, user_id) DO UPDATE").
		Set("schedule_version = excluded.schedule_version, expected_at = excluded.expected_at, count = excluded.count").
		Set("arrived_at = excluded.arrived_at, updated_at = excluded.updated_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing a late notice about interview %s: %w", i.ID, err)
	}
	return audit.Write(ctx, tx, n.UpdatedAt, a, action, i.ID, audit.Data{
		"minutes": strconv.Itoa(n.Minutes), interview.AuditFrom: i.StartsAt.Format(time.RFC3339), interview.AuditTo: n.ExpectedAt.Format(time.RFC3339),
	})
}

// readNotice returns the notice of an interviewer, a new one without a row.
func readNotice(ctx context.Context, q bun.IDB, interviewID, userID string) (*Notice, error) {
	n := new(Notice)
	err := q.NewSelect().Model(n).Where("ln.interview_id = ? AND ln.user_id = ?", interviewID, userID).Scan(ctx)
	if err != nil && !db.IsNotFound(err) {
		return nil, fmt.Errorf("reading a late notice about interview %s: %w", interviewID, err)
	}
	return n, nil
}

// countMinutes sets Minutes.
func (n *Notice) countMinutes(startsAt time.Time) {
	n.Minutes = int((n.ExpectedAt.Sub(startsAt) + time.Minute - 1) / time.Minute)
}

// List returns the notices in force about an interview that the actor may see.
func (s *Service) List(ctx context.Context, a actor.Actor, interviewID string) (*Notices, error) {
	i, err := s.Interviews.Get(ctx, a, interviewID)
	if err != nil {
		return nil, err
	}
	list, err := s.readNotices(ctx, i)
	if err != nil {
		return nil, err
	}
	out := &Notices{Left: MaxNotices}
	for _, n := range list {
		if n.UserID == a.UserID {
			out.Left -= n.Count
		}
		if n.isInForce(i) {
			out.List = append(out.List, n)
		}
	}
	out.MayReport = out.Left > 0 && i.TakesPart(a.UserID) && checkState(i, 0, db.NowOf(s.Now)) == nil
	return out, nil
}

// readNotices returns the notices about the present time of an interview, those of
// interviewers who have arrived included.
func (s *Service) readNotices(ctx context.Context, i *interview.Interview) ([]Notice, error) {
	var list []Notice
	err := s.DB.NewSelect().Model(&list).Where("ln.interview_id = ? AND ln.schedule_version = ?", i.ID, i.ScheduleVersion).
		Order("ln.expected_at", "ln.user_id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the late notices about interview %s: %w", i.ID, err)
	}
	for n := range list {
		list[n].countMinutes(i.StartsAt)
		for _, m := range i.Interviewers {
			if m.UserID == list[n].UserID {
				list[n].Person = m.Member
			}
		}
	}
	return list, nil
}

func (n *Notice) isInForce(i *interview.Interview) bool {
	return i.Open() && n.ArrivedAt == nil && i.TakesPart(n.UserID)
}

// Delay is what the candidate sees.
type Delay struct {
	Minutes    int
	ExpectedAt time.Time
	All        bool // no interviewer is expected before
}

// DelayOf returns what the candidate of a scheduled interview sees: when the first interviewer
// is expected if all are late, otherwise when the last one is. It returns nil without a
// notice, and once the expected time has passed.
func (s *Service) DelayOf(ctx context.Context, i *interview.Interview) (*Delay, error) {
	if i.State != interview.Scheduled || i.RoomKind != interview.BuiltinRoom {
		return nil, nil //nolint:nilnil // no delay
	}
	list, err := s.readNotices(ctx, i)
	if err != nil {
		return nil, err
	}
	expected := 0
	for _, m := range i.Interviewers {
		if m.Response != interview.Declined {
			expected++
		}
	}
	late := make([]Notice, 0, len(list))
	now := db.NowOf(s.Now)
	for _, n := range list {
		if n.isInForce(i) && now.Before(n.ExpectedAt) {
			late = append(late, n)
		}
	}
	if len(late) == 0 {
		return nil, nil //nolint:nilnil // no delay
	}
	n, all := late[len(late)-1], len(late) == expected
	if all {
		n = late[0]
	}
	return &Delay{Minutes: n.Minutes, ExpectedAt: n.ExpectedAt, All: all}, nil
}

// Arrive ends the notice of an interviewer who has entered the room.
func (s *Service) Arrive(ctx context.Context, interviewID, userID string) error {
	_, err := s.DB.NewUpdate().Model((*Notice)(nil)).Set("arrived_at = ?", db.NowOf(s.Now)).
		Where("interview_id = ? AND user_id = ? AND arrived_at IS NULL", interviewID, userID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("ending a late notice about interview %s: %w", interviewID, err)
	}
	return nil
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
