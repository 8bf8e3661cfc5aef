package wecomtest

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
)

// Schedules returns the schedules of a member, earliest first, including cancelled ones.
func (s *Server) Schedules(corpID, userID string) []Schedule {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Schedule{}
	if c, ok := s.corps[corpID]; ok {
		for _, e := range c.schedules {
			if e.findAttendee(userID) != nil {
				shown := e.Schedule
				shown.Attendees = slices.Clone(e.Attendees)
				out = append(out, shown)
			}
		}
	}
	slices.SortFunc(out, func(a, b Schedule) int {
		return cmp.Or(cmp.Compare(a.StartTime, b.StartTime), cmp.Compare(a.ScheduleID, b.ScheduleID))
	})
	return out
}

// RespondToSchedule responds to a schedule as a member, with ResponseAccepted, ResponseTentative or
// ResponseDeclined. The application receives respond_schedule, which does not contain the response.
//
// https://developer.work.weixin.qq.com/document/path/98111
func (s *Server) RespondToSchedule(ctx context.Context, corpID, userID, scheduleID string, response int) error {
	s.init()
	o, err := s.newScheduleResponse(corpID, userID, scheduleID, response)
	if err != nil {
		return err
	}
	return s.deliverCallback(ctx, o)
}

func (s *Server) newScheduleResponse(corpID, userID, scheduleID string, response int) (*pendingCallback, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.findMember(corpID, userID)
	if m == nil || s.corps[corpID].schedules[scheduleID] == nil {
		return nil, fmt.Errorf("responding to schedule %q as %q: %w", scheduleID, userID, errFace)
	}
	e := s.corps[corpID].schedules[scheduleID]
	a := e.findAttendee(userID)
	if a == nil || e.Status == 1 {
		return nil, fmt.Errorf("responding to schedule %q as %q: cancelled, or not an attendee", scheduleID, userID)
	}
	if response != ResponseAccepted && response != ResponseTentative && response != ResponseDeclined {
		return nil, fmt.Errorf("responding to schedule %q: %d is not a valid response", scheduleID, response)
	}
	a.ResponseStatus = response
	s.notifyChange(change{Kind: "schedule", CorpID: corpID})
	body := newMessageXML(corpID, m.UserID, s.currentTime(), "event").addText("Event", "respond_schedule").
		addText("CalId", e.CalID).addText("ScheduleId", e.ScheduleID)
	return s.newAppEvent(e.app, m, "respond_schedule", body), nil
}

// faceSchedules returns the member's calendar with the names of the attendees.
func (s *Server) faceSchedules(r *http.Request) (any, error) {
	q := r.URL.Query()
	list := s.Schedules(q.Get("corp"), q.Get("as"))
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.findMember(q.Get("corp"), q.Get("as"))
	if m == nil {
		return nil, errFace
	}
	type row struct {
		Schedule
		Mine  int          `json:"mine"`
		Names []faceMember `json:"people"`
		Next  []int64      `json:"next"` // start times of later occurrences
	}
	out := []row{}
	for _, e := range list {
		one := row{Schedule: e, Mine: e.findAttendee(m.UserID).ResponseStatus, Names: []faceMember{}, Next: e.comingOccurrences(s.currentTime().Unix())}
		for _, a := range e.Attendees {
			if x := s.findMember(q.Get("corp"), a.UserID); x != nil {
				one.Names = append(one.Names, s.showMember(s.corps[m.CorpID], x))
			}
		}
		out = append(out, one)
	}
	return out, nil
}

func (s *Server) faceRespond(r *http.Request) (any, error) {
	return s.runFaceAction(r, func(ctx context.Context, in faceAct) error {
		return s.RespondToSchedule(ctx, in.Corp, in.As, in.ScheduleID, in.Response)
	})
}
