package office

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// Schedules implements Calendar.Schedules of wecomtest.
func (s *Service) Schedules(corpID, userID string) []model.Schedule {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	out := []model.Schedule{}
	if c, ok := s.CorpStates[corpID]; ok {
		for _, e := range c.Schedules {
			if FindAttendee(&e.Schedule, userID) != nil {
				shown := e.Schedule
				shown.Attendees = slices.Clone(e.Attendees)
				out = append(out, shown)
			}
		}
	}
	slices.SortFunc(out, func(a, b model.Schedule) int {
		return cmp.Or(cmp.Compare(a.StartTime, b.StartTime), cmp.Compare(a.ScheduleID, b.ScheduleID))
	})
	return out
}

// RespondToSchedule implements Calendar.Respond of wecomtest.
func (s *Service) RespondToSchedule(ctx context.Context, corpID, userID, scheduleID string, response int) error {
	return s.actOnSchedule(ctx, corpID, userID, scheduleID, "respond_schedule", func(_ *core.ScheduleState, a *model.Attendee) error {
		if response != model.ResponseAccepted && response != model.ResponseTentative && response != model.ResponseDeclined {
			return fmt.Errorf("responding to schedule %q: %d is not a valid response", scheduleID, response)
		}
		a.ResponseStatus = response
		return nil
	})
}

// MoveSchedule implements Calendar.Move of wecomtest.
func (s *Service) MoveSchedule(ctx context.Context, corpID, userID, scheduleID string, start, end time.Time) error {
	return s.actOnSchedule(ctx, corpID, userID, scheduleID, "modify_schedule", func(e *core.ScheduleState, a *model.Attendee) error {
		if err := errNotScheduleAdmin(e, a); err != nil {
			return err
		}
		if !end.After(start) {
			return fmt.Errorf("moving schedule %q: it ends before it starts", scheduleID)
		}
		e.StartTime, e.EndTime = model.Int(start.Unix()), model.Int(end.Unix())
		return nil
	})
}

// DeleteSchedule implements Calendar.Delete of wecomtest.
func (s *Service) DeleteSchedule(ctx context.Context, corpID, userID, scheduleID string) error {
	return s.actOnSchedule(ctx, corpID, userID, scheduleID, "delete_schedule", func(e *core.ScheduleState, a *model.Attendee) error {
		if err := errNotScheduleAdmin(e, a); err != nil {
			return err
		}
		e.Status = 1
		return nil
	})
}

func errNotScheduleAdmin(e *core.ScheduleState, a *model.Attendee) error {
	for _, admin := range e.Admins {
		if core.FoldUserID(admin) == core.FoldUserID(a.UserID) {
			return nil
		}
	}
	return fmt.Errorf("changing schedule %q as %q: not one of its admins", e.ScheduleID, a.UserID)
}

// actOnSchedule runs an act of an attendee and delivers the event.
func (s *Service) actOnSchedule(ctx context.Context, corpID, userID, scheduleID, event string, act func(*core.ScheduleState, *model.Attendee) error) error {
	o, err := s.newScheduleEvent(corpID, userID, scheduleID, event, act)
	if err != nil {
		return err
	}
	return s.DeliverCallback(ctx, o)
}

func (s *Service) newScheduleEvent(corpID, userID, scheduleID, event string, act func(*core.ScheduleState, *model.Attendee) error) (*core.PendingCallback, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	m := s.FindMember(corpID, userID)
	if m == nil || s.CorpStates[corpID].Schedules[scheduleID] == nil {
		return nil, fmt.Errorf("acting on schedule %q as %q: %w", scheduleID, userID, core.ErrNotFound)
	}
	e := s.CorpStates[corpID].Schedules[scheduleID]
	a := FindAttendee(&e.Schedule, userID)
	if a == nil || e.Status == 1 {
		return nil, fmt.Errorf("acting on schedule %q as %q: cancelled, or not an attendee", scheduleID, userID)
	}
	if err := act(e, a); err != nil {
		return nil, err
	}
	s.NotifyChange(core.Change{Kind: "schedule", CorpID: corpID})
	body := core.NewMessageXML(corpID, m.UserID, s.CurrentTime(), "event").AddText("Event", event).
		AddText("CalId", e.CalID).AddText("ScheduleId", e.ScheduleID)
	return s.Contacts.NewAppEvent(e.App, m, event, body), nil
}
