package server

import (
	"net/http"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/interview"
)

// roomCaller is a user with access to a room: a member, or the candidate.
type roomCaller struct {
	Interview *interview.Interview
	Member    *account.Profile // nil for the candidate
	Device    string           // the candidate's browser
}

// identifyRoomCaller authenticates a request for the room of an interview: a member
// with the act by the session, or else the candidate by the cookie of the
// interview. A member without access receives NotFound, and a caller with
// neither Unauthenticated: neither learns whether the interview exists.
func (h roomHandlers) identifyRoomCaller(r *http.Request, interviewID string, act actor.Act) (*roomCaller, error) {
	ctx := r.Context()
	p, err := h.accounts.Profile(ctx)
	if err == nil {
		var i *interview.Interview
		if i, err = h.interviews.Get(ctx, p.Actor(), interviewID); err == nil && !i.May(p.Actor(), act) {
			err = apperr.NewNotFound()
		}
		if err == nil {
			return &roomCaller{Interview: i, Member: &p}, nil
		}
	}
	if kind := apperr.KindOf(err); kind != apperr.Unauthenticated && kind != apperr.NotFound {
		return nil, err
	}
	session := candidateSessionOf(ctx)
	if session == nil { // a check of a socket, which reads it again
		session = newCandidateSession(ctx, h.interviews, h.cookies, r, interviewID)
	}
	if session == nil {
		return nil, err
	}
	i, err := session.readInterview()
	if err != nil {
		return nil, err
	}
	if i.ID != interviewID {
		return nil, apperr.NewNotFound()
	}
	return &roomCaller{Interview: i, Device: session.device}, nil
}
