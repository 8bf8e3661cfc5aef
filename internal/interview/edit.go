package interview

import (
	"context"
	"fmt"
	"slices"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/versioning"
)

// Edit changes the plan of an interview by edit, which may run twice, and
// notifies the people concerned. version is the one that the edit was made
// from, 0 for any; when another is stored, Edit returns a Conflict and the
// stored interview. A new time resets every response and moves the reminders.
func (s *Service) Edit(ctx context.Context, a actor.Actor, id string, version int, edit func(*Plan), hooks ...db.BeforeCommit[*Interview]) (*Interview, error) {
	step, err := Series{s}.PrepareEdit(ctx, a, id, version, edit)
	if err != nil {
		return nil, err
	}
	i, err := s.withLockedInterview(ctx, a, id, step, hooks...)
	if err != nil {
		return versioning.WithCurrent(err, func() (*Interview, error) { return s.Get(ctx, a, id) })
	}
	return i, nil
}

// PrepareEdit returns the step of Edit. It must be called outside a transaction.
func (s Series) PrepareEdit(ctx context.Context, a actor.Actor, id string, version int, edit func(*Plan)) (Step, error) {
	i, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, err
	}
	p := s.Rooms().editablePlan(i)
	edit(&p)
	people, err := s.Members(ctx, a.CorpID, p.Interviewers)
	if err != nil {
		return nil, fmt.Errorf("reading interviewers: %w", err)
	}
	p.useStoredUserIDs(people)
	rooms, err := s.Rooms().checkRoom(ctx, i, &p)
	if err != nil {
		return nil, err
	}
	kind := p.RoomKind // the company's default, when the plan names none
	return func(ctx context.Context, tx *db.Tx, i *Interview) error {
		if err := firstError(mayEdit(a, i), versioning.Check("interview.changed_meanwhile", version, i.Version)); err != nil {
			return err
		}
		p := s.Rooms().editablePlan(i)
		edit(&p)
		p.useStoredUserIDs(people)
		if p.RoomKind == "" {
			p.RoomKind = kind
		}
		p.normalizeRoom()
		p.Meeting.dropUnused()
		if err := claimExternalID(ctx, tx, i, &p); err != nil {
			return err
		}
		if err := s.checkPlan(ctx, tx, a, i, &p, people, rooms); err != nil {
			return err
		}
		return s.applyPlan(ctx, tx, a, i, p)
	}, nil
}

// planChanges is the difference that an edit makes.
type planChanges struct {
	fields         []string // title, time, room, meeting: what all participants are notified of
	added, removed []string // interviewers
	released       []string // the removed ones who had not declined
	earlier        message.Arrangement
	replaced       bool // the candidate
	any            bool
}

// editablePlan returns the plan of the stored interview.
func (s Rooms) editablePlan(i *Interview) Plan {
	p := i.toPlan()
	if i.room == nil || i.RoomKind != LinkRoom {
		return p
	}
	ways, _ := s.readJoinURLs(i.room) // addresses encrypted with an old key must be entered again
	for _, userID := range p.Interviewers {
		if own := ways.Personal[userID]; own != "" {
			p.RoomAddresses = append(p.RoomAddresses, RoomAddress{userID, own})
		}
	}
	return p
}

func comparePlans(old, p Plan) planChanges {
	c := planChanges{replaced: old.CandidateID != p.CandidateID}
	if old.Title != p.Title || old.Round != p.Round {
		c.fields = append(c.fields, "title")
	}
	if !old.StartsAt.Equal(p.StartsAt) || old.Duration != p.Duration {
		c.fields = append(c.fields, "time")
	}
	if old.RoomKind != p.RoomKind || old.RoomURL != p.RoomURL || !slices.Equal(old.RoomAddresses, p.RoomAddresses) {
		c.fields = append(c.fields, "room")
	}
	if meetingChanged(old.Meeting, p.Meeting) {
		c.fields = append(c.fields, "meeting")
	}
	for _, userID := range p.Interviewers {
		if !slices.Contains(old.Interviewers, userID) {
			c.added = append(c.added, userID)
		}
	}
	for _, userID := range old.Interviewers {
		if !slices.Contains(p.Interviewers, userID) {
			c.removed = append(c.removed, userID)
		}
	}
	c.any = len(c.fields) > 0 || !slices.Equal(old.Interviewers, p.Interviewers) || old.TimeZone != p.TimeZone ||
		old.Note != p.Note || !slices.Equal(old.QuestionIDs, p.QuestionIDs) ||
		old.PositionID != p.PositionID || c.replaced || old.ExternalID != p.ExternalID
	return c
}

func (s *Service) applyPlan(ctx context.Context, tx *db.Tx, a actor.Actor, i *Interview, p Plan) error {
	c := comparePlans(s.Rooms().editablePlan(i), p)
	if !c.any {
		return nil
	}
	c.earlier = i.arrangement()
	c.released = slices.DeleteFunc(slices.Clone(c.removed), i.HasDeclined) // before a new time resets the responses
	moved := slices.Contains(c.fields, "time")
	i.applyPlan(p)
	i.Version++
	i.UpdatedAt = s.now()
	if moved {
		i.ScheduleVersion++
		for n := range i.Interviewers {
			i.Interviewers[n].Response, i.Interviewers[n].ResponseReason, i.Interviewers[n].RespondedAt = Pending, "", nil
		}
	}
	if err := s.setInterviewers(ctx, tx, i, p.Interviewers); err != nil {
		return err
	}
	if err := storeInterview(ctx, tx, i); err != nil {
		return err
	}
	if err := s.Rooms().syncRoom(ctx, tx, i, p.joinURLs(), moved || len(c.added)+len(c.removed) > 0 || c.replaced); err != nil {
		return err
	}
	if err := s.Rooms().evictAfterEdit(ctx, tx, i, c); err != nil {
		return err
	}
	if err := s.Meetings().syncAppointments(ctx, tx, i); err != nil {
		return err
	}
	data := message.Data{By: a.UserID, Fields: c.fields}
	if moved {
		data.PreviousStart, data.Earlier = &c.earlier.StartsAt, &c.earlier
		if err := s.planReminders(ctx, tx, i); err != nil {
			return err
		}
	}
	if err := s.notifyChanges(ctx, tx, i, c, data); err != nil {
		return err
	}
	if c.replaced {
		if err := (candidateChanges{s}).replace(ctx, tx, i, message.Data{By: a.UserID, Earlier: &c.earlier}); err != nil {
			return err
		}
	}
	return Series{s}.recordAction(ctx, tx, a, i, event.InterviewChanged, "interview.edit", c.auditData(i), func(e *interviewEvent) { e.Changed = c.changedParts() })
}

// notifyChanges invites added interviewers, notifies removed ones about the
// interview as they knew it unless they had declined, and notifies the others of
// what has changed for them.
func (s *Service) notifyChanges(ctx context.Context, tx *db.Tx, i *Interview, c planChanges, data message.Data) error {
	for _, userID := range c.released {
		if err := s.queueWeComMessage(ctx, tx, i, message.KindCancelled, userID, message.Data{By: data.By, Earlier: &c.earlier}); err != nil {
			return err
		}
	}
	for _, m := range i.Interviewers {
		kind := message.KindChanged
		switch {
		case slices.Contains(c.added, m.UserID):
			kind = message.KindInvite
		case len(c.fields) == 0 || m.Response == Declined:
			continue
		}
		if err := s.queueWeComMessage(ctx, tx, i, kind, m.UserID, data); err != nil {
			return err
		}
	}
	if len(c.fields) == 0 || c.replaced { // another candidate is invited
		return nil
	}
	return s.queueMail(ctx, tx, i, message.Message{Kind: message.KindChanged, Data: data})
}

func storeInterview(ctx context.Context, tx *db.Tx, i *Interview) error {
	_, err := tx.NewUpdate().Model(i).WherePK().Where("corp_id = ?", i.CorpID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing interview %s: %w", i.ID, err)
	}
	return nil
}
