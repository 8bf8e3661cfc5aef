package interviews

import (
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

type rateReply struct {
	UID     string `json:"uid"`
	Name    string `json:"name"`
	Rate    *int   `json:"rate"`
	Comment string `json:"comment"`
}

// interviewResult implements GET interviews/UID/result. Its fields are a guess.
func (s *Service) interviewResult(r *core.Request) (any, *core.APIError) {
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
	}{i.UID, i.CandidateName, i.Status, MeanRating(i), "", interviewerRatings(i), core.OptionalTime(i.StartedAt), core.OptionalTime(i.EndedAt), ""}
	if i.Status == model.InterviewEnded {
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

// interviewerRatings returns an entry for each interviewer, and one for the rating by the shared
// link.
func interviewerRatings(i *core.InterviewState) []rateReply {
	out := []rateReply{}
	for _, p := range i.Interviewers {
		one := rateReply{UID: p.UID, Name: p.Name}
		if n := RatingIndex(i, p.UID); n >= 0 {
			one.Rate, one.Comment = &i.Ratings[n].Rate, i.Ratings[n].Comment
		}
		out = append(out, one)
	}
	if n := RatingIndex(i, ""); n >= 0 {
		out = append(out, rateReply{Name: i.Ratings[n].Name, Rate: &i.Ratings[n].Rate, Comment: i.Ratings[n].Comment})
	}
	return out
}

// RatingIndex returns the index of the rating of an interviewer, or -1. An empty uid means the
// shared link.
func RatingIndex(i *core.InterviewState, uid string) int {
	return slices.IndexFunc(i.Ratings, func(r model.Rating) bool { return r.InterviewerUID == uid })
}
