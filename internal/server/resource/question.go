package resource

import (
	"time"

	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Question is an entry of the company's question bank.
type Question struct {
	ID               string        `json:"id"`
	Title            string        `json:"title"`
	Body             string        `json:"body" doc:"Markdown, shown to the candidate"`
	Difficulty       string        `json:"difficulty" enum:"easy,medium,hard"`
	Tags             []string      `json:"tags"`
	StarterCode      []StarterCode `json:"starterCode"`
	InterviewerNotes string        `json:"interviewerNotes,omitempty" doc:"Never shown to candidates"`
	Tests            TestSuite     `json:"tests"`
	CreatedAt        time.Time     `json:"createdAt"`
	UpdatedAt        time.Time     `json:"updatedAt"`
	Version          int           `json:"version" doc:"Incremented by every change"`
}

// QuestionSummary is a question of a list.
type QuestionSummary struct {
	ID         string    `json:"id"`
	Title      string    `json:"title"`
	Difficulty string    `json:"difficulty" enum:"easy,medium,hard"`
	Tags       []string  `json:"tags"`
	Languages  []string  `json:"languages" doc:"Of the starter code" example:"[\"python\"]"`
	TestCases  int       `json:"testCases" doc:"Number of test cases"`
	CreatedAt  time.Time `json:"createdAt"`
	UpdatedAt  time.Time `json:"updatedAt"`
	Version    int       `json:"version" doc:"Incremented by every change"`
}

// StarterCode is the initial content of the editor in one language.
type StarterCode struct {
	Language string `json:"language" maxLength:"32" example:"python"`
	Code     string `json:"code" maxLength:"20000"`
}

// QuestionInput is the body of createQuestion.
type QuestionInput struct {
	Title            string        `json:"title" minLength:"1" maxLength:"200" example:"两数之和"`
	Body             string        `json:"body" minLength:"1" maxLength:"50000" doc:"Markdown"`
	Difficulty       string        `json:"difficulty,omitempty" enum:"easy,medium,hard" doc:"Omitted: medium"`
	Tags             []string      `json:"tags,omitempty" maxItems:"20"`
	StarterCode      []StarterCode `json:"starterCode,omitempty" maxItems:"20"`
	InterviewerNotes string        `json:"interviewerNotes,omitempty" maxLength:"20000"`
	Tests            TestSuite     `json:"tests,omitzero"`
}

// QuestionPatch is the body of updateQuestion; omitted fields do not change.
type QuestionPatch struct {
	EditedVersion

	Title            *string        `json:"title,omitempty" minLength:"1" maxLength:"200"`
	Body             *string        `json:"body,omitempty" minLength:"1" maxLength:"50000"`
	Difficulty       *string        `json:"difficulty,omitempty" enum:"easy,medium,hard"`
	Tags             *[]string      `json:"tags,omitempty" maxItems:"20"`
	StarterCode      *[]StarterCode `json:"starterCode,omitempty" maxItems:"20"`
	InterviewerNotes *string        `json:"interviewerNotes,omitempty" maxLength:"20000"`
	Tests            *TestSuite     `json:"tests,omitempty" doc:"Replaces all test cases"`
}

// QuestionsQuery holds the parameters of listQuestions.
type QuestionsQuery struct {
	Page
	Q          string `query:"q" maxLength:"100" doc:"Part of the title"`
	Tag        string `query:"tag" maxLength:"50"`
	Difficulty string `query:"difficulty" enum:"easy,medium,hard"`
}

// ToFilter returns the filter of the domain.
func (q QuestionsQuery) ToFilter() question.Filter {
	return question.Filter{Page: q.ToDomain(), Query: q.Q, Tag: q.Tag, Difficulty: question.Difficulty(q.Difficulty)}
}

// NewQuestion maps a question of the domain, the interviewers' notes included.
func NewQuestion(q question.Question) Question {
	return Question{
		ID: q.ID, Title: q.Title, Body: q.Body, Difficulty: string(q.Difficulty), Tags: nonNilSlice(q.Tags),
		StarterCode:      httpapi.MapSlice(q.StarterCode, func(c question.StarterCode) StarterCode { return StarterCode(c) }),
		InterviewerNotes: q.InterviewerNotes, Tests: NewTestSuite(q.Tests), CreatedAt: q.CreatedAt, UpdatedAt: q.UpdatedAt, Version: q.Version,
	}
}

// NewQuestionSummary maps a question of a list of the domain.
func NewQuestionSummary(q question.Summary) QuestionSummary {
	return QuestionSummary{
		ID: q.ID, Title: q.Title, Difficulty: string(q.Difficulty), Tags: nonNilSlice(q.Tags), Languages: nonNilSlice(q.Languages),
		TestCases: q.TestCases, CreatedAt: q.CreatedAt, UpdatedAt: q.UpdatedAt, Version: q.Version,
	}
}

// ToDomain returns the question to create.
func (in QuestionInput) ToDomain() question.Question {
	return question.Question{
		Title: in.Title, Body: in.Body, Difficulty: question.Difficulty(in.Difficulty), Tags: in.Tags,
		StarterCode: toDomainStarterCode(in.StarterCode), InterviewerNotes: in.InterviewerNotes, Tests: in.Tests.toDomain(),
	}
}

// ApplyTo sets the fields that the patch contains.
func (p QuestionPatch) ApplyTo(q *question.Question) {
	httpapi.SetIfPresent(&q.Title, p.Title)
	httpapi.SetIfPresent(&q.Body, p.Body)
	httpapi.SetIfPresent(&q.Difficulty, (*question.Difficulty)(p.Difficulty))
	httpapi.SetIfPresent(&q.Tags, p.Tags)
	httpapi.SetIfPresent(&q.InterviewerNotes, p.InterviewerNotes)
	if p.StarterCode != nil {
		q.StarterCode = toDomainStarterCode(*p.StarterCode)
	}
	if p.Tests != nil {
		q.Tests = p.Tests.toDomain()
	}
}

func toDomainStarterCode(list []StarterCode) []question.StarterCode {
	return httpapi.MapSlice(list, func(c StarterCode) question.StarterCode { return question.StarterCode(c) })
}
