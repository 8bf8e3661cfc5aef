package showmebugtest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
)

// errNotFound is an action on an object that does not exist.
var errNotFound = errors.New("no such team, interview, written test or webhook")

// errInvalidState is an action that the state does not allow.
var errInvalidState = errors.New("not possible in this state")

// findInterview finds an interview by its uid. s.mu must be held.
func (s *Server) findInterview(uid string) (*interviewState, error) {
	if i := s.interviews[uid]; i != nil {
		return i, nil
	}
	return nil, fmt.Errorf("interview %q: %w", uid, errNotFound)
}

// AddInterview adds an interview as the people of a team make one on the
// website, and returns it with its uid and links. What i says of its state is
// kept, so that it may lie in the past; no session is used and nothing is sent.
func (s *Server) AddInterview(teamID int64, i Interview) (Interview, error) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.findTeam(teamID)
	if t == nil {
		return Interview{}, fmt.Errorf("add an interview to team %d: %w", teamID, errNotFound)
	}
	made := &interviewState{Interview: i, team: t, present: map[string]time.Time{}}
	made.Interviewers, made.Ratings = nil, slices.Clone(i.Ratings)
	s.addInterview(&request{team: t}, made)
	if i.Status != "" {
		made.Status = i.Status
	}
	if !i.CreatedAt.IsZero() {
		made.CreatedAt = i.CreatedAt
	}
	s.setInterviewers(made, slices.Clone(i.Interviewers))
	return made.copyInterview(), nil
}

// Interviews lists the interviews of all teams as they stand, the newest first.
func (s *Server) Interviews() []Interview {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.copyInterviews()
}

func (s *Server) copyInterviews() []Interview {
	out := []Interview{}
	for _, i := range s.sortedInterviews(nil) {
		out = append(out, i.copyInterview())
	}
	return out
}

// Interview is the interview with a uid, as it stands.
func (s *Server) Interview(uid string) (Interview, bool) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.interviews[uid]
	if i == nil {
		return Interview{}, false
	}
	return i.copyInterview(), true
}

// StartInterview lets an interview begin, as an interviewer does on the page.
// Beginning again is no error.
func (s *Server) StartInterview(uid string) error {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.findInterview(uid)
	if err != nil {
		return err
	}
	return s.startInterview(i)
}

func (s *Server) startInterview(i *interviewState) error {
	switch i.Status {
	case InterviewEnded:
		return fmt.Errorf("start interview %s: it has ended: %w", i.UID, errInvalidState)
	case InterviewOpened:
		i.Status, i.StartedAt = InterviewStarted, s.timestamp()
		s.notifyWaiters()
	}
	return nil
}

// RateInterview gives an interviewer's rating, 1 to 5. interviewerUID is "" for
// the shared link. A second rating replaces the first.
func (s *Server) RateInterview(uid, interviewerUID string, rate int, comment string) error {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.findInterview(uid)
	if err != nil {
		return err
	}
	return s.rateInterview(i, interviewerUID, rate, comment)
}

func (s *Server) rateInterview(i *interviewState, interviewerUID string, rate int, comment string) error {
	if rate < 1 || rate > 5 {
		return fmt.Errorf("rate interview %s: %d is not from 1 to 5", i.UID, rate)
	}
	r := Rating{InterviewerUID: interviewerUID, Rate: rate, Comment: comment, Time: s.timestamp()}
	if n := slices.IndexFunc(i.Interviewers, func(p Interviewer) bool { return p.UID == interviewerUID }); n >= 0 {
		r.Name = i.Interviewers[n].Name
	} else if interviewerUID != "" {
		return fmt.Errorf("rate interview %s as %q: %w", i.UID, interviewerUID, errNotFound)
	}
	i.Ratings = slices.Clone(i.Ratings)
	if n := i.ratingIndex(interviewerUID); n >= 0 {
		i.Ratings[n] = r
	} else {
		i.Ratings = append(i.Ratings, r)
	}
	s.notifyWaiters()
	return nil
}

// EndInterview ends an interview, with a rating by the shared link
// when rate is not 0, and sends interview_ended. When it returns, the first try
// has been made; whether it was taken stands in Webhooks. Ending again is an
// error.
func (s *Server) EndInterview(uid string, rate int) error {
	s.init()
	list, err := s.rateAndEndInterview(uid, rate)
	if err != nil {
		return err
	}
	s.deliver(list)
	return nil
}

func (s *Server) rateAndEndInterview(uid string, rate int) ([]*delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.findInterview(uid)
	if err != nil {
		return nil, err
	}
	if rate != 0 && i.Status != InterviewEnded {
		if err := s.rateInterview(i, "", rate, ""); err != nil {
			return nil, err
		}
	}
	return s.endInterview(i)
}

// endInterview makes the event of an interview that ends here. s.mu must be held.
func (s *Server) endInterview(i *interviewState) ([]*delivery, error) {
	if i.Status == InterviewEnded {
		return nil, fmt.Errorf("end interview %s: it has ended: %w", i.UID, errInvalidState)
	}
	i.EndedAt = s.timestamp()
	if i.StartedAt.IsZero() {
		i.StartedAt = i.EndedAt
	}
	i.Status = InterviewEnded
	s.notifyWaiters()
	payload := webpage.EncodeJSON(struct {
		UID  string `json:"uid"`
		Rate *int   `json:"rate"`
	}{i.UID, i.meanRating()})
	return s.newDeliveries(i.team, i.ClientID, "interview_ended", payload), nil
}

// WrittenPads lists the written tests of all teams as they stand, the newest
// first.
func (s *Server) WrittenPads() []WrittenPad {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []WrittenPad{}
	for _, p := range s.sortedPads(nil) {
		out = append(out, p.copyPad())
	}
	return out
}

func (s *Server) findPad(uid string) (*padState, error) {
	if p := s.pads[uid]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("written test %q: %w", uid, errNotFound)
}

// StartWrittenPad lets a candidate begin a written test. Beginning again is no
// error.
func (s *Server) StartWrittenPad(uid string) error {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.findPad(uid)
	if err != nil {
		return err
	}
	return s.startPad(p)
}

func (s *Server) startPad(p *padState) error {
	switch p.Status {
	case WrittenPadEnded:
		return fmt.Errorf("start written test %s: it has been handed in: %w", p.UID, errInvalidState)
	case WrittenPadOpened:
		p.Status, p.StartedAt = WrittenPadStarted, s.timestamp()
		s.notifyWaiters()
	}
	return nil
}

// FinishWrittenPad hands a written test in with a score, and sends the event
// that WrittenPadEvent names. When it returns, the first try has been made.
func (s *Server) FinishWrittenPad(uid string, score int64) error {
	s.init()
	list, err := s.scoreAndEndPad(uid, score)
	if err != nil {
		return err
	}
	s.deliver(list)
	return nil
}

func (s *Server) scoreAndEndPad(uid string, score int64) ([]*delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.findPad(uid)
	if err != nil {
		return nil, err
	}
	if score < 0 || score > p.TotalScore {
		return nil, fmt.Errorf("finish written test %s: %d is not from 0 to %d", uid, score, p.TotalScore)
	}
	return s.endPad(p, score)
}

func (s *Server) endPad(p *padState, score int64) ([]*delivery, error) {
	if p.Status == WrittenPadEnded {
		return nil, fmt.Errorf("finish written test %s: it has been handed in: %w", p.UID, errInvalidState)
	}
	p.Status, p.Score, p.EndedAt = WrittenPadEnded, score, s.timestamp()
	if p.StartedAt.IsZero() {
		p.StartedAt = p.EndedAt
	}
	s.notifyWaiters()
	event := s.WrittenPadEvent
	if event == "" {
		event = WrittenPadEnded
	}
	payload := webpage.EncodeJSON(struct {
		UID          string    `json:"uid"`
		ExamID       int64     `json:"exam_id"`
		CandidateUID string    `json:"candidate_uid"`
		Score        int64     `json:"score"`
		TotalScore   int64     `json:"total_score"`
		EndedAt      time.Time `json:"ended_at"`
	}{p.UID, p.ExamID, p.CandidateUID, p.Score, p.TotalScore, p.EndedAt})
	return s.newDeliveries(p.team, p.ClientID, event, payload), nil
}
