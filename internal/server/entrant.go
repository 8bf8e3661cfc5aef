package server

import (
	"net/http"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/interview"
)

// entrant is somebody at the door of a room: a member, or the candidate.
type entrant struct {
	Interview *interview.Interview
	Member    *account.Profile // nil for the candidate
}

// entrant finds out who wants to enter the room of the interview: a member who
// may see it, or else the candidate by the cookie for it. A member who may not
// see it and a visitor without either learn nothing.
func (s *Server) entrant(r *http.Request, interviewID string) (*entrant, error) {
	ctx := r.Context()
	p, err := s.Accounts.Profile(ctx)
	if err == nil {
		var i *interview.Interview
		if i, err = s.Interviews.Get(ctx, p.Actor(), interviewID); err == nil {
			return &entrant{Interview: i, Member: &p}, nil
		}
	}
	if kind := apperr.KindOf(err); kind != apperr.Unauthenticated && kind != apperr.NotFound {
		return nil, err
	}
	cookie, cookieErr := r.Cookie(candidateCookie + interviewID)
	if cookieErr != nil {
		return nil, err
	}
	i, err := s.Interviews.InterviewOfCandidateSession(ctx, cookie.Value)
	if err != nil {
		return nil, err
	}
	if i.ID != interviewID {
		return nil, apperr.New(apperr.NotFound, "fault.not_found")
	}
	return &entrant{Interview: i}, nil
}
