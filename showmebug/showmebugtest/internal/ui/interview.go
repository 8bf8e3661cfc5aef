package ui

import (
	"fmt"
	"net/http"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/interviews"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// presenceTimeout is the time after a page's last request until it counts as closed.
const presenceTimeout = 5 * time.Second

// visitor is the interviewer or candidate who opened an interview's page.
type visitor struct {
	interview   *core.InterviewState
	token       string
	interviewer bool
	uid         string // of a named interviewer
	name        string
}

// authenticateVisitor returns the visitor of a link. Mu must be held.
func (s *Service) authenticateVisitor(r *http.Request) (*visitor, error) {
	i, token := s.InterviewStates[r.PathValue("uid")], r.URL.Query().Get("t")
	if i == nil || token == "" {
		return nil, core.ErrNotFound
	}
	v := &visitor{interview: i, token: token}
	if core.EqualConstantTime(token, i.CandidateToken) {
		v.name = i.CandidateName
		return v, nil
	}
	v.interviewer = true
	if core.EqualConstantTime(token, i.SharedToken) {
		return v, nil
	}
	for n, own := range i.PersonalTokens {
		if core.EqualConstantTime(token, own) {
			v.uid, v.name = i.Interviewers[n].UID, i.Interviewers[n].Name
			return v, nil
		}
	}
	return nil, core.ErrNotFound
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
	Online    []string   `json:"online"` // see onlineParticipants
	Redirect  string     `json:"redirect,omitempty"`

	// For interviewers only.
	Interviewers []interviews.PersonalLink `json:"interviewers,omitempty"`
	Resume       string                    `json:"resume,omitempty"`
	Evaluation   string                    `json:"evaluation,omitempty"`
	WrittenPad   string                    `json:"writtenPad,omitempty"`
	Rate         int                       `json:"rate,omitempty"`
	Comment      string                    `json:"comment,omitempty"`
}

// getInterview returns the data of an interview's page. Candidates do not receive the résumé, the
// evaluation and the ratings.
func (s *Service) getInterview(r *http.Request) (any, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	v, err := s.authenticateVisitor(r)
	if err != nil {
		return nil, err
	}
	v.interview.LastSeen[v.token] = s.CurrentTime()
	return s.renderInterview(v), nil
}

func (s *Service) renderInterview(v *visitor) padPage {
	i := v.interview
	out := padPage{UID: i.UID, Role: "candidate", Name: v.name, Status: i.Status, Candidate: i.CandidateName, TypeID: i.TypeID,
		Time: s.CurrentTime(), StartedAt: core.OptionalTime(i.StartedAt), EndedAt: core.OptionalTime(i.EndedAt), Board: i.Board, Online: onlineParticipants(i, s.CurrentTime())}
	if !v.interviewer {
		return out
	}
	out.Role, out.Resume, out.Evaluation, out.Redirect = "interviewer", i.ResumeLink, i.EvaluationLink, i.RedirectURI
	for _, p := range i.Interviewers {
		out.Interviewers = append(out.Interviewers, interviews.PersonalLink{UID: p.UID, Name: p.Name})
	}
	if p := s.Pads[i.WrittenPadUID]; p != nil {
		out.WrittenPad = p.URL
	}
	if n := interviews.RatingIndex(i, v.uid); n >= 0 {
		out.Rate, out.Comment = i.Ratings[n].Rate, i.Ratings[n].Comment
	}
	return out
}

// onlineParticipants returns the participants whose page is open: "candidate", the uids of
// interviewers, and "" for the shared link.
func onlineParticipants(i *core.InterviewState, now time.Time) []string {
	out := []string{}
	here := func(token string) bool { return now.Sub(i.LastSeen[token]) < presenceTimeout }
	if here(i.CandidateToken) {
		out = append(out, "candidate")
	}
	for n, p := range i.Interviewers {
		if here(i.PersonalTokens[n]) {
			out = append(out, p.UID)
		}
	}
	if here(i.SharedToken) {
		out = append(out, "")
	}
	return out
}

// interviewAction runs an action of a visitor and returns the resulting page state.
func (s *Service) interviewAction(r *http.Request, in any, do func(*visitor) ([]*core.Delivery, error)) (any, error) {
	if err := webpage.ReadJSON(r, in); err != nil {
		return nil, fmt.Errorf("reading the request of the page: %w", err)
	}
	s.Mu.Lock()
	v, err := s.authenticateVisitor(r)
	if err != nil {
		s.Mu.Unlock()
		return nil, err
	}
	list, err := do(v)
	out := s.renderInterview(v)
	s.Mu.Unlock()
	s.Webhooks.DeliverLater(list)
	return out, err
}

func requireInterviewer(v *visitor) error {
	if v.interviewer {
		return nil
	}
	return fmt.Errorf("only interviewers may do this: %w", core.ErrInvalidState)
}

func (s *Service) startInterview(r *http.Request) (any, error) {
	return s.interviewAction(r, &struct{}{}, func(v *visitor) ([]*core.Delivery, error) {
		if err := requireInterviewer(v); err != nil {
			return nil, err
		}
		return nil, s.Interviews.Begin(v.interview)
	})
}

func (s *Service) editBoard(r *http.Request) (any, error) {
	var in struct {
		Text string `json:"text"`
	}
	return s.interviewAction(r, &in, func(v *visitor) ([]*core.Delivery, error) {
		if v.interview.Status == model.InterviewEnded {
			return nil, fmt.Errorf("writing on the board: the interview has ended: %w", core.ErrInvalidState)
		}
		v.interview.Board = in.Text
		s.NotifyWaiters()
		return nil, nil
	})
}

type ratingForm struct {
	Rate    int    `json:"rate"` // 0: none
	Comment string `json:"comment"`
}

func (s *Service) rateInterview(r *http.Request) (any, error) {
	var in ratingForm
	return s.interviewAction(r, &in, func(v *visitor) ([]*core.Delivery, error) {
		if err := requireInterviewer(v); err != nil {
			return nil, err
		}
		return nil, s.Interviews.AddRating(v.interview, v.uid, in.Rate, in.Comment)
	})
}

func (s *Service) endInterview(r *http.Request) (any, error) {
	var in ratingForm
	return s.interviewAction(r, &in, func(v *visitor) ([]*core.Delivery, error) {
		if err := requireInterviewer(v); err != nil {
			return nil, err
		}
		if in.Rate != 0 && v.interview.Status != model.InterviewEnded {
			if err := s.Interviews.AddRating(v.interview, v.uid, in.Rate, in.Comment); err != nil {
				return nil, err
			}
		}
		return s.Interviews.Finish(v.interview)
	})
}
