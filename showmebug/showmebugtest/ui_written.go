package showmebugtest

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
)

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

func (s *Server) renderWrittenTest(p *padState) writtenPage {
	out := writtenPage{UID: p.UID, Exam: p.ExamName, Candidate: p.CandidateName, Status: p.Status, Duration: p.exam.DurationMinutes,
		Time: s.currentTime(), StartedAt: optionalTime(p.StartedAt), Total: p.TotalScore, Questions: []writtenQuestion{}, Score: p.toReply().Score}
	if p.Status == WrittenPadOpened {
		return out // questions are seen once the test has begun
	}
	for _, q := range p.exam.Questions {
		one := writtenQuestion{ID: q.ID, Type: q.QuestionType, Description: q.Description, Score: q.SuggestedScore, Answer: p.Answers[q.ID]}
		for _, o := range q.choiceOptions() {
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

func (q *Question) choiceOptions() (out []option) {
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

// scoreAnswer scores one answer: a choice is right or wrong (one of several right ones
// is enough), anything else that was
// answered gets all its points, since the simulator has no reviewer.
func (q *Question) scoreAnswer(answer string) int64 {
	if answer == "" {
		return 0
	}
	options := q.choiceOptions()
	if len(options) == 0 {
		return q.SuggestedScore
	}
	if slices.Contains(options, option{answer, true}) {
		return q.SuggestedScore
	}
	return 0
}

func (s *Server) writtenTestAction(r *http.Request, do func(*padState) ([]*delivery, error)) (any, error) {
	s.mu.Lock()
	p, err := s.findPad(r.PathValue("uid"))
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	list, err := do(p)
	out := s.renderWrittenTest(p)
	s.mu.Unlock()
	s.deliverLater(list)
	return out, err
}

func (s *Server) uiWrittenTest(r *http.Request) (any, error) {
	return s.writtenTestAction(r, func(*padState) ([]*delivery, error) { return nil, nil })
}

func (s *Server) uiStartWrittenTest(r *http.Request) (any, error) {
	return s.writtenTestAction(r, func(p *padState) ([]*delivery, error) { return nil, s.startPad(p) })
}

type answerForm struct {
	Answers map[int64]string `json:"answers"`
}

func (p *padState) saveAnswers(in answerForm) error {
	if p.Status != WrittenPadStarted {
		return fmt.Errorf("answer: the written test is not running: %w", errInvalidState)
	}
	for _, q := range p.exam.Questions {
		if text, ok := in.Answers[q.ID]; ok {
			p.Answers[q.ID] = text
		}
	}
	return nil
}

func (s *Server) uiSaveAnswers(r *http.Request) (any, error) {
	var in answerForm
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	return s.writtenTestAction(r, func(p *padState) ([]*delivery, error) { return nil, p.saveAnswers(in) })
}

func (s *Server) uiFinishWrittenTest(r *http.Request) (any, error) {
	var in answerForm
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	return s.writtenTestAction(r, func(p *padState) ([]*delivery, error) {
		if err := p.saveAnswers(in); err != nil {
			return nil, err
		}
		var score int64
		for _, q := range p.exam.Questions {
			score += q.scoreAnswer(p.Answers[q.ID])
		}
		return s.endPad(p, score)
	})
}

func (s *Server) uiExamLink(r *http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.links[r.PathValue("link")]
	if e == nil {
		return nil, errNotFound
	}
	return map[string]any{"exam": e.Name, "duration": e.DurationMinutes, "questions": len(e.Questions), "total": e.TotalScore()}, nil
}

// uiStartExamFromLink creates a sitting for a candidate who opened a bulk link.
func (s *Server) uiStartExamFromLink(r *http.Request) (any, error) {
	var in struct {
		Name string `json:"name"`
	}
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.links[r.PathValue("link")]
	switch {
	case e == nil:
		return nil, errNotFound
	case in.Name == "":
		return nil, fmt.Errorf("sit an exam: the name is missing")
	case e.team.Quota < 1:
		return nil, fmt.Errorf("sit an exam: no sessions are left: %w", errInvalidState)
	}
	e.team.Quota--
	return map[string]string{"url": s.addPad(e, e.clientID, e.sender, "", in.Name).URL}, nil
}
