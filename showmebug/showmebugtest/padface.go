package showmebugtest

import (
	"fmt"
	"net/http"
	"slices"
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

// writtenPage is what a candidate sees of a written test: the right answers are
// left out.
type writtenPage struct {
	UID       string            `json:"uid"`
	Exam      string            `json:"exam"`
	Candidate string            `json:"candidate"`
	Status    string            `json:"status"`
	Duration  int64             `json:"duration"` // minutes, 0 unlimited
	Time      time.Time         `json:"time"`
	StartedAt *time.Time        `json:"startedAt"`
	Questions []writtenQuestion `json:"questions"`
	Score     *int64            `json:"score"`
	Total     int64             `json:"total"`
}

type writtenQuestion struct {
	ID          int64    `json:"id"`
	Type        string   `json:"type"`
	Description string   `json:"description"`
	Score       int64    `json:"score"`
	Options     []string `json:"options,omitempty"`
	Code        string   `json:"code,omitempty"`
	Answer      string   `json:"answer"`
}

func (s *Server) showWritten(p *padState) writtenPage {
	out := writtenPage{UID: p.UID, Exam: p.ExamName, Candidate: p.CandidateName, Status: p.Status, Duration: p.exam.DurationMinutes,
		Time: s.now(), StartedAt: moment(p.StartedAt), Total: p.TotalScore, Questions: []writtenQuestion{}, Score: p.reply().Score}
	if p.Status == PadOpened {
		return out // questions are seen once the test has begun
	}
	for _, q := range p.exam.Questions {
		one := writtenQuestion{ID: q.ID, Type: q.QuestionType, Description: q.Description, Score: q.SuggestedScore, Answer: p.Answers[q.ID]}
		for _, o := range q.options() {
			one.Options = append(one.Options, o.content)
		}
		one.Code, _ = q.ContentJSON["code_content"].(string)
		out.Questions = append(out.Questions, one)
	}
	return out
}

type option struct {
	content string
	correct bool
}

func (q *Question) options() (out []option) {
	list, ok := q.ContentJSON["options"].([]any)
	if !ok {
		return nil
	}
	for _, item := range list {
		if o, ok := item.(map[string]any); ok {
			content, _ := o["content"].(string)
			out = append(out, option{content, o["correctly"] == true})
		}
	}
	return out
}

// mark scores one answer: a choice is right or wrong (one of several right ones
// is enough), anything else that was
// answered gets all its points, since nobody is here to read it.
func (q *Question) mark(answer string) int64 {
	if answer == "" {
		return 0
	}
	options := q.options()
	if len(options) == 0 {
		return q.SuggestedScore
	}
	if slices.Contains(options, option{answer, true}) {
		return q.SuggestedScore
	}
	return 0
}

func (s *Server) writtenDeed(r *http.Request, do func(*padState) ([]*outgoing, error)) (any, error) {
	s.mu.Lock()
	p, err := s.pad(r.PathValue("uid"))
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	list, err := do(p)
	out := s.showWritten(p)
	s.mu.Unlock()
	s.deliverLater(list)
	return out, err
}

func (s *Server) faceWritten(r *http.Request) (any, error) {
	return s.writtenDeed(r, func(*padState) ([]*outgoing, error) { return nil, nil })
}

func (s *Server) faceWrittenStart(r *http.Request) (any, error) {
	return s.writtenDeed(r, func(p *padState) ([]*outgoing, error) { return nil, s.beginPad(p) })
}

type answerForm struct {
	Answers map[int64]string `json:"answers"`
}

func (p *padState) answer(in answerForm) error {
	if p.Status != PadStarted {
		return fmt.Errorf("answer: the written test is not running: %w", errState)
	}
	for _, q := range p.exam.Questions {
		if text, ok := in.Answers[q.ID]; ok {
			p.Answers[q.ID] = text
		}
	}
	return nil
}

func (s *Server) faceAnswer(r *http.Request) (any, error) {
	var in answerForm
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	return s.writtenDeed(r, func(p *padState) ([]*outgoing, error) { return nil, p.answer(in) })
}

func (s *Server) faceFinish(r *http.Request) (any, error) {
	var in answerForm
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	return s.writtenDeed(r, func(p *padState) ([]*outgoing, error) {
		if err := p.answer(in); err != nil {
			return nil, err
		}
		var score int64
		for _, q := range p.exam.Questions {
			score += q.mark(p.Answers[q.ID])
		}
		return s.endPad(p, score)
	})
}

func (s *Server) faceExamLink(r *http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.links[r.PathValue("link")]
	if e == nil {
		return nil, errFace
	}
	return map[string]any{"exam": e.Name, "duration": e.DurationMinutes, "questions": len(e.Questions), "total": e.TotalScore()}, nil
}

// faceSitExam gives somebody who came by a bulk link a sitting of one's own.
func (s *Server) faceSitExam(r *http.Request) (any, error) {
	var in struct {
		Name string `json:"name"`
	}
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.links[r.PathValue("link")]
	switch {
	case e == nil:
		return nil, errFace
	case in.Name == "":
		return nil, fmt.Errorf("sit an exam: the name is missing")
	case e.team.Quota < 1:
		return nil, fmt.Errorf("sit an exam: no sessions are left: %w", errState)
	}
	e.team.Quota--
	return map[string]string{"url": s.addPad(e, e.clientID, e.sender, "", in.Name).URL}, nil
}
