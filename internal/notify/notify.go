// Package notify delivers notifications: it renders the message rows of the domain as
// app messages and cards in WeCom and as mail, records the result in the row, and
// passes members' responses in WeCom to the domain. All of it runs in jobs; the package
// serves no requests.
package notify

import (
	"context"
	"log/slog"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/calibration"
	"github.com/huimian/huimian/internal/chatanswer"
	"github.com/huimian/huimian/internal/customerservice"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/decisionmail"
	"github.com/huimian/huimian/internal/digest"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/latenotice"
	"github.com/huimian/huimian/internal/mail"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/notification"
	"github.com/huimian/huimian/internal/pool"
	"github.com/huimian/huimian/wecom"
)

// sweepInterval is the interval of the search for due messages without a job, after
// a job was lost or its process crashed.
const sweepInterval = 30 * time.Second

// Config configures a Service. Every field but Mail, Now and ReadExamMail must be set.
type Config struct {
	DB           *db.DB
	Queue        *job.Queue
	Interview    *interview.Service
	Availability *availability.Service
	LateNotices  *latenotice.Service
	Bookings     *booking.Service
	Pools        *pool.Service
	Account      *account.Service
	Client       *wecom.Client
	Mail         mail.Sender // nil: candidates get no mail
	PublicURL    string      // without a trailing slash
	Logger       *slog.Logger
	Now          func() time.Time

	Notifications *notification.Service
	Digests       *digest.Service
	Templates     *mailtemplate.Service
	DecisionMails *decisionmail.Service

	Answers         *chatanswer.Service
	CustomerService *customerservice.Service
	Calibrations    *calibration.Service
	// ReadExamMail returns the mail of a message about a written test, nil if it is no longer
	// needed. nil: there are no written tests.
	ReadExamMail func(ctx context.Context, m *message.Message) (*ExamMail, error)
}

// Service delivers messages and processes the responses.
type Service struct{ Config }

// SweepArgs is the job that enqueues new jobs for due messages without one.
type SweepArgs struct{}

// Kind implements job.Args.
func (SweepArgs) Kind() string { return "notify_sweep" }

// New returns a service and registers its jobs with the queue.
func New(cfg Config) *Service {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Service{cfg}
	job.AddWorker(s.Queue, s.deliverMessage)
	job.AddWorker(s.Queue, s.handleCardAction)
	job.AddWorker(s.Queue, s.updateAnsweredCards)
	job.AddWorker(s.Queue, s.replyToMember)
	job.AddWorker(s.Queue, s.createMenu)
	job.AddWorker(s.Queue, s.notifyWebhookPaused)
	job.AddWorker(s.Queue, s.notifyContactsEmpty)
	job.AddWorker(s.Queue, s.notifyOfBooking)
	job.AddWorker(s.Queue, s.notifyOfSubstitution)
	job.AddWorker(s.Queue, s.closeSubstituteCards)
	job.AddWorker(s.Queue, weChatSender{s}.sendCustomerNotice)
	job.AddWorker(s.Queue, func(ctx context.Context, _ SweepArgs, _ job.Attempt) error {
		n, err := s.Interview.Messages.Sweep(ctx)
		if n > 0 {
			s.Logger.WarnContext(ctx, "due messages without a job", "count", n)
		}
		return err
	})
	s.Queue.AddPeriodic(sweepInterval, true, SweepArgs{})
	s.Queue.AddPeriodic(menuInterval, true, MenuArgs{})
	return s
}

// languageOf returns the interface language of a member, or the default.
func (s *Service) languageOf(ctx context.Context, corpID, userID string) (string, error) {
	found, err := s.Account.MembersByID(ctx, corpID, []string{userID})
	if err != nil {
		return "", err
	}
	return languageOrDefault(found[userID].Language), nil
}

// languageOrDefault returns the language, or the default one if it has no texts.
func languageOrDefault(lang string) string {
	if i18n.IsSupported(lang) {
		return lang
	}
	return i18n.DefaultLanguage
}
