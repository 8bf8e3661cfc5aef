// Package retention deletes rows that have expired, in a daily job. Data of the
// business is kept unless a setting limits its age; see docs/operations.md.
package retention

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/room/archive"
	"github.com/huimian/huimian/internal/transcript"
)

// Ages are the ages in days at which data is deleted; 0 keeps it.
type Ages struct {
	RoomLogs int // from the end of the room
	Messages int // of sent, failed and skipped ones, from their creation and the end of their interview
	Audit    int
}

// MinDays is the least age that a setting may have: more recent data is in use.
const MinDays = 30

const (
	interval = 24 * time.Hour
	// tokensFor is the time for which expired and revoked credentials are still listed.
	tokensFor = 90 * 24 * time.Hour
	linksFor  = 30 * 24 * time.Hour
	// offersFor is longer than the latest slot of an offer is ahead.
	offersFor = 180 * 24 * time.Hour
	// noticesFor is longer than a notice is retried and counted.
	noticesFor = 3 * 24 * time.Hour
	// maxRooms is the number of logs that a run deletes.
	maxRooms = 500
)

// Config configures a Service. All fields but Ages and Now are required.
type Config struct {
	DB     *db.DB
	Queue  *job.Queue
	Logger *slog.Logger
	Audit  *audit.Chain
	Ages   Ages
	Now    func() time.Time
}

// Service deletes expired rows.
type Service struct{ Config }

// Args is the daily job.
type Args struct{}

func (Args) Kind() string { return "retention" }

// New returns a Service and registers its job.
func New(cfg Config) *Service {
	s := &Service{cfg}
	job.AddWorker(cfg.Queue, func(ctx context.Context, _ Args, _ job.Attempt) error { return s.DeleteExpired(ctx) })
	cfg.Queue.AddPeriodic(interval, true, Args{})
	return s
}

// onHold selects the rows of candidates on legal hold: their data is kept.
const onHold = "candidate_id IN (SELECT h.candidate_id FROM candidate_holds AS h)"

// rule selects rows of a table that have expired before a time.
type rule struct {
	table, key, where string
	// before returns the time; the rule does not apply while it is zero.
	before time.Time
	times  int // how often where contains the time
}

// rules returns the rules. Rows that refer to others precede them.
func (s *Service) rules(now time.Time) []rule {
	age := func(days int) time.Time {
		if days == 0 {
			return time.Time{}
		}
		return now.AddDate(0, 0, -days)
	}
	return []rule{
		{"candidate_sessions", "token_hash", "expires_at < ?", now, 1},
		{"candidate_links", "id", "revoked_at < ? AND NOT EXISTS (SELECT 1 FROM candidate_sessions AS s WHERE s.link_id = candidate_links.id)", now.Add(-linksFor), 1},
		{"api_tokens", "id", "(revoked_at < ? OR expires_at < ?) AND NOT EXISTS (SELECT 1 FROM idempotency_keys AS k WHERE k.token_id = api_tokens.id)", now.Add(-tokensFor), 2},
		{"message_notices", "id", "attempted_at < ?", now.Add(-noticesFor), 1},
		{"customer_service_messages", "id", `created_at < ? AND NOT ` + onHold + `
			AND NOT EXISTS (SELECT 1 FROM interviews AS i WHERE i.corp_id = customer_service_messages.corp_id AND i.id = customer_service_messages.interview_id AND i.ends_at >= ?)`, age(s.Ages.Messages), 2},
		{"customer_service_links", "id", "revoked_at < ? AND NOT " + onHold + " AND NOT EXISTS (SELECT 1 FROM customer_service_messages AS m WHERE m.link_id = customer_service_links.id)", now.Add(-linksFor), 1},
		{"booking_offers", "id", "updated_at < ? AND state <> 'open'", now.Add(-offersFor), 1},
		{"messages", "id", `created_at < ? AND state IN ('sent', 'failed', 'skipped')
			AND kind <> 'decision_mail' AND (candidate_id IS NULL OR NOT ` + onHold + `)
			AND NOT EXISTS (SELECT 1 FROM interviews AS i WHERE i.corp_id = messages.corp_id AND i.id = messages.interview_id AND (i.ends_at >= ? OR i.` + onHold + "))", age(s.Ages.Messages), 2},
	}
}

// DeleteExpired runs the job once. An error in one table does not keep the rows of
// the others.
func (s *Service) DeleteExpired(ctx context.Context) error {
	now := db.NowOf(s.Now)
	var errs []error
	addResult := func(table string, rows int64, err error) {
		if errs = append(errs, err); rows > 0 {
			s.Logger.InfoContext(ctx, "expired rows were deleted", "table", table, "rows", rows)
		}
	}
	for _, r := range s.rules(now) {
		if r.before.IsZero() {
			continue
		}
		var args []any
		for range r.times {
			args = append(args, r.before)
		}
		n, err := s.DB.DeleteInBatches(ctx, r.table, r.key, r.where, args...)
		addResult(r.table, n, err)
	}
	if s.Ages.Audit > 0 {
		n, err := s.Audit.Prune(ctx, now.AddDate(0, 0, -s.Ages.Audit))
		addResult("audit_log", n, err)
	}
	if s.Ages.RoomLogs > 0 {
		errs = append(errs, s.deleteRoomLogs(ctx, now, now.AddDate(0, 0, -s.Ages.RoomLogs)))
	}
	return errors.Join(errs...)
}

// deleteRoomLogs deletes the logs of rooms that ended before a time. A log is marked
// first: it is not read while a part of it is deleted, and a run that was interrupted
// is continued.
func (s *Service) deleteRoomLogs(ctx context.Context, now, before time.Time) error {
	rooms, err := archive.ListExpired(ctx, s.DB, before, maxRooms, s.DB.NewSelect().TableExpr("interviews").Column("id").Where(onHold))
	if err != nil {
		return err
	}
	for _, id := range rooms {
		if err := archive.MarkDeleted(ctx, s.DB, id, now); err != nil {
			return err
		}
		if err := transcript.DeleteSeals(ctx, s.DB, id); err != nil {
			return err
		}
		if err := archive.DeleteLog(ctx, s.DB, id); err != nil {
			return fmt.Errorf("deleting the log of room %s: %w", id, err)
		}
	}
	if len(rooms) > 0 {
		s.Logger.InfoContext(ctx, "logs of rooms were deleted", "rooms", len(rooms))
	}
	return nil
}
