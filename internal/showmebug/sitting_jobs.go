package showmebug

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/outbox"
	api "github.com/huimian/huimian/showmebug"
)

// Preparation and polling of written tests.
const (
	examRetryWindow  = 24 * time.Hour
	examPollInterval = 10 * time.Minute // no documented event reports the end of a written test
	examPollWindow   = 60 * 24 * time.Hour
)

// examBackoff is the wait after an attempt that failed.
var examBackoff = outbox.Backoff{First: 5 * time.Second, Max: 10 * time.Minute}

// PrepareSittingArgs is the job to make a candidate's address for a written test.
type PrepareSittingArgs struct {
	CorpID string `json:"corpId"`
	ID     string `json:"id"`
}

func (PrepareSittingArgs) Kind() string { return "showmebug_sitting" }

// PollSittingArgs is the job to poll one sitting.
type PollSittingArgs struct {
	CorpID string `json:"corpId"`
	UID    string `json:"uid"`
}

func (PollSittingArgs) Kind() string { return "showmebug_exam_poll_sitting" }

// KindAliases returns the earlier kind of queued jobs.
func (PollSittingArgs) KindAliases() []string { return []string{"showmebug_exam_ask"} }

// PollCorpExamsArgs is the job to poll the sittings of a company.
type PollCorpExamsArgs struct {
	CorpID string `json:"corpId"`
}

func (PollCorpExamsArgs) Kind() string { return "showmebug_exam_poll_corp" }

// PollExamsArgs is the job that schedules PollCorpExamsArgs for each company.
type PollExamsArgs struct{}

func (PollExamsArgs) Kind() string { return "showmebug_exam_poll" }

// ExamMail is the mail with the URL of a written test.
type ExamMail struct {
	Candidate *candidate.Candidate
	ExamName  string
	URL       string
}

// prepareSitting makes one attempt.
func (s *Service) prepareSitting(ctx context.Context, args PrepareSittingArgs) error {
	v, tried, err := s.claimSitting(ctx, args)
	if err != nil || v == nil {
		return err
	}
	pad, err := s.createPad(ctx, v, tried)
	if err != nil {
		return s.recordSittingFailure(ctx, args, err)
	}
	return s.updateSitting(ctx, args.CorpID, args.ID, func(ctx context.Context, tx *db.Tx, v *Sitting) error {
		now := s.now()
		v.Finish()
		v.State, v.SentAt = SittingSent, &now
		v.FailureCode, v.FailureParams = "", map[string]any{}
		v.ExternalID, v.EncryptedURL = padUID(pad), s.Box.Encrypt([]byte(pad.URL), v.ID)
		if v.ExamName == "" {
			v.ExamName = pad.ExamName
		}
		if err := s.recordExamEvent(ctx, tx, v, event.ExamSent, v.SentBy); err != nil {
			return err
		}
		return queueExamMail(ctx, tx, s.Interviews.Messages, v)
	})
}

// claimSitting claims a sitting for one attempt; nil when there is nothing to do.
// tried reports whether an earlier attempt may have created it.
func (s *Service) claimSitting(ctx context.Context, args PrepareSittingArgs) (claimed *Sitting, tried bool, err error) {
	err = s.updateSitting(ctx, args.CorpID, args.ID, func(_ context.Context, _ *db.Tx, v *Sitting) error {
		now := s.now()
		switch {
		case v.State != SittingPreparing && v.State != SittingFailed:
			return nil
		case v.Leased(now):
			return job.Snooze(time.Second)
		}
		tried = v.Attempted
		v.Claim(now)
		v.Attempted = true
		claimed = v
		return nil
	})
	if apperr.KindOf(err) == apperr.NotFound {
		return nil, false, job.Cancel(err)
	}
	return claimed, tried, err
}

// createPad creates the sitting at ShowMeBug, unless an earlier attempt with an
// unknown result has created it.
func (s *Service) createPad(ctx context.Context, v *Sitting, tried bool) (*api.WrittenPad, error) {
	c, err := s.connectionFor(ctx, v.CorpID)
	if err != nil {
		return nil, err
	}
	candidate, err := s.Interviews.Candidates.Get(ctx, actor.System(v.CorpID), v.CandidateID)
	if err != nil {
		return nil, err
	}
	if tried {
		found, err := s.findPad(ctx, c, v, candidate.Name)
		if err != nil || found != nil {
			return found, err
		}
	}
	pads, err := c.WrittenPads.CreateBatch(ctx, v.ExamID, []api.BatchCandidate{{UID: v.ID, Name: candidate.Name}})
	if err != nil {
		return nil, err
	}
	if len(pads) != 1 || httpURL(pads[0].URL) == "" {
		return nil, apperr.New(apperr.Unavailable, "exam.no_address")
	}
	return &pads[0], nil
}

// findPad looks for a sitting by the candidate's uid.
func (s *Service) findPad(ctx context.Context, c *connection, v *Sitting, candidate string) (*api.WrittenPad, error) {
	for n := 1; n <= searchPages; n++ {
		page, err := c.WrittenPads.List(ctx, api.ListFilter{
			Search: candidate, Paging: api.Paging{Page: n, PerPage: api.MaxPerPage},
		})
		if err != nil {
			return nil, err
		}
		for _, pad := range page.Items {
			if pad.CandidateUID == v.ID && httpURL(pad.URL) != "" {
				return &pad, nil
			}
		}
		if len(page.Items) < api.MaxPerPage {
			break
		}
	}
	return nil, nil //nolint:nilnil // none is an answer
}

// recordSittingFailure stores the failure and snoozes the job.
func (s *Service) recordSittingFailure(ctx context.Context, args PrepareSittingArgs, cause error) error {
	wait := time.Duration(0)
	err := s.updateSitting(ctx, args.CorpID, args.ID, func(_ context.Context, _ *db.Tx, v *Sitting) error {
		v.Finish()
		v.State = SittingFailed
		v.FailureCode, v.FailureParams = failureDetails(cause)
		if now := s.now(); now.Sub(v.CreatedAt) < examRetryWindow {
			wait = examBackoff.After(v.Attempts)
			v.Retry(now.Add(wait))
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.Logger.WarnContext(ctx, "written test not made", "sitting", args.ID, "error", cause, "again", wait)
	if wait > 0 {
		return job.Snooze(wait)
	}
	return nil
}

// enqueueSitting inserts a job for an attempt now.
func (s *Service) enqueueSitting(ctx context.Context, v *Sitting) error {
	return s.insertJob(ctx, PrepareSittingArgs{CorpID: v.CorpID, ID: v.ID})
}

// queueExamMail queues the mail with the URL, if the candidate gets one. The caller stores the
// sitting.
func queueExamMail(ctx context.Context, tx *db.Tx, messages *message.Service, v *Sitting) error {
	if !v.ByMail || v.MailID != "" {
		return nil
	}
	c, err := candidate.Read(ctx, tx, v.CorpID, v.CandidateID)
	if err != nil {
		return err
	}
	v.MailID = db.NewID()
	return messages.Insert(ctx, tx, message.Message{
		ID: v.MailID, CorpID: v.CorpID, CandidateID: v.CandidateID, Kind: message.KindWrittenTest,
		Channel: message.Mail, Recipient: c.Email, RecipientName: c.Name, Data: message.Data{Sitting: v.ID},
	})
}

// ReadExamMail returns the mail of a message, nil when the candidate no longer needs it.
func (s *Service) ReadExamMail(ctx context.Context, m *message.Message) (*ExamMail, error) {
	v, err := loadSitting(ctx, s.DB.DB, m.CorpID, m.Data.Sitting)
	if apperr.IsNotFound(err) {
		return nil, nil //nolint:nilnil // the written test was deleted
	}
	if err != nil {
		return nil, err
	}
	url := s.sittingURL(v)
	if v.MailID != m.ID || v.State == SittingFinished || url == "" {
		return nil, nil //nolint:nilnil // no mail is due
	}
	c, err := s.Interviews.Candidates.Get(ctx, actor.System(v.CorpID), v.CandidateID)
	if err != nil {
		return nil, err
	}
	return &ExamMail{Candidate: c, ExamName: v.ExamName, URL: url}, nil
}

// enqueueExamPolls inserts a job for each sitting whose job is lost, and one for
// each company with unfinished written tests.
func (s *Service) enqueueExamPolls(ctx context.Context) error {
	overdue := func(q *bun.SelectQuery) *bun.SelectQuery {
		return outbox.Overdue(q.Column("id", "corp_id"), s.now()).
			Where("es.state IN (?)", bun.List([]SittingState{SittingPreparing, SittingFailed}))
	}
	_, err := outbox.Sweep(ctx, s.DB, s.Queue, overdue, func(v *Sitting) job.Args {
		return PrepareSittingArgs{CorpID: v.CorpID, ID: v.ID}
	})
	if err != nil {
		return fmt.Errorf("written tests: %w", err)
	}
	var corps []string
	err = s.whereUnfinished(s.DB.NewSelect().Model((*Sitting)(nil)).Distinct().Column("es.corp_id")).Scan(ctx, &corps)
	if err != nil {
		return fmt.Errorf("listing the companies with written tests: %w", err)
	}
	for _, corpID := range corps {
		if err := s.insertJob(ctx, PollCorpExamsArgs{CorpID: corpID}, job.Unique(), job.MaxAttempts(1)); err != nil {
			return err
		}
	}
	return nil
}

// whereUnfinished chooses the sittings that may have ended since the last poll.
func (s *Service) whereUnfinished(q *bun.SelectQuery) *bun.SelectQuery {
	now := s.now()
	return q.Where("es.state IN (?) AND es.created_at >= ?", bun.List([]SittingState{SittingSent, SittingStarted}), now.Add(-examPollWindow)).
		Where("(es.checked_at IS NULL OR es.checked_at <= ?)", now.Add(-examPollInterval/2))
}

// pollCorpExams polls the written tests of one company, one after another, the
// least recently polled first.
func (s *Service) pollCorpExams(ctx context.Context, args PollCorpExamsArgs) error {
	var list []*Sitting
	err := s.whereUnfinished(s.DB.NewSelect().Model(&list)).Where("es.corp_id = ?", args.CorpID).
		OrderExpr("COALESCE(es.checked_at, es.created_at)").Limit(500).Scan(ctx)
	if err != nil {
		return fmt.Errorf("listing the written tests to ask about: %w", err)
	}
	for _, v := range list {
		err := s.pollSitting(ctx, v)
		if err == nil {
			continue
		}
		s.Logger.WarnContext(ctx, "ShowMeBug was not asked about a written test", "corp", v.CorpID, "sitting", v.ID, "error", err)
		if ctx.Err() != nil || apperr.KindOf(toAppError(err)) == apperr.Unavailable {
			return nil //nolint:nilerr // the next poll retries
		}
		err = s.updateSitting(ctx, v.CorpID, v.ID, func(_ context.Context, _ *db.Tx, v *Sitting) error {
			now := s.now()
			v.CheckedAt = &now // the others are polled first
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// pollSittingByUID polls the sitting with a uid at ShowMeBug; an unknown one is no
// error.
func (s *Service) pollSittingByUID(ctx context.Context, args PollSittingArgs) error {
	v := new(Sitting)
	err := s.DB.NewSelect().Model(v).Where("es.corp_id = ? AND es.external_id = ?", args.CorpID, args.UID).Limit(1).Scan(ctx)
	if db.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("looking for the written test of an event: %w", err)
	}
	return s.pollSitting(ctx, v)
}

// pollSitting updates a sitting from ShowMeBug. The names of a sitting's states are
// not documented: a score or an end is as good.
func (s *Service) pollSitting(ctx context.Context, v *Sitting) error {
	if v.ExternalID == "" {
		return nil // the response to its creation had no uid
	}
	c, err := s.connectionFor(ctx, v.CorpID)
	if err != nil {
		return err
	}
	pad, err := c.WrittenPads.Get(ctx, v.ExternalID)
	if err != nil {
		return toAppError(err)
	}
	return s.updateSitting(ctx, v.CorpID, v.ID, func(ctx context.Context, tx *db.Tx, v *Sitting) error {
		now := s.now()
		v.CheckedAt = &now
		if pad.Score != nil {
			v.Score, v.TotalScore = pad.Score, pad.TotalScore
		}
		switch {
		case v.State == SittingFinished:
		case pad.Status == api.WrittenPadEnded || !pad.EndedAt.IsZero() || pad.Score != nil && pad.Status == "":
			v.State, v.FinishedAt = SittingFinished, &now
			return s.recordExamEvent(ctx, tx, v, event.ExamFinished, "")
		case pad.Status == api.WrittenPadStarted || !pad.StartedAt.IsZero():
			v.State = SittingStarted
		}
		return nil
	})
}
