package ui

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/exams"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// writtenPage is the data of the page of a written test, without the correct answers.
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

func (s *Service) renderWrittenTest(p *core.PadState) writtenPage {
	out := writtenPage{UID: p.UID, Exam: p.ExamName, Candidate: p.CandidateName, Status: p.Status, Duration: p.Exam.DurationMinutes,
		Time: s.CurrentTime(), StartedAt: core.OptionalTime(p.StartedAt), Total: p.TotalScore, Questions: []writtenQuestion{}, Score: exams.NewPadReply(p).Score}
	if p.Status == model.WrittenPadOpened {
		return out // questions are hidden until the test has started
	}
	for _, q := range p.Exam.Questions {
		one := writtenQuestion{ID: q.ID, Type: q.QuestionType, Description: q.Description, Score: q.SuggestedScore, Answer: p.Answers[q.ID]}
		for _, o := range choiceOptions(&q) {
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

func choiceOptions(q *model.Question) (out []option) {
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

// scoreAnswer returns the points of an answer. A choice is correct or not (one of several correct
// options is enough); any other answer that is not empty gets all points, because the simulator has
// no reviewer.
func scoreAnswer(q *model.Question, answer string) int64 {
	if answer == "" {
		return 0
	}
	options := choiceOptions(q)
	if len(options) == 0 {
		return q.SuggestedScore
	}
	if slices.Contains(options, option{answer, true}) {
		return q.SuggestedScore
	}
	return 0
}

func (s *Service) writtenTestAction(r *http.Request, do func(*core.PadState) ([]*core.Delivery, error)) (any, error) {
	s.Mu.Lock()
	p, err := s.Exams.FindPad(r.PathValue("uid"))
	if err != nil {
		s.Mu.Unlock()
		return nil, err
	}
	list, err := do(p)
	out := s.renderWrittenTest(p)
	s.Mu.Unlock()
	s.Webhooks.DeliverLater(list)
	return out, err
}

func (s *Service) getWrittenTest(r *http.Request) (any, error) {
	return s.writtenTestAction(r, func(*core.PadState) ([]*core.Delivery, error) { return nil, nil })
}

func (s *Service) startWrittenTest(r *http.Request) (any, error) {
	return s.writtenTestAction(r, func(p *core.PadState) ([]*core.Delivery, error) { return nil, s.Exams.StartPad(p) })
}

type answerForm struct {
	Answers map[int64]string `json:"answers"`
}

func saveAnswers(p *core.PadState, in answerForm) error {
	if p.Status != model.WrittenPadStarted {
		return fmt.Errorf("answering: the written test is not running: %w", core.ErrInvalidState)
	}
	for _, q := range p.Exam.Questions {
		if text, ok := in.Answers[q.ID]; ok {
			p.Answers[q.ID] = text
		}
	}
	return nil
}

func (s *Service) saveTestAnswers(r *http.Request) (any, error) {
	var in answerForm
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	return s.writtenTestAction(r, func(p *core.PadState) ([]*core.Delivery, error) { return nil, saveAnswers(p, in) })
}

func (s *Service) finishWrittenTest(r *http.Request) (any, error) {
	var in answerForm
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	return s.writtenTestAction(r, func(p *core.PadState) ([]*core.Delivery, error) {
		if err := saveAnswers(p, in); err != nil {
			return nil, err
		}
		var score int64
		for _, q := range p.Exam.Questions {
			score += scoreAnswer(&q, p.Answers[q.ID])
		}
		return s.Exams.EndPad(p, score)
	})
}

func (s *Service) getExamLink(r *http.Request) (any, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	e := s.ExamLinks[r.PathValue("link")]
	if e == nil {
		return nil, core.ErrNotFound
	}
	return map[string]any{"exam": e.Name, "duration": e.DurationMinutes, "questions": len(e.Questions), "total": e.TotalScore()}, nil
}

// startExamFromLink creates a written test for a candidate who opened a bulk invitation link.
func (s *Service) startExamFromLink(r *http.Request) (any, error) {
	var in struct {
		Name string `json:"name"`
	}
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	e := s.ExamLinks[r.PathValue("link")]
	switch {
	case e == nil:
		return nil, core.ErrNotFound
	case in.Name == "":
		return nil, fmt.Errorf("starting a written test: the name is missing")
	case e.Team.Quota < 1:
		return nil, fmt.Errorf("starting a written test: no sessions are left: %w", core.ErrInvalidState)
	}
	e.Team.Quota--
	return map[string]string{"url": s.Exams.AddPad(e, e.ClientID, e.Sender, "", in.Name).URL}, nil
}
