package interview

import (
	"context"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/validate"
)

// Cancel cancels an interview and notifies its interviewers and the candidate.
// Cancelling it again does nothing.
func (s *Service) Cancel(ctx context.Context, a actor.Actor, id, reason string, hooks ...db.BeforeCommit[*Interview]) (*Interview, error) {
	step, err := Series{s}.PrepareCancel(a, reason)
	if err != nil {
		return nil, err
	}
	return s.withLockedInterview(ctx, a, id, step, hooks...)
}

// PrepareCancel returns the step of Cancel.
func (s Series) PrepareCancel(a actor.Actor, reason string) (Step, error) {
	var c validate.Errors
	if c.CheckText("reason", &reason, 500); len(c.Fields) > 0 {
		return nil, c.Err(false)
	}
	return func(ctx context.Context, tx *db.Tx, i *Interview) error {
		if i.State == Cancelled && a.May(actor.ScheduleInterviews) {
			return nil
		}
		if err := mayCancel(a, i); err != nil {
			return err
		}
		now := s.now()
		i.State, i.CancelledAt, i.CancelReason = Cancelled, &now, reason
		if err := s.storeChanged(ctx, tx, i); err != nil {
			return err
		}
		if err := firstError(s.Rooms().queueRoomJob(ctx, tx, i, a.UserID), s.Rooms().releaseRoom(ctx, tx, i), s.Meetings().syncAppointments(ctx, tx, i)); err != nil {
			return err
		}
		data := message.Data{By: a.UserID, Reason: reason}
		if err := s.queueToInterviewers(ctx, tx, i, message.KindCancelled, data); err != nil {
			return err
		}
		if err := s.queueMail(ctx, tx, i, message.Message{Kind: message.KindCancelled}); err != nil {
			return err // without the reason, which is for colleagues
		}
		return s.recordAction(ctx, tx, a, i, event.InterviewCancelled, "interview.cancel", audit.Data{AuditReason: reason})
	}, nil
}

// ResponseInput is an interviewer's response to an invitation.
type ResponseInput struct {
	Response Response // Accepted or Declined
	Reason   string
	// ScheduleVersion is the version on the card whose button was used; 0 for a
	// response on a page, which shows the current time.
	ScheduleVersion int
}

// Respond stores an interviewer's response and notifies the organizer of a
// decline. The same response again changes nothing. A response to a time that
// has changed, or after a cancellation, is a Conflict or Gone.
func (s *Service) Respond(ctx context.Context, a actor.Actor, id string, answer ResponseInput) (*Interview, error) {
	var c validate.Errors
	validate.CheckOneOf(&c, "response", answer.Response, Accepted, Declined)
	c.CheckText("reason", &answer.Reason, 500)
	if err := c.Err(false); err != nil {
		return nil, err
	}
	return s.withLockedInterview(ctx, a, id, func(ctx context.Context, tx *db.Tx, i *Interview) error {
		if err := mayRespond(a, i); err != nil {
			return err
		}
		if answer.ScheduleVersion != 0 && answer.ScheduleVersion != i.ScheduleVersion {
			return apperr.New(apperr.Conflict, "interview.moved_meanwhile")
		}
		m := i.interviewer(a.UserID)
		if m.Response == answer.Response && (answer.Reason == "" || m.ResponseReason == answer.Reason) {
			return nil
		}
		return s.storeResponse(ctx, tx, a, i, m, answer)
	})
}

func (s *Service) storeResponse(ctx context.Context, tx *db.Tx, a actor.Actor, i *Interview, m *Interviewer, answer ResponseInput) error {
	now := s.now()
	m.Response, m.ResponseReason, m.RespondedAt = answer.Response, answer.Reason, &now
	if _, err := tx.NewUpdate().Model(m).WherePK().Where("corp_id = ?", a.CorpID).Exec(ctx); err != nil {
		return fmt.Errorf("storing an answer to interview %s: %w", i.ID, err)
	}
	if err := s.storeChanged(ctx, tx, i); err != nil {
		return err
	}
	if err := s.Meetings().syncAppointments(ctx, tx, i); err != nil {
		return err
	}
	if answer.Response == Declined && i.OrganizerID != a.UserID {
		data := message.Data{By: a.UserID, Reason: answer.Reason}
		if err := s.queueWeComMessage(ctx, tx, i, message.KindDeclined, i.OrganizerID, data); err != nil {
			return err
		}
	}
	if answer.ScheduleVersion == 0 { // the worker of the card's callback updates a card whose button was used
		args := AnsweredArgs{CorpID: i.CorpID, InterviewID: i.ID, UserID: a.UserID, Response: answer.Response}
		if err := s.Queue.Insert(ctx, tx, args); err != nil {
			return err
		}
	}
	return Series{s}.recordAction(ctx, tx, a, i, event.InterviewResponse, "interview."+string(answer.Response), audit.Data{AuditReason: answer.Reason}, func(e *interviewEvent) {
		e.UserID, e.Response = a.UserID, answer.Response
	})
}

// Start starts an interview. Starting it again does nothing.
func (s *Service) Start(ctx context.Context, a actor.Actor, id string) (*Interview, error) {
	return s.withLockedInterview(ctx, a, id, func(ctx context.Context, tx *db.Tx, i *Interview) error {
		if err := mayRun(a, i); err != nil {
			return err
		}
		if i.State == InProgress {
			return nil
		}
		if err := errState(i, Scheduled); err != nil {
			return err
		}
		if err := s.startInterview(ctx, tx, a, i); err != nil {
			return err
		}
		return s.Rooms().queueRoomJob(ctx, tx, i, a.UserID)
	})
}

// startInterview is like Start without the permission check.
func (s *Service) startInterview(ctx context.Context, tx *db.Tx, a actor.Actor, i *Interview) error {
	now := s.now()
	i.State, i.StartedAt = InProgress, &now
	if err := s.storeChanged(ctx, tx, i); err != nil {
		return err
	}
	return Series{s}.recordAction(ctx, tx, a, i, event.InterviewStarted, "interview.start", nil)
}

// End ends an interview and requests the scorecards of its interviewers. Ending
// it again does nothing.
func (s *Service) End(ctx context.Context, a actor.Actor, id string) (*Interview, error) {
	return s.withLockedInterview(ctx, a, id, func(ctx context.Context, tx *db.Tx, i *Interview) error {
		if err := mayRun(a, i); err != nil {
			return err
		}
		if i.State == Ended {
			return nil
		}
		if err := errState(i, InProgress); err != nil {
			return err
		}
		if err := s.endInterview(ctx, tx, a, i); err != nil {
			return err
		}
		return s.Rooms().queueRoomJob(ctx, tx, i, a.UserID)
	})
}

// endInterview is like End without the permission check.
func (s *Service) endInterview(ctx context.Context, tx *db.Tx, a actor.Actor, i *Interview) error {
	now := s.now()
	i.State, i.EndedAt = Ended, &now
	if err := s.storeChanged(ctx, tx, i); err != nil {
		return err
	}
	requested, err := lastMessages(ctx, tx, i, message.KindEvaluate) // at an earlier end
	if err != nil {
		return err
	}
	for _, m := range i.Interviewers {
		if !m.expectsScorecard() || !requested[m.UserID].IsZero() {
			continue
		}
		if err := s.queueWeComMessage(ctx, tx, i, message.KindEvaluate, m.UserID, message.Data{}); err != nil {
			return err
		}
	}
	if err := s.Scorecards().planReminder(ctx, tx, i, 1); err != nil {
		return err
	}
	return Series{s}.recordAction(ctx, tx, a, i, event.InterviewEnded, "interview.end", nil)
}

// LobbyOpensBefore is the time before the start of an interview from which on the
// interviewers are notified of a candidate in the lobby. Earlier, the candidate
// tries the link.
const LobbyOpensBefore = 15 * time.Minute

// CandidateWaiting notifies the interviewers that the candidate is in the
// lobby, once per interview and schedule, in the room's transaction. Before the
// lobby opens it does nothing; the room repeats the call while the candidate
// waits.
func (s *Service) CandidateWaiting(ctx context.Context, tx *db.Tx, corpID, id string) error {
	i, err := s.readInterview(ctx, tx, corpID, id)
	if err != nil {
		return err
	}
	if !i.Open() || i.RoomKind != BuiltinRoom { // the interview has moved to another room
		return nil
	}
	if s.now().Before(i.StartsAt.Add(-LobbyOpensBefore)) {
		return nil
	}
	for _, m := range i.Interviewers {
		if m.Response == Declined {
			continue
		}
		err := s.queueMessage(ctx, tx, i, message.Message{
			Kind: message.KindCandidateWaiting, Channel: message.WeCom, Recipient: m.UserID,
			Dedup: fmt.Sprintf("waiting:%s:%d:%s", i.ID, i.ScheduleVersion, m.UserID),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Decide stores the decision of the company. A later decision replaces it.
func (s *Service) Decide(ctx context.Context, a actor.Actor, id string, d Decision, comment string) (*Interview, error) {
	var c validate.Errors
	validate.CheckOneOf(&c, "decision", d, Hire, NoHire, Hold, NextRound)
	c.CheckText("comment", &comment, 5000)
	if err := c.Err(false); err != nil {
		return nil, err
	}
	return s.withLockedInterview(ctx, a, id, func(ctx context.Context, tx *db.Tx, i *Interview) error {
		if err := mayDecide(a, i); err != nil {
			return err
		}
		now, before := s.now(), i.Decision
		i.Decision, i.DecisionComment, i.DecidedBy, i.DecidedAt = d, comment, a.UserID, &now
		if err := s.storeChanged(ctx, tx, i); err != nil {
			return err
		}
		for _, follow := range s.Decided {
			if err := follow(ctx, tx, a, i, before); err != nil {
				return err
			}
		}
		return Series{s}.recordAction(ctx, tx, a, i, event.InterviewDecided, "interview.decide", audit.Data{"decision": string(d)}, func(e *interviewEvent) { e.Decision = d })
	})
}

// StoreChange stores an interview that a step has changed, with an event that has the changed
// parts, and an audit entry.
func (s Series) StoreChange(ctx context.Context, tx *db.Tx, a actor.Actor, i *Interview, parts []string, action string, data audit.Data) error {
	if err := s.storeChanged(ctx, tx, i); err != nil {
		return err
	}
	return s.recordAction(ctx, tx, a, i, event.InterviewChanged, action, data, func(e *interviewEvent) { e.Changed = parts })
}

// storeChanged stores the interview as a new version.
func (s *Service) storeChanged(ctx context.Context, tx *db.Tx, i *Interview) error {
	i.Version++
	i.UpdatedAt = s.now()
	return storeInterview(ctx, tx, i)
}
