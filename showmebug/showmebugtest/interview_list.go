package showmebugtest

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
)

// listInterviews is GET interviews, the newest first.
func (s *Server) listInterviews(r *request) (any, *apiError) {
	search, creator := r.textParam("search"), r.intParam("creator_id")
	states := r.textListParam("status")
	for _, status := range states {
		if !slices.Contains([]string{InterviewOpened, InterviewStarted, InterviewEnded}, status) {
			r.addError("status", "has an unknown value")
		}
	}
	from, until := r.timeParam("created_time_start"), r.timeParam("created_time_end")
	skip, limit := r.pageParams()
	if *r.err != nil {
		return nil, *r.err
	}
	list := []interviewReply{}
	for _, i := range s.sortedInterviews(r.team) {
		switch {
		case search != "" && !containsFold(i.UID+"\n"+i.CandidateName, search), creator != 0 && creator != i.CreatorID,
			len(states) > 0 && !slices.Contains(states, i.Status),
			!from.IsZero() && i.CreatedAt.Before(from), !until.IsZero() && i.CreatedAt.After(until):
			continue
		}
		list = append(list, i.toReply())
	}
	return map[string]any{"count": len(list), "interviews": webpage.Part(list, skip, limit)}, nil
}

// sortedInterviews lists the interviews of a team, or of all when there is none, the
// newest first.
func (s *Server) sortedInterviews(team *teamState) (out []*interviewState) {
	for _, i := range s.interviews {
		if team == nil || i.team == team {
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b *interviewState) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.UID, b.UID))
	})
	return out
}

// Forms of a Datetime. ShowMeBug does not say which it means.
var timeForms = []string{time.RFC3339Nano, "2006-01-02T15:04:05", time.DateTime, "2006-01-02 15:04", time.DateOnly}

// timeParam reads a Datetime. One without a zone is meant in China.
func (f *params) timeParam(name string) time.Time {
	v := strings.TrimSpace(f.textParam(name))
	if v == "" {
		return time.Time{}
	}
	china := time.FixedZone("CST", 8*60*60)
	for _, form := range timeForms {
		if t, err := time.ParseInLocation(form, v, china); err == nil {
			return t
		}
	}
	f.addError(name, "is no time")
	return time.Time{}
}

// deleteInterview gives the session back when the interview had not started.
func (s *Server) deleteInterview(r *request) (any, *apiError) {
	i, err := s.interviewByPath(r)
	if err != nil {
		return nil, err
	}
	if i.Status == InterviewOpened {
		r.team.Quota++
	}
	delete(s.interviews, i.UID)
	s.notifyWaiters()
	return nil, nil
}

type rateReply struct {
	UID     string `json:"uid"`
	Name    string `json:"name"`
	Rate    *int   `json:"rate"`
	Comment string `json:"comment"`
}

// interviewResult is GET interviews/UID/result. Its fields are a guess.
func (s *Server) interviewResult(r *request) (any, *apiError) {
	i, err := s.interviewByPath(r)
	if err != nil {
		return nil, err
	}
	out := struct {
		UID           string      `json:"uid"`
		CandidateName string      `json:"candidate_name"`
		Status        string      `json:"status"`
		Rate          *int        `json:"rate"`
		Comment       string      `json:"comment"`
		Interviewers  []rateReply `json:"interviewers"`
		StartedAt     *time.Time  `json:"started_at"`
		EndedAt       *time.Time  `json:"ended_at"`
		ReplayURL     string      `json:"replay_url,omitempty"`
	}{i.UID, i.CandidateName, i.Status, i.meanRating(), "", i.interviewerRatings(), optionalTime(i.StartedAt), optionalTime(i.EndedAt), ""}
	if i.Status == InterviewEnded {
		out.ReplayURL = i.InterviewerURL
	}
	var said []string
	for _, rating := range i.Ratings {
		if rating.Comment != "" {
			said = append(said, rating.Comment)
		}
	}
	out.Comment = strings.Join(said, "\n")
	return out, nil
}

// interviewerRatings lists the ratings of the interviewers, and the one by the shared link.
func (i *interviewState) interviewerRatings() []rateReply {
	out := []rateReply{}
	for _, p := range i.Interviewers {
		one := rateReply{UID: p.UID, Name: p.Name}
		if n := i.ratingIndex(p.UID); n >= 0 {
			one.Rate, one.Comment = &i.Ratings[n].Rate, i.Ratings[n].Comment
		}
		out = append(out, one)
	}
	if n := i.ratingIndex(""); n >= 0 {
		out = append(out, rateReply{Name: i.Ratings[n].Name, Rate: &i.Ratings[n].Rate, Comment: i.Ratings[n].Comment})
	}
	return out
}

func (i *interviewState) ratingIndex(uid string) int {
	return slices.IndexFunc(i.Ratings, func(r Rating) bool { return r.InterviewerUID == uid })
}
