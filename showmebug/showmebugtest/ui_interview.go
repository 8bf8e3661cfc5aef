package showmebugtest

import (
	"fmt"
	"net/http"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
)

// presenceTimeout is how long after its last look a page counts as open.
const presenceTimeout = 5 * time.Second

// visitor is who opened an interview's page.
type visitor struct {
	interview   *interviewState
	token       string
	interviewer bool
	uid         string // of a named interviewer
	name        string
}

// authenticateVisitor finds out by the link who is there. s.mu must be held.
func (s *Server) authenticateVisitor(r *http.Request) (*visitor, error) {
	i, token := s.interviews[r.PathValue("uid")], r.URL.Query().Get("t")
	if i == nil || token == "" {
		return nil, errNotFound
	}
	v := &visitor{interview: i, token: token}
	if equalConstantTime(token, i.candidate) {
		v.name = i.CandidateName
		return v, nil
	}
	v.interviewer = true
	if equalConstantTime(token, i.shared) {
		return v, nil
	}
	for n, own := range i.personal {
		if equalConstantTime(token, own) {
			v.uid, v.name = i.Interviewers[n].UID, i.Interviewers[n].Name
			return v, nil
		}
	}
	return nil, errNotFound
}

type padPage struct {
	UID       string     `json:"uid"`
	Role      string     `json:"role"` // interviewer or candidate
	Name      string     `json:"name"`
	Status    string     `json:"status"`
	Candidate string     `json:"candidate"`
	TypeID    int64      `json:"type"`
	Time      time.Time  `json:"time"`
	StartedAt *time.Time `json:"startedAt"`
	EndedAt   *time.Time `json:"endedAt"`
	Board     string     `json:"board"`
	Online    []string   `json:"online"` // "candidate", and the uids of interviewers
	Redirect  string     `json:"redirect,omitempty"`

	// For interviewers only.
	Interviewers []personalLink `json:"interviewers,omitempty"`
	Resume       string         `json:"resume,omitempty"`
	Evaluation   string         `json:"evaluation,omitempty"`
	WrittenPad   string         `json:"writtenPad,omitempty"`
	Rate         int            `json:"rate,omitempty"`
	Comment      string         `json:"comment,omitempty"`
}

// uiInterview is what an interview's page shows. Candidates do not see résumé,
// evaluation and ratings.
func (s *Server) uiInterview(r *http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, err := s.authenticateVisitor(r)
	if err != nil {
		return nil, err
	}
	v.interview.present[v.token] = s.currentTime()
	return s.renderInterview(v), nil
}

func (s *Server) renderInterview(v *visitor) padPage {
	i := v.interview
	out := padPage{UID: i.UID, Role: "candidate", Name: v.name, Status: i.Status, Candidate: i.CandidateName, TypeID: i.TypeID,
		Time: s.currentTime(), StartedAt: optionalTime(i.StartedAt), EndedAt: optionalTime(i.EndedAt), Board: i.Board, Online: i.onlineParticipants(s.currentTime())}
	if !v.interviewer {
		return out
	}
	out.Role, out.Resume, out.Evaluation, out.Redirect = "interviewer", i.ResumeLink, i.EvaluationLink, i.RedirectURI
	for _, p := range i.Interviewers {
		out.Interviewers = append(out.Interviewers, personalLink{UID: p.UID, Name: p.Name})
	}
	if p := s.pads[i.WrittenPadUID]; p != nil {
		out.WrittenPad = p.URL
	}
	if n := i.ratingIndex(v.uid); n >= 0 {
		out.Rate, out.Comment = i.Ratings[n].Rate, i.Ratings[n].Comment
	}
	return out
}

// onlineParticipants lists who has the page open.
func (i *interviewState) onlineParticipants(now time.Time) []string {
	out := []string{}
	here := func(token string) bool { return now.Sub(i.present[token]) < presenceTimeout }
	if here(i.candidate) {
		out = append(out, "candidate")
	}
	for n, p := range i.Interviewers {
		if here(i.personal[n]) {
			out = append(out, p.UID)
		}
	}
	if here(i.shared) {
		out = append(out, "")
	}
	return out
}

// interviewAction runs an action of a visitor and returns the resulting page state.
func (s *Server) interviewAction(r *http.Request, in any, do func(*visitor) ([]*delivery, error)) (any, error) {
	if err := webpage.ReadJSON(r, in); err != nil {
		return nil, fmt.Errorf("read what the page sent: %w", err)
	}
	s.mu.Lock()
	v, err := s.authenticateVisitor(r)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	list, err := do(v)
	out := s.renderInterview(v)
	s.mu.Unlock()
	s.deliverLater(list)
	return out, err
}

func requireInterviewer(v *visitor) error {
	if v.interviewer {
		return nil
	}
	return fmt.Errorf("only interviewers may do this: %w", errInvalidState)
}

func (s *Server) uiStartInterview(r *http.Request) (any, error) {
	return s.interviewAction(r, &struct{}{}, func(v *visitor) ([]*delivery, error) {
		if err := requireInterviewer(v); err != nil {
			return nil, err
		}
		return nil, s.startInterview(v.interview)
	})
}

func (s *Server) uiEditBoard(r *http.Request) (any, error) {
	var in struct {
		Text string `json:"text"`
	}
	return s.interviewAction(r, &in, func(v *visitor) ([]*delivery, error) {
		if v.interview.Status == InterviewEnded {
			return nil, fmt.Errorf("write on the board: the interview has ended: %w", errInvalidState)
		}
		v.interview.Board = in.Text
		s.notifyWaiters()
		return nil, nil
	})
}

type ratingForm struct {
	Rate    int    `json:"rate"` // 0: none
	Comment string `json:"comment"`
}

func (s *Server) uiRateInterview(r *http.Request) (any, error) {
	var in ratingForm
	return s.interviewAction(r, &in, func(v *visitor) ([]*delivery, error) {
		if err := requireInterviewer(v); err != nil {
			return nil, err
		}
		return nil, s.rateInterview(v.interview, v.uid, in.Rate, in.Comment)
	})
}

func (s *Server) uiEndInterview(r *http.Request) (any, error) {
	var in ratingForm
	return s.interviewAction(r, &in, func(v *visitor) ([]*delivery, error) {
		if err := requireInterviewer(v); err != nil {
			return nil, err
		}
		if in.Rate != 0 && v.interview.Status != InterviewEnded {
			if err := s.rateInterview(v.interview, v.uid, in.Rate, in.Comment); err != nil {
				return nil, err
			}
		}
		return s.endInterview(v.interview)
	})
}
