package showmebugtest

import (
	"slices"
	"strconv"

	"github.com/huimian/huimian/internal/simulator/webpage"
)

// questionTypes are the kinds of questions. The newest page has "drawing" and
// possibly more, so that others are taken too for interviews.
var questionTypes = []string{"choice", "essay", "programming", "video", "drawing"}

func (s *Server) listWrittenQuestions(r *request) (any, *apiError) {
	key := s.QuestionsKey
	if key == "" {
		key = "questions"
	}
	return listQuestions(r, r.team.writtenQuestions, key)
}

func (s *Server) listQuestions(r *request) (any, *apiError) {
	return listQuestions(r, r.team.questions, "questions")
}

func listQuestions(r *request, of []*Question, key string) (any, *apiError) {
	search, kind := r.textParam("search"), r.textParam("question_type")
	skip, limit := r.pageParams()
	list := []*Question{}
	for _, q := range of {
		if containsFold(q.Title+"\n"+q.Description, search) && (kind == "" || kind == q.QuestionType) {
			list = append(list, q)
		}
	}
	return map[string]any{"count": len(list), key: webpage.Part(list, skip, limit)}, nil
}

// readQuestion reads the body of a question as the webhooks show it.
func readQuestion(f *params, strict bool) *Question {
	q := &Question{QuestionType: f.textParam("question_type"), Title: f.textParam("title"), Description: f.textParam("description"), Key: f.textParam("key"),
		SuggestedScore: f.intParam("suggested_score"), ContentJSON: f.objectParam("content_json"), Extend: f.objectParam("extend")}
	if strict && !slices.Contains(questionTypes, q.QuestionType) {
		f.addError("question_type", "must be one of choice, essay, programming, video, drawing")
	}
	if q.Title == "" && q.Description == "" {
		f.addError("title", "or description is required")
	}
	if q.SuggestedScore < 0 {
		f.addError("suggested_score", "must not be negative")
	}
	if q.QuestionType == "choice" {
		if options, ok := q.ContentJSON["options"].([]any); !ok || len(options) == 0 {
			f.addError("content_json.options", "is missing")
		}
	}
	return q
}

// createWrittenQuestion also sends written_question_created.
func (s *Server) createWrittenQuestion(r *request) (any, *apiError) {
	list, err := s.addQuestions(r, []*params{r.params}, &r.team.writtenQuestions, true)
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

func (s *Server) createWrittenQuestions(r *request) (any, *apiError) {
	return s.createQuestionBatch(r, &r.team.writtenQuestions, true)
}

func (s *Server) createQuestion(r *request) (any, *apiError) {
	list, err := s.addQuestions(r, []*params{r.params}, &r.team.questions, false)
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

func (s *Server) createQuestions(r *request) (any, *apiError) {
	return s.createQuestionBatch(r, &r.team.questions, false)
}

func (s *Server) createQuestionBatch(r *request, into *[]*Question, written bool) (any, *apiError) {
	name := "questions"
	if r.hasParam("written_questions") {
		name = "written_questions"
	}
	bodies := r.objectListParam(name, maxBatch)
	if len(bodies) == 0 {
		r.addError(name, "is missing")
	}
	list, err := s.addQuestions(r, bodies, into, written)
	if err != nil {
		return nil, err
	}
	return map[string]any{name: list}, nil
}

// addQuestions makes all questions or none.
func (s *Server) addQuestions(r *request, bodies []*params, into *[]*Question, written bool) ([]*Question, *apiError) {
	creator := r.readCreator()
	var made []*Question
	for _, f := range bodies {
		made = append(made, readQuestion(f, written))
	}
	if *r.err != nil {
		return nil, *r.err
	}
	for _, q := range made {
		s.completeQuestion(q, creator)
		*into = append(*into, q)
		if written {
			r.webhooks = append(r.webhooks, s.questionEvent(r.team, "written_question_created", q)...)
		}
	}
	s.notifyWaiters()
	return made, nil
}

// questionEvent returns the webhooks about a question for all applications of a team.
func (s *Server) questionEvent(t *teamState, event string, q *Question) []*delivery {
	return s.newDeliveries(t, "", event, webpage.EncodeJSON(q))
}

func (s *Server) getWrittenQuestion(r *request) (any, *apiError) {
	at, err := questionIndex(r, r.team.writtenQuestions)
	if err != nil {
		return nil, err
	}
	return r.team.writtenQuestions[at], nil
}

func (s *Server) deleteWrittenQuestion(r *request) (any, *apiError) {
	return s.removeQuestion(r, &r.team.writtenQuestions)
}

func (s *Server) deleteQuestion(r *request) (any, *apiError) {
	return s.removeQuestion(r, &r.team.questions)
}

func (s *Server) removeQuestion(r *request, of *[]*Question) (any, *apiError) {
	at, err := questionIndex(r, *of)
	if err != nil {
		return nil, err
	}
	*of = slices.Delete(*of, at, at+1)
	s.notifyWaiters()
	return nil, nil
}

func questionIndex(r *request, of []*Question) (int, *apiError) {
	id, err := strconv.ParseInt(r.id, 10, 64)
	at := slices.IndexFunc(of, func(q *Question) bool { return q.ID == id })
	if err != nil || at < 0 {
		return 0, newAPIError(CodeNotFound, "题目不存在")
	}
	return at, nil
}

// AddWrittenQuestion adds a question to a team's bank as its people do in the
// console, and sends written_question_created. It returns the question's id, 0
// when there is no such team.
func (s *Server) AddWrittenQuestion(teamID int64, q Question) int64 {
	return s.questionBankAction(teamID, func(t *teamState) []*delivery {
		s.completeQuestion(&q, Member{})
		t.writtenQuestions = append(t.writtenQuestions, &q)
		return s.questionEvent(t, "written_question_created", &q)
	}, &q.ID)
}

// ChangeWrittenQuestion replaces title and description of a question of the
// bank and sends written_question_updated. It returns 0 when there is none.
func (s *Server) ChangeWrittenQuestion(teamID, id int64, title, description string) int64 {
	var changed int64
	return s.questionBankAction(teamID, func(t *teamState) []*delivery {
		for _, q := range t.writtenQuestions {
			if q.ID == id {
				q.Title, q.Description, q.UpdatedAt = title, description, s.timestamp()
				changed = id
				return s.questionEvent(t, "written_question_updated", q)
			}
		}
		return nil
	}, &changed)
}

func (s *Server) questionBankAction(teamID int64, do func(*teamState) []*delivery, id *int64) int64 {
	s.init()
	s.mu.Lock()
	t := s.findTeam(teamID)
	var list []*delivery
	if t != nil {
		list = do(t)
		s.notifyWaiters()
	}
	s.mu.Unlock()
	s.deliver(list)
	if t == nil {
		return 0
	}
	return *id
}
