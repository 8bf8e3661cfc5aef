// Package notify tells people what has happened: it turns message rows of the
// domain into app messages and cards of WeCom and into mail, keeps in the row
// what became of each, and takes what members answer in WeCom back into the
// domain. All of it happens in jobs; it serves no request.
package notify

import (
	"context"
	"log/slog"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/wecom"
)

// sweepInterval is how often messages are looked for that are due and have no
// job: theirs was lost, or its process has died.
const sweepInterval = 30 * time.Second

// Config is what a Service is made from; every field but Now must be set.
type Config struct {
	DB        *db.DB
	Queue     *job.Queue
	Interview *interview.Service
	Account   *account.Service
	Client    *wecom.Client
	Mailer    Mailer
	PublicURL string // without a slash at the end
	Logger    *slog.Logger
	Now       func() time.Time
}

// Service delivers messages and takes answers.
type Service struct{ Config }

// SweepArgs is the job that gives messages without one a new job.
type SweepArgs struct{}

// Kind names the job.
func (SweepArgs) Kind() string { return "notify_sweep" }

// New returns a service and registers its jobs with the queue.
func New(cfg Config) *Service {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Service{cfg}
	job.Work(s.Queue, s.deliverMessage)
	job.Work(s.Queue, s.handleCardAction)
	job.Work(s.Queue, s.updateAnsweredCards)
	job.Work(s.Queue, s.replyWithInterviews)
	job.Work(s.Queue, s.notifyWebhookPaused)
	job.Work(s.Queue, func(ctx context.Context, _ SweepArgs, _ job.Attempt) error {
		n, err := s.Interview.Sweep(ctx)
		if n > 0 {
			s.Logger.WarnContext(ctx, "messages were due and had no job", "count", n)
		}
		return err
	})
	s.Queue.Every(sweepInterval, true, SweepArgs{})
	return s
}

// languageOf is the language that a member reads.
func (s *Service) languageOf(ctx context.Context, corpID, userID string) (string, error) {
	found, err := s.Account.MembersByID(ctx, corpID, []string{userID})
	if err != nil {
		return "", err
	}
	if lang := found[userID].Language; i18n.Known(lang) {
		return lang, nil
	}
	return i18n.Default, nil
}

// interviewerActor returns a member without a company-wide role: enough for what
// interviewers do.
func interviewerActor(corpID, userID string) actor.Actor {
	return actor.Actor{CorpID: corpID, UserID: userID, Roles: actor.Interviewer}
}
