package showmebug

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/job"
	api "github.com/huimian/huimian/showmebug"
)

// How written tests are made and asked about.
const (
	firstExamWait   = 5 * time.Second
	longestExamWait = 10 * time.Minute
	examGiveUpAfter = 24 * time.Hour
	claimedFor      = 75 * time.Second // longer than a job may take
	pollEvery       = 10 * time.Minute // no event tells that a written test has ended
	pollFor         = 60 * 24 * time.Hour
	mailAttempts    = 12
)

// SittingArgs is the job to make a candidate's address for a written test.
type SittingArgs struct {
	CorpID string `json:"corpId"`
	ID     string `json:"id"`
}

// Kind names the job.
func (SittingArgs) Kind() string { return "showmebug_sitting" }

// ExamMailArgs is the job to mail a candidate the address.
type ExamMailArgs struct {
	CorpID string `json:"corpId"`
	ID     string `json:"id"`
}

// Kind names the job.
func (ExamMailArgs) Kind() string { return "showmebug_exam_mail" }

// AskArgs is the job to ask how far the candidate of one sitting is.
type AskArgs struct {
	CorpID string `json:"corpId"`
	UID    string `json:"uid"`
}

// Kind names the job.
func (AskArgs) Kind() string { return "showmebug_exam_ask" }

// PollCorpArgs is the job to ask how far the candidates of a company are.
type PollCorpArgs struct {
	CorpID string `json:"corpId"`
}

// Kind names the job.
func (PollCorpArgs) Kind() string { return "showmebug_exam_poll_corp" }

// PollArgs is the job to ask how far candidates are.
type PollArgs struct{}

// Kind names the job.
func (PollArgs) Kind() string { return "showmebug_exam_poll" }

// ExamLetter is a mail to a candidate.
type ExamLetter struct {
	ID       string // of the sitting: a mail that is sent twice has the same
	To       string
	Name     string
	Language string
	ExamName string
	URL      string
	SentAt   time.Time
}

// prepare makes one attempt.
func (s *ShowMeBug) prepare(ctx context.Context, args SittingArgs) error {
	v, tried, err := s.claim(ctx, args)
	if err != nil || v == nil {
		return err
	}
	pad, err := s.makePad(ctx, v, tried)
	if err != nil {
		return s.prepareFailed(ctx, args, err)
	}
	return s.onSitting(ctx, args.CorpID, args.ID, func(ctx context.Context, tx *db.Tx, v *Sitting) error {
		now := s.now()
		v.ClaimedAt, v.NextAttemptAt, v.State, v.SentAt = nil, nil, SittingSent, &now
		v.FailureCode, v.FailureParams = "", map[string]any{}
		v.ExternalID, v.Sealed = uidOf(pad), s.Box.Seal([]byte(pad.URL), v.ID)
		if v.ExamName == "" {
			v.ExamName = pad.ExamName
		}
		if err := s.record(ctx, tx, v, event.ExamSent, v.SentBy); err != nil {
			return err
		}
		if v.Mail != MailQueued {
			return nil
		}
		return s.Queue.Insert(ctx, tx, ExamMailArgs(args), job.MaxAttempts(mailAttempts))
	})
}

// claim takes a sitting for one attempt; nil when there is nothing to do.
// tried says whether an earlier attempt may have made it.
func (s *ShowMeBug) claim(ctx context.Context, args SittingArgs) (claimed *Sitting, tried bool, err error) {
	err = s.onSitting(ctx, args.CorpID, args.ID, func(_ context.Context, _ *db.Tx, v *Sitting) error {
		now := s.now()
		switch {
		case v.State != SittingPreparing && v.State != SittingFailed:
			return nil
		case v.ClaimedAt != nil && v.ClaimedAt.After(now.Add(-claimedFor)):
			return job.Snooze(time.Second)
		}
		tried = v.Tried
		v.ClaimedAt, v.Tried = &now, true
		v.Attempts++
		claimed = v
		return nil
	})
	if apperr.KindOf(err) == apperr.NotFound {
		return nil, false, job.Cancel(err)
	}
	return claimed, tried, err
}

// makePad makes a sitting, unless an earlier attempt whose end is not known
// has made it.
func (s *ShowMeBug) makePad(ctx context.Context, v *Sitting, tried bool) (*api.WrittenPad, error) {
	c, err := s.connect(ctx, v.CorpID)
	if err != nil {
		return nil, err
	}
	candidate, err := s.Interviews.Candidate(ctx, actor.System(v.CorpID), v.CandidateID)
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
	if len(pads) != 1 || web(pads[0].URL) == "" {
		return nil, apperr.New(apperr.Unavailable, "exam.no_address")
	}
	return &pads[0], nil
}

// findPad looks for a sitting by the uid that we gave the candidate.
func (s *ShowMeBug) findPad(ctx context.Context, c *connection, v *Sitting, candidate string) (*api.WrittenPad, error) {
	for n := 1; n <= searchPages; n++ {
		page, err := c.WrittenPads.List(ctx, api.ListFilter{
			Search: candidate, Paging: api.Paging{Page: n, PerPage: api.MaxPerPage},
		})
		if err != nil {
			return nil, err
		}
		for _, pad := range page.Items {
			if pad.CandidateUID == v.ID && web(pad.URL) != "" {
				return &pad, nil
			}
		}
		if len(page.Items) < api.MaxPerPage {
			break
		}
	}
	return nil, nil //nolint:nilnil // none is an answer
}

// prepareFailed stores why, and has the job run again.
func (s *ShowMeBug) prepareFailed(ctx context.Context, args SittingArgs, cause error) error {
	wait := time.Duration(0)
	err := s.onSitting(ctx, args.CorpID, args.ID, func(_ context.Context, _ *db.Tx, v *Sitting) error {
		v.ClaimedAt, v.NextAttemptAt, v.State = nil, nil, SittingFailed
		v.FailureCode, v.FailureParams = reason(cause)
		if now := s.now(); now.Sub(v.CreatedAt) < examGiveUpAfter {
			wait = min(firstExamWait<<min(max(v.Attempts-1, 0), 10), longestExamWait)
			next := now.Add(wait)
			v.NextAttemptAt = &next
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

// tryAgain has a job try at once.
func (s *ShowMeBug) tryAgain(ctx context.Context, v *Sitting) error {
	return s.insert(ctx, SittingArgs{CorpID: v.CorpID, ID: v.ID})
}

// mailAgain has a job mail at once.
func (s *ShowMeBug) mailAgain(ctx context.Context, v *Sitting) error {
	return s.onSitting(ctx, v.CorpID, v.ID, func(ctx context.Context, tx *db.Tx, v *Sitting) error {
		v.Mail, v.FailureCode, v.FailureParams = MailQueued, "", map[string]any{}
		return s.Queue.Insert(ctx, tx, ExamMailArgs{CorpID: v.CorpID, ID: v.ID}, job.MaxAttempts(mailAttempts))
	})
}

// mail sends the candidate the address.
func (s *ShowMeBug) mail(ctx context.Context, args ExamMailArgs) error {
	v, err := s.sitting(ctx, s.DB.DB, args.CorpID, args.ID)
	if err != nil || v.Mail == MailSent || v.Mail == MailNone {
		return err
	}
	candidate, err := s.Interviews.Candidate(ctx, actor.System(v.CorpID), v.CandidateID)
	if err != nil {
		return err
	}
	sent := error(apperr.New(apperr.Conflict, "exam.mail_unconfigured"))
	if s.Mail != nil {
		sent = s.Mail(ctx, ExamLetter{
			ID: v.ID, To: candidate.Email, Name: candidate.Name, Language: candidate.Language, ExamName: v.ExamName,
			URL: s.address(v), SentAt: v.CreatedAt,
		})
	}
	err = s.onSitting(ctx, args.CorpID, args.ID, func(_ context.Context, _ *db.Tx, v *Sitting) error {
		v.Mail, v.FailureCode, v.FailureParams = MailSent, "", map[string]any{}
		if sent != nil {
			v.Mail = MailFailed
			v.FailureCode, v.FailureParams = mailReason(sent)
		}
		return nil
	})
	if err == nil && sent != nil && apperr.KindOf(sent) != apperr.Conflict {
		return sent // the queue tries again
	}
	return err
}

func mailReason(err error) (string, map[string]any) {
	if apperr.KindOf(err) == apperr.Conflict {
		return reason(err)
	}
	return "exam.mail_failed", map[string]any{"Error": err.Error()}
}

// poll has a job for each company with written tests that have not ended, and
// gives sittings that are due a job when theirs was lost.
func (s *ShowMeBug) poll(ctx context.Context) error {
	var lost []*Sitting
	err := s.DB.NewSelect().Model(&lost).Column("id", "corp_id").
		Where("es.state IN (?) AND es.next_attempt_at <= ?", bun.List([]SittingState{SittingPreparing, SittingFailed}), s.now().Add(-pollEvery)).
		Limit(500).Scan(ctx)
	if err != nil {
		return fmt.Errorf("listing the written tests that are due: %w", err)
	}
	for _, v := range lost {
		if err := s.insert(ctx, SittingArgs{CorpID: v.CorpID, ID: v.ID}, job.Once()); err != nil {
			return err
		}
	}
	var corps []string
	err = s.unfinished(s.DB.NewSelect().Model((*Sitting)(nil)).Distinct().Column("es.corp_id")).Scan(ctx, &corps)
	if err != nil {
		return fmt.Errorf("listing the companies with written tests: %w", err)
	}
	for _, corpID := range corps {
		if err := s.insert(ctx, PollCorpArgs{CorpID: corpID}, job.Once(), job.MaxAttempts(1)); err != nil {
			return err
		}
	}
	return nil
}

// unfinished chooses the sittings that may have ended since they were asked about.
func (s *ShowMeBug) unfinished(q *bun.SelectQuery) *bun.SelectQuery {
	now := s.now()
	return q.Where("es.state IN (?) AND es.created_at >= ?", bun.List([]SittingState{SittingSent, SittingStarted}), now.Add(-pollFor)).
		Where("(es.checked_at IS NULL OR es.checked_at <= ?)", now.Add(-pollEvery/2))
}

// pollCorp asks about the written tests of one company, one after another, the
// one first that was not asked about for the longest.
func (s *ShowMeBug) pollCorp(ctx context.Context, args PollCorpArgs) error {
	var list []*Sitting
	err := s.unfinished(s.DB.NewSelect().Model(&list)).Where("es.corp_id = ?", args.CorpID).
		OrderExpr("COALESCE(es.checked_at, es.created_at)").Limit(500).Scan(ctx)
	if err != nil {
		return fmt.Errorf("listing the written tests to ask about: %w", err)
	}
	for _, v := range list {
		err := s.pollOne(ctx, v)
		if err == nil {
			continue
		}
		s.Logger.WarnContext(ctx, "ShowMeBug was not asked about a written test", "corp", v.CorpID, "sitting", v.ID, "error", err)
		if ctx.Err() != nil || apperr.KindOf(explain(err)) == apperr.Unavailable {
			return nil //nolint:nilerr // it comes again by itself
		}
		err = s.onSitting(ctx, v.CorpID, v.ID, func(_ context.Context, _ *db.Tx, v *Sitting) error {
			now := s.now()
			v.CheckedAt = &now // the others have their turn first
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ask asks how far the candidate of a sitting is; one that is not ours is no
// error.
func (s *ShowMeBug) ask(ctx context.Context, args AskArgs) error {
	v := new(Sitting)
	err := s.DB.NewSelect().Model(v).Where("es.corp_id = ? AND es.external_id = ?", args.CorpID, args.UID).Limit(1).Scan(ctx)
	if db.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("looking for the written test of an event: %w", err)
	}
	return s.pollOne(ctx, v)
}

// pollOne asks how far a candidate is. What a sitting's states are called is
// not documented: a score or an end is as good.
func (s *ShowMeBug) pollOne(ctx context.Context, v *Sitting) error {
	if v.ExternalID == "" {
		return nil // ShowMeBug has not told by which name to ask
	}
	c, err := s.connect(ctx, v.CorpID)
	if err != nil {
		return err
	}
	pad, err := c.WrittenPads.Get(ctx, v.ExternalID)
	if err != nil {
		return explain(err)
	}
	return s.onSitting(ctx, v.CorpID, v.ID, func(ctx context.Context, tx *db.Tx, v *Sitting) error {
		now := s.now()
		v.CheckedAt = &now
		if pad.Score != nil {
			v.Score, v.TotalScore = pad.Score, pad.TotalScore
		}
		switch {
		case v.State == SittingFinished:
		case pad.Status == api.PadEnded || !pad.EndedAt.IsZero() || pad.Score != nil && pad.Status == "":
			v.State, v.FinishedAt = SittingFinished, &now
			return s.record(ctx, tx, v, event.ExamFinished, "")
		case pad.Status == api.PadStarted || !pad.StartedAt.IsZero():
			v.State = SittingStarted
		}
		return nil
	})
}
