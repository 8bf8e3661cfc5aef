package booking

import (
	"context"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/interview"
)

// Reason is why a slot cannot be booked, as candidates read it.
type Reason string

const (
	Free        Reason = ""
	Passed      Reason = "passed"
	Taken       Reason = "taken"         // an interviewer has another interview
	OwnBooking  Reason = "own_interview" // the candidate has another interview
	Unavailable Reason = "unavailable"   // an interviewer is away, has left, or has reached a limit
)

// SlotView is a slot with the reason why it cannot be booked.
type SlotView struct {
	availability.Interval

	Reason   Reason
	Accepted bool
	Refusals []availability.Refusal // for recruiters: they contain titles of interviews
}

// View is an offer with its slots at present.
type View struct {
	*Offer

	StateNow  State
	Slots     []SlotView
	Interview *interview.Interview // of a booked offer
	JoinToken string               // of the booked interview's link; "" if it is not stored
}

// Get returns an offer with the state of its slots to a recruiter.
func (s *Service) Get(ctx context.Context, a actor.Actor, id, language string) (*View, error) {
	o, err := s.readManaged(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return s.newView(ctx, o, language)
}

// newView adds what is stored elsewhere to an offer with the names of its members.
func (s *Service) newView(ctx context.Context, o *Offer, language string) (*View, error) {
	v := &View{Offer: o, StateNow: o.StateAt(s.now())}
	if o.State == Booked {
		var err error
		v.Interview, err = s.Interviews.GetUnchecked(ctx, o.CorpID, o.InterviewID)
		v.JoinToken = s.decryptToken(o.EncryptedJoinToken, o.ID)
		return v, err
	}
	c, err := s.newChecker(ctx, o, language)
	if err != nil {
		return nil, err
	}
	intervals := make([]availability.Interval, len(o.Slots))
	for n, slot := range o.Slots {
		intervals[n] = o.intervalAt(slot.StartsAt)
	}
	refusals, err := c.Check(ctx, s.DB.DB, "", intervals)
	if err != nil {
		return nil, err
	}
	now, gone := s.now(), len(c.Inactive()) > 0
	for n, slot := range o.Slots {
		reason := slotReason(slot, refusals[n], now)
		if reason == Free && gone {
			reason = Unavailable
		}
		v.Slots = append(v.Slots, SlotView{intervals[n], reason, slot.Accepted, refusals[n]})
	}
	return v, nil
}

// isBooked reports whether a refusal is another interview at the same time: such a slot is
// never booked.
func isBooked(r availability.Refusal) bool {
	return r.Reason.Code == availability.ReasonBusy || r.Reason.Code == availability.ReasonCandidateBusy
}

// slotReason returns why a slot cannot be booked.
func slotReason(slot Slot, refusals []availability.Refusal, now time.Time) Reason {
	has := func(code string) bool {
		return slices.ContainsFunc(refusals, func(r availability.Refusal) bool { return r.Reason.Code == code })
	}
	switch {
	case !slot.StartsAt.After(now):
		return Passed
	case has(availability.ReasonCandidateBusy):
		return OwnBooking
	case has(availability.ReasonBusy):
		return Taken
	case len(refusals) > 0 && !slot.Accepted:
		return Unavailable
	}
	return Free
}

// toError returns the error of booking a slot with the reason, nil for a free one.
func (r Reason) toError() error {
	if r == Free {
		return nil
	}
	return apperr.New(apperr.Conflict, "booking.slot_"+string(r))
}
