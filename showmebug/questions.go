package showmebug

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"strconv"
	"time"
)

// QuestionType is the kind of a question.
type QuestionType string

// The kinds of questions. Documented; there may be more.
const (
	QuestionChoice      QuestionType = "choice"      // 选择题
	QuestionEssay       QuestionType = "essay"       // 问答题
	QuestionProgramming QuestionType = "programming" // 编程题
	QuestionVideo       QuestionType = "video"       // 音视频题
	QuestionDrawing     QuestionType = "drawing"     // in newer versions
)

// Question is a question of the team. The fields are documented for events of
// written-test questions; a list contains some of them. For interview questions
// they are inferred.
type Question struct {
	ID             int64           `json:"id"`
	Type           QuestionType    `json:"question_type"`
	Title          string          `json:"title"` // internal note, not shown to candidates
	Description    string          `json:"description"`
	Key            string          `json:"key"` // reference answer
	SuggestedScore int             `json:"suggested_score"`
	Content        QuestionContent `json:"content_json"`
	CreatorID      int64           `json:"creator_id"`
	CreatorName    string          `json:"creator_name"`
	Extend         json.RawMessage `json:"extend"` // as in NewQuestion
	CreatedAt      time.Time       `json:"created_at"`
	UpdatedAt      time.Time       `json:"updated_at"`

	Raw json.RawMessage `json:"-"` // the whole object
}

// QuestionContent is the content of a question in addition to its description.
// The fields depend on the type.
// See https://www.showmebug.com/help/openapi/api-notification.html
type QuestionContent struct {
	Options []QuestionOption `json:"options,omitempty"` // of QuestionChoice

	Language    string `json:"language,omitempty"`     // of QuestionProgramming: "java"
	CodeContent string `json:"code_content,omitempty"` // of QuestionProgramming: initial code
	UnitContent string `json:"unit_content,omitempty"` // of QuestionProgramming

	VideoDuration int    `json:"video_duration,omitempty"` // of QuestionVideo: maximum; the unit is not documented
	VideoCategory string `json:"video_category,omitempty"` // of QuestionVideo: "video" or "audio"
}

// QuestionOption is one option of a QuestionChoice; several can be correct.
type QuestionOption struct {
	Content string `json:"content"`
	Correct bool   `json:"correctly,omitempty"`
}

// NewQuestion is the request of Create. Inferred from the fields of Question;
// Extend is documented to be returned in events.
type NewQuestion struct {
	Type           QuestionType    `json:"question_type"`
	Title          string          `json:"title"`
	Description    string          `json:"description,omitempty"`
	Key            string          `json:"key,omitempty"`
	SuggestedScore int             `json:"suggested_score,omitempty"`
	Content        QuestionContent `json:"content_json,omitzero"`
	CreatorID      int64           `json:"user_id,omitempty"`
	Extend         map[string]any  `json:"extend,omitempty"`

	Extra map[string]any `json:"-"` // further fields of the request
}

// requestBody checks a question and returns the JSON object of the request.
func (q NewQuestion) requestBody(v *validator, field string) map[string]any {
	v.CheckRequired(field+"question_type", string(q.Type))
	v.CheckRequired(field+"title", q.Title)
	return requestFields(q, q.Extra)
}

// WrittenQuestionService reads and changes the written-test questions (笔试题) of the team.
// See https://www.showmebug.com/help/openapi/api-written.html
type WrittenQuestionService struct{ client *Client }

// QuestionFilter selects questions; the zero value selects all.
type QuestionFilter struct {
	ListFilter

	Type QuestionType
}

func (q QuestionFilter) toFilters() (filters, error) {
	f, err := q.ListFilter.toFilters()
	f.addText("question_type", string(q.Type))
	return f, err
}

// List returns one page of written-test questions. Documented; the page has two
// names for the list, and both are accepted.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *WrittenQuestionService) List(ctx context.Context, filter QuestionFilter) (*Page[Question], error) {
	return s.client.listQuestions(ctx, "/open_api/v1/written_questions", filter)
}

// All iterates over the written-test questions that match filter. An error ends
// the iteration. Documented.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *WrittenQuestionService) All(ctx context.Context, filter QuestionFilter) iter.Seq2[Question, error] {
	return allQuestions(ctx, filter, s.List)
}

// Get returns one written-test question. SDK only; the response is inferred.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *WrittenQuestionService) Get(ctx context.Context, id int64) (*Question, error) {
	var v validator
	v.requireID("id", id)
	if v.err() != nil {
		return nil, v.err()
	}
	path := "/open_api/v1/written_questions/" + strconv.FormatInt(id, 10)
	return s.client.fetchQuestion(ctx, call{method: http.MethodGet, path: path, readOnly: true})
}

// Create creates a written-test question. SDK only; body and response are inferred.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *WrittenQuestionService) Create(ctx context.Context, question NewQuestion) (*Question, error) {
	return s.client.createQuestion(ctx, "/open_api/v1/written_questions", question)
}

// CreateBatch creates at most 100 written-test questions. SDK only; body, limit
// and reply are inferred.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *WrittenQuestionService) CreateBatch(ctx context.Context, questions []NewQuestion) ([]Question, error) {
	return s.client.createQuestions(ctx, "/open_api/v1/batch_written_questions", questions)
}

// Delete removes a written-test question. SDK only.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *WrittenQuestionService) Delete(ctx context.Context, id int64) error {
	return s.client.deleteByID(ctx, "/open_api/v1/written_questions/", id)
}

// SkillDimension is an ability that questions examine (能力维度). Inferred.
type SkillDimension struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`

	Raw json.RawMessage `json:"-"` // the whole object
}

// SkillDimensions reads the abilities that questions can be given. SDK only;
// the response is inferred.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *WrittenQuestionService) SkillDimensions(ctx context.Context) ([]SkillDimension, error) {
	op := call{method: http.MethodGet, path: "/open_api/v1/skill_dimensions", readOnly: true}
	return fetchList[SkillDimension](ctx, s.client, op, "skill_dimensions")
}

// QuestionService reads and changes the interview questions (面试题) of the team. All of it
// is SDK only; bodies and replies are inferred from written-test questions.
// See https://www.showmebug.com/help/openapi/api-interview.html
type QuestionService struct{ client *Client }

// List reads one page of interview questions. SDK only.
// See https://www.showmebug.com/help/openapi/api-interview.html
func (s *QuestionService) List(ctx context.Context, filter QuestionFilter) (*Page[Question], error) {
	return s.client.listQuestions(ctx, "/open_api/v1/questions", filter)
}

// All reads all interview questions that filter wants, page after page. An
// error ends it. SDK only.
// See https://www.showmebug.com/help/openapi/api-interview.html
func (s *QuestionService) All(ctx context.Context, filter QuestionFilter) iter.Seq2[Question, error] {
	return allQuestions(ctx, filter, s.List)
}

// Create creates an interview question. SDK only.
// See https://www.showmebug.com/help/openapi/api-interview.html
func (s *QuestionService) Create(ctx context.Context, question NewQuestion) (*Question, error) {
	return s.client.createQuestion(ctx, "/open_api/v1/questions", question)
}

// CreateBatch creates at most 100 interview questions. SDK only; the limit is
// inferred.
// See https://www.showmebug.com/help/openapi/api-interview.html
func (s *QuestionService) CreateBatch(ctx context.Context, questions []NewQuestion) ([]Question, error) {
	return s.client.createQuestions(ctx, "/open_api/v1/batch_questions", questions)
}

// Delete removes an interview question. SDK only.
// See https://www.showmebug.com/help/openapi/api-interview.html
func (s *QuestionService) Delete(ctx context.Context, id int64) error {
	return s.client.deleteByID(ctx, "/open_api/v1/questions/", id)
}

func (c *Client) listQuestions(ctx context.Context, path string, filter QuestionFilter) (*Page[Question], error) {
	f, err := filter.toFilters()
	if err != nil {
		return nil, err
	}
	return listPage[Question](ctx, c, path, f, "questions", "written_questions", "exams")
}

func allQuestions(ctx context.Context, filter QuestionFilter, list func(context.Context, QuestionFilter) (*Page[Question], error)) iter.Seq2[Question, error] {
	return iteratePages(ctx, filter.Paging, func(q Question) string { return strconv.FormatInt(q.ID, 10) },
		func(ctx context.Context, at Paging) (*Page[Question], error) {
			filter.Paging = at
			return list(ctx, filter)
		})
}

func (c *Client) fetchQuestion(ctx context.Context, op call) (*Question, error) {
	var question Question
	if err := c.do(ctx, op, &question); err != nil {
		return nil, err
	}
	return &question, nil
}

func (c *Client) createQuestion(ctx context.Context, path string, question NewQuestion) (*Question, error) {
	var v validator
	body := question.requestBody(&v, "")
	if v.err() != nil {
		return nil, v.err()
	}
	return c.fetchQuestion(ctx, call{method: http.MethodPost, path: path, body: body})
}

func (c *Client) createQuestions(ctx context.Context, path string, questions []NewQuestion) ([]Question, error) {
	var v validator
	v.CheckCount("questions", len(questions), 1, MaxBatch)
	bodies := make([]map[string]any, len(questions))
	for i, question := range questions {
		bodies[i] = question.requestBody(&v, "questions["+strconv.Itoa(i)+"].")
	}
	if v.err() != nil {
		return nil, v.err()
	}
	op := call{method: http.MethodPost, path: path, body: map[string]any{"questions": bodies}}
	return fetchList[Question](ctx, c, op, "questions", "written_questions")
}
