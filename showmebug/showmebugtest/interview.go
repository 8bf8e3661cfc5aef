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

func (i *interviewState) reply() interviewReply {
	out := interviewReply{UID: i.UID, InterviewerURL: i.InterviewerURL, CandidateURL: i.CandidateURL, CandidateUID: i.CandidateUID,
		CandidateName: i.CandidateName, TypeID: i.TypeID, Status: i.Status, CreatorID: i.CreatorID, WrittenPadUID: i.WrittenPadUID,
		ResumeLink: i.ResumeLink, EvaluationLink: i.EvaluationLink, RedirectURI: i.RedirectURI,
		Rate: i.rate(), CreatedAt: i.CreatedAt, StartedAt: moment(i.StartedAt), EndedAt: moment(i.EndedAt)}
	for _, p := range i.Interviewers {
		out.InterviewerURLs = append(out.InterviewerURLs, personalLink{p.UID, p.Name, p.URL})
	}
	return out
}

// rate is null until somebody has rated.
func (i *interviewState) rate() *int {
	if len(i.Ratings) == 0 {
		return nil
	}
	rate := i.Rate()
	return &rate
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// createInterview is POST interviews.
func (s *Server) createInterview(r *request) (any, *apiError) {
	i := &interviewState{team: r.team, present: map[string]time.Time{}}
	i.CreatorID = r.creator().ID
	i.CandidateName = r.text("candidate_name")
	if i.CandidateName == "" {
		i.CandidateName = r.text("name") // the older generation
	}
	if r.integer("expire_in") < 0 {
		r.fail("expire_in", "must not be negative")
	}
	i.WrittenPadUID = s.readPad(r)
	people := r.interviewers()
	i.readLinks(r)
	if *r.err != nil {
		return nil, *r.err
	}
	if err := r.useSession(); err != nil {
		return nil, err
	}
	s.addInterview(r, i)
	s.name(i, people)
	return i.reply(), nil
}

// readLinks reads the fields that creating and editing share; what is absent
// stays as it was.
func (i *interviewState) readLinks(r *request) {
	for name, to := range map[string]*string{
		"resume_link": &i.ResumeLink, "evaluation_link": &i.EvaluationLink, "redirect_uri": &i.RedirectURI,
	} {
		if r.has(name) {
			*to = r.link(name)
		}
	}
	if r.has("type_id") {
		i.TypeID = r.integer("type_id")
		if i.TypeID != 1 && i.TypeID != 2 {
			r.fail("type_id", "must be 1 or 2")
		}
	}
}

// readPad finds the written test to attach, by uid, or by id, which for us is no
// other thing.
func (s *Server) readPad(r *request) string {
	for _, name := range []string{"written_pad_uid", "written_pad_id"} {
		if !r.has(name) {
			continue
		}
		if name == "written_pad_id" {
			r.integer(name)
			return "" // ids of pads are nowhere answered, so that none can be known
		}
		uid := r.text(name)
		if p := s.pads[uid]; p == nil || p.team != r.team {
			r.fail(name, "is no written test of the team")
		}
		return uid
	}
	return ""
}

// interviewers reads the list of at most five.
func (r *request) interviewers() (out []Interviewer) {
	for _, f := range r.objects("interviewers", maxInterviewers) {
		p := Interviewer{UID: f.required("uid"), Name: f.required("name"), Phone: f.text("phone"), Email: f.text("email")}
		if p.Phone == "" && p.Email == "" {
			f.fail("phone", "or email is required")
		}
		if slices.ContainsFunc(out, func(k Interviewer) bool { return k.UID == p.UID }) {
			f.fail("uid", "is there twice")
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
	i.UID, i.TeamID, i.ClientID, i.Status = s.newUID(), r.team.ID, r.clientID(), Opened
	i.CreatedAt = s.moment()
	i.shared, i.candidate = s.randomText(12), s.randomText(12)
	i.InterviewerURL, i.CandidateURL = s.padURL(i.UID, i.shared), s.padURL(i.UID, i.candidate)
	s.interviews[i.UID] = i
	s.note()
}

func (s *Server) padURL(uid, token string) string { return s.URL() + "/pads/" + uid + "?t=" + token }

// moment is now as replies show it.
func (s *Server) moment() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

// name sets the interviewers; whoever was there before keeps the personal link.
func (s *Server) name(i *interviewState, people []Interviewer) {
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
	creator := r.creator()
	candidates := r.objects("interviews", maxBatch)
	if len(candidates) == 0 {
		r.fail("interviews", "is missing")
	}
	var made []*interviewState
	for _, f := range candidates {
		i := &interviewState{team: r.team, present: map[string]time.Time{}}
		i.CreatorID, i.CandidateUID, i.CandidateName = creator.ID, f.required("uid"), f.required("name")
		made = append(made, i)
	}
	if *r.err != nil {
		return nil, *r.err
	}
	if r.team.Quota < len(made) {
		return nil, fail(CodeQuota, "剩余场次不足")
	}
	out := struct {
		Interviews []interviewReply `json:"interviews"`
	}{}
	for _, i := range made {
		r.team.Quota--
		s.addInterview(r, i)
		out.Interviews = append(out.Interviews, i.reply())
	}
	return out, nil
}

// ofTeam finds the interview that the path names. Those of other teams are as if
// they were not there.
func (s *Server) ofTeam(r *request) (*interviewState, *apiError) {
	i := s.interviews[r.id]
	if i == nil || i.team != r.team {
		return nil, fail(CodeNotFound, "面试不存在")
	}
	return i, nil
}

// editInterview is PATCH interviews/UID.
func (s *Server) editInterview(r *request) (any, *apiError) {
	i, err := s.ofTeam(r)
	if err != nil {
		return nil, err
	}
	if uid := r.text("uid"); uid != "" && uid != i.UID {
		r.fail("uid", "is not that of the path")
	}
	changed, people := *i, r.interviewers()
	changed.readLinks(r)
	if name := r.text("candidate_name"); name != "" {
		changed.CandidateName = name
	}
	if *r.err != nil {
		return nil, *r.err
	}
	if i.Status == Ended {
		return nil, fail(CodeState, "面试已结束")
	}
	*i = changed
	if r.has("interviewers") {
		s.name(i, people)
	}
	s.note()
	return i.reply(), nil
}
