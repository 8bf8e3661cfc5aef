package office

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// Schedules implements the method of wecomtest.Server.
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

// RespondToSchedule implements the method of wecomtest.Server.
func (s *Service) RespondToSchedule(ctx context.Context, corpID, userID, scheduleID string, response int) error {
	o, err := s.newScheduleResponse(corpID, userID, scheduleID, response)
	if err != nil {
		return err
	}
	return s.DeliverCallback(ctx, o)
}

func (s *Service) newScheduleResponse(corpID, userID, scheduleID string, response int) (*core.PendingCallback, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	m := s.FindMember(corpID, userID)
	if m == nil || s.CorpStates[corpID].Schedules[scheduleID] == nil {
		return nil, fmt.Errorf("responding to schedule %q as %q: %w", scheduleID, userID, core.ErrNotFound)
	}
	e := s.CorpStates[corpID].Schedules[scheduleID]
	a := FindAttendee(&e.Schedule, userID)
	if a == nil || e.Status == 1 {
		return nil, fmt.Errorf("responding to schedule %q as %q: cancelled, or not an attendee", scheduleID, userID)
	}
	if response != model.ResponseAccepted && response != model.ResponseTentative && response != model.ResponseDeclined {
		return nil, fmt.Errorf("responding to schedule %q: %d is not a valid response", scheduleID, response)
	}
	a.ResponseStatus = response
	s.NotifyChange(core.Change{Kind: "schedule", CorpID: corpID})
	body := core.NewMessageXML(corpID, m.UserID, s.CurrentTime(), "event").AddText("Event", "respond_schedule").
		AddText("CalId", e.CalID).AddText("ScheduleId", e.ScheduleID)
	return s.Contacts.NewAppEvent(e.App, m, "respond_schedule", body), nil
}
