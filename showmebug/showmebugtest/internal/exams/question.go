package exams

import (
	"slices"
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// questionTypes are the documented kinds of questions. The newest page contains "drawing" and
// possibly more, so questions of interviews may have any kind.
var questionTypes = []string{"choice", "essay", "programming", "video", "drawing"}

func (s *Service) listWrittenQuestions(r *core.Request) (any, *core.APIError) {
	key := s.Config().QuestionsKey
	if key == "" {
		key = "questions"
	}
	return listQuestions(r, r.Team.WrittenQuestions, key)
}

func (s *Service) listQuestions(r *core.Request) (any, *core.APIError) {
	return listQuestions(r, r.Team.Questions, "questions")
}

func listQuestions(r *core.Request, of []*model.Question, key string) (any, *core.APIError) {
	search, kind := r.TextParam("search"), r.TextParam("question_type")
	skip, limit := r.PageParams()
	list := []*model.Question{}
	for _, q := range of {
		if core.ContainsFold(q.Title+"\n"+q.Description, search) && (kind == "" || kind == q.QuestionType) {
			list = append(list, q)
		}
	}
	return map[string]any{"count": len(list), key: webpage.Part(list, skip, limit)}, nil
}

// readQuestion returns the question of a request body, whose fields are those of the webhooks.
func readQuestion(f *core.Params, strict bool) *model.Question {
	q := &model.Question{QuestionType: f.TextParam("question_type"), Title: f.TextParam("title"), Description: f.TextParam("description"), Key: f.TextParam("key"),
		SuggestedScore: f.IntParam("suggested_score"), ContentJSON: f.ObjectParam("content_json"), Extend: f.ObjectParam("extend")}
	if strict && !slices.Contains(questionTypes, q.QuestionType) {
		f.AddError("question_type", "must be one of choice, essay, programming, video, drawing")
	}
	if q.Title == "" && q.Description == "" {
		f.AddError("title", "or description is required")
	}
	if q.SuggestedScore < 0 {
		f.AddError("suggested_score", "must not be negative")
	}
	if q.QuestionType == "choice" {
		if options, ok := q.ContentJSON["options"].([]any); !ok || len(options) == 0 {
			f.AddError("content_json.options", "is missing")
		}
	}
	return q
}

// createWrittenQuestion implements POST written_questions and sends written_question_created.
func (s *Service) createWrittenQuestion(r *core.Request) (any, *core.APIError) {
	list, err := s.addQuestions(r, []*core.Params{r.Params}, &r.Team.WrittenQuestions, true)
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

func (s *Service) createWrittenQuestions(r *core.Request) (any, *core.APIError) {
	return s.createQuestionBatch(r, &r.Team.WrittenQuestions, true)
}

func (s *Service) createQuestion(r *core.Request) (any, *core.APIError) {
	list, err := s.addQuestions(r, []*core.Params{r.Params}, &r.Team.Questions, false)
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

func (s *Service) createQuestions(r *core.Request) (any, *core.APIError) {
	return s.createQuestionBatch(r, &r.Team.Questions, false)
}

func (s *Service) createQuestionBatch(r *core.Request, into *[]*model.Question, written bool) (any, *core.APIError) {
	name := "questions"
	if r.HasParam("written_questions") {
		name = "written_questions"
	}
	bodies := r.ObjectListParam(name, core.MaxBatch)
	if len(bodies) == 0 {
		r.AddError(name, "is missing")
	}
	list, err := s.addQuestions(r, bodies, into, written)
	if err != nil {
		return nil, err
	}
	return map[string]any{name: list}, nil
}

// addQuestions adds all questions or none.
func (s *Service) addQuestions(r *core.Request, bodies []*core.Params, into *[]*model.Question, written bool) ([]*model.Question, *core.APIError) {
	creator := r.ReadCreator()
	var made []*model.Question
	for _, f := range bodies {
		made = append(made, readQuestion(f, written))
	}
	if *r.Err != nil {
		return nil, *r.Err
	}
	for _, q := range made {
		s.completeQuestion(q, creator)
		*into = append(*into, q)
		if written {
			r.Webhooks = append(r.Webhooks, s.questionEvent(r.Team, "written_question_created", q)...)
		}
	}
	s.NotifyWaiters()
	return made, nil
}

// questionEvent returns the webhooks about a question, for all applications of a team.
func (s *Service) questionEvent(t *core.TeamState, event string, q *model.Question) []*core.Delivery {
	return s.Webhooks.NewDeliveries(t, "", event, webpage.EncodeJSON(q))
}

func (s *Service) getWrittenQuestion(r *core.Request) (any, *core.APIError) {
	at, err := questionIndex(r, r.Team.WrittenQuestions)
	if err != nil {
		return nil, err
	}
	return r.Team.WrittenQuestions[at], nil
}

func (s *Service) deleteWrittenQuestion(r *core.Request) (any, *core.APIError) {
	return s.removeQuestion(r, &r.Team.WrittenQuestions)
}

func (s *Service) deleteQuestion(r *core.Request) (any, *core.APIError) {
	return s.removeQuestion(r, &r.Team.Questions)
}

func (s *Service) removeQuestion(r *core.Request, of *[]*model.Question) (any, *core.APIError) {
	at, err := questionIndex(r, *of)
	if err != nil {
		return nil, err
	}
	*of = slices.Delete(*of, at, at+1)
	s.NotifyWaiters()
	return nil, nil
}

func questionIndex(r *core.Request, of []*model.Question) (int, *core.APIError) {
	id, err := strconv.ParseInt(r.ID, 10, 64)
	at := slices.IndexFunc(of, func(q *model.Question) bool { return q.ID == id })
	if err != nil || at < 0 {
		return 0, core.NewAPIError(model.CodeNotFound, "题目不存在")
	}
	return at, nil
}

// AddWrittenQuestion implements the method of showmebugtest.Server.
func (s *Service) AddWrittenQuestion(teamID int64, q model.Question) int64 {
	return s.questionBankAction(teamID, func(t *core.TeamState) []*core.Delivery {
		s.completeQuestion(&q, model.Member{})
		t.WrittenQuestions = append(t.WrittenQuestions, &q)
		return s.questionEvent(t, "written_question_created", &q)
	}, &q.ID)
}

// ChangeWrittenQuestion implements the method of showmebugtest.Server.
func (s *Service) ChangeWrittenQuestion(teamID, id int64, title, description string) int64 {
	var changed int64
	return s.questionBankAction(teamID, func(t *core.TeamState) []*core.Delivery {
		for _, q := range t.WrittenQuestions {
			if q.ID == id {
				q.Title, q.Description, q.UpdatedAt = title, description, s.Timestamp()
				changed = id
				return s.questionEvent(t, "written_question_updated", q)
			}
		}
		return nil
	}, &changed)
}

func (s *Service) questionBankAction(teamID int64, do func(*core.TeamState) []*core.Delivery, id *int64) int64 {
	s.Mu.Lock()
	t := s.FindTeam(teamID)
	var list []*core.Delivery
	if t != nil {
		list = do(t)
		s.NotifyWaiters()
	}
	s.Mu.Unlock()
	s.Webhooks.Deliver(list)
	if t == nil {
		return 0
	}
	return *id
}

// completeQuestion sets the fields of a question that are required and empty.
func (s *Service) completeQuestion(q *model.Question, by model.Member) {
	if q.ID == 0 {
		q.ID = s.NextID()
	}
	if q.QuestionType == "" {
		q.QuestionType = "essay"
	}
	if q.SuggestedScore == 0 {
		q.SuggestedScore = 10
	}
	if q.ContentJSON == nil {
		q.ContentJSON = map[string]any{}
	}
	if q.CreatorName == "" {
		q.CreatorID, q.CreatorName = by.ID, by.Name
	}
	if q.CreatedAt.IsZero() {
		q.CreatedAt = s.CurrentTime().UTC().Truncate(time.Millisecond)
		q.UpdatedAt = q.CreatedAt
	}
}
