package pool

import (
	"context"
	"errors"
	"slices"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
)

// Outcome is the result of an invited member's answer, as the card displays it.
type Outcome string

const (
	Assigned Outcome = "assigned" // the member is the interviewer
	Refused  Outcome = "refused"  // the member has declined
	Late     Outcome = "late"     // another member has accepted first
	Expired  Outcome = "expired"  // the deadline has passed
	Busy     Outcome = "busy"     // the member has another interview at the time
	Outside  Outcome = "outside"  // the member is no longer a trained member of the pool
	Obsolete Outcome = "obsolete" // no substitute is required any more
)

// outcomeError rolls back the transaction of an acceptance.
type outcomeError struct{ Outcome }

func (e outcomeError) Error() string { return "the interviewer is not replaced: " + string(e.Outcome) }

// Answer stores the answer of an invited member. The first to accept is the interviewer: the interview
// is edited and the substitution is closed in one transaction. Errors are those of the database;
// every other result is an Outcome. It may be repeated.
func (s *Service) Answer(ctx context.Context, corpID, userID, id string, accept bool) (Outcome, error) {
	r, err := readSubstitution(ctx, s.DB.DB, corpID, id)
	if apperr.IsNotFound(err) {
		return Obsolete, nil
	}
	if err != nil {
		return "", err
	}
	a := actor.ForInterviewer(corpID, userID)
	if accept {
		return s.acceptRequest(ctx, a, r)
	}
	return s.declineRequest(ctx, a, id)
}

// OutcomeFor returns why a member can no longer accept the request, "" if the member can. A missing
// substitution is obsolete. Once it has ended, the answer of a member who has declined remains.
func (s *Service) OutcomeFor(r *Substitution, userID string) Outcome {
	if r == nil {
		return Obsolete
	}
	m := r.findInvited(userID)
	switch {
	case r.State != Open && m != nil && m.Answer == Declines:
		return Refused
	case r.State == Taken && r.TakenBy == userID:
		return Assigned
	case r.State == Taken:
		return Late
	case r.State == Closed:
		return Obsolete
	case r.State == Unfilled || !s.now().Before(r.Deadline):
		return Expired
	case m == nil:
		return Outside
	}
	return ""
}

func (s *Service) acceptRequest(ctx context.Context, a actor.Actor, r *Substitution) (Outcome, error) {
	out := s.OutcomeFor(r, a.UserID)
	if out == "" {
		var err error
		if out, err = s.replaceInterviewer(ctx, a, r); err != nil {
			return "", err
		}
	}
	if out != Assigned {
		return out, nil
	}
	// The card of the new invitation needs no answer. An error such as a cancellation since then
	// does not change who the interviewer is.
	_, err := s.Interviews.Respond(ctx, a, r.InterviewID, interview.ResponseInput{Response: interview.Accepted})
	if err != nil && apperr.KindOf(err) == apperr.Internal {
		return "", err
	}
	return Assigned, nil
}

// replaceInterviewer replaces the interviewer who cannot attend. Locks are taken in this order: interview,
// calendars, substitution.
func (s *Service) replaceInterviewer(ctx context.Context, a actor.Actor, r *Substitution) (Outcome, error) {
	replaced := false
	edit := func(p *interview.Plan) {
		replaced = replaceInPlan(p, r.UserID, a.UserID)
	}
	_, err := s.Interviews.Edit(ctx, actor.System(a.CorpID), r.InterviewID, 0, edit, func(ctx context.Context, tx *db.Tx, i *interview.Interview) error {
		if err := tx.Lock(ctx, (*Substitution)(nil), "corp_id = ? AND id = ?", a.CorpID, r.ID); err != nil {
			return err
		}
		stored, err := readSubstitution(ctx, tx, a.CorpID, r.ID)
		if err != nil {
			return err
		}
		if out := s.OutcomeFor(stored, a.UserID); out != "" {
			return outcomeError{out}
		}
		p, err := readPool(ctx, tx, a.CorpID, r.PositionID)
		switch {
		case err != nil:
			return err
		case !p.isTrained(a.UserID):
			return outcomeError{Outside}
		case !replaced || stored.isPointless(i, false):
			return outcomeError{Obsolete}
		}
		stored.TakenBy, stored.findInvited(a.UserID).Answer = a.UserID, Accepts
		if err := s.closeSubstitution(ctx, tx, stored, Taken); err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.now(), a, "substitution.accept", r.InterviewID, audit.Data{"user": r.UserID})
	})
	if _, rejected := errors.AsType[outcomeError](err); err != nil && !rejected {
		// The edit of an interview that has changed meanwhile may have failed for its new members.
		stored, readErr := s.Lookup(ctx, a.CorpID, r.ID)
		if out := s.OutcomeFor(stored, a.UserID); readErr == nil && out != "" {
			return out, nil
		}
	}
	return editOutcome(err)
}

// replaceInPlan puts a member in the place of another, whose personal room URL is removed. It
// reports whether the other was an interviewer.
func replaceInPlan(p *interview.Plan, old, userID string) bool {
	n := slices.Index(p.Interviewers, old)
	if n < 0 {
		return false
	}
	p.Interviewers = slices.Clone(p.Interviewers)
	p.Interviewers[n] = userID
	p.RoomAddresses = slices.DeleteFunc(slices.Clone(p.RoomAddresses), func(r interview.RoomAddress) bool { return r.UserID == old })
	return true
}

// editOutcome returns the outcome of an edit that assigns a substitute.
func editOutcome(err error) (Outcome, error) {
	if err == nil {
		return Assigned, nil
	}
	if rejected, ok := errors.AsType[outcomeError](err); ok {
		return rejected.Outcome, nil
	}
	e, ok := errors.AsType[*apperr.Error](err)
	if !ok {
		return "", err
	}
	has := func(code string) bool {
		return slices.ContainsFunc(e.Fields, func(f apperr.FieldError) bool { return f.Code == code })
	}
	switch {
	case has("interview.double_booked"):
		return Busy, nil
	case has("interview.not_active"), has("interview.not_in_company"):
		return Outside, nil
	case e.Kind == apperr.Internal:
		return "", err
	}
	return Obsolete, nil // it has started, was cancelled or erased
}

// declineRequest stores that a member declines. When all have declined, the substitution is unfilled.
func (s *Service) declineRequest(ctx context.Context, a actor.Actor, id string) (Outcome, error) {
	var out Outcome
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Lock(ctx, (*Substitution)(nil), "corp_id = ? AND id = ?", a.CorpID, id); err != nil {
			return err
		}
		r, err := readSubstitution(ctx, tx, a.CorpID, id)
		if err != nil {
			return err
		}
		if out = s.OutcomeFor(r, a.UserID); out != "" {
			return nil
		}
		out = Refused
		m := r.findInvited(a.UserID)
		if m.Answer == Declines {
			return nil
		}
		m.Answer = Declines
		if err := audit.Write(ctx, tx, s.now(), a, "substitution.decline", r.InterviewID, audit.Data{"user": r.UserID}); err != nil {
			return err
		}
		if slices.ContainsFunc(r.Invited, func(m Invited) bool { return m.Answer != Declines }) {
			return s.storeSubstitution(ctx, tx, r)
		}
		return s.closeSubstitution(ctx, tx, r, Unfilled)
	})
	if apperr.IsNotFound(err) {
		return Obsolete, nil
	}
	return out, err
}
