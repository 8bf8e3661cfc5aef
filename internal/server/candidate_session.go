package server

import (
	"context"
	"net/http"
	"sync"

	"github.com/huimian/huimian/internal/hostcookie"
	"github.com/huimian/huimian/internal/interview"
)

// candidateSession is the session of the candidate's browser that a request has. The rate
// limit and the handler read it from the database once.
type candidateSession struct {
	cookie        string
	device        string
	readInterview func() (*interview.Interview, error)
}

type candidateSessionKey struct{}

// candidateSessionOf returns the session of a request's context, or nil.
func candidateSessionOf(ctx context.Context) *candidateSession {
	session, _ := ctx.Value(candidateSessionKey{}).(*candidateSession)
	return session
}

// newCandidateSession returns the session by the cookie of an interview, or nil without
// the cookie.
func newCandidateSession(ctx context.Context, interviews *interview.Service, cookies hostcookie.Cookies, r *http.Request, interviewID string) *candidateSession {
	cookie, _ := findCandidateCookie(cookies, r, interviewID)
	if cookie == "" {
		return nil
	}
	read := sync.OnceValues(func() (*interview.Interview, error) { return interviews.InterviewOfCandidateSession(ctx, cookie) })
	return &candidateSession{cookie: cookie, device: interview.CandidateDevice(cookie), readInterview: read}
}

// findCandidateCookie returns the candidate's cookie of an interview, or empty, and
// whether it is one that a version before the prefix __Host- has set.
func findCandidateCookie(cookies hostcookie.Cookies, r *http.Request, interviewID string) (value string, unprefixed bool) {
	if value = cookies.Value(r, candidateCookie+interviewID); value != "" {
		return value, false
	}
	value = cookies.Unprefixed(r, candidateCookie+interviewID)
	return value, value != ""
}

// loadCandidate adds the candidate's session to the context of requests for an interview.
// A cookie without the prefix __Host- is replaced if its session is valid, and deleted.
func (s *Server) loadCandidate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		session := newCandidateSession(r.Context(), s.Interviews, s.cookies(), r, id)
		if session != nil {
			s.renameCandidateCookie(w, r, id, session)
			r = r.WithContext(context.WithValue(r.Context(), candidateSessionKey{}, session))
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) renameCandidateCookie(w http.ResponseWriter, r *http.Request, interviewID string, session *candidateSession) {
	name := candidateCookie + interviewID
	if _, unprefixed := findCandidateCookie(s.cookies(), r, interviewID); unprefixed {
		i, err := session.readInterview()
		if err != nil || i.ID != interviewID {
			return
		}
		now := s.Now()
		http.SetCookie(w, s.cookies().New(name, session.cookie, int(i.CandidateSessionEnd(now).Sub(now).Seconds())))
	}
	if s.cookies().Unprefixed(r, name) != "" {
		s.cookies().ClearUnprefixed(w, name, "/")
	}
}
