package showmebugtest

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// errFace is a deed on something that is not there.
var errFace = errors.New("no such team, interview, written test or webhook")

// errState is a deed that does not fit the state.
var errState = errors.New("not possible in this state")

// interview finds one by its uid for a deed. s.mu must be held.
func (s *Server) interview(uid string) (*interviewState, error) {
	if i := s.interviews[uid]; i != nil {
		return i, nil
	}
	return nil, fmt.Errorf("interview %q: %w", uid, errFace)
}

// AddInterview adds an interview as the people of a team make one on the
// website, and returns it with its uid and links. What i says of its state is
// kept, so that it may lie in the past; no session is used and nothing is sent.
func (s *Server) AddInterview(teamID int64, i Interview) (Interview, error) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.team(teamID)
	if t == nil {
		return Interview{}, fmt.Errorf("add an interview to team %d: %w", teamID, errFace)
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
	s.name(made, slices.Clone(i.Interviewers))
	return made.show(), nil
}

// Interviews lists the interviews of all teams as they stand, the newest first.
func (s *Server) Interviews() []Interview {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shownInterviews()
}

func (s *Server) shownInterviews() []Interview {
	out := []Interview{}
	for _, i := range s.sorted(nil) {
		out = append(out, i.show())
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
	return i.show(), true
}

// StartInterview lets an interview begin, as an interviewer does on the page.
// Beginning again is no error.
func (s *Server) StartInterview(uid string) error {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.interview(uid)
	if err != nil {
		return err
	}
	return s.begin(i)
}

func (s *Server) begin(i *interviewState) error {
	switch i.Status {
	case Ended:
		return fmt.Errorf("start interview %s: it has ended: %w", i.UID, errState)
	case Opened:
		i.Status, i.StartedAt = Started, s.moment()
		s.note()
	}
	return nil
}

// RateInterview gives an interviewer's rating, 1 to 5. interviewerUID is "" for
// whoever came by the shared link. Rating again replaces.
func (s *Server) RateInterview(uid, interviewerUID string, rate int, comment string) error {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.interview(uid)
	if err != nil {
		return err
	}
	return s.rateAs(i, interviewerUID, rate, comment)
}

func (s *Server) rateAs(i *interviewState, interviewerUID string, rate int, comment string) error {
	if rate < 1 || rate > 5 {
		return fmt.Errorf("rate interview %s: %d is not from 1 to 5", i.UID, rate)
	}
	r := Rating{InterviewerUID: interviewerUID, Rate: rate, Comment: comment, Time: s.moment()}
	if n := slices.IndexFunc(i.Interviewers, func(p Interviewer) bool { return p.UID == interviewerUID }); n >= 0 {
		r.Name = i.Interviewers[n].Name
	} else if interviewerUID != "" {
		return fmt.Errorf("rate interview %s as %q: %w", i.UID, interviewerUID, errFace)
	}
	i.Ratings = slices.Clone(i.Ratings)
	if n := i.ratingOf(interviewerUID); n >= 0 {
		i.Ratings[n] = r
	} else {
		i.Ratings = append(i.Ratings, r)
	}
	s.note()
	return nil
}

// EndInterview ends an interview, with a rating of whoever has the shared link
// when rate is not 0, and sends interview_ended. When it returns, the first try
// has been made; whether it was taken stands in Webhooks. Ending again is an
// error.
func (s *Server) EndInterview(uid string, rate int) error {
	s.init()
	list, err := s.endedInterview(uid, rate)
	if err != nil {
		return err
	}
	s.deliver(list)
	return nil
}

func (s *Server) endedInterview(uid string, rate int) ([]*outgoing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.interview(uid)
	if err != nil {
		return nil, err
	}
	if rate != 0 && i.Status != Ended {
		if err := s.rateAs(i, "", rate, ""); err != nil {
			return nil, err
		}
	}
	return s.end(i)
}

// end makes the event of an interview that ends here. s.mu must be held.
func (s *Server) end(i *interviewState) ([]*outgoing, error) {
	if i.Status == Ended {
		return nil, fmt.Errorf("end interview %s: it has ended: %w", i.UID, errState)
	}
	i.EndedAt = s.moment()
	if i.StartedAt.IsZero() {
		i.StartedAt = i.EndedAt
	}
	i.Status = Ended
	s.note()
	payload := encode(struct {
		UID  string `json:"uid"`
		Rate *int   `json:"rate"`
	}{i.UID, i.rate()})
	return s.outgoing(i.team, i.ClientID, "interview_ended", payload), nil
}

// WrittenPads lists the written tests of all teams as they stand, the newest
// first.
func (s *Server) WrittenPads() []WrittenPad {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []WrittenPad{}
	for _, p := range s.sortedPads(nil) {
		out = append(out, p.show())
	}
	return out
}

func (s *Server) pad(uid string) (*padState, error) {
	if p := s.pads[uid]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("written test %q: %w", uid, errFace)
}

// StartWrittenPad lets a candidate begin a written test. Beginning again is no
// error.
func (s *Server) StartWrittenPad(uid string) error {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.pad(uid)
	if err != nil {
		return err
	}
	return s.beginPad(p)
}

func (s *Server) beginPad(p *padState) error {
	switch p.Status {
	case PadEnded:
		return fmt.Errorf("start written test %s: it has been handed in: %w", p.UID, errState)
	case PadOpened:
		p.Status, p.StartedAt = PadStarted, s.moment()
		s.note()
	}
	return nil
}

// FinishWrittenPad hands a written test in with a score, and sends the event
// that WrittenPadEvent names. When it returns, the first try has been made.
func (s *Server) FinishWrittenPad(uid string, score int64) error {
	s.init()
	list, err := s.finishedPad(uid, score)
	if err != nil {
		return err
	}
	s.deliver(list)
	return nil
}

func (s *Server) finishedPad(uid string, score int64) ([]*outgoing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.pad(uid)
	if err != nil {
		return nil, err
	}
	if score < 0 || score > p.TotalScore {
		return nil, fmt.Errorf("finish written test %s: %d is not from 0 to %d", uid, score, p.TotalScore)
	}
	return s.endPad(p, score)
}

func (s *Server) endPad(p *padState, score int64) ([]*outgoing, error) {
	if p.Status == PadEnded {
		return nil, fmt.Errorf("finish written test %s: it has been handed in: %w", p.UID, errState)
	}
	p.Status, p.Score, p.EndedAt = PadEnded, score, s.moment()
	if p.StartedAt.IsZero() {
		p.StartedAt = p.EndedAt
	}
	s.note()
	event := s.WrittenPadEvent
	if event == "" {
		event = PadEnded
	}
	payload := encode(struct {
		UID          string    `json:"uid"`
		ExamID       int64     `json:"exam_id"`
		CandidateUID string    `json:"candidate_uid"`
		Score        int64     `json:"score"`
		TotalScore   int64     `json:"total_score"`
		EndedAt      time.Time `json:"ended_at"`
	}{p.UID, p.ExamID, p.CandidateUID, p.Score, p.TotalScore, p.EndedAt})
	return s.outgoing(p.team, p.ClientID, event, payload), nil
}
