package server

import "time"

// Question is a problem of the company's own collection.
type Question struct {
	ID               string        `json:"id"`
	Title            string        `json:"title"`
	Body             string        `json:"body" doc:"Markdown, shown to the candidate"`
	Difficulty       string        `json:"difficulty" enum:"easy,medium,hard"`
	Tags             []string      `json:"tags"`
	StarterCode      []StarterCode `json:"starterCode"`
	InterviewerNotes string        `json:"interviewerNotes,omitempty" doc:"Never shown to candidates"`
	CreatedAt        time.Time     `json:"createdAt"`
	UpdatedAt        time.Time     `json:"updatedAt"`
}

// StarterCode is the text that an editor starts with in one language.
type StarterCode struct {
	Language string `json:"language" maxLength:"32"`
	Code     string `json:"code" maxLength:"20000"`
}

// QuestionInput makes a question.
type QuestionInput struct {
	Title            string        `json:"title" maxLength:"200"`
	Body             string        `json:"body" maxLength:"50000"`
	Difficulty       string        `json:"difficulty,omitempty" enum:"easy,medium,hard"`
	Tags             []string      `json:"tags,omitempty" maxItems:"20"`
	StarterCode      []StarterCode `json:"starterCode,omitempty" maxItems:"20"`
	InterviewerNotes string        `json:"interviewerNotes,omitempty" maxLength:"20000"`
}

// QuestionPatch changes the parts of a question that are sent.
type QuestionPatch struct {
	Title            *string        `json:"title,omitempty" maxLength:"200"`
	Body             *string        `json:"body,omitempty" maxLength:"50000"`
	Difficulty       *string        `json:"difficulty,omitempty" enum:"easy,medium,hard"`
	Tags             *[]string      `json:"tags,omitempty" maxItems:"20"`
	StarterCode      *[]StarterCode `json:"starterCode,omitempty" maxItems:"20"`
	InterviewerNotes *string        `json:"interviewerNotes,omitempty" maxLength:"20000"`
}

type questionsQuery struct {
	Page
	Q          string `query:"q" maxLength:"100" doc:"Part of the title"`
	Tag        string `query:"tag" maxLength:"50"`
	Difficulty string `query:"difficulty" enum:"easy,medium,hard"`
}
