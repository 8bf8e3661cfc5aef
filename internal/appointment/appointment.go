// Package appointment keeps the entries of interviews in WeCom in step with the
// interviews: a schedule (日程) in the application's calendar, and a meeting (会议)
// where the interview has one. Each is a row of the outbox, whose job compares the
// content that the interview calls for with what was written, and writes the
// difference. What members answer and change in WeCom comes back by callbacks.
package appointment

import (
	"context"
	"log/slog"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/outbox"
	"github.com/huimian/huimian/wecom"
)

// sweepInterval is the interval of the search for due rows without a job.
const sweepInterval = 30 * time.Second

// Config configures a Service. Every field but Now must be set.
type Config struct {
	DB         *db.DB
	Queue      *job.Queue
	Interviews *interview.Service
	Client     *wecom.Client
	// FindActor returns a member with the roles of today; an unknown one has none.
	FindActor func(ctx context.Context, corpID, userID string) (actor.Actor, error)
	PublicURL string // without a trailing slash
	Logger    *slog.Logger
	Now       func() time.Time
}

// Service implements interview.Appointments.
type Service struct{ Config }

// New returns a service and registers its jobs with the queue.
func New(cfg Config) *Service {
	s := &Service{cfg}
	job.AddWorker(s.Queue, func(ctx context.Context, args SyncArgs, _ job.Attempt) error { return s.syncRow(ctx, args) })
	job.AddWorker(s.Queue, func(ctx context.Context, args EventArgs, _ job.Attempt) error { return s.handleEvent(ctx, args) })
	job.AddWorker(s.Queue, func(ctx context.Context, _ SweepArgs, _ job.Attempt) error { return s.sweepRows(ctx) })
	s.Queue.AddPeriodic(sweepInterval, true, SweepArgs{})
	return s
}

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// Kind is what an appointment is in WeCom.
type Kind string

const (
	Schedule Kind = "schedule"
	Meeting  Kind = "meeting"
)

// row is a row of appointments.
type row struct {
	bun.BaseModel `bun:"table:appointments,alias:ap"`

	ID             string         `bun:",pk"`
	CorpID         string         `bun:"corp_id"`
	InterviewID    string         `bun:"interview_id"`
	Kind           Kind           `bun:"kind"`
	ExternalID     string         `bun:"external_id"`
	ObservedDigest string         `bun:"observed_digest"` // digest of the content in WeCom, empty when there is none
	Attempted      bool           `bun:"attempted"`       // a creation without a response may have succeeded
	Deleted        bool           `bun:"deleted"`         // by a member in WeCom: not created again by itself
	FailureCode    string         `bun:"failure_code"`
	FailureParams  map[string]any `bun:"failure_params,type:jsonb"`
	CreatedAt      time.Time      `bun:"created_at"`
	UpdatedAt      time.Time      `bun:"updated_at"`

	outbox.Row
}

// isPending reports whether an attempt is under way or to follow.
func (r *row) isPending() bool { return r.ClaimedAt != nil || r.NextAttemptAt != nil }

func (r *row) newReason() *apperr.Reason {
	if r.FailureCode == "" {
		return nil
	}
	return &apperr.Reason{Code: r.FailureCode, Params: r.FailureParams}
}

func (r *row) setFailure(f *apperr.Error) {
	r.FailureCode, r.FailureParams = "", map[string]any{}
	if f != nil {
		r.FailureCode = f.Code
		if f.Params != nil {
			r.FailureParams = f.Params
		}
	}
}

// SyncArgs is the job that makes an appointment follow its interview.
type SyncArgs struct {
	CorpID string `json:"corpId"`
	ID     string `json:"id"`
}

// Kind implements job.Args.
func (SyncArgs) Kind() string { return "appointment_sync" }

// SweepArgs is the periodic job that inserts jobs for due rows without one.
type SweepArgs struct{}

// Kind implements job.Args.
func (SweepArgs) Kind() string { return "appointment_sweep" }

func (s *Service) sweepRows(ctx context.Context) error {
	overdue := func(q *bun.SelectQuery) *bun.SelectQuery { return outbox.Overdue(q.Column("id", "corp_id"), s.now()) }
	n, err := outbox.Sweep(ctx, s.DB, s.Queue, overdue, func(r *row) job.Args { return SyncArgs{r.CorpID, r.ID} })
	if n > 0 {
		s.Logger.WarnContext(ctx, "due appointments without a job", "count", n)
	}
	return err
}

// Follow implements interview.Appointments: it inserts the jobs that write the
// change.
func (s *Service) Follow(ctx context.Context, tx *db.Tx, i *interview.Interview) error {
	rows, err := readRows(ctx, tx, i.CorpID, i.ID)
	if err != nil {
		return err
	}
	return s.followRows(ctx, tx, i, rows)
}

// followRows does what Follow does with the rows of the interview, which it stores.
func (s *Service) followRows(ctx context.Context, tx *db.Tx, i *interview.Interview, rows map[Kind]*row) error {
	set, err := readSettings(ctx, tx, i.CorpID)
	if err != nil {
		return err
	}
	for _, kind := range []Kind{Schedule, Meeting} {
		r := rows[kind]
		if r == nil {
			if !shouldExist(kind, i, set) || i.StartsAt.Before(s.now()) {
				continue
			}
			if r, err = s.insertRow(ctx, tx, i, kind); err != nil {
				return err
			}
		}
		if err := s.requestSync(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}

// shouldExist reports whether the interview is to have an appointment of the kind.
func shouldExist(kind Kind, i *interview.Interview, set *settings) bool {
	if i.State == interview.Cancelled {
		return false
	}
	if kind == Meeting {
		return i.Meeting.Kind == interview.WeComMeeting
	}
	return set.Calendar
}

func (s *Service) insertRow(ctx context.Context, tx *db.Tx, i *interview.Interview, kind Kind) (*row, error) {
	now := s.now()
	r := &row{
		ID: db.NewID(), CorpID: i.CorpID, InterviewID: i.ID, Kind: kind,
		FailureParams: map[string]any{}, CreatedAt: now, UpdatedAt: now,
	}
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return r, err
}

// requestSync makes the row due now. A job that works on it compares once more at its end.
func (s *Service) requestSync(ctx context.Context, tx *db.Tx, r *row) error {
	if !r.Leased(s.now()) {
		r.Restart(s.now())
	}
	if err := s.storeRow(ctx, tx, r); err != nil {
		return err
	}
	return s.Queue.Insert(ctx, tx, SyncArgs{r.CorpID, r.ID})
}

// Retry makes the next attempt now, and creates again what was deleted in WeCom. It
// requires a recruiter.
func (s *Service) Retry(ctx context.Context, a actor.Actor, interviewID string) error {
	if _, err := s.Interviews.Get(ctx, a, interviewID); err != nil {
		return err
	}
	if err := a.Require(actor.ScheduleInterviews); err != nil {
		return err
	}
	return s.Interviews.Meetings().WithInterview(ctx, a.CorpID, interviewID, func(ctx context.Context, tx *db.Tx, i *interview.Interview) error {
		if i.State != interview.Scheduled {
			return apperr.New(apperr.Conflict, "appointment.over")
		}
		rows, err := readRows(ctx, tx, i.CorpID, i.ID)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.Deleted {
				r.Deleted, r.ExternalID = false, ""
			}
			r.setFailure(nil)
		}
		return s.followRows(ctx, tx, i, rows)
	})
}

// FailedInterviews returns a query of the ids of the interviews whose schedule or meeting WeCom has refused.
// What it refuses to the company as a whole is in the settings, and deletions by members
// are left out.
func FailedInterviews(corpID string) schema.QueryAppender {
	return bun.SafeQuery(`SELECT ap.interview_id FROM appointments AS ap WHERE ap.corp_id = ?0 AND ap.failure_code <> '' AND NOT ap.deleted
		AND NOT EXISTS (SELECT 1 FROM appointment_settings AS aps WHERE aps.corp_id = ?0
			AND ap.failure_code IN (aps.schedule_failure, aps.meeting_failure))`, corpID)
}
