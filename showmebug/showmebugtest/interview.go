package showmebugtest

import (
	"slices"
	"time"
)

// Documented limits.
const (
	maxInterviewers = 5
	maxBatch        = 100
)

type interviewReply struct {
	UID             string         `json:"uid"`
	InterviewerURL  string         `json:"interviewer_url"`
	CandidateURL    string         `json:"candidate_url"`
	InterviewerURLs []personalLink `json:"interviewer_urls,omitempty"`
	CandidateUID    string         `json:"candidate_uid,omitempty"`
	CandidateName   string         `json:"candidate_name"`
	TypeID          int64          `json:"type_id"`
	Status          string         `json:"status"`
	CreatorID       int64          `json:"creator_id,omitempty"`
	WrittenPadUID   string         `json:"written_pad_uid,omitempty"`
	ResumeLink      string         `json:"resume_link,omitempty"`
	EvaluationLink  string         `json:"evaluation_link,omitempty"`
	RedirectURI     string         `json:"redirect_uri,omitempty"`
	Rate            *int           `json:"rate"`
	CreatedAt       time.Time      `json:"created_at"`
	StartedAt       *time.Time     `json:"started_at"`
	EndedAt         *time.Time     `json:"ended_at"`
}

type personalLink struct {
	UID            string `json:"uid"`
	Name           string `json:"name"`
	InterviewerURL string `json:"interviewer_url"`
}

func (i *interviewState) toReply() interviewReply {
	out := interviewReply{UID: i.UID, InterviewerURL: i.InterviewerURL, CandidateURL: i.CandidateURL, CandidateUID: i.CandidateUID,
		CandidateName: i.CandidateName, TypeID: i.TypeID, Status: i.Status, CreatorID: i.CreatorID, WrittenPadUID: i.WrittenPadUID,
		ResumeLink: i.ResumeLink, EvaluationLink: i.EvaluationLink, RedirectURI: i.RedirectURI,
		Rate: i.meanRating(), CreatedAt: i.CreatedAt, StartedAt: optionalTime(i.StartedAt), EndedAt: optionalTime(i.EndedAt)}
	for _, p := range i.Interviewers {
		out.InterviewerURLs = append(out.InterviewerURLs, personalLink{p.UID, p.Name, p.URL})
	}
	return out
}

// meanRating is null without a rating.
func (i *interviewState) meanRating() *int {
	if len(i.Ratings) == 0 {
		return nil
	}
	rate := i.Rate()
	return &rate
}

func optionalTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// createInterview is POST interviews.
func (s *Server) createInterview(r *request) (any, *apiError) {
	i := &interviewState{team: r.team, present: map[string]time.Time{}}
	i.CreatorID = r.readCreator().ID
	i.CandidateName = r.textParam("candidate_name")
	if i.CandidateName == "" {
		i.CandidateName = r.textParam("name") // the older generation
	}
	if r.intParam("expire_in") < 0 {
		r.addError("expire_in", "must not be negative")
	}
	i.WrittenPadUID = s.writtenPadParam(r)
	people := r.readInterviewers()
	i.applyLinks(r)
	if *r.err != nil {
		return nil, *r.err
	}
	if err := r.consumeQuota(); err != nil {
		return nil, err
	}
	s.addInterview(r, i)
	s.setInterviewers(i, people)
	return i.toReply(), nil
}

// applyLinks reads the fields that creating and editing share; what is absent
// stays as it was.
func (i *interviewState) applyLinks(r *request) {
	for name, to := range map[string]*string{
		"resume_link": &i.ResumeLink, "evaluation_link": &i.EvaluationLink, "redirect_uri": &i.RedirectURI,
	} {
		if r.hasParam(name) {
			*to = r.urlParam(name)
		}
	}
	if r.hasParam("type_id") {
		i.TypeID = r.intParam("type_id")
		if i.TypeID != 1 && i.TypeID != 2 {
			r.addError("type_id", "must be 1 or 2")
		}
	}
}

// writtenPadParam finds the written test to attach, by uid, or by id, which for us is no
// other thing.
func (s *Server) writtenPadParam(r *request) string {
	for _, name := range []string{"written_pad_uid", "written_pad_id"} {
		if !r.hasParam(name) {
			continue
		}
		if name == "written_pad_id" {
			r.intParam(name)
			return "" // ids of pads are nowhere answered, so that none can be known
		}
		uid := r.textParam(name)
		if p := s.pads[uid]; p == nil || p.team != r.team {
			r.addError(name, "is no written test of the team")
		}
		return uid
	}
	return ""
}

// readInterviewers reads the list of at most five.
func (r *request) readInterviewers() (out []Interviewer) {
	for _, f := range r.objectListParam("interviewers", maxInterviewers) {
		p := Interviewer{UID: f.requiredText("uid"), Name: f.requiredText("name"), Phone: f.textParam("phone"), Email: f.textParam("email")}
		if p.Phone == "" && p.Email == "" {
			f.addError("phone", "or email is required")
		}
		if slices.ContainsFunc(out, func(k Interviewer) bool { return k.UID == p.UID }) {
			f.addError("uid", "is there twice")
		}
		out = append(out, p)
	}
	return out
}

// addInterview gives an interview what every one has.
func (s *Server) addInterview(r *request, i *interviewState) {
	if i.TypeID == 0 {
		i.TypeID = 1
	}
	i.UID, i.TeamID, i.ClientID, i.Status = s.newUID(), r.team.ID, r.clientID(), InterviewOpened
	i.CreatedAt = s.timestamp()
	i.shared, i.candidate = s.randomText(12), s.randomText(12)
	i.InterviewerURL, i.CandidateURL = s.padURL(i.UID, i.shared), s.padURL(i.UID, i.candidate)
	s.interviews[i.UID] = i
	s.notifyWaiters()
}

func (s *Server) padURL(uid, token string) string { return s.URL() + "/pads/" + uid + "?t=" + token }

// timestamp is now as replies show it.
func (s *Server) timestamp() time.Time { return s.currentTime().UTC().Truncate(time.Millisecond) }

// setInterviewers sets the interviewers; an interviewer who was set before keeps the personal link.
func (s *Server) setInterviewers(i *interviewState, people []Interviewer) {
	tokens := make([]string, len(people))
	for n := range people {
		old := slices.IndexFunc(i.Interviewers, func(p Interviewer) bool { return p.UID == people[n].UID })
		if old >= 0 {
			tokens[n] = i.personal[old]
		} else {
			tokens[n] = s.randomText(12)
		}
		people[n].URL = s.padURL(i.UID, tokens[n])
	}
	i.Interviewers, i.personal = people, tokens
}

// createInterviews is POST batch_interviews. All are made or none.
func (s *Server) createInterviews(r *request) (any, *apiError) {
	creator := r.readCreator()
	candidates := r.objectListParam("interviews", maxBatch)
	if len(candidates) == 0 {
		r.addError("interviews", "is missing")
	}
	var made []*interviewState
	for _, f := range candidates {
		i := &interviewState{team: r.team, present: map[string]time.Time{}}
		i.CreatorID, i.CandidateUID, i.CandidateName = creator.ID, f.requiredText("uid"), f.requiredText("name")
		made = append(made, i)
	}
	if *r.err != nil {
		return nil, *r.err
	}
	if r.team.Quota < len(made) {
		return nil, newAPIError(CodeQuota, "剩余场次不足")
	}
	out := struct {
		Interviews []interviewReply `json:"interviews"`
	}{}
	for _, i := range made {
		r.team.Quota--
		s.addInterview(r, i)
		out.Interviews = append(out.Interviews, i.toReply())
	}
	return out, nil
}

// interviewByPath finds the interview that the path names. Those of other teams are as if
// they were not there.
func (s *Server) interviewByPath(r *request) (*interviewState, *apiError) {
	i := s.interviews[r.id]
	if i == nil || i.team != r.team {
		return nil, newAPIError(CodeNotFound, "面试不存在")
	}
	return i, nil
}

// editInterview is PATCH interviews/UID.
func (s *Server) editInterview(r *request) (any, *apiError) {
	i, err := s.interviewByPath(r)
	if err != nil {
		return nil, err
	}
	if uid := r.textParam("uid"); uid != "" && uid != i.UID {
		r.addError("uid", "is not that of the path")
	}
	changed, people := *i, r.readInterviewers()
	changed.applyLinks(r)
	if name := r.textParam("candidate_name"); name != "" {
		changed.CandidateName = name
	}
	if *r.err != nil {
		return nil, *r.err
	}
	if i.Status == InterviewEnded {
		return nil, newAPIError(CodeState, "面试已结束")
	}
	*i = changed
	if r.hasParam("interviewers") {
		s.setInterviewers(i, people)
	}
	s.notifyWaiters()
	return i.toReply(), nil
}
