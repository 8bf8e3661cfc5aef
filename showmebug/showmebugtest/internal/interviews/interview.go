package interviews

import (
	"slices"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// maxInterviewers is the documented maximum of named interviewers.
const maxInterviewers = 5

// MeanRating returns the mean of the ratings, nil without a rating.
func MeanRating(i *core.InterviewState) *int {
	if len(i.Ratings) == 0 {
		return nil
	}
	rate := i.Rate()
	return &rate
}

// createInterview implements POST interviews.
func (s *Service) createInterview(r *core.Request) (any, *core.APIError) {
	i := &core.InterviewState{Team: r.Team, LastSeen: map[string]time.Time{}}
	i.CreatorID = r.ReadCreator().ID
	i.CandidateName = r.TextParam("candidate_name")
	if i.CandidateName == "" {
		i.CandidateName = r.TextParam("name") // the name of the field in the older API
	}
	if r.IntParam("expire_in") < 0 {
		r.AddError("expire_in", "must not be negative")
	}
	i.WrittenPadUID = s.writtenPadParam(r)
	people := readInterviewers(r)
	readLinks(i, r)
	if *r.Err != nil {
		return nil, *r.Err
	}
	if err := r.ConsumeQuota(); err != nil {
		return nil, err
	}
	s.addInterview(r, i)
	s.setInterviewers(i, people)
	return NewInterviewReply(i), nil
}

// readLinks sets the fields that POST and PATCH share. Absent fields do not change.
func readLinks(i *core.InterviewState, r *core.Request) {
	for name, to := range map[string]*string{
		"resume_link": &i.ResumeLink, "evaluation_link": &i.EvaluationLink, "redirect_uri": &i.RedirectURI,
	} {
		if r.HasParam(name) {
			*to = r.URLParam(name)
		}
	}
	if r.HasParam("type_id") {
		i.TypeID = r.IntParam("type_id")
		if i.TypeID != 1 && i.TypeID != 2 {
			r.AddError("type_id", "must be 1 or 2")
		}
	}
}

// writtenPadParam returns the uid of the written test to attach. written_pad_id is ignored, because
// no reply of the simulator contains such an id.
func (s *Service) writtenPadParam(r *core.Request) string {
	for _, name := range []string{"written_pad_uid", "written_pad_id"} {
		if !r.HasParam(name) {
			continue
		}
		if name == "written_pad_id" {
			r.IntParam(name)
			return "" // no reply contains an id of a written test
		}
		uid := r.TextParam(name)
		if p := s.Pads[uid]; p == nil || p.Team != r.Team {
			r.AddError(name, "is no written test of the team")
		}
		return uid
	}
	return ""
}

// readInterviewers returns the list of interviewers, at most five.
func readInterviewers(r *core.Request) (out []model.Interviewer) {
	for _, f := range r.ObjectListParam("interviewers", maxInterviewers) {
		p := model.Interviewer{UID: f.RequiredText("uid"), Name: f.RequiredText("name"), Phone: f.TextParam("phone"), Email: f.TextParam("email")}
		if p.Phone == "" && p.Email == "" {
			f.AddError("phone", "or email is required")
		}
		if slices.ContainsFunc(out, func(k model.Interviewer) bool { return k.UID == p.UID }) {
			f.AddError("uid", "is there twice")
		}
		out = append(out, p)
	}
	return out
}

// addInterview sets uid, links and creation time of an interview and stores it.
func (s *Service) addInterview(r *core.Request, i *core.InterviewState) {
	if i.TypeID == 0 {
		i.TypeID = 1
	}
	i.UID, i.TeamID, i.ClientID, i.Status = s.NewUID(), r.Team.ID, r.ClientID(), model.InterviewOpened
	i.CreatedAt = s.Timestamp()
	i.SharedToken, i.CandidateToken = s.RandomText(12), s.RandomText(12)
	i.InterviewerURL, i.CandidateURL = s.padURL(i.UID, i.SharedToken), s.padURL(i.UID, i.CandidateToken)
	s.InterviewStates[i.UID] = i
	s.NotifyWaiters()
}

func (s *Service) padURL(uid, token string) string { return s.URL() + "/pads/" + uid + "?t=" + token }

// setInterviewers replaces the interviewers. An interviewer with a known uid keeps the personal
// link.
func (s *Service) setInterviewers(i *core.InterviewState, people []model.Interviewer) {
	tokens := make([]string, len(people))
	for n := range people {
		old := slices.IndexFunc(i.Interviewers, func(p model.Interviewer) bool { return p.UID == people[n].UID })
		if old >= 0 {
			tokens[n] = i.PersonalTokens[old]
		} else {
			tokens[n] = s.RandomText(12)
		}
		people[n].URL = s.padURL(i.UID, tokens[n])
	}
	i.Interviewers, i.PersonalTokens = people, tokens
}

// createInterviews implements POST batch_interviews. It creates all interviews or none.
func (s *Service) createInterviews(r *core.Request) (any, *core.APIError) {
	creator := r.ReadCreator()
	candidates := r.ObjectListParam("interviews", core.MaxBatch)
	if len(candidates) == 0 {
		r.AddError("interviews", "is missing")
	}
	var made []*core.InterviewState
	for _, f := range candidates {
		i := &core.InterviewState{Team: r.Team, LastSeen: map[string]time.Time{}}
		i.CreatorID, i.CandidateUID, i.CandidateName = creator.ID, f.RequiredText("uid"), f.RequiredText("name")
		made = append(made, i)
	}
	if *r.Err != nil {
		return nil, *r.Err
	}
	if r.Team.Quota < len(made) {
		return nil, core.NewAPIError(model.CodeQuota, "剩余场次不足")
	}
	out := struct {
		Interviews []InterviewReply `json:"interviews"`
	}{}
	for _, i := range made {
		r.Team.Quota--
		s.addInterview(r, i)
		out.Interviews = append(out.Interviews, NewInterviewReply(i))
	}
	return out, nil
}

// interviewByPath returns the interview of the path. Interviews of other teams are not found.
func (s *Service) interviewByPath(r *core.Request) (*core.InterviewState, *core.APIError) {
	i := s.InterviewStates[r.ID]
	if i == nil || i.Team != r.Team {
		return nil, core.NewAPIError(model.CodeNotFound, "面试不存在")
	}
	return i, nil
}

// editInterview implements PATCH interviews/UID.
func (s *Service) editInterview(r *core.Request) (any, *core.APIError) {
	i, err := s.interviewByPath(r)
	if err != nil {
		return nil, err
	}
	if uid := r.TextParam("uid"); uid != "" && uid != i.UID {
		r.AddError("uid", "is not that of the path")
	}
	changed, people := *i, readInterviewers(r)
	readLinks(&changed, r)
	if name := r.TextParam("candidate_name"); name != "" {
		changed.CandidateName = name
	}
	if *r.Err != nil {
		return nil, *r.Err
	}
	if i.Status == model.InterviewEnded {
		return nil, core.NewAPIError(model.CodeState, "面试已结束")
	}
	*i = changed
	if r.HasParam("interviewers") {
		s.setInterviewers(i, people)
	}
	s.NotifyWaiters()
	return NewInterviewReply(i), nil
}

// deleteInterview implements DELETE interviews/UID. It returns the session to the quota if the
// interview had not started.
func (s *Service) deleteInterview(r *core.Request) (any, *core.APIError) {
	i, err := s.interviewByPath(r)
	if err != nil {
		return nil, err
	}
	if i.Status == model.InterviewOpened {
		r.Team.Quota++
	}
	delete(s.InterviewStates, i.UID)
	s.NotifyWaiters()
	return nil, nil
}
