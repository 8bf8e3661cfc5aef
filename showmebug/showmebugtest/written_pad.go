package showmebugtest

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
)

type padReply struct {
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

func (p *padState) toReply() padReply {
	out := padReply{p.UID, p.URL, p.ExamID, p.ExamName, p.CandidateUID, p.CandidateName, p.CreatorID, p.Status, nil,
		p.TotalScore, p.CreatedAt, optionalTime(p.StartedAt), optionalTime(p.EndedAt)}
	if p.Status == WrittenPadEnded {
		score := p.Score
		out.Score = &score
	}
	return out
}

// createPad is POST written_pads. Its fields are those of one candidate in
// batch_written_pads; candidate_uid and candidate_name are taken as well.
func (s *Server) createPad(r *request) (any, *apiError) {
	e, creator := s.examParam(r), r.readCreator()
	uid, name := "uid", "name"
	if r.hasParam("candidate_uid") {
		uid = "candidate_uid"
	}
	if r.hasParam("candidate_name") {
		name = "candidate_name"
	}
	candidateUID, candidateName := r.requiredText(uid), r.requiredText(name)
	if *r.err != nil {
		return nil, *r.err
	}
	if err := r.consumeQuota(); err != nil {
		return nil, err
	}
	return s.addPad(e, r.clientID(), creator.ID, candidateUID, candidateName).toReply(), nil
}

func (s *Server) examParam(r *request) *examState {
	e := r.team.examByID(r.requiredInt("exam_id"))
	if e == nil {
		r.addError("exam_id", "is no exam of the team")
	}
	return e
}

// createPads is POST batch_written_pads. All are made or none.
func (s *Server) createPads(r *request) (any, *apiError) {
	e, creator := s.examParam(r), r.readCreator()
	candidates := r.objectListParam("candidates", maxBatch)
	if len(candidates) == 0 {
		r.addError("candidates", "is missing")
	}
	for _, f := range candidates {
		f.requiredText("uid")
		f.requiredText("name")
	}
	if *r.err != nil {
		return nil, *r.err
	}
	if r.team.Quota < len(candidates) {
		return nil, newAPIError(CodeQuota, "剩余场次不足")
	}
	list := []padReply{}
	for _, f := range candidates {
		r.team.Quota--
		list = append(list, s.addPad(e, r.clientID(), creator.ID, f.textParam("uid"), f.textParam("name")).toReply())
	}
	return map[string]any{"written_pads": list}, nil
}

// addPad gives a candidate a sitting of an exam.
func (s *Server) addPad(e *examState, clientID string, creator int64, uid, name string) *padState {
	p := &padState{team: e.team, exam: e.Exam}
	p.WrittenPad = WrittenPad{UID: s.newUID(), TeamID: e.team.ID, ClientID: clientID, ExamID: e.ID, ExamName: e.Name, CreatorID: creator,
		CandidateUID: uid, CandidateName: name, Status: WrittenPadOpened, TotalScore: e.TotalScore(), CreatedAt: s.timestamp(), Answers: map[int64]string{}}
	p.URL = s.URL() + "/written_pads/" + p.UID
	s.pads[p.UID] = p
	s.notifyWaiters()
	return p
}

func (s *Server) listPads(r *request) (any, *apiError) {
	search, exam, states := r.textParam("search"), r.intParam("exam_id"), r.textListParam("status")
	skip, limit := r.pageParams()
	list := []padReply{}
	for _, p := range s.sortedPads(r.team) {
		if containsFold(p.UID+"\n"+p.CandidateName, search) && (exam == 0 || exam == p.ExamID) &&
			(len(states) == 0 || slices.Contains(states, p.Status)) {
			list = append(list, p.toReply())
		}
	}
	return map[string]any{"count": len(list), "written_pads": webpage.Part(list, skip, limit)}, nil
}

func (s *Server) sortedPads(team *teamState) (out []*padState) {
	for _, p := range s.pads {
		if team == nil || p.team == team {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b *padState) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.UID, b.UID))
	})
	return out
}

func (s *Server) padByPath(r *request) (*padState, *apiError) {
	p := s.pads[r.id]
	if p == nil || p.team != r.team {
		return nil, newAPIError(CodeNotFound, "笔试不存在")
	}
	return p, nil
}

func (s *Server) getPad(r *request) (any, *apiError) {
	p, err := s.padByPath(r)
	if err != nil {
		return nil, err
	}
	return p.toReply(), nil
}

func (s *Server) deletePad(r *request) (any, *apiError) {
	p, err := s.padByPath(r)
	if err != nil {
		return nil, err
	}
	if p.Status == WrittenPadOpened {
		r.team.Quota++
	}
	delete(s.pads, p.UID)
	s.notifyWaiters()
	return nil, nil
}

// copyPad is a copy that its reader may keep.
func (p *padState) copyPad() WrittenPad {
	out := p.WrittenPad
	out.Answers = maps.Clone(p.Answers)
	return out
}
