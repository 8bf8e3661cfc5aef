package exams

import (
	"cmp"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// PadReply is a written test in a reply of the Open API.
type PadReply struct {
	UID           string     `json:"uid"`
	URL           string     `json:"url"`
	ExamID        int64      `json:"exam_id"`
	ExamName      string     `json:"exam_name"`
	CandidateUID  string     `json:"candidate_uid"`
	CandidateName string     `json:"candidate_name"`
	CreatorID     int64      `json:"creator_id,omitempty"`
	Status        string     `json:"status"`
	Score         *int64     `json:"score"`
	TotalScore    int64      `json:"total_score"`
	CreatedAt     time.Time  `json:"created_at"`
	StartedAt     *time.Time `json:"started_at"`
	EndedAt       *time.Time `json:"ended_at"`
}

// NewPadReply returns a written test in the form of the Open API.
func NewPadReply(p *core.PadState) PadReply {
	out := PadReply{p.UID, p.URL, p.ExamID, p.ExamName, p.CandidateUID, p.CandidateName, p.CreatorID, p.Status, nil,
		p.TotalScore, p.CreatedAt, core.OptionalTime(p.StartedAt), core.OptionalTime(p.EndedAt)}
	if p.Status == model.WrittenPadEnded {
		score := p.Score
		out.Score = &score
	}
	return out
}

// createPad implements POST written_pads. Its fields are those of a candidate in batch_written_pads;
// candidate_uid and candidate_name are accepted as well.
func (s *Service) createPad(r *core.Request) (any, *core.APIError) {
	e, creator := s.examParam(r), r.ReadCreator()
	uid, name := "uid", "name"
	if r.HasParam("candidate_uid") {
		uid = "candidate_uid"
	}
	if r.HasParam("candidate_name") {
		name = "candidate_name"
	}
	candidateUID, candidateName := r.RequiredText(uid), r.RequiredText(name)
	if *r.Err != nil {
		return nil, *r.Err
	}
	if err := r.ConsumeQuota(); err != nil {
		return nil, err
	}
	return NewPadReply(s.AddPad(e, r.ClientID(), creator.ID, candidateUID, candidateName)), nil
}

func (s *Service) examParam(r *core.Request) *core.ExamState {
	e := r.Team.ExamByID(r.RequiredInt("exam_id"))
	if e == nil {
		r.AddError("exam_id", "is no exam of the team")
	}
	return e
}

// createPads implements POST batch_written_pads. It creates all written tests or none.
func (s *Service) createPads(r *core.Request) (any, *core.APIError) {
	e, creator := s.examParam(r), r.ReadCreator()
	candidates := r.ObjectListParam("candidates", core.MaxBatch)
	if len(candidates) == 0 {
		r.AddError("candidates", "is missing")
	}
	for _, f := range candidates {
		f.RequiredText("uid")
		f.RequiredText("name")
	}
	if *r.Err != nil {
		return nil, *r.Err
	}
	if r.Team.Quota < len(candidates) {
		return nil, core.NewAPIError(model.CodeQuota, "剩余场次不足")
	}
	list := []PadReply{}
	for _, f := range candidates {
		r.Team.Quota--
		list = append(list, NewPadReply(s.AddPad(e, r.ClientID(), creator.ID, f.TextParam("uid"), f.TextParam("name"))))
	}
	return map[string]any{"written_pads": list}, nil
}

// AddPad creates a written test for a candidate. Mu must be held.
func (s *Service) AddPad(e *core.ExamState, clientID string, creator int64, uid, name string) *core.PadState {
	p := &core.PadState{Team: e.Team, Exam: e.Exam}
	p.WrittenPad = model.WrittenPad{UID: s.NewUID(), TeamID: e.Team.ID, ClientID: clientID, ExamID: e.ID, ExamName: e.Name, CreatorID: creator,
		CandidateUID: uid, CandidateName: name, Status: model.WrittenPadOpened, TotalScore: e.TotalScore(), CreatedAt: s.Timestamp(), Answers: map[int64]string{}}
	p.URL = s.URL() + "/written_pads/" + p.UID
	s.Pads[p.UID] = p
	s.NotifyWaiters()
	return p
}

func (s *Service) listPads(r *core.Request) (any, *core.APIError) {
	search, exam, states := r.TextParam("search"), r.IntParam("exam_id"), r.TextListParam("status")
	skip, limit := r.PageParams()
	list := []PadReply{}
	for _, p := range s.SortedPads(r.Team) {
		if core.ContainsFold(p.UID+"\n"+p.CandidateName, search) && (exam == 0 || exam == p.ExamID) &&
			(len(states) == 0 || slices.Contains(states, p.Status)) {
			list = append(list, NewPadReply(p))
		}
	}
	return map[string]any{"count": len(list), "written_pads": webpage.Part(list, skip, limit)}, nil
}

// SortedPads returns the written tests of a team, or of all teams when team is nil, newest first. Mu
// must be held.
func (s *Service) SortedPads(team *core.TeamState) (out []*core.PadState) {
	for _, p := range s.Pads {
		if team == nil || p.Team == team {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b *core.PadState) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.UID, b.UID))
	})
	return out
}

func (s *Service) padByPath(r *core.Request) (*core.PadState, *core.APIError) {
	p := s.Pads[r.ID]
	if p == nil || p.Team != r.Team {
		return nil, core.NewAPIError(model.CodeNotFound, "笔试不存在")
	}
	return p, nil
}

func (s *Service) getPad(r *core.Request) (any, *core.APIError) {
	p, err := s.padByPath(r)
	if err != nil {
		return nil, err
	}
	return NewPadReply(p), nil
}

func (s *Service) deletePad(r *core.Request) (any, *core.APIError) {
	p, err := s.padByPath(r)
	if err != nil {
		return nil, err
	}
	if p.Status == model.WrittenPadOpened {
		r.Team.Quota++
	}
	delete(s.Pads, p.UID)
	s.NotifyWaiters()
	return nil, nil
}
