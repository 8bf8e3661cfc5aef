package interviews

import (
	"cmp"
	"slices"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// listInterviews implements GET interviews, newest first.
func (s *Service) listInterviews(r *core.Request) (any, *core.APIError) {
	search, creator := r.TextParam("search"), r.IntParam("creator_id")
	states := r.TextListParam("status")
	for _, status := range states {
		if !slices.Contains([]string{model.InterviewOpened, model.InterviewStarted, model.InterviewEnded}, status) {
			r.AddError("status", "has an unknown value")
		}
	}
	from, until := r.TimeParam("created_time_start"), r.TimeParam("created_time_end")
	skip, limit := r.PageParams()
	if *r.Err != nil {
		return nil, *r.Err
	}
	list := []InterviewReply{}
	for _, i := range s.SortedInterviews(r.Team) {
		switch {
		case search != "" && !core.ContainsFold(i.UID+"\n"+i.CandidateName, search), creator != 0 && creator != i.CreatorID,
			len(states) > 0 && !slices.Contains(states, i.Status),
			!from.IsZero() && i.CreatedAt.Before(from), !until.IsZero() && i.CreatedAt.After(until):
			continue
		}
		list = append(list, NewInterviewReply(i))
	}
	return map[string]any{"count": len(list), "interviews": webpage.Part(list, skip, limit)}, nil
}

// SortedInterviews returns the interviews of a team, or of all teams when team is nil, newest first.
// Mu must be held.
func (s *Service) SortedInterviews(team *core.TeamState) (out []*core.InterviewState) {
	for _, i := range s.InterviewStates {
		if team == nil || i.Team == team {
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b *core.InterviewState) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.UID, b.UID))
	})
	return out
}
