package decisionmail

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// Plan is a mail as a recruiter schedules it.
type Plan struct {
	Text   mailtemplate.Text // as it is sent, without placeholders
	Timing Timing
	SendAt time.Time // of Date
}

// Save schedules the mail of an interview, or changes one that has not left. version is that of
// the interview's mail from which the edit was made, 0 for any; beside a Conflict Save returns
// the mail as it is now.
func (s *Service) Save(ctx context.Context, a actor.Actor, interviewID string, version int, p Plan) (*View, error) {
	if err := a.Require(actor.MailDecisions); err != nil {
		return nil, err
	}
	settings, err := readSettings(ctx, s.DB.DB, a.CorpID)
	if err != nil {
		return nil, err
	}
	choices, err := s.listChoices(ctx, settings)
	if err != nil {
		return nil, err
	}
	if err := s.checkPlan(&p, choices); err != nil {
		return nil, err
	}
	return s.changeMail(ctx, a, interviewID, version, func(ctx context.Context, tx *db.Tx, i *interview.Interview, m *Mail) error {
		if o := obstacle(settings, i, m); o != "" {
			return apperr.New(apperr.Conflict, o.Code())
		}
		return s.storePlan(ctx, tx, a, i, m, p)
	})
}

// checkPlan checks the input and sets the time of the chosen timing.
func (s *Service) checkPlan(p *Plan, choices []Choice) error {
	var e validate.Errors
	mailtemplate.CheckFilled(&p.Text, &e)
	validate.CheckOneOf(&e, "timing", p.Timing, Now, Hour, Workday, Date)
	for _, c := range choices {
		if c.Timing == p.Timing {
			p.SendAt = c.SendAt
		}
	}
	p.SendAt = db.Time(p.SendAt)
	if now := s.now(); p.Timing == Date && !p.SendAt.After(now) {
		e.Add("sendAt", "decision_mail.in_past")
	} else if p.SendAt.After(now.Add(maxDelay)) {
		e.Add("sendAt", "decision_mail.too_late", "Days", int(maxDelay.Hours()/24))
	}
	return e.Err(false)
}

// changeMail runs fn on an interview and its mail, nil for none, which the transaction has locked,
// and returns the mail as it is afterwards, also beside a Conflict.
func (s *Service) changeMail(ctx context.Context, a actor.Actor, interviewID string, version int, fn func(ctx context.Context, tx *db.Tx, i *interview.Interview, m *Mail) error) (*View, error) {
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return interview.Series{Service: s.Interviews}.Run(ctx, tx, a, interviewID, func(ctx context.Context, tx *db.Tx, i *interview.Interview) error {
			m, err := readMail(ctx, tx, i.CorpID, i.ID)
			if err != nil {
				return err
			}
			stored := 0
			if m != nil {
				stored = m.Version
			}
			if err := versioning.Check("decision_mail.changed_meanwhile", version, stored); err != nil {
				return err
			}
			return fn(ctx, tx, i, m)
		})
	})
	read := func() (*View, error) { return s.Get(ctx, a, interviewID) }
	if err != nil {
		return versioning.WithCurrent(err, read)
	}
	return read()
}

// storePlan changes a scheduled mail, or schedules a new one in place of one that is sent,
// failed or cancelled.
func (s *Service) storePlan(ctx context.Context, tx *db.Tx, a actor.Actor, i *interview.Interview, m *Mail, p Plan) error {
	next := &Mail{
		InterviewID: i.ID, CorpID: i.CorpID, Kind: KindOf(i.Decision), Language: languageOf(i), Subject: p.Text.Subject, Body: p.Text.Body,
		Version: 1, SavedBy: a.UserID, SavedAt: s.now(),
	}
	action := "decision_mail.schedule"
	if m != nil {
		next.Version = m.Version + 1
	}
	if m != nil && m.State() == Scheduled && m.Kind == next.Kind {
		action, next.MessageID = "decision_mail.edit", m.MessageID
		changed, err := s.Interviews.Messages.Reschedule(ctx, tx, m.CorpID, m.MessageID, p.SendAt)
		if err != nil {
			return err
		}
		if !changed {
			return apperr.New(apperr.Conflict, Leaving.Code())
		}
	} else if err := s.insertMessage(ctx, tx, i, next, p.SendAt); err != nil {
		return err
	}
	_, err := tx.NewInsert().Model(next).On("CONFLICT (interview_id) DO UPDATE").
		Set("kind = excluded.kind, language = excluded.language, subject = excluded.subject, body = excluded.body, message_id = excluded.message_id").
		Set("version = excluded.version, saved_by = excluded.saved_by, saved_at = excluded.saved_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the mail with the result of interview %s: %w", i.ID, err)
	}
	data := audit.Data{"kind": string(next.Kind), "sendAt": p.SendAt.UTC().Format(time.RFC3339)}
	return audit.Write(ctx, tx, s.now(), a, action, i.ID, data)
}

func (s *Service) insertMessage(ctx context.Context, tx *db.Tx, i *interview.Interview, m *Mail, at time.Time) error {
	m.MessageID = db.NewID()
	return s.Interviews.Messages.Insert(ctx, tx, message.Message{
		ID: m.MessageID, CorpID: i.CorpID, InterviewID: i.ID, ScheduleVersion: i.ScheduleVersion, Kind: message.KindDecisionMail,
		Channel: message.Mail, Recipient: i.Candidate.Email, RecipientName: i.Candidate.Name, Data: message.Data{SendAt: &at},
	})
}

// Cancel cancels a mail that has not left. version is like that of Save.
func (s *Service) Cancel(ctx context.Context, a actor.Actor, interviewID string, version int) (*View, error) {
	if err := a.Require(actor.MailDecisions); err != nil {
		return nil, err
	}
	return s.changeMail(ctx, a, interviewID, version, func(ctx context.Context, tx *db.Tx, _ *interview.Interview, m *Mail) error {
		if m == nil {
			return apperr.NewNotFound()
		}
		if m.State() == Cancelled {
			return nil
		}
		cancelled, err := s.cancelMail(ctx, tx, a, m, "decision_mail.cancelled")
		if err != nil || cancelled {
			return err
		}
		return apperr.New(apperr.Conflict, Leaving.Code())
	})
}

// cancelMail cancels a mail. It reports false, and changes nothing, if an attempt takes place or
// the mail has left.
func (s *Service) cancelMail(ctx context.Context, tx *db.Tx, a actor.Actor, m *Mail, code string) (cancelled bool, err error) {
	if cancelled, err = s.Interviews.Messages.SkipQueued(ctx, tx, m.CorpID, m.MessageID, code); err != nil || !cancelled {
		return false, err
	}
	m.Version++
	if _, err := tx.NewUpdate().Model(m).Column("version").WherePK().Where("corp_id = ?", m.CorpID).Exec(ctx); err != nil {
		return false, fmt.Errorf("storing the mail with the result of interview %s: %w", m.InterviewID, err)
	}
	return true, audit.Write(ctx, tx, s.now(), a, "decision_mail.cancel", m.InterviewID, audit.Data{"reason": code})
}

// followDecision cancels a mail with another decision, and informs the interviewers who have
// evaluated, if the company wants it.
func (s *Service) followDecision(ctx context.Context, tx *db.Tx, a actor.Actor, i *interview.Interview, before interview.Decision) error {
	if i.Decision == before {
		return nil
	}
	m, err := readMail(ctx, tx, i.CorpID, i.ID)
	if err != nil {
		return err
	}
	if m != nil && m.Kind != KindOf(i.Decision) {
		if _, err := s.cancelMail(ctx, tx, a, m, "decision_mail.decision_changed"); err != nil {
			return err
		}
	}
	settings, err := readSettings(ctx, tx, i.CorpID)
	if err != nil || !settings.InformInterviewers {
		return err
	}
	for _, p := range i.Interviewers {
		if p.Scorecard != scorecard.Submitted || p.UserID == a.UserID {
			continue
		}
		err := s.Interviews.Messages.Insert(ctx, tx, message.Message{
			CorpID: i.CorpID, InterviewID: i.ID, ScheduleVersion: i.ScheduleVersion, Kind: message.KindDecided, Channel: message.WeCom, Recipient: p.UserID,
			Data: message.Data{By: a.UserID, Decision: string(i.Decision)}, Dedup: fmt.Sprintf("decided:%s:%d:%s", i.ID, i.Version, p.UserID),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// IsHeld reports whether the mail with the result of an interview waits for an approval.
func (s *Service) IsHeld(ctx context.Context, i *interview.Interview) (bool, error) {
	if s.Waits == nil {
		return false, nil
	}
	return s.Waits(ctx, i)
}

// Release makes a mail leave now whose planned time has passed while it waited for an approval.
func (s *Service) Release(ctx context.Context, tx *db.Tx, i *interview.Interview) error {
	m, err := readMail(ctx, tx, i.CorpID, i.ID)
	if err != nil || m == nil || m.State() != Scheduled || m.Message.Data.Deferred == nil {
		return err
	}
	_, err = s.Interviews.Messages.Reschedule(ctx, tx, m.CorpID, m.MessageID, s.now())
	return err
}

// ReadText returns the text of a message about an interview, nil when another mail or another
// decision has replaced it.
func (s *Service) ReadText(ctx context.Context, m *message.Message, i *interview.Interview) (*mailtemplate.Text, error) {
	found, err := readMail(ctx, s.DB.DB, m.CorpID, m.InterviewID)
	if err != nil || found == nil {
		return nil, err
	}
	if found.MessageID != m.ID || i.State != interview.Ended || found.Kind != KindOf(i.Decision) {
		return nil, nil //nolint:nilnil // no mail is due
	}
	return &mailtemplate.Text{Subject: found.Subject, Body: found.Body}, nil
}

// readMail returns the mail of an interview with its message, nil for none.
func readMail(ctx context.Context, q bun.IDB, corpID, interviewID string) (*Mail, error) {
	m := new(Mail)
	err := q.NewSelect().Model(m).Where("dm.corp_id = ? AND dm.interview_id = ?", corpID, interviewID).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, nil //nolint:nilnil // none is a result
	}
	if err != nil {
		return nil, fmt.Errorf("reading the mail with the result of interview %s: %w", interviewID, err)
	}
	found, err := message.ReadByIDs(ctx, q, corpID, []string{m.MessageID})
	m.Message = found[m.MessageID]
	return m, err
}

// readWithDetails is readMail with the name of the author.
func (s *Service) readWithDetails(ctx context.Context, corpID, interviewID string) (*Mail, error) {
	m, err := readMail(ctx, s.DB.DB, corpID, interviewID)
	if m == nil || err != nil {
		return nil, err
	}
	people, err := s.Interviews.Members.ByID(ctx, corpID, []string{m.SavedBy})
	if err != nil {
		return nil, err
	}
	m.Author = people(m.SavedBy)
	return m, nil
}
