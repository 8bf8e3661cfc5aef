// Package customerservice connects candidates in WeChat with recruiters through an account of WeChat
// customer service (微信客服). Each interview has a link that opens the account; the first WeChat user
// who opens it is the candidate of the conversation. A job reads what happened in the account: the
// candidate is welcomed, texts become questions to the organizer, and members answer on the page of the
// interview. Package notify sends the messages. See ADR 0051.
package customerservice

import (
	"context"
	"log/slog"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/outbox"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
)

// Limits of WeCom for messages to a WeChat user.
// See https://developer.work.weixin.qq.com/document/path/94677
const (
	ReplyWindow = 48 * time.Hour // since the user wrote last
	MaxReplies  = 5              // since the user wrote last
	WelcomeTime = 20 * time.Second
)

const (
	// sweepInterval is the interval of the search for due accounts without a job.
	sweepInterval = 30 * time.Second
	// readInterval is the time after which an account is read without a callback, which may have been lost.
	readInterval = 10 * time.Minute
)

// Config configures a Service. All fields but Now are required.
type Config struct {
	DB         *db.DB
	Queue      *job.Queue
	Interviews *interview.Service
	Client     *wecom.Client
	Box        *secretbox.Box // encrypts the tokens of links
	Logger     *slog.Logger
	Now        func() time.Time
}

// Service implements the operations on customer service.
type Service struct{ Config }

// New returns a service and registers its jobs with the queue.
func New(cfg Config) *Service {
	s := &Service{cfg}
	job.AddWorker(s.Queue, func(ctx context.Context, args ReadArgs, _ job.Attempt) error { return s.readAccount(ctx, args) })
	job.AddWorker(s.Queue, func(ctx context.Context, _ SweepArgs, _ job.Attempt) error { return s.sweepAccounts(ctx) })
	s.Queue.AddPeriodic(sweepInterval, true, SweepArgs{})
	return s
}

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// ReadArgs is the job that reads what happened in an account since it was read last.
type ReadArgs struct {
	CorpID   string `json:"corpId"`
	OpenKFID string `json:"openKfId"`        // empty: the configured account
	Token    string `json:"token,omitempty"` // of the callback, valid for ten minutes; without it, WeCom limits the rate strictly
}

// Kind implements job.Args.
func (ReadArgs) Kind() string { return "customer_service_read" }

// SweepArgs is the periodic job that inserts jobs for due accounts without one.
type SweepArgs struct{}

// Kind implements job.Args.
func (SweepArgs) Kind() string { return "customer_service_sweep" }

// NoticeArgs is the job that sends a text to a WeChat user who belongs to no interview, in package
// notify. Key identifies the text: WeCom accepts it once.
type NoticeArgs struct {
	CorpID         string    `json:"corpId"`
	OpenKFID       string    `json:"openKfId"`
	ExternalUserID string    `json:"externalUserId"`
	Code           string    `json:"code,omitempty"` // of the welcome message; empty for a reply to a text
	Until          time.Time `json:"until"`          // of Code
	Reason         Refusal   `json:"reason"`
	Key            string    `json:"key"`
}

// Kind implements job.Args.
func (NoticeArgs) Kind() string { return "customer_service_notice" }

// Refusal is why a WeChat user belongs to no interview.
type Refusal string

const (
	UnknownLink Refusal = "unknown" // none, or one that was replaced
	ExpiredLink Refusal = "expired"
	OtherUser   Refusal = "other_user" // another WeChat user has opened it before
)

// JobFor returns the job that handles a callback; nil for one that is not about customer service.
func JobFor(m callback.Message) job.Args {
	switch body := m.Body.(type) {
	case *callback.KFMsgOrEvent:
		return ReadArgs{CorpID: m.ToUserName, OpenKFID: body.OpenKFID, Token: string(body.Token)}
	case *callback.KFAccountAuthChange: // the call finds whether the configured account is one of them
		return ReadArgs{CorpID: m.ToUserName}
	default:
		return nil
	}
}

func (s *Service) sweepAccounts(ctx context.Context) error {
	overdue := func(q *bun.SelectQuery) *bun.SelectQuery {
		return outbox.Overdue(q.Column("id", "corp_id", "open_kfid"), s.now()).
			Where("EXISTS (SELECT 1 FROM customer_service_settings AS css WHERE css.corp_id = csa.corp_id AND css.open_kfid = csa.open_kfid AND css.enabled)")
	}
	_, err := outbox.Sweep(ctx, s.DB, s.Queue, overdue, func(a *account) job.Args { return ReadArgs{CorpID: a.CorpID, OpenKFID: a.OpenKFID} })
	return err
}

// ReencryptTokens encrypts the stored tokens with the current key of the box.
func ReencryptTokens(ctx context.Context, d *db.DB, box *secretbox.Box) (db.RewriteCounts, error) {
	return d.RewriteColumn(ctx, db.Column{Table: "customer_service_links", Name: "encrypted_token", Key: "id"}, box.Reencrypt)
}
