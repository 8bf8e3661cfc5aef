package showmebugtest

import (
	"fmt"
	"net/http"
	"time"
)

// presence is how long after its last look a page counts as open.
const presence = 5 * time.Second

// visitor is who opened an interview's page.
type visitor struct {
	interview   *interviewState
	token       string
	interviewer bool
	uid         string // of a named interviewer
	name        string
}

// visit finds out by the link who is there. s.mu must be held.
func (s *Server) visit(r *http.Request) (*visitor, error) {
	i, token := s.interviews[r.PathValue("uid")], r.URL.Query().Get("t")
	if i == nil || token == "" {
		return nil, errFace
	}
	v := &visitor{interview: i, token: token}
	if sameText(token, i.candidate) {
		v.name = i.CandidateName
		return v, nil
	}
	v.interviewer = true
	if sameText(token, i.shared) {
		return v, nil
	}
	for n, own := range i.personal {
		if sameText(token, own) {
			v.uid, v.name = i.Interviewers[n].UID, i.Interviewers[n].Name
			return v, nil
		}
	}
	return nil, errFace
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

// facePad is what an interview's page shows. Candidates hear nothing of résumé,
// evaluation and ratings.
func (s *Server) facePad(r *http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, err := s.visit(r)
	if err != nil {
		return nil, err
	}
	v.interview.present[v.token] = s.now()
	return s.showPad(v), nil
}

func (s *Server) showPad(v *visitor) padPage {
	i := v.interview
	out := padPage{UID: i.UID, Role: "candidate", Name: v.name, Status: i.Status, Candidate: i.CandidateName, TypeID: i.TypeID,
		Time: s.now(), StartedAt: moment(i.StartedAt), EndedAt: moment(i.EndedAt), Board: i.Board, Online: i.online(s.now())}
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
	if n := i.ratingOf(v.uid); n >= 0 {
		out.Rate, out.Comment = i.Ratings[n].Rate, i.Ratings[n].Comment
	}
	return out
}

// online lists who has the page open.
func (i *interviewState) online(now time.Time) []string {
	out := []string{}
	here := func(token string) bool { return now.Sub(i.present[token]) < presence }
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

// padDeed does what a visitor asks for and answers the page as it is then.
func (s *Server) padDeed(r *http.Request, in any, do func(*visitor) ([]*outgoing, error)) (any, error) {
	if err := readJSON(r, in); err != nil {
		return nil, fmt.Errorf("read what the page sent: %w", err)
	}
	s.mu.Lock()
	v, err := s.visit(r)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	list, err := do(v)
	out := s.showPad(v)
	s.mu.Unlock()
	s.deliverLater(list)
	return out, err
}

func onlyInterviewer(v *visitor) error {
	if v.interviewer {
		return nil
	}
	return fmt.Errorf("only interviewers may do this: %w", errState)
}

func (s *Server) faceStart(r *http.Request) (any, error) {
	return s.padDeed(r, &struct{}{}, func(v *visitor) ([]*outgoing, error) {
		if err := onlyInterviewer(v); err != nil {
			return nil, err
		}
		return nil, s.begin(v.interview)
	})
}

func (s *Server) faceBoard(r *http.Request) (any, error) {
	var in struct {
		Text string `json:"text"`
	}
	return s.padDeed(r, &in, func(v *visitor) ([]*outgoing, error) {
		if v.interview.Status == Ended {
			return nil, fmt.Errorf("write on the board: the interview has ended: %w", errState)
		}
		v.interview.Board = in.Text
		s.note()
		return nil, nil
	})
}

type ratingForm struct {
	Rate    int    `json:"rate"` // 0: none
	Comment string `json:"comment"`
}

func (s *Server) faceRate(r *http.Request) (any, error) {
	var in ratingForm
	return s.padDeed(r, &in, func(v *visitor) ([]*outgoing, error) {
		if err := onlyInterviewer(v); err != nil {
			return nil, err
		}
		return nil, s.rateAs(v.interview, v.uid, in.Rate, in.Comment)
	})
}

func (s *Server) faceEnd(r *http.Request) (any, error) {
	var in ratingForm
	return s.padDeed(r, &in, func(v *visitor) ([]*outgoing, error) {
		if err := onlyInterviewer(v); err != nil {
			return nil, err
		}
		if in.Rate != 0 && v.interview.Status != Ended {
			if err := s.rateAs(v.interview, v.uid, in.Rate, in.Comment); err != nil {
				return nil, err
			}
		}
		return s.end(v.interview)
	})
}
