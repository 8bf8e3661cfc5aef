package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/wecom"
)

// Intervals of the periodic jobs.
const (
	syncInterval    = time.Hour
	refreshInterval = time.Minute
	cleanInterval   = time.Hour
)

// SyncArgs is the job that copies the company's contacts into the database.
type SyncArgs struct {
	CorpID string `json:"corp_id"`
	Due    int64  `json:"due,omitempty"` // set by ScheduleSync: Unix time of the end of the window, which makes the job unique per window
}

// Kind implements job.Args.
func (SyncArgs) Kind() string { return "account_sync" }

// RefreshTokenArgs is the job that renews the access token before it expires.
type RefreshTokenArgs struct {
	CorpID string `json:"corp_id"`
}

// Kind implements job.Args.
func (RefreshTokenArgs) Kind() string { return "account_refresh_token" }

// CleanArgs is the job that deletes expired sessions and callback keys.
type CleanArgs struct{}

// Kind implements job.Args.
func (CleanArgs) Kind() string { return "account_clean" }

func (s *Service) registerJobs() {
	job.AddWorker(s.Queue, func(ctx context.Context, _ CleanArgs, _ job.Attempt) error { return s.deleteExpired(ctx) })
	s.Queue.AddPeriodic(cleanInterval, true, CleanArgs{})
	if s.Client == nil {
		return
	}
	job.AddWorker(s.Queue, func(ctx context.Context, _ SyncArgs, _ job.Attempt) error { return s.Sync(ctx) })
	job.AddWorker(s.Queue, func(ctx context.Context, _ RefreshTokenArgs, _ job.Attempt) error { return s.Client.RefreshToken(ctx) })
	s.Queue.AddPeriodic(syncInterval, true, SyncArgs{CorpID: s.Corp.ID})
	s.Queue.AddPeriodic(refreshInterval, true, RefreshTokenArgs{s.Corp.ID})
}

// SyncState is the state of the last synchronization of the contacts.
type SyncState struct {
	State       string // never, queued, running, done, failed
	BeganAt     *time.Time
	EndedAt     *time.Time
	Errcode     int    // WeCom's errcode; 0 for any other error
	Error       string // SyncErrorEmpty, or an English text
	Departments int
	Members     int
}

// GetSyncState returns the state of the last synchronization, with the numbers of
// departments and active members.
func (s *Service) GetSyncState(ctx context.Context, corpID string) (SyncState, error) {
	var st SyncState
	err := s.DB.NewRaw(`SELECT sync_state AS state, sync_began_at AS began_at, sync_ended_at AS ended_at,
		sync_errcode AS errcode, sync_error AS error,
		(SELECT COUNT(*) FROM departments d WHERE d.corp_id = c.corp_id) AS departments,
		(SELECT COUNT(*) FROM members m WHERE m.corp_id = c.corp_id AND m.active) AS members
		FROM corps c WHERE corp_id = ?`, corpID).Scan(ctx, &st)
	if err != nil {
		return SyncState{}, fmt.Errorf("reading the synchronization state: %w", err)
	}
	return st, nil
}

// RequestSync enqueues a synchronization of the contacts. It requires an
// administrator.
func (s *Service) RequestSync(ctx context.Context, a actor.Actor) error {
	if err := a.Require(actor.EditSettings); err != nil {
		return err
	}
	if s.Client == nil {
		return apperr.New(apperr.Unavailable, "account.wecom_unconfigured")
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := updateSyncState(ctx, tx, a.CorpID, "queued", nil, s.Now()); err != nil {
			return err
		}
		return s.Queue.Insert(ctx, tx, SyncArgs{CorpID: a.CorpID}, job.Unique())
	})
}

// syncBatchWindow is the window within which contact changes share one job.
const syncBatchWindow = 30 * time.Second

// ScheduleSync enqueues one synchronization at the end of the current window of
// syncBatchWindow: when a company moves a department, WeCom sends a callback for
// each of its members.
func (s *Service) ScheduleSync(ctx context.Context, tx *db.Tx) error {
	due := s.Now().Truncate(syncBatchWindow).Add(syncBatchWindow)
	return s.Queue.Insert(ctx, tx, SyncArgs{CorpID: s.Corp.ID, Due: due.Unix()}, job.Unique(), job.RunAt(due))
}

// Sync copies departments and members from WeCom. Members that are no longer there
// become inactive, unless WeCom's answer is empty (see checkNotEmpty).
func (s *Service) Sync(ctx context.Context) error {
	if err := s.saveSyncState(ctx, "running", nil); err != nil {
		return err
	}
	began := s.Now()
	c, err := s.fetchContacts(ctx)
	if err == nil {
		err = s.saveContacts(ctx, c, began)
	}
	if err != nil { // ctx may have expired, so save the state without it
		return errors.Join(err, s.saveSyncState(context.WithoutCancel(ctx), "failed", err))
	}
	return s.saveSyncState(ctx, "done", nil)
}

func (s *Service) saveSyncState(ctx context.Context, state string, cause error) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if errors.Is(cause, errContactsEmpty) {
			if err := s.notifyContactsEmpty(ctx, tx); err != nil {
				return err
			}
		}
		return updateSyncState(ctx, tx, s.Corp.ID, state, cause, s.Now())
	})
}

func updateSyncState(ctx context.Context, tx *db.Tx, corpID, state string, cause error, now time.Time) error {
	q := tx.NewUpdate().TableExpr("corps").Set("sync_state = ?", state).Where("corp_id = ?", corpID)
	switch state {
	case "running":
		q = q.Set("sync_began_at = ?", db.Time(now))
	case "done", "failed":
		var code int
		var text string
		if cause != nil {
			text = cause.Error()
		}
		if e, ok := errors.AsType[*wecom.Error](cause); ok {
			code = e.Code
		}
		q = q.Set("sync_ended_at = ?", db.Time(now)).Set("sync_errcode = ?", code).Set("sync_error = ?", text)
	}
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("saving the synchronization state: %w", err)
	}
	return nil
}

// deleteExpired deletes expired sessions, and callback keys older than any redelivery
// by WeCom.
func (s *Service) deleteExpired(ctx context.Context) error {
	now := db.Time(s.Now())
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for query, before := range map[string]time.Time{
			"DELETE FROM sessions WHERE expires_at < ?":    now,
			"DELETE FROM callbacks_seen WHERE seen_at < ?": now.Add(-24 * time.Hour),
		} {
			if _, err := tx.NewRaw(query, before).Exec(ctx); err != nil {
				return fmt.Errorf("deleting expired rows: %w", err)
			}
		}
		return nil
	})
}
