package booking

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// Times are the slots and the deadline of an offer.
type Times struct {
	Slots     []time.Time
	ExpiresAt time.Time // zero is in a week; at most the start of the last slot
	// OverrideWarnings accepts slots outside working hours, and others that do not fit but
	// for another interview.
	OverrideWarnings bool
}

// Created is a new offer with the token of the candidate's page.
type Created struct {
	*Offer

	Token string
}

// Create offers times for an interview, whose plan has no start and no external id.
func (s *Service) Create(ctx context.Context, a actor.Actor, p interview.Plan, times Times, hooks ...db.BeforeCommit[Created]) (*Created, error) {
	if err := a.Require(actor.ScheduleInterviews); err != nil {
		return nil, err
	}
	if len(p.RoomAddresses) > 0 {
		return nil, apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError("room", "booking.no_addresses")})
	}
	o := s.newOffer(a, &p)
	c, err := s.Availability.NewChecker(ctx, a.CorpID, p.CandidateID, "", p.Interviewers)
	if err != nil {
		return nil, err
	}
	if err := s.checkPlan(ctx, a, p, o); err != nil {
		return nil, err
	}
	token := secretbox.NewToken(tokenBytes)
	s.setToken(o, token)
	if err := s.fillRelated(ctx, a.CorpID, []*Offer{o}); err != nil {
		return nil, err
	}
	created := &Created{o, token}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.checkCounts(ctx, tx, o); err != nil {
			return err
		}
		if err := s.setTimes(ctx, tx, c, o, times); err != nil {
			return err
		}
		if err := s.queueMail(ctx, tx, o); err != nil {
			return err
		}
		if err := s.insertOffer(ctx, tx, a, o); err != nil {
			return err
		}
		return db.RunBeforeCommit(ctx, tx, hooks, *created)
	})
	if err != nil {
		return nil, err
	}
	return created, nil
}

// insertOffer stores an offer, and reads the names of its candidate and its position.
func (s *Service) insertOffer(ctx context.Context, tx *db.Tx, a actor.Actor, o *Offer) error {
	if _, err := tx.NewInsert().Model(o).Exec(ctx); err != nil {
		return fmt.Errorf("storing an offer: %w", err)
	}
	stored, err := readOffer(ctx, tx, o.CorpID, o.ID)
	if err != nil {
		return err
	}
	o.CandidateName, o.PositionTitle = stored.CandidateName, stored.PositionTitle
	return audit.Write(ctx, tx, s.now(), a, "offer.create", o.ID, audit.Data{"slots": strconv.Itoa(len(o.Slots))})
}

// newOffer returns the offer of a plan. Its interviewers have the spelling of the plan until
// checkPlan.
func (s *Service) newOffer(a actor.Actor, p *interview.Plan) *Offer {
	now := s.now()
	o := &Offer{
		ID: db.NewID(), CorpID: a.CorpID, PositionID: p.PositionID, CandidateID: p.CandidateID, OrganizerID: a.UserID,
		Title: p.Title, Round: max(p.Round, 1), DurationMinutes: int(p.Duration / time.Minute), TimeZone: p.TimeZone,
		RoomKind: p.RoomKind, RoomURL: p.RoomURL, MeetingKind: p.Meeting.Kind, MeetingURL: p.Meeting.URL, MeetingCode: p.Meeting.Code,
		QuestionIDs: append([]string{}, p.QuestionIDs...), Note: p.Note, State: Open, Version: 1, CreatedBy: a.UserID, CreatedAt: now, UpdatedAt: now,
	}
	if p.OrganizerID != "" {
		o.OrganizerID = p.OrganizerID
	}
	return o
}

// errRollback rolls back the transaction of checkPlan.
var errRollback = errors.New("an interview that is only checked: roll back")

// checkPlan checks the plan as that of an interview at the first slot, which is created and
// rolled back, and sets the interviewers, the organizer and the texts of the offer as the
// interview has them. setTimes checks the slots.
func (s *Service) checkPlan(ctx context.Context, a actor.Actor, p interview.Plan, o *Offer) error {
	p.StartsAt, p.OverrideWarnings = s.now().Add(time.Hour), true
	_, _, err := s.Interviews.Schedule(ctx, a, p, func(_ context.Context, _ *db.Tx, created interview.Created) error {
		i := created.Interview
		o.Title, o.Note, o.OrganizerID = i.Title, i.Note, i.OrganizerID
		o.Interviewers = []string{}
		for _, m := range i.Interviewers {
			o.Interviewers = append(o.Interviewers, m.UserID)
		}
		return errRollback
	})
	if errors.Is(err, errRollback) {
		return nil
	}
	return err
}

// checkCounts limits the open offers of the company and of the candidate.
func (s *Service) checkCounts(ctx context.Context, tx *db.Tx, o *Offer) error {
	if err := tx.LockNames(ctx, []string{"booking/" + o.CorpID}); err != nil {
		return err
	}
	open := tx.NewSelect().Model((*Offer)(nil)).Where("bo.corp_id = ? AND bo.state = ?", o.CorpID, Open)
	all, err := open.Count(ctx)
	if err != nil {
		return fmt.Errorf("counting open offers: %w", err)
	}
	if all >= MaxOpen {
		return apperr.New(apperr.Conflict, "booking.too_many", "Limit", MaxOpen)
	}
	own, err := open.Where("bo.candidate_id = ?", o.CandidateID).Count(ctx)
	if err != nil {
		return fmt.Errorf("counting the candidate's open offers: %w", err)
	}
	if own >= MaxOpenOfCandidate {
		return apperr.New(apperr.Conflict, "booking.too_many_of_candidate", "Limit", MaxOpenOfCandidate)
	}
	return nil
}

// setTimes checks the slots and the deadline and sets them. A slot at which a participant has
// an interview is an error; one that does not fit otherwise is a warning.
func (s *Service) setTimes(ctx context.Context, tx *db.Tx, c *availability.Checker, o *Offer, times Times) error {
	var e validate.Errors
	starts := checkStarts(&e, times.Slots, s.now())
	if err := e.Err(false); err != nil {
		return err
	}
	slots := make([]Slot, len(starts))
	intervals := make([]availability.Interval, len(starts))
	for n, start := range starts {
		slots[n], intervals[n] = Slot{StartsAt: start}, o.intervalAt(start)
	}
	refusals, err := c.Check(ctx, tx, "", intervals)
	if err != nil {
		return err
	}
	for n := range slots {
		at := slices.IndexFunc(times.Slots, func(t time.Time) bool { return toSecond(t).Equal(slots[n].StartsAt) })
		for _, r := range refusals[n] {
			f := apperr.FieldError{Path: fmt.Sprintf("slots[%d]", at), Code: r.Reason.Code, Params: r.Reason.Params}
			f.Warning = !isBooked(r)
			e.Fields = append(e.Fields, f)
			slots[n].Accepted = true
		}
	}
	if err := e.Err(times.OverrideWarnings); err != nil {
		return err
	}
	o.Slots = slots
	return s.setDeadline(o, times.ExpiresAt)
}

// toSecond returns a time as offers store it: in whole seconds.
func toSecond(t time.Time) time.Time { return db.Time(t).Truncate(time.Second) }

// checkStarts returns the sorted starts.
func checkStarts(e *validate.Errors, given []time.Time, now time.Time) []time.Time {
	if len(given) == 0 {
		e.Add("slots", "field.required")
	}
	if len(given) > MaxSlots {
		e.Add("slots", "field.too_many", "Limit", MaxSlots)
		return nil
	}
	starts := []time.Time{}
	for n, t := range given {
		t = toSecond(t)
		path := fmt.Sprintf("slots[%d]", n)
		switch {
		case !t.After(now):
			e.Add(path, "interview.in_past")
		case t.After(now.Add(latestSlot)):
			e.Add(path, "booking.too_late", "Days", int(latestSlot.Hours()/24))
		case slices.ContainsFunc(starts, t.Equal):
			e.Add(path, "booking.slot_twice")
		}
		starts = append(starts, t)
	}
	slices.SortFunc(starts, time.Time.Compare)
	if n := len(starts); n > 0 && starts[n-1].Sub(starts[0]) > availability.MaxRange {
		e.Add("slots", "booking.too_spread", "Days", int(availability.MaxRange.Hours()/24))
	}
	return starts
}

// setDeadline sets the deadline, which is at the latest the start of the last slot.
func (s *Service) setDeadline(o *Offer, deadline time.Time) error {
	now := s.now()
	if deadline.IsZero() {
		deadline = now.Add(defaultLifetime)
	}
	deadline = toSecond(deadline)
	if last := o.Slots[len(o.Slots)-1].StartsAt; deadline.After(last) {
		deadline = last
	}
	var e validate.Errors
	if !deadline.After(now) {
		e.Add("expiresAt", "booking.deadline_passed")
	} else if deadline.After(now.Add(longestOffer)) {
		e.Add("expiresAt", "booking.deadline_too_late", "Days", int(longestOffer.Hours()/24))
	}
	o.ExpiresAt = deadline
	return e.Err(false)
}

// Reoffer replaces the slots and the deadline, and opens an expired offer again; without
// slots only the deadline changes. It answers the candidate's request for another time. New
// slots, and an offer that opens again, are mailed to the candidate.
// version is the one that the change was made from, 0 for any.
func (s *Service) Reoffer(ctx context.Context, a actor.Actor, id string, version int, times Times, language string) (*View, error) {
	known, err := s.readManaged(ctx, a, id)
	if err != nil {
		return nil, err
	}
	c, err := s.newChecker(ctx, known, "")
	if err != nil {
		return nil, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := s.changeLocked(ctx, tx, a, id, func(o *Offer) (string, audit.Data, error) {
			if o.State != Open && o.State != Expired {
				return "", nil, apperr.New(apperr.Conflict, "booking.is_"+string(o.State))
			}
			if err := versioning.Check("booking.changed_meanwhile", version, o.Version); err != nil {
				return "", nil, err
			}
			closed := o.StateAt(s.now()) == Expired
			o.State = Open
			if len(times.Slots) == 0 {
				if err := s.setDeadline(o, times.ExpiresAt); err != nil || !closed {
					return "offer.extend", nil, err
				}
				return "offer.extend", nil, s.queueMail(ctx, tx, o)
			}
			o.RequestReason, o.RequestedAt = "", nil
			if err := s.setTimes(ctx, tx, c, o, times); err != nil {
				return "", nil, err
			}
			return "offer.reoffer", audit.Data{"slots": strconv.Itoa(len(times.Slots))}, s.queueMail(ctx, tx, o)
		})
		return err
	})
	if err != nil {
		return versioning.WithCurrent(err, func() (*View, error) { return s.Get(ctx, a, id, language) })
	}
	return s.Get(ctx, a, id, language)
}

// Withdraw closes an offer. The candidate's page then names the organizer. Withdrawing a
// withdrawn offer is no error.
func (s *Service) Withdraw(ctx context.Context, a actor.Actor, id string, hooks ...db.BeforeCommit[*Offer]) (*Offer, error) {
	known, err := s.readManaged(ctx, a, id)
	if err != nil {
		return nil, err
	}
	var o *Offer
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		o, err = s.changeLocked(ctx, tx, a, id, func(o *Offer) (string, audit.Data, error) {
			switch o.State {
			case Withdrawn:
				return "", nil, nil
			case Booked:
				return "", nil, apperr.New(apperr.Conflict, "booking.is_booked")
			}
			o.State, o.EncryptedToken, o.RequestReason, o.RequestedAt = Withdrawn, nil, "", nil
			return "offer.withdraw", nil, nil
		})
		if err != nil {
			return err
		}
		o.Organizer, o.People, o.Mail = known.Organizer, known.People, known.Mail
		return db.RunBeforeCommit(ctx, tx, hooks, o)
	})
	return o, err
}

// ShowToken returns the token of the candidate's page. The audit log records who has seen
// it.
func (s *Service) ShowToken(ctx context.Context, a actor.Actor, id string) (token string, err error) {
	if err := a.Require(actor.ScheduleInterviews); err != nil {
		return "", err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := readOffer(ctx, tx, a.CorpID, id)
		if err != nil {
			return err
		}
		if token = s.decryptToken(o.EncryptedToken, o.ID); token == "" {
			return apperr.New(apperr.NotFound, "link.not_stored")
		}
		return audit.Write(ctx, tx, s.now(), a, "offer.link_shown", id, nil)
	})
	return token, err
}

// decryptToken returns a encrypted token, "" if there is none or its key has changed.
func (s *Service) decryptToken(encrypted []byte, id string) string {
	if len(encrypted) == 0 {
		return ""
	}
	token, err := s.Box.Decrypt(encrypted, id)
	if err != nil {
		return ""
	}
	return string(token)
}

// readManaged returns an offer with the names of its members to a recruiter.
func (s *Service) readManaged(ctx context.Context, a actor.Actor, id string) (*Offer, error) {
	if err := a.Require(actor.ScheduleInterviews); err != nil {
		return nil, err
	}
	o, err := readOffer(ctx, s.DB.DB, a.CorpID, id)
	if err != nil {
		return nil, err
	}
	return o, s.fillRelated(ctx, a.CorpID, []*Offer{o})
}

func (s *Service) newChecker(ctx context.Context, o *Offer, language string) (*availability.Checker, error) {
	return s.Availability.NewChecker(ctx, o.CorpID, o.CandidateID, language, o.Interviewers)
}
