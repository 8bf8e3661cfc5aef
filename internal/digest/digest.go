// Package digest queues the morning digest: one message a day to each interviewer with
// interviews on that day or overdue scorecards, and to recruiters with interviews that need
// them. It reads the content when package notify delivers it.
package digest

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/worklist"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/notification"
	"github.com/huimian/huimian/internal/scorecard"
)

const (
	interval = time.Minute

	// latest is how long after its time a digest is still queued, such as after an outage.
	latest = 2 * time.Hour

	// oldest is the age of the interviews whose missing scorecards are listed.
	oldest = 60 * 24 * time.Hour

	// batch is the number of members whose messages one transaction queues.
	batch = 100
)

// Config configures a Service. All fields but Now are required.
type Config struct {
	DB           *db.DB
	Queue        *job.Queue
	Interviews   *interview.Service
	Availability *availability.Service
	// Recruiters returns the userids of the active recruiters of a company.
	Recruiters func(ctx context.Context, corpID string) ([]string, error)
	Logger     *slog.Logger
	Now        func() time.Time // the clock; nil is time.Now
}

// Service queues digests and reads their content.
type Service struct{ Config }

// PlanArgs is the job that queues the digests whose time has come.
type PlanArgs struct{}

func (PlanArgs) Kind() string { return "digest_plan" }

// New returns a service and registers its job.
func New(cfg Config) *Service {
	s := &Service{cfg}
	job.AddWorker(cfg.Queue, func(ctx context.Context, _ PlanArgs, _ job.Attempt) error { return s.QueueDue(ctx) })
	cfg.Queue.AddPeriodic(interval, true, PlanArgs{})
	return s
}

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// QueueDue queues the digests of the companies whose time has come. An error in one does not
// keep the others.
func (s *Service) QueueDue(ctx context.Context) error {
	return s.DB.ForEachCompany(ctx, s.queueCompany)
}

// queueCompany queues the digests of a company, once a day. A replica that does so at the
// same time queues the same messages, of which the log keeps one for each member and day. A
// later day is stored after the clock was wrong or the time zone was changed.
func (s *Service) queueCompany(ctx context.Context, corpID string) error {
	c, err := notification.ReadCompany(ctx, s.DB.DB, corpID)
	if err != nil || !c.Digest {
		return err
	}
	loc, err := s.findLocation(ctx, corpID)
	if err != nil {
		return err
	}
	now := s.now()
	today := availability.DateOf(now.In(loc))
	at := today.ClockIn(c.DigestAt, loc)
	done, err := s.lastDay(ctx, corpID)
	switch {
	case err != nil || done == today || now.Before(at) && done != "":
		return err
	case done == "" && now.Before(at): // a new installation, or an upgrade
		return s.storeDay(ctx, corpID, today.Previous())
	case done == "" || !now.Before(at.Add(latest)):
		return s.storeDay(ctx, corpID, today)
	}
	if err := s.queueDay(ctx, corpID, today, loc); err != nil {
		return err
	}
	return s.storeDay(ctx, corpID, today)
}

func (s *Service) findLocation(ctx context.Context, corpID string) (*time.Location, error) {
	zone, err := s.Availability.TimeZone(ctx, corpID)
	return availability.Location(zone), err
}

func (s *Service) lastDay(ctx context.Context, corpID string) (availability.Date, error) {
	var day availability.Date
	err := s.DB.NewSelect().TableExpr("digest_days").Column("day").Where("corp_id = ?", corpID).Scan(ctx, &day)
	if err != nil && !db.IsNotFound(err) {
		return "", fmt.Errorf("reading the day of the last digest: %w", err)
	}
	return day, nil
}

func (s *Service) storeDay(ctx context.Context, corpID string, day availability.Date) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw("INSERT INTO digest_days (corp_id, day) VALUES (?, ?) ON CONFLICT (corp_id) DO UPDATE SET day = excluded.day", corpID, day).Exec(ctx)
		if err != nil {
			return fmt.Errorf("storing the day of the last digest: %w", err)
		}
		return nil
	})
}

// queueDay queues the digests of a workday.
func (s *Service) queueDay(ctx context.Context, corpID string, day availability.Date, loc *time.Location) error {
	days, err := s.Availability.Workdays(ctx, corpID)
	if err != nil || !days.Contain(day) {
		return err
	}
	occasions, err := s.findRecipients(ctx, corpID, day, loc)
	if err != nil {
		return err
	}
	for members := range slices.Chunk(slices.Sorted(maps.Keys(occasions)), batch) {
		known, err := s.Interviews.Members(ctx, corpID, members)
		if err != nil {
			return err
		}
		active := slices.DeleteFunc(members, func(userID string) bool { return !known[userID].Active })
		if err := s.queueBatch(ctx, corpID, day, active, occasions); err != nil {
			return err
		}
	}
	if len(occasions) > 0 {
		s.Logger.InfoContext(ctx, "morning digests queued", "corp", corpID, "day", day, "members", len(occasions))
	}
	return nil
}

func (s *Service) queueBatch(ctx context.Context, corpID string, day availability.Date, members []string, occasions map[string]string) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, userID := range members {
			err := s.Interviews.Messages.Insert(ctx, tx, message.Message{
				CorpID: corpID, InterviewID: occasions[userID], Kind: message.KindDigest, Channel: message.WeCom, Recipient: userID,
				Data: message.Data{Day: string(day)}, Dedup: "digest:" + string(day) + ":" + userID,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// findRecipients returns the members with something to read, each with one of the interviews
// concerned. The number of queries does not depend on the number of members.
func (s *Service) findRecipients(ctx context.Context, corpID string, day availability.Date, loc *time.Location) (map[string]string, error) {
	occasions, now := map[string]string{}, s.now()
	for _, q := range []struct {
		condition string
		args      []any
	}{
		{
			"i.starts_at >= ? AND i.starts_at < ? AND i.state IN (?, ?) AND im.response <> ?",
			[]any{db.Time(day.StartIn(loc)), db.Time(day.Next().StartIn(loc)), interview.Scheduled, interview.InProgress, interview.Declined},
		},
		{
			`i.state = ? AND i.decision = ? AND i.starts_at > ? AND i.ended_at < ? AND im.response <> ? AND im.excused_at IS NULL
				AND NOT EXISTS (SELECT 1 FROM scorecards AS sc WHERE sc.interview_id = im.interview_id AND sc.user_id = im.user_id AND sc.state = ?` + db.PerRow + ")",
			[]any{interview.Ended, "", db.Time(now.Add(-oldest)), db.Time(now.Add(-worklist.OverdueAfter)), interview.Declined, scorecard.Submitted},
		},
	} {
		var found []struct{ UserID, InterviewID string }
		err := s.DB.NewSelect().TableExpr("interviews AS i").Join("JOIN interview_members AS im ON im.interview_id = i.id").
			ColumnExpr("im.user_id, MIN(i.id) AS interview_id").Where("i.corp_id = ?", corpID).Where(q.condition, q.args...).
			Group("im.user_id").Scan(ctx, &found)
		if err != nil {
			return nil, fmt.Errorf("finding the recipients of the digest: %w", err)
		}
		for _, f := range found {
			occasions[f.UserID] = f.InterviewID
		}
	}
	return occasions, s.addRecruiters(ctx, corpID, occasions)
}

// addRecruiters adds the recruiters if an interview needs them.
func (s *Service) addRecruiters(ctx context.Context, corpID string, occasions map[string]string) error {
	groups, err := worklist.List(ctx, s.Interviews, actor.System(corpID))
	if err != nil || len(groups) == 0 || len(groups[0].Items) == 0 {
		return err
	}
	recruiters, err := s.Recruiters(ctx, corpID)
	for _, userID := range recruiters {
		if occasions[userID] == "" {
			occasions[userID] = groups[0].Items[0].ID
		}
	}
	return err
}
