package ui

import (
	"context"
	"net/http"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/office"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// listSchedules returns the member's calendar with the names of the attendees.
func (s *Service) listSchedules(r *http.Request) (any, error) {
	q := r.URL.Query()
	list := s.Office.Schedules(q.Get("corpId"), q.Get("as"))
	s.Mu.Lock()
	defer s.Mu.Unlock()
	m := s.FindMember(q.Get("corpId"), q.Get("as"))
	if m == nil {
		return nil, core.ErrNotFound
	}
	type row struct {
		model.Schedule
		Mine  int           `json:"mine"`
		Names []memberEntry `json:"people"`
		Next  []int64       `json:"next"` // start times of later occurrences
	}
	out := []row{}
	for _, e := range list {
		one := row{Schedule: e, Mine: office.FindAttendee(&e, m.UserID).ResponseStatus, Names: []memberEntry{}, Next: comingOccurrences(&e, s.CurrentTime().Unix())}
		for _, a := range e.Attendees {
			if x := s.FindMember(q.Get("corpId"), a.UserID); x != nil {
				one.Names = append(one.Names, s.showMember(s.CorpStates[m.CorpID], x))
			}
		}
		out = append(out, one)
	}
	return out, nil
}

func (s *Service) respondToSchedule(ctx context.Context, in struct {
	memberRef
	ScheduleID string `json:"scheduleId"`
	Response   int    `json:"response"`
}) (any, error) {
	return nil, s.Office.RespondToSchedule(ctx, in.CorpID, in.As, in.ScheduleID, in.Response)
}

func (s *Service) moveSchedule(ctx context.Context, in struct {
	memberRef
	ScheduleID string    `json:"scheduleId"`
	Start      time.Time `json:"start"`
	End        time.Time `json:"end"`
}) (any, error) {
	return nil, s.Office.MoveSchedule(ctx, in.CorpID, in.As, in.ScheduleID, in.Start, in.End)
}

func (s *Service) deleteSchedule(ctx context.Context, in struct {
	memberRef
	ScheduleID string `json:"scheduleId"`
}) (any, error) {
	return nil, s.Office.DeleteSchedule(ctx, in.CorpID, in.As, in.ScheduleID)
}
