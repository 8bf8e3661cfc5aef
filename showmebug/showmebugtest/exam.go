package showmebugtest

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
)

type examReply struct {
	ID             int64  `json:"id"`
	CreatorName    string `json:"creator_name"`
	Name           string `json:"name"`
	QuestionsCount int    `json:"questions_count"`
	Duration       int64  `json:"duration"` // minutes, 0 unlimited
	TotalScore     int64  `json:"total_score"`
}

func (s *Server) listExams(r *request) (any, *apiError) {
	search := r.textParam("search")
	skip, limit := r.pageParams()
	list := []examReply{}
	for _, e := range r.team.exams {
		if containsFold(e.Name, search) {
			list = append(list, examReply{e.ID, e.CreatorName, e.Name, len(e.Questions), e.DurationMinutes, e.TotalScore()})
		}
	}
	return map[string]any{"count": len(list), "exams": webpage.Part(list, skip, limit)}, nil
}

// examByPath finds the exam that the path names.
func (s *Server) examByPath(r *request) (*examState, *apiError) {
	id, err := strconv.ParseInt(r.id, 10, 64)
	e := r.team.examByID(id)
	if err != nil || e == nil {
		return nil, newAPIError(CodeNotFound, "试卷不存在")
	}
	return e, nil
}

func (s *Server) deleteExam(r *request) (any, *apiError) {
	e, err := s.examByPath(r)
	if err != nil {
		return nil, err
	}
	delete(s.links, e.link)
	r.team.exams = slices.DeleteFunc(r.team.exams, func(k *examState) bool { return k == e })
	s.notifyWaiters()
	return nil, nil
}

// examLink is the address that one may send to many; it stays the same until it
// is renewed.
func (s *Server) examLink(r *request) (any, *apiError) {
	e, err := s.examByPath(r)
	if err != nil {
		return nil, err
	}
	sender := r.readCreator()
	if e.link == "" {
		s.assignExamLink(r, e, sender)
	}
	return map[string]string{"url": s.examURL(e)}, nil
}

func (s *Server) renewExamLink(r *request) (any, *apiError) {
	e, err := s.examByPath(r)
	if err != nil {
		return nil, err
	}
	s.assignExamLink(r, e, r.readCreator())
	return map[string]string{"url": s.examURL(e)}, nil
}

func (s *Server) assignExamLink(r *request, e *examState, sender Member) {
	delete(s.links, e.link)
	e.link, e.clientID, e.sender = s.randomText(12), r.clientID(), sender.ID
	s.links[e.link] = e
	s.notifyWaiters()
}

func (s *Server) examURL(e *examState) string { return s.URL() + "/exam_links/" + e.link }

// createExamRoom takes the three fields that could be read and keeps the others
// as they come.
func (s *Server) createExamRoom(r *request) (any, *apiError) {
	e := r.team.examByID(r.requiredInt("exam_id"))
	if *r.err == nil && e == nil {
		r.addError("exam_id", "is no exam of the team")
	}
	room := &ExamRoom{Name: r.requiredText("name"), EntranceSetting: r.requiredText("exam_entrance_time_setting"), Extra: map[string]any{}}
	if *r.err != nil {
		return nil, *r.err
	}
	for k, v := range r.values {
		if !slices.Contains([]string{"exam_id", "name", "exam_entrance_time_setting"}, k) {
			room.Extra[k] = v
		}
	}
	if e.link == "" {
		s.assignExamLink(r, e, Member{})
	}
	room.ID, room.ExamID, room.URL, room.CreatedAt = s.nextID(), e.ID, s.examURL(e), s.timestamp()
	r.team.rooms = append(r.team.rooms, room)
	s.notifyWaiters()
	return room.toReply(), nil
}

func (room *ExamRoom) toReply() map[string]any {
	out := maps.Clone(room.Extra)
	maps.Copy(out, map[string]any{
		"id": room.ID, "exam_id": room.ExamID, "name": room.Name, "exam_entrance_time_setting": room.EntranceSetting,
		"url": room.URL, "created_at": room.CreatedAt.Format(time.RFC3339),
	})
	return out
}

func (s *Server) listExamRooms(r *request) (any, *apiError) {
	search := r.textParam("search")
	skip, limit := r.pageParams()
	list := []map[string]any{}
	for _, room := range r.team.rooms {
		if containsFold(room.Name, search) {
			list = append(list, room.toReply())
		}
	}
	return map[string]any{"count": len(list), "exam_rooms": webpage.Part(list, skip, limit)}, nil
}

// skillDimensions are the examples that ShowMeBug's manual gives.
func (s *Server) skillDimensions(*request) (any, *apiError) {
	type dimension struct {
		ID   int    `json:"id"`
		Name string `json:"name"`
	}
	var list []dimension
	for i, name := range []string{"算法", "计算机基础", "编程语言", "问题解决", "基础能力"} {
		list = append(list, dimension{i + 1, name})
	}
	return map[string]any{"count": len(list), "skill_dimensions": list}, nil
}

// AddVideo makes a recording of a written test known, so that videos/ID answers
// where it is.
func (s *Server) AddVideo(teamID int64, id, url string) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.findTeam(teamID); t != nil {
		if t.videos == nil {
			t.videos = map[string]string{}
		}
		t.videos[id] = url
	}
}

func (s *Server) getVideo(r *request) (any, *apiError) {
	url, ok := r.team.videos[r.id]
	if !ok {
		return nil, newAPIError(CodeNotFound, "视频不存在")
	}
	return map[string]string{"id": r.id, "url": url}, nil
}
