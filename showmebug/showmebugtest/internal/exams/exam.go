package exams

import (
	"slices"
	"strconv"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

type examReply struct {
	ID             int64  `json:"id"`
	CreatorName    string `json:"creator_name"`
	Name           string `json:"name"`
	QuestionsCount int    `json:"questions_count"`
	Duration       int64  `json:"duration"` // minutes, 0 unlimited
	TotalScore     int64  `json:"total_score"`
}

func (s *Service) listExams(r *core.Request) (any, *core.APIError) {
	search := r.TextParam("search")
	skip, limit := r.PageParams()
	list := []examReply{}
	for _, e := range r.Team.Exams {
		if core.ContainsFold(e.Name, search) {
			list = append(list, examReply{e.ID, e.CreatorName, e.Name, len(e.Questions), e.DurationMinutes, e.TotalScore()})
		}
	}
	return map[string]any{"count": len(list), "exams": webpage.Part(list, skip, limit)}, nil
}

// examByPath returns the exam of the path.
func (s *Service) examByPath(r *core.Request) (*core.ExamState, *core.APIError) {
	id, err := strconv.ParseInt(r.ID, 10, 64)
	e := r.Team.ExamByID(id)
	if err != nil || e == nil {
		return nil, core.NewAPIError(model.CodeNotFound, "试卷不存在")
	}
	return e, nil
}

func (s *Service) deleteExam(r *core.Request) (any, *core.APIError) {
	e, err := s.examByPath(r)
	if err != nil {
		return nil, err
	}
	delete(s.ExamLinks, e.Link)
	r.Team.Exams = slices.DeleteFunc(r.Team.Exams, func(k *core.ExamState) bool { return k == e })
	s.NotifyWaiters()
	return nil, nil
}

// examLink implements GET exams/ID/exam_link. The bulk invitation link stays the same until it is
// renewed.
func (s *Service) examLink(r *core.Request) (any, *core.APIError) {
	e, err := s.examByPath(r)
	if err != nil {
		return nil, err
	}
	sender := r.ReadCreator()
	if e.Link == "" {
		s.assignExamLink(r, e, sender)
	}
	return map[string]string{"url": s.examURL(e)}, nil
}

func (s *Service) renewExamLink(r *core.Request) (any, *core.APIError) {
	e, err := s.examByPath(r)
	if err != nil {
		return nil, err
	}
	s.assignExamLink(r, e, r.ReadCreator())
	return map[string]string{"url": s.examURL(e)}, nil
}

func (s *Service) assignExamLink(r *core.Request, e *core.ExamState, sender model.Member) {
	delete(s.ExamLinks, e.Link)
	e.Link, e.ClientID, e.Sender = s.RandomText(12), r.ClientID(), sender.ID
	s.ExamLinks[e.Link] = e
	s.NotifyWaiters()
}

func (s *Service) examURL(e *core.ExamState) string { return s.URL() + "/exam_links/" + e.Link }

// skillDimensions implements GET skill_dimensions with the examples of ShowMeBug's manual.
func (s *Service) skillDimensions(*core.Request) (any, *core.APIError) {
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

// AddVideo implements the method of showmebugtest.Server.
func (s *Service) AddVideo(teamID int64, id, url string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if t := s.FindTeam(teamID); t != nil {
		if t.Videos == nil {
			t.Videos = map[string]string{}
		}
		t.Videos[id] = url
	}
}

func (s *Service) getVideo(r *core.Request) (any, *core.APIError) {
	url, ok := r.Team.Videos[r.ID]
	if !ok {
		return nil, core.NewAPIError(model.CodeNotFound, "视频不存在")
	}
	return map[string]string{"id": r.ID, "url": url}, nil
}

// AddExam implements the method of showmebugtest.Server.
func (s *Service) AddExam(teamID int64, e model.Exam) int64 {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	t := s.FindTeam(teamID)
	if t == nil {
		return 0
	}
	if e.ID == 0 {
		e.ID = s.NextID()
	}
	e.Questions = slices.Clone(e.Questions)
	for i := range e.Questions {
		s.completeQuestion(&e.Questions[i], model.Member{Name: e.CreatorName})
	}
	t.Exams = append(t.Exams, &core.ExamState{Exam: e, Team: t})
	s.NotifyWaiters()
	return e.ID
}
