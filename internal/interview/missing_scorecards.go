package interview

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/scorecard"
)

const (
	openScorecardsAfter = 3 * 24 * time.Hour // after the end
	remindAgainAfter    = 4 * time.Hour      // per interviewer, after any reminder of the scorecard
)

// Scorecards are the missing scorecards of an ended interview: their reminders,
// the interviewers who are excused, and the submitted ones that are shown before
// all are in.
type Scorecards struct{ interviews *Service }

// Scorecards returns the operations on missing scorecards.
func (s *Service) Scorecards() Scorecards { return Scorecards{s} }

// expectsScorecard reports whether the scorecard of the interviewer is expected and missing.
func (m *Interviewer) expectsScorecard() bool {
	return m.Response != Declined && m.ExcusedAt == nil && m.Scorecard != scorecard.Submitted
}

// Excuse excuses an interviewer from the scorecard: it is no longer expected, but
// can still be submitted. Excusing again does nothing.
func (s Scorecards) Excuse(ctx context.Context, a actor.Actor, id, userID string) (*Interview, error) {
	return s.changeInterviewer(ctx, a, id, userID, func(ctx context.Context, tx *db.Tx, i *Interview, m *Interviewer) error {
		if m.ExcusedAt != nil {
			return nil
		}
		if err := m.errNotExpected(); err != nil {
			return err
		}
		now := s.interviews.now()
		m.ExcusedAt, m.ExcusedBy = &now, a.UserID
		if err := s.storeInterviewer(ctx, tx, a, i, m, "scorecard.excuse"); err != nil {
			return err
		}
		if submitted, _ := i.countScorecards(); submitted == 0 || i.OrganizerID == a.UserID {
			return nil // there is nothing to read, or the organizer is on the page
		}
		return s.queueSummary(ctx, tx, i)
	})
}

// Require withdraws an excuse. Requiring the scorecard again does nothing.
func (s Scorecards) Require(ctx context.Context, a actor.Actor, id, userID string) (*Interview, error) {
	return s.changeInterviewer(ctx, a, id, userID, func(ctx context.Context, tx *db.Tx, i *Interview, m *Interviewer) error {
		if m.ExcusedAt == nil {
			return nil
		}
		m.ExcusedAt, m.ExcusedBy = nil, ""
		if err := m.errNotExpected(); err != nil {
			return err
		}
		return s.storeInterviewer(ctx, tx, a, i, m, "scorecard.require")
	})
}

// Remind sends the reminder of the scorecard to an interviewer, at most once in
// remindAgainAfter.
func (s Scorecards) Remind(ctx context.Context, a actor.Actor, id, userID string, hooks ...db.BeforeCommit[*Interview]) (*Interview, error) {
	return s.changeInterviewer(ctx, a, id, userID, func(ctx context.Context, tx *db.Tx, i *Interview, m *Interviewer) error {
		if err := m.errNotExpected(); err != nil {
			return err
		}
		reminded, err := lastMessages(ctx, tx, i, message.KindEvaluateReminder)
		if err != nil {
			return err
		}
		if s.remindedRecently(reminded, m.UserID) {
			return apperr.New(apperr.Conflict, "scorecard.reminded_recently", "Hours", int(remindAgainAfter.Hours()))
		}
		if err := s.interviews.queueWeComMessage(ctx, tx, i, message.KindEvaluateReminder, m.UserID, message.Data{}); err != nil {
			return err
		}
		return s.writeAudit(ctx, tx, a, i, "scorecard.remind", audit.Data{AuditUserID: m.UserID})
	}, hooks...)
}

// Open shows the submitted scorecards to recruiters, and to the interviewers who
// have submitted theirs, before all are in; openScorecardsAfter at the earliest.
// It does nothing when they are visible already.
func (s Scorecards) Open(ctx context.Context, a actor.Actor, id string, hooks ...db.BeforeCommit[*Interview]) (*Interview, error) {
	return s.interviews.withLockedInterview(ctx, a, id, func(ctx context.Context, tx *db.Tx, i *Interview) error {
		if err := mayManageScorecards(a, i); err != nil {
			return err
		}
		if i.showsScorecards() {
			return nil
		}
		if submitted, _ := i.countScorecards(); submitted == 0 {
			return apperr.New(apperr.Conflict, "scorecard.none_submitted")
		}
		now := s.interviews.now()
		if now.Before(i.scorecardsOpenFrom()) {
			return apperr.New(apperr.Conflict, "scorecard.too_early_to_open", "Days", int(openScorecardsAfter.Hours()/24))
		}
		i.ScorecardsOpenedAt, i.ScorecardsOpenedBy = &now, a.UserID
		if err := s.interviews.storeChanged(ctx, tx, i); err != nil {
			return err
		}
		return s.writeAudit(ctx, tx, a, i, "scorecard.open", nil)
	}, hooks...)
}

// changeInterviewer runs fn on an interviewer of an ended interview.
func (s Scorecards) changeInterviewer(ctx context.Context, a actor.Actor, id, userID string, fn func(ctx context.Context, tx *db.Tx, i *Interview, m *Interviewer) error, hooks ...db.BeforeCommit[*Interview]) (*Interview, error) {
	return s.interviews.withLockedInterview(ctx, a, id, func(ctx context.Context, tx *db.Tx, i *Interview) error {
		if err := mayManageScorecards(a, i); err != nil {
			return err
		}
		m := i.interviewer(userID)
		if m == nil {
			return apperr.NewNotFound()
		}
		return fn(ctx, tx, i, m)
	}, hooks...)
}

// errNotExpected returns an error unless the scorecard of the interviewer is expected and missing.
func (m *Interviewer) errNotExpected() error {
	switch {
	case m.expectsScorecard():
		return nil
	case m.Scorecard == scorecard.Submitted:
		return apperr.New(apperr.Conflict, "scorecard.was_submitted")
	default:
		return apperr.New(apperr.Conflict, "scorecard.not_expected")
	}
}

func (s Scorecards) storeInterviewer(ctx context.Context, tx *db.Tx, a actor.Actor, i *Interview, m *Interviewer, action string) error {
	_, err := tx.NewUpdate().Model(m).Column("excused_at", "excused_by").WherePK().Where("corp_id = ?", i.CorpID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing an interviewer of interview %s: %w", i.ID, err)
	}
	if err := s.interviews.storeChanged(ctx, tx, i); err != nil {
		return err
	}
	return s.writeAudit(ctx, tx, a, i, action, audit.Data{AuditUserID: m.UserID})
}

func (s Scorecards) writeAudit(ctx context.Context, tx *db.Tx, a actor.Actor, i *Interview, action string, data audit.Data) error {
	return audit.Write(ctx, tx, s.interviews.now(), a, action, i.ID, data)
}

// queueSummary notifies the organizer when no scorecard is missing.
func (s Scorecards) queueSummary(ctx context.Context, tx *db.Tx, i *Interview) error {
	if submitted, expected := i.countScorecards(); submitted < expected {
		return nil
	}
	return s.interviews.queueMessage(ctx, tx, i, message.Message{
		Kind: message.KindSummary, Channel: message.WeCom, Recipient: i.OrganizerID, Dedup: "summary:" + i.ID,
	})
}

func (s Scorecards) planReminder(ctx context.Context, tx *db.Tx, i *Interview, number int) error {
	args := EvaluateReminderArgs{CorpID: i.CorpID, InterviewID: i.ID, Number: number}
	return s.interviews.Queue.Insert(ctx, tx, args, job.RunAt(s.interviews.now().Add(evaluateEvery)), job.MaxAttempts(reminderAttempts))
}

// sendReminders reminds the interviewers whose scorecards are missing. A reminder
// by a recruiter shortly before replaces this one.
func (s Scorecards) sendReminders(ctx context.Context, args EvaluateReminderArgs) error {
	return s.interviews.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := lockInterview(ctx, tx, args.CorpID, args.InterviewID); err != nil {
			return err
		}
		i, err := s.interviews.readInterview(ctx, tx, args.CorpID, args.InterviewID)
		if apperr.IsNotFound(err) {
			return job.Cancel(err)
		}
		if err != nil || i.State != Ended {
			return err
		}
		if err := s.queueReminders(ctx, tx, i, args.Number); err != nil {
			return err
		}
		if !i.mayMissScorecards() || args.Number >= evaluateAtMost {
			return nil
		}
		return s.planReminder(ctx, tx, i, args.Number+1)
	})
}

func (s Scorecards) queueReminders(ctx context.Context, tx *db.Tx, i *Interview, number int) error {
	reminded, err := lastMessages(ctx, tx, i, message.KindEvaluateReminder)
	if err != nil {
		return err
	}
	for _, m := range i.Interviewers {
		if !m.expectsScorecard() || s.remindedRecently(reminded, m.UserID) {
			continue
		}
		err := s.interviews.queueMessage(ctx, tx, i, message.Message{
			Kind: message.KindEvaluateReminder, Channel: message.WeCom, Recipient: m.UserID,
			Dedup: fmt.Sprintf("evaluate:%s:%d:%s", i.ID, number, m.UserID),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// mayMissScorecards reports whether a scorecard is missing, or would be if an
// excuse were taken back.
func (i *Interview) mayMissScorecards() bool {
	for _, m := range i.Interviewers {
		if m.Response != Declined && m.Scorecard != scorecard.Submitted {
			return true
		}
	}
	return false
}

func (s Scorecards) remindedRecently(reminded map[string]time.Time, userID string) bool {
	last, ok := reminded[userID]
	return ok && s.interviews.now().Before(last.Add(remindAgainAfter))
}

// lastMessages returns by recipient when the newest message of a kind was queued. Messages
// that were not delivered do not count.
func lastMessages(ctx context.Context, q bun.IDB, i *Interview, kind message.Kind) (map[string]time.Time, error) {
	var list []message.Message
	// The kinds are selected here for the reason given at readNotified.
	err := q.NewSelect().Model(&list).Column("recipient", "kind", "state", "created_at").
		Where("corp_id = ? AND interview_id = ?", i.CorpID, i.ID).Order("created_at", "id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the messages of interview %s: %w", i.ID, err)
	}
	last := map[string]time.Time{}
	for _, m := range list {
		if m.Kind == kind && m.State != message.Failed && m.State != message.Skipped {
			last[m.Recipient] = m.CreatedAt
		}
	}
	return last, nil
}

// showsScorecards reports whether the submitted scorecards are no longer hidden:
// all expected ones are in, or a recruiter has opened them.
func (i *Interview) showsScorecards() bool {
	submitted, expected := i.countScorecards()
	return submitted > 0 && (submitted == expected || i.ScorecardsOpenedAt != nil)
}

// scorecardsOpenFrom returns when the submitted scorecards may be opened at the
// earliest.
func (i *Interview) scorecardsOpenFrom() time.Time {
	if i.EndedAt == nil {
		return i.EndsAt.Add(openScorecardsAfter)
	}
	return i.EndedAt.Add(openScorecardsAfter)
}

// MissingScorecard is an interviewer whose scorecard is expected.
type MissingScorecard struct {
	Interviewer member.Member
	RemindedAt  *time.Time // for recruiters: the newest reminder; nil without one
}

// addMissing fills in whose scorecards are missing, and from when on the others
// may be opened.
func (s Scorecards) addMissing(ctx context.Context, a actor.Actor, i *Interview, e *Evaluation) error {
	if i.State != Ended {
		return nil
	}
	reminded := map[string]time.Time{}
	if a.May(actor.ManageScorecards) {
		var err error
		if reminded, err = lastMessages(ctx, s.interviews.DB.DB, i, message.KindEvaluateReminder); err != nil {
			return err
		}
	}
	for _, m := range i.Interviewers {
		if m.expectsScorecard() {
			missing := MissingScorecard{Interviewer: m.Member}
			if at, ok := reminded[m.UserID]; ok {
				missing.RemindedAt = &at
			}
			e.Missing = append(e.Missing, missing)
		} else if m.ExcusedAt != nil && m.Scorecard != scorecard.Submitted {
			e.Excused = append(e.Excused, m.Member)
		}
	}
	if e.OpenedAt == nil && len(e.Missing) > 0 && a.May(actor.ManageScorecards) {
		from := i.scorecardsOpenFrom()
		e.OpenFrom = &from
		e.MayOpen = e.Submitted > 0 && !s.interviews.now().Before(from)
	}
	return nil
}
