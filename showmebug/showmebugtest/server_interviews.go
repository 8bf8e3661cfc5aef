package showmebugtest

import (
	"context"
)

// AddInterview adds an interview as members of a team do on the website, and returns it with its uid
// and links. Status and times of i are kept, so that it may be in the past; no session is used and
// nothing is sent.
func (s *Server) AddInterview(teamID int64, i Interview) (Interview, error) {
	s.init()
	return s.interviews.AddInterview(teamID, i)
}

// Interviews returns the interviews of all teams, newest first.
func (s *Server) Interviews() []Interview {
	s.init()
	return s.interviews.Interviews()
}

// Interview returns the interview with a uid.
func (s *Server) Interview(uid string) (Interview, bool) {
	s.init()
	return s.interviews.Interview(uid)
}

// StartInterview starts an interview, as an interviewer does on the page. Starting it again is not
// an error.
func (s *Server) StartInterview(uid string) error {
	s.init()
	return s.interviews.StartInterview(uid)
}

// RateInterview adds the rating of an interviewer, from 1 to 5. An empty interviewerUID means the
// shared link. A second rating replaces the first.
func (s *Server) RateInterview(uid, interviewerUID string, rate int, comment string) error {
	s.init()
	return s.interviews.RateInterview(uid, interviewerUID, rate, comment)
}

// EndInterview ends an interview, with a rating by the shared link unless rate is 0, and sends
// interview_ended. It returns after the first attempt, whose result is in Webhooks. Ending an
// interview again is an error.
func (s *Server) EndInterview(uid string, rate int) error {
	s.init()
	return s.interviews.EndInterview(uid, rate)
}

// WaitInterview returns the newest interview for which match returns true, and waits for one until
// ctx is done. A nil match accepts any. match must not call the Server.
func (s *Server) WaitInterview(ctx context.Context, match func(Interview) bool) (Interview, error) {
	s.init()
	return s.interviews.WaitInterview(ctx, match)
}
