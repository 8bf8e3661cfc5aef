package exams

import (
	"maps"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// createExamRoom implements POST exam_rooms. It validates the three fields whose documentation is
// public, and keeps the others unchanged.
func (s *Service) createExamRoom(r *core.Request) (any, *core.APIError) {
	e := r.Team.ExamByID(r.RequiredInt("exam_id"))
	if *r.Err == nil && e == nil {
		r.AddError("exam_id", "is no exam of the team")
	}
	room := &model.ExamRoom{Name: r.RequiredText("name"), EntranceSetting: r.RequiredText("exam_entrance_time_setting"), Extra: map[string]any{}}
	if *r.Err != nil {
		return nil, *r.Err
	}
	for k, v := range r.Values {
		if !slices.Contains([]string{"exam_id", "name", "exam_entrance_time_setting"}, k) {
			room.Extra[k] = v
		}
	}
	if e.Link == "" {
		s.assignExamLink(r, e, model.Member{})
	}
	room.ID, room.ExamID, room.URL, room.CreatedAt = s.NextID(), e.ID, s.examURL(e), s.Timestamp()
	r.Team.Rooms = append(r.Team.Rooms, room)
	s.NotifyWaiters()
	return newRoomReply(room), nil
}

func newRoomReply(room *model.ExamRoom) map[string]any {
	out := maps.Clone(room.Extra)
	maps.Copy(out, map[string]any{
		"id": room.ID, "exam_id": room.ExamID, "name": room.Name, "exam_entrance_time_setting": room.EntranceSetting,
		"url": room.URL, "created_at": room.CreatedAt.Format(time.RFC3339),
	})
	return out
}

func (s *Service) listExamRooms(r *core.Request) (any, *core.APIError) {
	search := r.TextParam("search")
	skip, limit := r.PageParams()
	list := []map[string]any{}
	for _, room := range r.Team.Rooms {
		if core.ContainsFold(room.Name, search) {
			list = append(list, newRoomReply(room))
		}
	}
	return map[string]any{"count": len(list), "exam_rooms": webpage.Part(list, skip, limit)}, nil
}
