package booking

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/validate"
)

// Lookup returns the offer of a candidate's page in any state, and records that the page was
// opened.
func (s *Service) Lookup(ctx context.Context, token string) (*View, error) {
	o, err := s.readByToken(ctx, token)
	if err != nil {
		return nil, err
	}
	if o.OpenedAt == nil {
		_, err := s.DB.NewUpdate().Model((*Offer)(nil)).Set("opened_at = ?", db.Time(s.now())).
			Where("corp_id = ? AND id = ? AND opened_at IS NULL", o.CorpID, o.ID).Exec(ctx)
		if err != nil {
			return nil, fmt.Errorf("recording that a candidate's page was opened: %w", err)
		}
	}
	return s.newView(ctx, o, "")
}

// Book creates the interview at one of the slots and closes the offer, in one transaction
// with the check for double bookings. Repeating it returns the booked interview.
func (s *Service) Book(ctx context.Context, token string, start time.Time) (*View, error) {
	o, err := s.readByToken(ctx, token)
	if err != nil {
		return nil, err
	}
	var refused error
	if o.State != Booked {
		refused = s.bookOpen(ctx, o, start)
	}
	v, err := s.Lookup(ctx, token)
	switch {
	case err != nil:
		return nil, err
	case refused != nil && v.State != Booked:
		return nil, refused
	case !v.Interview.StartsAt.Equal(start): // booked by another request, or moved since
		return nil, apperr.New(apperr.Conflict, "booking.already_booked")
	}
	return v, nil
}

func (s *Service) bookOpen(ctx context.Context, o *Offer, start time.Time) error {
	if err := s.checkBookable(o, start); err != nil {
		return err
	}
	c, err := s.newChecker(ctx, o, "")
	if err != nil {
		return err
	}
	system := actor.System(o.CorpID)
	_, _, err = s.Interviews.Schedule(ctx, system, o.toPlan(start), func(ctx context.Context, tx *db.Tx, created interview.Created) error {
		_, err := s.changeLocked(ctx, tx, system, o.ID, func(o *Offer) (string, audit.Data, error) {
			if err := s.checkBookable(o, start); err != nil {
				return "", nil, err
			}
			if err := s.checkSlot(ctx, tx, c, o, start, created.ID); err != nil {
				return "", nil, err
			}
			o.State, o.InterviewID, o.EncryptedToken = Booked, created.ID, nil
			o.EncryptedJoinToken = s.Box.Encrypt([]byte(created.Token), o.ID)
			o.RequestReason, o.RequestedAt = "", nil
			return "offer.book", audit.Data{"interview": created.ID}, s.Queue.Insert(ctx, tx, NoticeArgs{CorpID: o.CorpID, OfferID: o.ID, Event: NoticeBooked})
		})
		return err
	})
	return bookingError(err, o)
}

// checkBookable returns why an offer has no such slot to book.
func (s *Service) checkBookable(o *Offer, start time.Time) error {
	now := s.now()
	switch state := o.StateAt(now); {
	case state == Booked:
		return apperr.New(apperr.Conflict, "booking.already_booked")
	case state != Open:
		return errClosed(o, state)
	case o.findSlot(start) == nil:
		return apperr.New(apperr.Conflict, "booking.slot_unknown")
	case !start.After(now):
		return Passed.toError()
	}
	return nil
}

func errClosed(o *Offer, state State) error {
	return apperr.New(apperr.Gone, "booking.closed_"+string(state), "Contact", o.Organizer.Name)
}

// checkSlot checks in the transaction of the booking, which holds the locks of the
// participants' calendars, whether the slot fits beside other interviews.
func (s *Service) checkSlot(ctx context.Context, tx *db.Tx, c *availability.Checker, o *Offer, start time.Time, interviewID string) error {
	refusals, err := c.Check(ctx, tx, interviewID, []availability.Interval{o.intervalAt(start)})
	if err != nil {
		return err
	}
	return slotReason(*o.findSlot(start), refusals[0], s.now()).toError()
}

// bookingError returns the error of creating the interview as candidates read it.
func bookingError(err error, o *Offer) error {
	e, ok := errors.AsType[*apperr.Error](err)
	if !ok || e.Kind != apperr.Invalid {
		return err
	}
	has := func(code string) bool {
		return slices.ContainsFunc(e.Fields, func(f apperr.FieldError) bool { return f.Code == code })
	}
	for _, f := range e.Fields {
		if !f.Warning && f.Code != "interview.in_past" { // such as an interviewer who has left
			return apperr.New(apperr.Conflict, "booking.unbookable", "Contact", o.Organizer.Name).WithCause(err)
		}
	}
	switch {
	case has("interview.in_past"):
		return Passed.toError()
	case has("interview.candidate_double_booked"):
		return OwnBooking.toError()
	case has("interview.double_booked"):
		return Taken.toError()
	}
	return apperr.New(apperr.Conflict, "booking.unbookable", "Contact", o.Organizer.Name).WithCause(err)
}

// RequestOtherTime records that the candidate requests other times, and notifies the
// organizer. The slots can still be booked. A second request is a Conflict until a
// recruiter has offered new slots; one with the same reason, such as a retry, is no error.
func (s *Service) RequestOtherTime(ctx context.Context, token, reason string) (*View, error) {
	o, err := s.readByToken(ctx, token)
	if err != nil {
		return nil, err
	}
	var e validate.Errors
	e.CheckText("reason", &reason, maxReason)
	if reason == "" {
		e.Add("reason", "field.required")
	}
	if err := e.Err(false); err != nil {
		return nil, err
	}
	contact := o.Organizer
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := s.changeLocked(ctx, tx, actor.System(o.CorpID), o.ID, func(o *Offer) (string, audit.Data, error) {
			o.Organizer = contact
			switch {
			case o.State == Booked:
				return "", nil, apperr.New(apperr.Conflict, "booking.already_booked")
			case o.State == Withdrawn:
				return "", nil, errClosed(o, Withdrawn)
			case o.RequestedAt != nil && o.RequestReason == reason:
				return "", nil, errRepeated
			case o.RequestedAt != nil:
				return "", nil, apperr.New(apperr.Conflict, "booking.already_requested")
			}
			now := s.now()
			o.RequestReason, o.RequestedAt = reason, &now
			return "offer.request", nil, s.Queue.Insert(ctx, tx, NoticeArgs{CorpID: o.CorpID, OfferID: o.ID, Event: NoticeRequested})
		})
		return err
	})
	if err != nil && !errors.Is(err, errRepeated) {
		return nil, err
	}
	return s.Lookup(ctx, token)
}

// errRepeated ends a change that an earlier request has made.
var errRepeated = errors.New("the request is repeated")
